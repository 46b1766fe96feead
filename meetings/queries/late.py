"""What the paper says of a meeting and its items, where something was entered afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from meetings.models import AgendaItem, LateEntry, Meeting
from meetings.rules.states import ItemState
from panel.law.words import in_words
from panel.platform.policy import ROLE_LABELS, Refused, Role


@dataclass(frozen=True)
class Ending:
    """How an item stands for the verb that ends it: the state to ask the machine from, and the true moment of it."""

    state: str
    at: datetime
    on_paper: bool


def entries_that_count() -> QuerySet[LateEntry]:
    """The last entry of each meeting, and of each item that was not taken up by screen after all."""
    last = LateEntry.objects.filter(superseded_by=None)
    found: QuerySet[LateEntry] = last.filter(Q(item=None) | Q(item__started_at=F("began_at")))
    return found


def untouched() -> Q:
    """Of a row about an `item`: nobody took it up by screen. It has no beginning, or its paper’s."""
    return Q(item__started_at=None) | Q(Exists(entries_that_count().filter(item=OuterRef("item"))))


def entry_of_meeting(meeting: Meeting) -> LateEntry | None:
    """What the paper says of a meeting's opening and close."""
    return entries_that_count().filter(meeting=meeting, item=None).first()


def entry_of_item(item: AgendaItem) -> LateEntry | None:
    """What the paper says of an item's time."""
    return entries_that_count().filter(item=item).first()


def closed_on_paper(meeting: Meeting) -> datetime | None:
    """When a meeting ended, where only its paper says so."""
    entry = entry_of_meeting(meeting)
    return entry.ended_at if entry else None


def ending_of(item: AgendaItem, now: datetime) -> Ending:
    """The true moment of what ends an item under lock: its paper’s, else now, and never after the meeting’s close on paper.

    Refused: `times_first` for an item taken up by screen, of a meeting that ended on paper, whose own end nobody entered yet.
    """
    return endings_of(item.meeting, [item], now)[item.pk]


def endings_of(meeting: Meeting, items: Sequence[AgendaItem], now: datetime) -> dict[int, Ending]:
    """The same of several items of one meeting, by their keys. One query."""
    rows = {
        row.item_id: row
        for row in entries_that_count().filter(Q(item__in=items) | Q(item=None), meeting=meeting)
    }
    return {item.pk: _ending(item, rows.get(item.pk), rows.get(None), now) for item in items}


def _ending(item: AgendaItem, paper: LateEntry | None, whole: LateEntry | None, now: datetime) -> Ending:
    if paper is not None and paper.ended_at is not None:
        state = ItemState.IN_DISCUSSION if item.state == ItemState.LISTED else item.state
        return Ending(state, paper.ended_at, on_paper=True)
    if whole is None or whole.ended_at is None:
        return Ending(item.state, now, on_paper=False)
    if item.state == ItemState.IN_DISCUSSION:
        raise Refused("times_first", f"{ended_words(whole.ended_at)} Enter when this item was heard first.")
    return Ending(item.state, whole.ended_at, on_paper=False)


def ended_words(at: datetime) -> str:
    """That a meeting is over, as its paper says."""
    return f"The meeting ended at {timezone.localtime(at):%H:%M}, as its paper says."


def entered_words(entry: LateEntry) -> str:
    """The mark of what was entered later: on which day, in which role."""
    return f"Entered later, on {in_words(timezone.localdate(entry.at))} by the {_role(entry)}."


def entered_exactly(entry: LateEntry, confirmed_at: datetime | None = None) -> str:
    """The same for the minutes, with the time, and that of the chair’s own record where there is one."""
    times = f"Written on paper in the meeting. Times entered on {_moment(entry.at)} by the {_role(entry)}"
    if confirmed_at is None:
        return f"{times}."
    return f"{times}; recommendation recorded on {_moment(confirmed_at)} by the chair for this item."


def _role(entry: LateEntry) -> str:
    return ROLE_LABELS[Role(entry.by_role)].lower()


def _moment(at: datetime) -> str:
    return f"{in_words(timezone.localdate(at))} at {timezone.localtime(at):%H:%M}"
