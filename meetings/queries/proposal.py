"""What a meeting is proposed to hear, with the case behind each line: read for whoever fills its list."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.utils import timezone

from meetings.models import Conflict, Meeting
from meetings.queries.listing import WaitingRow, waiting_row, with_gaps
from meetings.queries.ties import leaving
from meetings.queries.waiting import due_before, planned_around, waiting_cases, waiting_count
from meetings.rules import proposing
from panel.models import User

# Beyond what fits, so many are shown as left for the next panel; the rest is behind them in the same order.
LEFT_SHOWN = 20


@dataclass(frozen=True)
class ProposedRow:
    """One case as proposed or left, why, how long it takes, and who would leave the room for it."""

    row: WaitingRow
    must: bool
    because: str
    minutes: int
    leave: tuple[str, ...]


@dataclass(frozen=True)
class ProposedAgenda:
    """What the meeting would hear and what would wait, the late ones of both apart. `minutes_free` before it.

    `more`: others that are in time wait behind those shown. `late_unfit`: how many late ones find no room, shown or
    not.
    """

    listed: tuple[ProposedRow, ...]
    late: tuple[ProposedRow, ...]
    left: tuple[ProposedRow, ...]
    late_left: tuple[ProposedRow, ...]
    minutes_free: int
    more: bool
    late_unfit: int

    def tally(self, ticked: Collection[int] | None = None) -> str:
        """How many cases are ticked and the minutes they take; None ticks what is proposed."""
        shown = (*self.listed, *self.late, *self.left, *self.late_left)
        rows = [row for row in shown if ticked is not None and row.row.case.pk in ticked]
        if ticked is None:
            rows = [*self.listed, *self.late]
        return proposing.tally(len(rows), sum(row.minutes for row in rows), self.minutes_free)


def proposed_agenda(user: User, meeting: Meeting, now: datetime) -> ProposedAgenda:
    """A proposal for the time that is left at `meeting`, from the cases this user may see. Nothing is kept.

    About twenty queries, however many cases wait. Those in time and those late are read apart: a long queue of late
    cases must not keep from this page what can still be answered in time.
    """
    day = timezone.localdate(meeting.starts_at)
    room = _room(meeting, day, now)
    shown = max(0, room.minutes_free) // room.minutes_per_item + LEFT_SHOWN
    # Late from the safe day on, the day before the legal one: see `proposing.standing`.
    late_by = due_before(day + timedelta(days=1))
    in_time = waiting_cases(user, now, first=shown + 1, only=~late_by)
    late = waiting_cases(user, now, first=shown + 1, only=late_by)
    found = with_gaps([*in_time[:shown], *late[:shown]], day)
    cases = {case.pk: case for _, case in found}
    seats = list(meeting.roster.select_related("user"))
    leave = leaving(meeting, seats, list(cases.values()), day)
    proposal = proposing.propose([replace(one, recused=leave[one.case_id]) for one, _ in found], room)
    names = {seat.user_id: seat.user.name for seat in seats}
    rows = {one.case_id: waiting_row(one, case, day, room.today, room.later_on) for one, case in found}
    minutes = {one.case_id: proposing.minutes_of(one, room) for one, _ in found}

    def shown_as(lines: Iterable[proposing.Line]) -> tuple[ProposedRow, ...]:
        return tuple(
            ProposedRow(
                row=rows[line.case_id],
                must=line.must,
                because=line.because,
                minutes=minutes[line.case_id],
                leave=tuple(sorted(names[person] for person in leave[line.case_id])),
            )
            for line in lines
        )

    of_late = len(late) if len(late) <= shown else waiting_count(user, now, late_by)
    return ProposedAgenda(
        listed=shown_as(proposal.listed),
        late=shown_as(proposal.late),
        left=shown_as(proposal.left),
        late_left=shown_as(proposal.late_left[:LEFT_SHOWN]),
        minutes_free=max(0, room.minutes_free),
        more=len(in_time) > shown,
        late_unfit=of_late - len(proposal.late),
    )


def _room(meeting: Meeting, day: date, now: datetime) -> proposing.Room:
    """The time that is left, and the meetings before and after it."""
    there = list(meeting.items.order_by("position", "pk").values_list("pk", "minutes"))
    sooner_on, later_on = planned_around(meeting, now)
    return proposing.Room(
        held_on=day,
        today=timezone.localdate(now),
        minutes_free=_minutes_of(meeting) - sum(minutes for _, minutes in there),
        minutes_per_item=meeting.config.minutes_per_item,
        later_on=later_on,
        sooner_on=sooner_on,
        items_there=len(there),
        last_recused=_out_for(there[-1][0]) if there else frozenset(),
    )


def _minutes_of(meeting: Meeting) -> int:
    return int((meeting.ends_at - meeting.starts_at) / timedelta(minutes=1))


def _out_for(item: int) -> frozenset[int]:
    """Who leaves the room for an item that is on the list already."""
    rows = Conflict.objects.filter(item=item, effect=Conflict.Effect.LEAVES)
    return frozenset(rows.values_list("entry__user_id", flat=True))
