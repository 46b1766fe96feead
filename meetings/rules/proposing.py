"""Which of the cases that wait a meeting should hear, and why each: a proposal, of which nothing is kept until somebody confirms it.

Three kinds, in this order. What can still be answered in time and no later panel is in time for: a duty kept for one family and
broken for ever if it waits. Then what is still in time and could wait, the soonest due first. Then what is late already, the
oldest first: every one is a broken duty too (design.md 2, fact 3) and owed an answer at once, but no place on a list puts it back
in time, while giving it the place of a case that still can be breaks a second duty. So the late come after, and never last for
good: a quarter of the time is theirs before it goes to cases that lose nothing by waiting, or that cannot wait only because no
later panel is planned yet; and how many find no room is said, for a further panel or an officer's decision without one is what
they need.

Cases from which the same people are recused stand together within the two parts, so that each of them leaves once. Pure.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from meetings.rules.agenda import MAX_ITEMS, Candidate, cannot_survive_deferral, next_slot
from panel.law.clock.dates import safe
from panel.law.words import in_words

# One part in so many of the free time is kept for late cases, as against those that lose nothing by waiting.
LATE_SHARE = 4


class Standing(IntEnum):
    """How a case stands to a meeting, in the order in which they are heard."""

    CANNOT_WAIT = 0
    CAN_WAIT = 1
    LATE = 2


@dataclass(frozen=True)
class Room:
    """What a meeting has left: the minutes, the number of items, when it and the later ones sit, who is out for its last item.

    `today`: what lies behind it is called past, and nothing else. `sooner_on`: the days between at which the panel sits before.
    """

    held_on: date
    today: date
    minutes_free: int
    minutes_per_item: int
    later_on: tuple[date, ...] = ()
    items_there: int = 0
    last_recused: frozenset[int] = frozenset()
    sooner_on: tuple[date, ...] = ()


@dataclass(frozen=True)
class Line:
    """A case as proposed or left, and why. `must`: it is in time here and no later panel is in time for it."""

    case_id: int
    must: bool
    because: str


@dataclass(frozen=True)
class Proposal:
    """What the meeting would hear, in order, and what would wait, the most pressing first; the late ones of both apart."""

    listed: tuple[Line, ...]
    late: tuple[Line, ...]
    left: tuple[Line, ...]
    late_left: tuple[Line, ...]
    minutes: int


def propose(waiting: Iterable[Candidate], room: Room) -> Proposal:
    """Fill the time there is. A case in time whose advice is not all there is left for later, unless later is too late.

    Without it a plan cannot be judged yet, whether it was asked for and is still out or was never asked for.
    """
    urgent = sorted(waiting, key=lambda one: _urgency(one, room))
    kinds = {kind: [one for one in urgent if standing(one, room) is kind] for kind in Standing}
    late = kinds[Standing.LATE]
    must, ready = kinds[Standing.CANNOT_WAIT], [one for one in kinds[Standing.CAN_WAIT] if not one.advice]
    if not room.later_on:
        must, ready = [], must
    chosen = _fill([], must, room, room.minutes_free)
    chosen = _fill(chosen, ready, room, room.minutes_free - _kept_for(late, room))
    chosen = _fill(chosen, late, room, room.minutes_free)
    # What the late ones had no use for.
    chosen = _fill(chosen, ready, room, room.minutes_free)
    in_time = _in_order([one for one in chosen if one not in late], room, room.last_recused)
    out = in_time[-1].recused if in_time else room.last_recused
    left = [one for one in urgent if one not in chosen]
    return Proposal(
        listed=tuple(_line(one, room, _why_listed(one, room)) for one in in_time),
        late=tuple(
            _line(one, room, _why_listed(one, room))
            for one in _in_order([one for one in chosen if one in late], room, out)
        ),
        left=tuple(
            _line(one, room, _why_left(one, room, full=not _fits(chosen, one, room, room.minutes_free)))
            for one in left
            if one not in late
        ),
        late_left=tuple(_line(one, room, _why_left(one, room, full=True)) for one in left if one in late),
        minutes=_sum(chosen, room),
    )


def standing(candidate: Candidate, room: Room) -> Standing:
    """How a case stands to this meeting.

    Late is what can be told in time no more, however fast decision and letter follow. A case whose last safe day has passed and
    whose legal day has not is none of them: it can still be answered in time, here and nowhere later.
    """
    if safe(candidate.legal_due_on) < room.held_on:
        return Standing.LATE
    later = cannot_survive_deferral(candidate, room.held_on, room.later_on)
    return Standing.CANNOT_WAIT if later else Standing.CAN_WAIT


def _fill(chosen: list[Candidate], more: Iterable[Candidate], room: Room, minutes: int) -> list[Candidate]:
    """`chosen`, and those of `more` that fit into `minutes` besides, each at its turn."""
    filled = list(chosen)
    for one in more:
        if one not in filled and _fits(filled, one, room, minutes):
            filled.append(one)
    return filled


def _fits(chosen: Sequence[Candidate], one: Candidate, room: Room, minutes: int) -> bool:
    needed = _sum(chosen, room) + minutes_of(one, room)
    return needed <= minutes and len(chosen) + room.items_there < MAX_ITEMS


def _kept_for(late: Sequence[Candidate], room: Room) -> int:
    # Whole items: a rest too short for one would keep out a case in time and let in none that is late.
    items = max(0, room.minutes_free) // LATE_SHARE // room.minutes_per_item
    return min(_sum(late, room), items * room.minutes_per_item)


def _sum(some: Iterable[Candidate], room: Room) -> int:
    return sum(minutes_of(one, room) for one in some)


def _in_order(some: Sequence[Candidate], room: Room, after: Collection[int]) -> list[Candidate]:
    urgent = sorted(some, key=lambda one: _urgency(one, room))
    return list(grouped(urgent, after=after))


def _line(one: Candidate, room: Room, because: str) -> Line:
    must = standing(one, room) is Standing.CANNOT_WAIT
    return Line(one.case_id, must, because)


def grouped(candidates: Sequence[Candidate], *, after: Collection[int] = ()) -> tuple[Candidate, ...]:
    """The same cases with those of the same recused people together, each group next to one it shares people with.

    `after`: who is out for the item before the first. Within a group the order stays as it was.
    """
    groups: dict[frozenset[int], list[Candidate]] = {}
    for candidate in candidates:
        groups.setdefault(candidate.recused, []).append(candidate)
    ordered: list[Candidate] = []
    out = frozenset(after)
    while groups:
        # Most people shared, then fewest who would have to go or come back; of equal groups the more pressing.
        out = min(groups, key=lambda people, out=out: (-len(people & out), len(people ^ out)))  # type: ignore[misc]
        ordered += groups.pop(out)
    return tuple(ordered)


def _urgency(candidate: Candidate, room: Room) -> tuple[Standing, date, date, str]:
    return (
        standing(candidate, room),
        candidate.latest_panel_on,
        candidate.legal_due_on,
        candidate.reference,
    )


def minutes_of(candidate: Candidate, room: Room) -> int:
    """How long a case takes: its own time, else the panel's usual."""
    return room.minutes_per_item if candidate.minutes is None else candidate.minutes


