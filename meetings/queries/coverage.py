"""Who can be expected at a planned meeting, from what those on its roster have said."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.db.models import Exists, OuterRef, QuerySet

from meetings.models import (
    NON_VOTING_SEATS,
    AgendaItem,
    Attendance,
    Invitation,
    Meeting,
    RosterEntry,
    Seat,
)
from meetings.queries.invitations import with_answers
from meetings.queries.room import Room, attendance_of, rule_of
from meetings.rules import agenda, coverage, quorum
from meetings.rules.coverage import Expected, Foreseen, Word
from meetings.rules.invitations import COMES, Said
from meetings.rules.states import FINISHED, MeetingState
from panel.models import Agency

SHOWN = 5


@dataclass(frozen=True)
class CoverLine:
    """A meeting somebody was invited to, and what to expect of it."""

    meeting: Meeting
    foreseen: Foreseen


def foreseen(room: Room, items: Iterable[AgendaItem]) -> Foreseen | None:
    """What to expect of a planned meeting, each item looked at after its known recusals; None once it has begun or is over."""
    if room.meeting.state != MeetingState.PLANNED:
        return None
    recused = {
        item.position: tuple(replace(conflict, since=None) for conflict in room.conflicts_of(item))
        for item in items
        if item.state not in FINISHED
    }
    people = (expected(entry, room.answers.get(entry.user_id)) for entry in room.entries)
    return _foreseen(room.meeting, people, recused)


def _foreseen(
    meeting: Meeting, people: Iterable[Expected], recused: Mapping[int, Collection[quorum.Conflict]]
) -> Foreseen:
    return coverage.coverage(
        rule_of(meeting.config),
        people,
        recused,
        meeting.starts_at,
        seat_labels=dict(Seat.choices),
        agency_labels=dict(Agency.Kind.choices),
    )


def expected(entry: RosterEntry, said: str | None) -> Expected:
    """Somebody’s seat, with what is known of their coming: `said` is the answer to the invitation."""
    return Expected(
        user_id=entry.user_id,
        name=entry.user.name,
        seat=entry.seat,
        seat_label=Seat(entry.seat).label,
        agency_kind=entry.agency.kind if entry.agency else "",
        agency=entry.agency.get_kind_display() if entry.agency else "",
        voting=entry.voting and entry.seat not in NON_VOTING_SEATS,
        word=_word(attendance_of(entry), said),
    )


def _word(sheet: Attendance | None, said: str | None) -> Word:
    """The attendance sheet is the clerk’s word and goes before what was answered."""
    if sheet is not None:
        return Word.YES if sheet.status == Attendance.Status.PRESENT else Word.NO
    if said is None:
        return Word.SILENT
    return Word.YES if Said(said) in COMES else Word.NO


def unavailable(found: Foreseen | None) -> tuple[agenda.AgendaProblem, ...]:
    """A warning for each agency or required seat whose people have all said that they cannot come."""
    covers = found.covers if found else ()
    return tuple(
        agenda.AgendaProblem("unavailable", cover.sentence) for cover in covers if cover.lost and cover.cannot
    )


def asked_seats() -> QuerySet[RosterEntry]:
    """Every seat with what its person answers now, and whether anybody was invited to the meeting (`invited`)."""
    asked = Invitation.objects.filter(meeting=OuterRef("meeting"), kind=Invitation.Kind.REQUEST)
    seats = with_answers(RosterEntry.objects.annotate(invited=Exists(asked)))
    return seats.select_related("user", "agency", "attendance").order_by("pk")


def coming_up(meetings: Sequence[Meeting]) -> tuple[CoverLine, ...]:
    """What to expect of those of `meetings` that people were invited to, the next first; each carries its `asked_seats`."""
    shown = [
        (meeting, seats)
        for meeting in meetings
        if meeting.state == MeetingState.PLANNED
        and (seats := [seat for seat in meeting.seats if seat.invited])  # type: ignore[attr-defined]
    ]
    return tuple(
        CoverLine(
            meeting,
            _foreseen(meeting, [expected(seat, seat.said) for seat in seats], {}),
        )
        for meeting, seats in shown[:SHOWN]
    )
