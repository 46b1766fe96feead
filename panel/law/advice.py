"""Which advice an assessment needs: SEND Regulations 2014, reg 6(1). Pure.

Items (a) to (e) always; (g) from year 9 on. (f) and (h) depend on somebody's wish and are never presumed.
"""

from collections.abc import Collection, Mapping

ALWAYS: Mapping[str, str] = {
    "a": "the parent or young person",
    "b": "the setting",
    "c": "health",
    "d": "an educational psychologist",
    "e": "social care",
}
ADULTHOOD = "preparation for adulthood"
ADULTHOOD_FROM_YEAR = 9


def advice_lacking(sought: Collection[str], year_group: str) -> tuple[str, ...]:
    """In words, the advice that applies and is not among `sought` (items asked for, or used again under reg 6(4)).

    `year_group` is the school year as recorded; one that is no number asks for nothing more.
    """
    needed = dict(ALWAYS)
    if year_group.isascii() and year_group.isdigit() and int(year_group) >= ADULTHOOD_FROM_YEAR:
        needed["g"] = ADULTHOOD
    return tuple(words for item, words in needed.items() if item not in sought)
