"""Who counts for an item, and whether enough of them are there.

Attendance is a set of intervals, never a tick: people arrive, leave, return and recuse. Quorum is asked again for every
item, after recusals (practice.md A5, reliability.md 3.3). Pure: plain values in, frozen results out; every moment is
passed in.
"""

import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from meetings.rules.names import written_by

# A dropped video call or a trip to the door is not an absence from the discussion; a missed half of it is.
AWAY_GRACE = timedelta(minutes=2)

Interval = tuple[datetime, datetime | None]

# The two seats whose holders lead; every other seat is a name to these rules.
CHAIR, VICE_CHAIR = "chair", "vice_chair"


class Effect(StrEnum):
    """What a conflict does, mildest first."""

    NOTE = "note"
    NO_VOTE = "no_vote"
    LEAVES = "leaves"


def milder(effect: Effect, than: Effect) -> bool:
    """Whether one effect asks for less than another."""
    order = list(Effect)
    return order.index(effect) < order.index(than)


class ConflictKind(StrEnum):
    """Why a member may not be impartial on an item."""

    OWN_SETTING = "own_setting"
    OWN_PAPER = "own_paper"
    RELATIVE = "relative"
    PRIOR_DECISION = "prior_decision"
    FINANCIAL = "financial"
    OTHER = "other"


class ConflictSource(StrEnum):
    """Who found the conflict."""

    DECLARED = "declared"
    IMPOSED = "imposed"
    AUTOMATIC = "automatic"


# The configured default of every panel type; a panel type may be stricter or milder.
DEFAULT_EFFECTS: Mapping[ConflictKind, Effect] = {
    ConflictKind.OWN_SETTING: Effect.LEAVES,
    ConflictKind.OWN_PAPER: Effect.NO_VOTE,
    ConflictKind.RELATIVE: Effect.LEAVES,
    ConflictKind.PRIOR_DECISION: Effect.NO_VOTE,
    ConflictKind.FINANCIAL: Effect.LEAVES,
    ConflictKind.OTHER: Effect.NOTE,
}


@dataclass(frozen=True)
class QuorumRule:
    """What a panel type asks for: so many eligible members, these seats filled, so many kinds of agency, and of these kinds somebody."""

    minimum_total: int
    required_seats: frozenset[str] = frozenset()
    minimum_agencies: int = 0
    required_agencies: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Presence:
    """One person's time at a meeting. `intervals` are (joined, left); an open end means still there.

    `acts_as`: the seat somebody fills beside their own, as whoever leads an item fills the chair's.
    """

    user_id: int
    seat: str
    agency_kind: str
    voting: bool
    intervals: tuple[Interval, ...]
    name: str = ""
    acts_as: str = ""


@dataclass(frozen=True)
class ItemException:
    """For one item this person's time differs from the meeting's; no intervals means not there at all."""

    user_id: int
    intervals: tuple[Interval, ...] = ()


@dataclass(frozen=True)
class Conflict:
    """A conflict in force on one item; `since` is when it began (None: before the item was opened)."""

    user_id: int
    kind: ConflictKind
    source: ConflictSource
    effect: Effect
    since: datetime | None = None


@dataclass(frozen=True)
class QuorumResult:
    """`present` counts eligible members; `could_restore` are members of the meeting whose return would help at once.

    `way_out`: what to do about those, here again or not, who have missed too much of this item to count for it as it runs.
    """

    quorate: bool
    needed: int
    present: int
    missing_seats: tuple[str, ...]
    missing_agencies: int
    could_restore: tuple[int, ...]
    sentence: str
    way_out: str = ""
    missing_kinds: tuple[str, ...] = ()


def present_at(presences: Iterable[Presence], at: datetime) -> tuple[Presence, ...]:
    """Everybody in the room or on the call at `at`: joined at or before it and not yet gone."""
    return tuple(p for p in presences if any(_covers(i, at) for i in p.intervals))


def for_item(presences: Iterable[Presence], exceptions: Iterable[ItemException]) -> tuple[Presence, ...]:
    """The meeting's presences with the item's exceptions laid over them."""
    changed = {exception.user_id: exception.intervals for exception in exceptions}
    return tuple(replace(p, intervals=changed.get(p.user_id, p.intervals)) for p in presences)


def led_by(presences: Iterable[Presence], leader: int | None) -> tuple[Presence, ...]:
    """The presences for an item that `leader` leads: the chair's seat is filled by them as well."""
    return tuple(
        replace(p, acts_as=CHAIR) if p.user_id == leader and p.seat != CHAIR else p for p in presences
    )


def would_lead(presences: Iterable[Presence], barred: Collection[int], at: datetime) -> int | None:
    """Who would lead at `at` while nobody is named: the chair, else a vice-chair, if there and not barred."""
    there = present_at(presences, at)
    return next(
        (
            p.user_id
            for seat in (CHAIR, VICE_CHAIR)
            for p in there
            if p.seat == seat and p.user_id not in barred
        ),
        None,
    )


