"""Whoever is recused while they read: once the recusal has answered, no page of the case opens to them any more."""

import datetime as dt
import threading
from collections import Counter
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from meetings.actions.attendance import Line, record_attendance
from meetings.actions.conflicts import impose_conflict, lift_conflict
from meetings.actions.defer import defer_item
from meetings.actions.listing import add_items
from meetings.actions.live import open_meeting, start_item
from meetings.actions.minutes import prepare_minutes
from meetings.actions.plan import plan_meeting
from meetings.models import AgendaItem, MinutesSheet, RosterEntry
from meetings.queries.waiting import Listing
from meetings.rules.attendance import Status
from meetings.rules.deferring import DeferralReason
from meetings.rules.quorum import ConflictKind, Effect
from panel.law.legal import Stage
from panel.models import Document
from panel.platform.documents import storage
from tests.faults.racing import MARKS, PAIRS
from tests.faults.trials import Counts
from tests.make import make_paper
from tests.meetings.day import UNPLANNED, Day, begin, card_on, closed, make_day
from tests.meetings.views.client import as_

pytestmark = MARKS
READERS = 2


def document(kind: str, pdf: bytes = b"%PDF-1.7 he reads far behind others") -> Document:
    return storage.store_document(pdf, kind=kind, media_type="application/pdf", now=timezone.now(), pages=1)


@pytest.fixture
def again() -> tuple[Day, AgendaItem]:
    """A case that a panel has put off, with minutes, and that the next panel hears now."""
    day = begin(make_day(1, at=timezone.now() - dt.timedelta(days=7)))
    case = day.items[0].case
    make_paper(case, document=document("paper"))
    start = day.meeting.starts_at
    defer_item(
        item=day.items[0],
        reason=DeferralReason.TIME,
        late_because=UNPLANNED,
        by=day.chair,
        now=start + dt.timedelta(minutes=9),
    )
    closed(day)
    minutes = prepare_minutes(meeting=day.meeting, by=day.clerk, now=start + dt.timedelta(hours=3))
    for part, item in (("item", day.items[0]), ("meeting", None), ("joined", None)):
        MinutesSheet(minutes=minutes, part=part, item=item, document=document("minutes")).save()
    now = timezone.now()
    today = now - dt.timedelta(minutes=30)
    meeting = plan_meeting(
        panel_type=day.panel_type,
        starts_at=today,
        ends_at=today + dt.timedelta(hours=3),
        venue="Room 1",
        by=day.clerk,
        now=start + dt.timedelta(days=1),
    ).meeting
    (item,) = add_items(
        meeting=meeting,
        listings=[Listing(case, Stage.ASSESS)],
        by=day.clerk,
        now=start + dt.timedelta(days=1),
    ).items
    lines = [Line(entry, Status.PRESENT) for entry in RosterEntry.objects.filter(meeting=meeting)]
    record_attendance(meeting=meeting, lines=lines, by=day.clerk, now=today)
    open_meeting(meeting=meeting, card=card_on(today), by=day.chair, now=today)
    start_item(item=item, by=day.chair, now=now)
    return day, item


def doors(item: AgendaItem) -> dict[str, tuple[str, str]]:
    """Every page through which a member reads of a case: its address, and what it must hold to tell anything of the case."""
    sheets = {sheet.part: sheet for sheet in MinutesSheet.objects.select_related("minutes")}
    minutes = sheets["item"].minutes.public_id
    of_item = reverse("minutes.sheet", args=[minutes, sheets["item"].pk])
    return {
        "item": (reverse("item.view", args=[item.public_id]), ""),
        "status": (reverse("item.status", args=[item.public_id]), ""),
        "paper": (reverse("item.paper", args=[item.public_id, item.case.papers.get().public_id]), ""),
        "minutes": (reverse("minutes.view", args=[minutes]), of_item),
        "sheet": (of_item, ""),
        "whole": (reverse("minutes.sheet", args=[minutes, sheets["joined"].pk]), ""),
    }


def tells(client: Client, door: tuple[str, str]) -> bool:
    """Whether a page tells its reader anything of the case."""
    address, held = door
    answer = client.get(address)
    return answer.status_code == 200 and held.encode() in answer.getvalue()


def test_nothing_is_read_once_the_recusal_has_answered(again: tuple[Day, AgendaItem], counts: Counts) -> None:
    """Readers ask for a page of the case again and again while somebody recuses them: each page in its turn."""
    day, item = again
    entry = RosterEntry.objects.get(meeting=item.meeting, user=day.nurse)
    pages = doors(item)
    # Without it everybody is sent to set up a second factor, and no reader ever reads.
    reader = as_(day.nurse)
    tally: Counter[str] = Counter({"read after the answer": 0, "read before it": 0})
    tally.update({f"{name} before": 0 for name in pages})
    for number in range(PAIRS):
        name = list(pages)[number % len(pages)]
        assert tells(reader, pages[name]), f"{name} cannot be read to begin with"
        seen = _race(day, item, entry, pages[name])
        tally["read before it"] += sum(told for after, told in seen if not after)
        tally[f"{name} before"] += sum(told for after, told in seen if not after)
        tally["read after the answer"] += sum(told for after, told in seen if after)
        assert any(after for after, _ in seen)
    counts.report("recuse against read", PAIRS, **tally)
    assert tally["read after the answer"] == 0
    assert min(tally[f"{name} before"] for name in pages) > 0


def _race(day: Day, item: AgendaItem, entry: RosterEntry, door: tuple[str, str]) -> list[tuple[bool, bool]]:
    """What each reading gave: whether it was begun after the recusal had answered, and whether it told anything."""
    reading, answered = threading.Semaphore(0), threading.Event()
    seen: list[tuple[bool, bool]] = []

    def read() -> None:
        client = Client()
        client.force_login(day.nurse)
        last = False
        while not last:
            last = answered.is_set()
            seen.append((last, tells(client, door)))
            reading.release()
        connections.close_all()

    readers: list[Any] = [threading.Thread(target=read) for _ in range(READERS)]
    for reader in readers:
        reader.start()
    # Somebody is in the midst of reading when it happens.
    reading.acquire(timeout=30)
    row = impose_conflict(
        item=item,
        entry=entry,
        kind=ConflictKind.RELATIVE,
        effect=Effect.LEAVES,
        detail="Knows the family.",
        by=day.chair,
        now=timezone.now(),
    )
    answered.set()
    for reader in readers:
        reader.join(30)
        assert not reader.is_alive()
    lift_conflict(conflict=row, because="Somebody else of that name.", by=day.chair, now=timezone.now())
    return seen
