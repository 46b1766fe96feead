"""The consent list of a meeting: what stands on it, who may note what, and how each reader sees it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from meetings.models import AgendaItem, ConsentEntry, Meeting, RosterEntry, Seat
from meetings.queries.agenda import QuorumNote, quorum_note
from meetings.queries.late import untouched
from meetings.queries.recused import take_no_part
from meetings.queries.room import Room, load_room
from meetings.rules.quorum import barred_by
from meetings.rules.standard_steps import StandardStep, standard_steps
from meetings.rules.states import ItemState
from panel.law.legal import OUTCOME_LABELS, STAGE_LABELS, Outcome, Stage, answer_label, legal_test
from panel.models import Denial, Membership, User
from panel.platform.policy import Role


@dataclass(frozen=True)
class ConsentLine:
    """One item of the list as it is read: each answer under its question. `mine`: this reader leads it and may note it."""

    entry: ConsentEntry
    item: AgendaItem
    stage: str
    outcome: str
    answers: tuple[tuple[str, str, str], ...]
    steps: tuple[StandardStep, ...]
    quorum: QuorumNote
    mine: bool


@dataclass(frozen=True)
class ConsentList:
    """The lines open to a reader in the order of the agenda; `closed` says how many others there are."""

    lines: tuple[ConsentLine, ...]
    closed: int

    @property
    def mine(self) -> tuple[ConsentLine, ...]:
        """Those this reader may note."""
        return tuple(line for line in self.lines if line.mine)


def standing_entries(meeting: Meeting) -> tuple[ConsentEntry, ...]:
    """What stands on a meeting's consent list: not taken off, and its item not taken up by screen. One query."""
    return tuple(
        ConsentEntry.objects.filter(
            untouched(),
            item__meeting=meeting,
            item__state=ItemState.LISTED,
            taken_off_at=None,
            recommendation=None,
        )
        .select_related(
            "item__case__child",
            "item__case__coordinator",
            "item__meeting__config",
            "item__deputy_chair",
            "reasons_by",
        )
        .order_by("item__position", "pk")
    )


@dataclass(frozen=True)
class OnConsent:
    """One item's entry as its own page shows it."""

    entry: ConsentEntry
    outcome: str
    answers: tuple[tuple[str, str, str], ...]


def consent_of(item: AgendaItem) -> OnConsent | None:
    """What stands of one item on the list. One query, none for an item that is heard or put off."""
    if item.state != ItemState.LISTED:
        return None
    entry = (
        ConsentEntry.objects.filter(untouched(), item=item, taken_off_at=None, recommendation=None)
        .select_related("reasons_by", "item__case")
        .first()
    )
    if entry is None:
        return None
    return OnConsent(entry, OUTCOME_LABELS[Outcome(entry.outcome)], answers_in_words(entry))


def to_note(
    user: User, meeting: Meeting, entries: Sequence[ConsentEntry], now: datetime
) -> tuple[ConsentEntry, ...]:
    """Those of `entries` that `user` leads, with nothing that keeps them from it."""
    room = load_room(meeting)
    return tuple(entry for entry in _open_to(user, entries, now) if _leads(user, entry.item, room, now))


def _open_to(user: User, entries: Sequence[ConsentEntry], now: datetime) -> tuple[ConsentEntry, ...]:
    """Those of `entries` whose item `user` may see, as everywhere else: an observer none before she has promised."""
    items = AgendaItem.objects.visible_to(user, now).filter(pk__in=[entry.item_id for entry in entries])
    seen = set(items.values_list("pk", flat=True))
    return tuple(entry for entry in entries if entry.item_id in seen)


def _leads(user: User, item: AgendaItem, room: Room, now: datetime) -> bool:
    leader = room.leader(item)
    return (
        leader is not None
        and leader.user_id == user.pk
        and user.pk not in barred_by(room.conflicts_of(item), now)
    )


def consent_list(user: User, meeting: Meeting, now: datetime) -> ConsentList:
    """The list of a meeting that was loaded through `visible_to`. About eight queries, however long it is."""
    entries = standing_entries(meeting)
    room, seen = load_room(meeting), _open_to(user, entries, now)
    return ConsentList(
        tuple(_line(entry, room, now, mine=_leads(user, entry.item, room, now)) for entry in seen),
        closed=len(entries) - len(seen),
    )


def _line(entry: ConsentEntry, room: Room, now: datetime, *, mine: bool) -> ConsentLine:
    item = entry.item
    stage = Stage(item.stage)
    return ConsentLine(
        entry=entry,
        item=item,
        stage=STAGE_LABELS[stage],
        outcome=OUTCOME_LABELS[Outcome(entry.outcome)],
        answers=answers_in_words(entry),
        steps=steps_of(entry),
        quorum=quorum_note(room, item, now),
        mine=mine,
    )


def steps_of(entry: ConsentEntry) -> tuple[StandardStep, ...]:
    """What follows once an entry is noted: the usual next steps of its outcome, which the hearing of an item offers as
    well.
    """
    item = entry.item
    coordinator = item.case.coordinator
    return standard_steps(
        Outcome(entry.outcome),
        coordinator=coordinator.name if coordinator else "",
        heard_on=timezone.localdate(item.meeting.starts_at),
    )


def answers_in_words(entry: ConsentEntry) -> tuple[tuple[str, str, str], ...]:
    """Each question of the legal test with its answer and the reasons."""
    item = entry.item
    questions = legal_test(Stage(item.stage), item.case.received_on).questions
    return tuple(
        (questions[row["limb"]], answer_label(row["answer"]), row["reasons"]) for row in entry.answers
    )


def may_take_off(user: User, meeting: Meeting, now: datetime) -> bool:
    """Anybody at the table, and the clerk wherever she sits; nobody who only looks on. Whether the item is theirs is
    asked of `access`.
    """
    looking_on = RosterEntry.objects.filter(meeting=meeting, user=user, seat=Seat.OBSERVER)
    return Role.CLERK in user.roles_on(timezone.localdate(now)) or not looking_on.exists()


def may_give_reasons(item: AgendaItem, now: datetime) -> QuerySet[User]:
    """Whose reasons may be proposed for an item: the case's coordinator and the designated officers, none recused from
    it.
    """
    officers = Membership.objects.live(timezone.localdate(now)).filter(role=Role.OFFICER).values("user")
    people = User.objects.filter(Q(pk=item.case.coordinator_id) | Q(pk__in=officers), is_active=True)
    shut_out = Denial.objects.live().filter(case=item.case_id, user=OuterRef("pk"))
    recused = take_no_part(item.case, item.stage)
    return people.exclude(recused).exclude(Exists(shut_out)).order_by("name", "pk")
