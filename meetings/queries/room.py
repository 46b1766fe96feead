"""Who is in the room, for every item of a meeting, from a fixed number of queries.

The rows are turned into the plain values of `meetings.rules.quorum` once; every question after that is asked of memory, so an
agenda of thirty items costs what an agenda of one does.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef

from meetings.models import (
    AgendaItem,
    Attendance,
    Conflict,
    ItemAttendance,
    Meeting,
    PanelConfig,
    RosterEntry,
    Seat,
)
from meetings.models.panels import NON_VOTING_SEATS
from meetings.queries.invitations import with_answers
from meetings.queries.late import entries_that_count
from meetings.rules import quorum as rules
from meetings.rules.invitations import COMES, Said
from meetings.rules.states import MeetingState
from panel.models import User


@dataclass(frozen=True)
class Room:
    """A meeting's people, their times, and what differs for single items (by the item's key).

    `on_paper`: of the items with conflicts, those heard on paper.
    """

    meeting: Meeting
    entries: tuple[RosterEntry, ...]
    conflicts: Mapping[int, tuple[Conflict, ...]]
    exceptions: Mapping[int, tuple[ItemAttendance, ...]]
    on_paper: frozenset[int] = frozenset()
    # What people answered to the invitation, by user, while the meeting is planned.
    answers: Mapping[int, Said] = field(default_factory=dict)

    @property
    def chair_seat(self) -> RosterEntry | None:
        """The chair's own seat, whoever holds the chair."""
        return next((entry for entry in self.entries if entry.seat == Seat.CHAIR), None)

    def came(self, item: AgendaItem) -> frozenset[int]:
        """The keys of those who were at the meeting at any time, or there for this item."""
        there = {row.entry_id for row in self.exceptions.get(item.pk, ()) if row.present}
        return frozenset(there | {entry.pk for entry in self.entries if entry.intervals.all()})

    @property
    def stand_in(self) -> RosterEntry | None:
        """Who holds the chair in another's place."""
        seated = self.chair_seat
        return next((e for e in self.entries if seated and stands_in_for(e) == seated.pk), None)

    @property
    def chair(self) -> RosterEntry | None:
        """Who holds the chair: whoever stands in for the chair at this meeting, else the chair's own seat."""
        return self.stand_in or self.chair_seat

    @property
    def stand_by(self) -> RosterEntry | None:
        """The vice-chair who may take the chair: of a planned meeting whose chair has not come, and nobody stands in for."""
        chair = self.chair
        if self.meeting.state != MeetingState.PLANNED or chair is None or chair.seat != Seat.CHAIR:
            return None
        if chair.intervals.all():
            return None
        return next(
            (entry for entry in self.entries if entry.seat == Seat.VICE_CHAIR and _may_lead(entry)), None
        )

    def leader(self, item: AgendaItem) -> RosterEntry | None:
        """Who leads one item: the deputy named for it, else whoever holds the chair."""
        if item.deputy_chair_id is None:
            return self.chair
        return next((entry for entry in self.entries if entry.pk == item.deputy_chair_id), None)

    def entry_of(self, user: User) -> RosterEntry | None:
        """The seat of a user at this meeting."""
        return next((entry for entry in self.entries if entry.user_id == user.pk), None)

    def conflicts_of(self, item: AgendaItem) -> tuple[rules.Conflict, ...]:
        """The conflicts on one item as plain values; each counts from the moment it was recorded.

        Of an item heard on paper they were entered afterwards, like the rest of it, and count from its beginning.
        """
        users = {entry.pk: entry.user_id for entry in self.entries}
        return tuple(
            rules.Conflict(
                user_id=users[row.entry_id],
                kind=rules.ConflictKind(row.kind),
                source=rules.ConflictSource(row.source),
                effect=rules.Effect(row.effect),
                since=None if item.pk in self.on_paper else row.recorded_at,
            )
            for row in self.conflicts.get(item.pk, ())
        )

    def presences(self, item: AgendaItem) -> tuple[rules.Presence, ...]:
        """Everybody's time as it counts for one item: the meeting's, with the item's exceptions laid over it.

        Whoever leads the item fills the chair's seat.
        """
        users = {entry.pk: entry.user_id for entry in self.entries}
        whole = ((item.started_at or self.meeting.opened_at or self.meeting.starts_at, None),)
        changed = tuple(
            rules.ItemException(users[row.entry_id], whole if row.present else ())
            for row in self.exceptions.get(item.pk, ())
        )
        people = rules.for_item(tuple(presence_of(entry) for entry in self.entries), changed)
        leader = self.leader(item)
        return rules.led_by(people, leader.user_id if leader else None)

    def quorum(self, item: AgendaItem, at: datetime, *, afresh: bool = False) -> rules.QuorumResult:
        """Whether this item may be decided at `at`; once it has been opened, counting who was there since.

        `afresh`: it was set back, so that who was there before counts no more.
        """
        return rules.quorum(
            rule_of(self.meeting.config),
            self.presences(item),
            self.conflicts_of(item),
            at,
            since=None if afresh else item.started_at,
        )

    def quorum_of_advice(self, item: AgendaItem, at: datetime) -> rules.QuorumResult:
        """The quorum at the moment the panel advised, as attendance stands now.

        A sheet knows minutes: whoever left in that very minute, or at the close that fell into it, was still there.
        """
        result = self.quorum(item, at)
        if result.quorate:
            return result
        before = self.quorum(item, at.replace(second=0, microsecond=0) - timedelta(microseconds=1))
        return before if before.quorate else result

    def foreseen(self, item: AgendaItem) -> rules.QuorumResult:
        """Whether this item could be decided if everybody came who has not sent word that they will not.

        Led by its deputy, or while none is named by the chair, or by a vice-chair where the chair cannot.
        """
        at = self.meeting.starts_at
        away = {
            entry.user_id
            for entry in self.entries
            if ((said := attendance_of(entry)) and said.status != "present")
            or (said is None and cannot_come(self.answers.get(entry.user_id)))
        }
        coming = tuple(
            replace(presence_of(entry), intervals=() if entry.user_id in away else ((at, None),))
            for entry in self.entries
        )
        known = tuple(replace(conflict, since=None) for conflict in self.conflicts_of(item))
        named = self.leader(item)
        if named is None or named.seat == Seat.CHAIR:
            leader = rules.would_lead(coming, rules.barred_by(known, at), at)
        else:
            leader = named.user_id
        led = rules.led_by(coming, leader)
        return rules.quorum(rule_of(self.meeting.config), led, known, at, foreseen=True)

    def in_the_room(self, item: AgendaItem, at: datetime) -> tuple[RosterEntry, ...]:
        """The people present for one item at `at`, without those whom a conflict takes out of the room."""
        out = {
            c.user_id
            for c in self.conflicts_of(item)
            if c.effect is rules.Effect.LEAVES and (c.since is None or c.since <= at)
        }
        here = {p.user_id for p in rules.present_at(self.presences(item), at)} - out
        return tuple(entry for entry in self.entries if entry.user_id in here)


