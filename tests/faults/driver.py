"""The installation under trial: one warm process that runs every command in a fork of its own, which may be killed.

A fork stands for a web worker or for `manage.py run_outbox`; it is an ordinary process with a connection of its own, and is
born without the second of imports. Nothing here touches the database before the fork. Talks JSON lines with world.py.
"""

import json
import os
import signal
import sys
import tempfile
import time
import traceback
import uuid
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from typing import Any

import django
import time_machine

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "panel.config.settings")
    django.setup()

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.db.models.functions import Now
from django.urls import get_resolver
from django.utils import timezone

from meetings.actions import minutes as minutes_actions
from meetings.actions.seeding import seed_authority
from meetings.letters import actions as letters
from meetings.letters import sending
from meetings.letters.queries import current_letters, preview_of
from meetings.management import rehearsal
from meetings.models import Decision, Letter, Minutes, MinutesSheet, MinutesSignature, RosterEntry, Seat
from panel import tasks
from panel.actions import people
from panel.config import celery
from panel.config.outbox import KINDS
from panel.demonstration.generate import LEAST_CASES, generate
from panel.models import Dispatch, Membership, Relationship, User
from panel.platform.documents.worker import Worker
from panel.platform.policy import Refused, Role
from tests.faults import oracle

ITEMS = 5


def prepare(seed: int, day: str) -> dict[str, Any]:
    """A panel day up to the last step: minutes that wait for the chair's signature, letters that wait for the second person.

    The tables are made straight from the models: the migrations have their own tests, and take ten times as long.
    """
    settings.MIGRATION_MODULES = {app.label: None for app in apps.get_app_configs()}
    call_command("migrate", run_syncdb=True, verbosity=0)
    call_command("createcachetable", verbosity=0)
    clock = rehearsal.Clock(timezone.make_aware(datetime.combine(date.fromisoformat(day), clock_time(8, 0))))
    demonstration = generate(seed, date.fromisoformat(day), cases=LEAST_CASES)
    object.__setattr__(demonstration, "panel", demonstration.panel[:ITEMS])
    seeded = seed_authority(demonstration=demonstration, now=clock.at)
    with Worker() as worker:
        panel_day = rehearsal.Day(demonstration, seeded, clock, tasks.Tools(worker))
        panel_day.drain()
        rehearsal._attend(panel_day, seeded.meeting)
        rehearsal._hear(panel_day, seeded.meeting)
        rehearsal._decide(panel_day, seeded.meeting)
        author = panel_day.someone(Role.CLERK)
        minutes_actions.prepare_minutes(
            meeting=seeded.meeting, by=author, now=panel_day.clock.forward(minutes=5)
        )
        *decisions, _ = rehearsal._decisions(seeded.meeting)
        for decision in decisions:
            letters.draft_letters(decision=decision, by=author, now=panel_day.clock.forward(minutes=1))
        panel_day.drain()
        tasks.Sweeper(tasks.Tools(worker)).seal()
    # Which case the day’s invented people give a letter to decides whether its setting has anybody to tell. Here letters are
    # counted, whatever the day: nobody is told at a setting.
    User.objects.filter(memberships__role=Role.PROFESSIONAL).update(is_active=False)
    return {"letters": [str(key) for decision in decisions for key in _sendable(decision, panel_day)]}


def _sendable(decision: Decision, panel_day: rehearsal.Day) -> list[uuid.UUID]:
    """Letters to people with an e-mail address, of a decision that nobody entitled is kept from hearing about."""
    if rehearsal.letters_blocked(decision, panel_day):
        return []
    waiting = current_letters(decision).exclude(recipient__email="")
    return list(waiting.values_list("public_id", flat=True))


def draft() -> dict[str, Any]:
    """Draft the letters about the decision the prepared day left without any."""
    decision = Decision.objects.filter(letters__isnull=True).order_by("pk")[0]
    author = User.objects.filter(memberships__role=Role.CLERK).order_by("pk")[0]
    drafted = letters.draft_letters(decision=decision, by=author, now=timezone.now())
    return {"letters": [str(letter.public_id) for letter in drafted.letters if letter.recipient.email]}


