"""Which advice an assessment needs: SEND Regulations 2014, reg 6(1). Pure.

Items (a) to (e) always; (g) from year 9 on. (f) and (h) depend on somebody's wish and are never presumed.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

ALWAYS: Mapping[str, str] = {
    "a": "the parent or young person",
    "b": "the setting",
    "c": "health",
    "d": "an educational psychologist",
    "e": "social care",
}
ADULTHOOD = "preparation for adulthood"
ADULTHOOD_FROM_YEAR = 9


# The year group that stands for none of the numbered ones: then, as with none recorded, the date of birth says the school year.
NO_YEAR = "X"
# Whoever is five on the 31 August before a school year is in year 1 of it, and so on.
AGE_BEFORE_YEAR = 4
SEPTEMBER = 9


@dataclass(frozen=True)
class AdviceGaps:
    """What an assessment is still without, in words: what was never asked for, and what was asked for and has not come."""

    never_asked: tuple[str, ...] = ()
    out: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything is missing."""
        return bool(self.never_asked or self.out)

    @property
    def words(self) -> str:
        """Both in sentences; empty where nothing is missing."""
        parts = []
        if set(self.never_asked) >= set(ALWAYS.values()):
            parts.append("No advice was asked for.")
        elif self.never_asked:
            parts.append(f"Advice was never asked for: {', '.join(self.never_asked)}.")
        if self.out:
            parts.append(f"Advice is still out: {', '.join(self.out)}.")
        return " ".join(parts)


NO_GAPS = AdviceGaps()


def advice_lacking(
    sought: Collection[str], year_group: str, born_on: date | None, on: date
) -> tuple[str, ...]:
    """In words, the advice that applies and is not among `sought` (items asked for, or used again under reg 6(4)).

    `year_group` is the school year as recorded. Where none is, or `X`, the date of birth tells it for the day `on`; one of the
    early years asks for nothing more.
    """
    needed = dict(ALWAYS)
    if _year(year_group, born_on, on) >= ADULTHOOD_FROM_YEAR:
        needed["g"] = ADULTHOOD
    return tuple(words for item, words in needed.items() if item not in sought)


def _year(year_group: str, born_on: date | None, on: date) -> int:
    """The school year as a number, 0 for what comes before year 1 or is not known."""
    recorded = year_group.strip().upper()
    if recorded.isascii() and recorded.isdigit():
        return int(recorded)
    if born_on is None or recorded not in {"", NO_YEAR}:
        return 0
    began = on.year if on.month >= SEPTEMBER else on.year - 1
    age = began - born_on.year - (born_on.month >= SEPTEMBER)
    return max(0, age - AGE_BEFORE_YEAR)
