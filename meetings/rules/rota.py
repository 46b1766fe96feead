"""Whose turn it is to chair a panel, and to be its vice-chair. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Turn:
    """Who chairs the next meeting, who is its vice-chair, and who waits for a turn, in that order."""

    chair: int | None
    vice_chair: int | None
    waiting: tuple[int, ...] = ()


def next_turn(
    chairs: Iterable[int],
    vice_chairs: Iterable[int],
    *,
    chaired: Mapping[int, datetime],
    stood_by: Mapping[int, datetime],
) -> Turn:
    """Whoever has not chaired this panel yet goes first, then whoever did the longest ago; of vice-chairs likewise.

    Never the same person twice. Where no vice-chair stands, the next chair of the rota is vice-chair. `chairs` and `vice_chairs`:
    those who stand and can be seated, in the order in which they began; `chaired`, `stood_by`: when they last did which.
    """
    rota = _in_turn(chairs, chaired)
    chair = rota[0] if rota else None
    standing = [one for one in _in_turn(vice_chairs, stood_by) if one != chair]
    ready = [*standing, *rota[1:]]
    vice_chair = ready[0] if ready else None
    return Turn(chair, vice_chair, tuple(one for one in (*rota, *standing) if one not in {chair, vice_chair}))


def _in_turn(people: Iterable[int], last: Mapping[int, datetime]) -> list[int]:
    order = list(dict.fromkeys(people))
    never = [one for one in order if one not in last]
    return [*never, *sorted((one for one in order if one in last), key=lambda one: last[one])]
