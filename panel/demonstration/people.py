"""The children of the demonstration: who they are, where they learn, and their columns of the case list."""

import random
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, timedelta

from panel.demonstration import names
from panel.demonstration.agenda import Item
from panel.demonstration.families import Child, Home, family
from panel.demonstration.settings_list import SETTINGS, Place
from panel.demonstration.staff import MEMBERS
from panel.demonstration.words import phrases_for, some
from panel.importing.cells import upn_check_letter
from panel.importing.codes import Need, Phase, Sex, Source
from panel.law.rights import Holder, age_on, rights_holder
from panel.law.workdays import add_months

SPECIAL_WEIGHT = 0.15
NO_PLACE = 0.1
# Where a panel member works: on today's agenda only the cases meant to show it come from there.
PANEL_PLACES = frozenset(member.setting_urn for member in MEMBERS if member.setting_urn)


@dataclass(frozen=True, slots=True)
class Drawn:
    """What the published proportions give a case: the rest is built around it. `age` on the day of the request."""

    number: int
    age: int
    need: Need | None
    source: Source
    sex: Sex


@dataclass(frozen=True, slots=True)
class Kid:
    """A child or young person. `home` holds the columns of her address and contacts."""

    number: int
    forename: str
    surname: str
    born_on: date
    stock: names.Stock
    drawn: Drawn
    place: Place | None
    home: dict[str, str]

    @property
    def setting(self) -> str:
        """The name of the place, if there is one."""
        return self.place.name if self.place else ""


def new_kid(
    drawn: Drawn, received_on: date, day: date, home: Home, item: Item | None, chance: random.Random
) -> Kid:
    """Somebody of the age drawn. An item of today's agenda asks for more: a tongue, a place, a very long name."""
    stock = names.STOCKS[item.tongue] if item else names.stock(chance)
    forename, surname = names.given_name(stock, drawn.sex, chance), chance.choice(stock.families)
    if item and item.long_name:
        forename, surname = names.LONG_FORENAME, names.LONG_FAMILY
    born_on = add_months(received_on, -12 * drawn.age) - timedelta(days=chance.randint(0, 360))
    if rights_holder(born_on, day) == Holder.YOUNG_PERSON:
        home = Home.OWN
    place = _place(school_age(born_on, day), drawn.source, chance)
    if item:
        place = _place_of(item, school_age(born_on, day), chance)
    household = family(home, Child(drawn.number, stock, surname, born_on), chance)
    return Kid(drawn.number, forename, surname, born_on, stock, drawn, place, household)


def twin_of(other: Kid, drawn: Drawn, chance: random.Random) -> Kid:
    """A brother or sister of the same day, with the same parents, address and school."""
    given = other.forename
    while given == other.forename:
        given = names.given_name(other.stock, drawn.sex, chance)
    return replace(other, number=drawn.number, forename=given, drawn=drawn)


def columns(kid: Kid, day: date, serials: Counter[str], chance: random.Random) -> dict[str, str]:
    """Her columns of the case list. `serials` counts the pupil numbers each school has given out."""
    phrases, name = phrases_for(kid.drawn.need), "our child"
    cells = {
        "child_forename": kid.forename,
        "child_surname": kid.surname,
        "born_on": kid.born_on.isoformat(),
        "sex": kid.drawn.sex,
        "upn": _upn(kid, serials),
        "request_source": kid.drawn.source,
        "year_group": year_group(school_age(kid.born_on, day)) if kid.place else "",
        "primary_need": kid.drawn.need or "",
        "family_views": some(phrases.family, 2, name, chance),
        "child_views": some(phrases.child, 2, name, chance),
    }
    if kid.place:
        cells |= {
            "setting_urn": kid.place.urn,
            "setting_name": kid.place.name,
            "setting_phase": kid.place.phase,
        }
    return cells | kid.home


def school_age(born_on: date, day: date) -> int:
    """Whole years on the 31 August before the school year in which `day` lies: 4 is Reception."""
    start = day.year if day.month >= 9 else day.year - 1
    return age_on(born_on, date(start, 8, 31))


def year_group(school_years: int) -> str:
    """The code of the year in which a child of that age is taught, as a rule."""
    early = {2: "N1", 3: "N2", 4: "R"}
    if school_years < min(early):
        return ""
    return early.get(school_years) or (str(school_years - 4) if school_years <= 18 else "X")


def _place(school_years: int, source: Source, chance: random.Random) -> Place | None:
    """A place that takes that age; now and then none, but never where a setting made the request."""
    fitting = [place for place in SETTINGS if place.ages[0] <= school_years <= place.ages[1]]
    if source != Source.SETTING and chance.random() < NO_PLACE:
        return None
    weights = [SPECIAL_WEIGHT if place.phase == Phase.SPECIAL else 1.0 for place in fitting]
    return chance.choices(fitting, weights=weights)[0]


def _place_of(item: Item, school_years: int, chance: random.Random) -> Place:
    """The place an item asks for, or else any that is nobody's on the panel."""
    if item.place:
        return next(place for place in SETTINGS if place.urn == item.place)
    fitting = [place for place in SETTINGS if place.ages[0] <= school_years <= place.ages[1]]
    return chance.choice([place for place in fitting if place.urn not in PANEL_PLACES])


def _upn(kid: Kid, serials: Counter[str]) -> str:
    """A pupil number of the authority 999, which there is not. Nurseries and colleges give none."""
    if kid.place is None or kid.place.phase in {Phase.EARLY_YEARS, Phase.POST_16}:
        return ""
    began = kid.born_on.year + 5
    issuer = f"999{kid.place.urn[-4:]}{began % 100:02d}"
    serials[issuer] += 1
    rest = f"{issuer}{serials[issuer]:03d}"
    return upn_check_letter(rest) + rest
