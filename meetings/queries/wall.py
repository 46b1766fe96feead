"""What hangs on the wall of the meeting room: numbers, times and quorum, and nothing that tells who a child is."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from meetings.models import Meeting
from meetings.queries.agenda import pace_of, quorum_note
from meetings.queries.room import load_room
from meetings.rules.agenda import Pace
from meetings.rules.states import FINISHED, ItemState
from panel.law.legal import STAGE_LABELS, Stage


@dataclass(frozen=True)
class Wall:
    """`number` and what follows are None between items. Minutes are whole ones."""

    items: int
    heard: int
    number: int | None = None
    question: str = ""
    minutes: int | None = None
    planned: int | None = None
    quorate: bool | None = None
    next_number: int | None = None
    pace: Pace | None = None

    @property
    def over(self) -> bool:
        """Whether the item takes longer than planned."""
        return self.minutes is not None and self.planned is not None and self.minutes > self.planned


def wall(meeting: Meeting, now: datetime) -> Wall:
    """The wall of a meeting that was loaded through `visible_to`. About five queries, flat in items."""
    items = list(meeting.items.order_by("position", "pk"))
    current = next((item for item in items if item.state == ItemState.IN_DISCUSSION), None)
    heard = sum(item.state in FINISHED for item in items)
    following = next((item.position for item in items if item.state == ItemState.LISTED), None)
    if current is None or current.started_at is None:
        return Wall(len(items), heard, next_number=following, pace=pace_of(meeting, items, now))
    return Wall(
        items=len(items),
        heard=heard,
        number=current.position,
        question=STAGE_LABELS[Stage(current.stage)],
        minutes=int((now - current.started_at) / timedelta(minutes=1)),
        planned=current.minutes,
        quorate=quorum_note(load_room(meeting), current, now).quorate,
        next_number=following,
        pace=pace_of(meeting, items, now),
    )
