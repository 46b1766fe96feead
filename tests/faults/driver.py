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
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from typing import Any

import django

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
from meetings.letters.queries import current_letters, preview_of
from meetings.management import rehearsal
from meetings.models import Decision, Letter, Minutes, MinutesSheet, MinutesSignature, RosterEntry, Seat
from panel import tasks
from panel.config import celery
from panel.config.outbox import KINDS
from panel.demonstration.generate import LEAST_CASES, generate
from panel.models import Dispatch, Membership, User
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