def load_room(meeting: Meeting) -> Room:
    """The room of a meeting: four queries, however many people and items. `meeting.config` should be loaded already."""
    return load_rooms([meeting])[meeting.pk]


def load_rooms(meetings: Collection[Meeting]) -> dict[int, Room]:
    """The rooms of several meetings by key: four queries, however many."""
    keys = [meeting.pk for meeting in meetings]
    planned = {meeting.pk for meeting in meetings if meeting.state == MeetingState.PLANNED}
    seats = RosterEntry.objects.filter(meeting__in=keys)
    entries: dict[int, list[RosterEntry]] = defaultdict(list)
    for entry in (
        (with_answers(seats) if planned else seats)
        .select_related("user", "agency", "attendance")
        .prefetch_related("intervals")
        .order_by("pk")
    ):
        entries[entry.meeting_id].append(entry)
    conflicts: dict[int, dict[int, list[Conflict]]] = defaultdict(lambda: defaultdict(list))
    late = entries_that_count().filter(item=OuterRef("item"))
    on_paper: set[int] = set()
    laid = Conflict.objects.filter(item__meeting__in=keys).annotate(
        on_paper=Exists(late), meeting=F("item__meeting")
    )
    for conflict in laid.order_by("pk"):
        conflicts[conflict.meeting][conflict.item_id].append(conflict)
        if conflict.on_paper:
            on_paper.add(conflict.item_id)
    exceptions: dict[int, dict[int, list[ItemAttendance]]] = defaultdict(lambda: defaultdict(list))
    made = ItemAttendance.objects.filter(item__meeting__in=keys).annotate(meeting=F("item__meeting"))
    for exception in made.order_by("pk"):
        exceptions[exception.meeting][exception.item_id].append(exception)
    return {
        meeting.pk: Room(
            meeting=meeting,
            entries=tuple(entries[meeting.pk]),
            conflicts={item: tuple(rows) for item, rows in conflicts[meeting.pk].items()},
            exceptions={item: tuple(rows) for item, rows in exceptions[meeting.pk].items()},
            on_paper=frozenset(on_paper),
            answers={
                entry.user_id: Said(said)
                for entry in entries[meeting.pk]
                if meeting.pk in planned and (said := getattr(entry, "said", None))
            },
        )
        for meeting in meetings
    }


def rule_of(config: PanelConfig) -> rules.QuorumRule:
    """The quorum rule of a panel's configuration."""
    return rules.QuorumRule(
        minimum_total=config.minimum_total,
        required_seats=frozenset(config.required_seats),
        minimum_agencies=config.minimum_agencies,
        required_agencies=frozenset(config.required_agencies),
    )


def _may_lead(entry: RosterEntry) -> bool:
    said = attendance_of(entry)
    return entry.voting and (said is None or said.status == Attendance.Status.PRESENT)


def attendance_of(entry: RosterEntry) -> Attendance | None:
    """What was said about somebody's coming, None while nothing was."""
    found: Attendance | None = getattr(entry, "attendance", None)
    return found


def cannot_come(said: Said | None) -> bool:
    """Whether somebody has answered that they will not come."""
    return said is not None and said not in COMES


def stands_in_for(entry: RosterEntry) -> int | None:
    """The key of the seat somebody fills in another's place."""
    attendance = attendance_of(entry)
    return attendance.substitute_for_id if attendance else None


def presence_of(entry: RosterEntry) -> rules.Presence:
    """One person's time at the meeting as a plain value."""
    return rules.Presence(
        user_id=entry.user_id,
        seat=entry.seat,
        agency_kind=entry.agency.kind if entry.agency else "",
        voting=entry.voting and entry.seat not in NON_VOTING_SEATS,
        intervals=tuple((row.joined_at, row.left_at) for row in entry.intervals.all()),
        name=entry.user.name,
    )