def release(letter: str) -> dict[str, Any]:
    """The second person looks at the preview and lets the letter go; how long it took her."""
    found = Letter.objects.get(public_id=letter)
    shown = preview_of(found)
    if shown is None:
        raise RuntimeError("the letter has no preview")
    clerks = Membership.objects.filter(role=Role.CLERK).exclude(user=found.author).order_by("pk")
    releaser = User.objects.get(memberships=clerks[0])
    began = time.monotonic()
    letters.release_letter(
        letter=found,
        content_sha256=found.content_sha256,
        shown_sha256=shown.sha256,
        by=releaser,
        now=timezone.now(),
        retyped=f"{found.recipient.surname} {found.address.postcode}",
    )
    return {"seconds": time.monotonic() - began}


def sign() -> dict[str, Any]:
    """The chair signs the bytes on the screen; how long it took."""
    minutes = Minutes.objects.get()
    sheet = MinutesSheet.objects.select_related("document").get(
        minutes=minutes, part=MinutesSheet.Part.JOINED
    )
    chair = RosterEntry.objects.select_related("user").get(meeting=minutes.meeting, seat=Seat.CHAIR).user
    began = time.monotonic()
    minutes_actions.sign_minutes(
        minutes=minutes, shown_sha256=sheet.document.sha256, by=chair, now=timezone.now()
    )
    return {"seconds": time.monotonic() - began}


def standing() -> dict[str, Any]:
    """What is released, signed and promised so far."""
    promised = Dispatch.objects.filter(kind__in=["letter.send", "letter.email", "minutes.seal"])
    return {
        "released": Letter.objects.filter(release__isnull=False).count(),
        "signed": MinutesSignature.objects.count(),
        "promises": {row.kind: [str(row.public_id), row.state, row.error] for row in promised},
    }


def sweep() -> dict[str, Any]:
    """`manage.py run_outbox --once`."""
    call_command("run_outbox", once=True, stdout=sys.stderr)
    return {}


