"""The meeting room on one screen: the agenda, who is here, and the item in discussion, as one user may see them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from meetings.models import Meeting
from meetings.queries.agenda import Agenda, SeatLine, agenda_for, seat_lines
from meetings.queries.item import ItemPage, find_item, item_page
from meetings.rules.states import FINISHED, MEETING, ItemState
from panel.models import User


@dataclass(frozen=True)
class RoomPage:
    """`current` is None between items and when the item in discussion is closed to the user (`current_closed`)."""

    agenda: Agenda
    seats: tuple[SeatLine, ...]
    current: ItemPage | None
    current_number: int | None
    current_closed: bool
    minutes_on_item: int | None
    minutes_behind: int
    items_left: int
    verbs: tuple[str, ...]


def room_page(user: User, meeting: Meeting, now: datetime) -> RoomPage:
    """The room of a meeting that was loaded through `visible_to`; flat in the number of items."""
    agenda = agenda_for(user, meeting, now)
    current = meeting.items.filter(state=ItemState.IN_DISCUSSION).first()
    mine = find_item(user, current.public_id, now) if current else None
    left = meeting.items.exclude(state__in=FINISHED)
    minutes_left = sum(left.values_list("minutes", flat=True))
    return RoomPage(
        agenda=agenda,
        seats=seat_lines(agenda.room, now),
        current=item_page(user, mine, now) if mine else None,
        current_number=current.position if current else None,
        current_closed=current is not None and mine is None,
        minutes_on_item=_minutes(now - current.started_at) if current and current.started_at else None,
        minutes_behind=max(0, minutes_left - _minutes(meeting.ends_at - now)) if meeting.opened_at else 0,
        items_left=left.count(),
        verbs=MEETING.verbs(meeting.state),
    )


def _minutes(span: timedelta) -> int:
    return int(span / timedelta(minutes=1))
