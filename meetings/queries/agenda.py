"""The agenda of a meeting as one user sees it: in a fixed number of queries, however many items.

Of an item that is closed to her she gets its number, why it is closed and when to be back: no name, no reference, no state.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.utils import timezone

from meetings.models import (
    AgendaItem,
    Conflict,
    ConsentEntry,
    Decision,
    Meeting,
    Recommendation,
    RosterEntry,
    Seat,
)
from meetings.models.meetings import shut_out
from meetings.queries.coverage import foreseen, unavailable
from meetings.queries.decisions import standing_decisions
from meetings.queries.lacking import advice_gaps
from meetings.queries.late import untouched
from meetings.queries.minutes import closed_cases
from meetings.queries.quorum import lost
from meetings.queries.room import Room, attendance_of, load_room, presence_of
from meetings.queries.waiting import agenda_warnings, candidate
from meetings.rules import agenda, quorum
from meetings.rules.coverage import Foreseen
from meetings.rules.invitations import SAID_SHORT
from meetings.rules.states import ADVISED, FINISHED, ItemState, MeetingState, item_words
from panel.law.advice import NO_GAPS
from panel.law.legal import OUTCOME_LABELS, STAGE_LABELS, Outcome, Stage
from panel.models import Denial, User
from panel.platform.policy import Refused, Role


@dataclass(frozen=True)
class ConflictNote:
    """Somebody’s conflict on an item, for those who see the item."""

    public_id: UUID
    entry: RosterEntry
    kind: str
    effect: str
    source: str
    detail: str


@dataclass(frozen=True)
class QuorumNote:
    """The quorum of an item: as recorded once it was heard, as it stands now in session, as it is foreseen before.

    `could_restore`: whose coming would help. `way_out`: what to do about those who missed part of an item in discussion.
    """

    quorate: bool
    sentence: str
    could_restore: tuple[str, ...] = ()
    way_out: str = ""


@dataclass(frozen=True)
class OpenLine:
    """What a user sees of an item that is open to her."""

    item: AgendaItem
    reference: str
    child: str
    stage: str
    state: str
    legal_due_on: date
    latest_panel_on: date
    last_safe: agenda.LastSafe
    quorum: QuorumNote
    conflicts: tuple[ConflictNote, ...]
    needs_deputy: bool
    leader: RosterEntry | None
    recommended: str
    decided: str
    on_consent: bool


@dataclass(frozen=True)
class Line:
    """One line of the agenda. `open` is None when the item is closed to the user, and `closed_because` says why.

    `key`: the item’s public id, by which a recused chair names a deputy without opening it. `to_hear`: it is not done with;
    `no_deputy`: nobody is named to lead it.
    """

    number: int
    key: UUID
    starts_at: datetime
    ends_at: datetime
    over_time: bool
    open: OpenLine | None
    closed_because: str = ""
    to_hear: bool = True
    no_deputy: bool = True


@dataclass(frozen=True)
class Agenda:
    """A meeting, its people and its lines; warnings only about items that are open to the user.

    `later_on`: the days on which this panel meets after it. `pace`: how the day goes, while the meeting sits. `foreseen`: who
    can be expected, before it does. `shut_because`: why the whole of it is closed to an observer.
    """

    meeting: Meeting
    room: Room
    lines: tuple[Line, ...]
    warnings: tuple[agenda.AgendaProblem, ...]
    minutes_listed: int
    minutes_there_are: int
    later_on: tuple[date, ...]
    pace: agenda.Pace | None
    foreseen: Foreseen | None
    shut_because: str

    @property
    def overfull(self) -> str:
        """How full the list is, where it is longer than the meeting."""
        return agenda.overfull(self.minutes_listed, self.minutes_there_are)

    @property
    def on_consent(self) -> int:
        """How many of the items that are open to the user stand on the consent list."""
        return sum(1 for line in self.lines if line.open and line.open.on_consent)


RECUSED = "You are recused from this item."
RESTRICTED = "This item is open only to named people."
UNPROMISED = "This item is open to you once you have promised confidentiality."
NOT_HEARD = "The meeting was cancelled."


def agenda_for(user: User, meeting: Meeting, now: datetime) -> Agenda:
    """The agenda of a meeting that was loaded through `visible_to`. About twelve queries."""
    consenting = ConsentEntry.objects.filter(untouched(), item=OuterRef("pk"), taken_off_at=None)
    rows = meeting.items.select_related("case__child", "deputy_chair__user").annotate(
        consenting=Exists(consenting)
    )
    items = list(rows.order_by("position", "pk"))
    room = load_room(meeting)
    promises = _must_promise(user, room, now)
    closed = closed_cases(user, meeting, now) if not promises else frozenset(i.case_id for i in items)
    found = foreseen(room, items)
    reader = _Reader(user, room, items, closed, now)
    planned = _candidates(meeting, items)
    slots = agenda.timetable(
        planned,
        starts_at=meeting.opened_at or meeting.starts_at,
        minutes_per_item=meeting.config.minutes_per_item,
        ends_at=meeting.ends_at,
    )
    lines = tuple(
        Line(
            number=item.position,
            key=item.public_id,
            starts_at=slot.starts_at,
            ends_at=slot.ends_at,
            over_time=slot.over_time,
            open=None if item.case_id in closed else reader.line(item),
            closed_because=promises or reader.why_closed(item) if item.case_id in closed else "",
            to_hear=item.state not in FINISHED,
            no_deputy=item.deputy_chair_id is None,
        )
        for item, slot in zip(items, slots, strict=True)
    )
    return Agenda(
        meeting=meeting,
        room=room,
        lines=lines,
        warnings=(
            *_warnings(meeting, [c for c in planned if c.case_id not in closed], timezone.localdate(now)),
            *unavailable(found),
        ),
        minutes_listed=sum(item.minutes for item in items),
        minutes_there_are=int((meeting.ends_at - meeting.starts_at) / timedelta(minutes=1)),
        later_on=tuple(reader.later),
        pace=pace_of(meeting, items, now),
        foreseen=found,
        shut_because=promises,
    )


def _candidates(meeting: Meeting, items: Sequence[AgendaItem]) -> list[agenda.Candidate]:
    """The items as the rules of a list see them, with the advice that is missing while something can be done about it."""
    plans = [item.case_id for item in items if item.stage == Stage.ISSUE and item.state not in FINISHED]
    gaps = (
        advice_gaps(plans, timezone.localdate(meeting.starts_at))
        if meeting.state == MeetingState.PLANNED
        else {}
    )
    return [
        candidate(item.case, Stage(item.stage), item.minutes, advice=gaps.get(item.case_id, NO_GAPS))
        for item in items
    ]


def _must_promise(user: User, room: Room, now: datetime) -> str:
    """Why an observer sees no item of this meeting; empty for everybody else, of whom nothing is asked. One query."""
    seat, meeting = room.entry_of(user), room.meeting
    if seat is None or seat.seat != Seat.OBSERVER:
        return ""
    if user.roles_on(timezone.localdate(now)) & {Role.CLERK, Role.OFFICER}:
        return ""
    if not shut_out(user).filter(meeting=meeting).exists():
        return ""
    return NOT_HEARD if meeting.state == MeetingState.CANCELLED else UNPROMISED


def pace_of(meeting: Meeting, items: Sequence[AgendaItem], now: datetime) -> agenda.Pace | None:
    """How the day goes while the meeting sits; None before and after."""
    if meeting.state != MeetingState.OPEN or meeting.opened_at is None:
        return None
    timed = [
        agenda.Timed(
            item.minutes,
            item.started_at if item.state != ItemState.LISTED else None,
            done=item.state in FINISHED,
        )
        for item in items
    ]
    return agenda.pace(timed, opened_at=meeting.opened_at, closes_at=meeting.ends_at, now=now)


class _Reader:
    """Turns items into lines from rows loaded once."""

    def __init__(
        self,
        user: User,
        room: Room,
        items: Sequence[AgendaItem],
        closed: Collection[int],
        now: datetime,
    ) -> None:
        meeting = room.meeting
        keys = [item.pk for item in items if item.state in ADVISED]
        self.consent = {
            item.pk for item in items if item.state == ItemState.LISTED and getattr(item, "consenting", False)
        }
        self.meeting, self.room, self.now = meeting, room, now
        advised = Recommendation.objects.filter(item__in=keys, superseded_by__isnull=True)
        self.advice: dict[int, Recommendation] = {row.item_id: row for row in advised}
        decided = standing_decisions().filter(case__in=[item.case_id for item in items])
        self.decisions: dict[tuple[int, str], Decision] = {(row.case_id, row.stage): row for row in decided}
        # Why an item is closed is asked only where one is.
        denied = Denial.objects.live().filter(user=user, case__in=closed)
        self.recused = set(denied.values_list("case_id", flat=True)) if closed else set()
        later = Meeting.objects.filter(
            starts_at__gt=meeting.starts_at, panel_type=meeting.panel_type, closed_at=None
        ).exclude(state=MeetingState.CANCELLED)
        self.later = [timezone.localdate(at) for at in later.values_list("starts_at", flat=True)]
        seat = room.entry_of(user)
        holds_chair = seat is not None and seat == room.chair
        # What the authority decided is not a member's to know before the family does (policy: `decision.view`).
        self.sees_decisions = holds_chair or bool(
            user.roles_on(timezone.localdate(now)) & {Role.OFFICER, Role.CLERK}
        )

    def why_closed(self, item: AgendaItem) -> str:
        return RECUSED if item.case_id in self.recused else RESTRICTED

    def line(self, item: AgendaItem) -> OpenLine:
        stage = Stage(item.stage)
        listed = candidate(item.case, stage, item.minutes)
        advice = self.advice.get(item.pk)
        decision = self.decisions.get((item.case_id, item.stage))
        leader = self.room.leader(item)
        barred = quorum.barred_by(self.room.conflicts_of(item), self.now)
        day = timezone.localdate(self.meeting.starts_at)
        return OpenLine(
            item=item,
            reference=item.case.reference,
            child=item.case.child.full_name,
            stage=STAGE_LABELS[stage],
            state=item_words(ItemState(item.state), taken_up=item.started_at is not None),
            legal_due_on=listed.legal_due_on,
            latest_panel_on=listed.latest_panel_on,
            last_safe=agenda.last_safe(
                listed, meeting_on=day, today=timezone.localdate(self.now), later_on=self.later
            ),
            quorum=self._quorum(item, advice),
            conflicts=conflict_notes(self.room, item),
            needs_deputy=item.state not in FINISHED and (leader is None or leader.user_id in barred),
            leader=leader,
            recommended=OUTCOME_LABELS[Outcome(advice.outcome)] if advice else "",
            decided=OUTCOME_LABELS[Outcome(decision.outcome)] if decision and self.sees_decisions else "",
            on_consent=item.pk in self.consent,
        )

    def _quorum(self, item: AgendaItem, advice: Recommendation | None) -> QuorumNote:
        return advised_note(self.room, item, advice) if advice else quorum_note(self.room, item, self.now)


def advised_note(room: Room, item: AgendaItem, advice: Recommendation) -> QuorumNote:
    """The quorum with which the panel advised, or that attendance as it is recorded now shows none."""
    if gone := lost(room, item, advice):
        return QuorumNote(
            quorate=False, sentence=f"Advised with a quorum that attendance does not show now. {gone}"
        )
    return QuorumNote(advice.quorum["quorate"], advice.quorum["sentence"])


def quorum_note(room: Room, item: AgendaItem, now: datetime, *, on_paper: bool = False) -> QuorumNote:
    """The quorum of an item not heard yet, with the names of those whose return would restore it.

    `on_paper`: its times were entered afterwards, so that it is never set back nor taken up.
    """
    if room.meeting.state == MeetingState.OPEN:
        result = room.quorum(item, now, afresh=item.state == ItemState.LISTED and not on_paper)
    else:
        result = room.foreseen(item)
    names = {entry.user_id: entry.user.name for entry in room.entries}
    return QuorumNote(
        result.quorate,
        result.sentence,
        tuple(names[user] for user in result.could_restore),
        result.way_out if item.state == ItemState.IN_DISCUSSION and not on_paper else "",
    )


def conflict_notes(room: Room, item: AgendaItem) -> tuple[ConflictNote, ...]:
    """The conflicts on one item with the people they are about."""
    entries = {entry.pk: entry for entry in room.entries}
    return tuple(
        ConflictNote(
            public_id=row.public_id,
            entry=entries[row.entry_id],
            kind=Conflict.Kind(row.kind).label,
            effect=Conflict.Effect(row.effect).label,
            source=Conflict.Source(row.source).label,
            detail=row.detail,
        )
        for row in room.conflicts.get(item.pk, ())
    )


def _warnings(
    meeting: Meeting, candidates: Sequence[agenda.Candidate], today: date
) -> tuple[agenda.AgendaProblem, ...]:
    """What to say about a list that is kept already; what would stop it now is said as well."""
    if meeting.state != MeetingState.PLANNED:
        return ()
    try:
        return agenda_warnings(meeting, candidates, today)
    except Refused as stop:
        return (agenda.AgendaProblem(stop.code, stop.sentence, stops=True),)


@dataclass(frozen=True)
class SeatLine:
    """A person at a meeting: whether they are there now, what was said about their coming, since when, and when they were there before."""

    entry: RosterEntry
    seat: str
    agency: str
    status: str
    mode: str
    here: bool
    joined_at: datetime | None
    was_here: tuple[tuple[datetime, datetime], ...]
    substitute_for: str
    is_chair: bool
    answer: str = ""


def seat_lines(room: Room, now: datetime) -> tuple[SeatLine, ...]:
    """Everybody on the roster as they are now, from what is loaded already."""
    here = {p.user_id for p in quorum.present_at(tuple(presence_of(entry) for entry in room.entries), now)}
    names = {entry.pk: entry.user.name for entry in room.entries}
    lines = []
    for entry in room.entries:
        said, answer = attendance_of(entry), room.answers.get(entry.user_id)
        rows = sorted(entry.intervals.all(), key=lambda row: row.joined_at)
        times = [row.joined_at for row in rows if row.left_at is None]
        lines.append(
            SeatLine(
                entry=entry,
                seat=Seat(entry.seat).label,
                agency=entry.agency.name if entry.agency else "",
                status=said.get_status_display() if said else "",
                mode=said.get_mode_display() if said and entry.user_id in here else "",
                here=entry.user_id in here,
                joined_at=times[0] if times else None,
                was_here=tuple((row.joined_at, row.left_at) for row in rows if row.left_at is not None),
                substitute_for=names.get(said.substitute_for_id, "")
                if said and said.substitute_for_id
                else "",
                is_chair=entry == room.chair,
                answer=SAID_SHORT[answer] if answer else "",
            )
        )
    return tuple(lines)
