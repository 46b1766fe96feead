"""The directory of support: for whom a service is, and whether a child may be sent there. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from panel.law.problems import Problem

# SEN law reaches to the end of the academic year of the twenty-fifth birthday.
OLDEST = 25
_DISTRICT = re.compile(r"[A-Z]{1,2}[0-9][0-9A-Z]?")


@dataclass(frozen=True)
class Scope:
    """For whom a service is: needs and postcode districts are open to all where none is named. Ages include both ends."""

    needs: frozenset[str]
    ages_from: int
    ages_to: int
    districts: frozenset[str]


@dataclass(frozen=True)
class Child:
    """What is known about a child that a service may ask for. What is not known rules nothing out."""

    need: str
    age: int | None
    districts: frozenset[str]


def fits(scope: Scope, child: Child) -> bool:
    """Whether the service is for a child like this."""
    return (
        (not scope.needs or not child.need or child.need in scope.needs)
        and (child.age is None or scope.ages_from <= child.age <= scope.ages_to)
        and (not scope.districts or not child.districts or bool(scope.districts & child.districts))
    )


@dataclass(frozen=True)
class Sought:
    """What somebody looks for in the directory; what is left empty rules nothing out."""

    words: str = ""
    need: str = ""
    age: int | None = None
    area: str = ""


def is_sought(scope: Scope, text: str, where: str, sought: Sought, *, everywhere: bool) -> bool:
    """Whether a service is among what is looked for. `text`: all its words; each word typed must be in it, in any order.

    Of an area, those that serve the whole county are found too: somebody who lives there may go to them.
    """
    said = text.casefold()
    return (
        all(word in said for word in sought.words.casefold().split())
        and (not sought.need or not scope.needs or sought.need in scope.needs)
        and (sought.age is None or scope.ages_from <= sought.age <= scope.ages_to)
        and (not sought.area or where == sought.area or everywhere)
    )


def scope_problems(scope: Scope) -> Iterable[Problem]:
    """What is wrong with the ages or the districts as entered."""
    if not 0 <= scope.ages_from <= scope.ages_to <= OLDEST:
        yield Problem("ages", "ages_to", f"Enter ages between 0 and {OLDEST}, the younger first.")
    strange = sorted(one for one in scope.districts if not _DISTRICT.fullmatch(one))
    if strange:
        yield Problem(
            "districts", "districts", f"“{strange[0]}” is not the first half of a postcode, such as ZZ1."
        )


def district_of(postcode: str) -> str:
    """The first half of a postcode; empty where it is none."""
    squeezed = re.sub(r"\s", "", postcode).upper()
    first = squeezed[:-3]
    return first if _DISTRICT.fullmatch(first) else ""


def districts_in(words: str) -> frozenset[str]:
    """Districts as somebody types them, with commas or spaces between."""
    return frozenset(word.upper() for word in re.split(r"[\s,;]+", words) if word)


def age_on(born_on: date | None, day: date) -> int | None:
    """Years completed on `day`."""
    if born_on is None:
        return None
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))
