"""Who can be expected at a planned meeting, from what those on its roster have said."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from meetings import agenda, coverage
from meetings.coverage import Expected, Foreseen, Word
from meetings.invitations import COMES, Said
from meetings.models import (
    NON_VOTING_SEATS,
    AgendaItem,
    Attendance,
    Invitation,
    InvitationAnswer,
    Meeting,
    RosterEntry,
    Seat,
)
from meetings.queries.room import Room, attendance_of, rule_of
from meetings.states import FINISHED, MeetingState

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
    people = (_expected(entry, room.answers.get(entry.user_id)) for entry in room.entries)
    return coverage.coverage(
        rule_of(room.meeting.config), people, recused, room.meeting.starts_at, seat_labels=dict(Seat.choices)
    )


def _expected(entry: RosterEntry, answer: InvitationAnswer | None) -> Expected:
    return Expected(
        user_id=entry.user_id,
        name=entry.user.name,
        seat=entry.seat,
        seat_label=Seat(entry.seat).label,
        agency_kind=entry.agency.kind if entry.agency else "",
        agency=entry.agency.get_kind_display() if entry.agency else "",
        voting=entry.voting and entry.seat not in NON_VOTING_SEATS,
        word=_word(attendance_of(entry), answer),
    )


def _word(sheet: Attendance | None, answer: InvitationAnswer | None) -> Word:
    """The attendance sheet is the clerk’s word and goes before what was answered."""
    if sheet is not None:
        return Word.YES if sheet.status == Attendance.Status.PRESENT else Word.NO
    if answer is None:
        return Word.SILENT
    return Word.YES if Said(answer.said) in COMES else Word.NO


def unavailable(found: Foreseen | None) -> tuple[agenda.AgendaProblem, ...]:
    """A warning for each agency or required seat whose people have all said that they cannot come."""
    covers = found.covers if found else ()
    return tuple(
        agenda.AgendaProblem("unavailable", cover.sentence) for cover in covers if cover.lost and cover.cannot
    )


def coming_up(meetings: Sequence[Meeting]) -> tuple[CoverLine, ...]:
    """What to expect of those of `meetings` that people were invited to, the next first. Three queries, however many."""
    invited = set(
        Invitation.objects.filter(meeting__in=meetings, kind=Invitation.Kind.REQUEST).values_list(
            "meeting_id", flat=True
        )
    )
    asked = [m for m in meetings if m.pk in invited and m.state == MeetingState.PLANNED][:SHOWN]
    entries: dict[int, list[RosterEntry]] = defaultdict(list)
    for entry in RosterEntry.objects.filter(meeting__in=asked).select_related("user", "agency", "attendance"):
        entries[entry.meeting_id].append(entry)
    answers = {
        (row.meeting_id, row.starts_at, row.user_id): row
        for row in InvitationAnswer.objects.filter(meeting__in=asked, superseded_by__isnull=True)
    }
    return tuple(
        CoverLine(
            meeting,
            coverage.coverage(
                rule_of(meeting.config),
                [
                    _expected(e, answers.get((meeting.pk, meeting.starts_at, e.user_id)))
                    for e in entries[meeting.pk]
                ],
                {},
                meeting.starts_at,
                seat_labels=dict(Seat.choices),
            ),
        )
        for meeting in asked
    )