def eligible(
    presences: Iterable[Presence], conflicts: Iterable[Conflict], from_: datetime, until: datetime
) -> tuple[Presence, ...]:
    """Members who count for an item discussed from `from_` to `until`.

    They vote, are there at `until`, were away from the discussion for two minutes at most, and no conflict in force by
    `until` takes their vote. A person counts once, however many rows name them.
    """
    barred = barred_by(conflicts, until)
    return tuple(
        p
        for p in _one_per_person(presences)
        if p.voting
        and p.user_id not in barred
        and any(_covers(i, until) for i in p.intervals)
        and _away(p.intervals, from_, until) <= AWAY_GRACE
    )


def barred_by(conflicts: Iterable[Conflict], at: datetime) -> frozenset[int]:
    """Who may not take part in the recommendation at `at` because of a conflict: `no_vote` and `leaves` alike."""
    return frozenset(
        c.user_id for c in conflicts if c.effect is not Effect.NOTE and (c.since is None or c.since <= at)
    )


def quorum(
    rule: QuorumRule,
    presences: Iterable[Presence],
    conflicts: Iterable[Conflict],
    at: datetime,
    *,
    since: datetime | None = None,
    foreseen: bool = False,
) -> QuorumResult:
    """Whether the item may be decided at `at`, counting members eligible since the item was opened (`since`).

    `foreseen`: asked before the day, of people who are not there yet; the sentence says so.
    """
    people, conflicts = tuple(presences), tuple(conflicts)
    counted = eligible(people, conflicts, since or at, at)
    missing_seats = tuple(
        sorted(rule.required_seats - {seat for p in counted for seat in (p.seat, p.acts_as)})
    )
    agencies = {p.agency_kind for p in counted if p.agency_kind}
    missing_agencies = max(0, rule.minimum_agencies - len(agencies))
    missing_kinds = tuple(sorted(rule.required_agencies - agencies))
    missing = missing_seats or missing_agencies or missing_kinds
    quorate = len(counted) >= rule.minimum_total and not missing
    out = {p.user_id for p in counted} | barred_by(conflicts, at)
    others = () if quorate else _one_per_person(p for p in people if p.voting and p.user_id not in out)
    too_long = tuple(p for p in others if _away(p.intervals, since or at, at) > AWAY_GRACE)
    back = present_at(too_long, at)
    return QuorumResult(
        quorate=quorate,
        needed=rule.minimum_total,
        present=len(counted),
        missing_seats=missing_seats,
        missing_agencies=missing_agencies,
        could_restore=tuple(p.user_id for p in others if p not in too_long),
        sentence=_sentence(
            rule, len(counted), (missing_seats, missing_kinds), back, len(agencies), foreseen=foreseen
        ),
        # Whoever never came is not named: the sheet says so.
        way_out=_way_out(back, tuple(p for p in too_long if p.intervals and p not in back)),
        missing_kinds=missing_kinds,
    )


def _sentence(
    rule: QuorumRule,
    present: int,
    missing: tuple[tuple[str, ...], tuple[str, ...]],
    back: tuple[Presence, ...],
    agencies: int,
    *,
    foreseen: bool,
) -> str:
    """`missing`: the seats, and the kinds of agency."""
    members = "member" if present == 1 else "members"
    there, nobody = ("expected", "Nobody is expected as") if foreseen else ("present", "Not here")
    missing_seats, missing_kinds = missing
    parts = [f"Quorum is {rule.minimum_total}, {present} eligible {members} {there} for this item."]
    here_again = {p.seat for p in back}
    for said, seats in (
        (nobody, [seat for seat in missing_seats if seat not in here_again]),
        ("Here again, but missed part of this item", [seat for seat in missing_seats if seat in here_again]),
    ):
        if seats:
            parts.append(f"{said}: {_listed(seats)}.")
    back_of = {p.agency_kind for p in back}
    if gone := [kind for kind in missing_kinds if kind not in back_of]:
        parts.append(f"Nobody is {'expected' if foreseen else 'here'} from: {_listed(gone)}.")
    if again := [kind for kind in missing_kinds if kind in back_of]:
        parts.append(f"Here again, but missed part of this item, from: {_listed(again)}.")
    if agencies < rule.minimum_agencies:
        kinds = "agency" if agencies == 1 else "agencies"
        parts.append(f"{rule.minimum_agencies} different agencies are needed, {agencies} {kinds} {there}.")
    return " ".join(parts)


def _listed(values: Iterable[str]) -> str:
    return ", ".join(value.replace("_", " ") for value in values)


