"""Which of the cases that wait a meeting should hear, and why each: a proposal, of which nothing is kept until somebody confirms it.

Whatever the next panel would be too late for comes first, then what is due soonest, as far as the time goes. Cases from which
the same people are recused stand together, so that each of them leaves once. Pure.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from meetings.rules.agenda import MAX_ITEMS, Candidate, cannot_survive_deferral, next_slot
from panel.law.words import in_words


@dataclass(frozen=True)
class Waiting:
    """A case that waits. `advice_out`: who has not sent the advice they were asked for, so that a plan cannot be judged yet."""

    candidate: Candidate
    advice_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class Room:
    """What a meeting has left: the minutes, the number of items, when it and the later ones sit, who is out for its last item."""

    held_on: date
    minutes_free: int
    minutes_per_item: int
    later_on: tuple[date, ...] = ()
    items_there: int = 0
    last_recused: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Line:
    """A case as proposed or left, and why. `must`: no later panel is in time for it."""

    case_id: int
    must: bool
    because: str


@dataclass(frozen=True)
class Proposal:
    """What the meeting would hear, in order, and what would wait, the most pressing first."""

    listed: tuple[Line, ...]
    left: tuple[Line, ...]
    minutes: int


def propose(waiting: Iterable[Waiting], room: Room) -> Proposal:
    """Fill the time there is. A case whose advice is still out is left for later, unless later is too late."""
    urgent = sorted(waiting, key=lambda one: _urgency(one.candidate, room))
    chosen: list[Waiting] = []
    left: list[Line] = []
    minutes = 0
    for one in urgent:
        must, length = _must(one.candidate, room), _minutes(one.candidate, room)
        full = minutes + length > room.minutes_free or len(chosen) + room.items_there >= MAX_ITEMS
        if full or (one.advice_out and not must):
            left.append(Line(one.candidate.case_id, must, _why_left(one, room, full=full)))
            continue
        chosen.append(one)
        minutes += length
    by_case = {one.candidate.case_id: one for one in chosen}
    ordered = grouped([one.candidate for one in chosen], after=room.last_recused)
    listed = tuple(
        Line(each.case_id, _must(each, room), _why_listed(by_case[each.case_id], room)) for each in ordered
    )
    return Proposal(listed, tuple(left), minutes)


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


def _urgency(candidate: Candidate, room: Room) -> tuple[bool, date, date, str]:
    return (
        not _must(candidate, room),
        candidate.latest_panel_on,
        candidate.legal_due_on,
        candidate.reference,
    )


def _must(candidate: Candidate, room: Room) -> bool:
    return cannot_survive_deferral(candidate, room.held_on, room.later_on)


def _minutes(candidate: Candidate, room: Room) -> int:
    return room.minutes_per_item if candidate.minutes is None else candidate.minutes


def _why_listed(one: Waiting, room: Room) -> str:
    candidate = one.candidate
    latest, slot = in_words(candidate.latest_panel_on), next_slot(candidate, room.held_on, room.later_on)
    if candidate.latest_panel_on < room.held_on:
        why = f"Should have been heard by {latest}: every later panel makes it later still."
    elif slot is None:
        why = f"Must be heard by {latest}: no later panel is planned."
    elif not slot.in_time:
        why = f"Must be heard by {latest}: the next panel, on {in_words(slot.on)}, is too late."
    else:
        why = f"Due soonest of those that could wait: to be heard by {latest}."
    return f"{why} {_advice_words(one)}".strip()


def _why_left(one: Waiting, room: Room, *, full: bool) -> str:
    candidate = one.candidate
    slot = next_slot(candidate, room.held_on, room.later_on)
    why = f"{_advice_words(one)} " if one.advice_out else ""
    why += "The time is full. " if full else ""
    if slot is not None and slot.in_time:
        return f"{why}The next panel, on {in_words(slot.on)}, is in time: it must be heard by {in_words(candidate.latest_panel_on)}."
    latest = in_words(candidate.latest_panel_on)
    if candidate.latest_panel_on < room.held_on:
        why += f"It should have been heard by {latest}, and every later panel makes it later still."
    else:
        why += f"No later panel is in time: it must be heard by {latest}."
    return f"{why} Make room for it, or ask the officer to decide without a panel."


def _advice_words(one: Waiting) -> str:
    return f"Advice is still out: {', '.join(one.advice_out)}." if one.advice_out else ""