def bells(dispatch: str, rings: int, at_once: int) -> dict[str, Any]:
    """Ring for one promise so many times, in so many processes at once."""
    ringers = [_forked(lambda: _ring(dispatch, rings // at_once)) for _ in range(at_once)]
    return {"failed": sum(1 for child in ringers if os.waitpid(child, 0)[1])}


def _ring(dispatch: str, rings: int) -> None:
    for _ in range(rings):
        tasks.doorbell(dispatch)
    tasks._sweeper().tools.worker.close()


def publish_bells(dispatch: str, rings: int) -> dict[str, Any]:
    """Ring for one promise through the broker so many times."""
    for _ in range(rings):
        celery.ring_bell(dispatch)
    return {}


def overtaken(stops_at: str, hours: int = 0, *, outlived: bool = True) -> dict[str, Any]:
    """A worker stands still at `stops_at`; another sweeps, its clock `hours` off; then the first goes on.

    `outlived`: the first one's lease runs out before the other comes. What stood in between is in the result.
    """
    slow = _forked(lambda: _stopping_at(stops_at))
    _woken(slow, wake=False)
    if outlived:
        time.sleep(settings.OUTBOX_LEASE.total_seconds() + 0.05)
    failed = os.waitpid(_forked(lambda: _by_another_clock(hours)), 0)[1]
    shown = _asked(standing)
    _woken(slow, wake=True)
    return {"failed": failed, "between": shown["promises"]}


def _stopping_at(point: str) -> None:
    settings.FAULT_POINT = f"{point} stop"
    sweep()


def _by_another_clock(hours: int) -> None:
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=hours), tick=True):
        sweep()


def _woken(child: int, *, wake: bool) -> None:
    """Wait until the child stands still; with `wake`, send it on, as often as it stops, until it is done."""
    while True:
        if wake:
            os.kill(child, signal.SIGCONT)
        _, status = os.waitpid(child, os.WUNTRACED)
        if not os.WIFSTOPPED(status):
            if wake and status == 0:
                return
            raise RuntimeError("the worker ended where it was to stand still, or failed")
        if not wake:
            return


def _asked(question: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Asked in a process of its own: this one forks again, and must not hold a connection then."""
    read, write = os.pipe()
    child = _forked(lambda: _answered(write, question))
    os.close(write)
    with os.fdopen(read) as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    found: dict[str, Any] = json.loads(said)
    return found


def _answered(pipe: int, question: Callable[[], dict[str, Any]]) -> None:
    os.write(pipe, json.dumps(question()).encode())


def sweep_by_another_clock(hours: int) -> dict[str, Any]:
    """`manage.py run_outbox --once` on a machine whose clock is `hours` off."""
    _by_another_clock(hours)
    return {}


def dispute(letter: str) -> dict[str, Any]:
    """Somebody questions whether this letter's recipient may be told: a fact of the recipient changes."""
    tie, clerk = _tie(letter)
    people.record_dispute(relationship=tie, because="An order was sent in.", by=clerk, now=timezone.now())
    return {}


def settle(letter: str) -> dict[str, Any]:
    """The question is answered, and the clerk sends the letter on its way once more."""
    tie, clerk = _tie(letter)
    now = timezone.now()
    people.resolve_dispute(relationship=tie, because="The order is about another child.", by=clerk, now=now)
    sending.send_again(letter=Letter.objects.get(public_id=letter), by=clerk, now=now)
    return {}


def move_home(letter: str) -> dict[str, Any]:
    """The recipient has moved."""
    found, clerk = Letter.objects.get(public_id=letter), _clerk()
    people.record_address(
        person=found.recipient,
        lines="2 New Road",
        postcode="BN1 1AA",
        confidential=False,
        valid_from=timezone.localdate(),
        how_known="Told the school",
        by=clerk,
        now=timezone.now(),
    )
    return {}


def _clerk() -> User:
    return User.objects.filter(memberships__role=Role.CLERK).order_by("pk")[0]


def _tie(letter: str) -> tuple[Relationship, User]:
    found = Letter.objects.select_related("decision__case").get(public_id=letter)
    ties = Relationship.objects.filter(child=found.decision.case.child_id)
    return ties.get(person=found.recipient_id), _clerk()


def tidy() -> dict[str, Any]:
    """The daily clearing of files no row names."""
    return {"removed": tasks.Sweeper(tasks.Tools(Worker())).tidy()}


def judge() -> dict[str, Any]:
    """The oracle's words on the whole installation."""
    return asdict(oracle.judge())


def hurry() -> dict[str, Any]:
    """As if the pause before the next try were over."""
    Dispatch.objects.filter(state=Dispatch.State.FAILED).update(next_attempt_at=Now())
    return {}


def age_files(hours: int) -> dict[str, Any]:
    """As if every stored file had lain there for so many hours."""
    then = (timezone.now() - timedelta(hours=hours)).timestamp()
    for path in Path(settings.MEDIA_ROOT).rglob("*"):
        if path.is_file():
            os.utime(path, (then, then))
    return {}


COMMANDS: Mapping[str, Callable[..., dict[str, Any]]] = {
    command.__name__: command
    for command in (
        prepare,
        draft,
        release,
        sign,
        standing,
        sweep,
        bells,
        overtaken,
        sweep_by_another_clock,
        dispute,
        settle,
        move_home,
        publish_bells,
        tidy,
        judge,
        hurry,
        age_files,
    )
}


def _forked(work: Callable[[], None]) -> int:
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        work()
        connections.close_all()
        code = 0
    except Exception:  # noqa: BLE001 (the trial reads the log; the fork must not go on as if it were its parent)
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def _run(order: Mapping[str, Any], answer: int) -> None:
    """In the fork: take the trial's settings, run the command, write its result."""
    for name, value in order.get("settings", {}).items():
        setattr(settings, name, timedelta(seconds=value) if name == "OUTBOX_LEASE" else value)
    settings.FAULT_POINT = order["point"]
    celery.app.conf.broker_url = settings.REDIS_URL
    try:
        result = COMMANDS[order["command"]](**order["arguments"])
    except Refused as no:
        result = {"refused": no.code, "sentence": no.sentence}
    os.write(answer, json.dumps(result).encode())


def main() -> None:
    """Answer each line on standard input with one line: the result, or that the process was killed."""
    if not KINDS or tempfile.gettempdir() != os.environ["TMPDIR"]:
        raise RuntimeError("the installation is not wired")
    # Every address is read here once, for all the forks to come.
    get_resolver().check()
    for line in sys.stdin:
        order = json.loads(line)
        read, write = os.pipe()
        child = _forked(lambda order=order, write=write: _run(order, write))
        os.close(write)
        with os.fdopen(read) as pipe:
            written = pipe.read()
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        reply = {"killed": code == -signal.SIGKILL, "code": code, "result": json.loads(written or "{}")}
        sys.stdout.write(json.dumps(reply) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
