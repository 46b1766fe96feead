"""Four panels sit at once: sixty people's pages ask what is new every five seconds while four clerks write.

Asked of the server as it runs (gunicorn with two workers of four threads, on 127.0.0.1), at a fixed pace: a wait is counted
from the moment a page meant to ask, so that a server that stalls cannot hide it (reliability.md 5).
"""

import http.client
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from statistics import quantiles
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from meetings.actions.attendance import Line, record_attendance
from meetings.actions.listing import add_items
from meetings.actions.live import open_meeting, start_item
from meetings.actions.plan import plan_meeting
from meetings.models import (
    AgendaItem,
    Meeting,
    PanelConfig,
    PanelType,
    Revision,
    RosterEntry,
    Seat,
    StandingMember,
)
from meetings.queries.waiting import Listing
from meetings.rules.attendance import Status
from panel.law.card import legal_card
from panel.law.legal import Stage
from panel.models import Agency, Case, CaseState, Membership, User
from panel.platform.policy import Role
from tests.bench.seeding import Bench
from tests.faults.world import ROOT

MEETINGS = 4
PEOPLE = 15
ITEMS = 15
POLL_SECONDS = 5.0
SAVE_SECONDS = 2.0
BUDGET_MS = 300
PATIENCE = 20
SEEN = re.compile(rb"seen=([0-9a-f]+)")
SEATS = (
    (Seat.CHAIR, Role.CHAIR),
    (Seat.EDUCATIONAL_PSYCHOLOGIST, Role.MEMBER),
    (Seat.SEN_LEAD, Role.MEMBER),
    (Seat.HEALTH, Role.MEMBER),
    (Seat.SOCIAL_CARE, Role.MEMBER),
    (Seat.SCHOOL, Role.MEMBER),
    (Seat.EARLY_YEARS, Role.MEMBER),
    (Seat.POST_16, Role.MEMBER),
    (Seat.PARENT_CARER_REPRESENTATIVE, Role.PARENT_REPRESENTATIVE),
)


@dataclass
class Asked:
    """What became of the requests of one kind: seconds each, and what went wrong."""

    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    unchanged: int = 0

    def line(self, name: str) -> str:
        """One line for the person who waits."""
        if len(self.seconds) < 2:
            return f"{name}: too few answers to say anything"
        cuts = [cut * 1000 for cut in quantiles(self.seconds, n=100, method="inclusive")]
        verdict = "ok" if cuts[94] <= BUDGET_MS and not self.errors else "OVER"
        wrong = f", errors {len(self.errors)}" + (f" ({self.errors[0]})" if self.errors else "")
        return (
            f"{name}: {len(self.seconds)} asked, p50 {cuts[49]:.0f} ms, p95 {cuts[94]:.0f} of {BUDGET_MS} ms,"
            f" p99 {cuts[98]:.0f}, max {max(self.seconds) * 1000:.0f}{wrong}  {verdict}"
        )


@dataclass(frozen=True)
class Sitting:
    """One panel in session: its people, its clerk, and the item in discussion."""

    meeting: Meeting
    item: AgendaItem
    people: tuple[User, ...]
    clerk: User