def _way_out(back: tuple[Presence, ...], gone: tuple[Presence, ...]) -> str:
    """For an item in discussion: whoever missed more of it than the grace counts again once it is taken up anew."""
    parts = []
    if back:
        verb = "is" if len(back) == 1 else "are"
        parts.append(f"{_named(back)} {verb} here again, but missed part of this item.")
    if gone:
        verb = "has" if len(gone) == 1 else "have"
        parts.append(f"{_named(gone)} {verb} missed part of it: to come back is not enough.")
    if parts:
        once = "" if back else "once they are here, "
        parts.append(f"To count them, {once}set the item back and take it up again.")
    return " ".join(parts)


def _named(people: tuple[Presence, ...]) -> str:
    names = [p.name or p.seat.replace("_", " ") for p in people]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _one_per_person(presences: Iterable[Presence]) -> tuple[Presence, ...]:
    """Rows of one person joined: their intervals together, the first row's seat, a vote only if every row has one."""
    people: dict[int, Presence] = {}
    for p in presences:
        first = people.get(p.user_id)
        people[p.user_id] = (
            p
            if first is None
            else replace(first, intervals=first.intervals + p.intervals, voting=first.voting and p.voting)
        )
    return tuple(people.values())


def _covers(interval: Interval, at: datetime) -> bool:
    joined, left = interval
    return joined <= at and (left is None or at < left)


def _away(intervals: Iterable[Interval], from_: datetime, until: datetime) -> timedelta:
    """How much of [from_, until] no interval covers."""
    away, clock = timedelta(0), from_
    for joined, left in sorted(intervals, key=lambda interval: interval[0]):
        if joined > clock:
            away += min(joined, until) - min(clock, until)
        clock = max(clock, until if left is None else left)
    return away + max(timedelta(0), until - clock)


# Conflicts the records themselves show


@dataclass(frozen=True)
class MemberTies:
    """What we know of a member that may tie them to a case."""

    user_id: int
    settings: frozenset[int] = frozenset()
    surname: str = ""
    postcode: str = ""
    name: str = ""


@dataclass(frozen=True)
class ItemTies:
    """What we know of a case that may tie it to a member: its setting, paper authors, earlier deciders, the family's
    accounts and homes.

    `relatives` and `paper_authors` are accounts, `written_authors` the names on the papers, as written; `family` are surnames,
    each with a postcode.
    """

    setting: int | None
    relatives: frozenset[int] = frozenset()
    paper_authors: frozenset[int] = frozenset()
    earlier_deciders: frozenset[int] = frozenset()
    family: frozenset[tuple[str, str]] = frozenset()
    written_authors: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Ask:
    """A member to be asked whether there is a conflict of this kind. Until they answer it is none.

    `about`: the authors, as written on papers, that may be them.
    """

    user_id: int
    kind: ConflictKind
    about: tuple[str, ...] = ()


@dataclass(frozen=True)
class FoundConflicts:
    """`conflicts` take effect at once; `ask` says who is to be asked what."""

    conflicts: tuple[Conflict, ...]
    ask: tuple[Ask, ...]


def automatic_conflicts(
    members: Iterable[MemberTies], item: ItemTies, *, effects: Mapping[ConflictKind, Effect] = DEFAULT_EFFECTS
) -> FoundConflicts:
    """Conflicts found from settings, family, paper authors and earlier deciders, one per member and kind.

    A shared surname and postcode proves nothing, so it only asks (reliability.md 3.3); nor does a paper by somebody of
    the same name, sent in by another account: two people may be called so. Run again when the roster or the papers
    change.
    """
    conflicts: list[Conflict] = []
    ask: list[Ask] = []
    homes = {(_plain(surname), _plain(postcode)) for surname, postcode in item.family if surname and postcode}
    for member in members:
        kinds = []
        if item.setting is not None and item.setting in member.settings:
            kinds.append(ConflictKind.OWN_SETTING)
        if member.user_id in item.relatives:
            kinds.append(ConflictKind.RELATIVE)
        if member.user_id in item.paper_authors:
            kinds.append(ConflictKind.OWN_PAPER)
        if member.user_id in item.earlier_deciders:
            kinds.append(ConflictKind.PRIOR_DECISION)
        conflicts += [
            Conflict(member.user_id, kind, ConflictSource.AUTOMATIC, effects[kind]) for kind in kinds
        ]
        home = (_plain(member.surname), _plain(member.postcode))
        if ConflictKind.RELATIVE not in kinds and home in homes:
            ask.append(Ask(member.user_id, ConflictKind.RELATIVE))
        by_name = tuple(one for one in sorted(item.written_authors) if written_by(one, member.name))
        if ConflictKind.OWN_PAPER not in kinds and by_name:
            ask.append(Ask(member.user_id, ConflictKind.OWN_PAPER, by_name))
    return FoundConflicts(tuple(conflicts), tuple(ask))


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