def tally(cases: int, minutes: int, free: int) -> str:
    """What is ticked, held against the time there is. The page's script says the same (panel/assets/js/fields.js)."""
    words = f"{cases} {'case' if cases == 1 else 'cases'}, {minutes} of {free} minutes"
    return f"{words}: {minutes - free} too many." if minutes > free else f"{words}."


def _why_listed(candidate: Candidate, room: Room) -> str:
    latest, slot = in_words(candidate.latest_panel_on), next_slot(candidate, room.held_on, room.later_on)
    if standing(candidate, room) is Standing.LATE:
        why = f"{_late_words(candidate, room)}: every later panel makes it later still.{_sooner(candidate, room)}"
    elif candidate.latest_panel_on < room.held_on:
        why = _hurried(candidate, room)
    elif slot is None:
        why = f"Must be heard by {latest}: no later panel is planned."
    elif not slot.in_time:
        why = f"Must be heard by {latest}: the next panel, on {in_words(slot.on)}, is too late."
    else:
        why = f"Due soonest of those that could wait: to be heard by {latest}."
    return f"{why} {candidate.advice.words}".strip()


def _why_left(candidate: Candidate, room: Room, *, full: bool) -> str:
    slot = next_slot(candidate, room.held_on, room.later_on)
    why = f"{candidate.advice.words} " if candidate.advice else ""
    why += "The time is full. " if full else ""
    if slot is not None and slot.in_time:
        return f"{why}The next panel, on {in_words(slot.on)}, is in time: it must be heard by {in_words(candidate.latest_panel_on)}."
    latest = in_words(candidate.latest_panel_on)
    if standing(candidate, room) is Standing.LATE:
        why += f"{_late_words(candidate, room)}, and every later panel makes it later still.{_sooner(candidate, room)}"
    elif candidate.latest_panel_on < room.held_on:
        why += _hurried(candidate, room)
    else:
        why += f"No later panel is in time: it must be heard by {latest}."
    return f"{why} Make room for it, or ask the officer to decide without a panel."


def _late_words(candidate: Candidate, room: Room) -> str:
    latest = in_words(candidate.latest_panel_on)
    if candidate.latest_panel_on < room.today:
        return f"It should have been heard by {latest}"
    return f"It has to be heard by {latest}, before this meeting"


def _hurried(candidate: Candidate, room: Room) -> str:
    stands = "has passed" if candidate.latest_panel_on < room.today else "is before this meeting"
    return (
        f"Its last safe day, {in_words(candidate.latest_panel_on)}, {stands}. The family can still be told in time, by"
        f" {in_words(candidate.legal_due_on)}, if the decision and the letter follow at once.{_sooner(candidate, room)}"
    )


def _sooner(candidate: Candidate, room: Room) -> str:
    """Names the first panel that sits before this one and in time for the case. Whether its list has room is seen there."""
    days = [day for day in room.sooner_on if day <= candidate.latest_panel_on]
    return f" The panel on {in_words(min(days))} is in time for it, if its list has room." if days else ""
