"""The homes of the demonstration's children, as columns of the case list."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from panel.demonstration import names
from panel.demonstration.settings_list import FAMILY_DOMAIN, STREETS, TOWNS
from panel.importing.codes import Sex

INWARD_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"


class Home(StrEnum):
    """Who looks after a child, and what stands in somebody's way."""

    TOGETHER = "both parents at one address"
    ONE_PARENT = "one parent"
    TWO_HOMES = "parents at two addresses"
    FOSTER = "a foster carer, and a parent who keeps parental responsibility"
    GUARDIAN = "a special guardian"
    SAFE = "a confidential address, and a parent who may not know it"
    DISPUTED = "a parent whose right another disputes"
    OWN = "a young person who lives with a parent and holds the rights"


# How common each home is among cases that were not chosen to show something: ours.
ORDINARY: Mapping[Home, int] = {
    Home.TOGETHER: 56,
    Home.ONE_PARENT: 24,
    Home.TWO_HOMES: 14,
    Home.FOSTER: 4,
    Home.GUARDIAN: 2,
}


@dataclass(frozen=True, slots=True)
class Address:
    """A place that does not exist: ZZ is no postcode area."""

    street: str
    town: str
    postcode: str

    def columns(self, whose: str) -> dict[str, str]:
        """The three columns a list gives it."""
        return {
            f"{whose}_address1": self.street,
            f"{whose}_address2": self.town,
            f"{whose}_postcode": self.postcode,
        }


@dataclass(frozen=True, slots=True)
class Child:
    """Of a child, what decides what her family is called and reached by. `number` is unique in the list."""

    number: int
    stock: names.Stock
    surname: str
    born_on: date


def address(chance: random.Random) -> Address:
    """Somewhere in Marlshire."""
    letters = "".join(chance.choices(INWARD_LETTERS, k=2))
    postcode = f"ZZ{chance.randint(1, 20)} {chance.randint(1, 9)}{letters}"
    return Address(f"{chance.randint(1, 148)} {chance.choice(STREETS)}", chance.choice(TOWNS), postcode)


def family(home: Home, child: Child, chance: random.Random) -> dict[str, str]:
    """The child's address and everybody tied to her. The first contact is the one she lives with."""
    here, elsewhere = address(chance), address(chance)
    mother = _parent(1, Sex.FEMALE, child, chance)
    father = _parent(2, Sex.MALE, child, chance)
    cells = here.columns("child") | here.columns("contact1")
    match home:
        case Home.TOGETHER:
            cells |= mother | father | here.columns("contact2")
        case Home.ONE_PARENT:
            cells |= mother
        case Home.TWO_HOMES:
            cells |= mother | father | elsewhere.columns("contact2")
        case Home.FOSTER:
            cells |= _carer(child, chance) | _second(mother) | elsewhere.columns("contact2")
            cells |= {
                "contact2_basis": "parental_responsibility",
                "contact2_how_known": "Care order, shared with the social worker",
            }
        case Home.GUARDIAN:
            cells |= _guardian(child, chance)
        case Home.SAFE:
            cells |= mother | father | elsewhere.columns("contact2") | _no_contact(child)
            cells |= {"child_address_confidential": "yes", "contact1_address_confidential": "yes"}
        case Home.DISPUTED:
            cells |= mother | father | elsewhere.columns("contact2") | {"contact2_disputed": "yes"}
        case Home.OWN:
            cells |= mother | {"child_email": f"young.person{child.number:04d}@{FAMILY_DOMAIN}"}
    return cells


def _parent(n: int, sex: Sex, child: Child, chance: random.Random) -> dict[str, str]:
    role = "Mother" if sex == Sex.FEMALE else "Father"
    known = (
        "Birth certificate seen",
        "Named on the birth entry, seen by the school",
        "School record, confirmed by letter",
    )
    return {
        f"contact{n}_forename": names.parent_name(child.stock, sex, chance),
        f"contact{n}_surname": child.surname,
        f"contact{n}_relationship": role,
        f"contact{n}_basis": "natural_parent",
        f"contact{n}_how_known": chance.choice(known),
        f"contact{n}_since": child.born_on.isoformat(),
        f"contact{n}_email": f"{role.lower()}{child.number:04d}@{FAMILY_DOMAIN}",
    }


def _second(first: Mapping[str, str]) -> dict[str, str]:
    return {column.replace("contact1_", "contact2_"): cell for column, cell in first.items()}


def _carer(child: Child, chance: random.Random) -> dict[str, str]:
    other = names.STOCKS[0]
    return {
        "contact1_forename": names.parent_name(other, chance.choice(list(Sex)), chance),
        "contact1_surname": chance.choice(other.families),
        "contact1_relationship": "Foster carer",
        "contact1_basis": "care_of_child",
        "contact1_how_known": "Placement confirmed by the social worker",
        "contact1_since": (child.born_on + timedelta(days=400)).isoformat(),
        "contact1_email": f"carer{child.number:04d}@{FAMILY_DOMAIN}",
    }


def _guardian(child: Child, chance: random.Random) -> dict[str, str]:
    return _parent(1, Sex.FEMALE, child, chance) | {
        "contact1_relationship": "Grandmother and special guardian",
        "contact1_basis": "parental_responsibility",
        "contact1_how_known": "Special guardianship order seen",
        "contact1_email": f"guardian{child.number:04d}@{FAMILY_DOMAIN}",
    }


def _no_contact(child: Child) -> dict[str, str]:
    return {
        "contact2_restriction": "no_contact",
        "contact2_restriction_how_known": "Non-molestation order, copy on the social care record",
        "contact2_restriction_from": (child.born_on + timedelta(days=700)).isoformat(),
    }