def measure(bench: Bench, seconds: int) -> Iterator[str]:
    """Four lines: reads, writes, whether every acknowledged word is kept, and how it was measured."""
    sittings = [_sit(bench, number) for number in range(1, MEETINGS + 1)]
    reads, writes = Asked(), Asked()
    kept: list[str] = []
    with _server() as port:
        stop = time.monotonic() + seconds
        threads = [
            threading.Thread(target=_poll, args=(port, session, address, reads, stop, offset), daemon=True)
            for session, address, offset in _pollers(sittings)
        ]
        threads += [
            threading.Thread(
                target=_write,
                args=(port, _session(one.clerk), one.item, writes, kept, stop, place),
                daemon=True,
            )
            for place, one in enumerate(sittings)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(seconds + 3 * PATIENCE)
    yield reads.line(f"live, {MEETINGS * PEOPLE} people polling every {POLL_SECONDS:.0f} s")
    yield writes.line(f"live, {MEETINGS} clerks saving every {SAVE_SECONDS:.0f} s")
    items = [one.item.pk for one in sittings]
    found = {
        data.get("text") for data in Revision.objects.filter(item__in=items).values_list("data", flat=True)
    }
    yield f"live, acknowledged edits {len(kept)}, lost {len(set(kept) - found)}; polls answered “unchanged” {reads.unchanged}"
    yield f"live: {seconds} s against gunicorn (2 workers, 4 threads), callers on the same machine"


def _sit(bench: Bench, number: int) -> Sitting:
    """A meeting with fifteen people of its own, open, on its first item."""
    now = timezone.now()
    clerk = _person(f"Clerk {number}", Role.CLERK, None)
    panel_type = PanelType.objects.create(name=f"Panel {number}")
    rules = bench.meeting.config
    PanelConfig(
        **{
            column.attname: getattr(rules, column.attname)
            for column in PanelConfig._meta.concrete_fields
            if column.attname not in {"id", "public_id", "panel_type_id"}
        },
        panel_type=panel_type,
    ).save()
    agencies = list(Agency.objects.order_by("pk")[: len(SEATS)])
    people = []
    for place in range(PEOPLE):
        seat, role = SEATS[place % len(SEATS)] if place < len(SEATS) else (Seat.SCHOOL, Role.MEMBER)
        person = _person(f"Person {number} {place}", role, agencies[place % len(agencies)])
        StandingMember.objects.create(
            panel_type=panel_type, user=person, seat=seat, starts_on=date(2020, 1, 1)
        )
        people.append(person)
    meeting = plan_meeting(
        panel_type=panel_type,
        starts_at=now - timedelta(minutes=5),
        ends_at=now + timedelta(hours=3),
        venue=f"Room {number}",
        by=clerk,
        now=now,
    ).meeting
    cases = Case.objects.filter(state=CaseState.REQUESTED, restricted=False, items=None).order_by("pk")[
        :ITEMS
    ]
    add_items(meeting=meeting, listings=[Listing(case, Stage.ASSESS) for case in cases], by=clerk, now=now)
    seats = RosterEntry.objects.filter(meeting=meeting)
    record_attendance(
        meeting=meeting, lines=[Line(seat, Status.PRESENT) for seat in seats], by=clerk, now=now
    )
    open_meeting(meeting=meeting, card=legal_card(timezone.localdate(now)).version, by=people[0], now=now)
    item = meeting.items.order_by("position")[0]
    start_item(item=item, by=people[0], now=now)
    return Sitting(meeting, item, tuple(people), clerk)


def _person(name: str, role: Role, agency: Agency | None) -> User:
    person = User.objects.create_user(email=f"{uuid.uuid4().hex}@example.org", name=name)
    Membership.objects.create(user=person, role=role, agency=agency, starts_on=date(2020, 1, 1))
    return person


def _session(user: User) -> str:
    """The session key of a signed-in user."""
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def _pollers(sittings: list[Sitting]) -> Iterator[tuple[str, str, float]]:
    """Each person's session, the address their page asks, and when in the five seconds it begins."""
    for one in sittings:
        for place, person in enumerate(one.people):
            on_item = place % 3 != 2
            address = (
                reverse("item.status", args=[one.item.public_id])
                if on_item
                else reverse("meeting.live", args=[one.meeting.public_id])
            )
            yield _session(person), address, POLL_SECONDS * place / len(one.people)


@contextmanager
def _server() -> Iterator[int]:
    """The web server of docs/running.md on a free port, ended with the block."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = [
        "--worker-class",
        "gthread",
        "--workers",
        "2",
        "--threads",
        "4",
        "--no-control-socket",
        "--log-level",
        "warning",
    ]
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "panel.config.wsgi:application",
        "--bind",
        f"127.0.0.1:{port}",
    ]
    with subprocess.Popen([*command, *words], cwd=ROOT, env=dict(os.environ)) as server:
        try:
            _await(port, server)
            yield port
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(PATIENCE)


def _await(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(PATIENCE * 10):
        if server.poll() is not None:
            raise SystemExit("gunicorn ended as it started; its reason is above")
        try:
            if _ask(port, "GET", "/healthz", "")[0] == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"gunicorn did not answer within {PATIENCE} seconds")


def _paced(stop: float, first: float, every: float, turn: Callable[[float], None]) -> None:
    """`turn` at fixed moments until `stop`, each told when it was meant to begin."""
    meant = time.monotonic() + first
    while meant < stop:
        time.sleep(max(0.0, meant - time.monotonic()))
        turn(meant)
        meant += every


def _poll(port: int, session: str, address: str, asked: Asked, stop: float, first: float) -> None:
    seen = ""

    def turn(meant: float) -> None:
        nonlocal seen
        try:
            status, body, _ = _ask(port, "GET", f"{address}?seen={seen}", session)
        except OSError as wrong:
            asked.errors.append(type(wrong).__name__)
            return
        asked.seconds.append(time.monotonic() - meant)
        if status == 204:
            asked.unchanged += 1
        elif status == 200:
            found = SEEN.search(body)
            seen = found.group(1).decode() if found else ""
        else:
            asked.errors.append(str(status))

    _paced(stop, first, POLL_SECONDS, turn)


def _write(
    port: int, session: str, item: AgendaItem, asked: Asked, kept: list[str], stop: float, place: int
) -> None:
    """Save the discussion again and again, with words nobody else writes."""
    number = 0
    address = reverse("item.write", args=[item.public_id])
    token = secrets.token_hex(16)

    def turn(meant: float) -> None:
        nonlocal number
        words = f"{uuid.uuid4()} said at the table"
        said = {
            "only": "discussion",
            "discussion-n": number + 1,
            "discussion-edit": uuid.uuid4(),
            "discussion-text": words,
            "csrfmiddlewaretoken": token,
        }
        try:
            status, _, _ = _ask(port, "POST", address, session, body=urlencode(said), csrf=token)
        except OSError as wrong:
            asked.errors.append(type(wrong).__name__)
            return
        asked.seconds.append(time.monotonic() - meant)
        if status == 200:
            number += 1
            kept.append(words)
        else:
            asked.errors.append(str(status))

    _paced(stop, SAVE_SECONDS * place / MEETINGS, SAVE_SECONDS, turn)


def _ask(
    port: int, method: str, address: str, session: str, *, body: str | None = None, csrf: str = ""
) -> tuple[int, bytes, Any]:
    """One request as htmx makes it."""
    cookies = f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={csrf}"
    headers = {"Cookie": cookies, "HX-Request": "true"}
    if body is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request(method, address, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read(), answer.headers
    finally:
        connection.close()
