"""A thousand invented families: who is written to, who blocks, and that no letter carries another home."""

import random
from dataclasses import dataclass, replace
from datetime import date

from meetings.letters.content import letter
from meetings.letters.facts import dated
from meetings.letters.rules import words_of
from panel.law.rights import Basis, Holder, Recipients, Tie, recipients, young_person_from
from tests.meetings.letters.sample import NOT_ASSESS

ON = date(2026, 11, 23)
FAMILIES = 1000


@dataclass(frozen=True)
class Home:
    """Where one person of a family lives."""

    street: str
    postcode: str


@dataclass(frozen=True)
class Family:
    """A child with everybody tied to it and their homes."""

    born_on: date
    ties: tuple[Tie, ...]
    homes: dict[int, Home]


def _family(chance: random.Random, number: int) -> Family:
    born_on = date(chance.randint(2008, 2022), chance.randint(1, 12), chance.randint(1, 28))
    ties, homes = [], {}
    for person in range(chance.randint(1, 5)):
        basis = chance.choice([*Basis, Basis.NATURAL_PARENT, Basis.NATURAL_PARENT])
        ties.append(
            Tie(
                person_id=person,
                kind="parent",
                basis=basis,
                since=date(2018, 1, 1),
                until=chance.choice([None, None, None, date(2025, 1, 1)]),
                disputed=chance.random() < 0.1,
                barred_by_order=chance.random() < 0.1,
                restricted=chance.random() < 0.1,
                identity_known=chance.random() > 0.1,
                address_known=chance.random() > 0.1,
            )
        )
        homes[person] = Home(f"{number * 10 + person} Number Street", f"Z{person} {number % 10}{number:04d}")
    return Family(born_on, tuple(ties), homes)


def _stopped(tie: Tie) -> bool:
    return (
        tie.disputed
        or tie.barred_by_order
        or tie.restricted
        or not tie.identity_known
        or not tie.address_known
    )


def _expected(family: Family) -> tuple[set[int], set[int]]:
    """Said over again in the plainest way: who is entitled, who would be but for something in the way."""
    grown = young_person_from(family.born_on) <= ON
    wanted = (
        {Basis.SELF} if grown else {Basis.NATURAL_PARENT, Basis.PARENTAL_RESPONSIBILITY, Basis.CARE_OF_CHILD}
    )
    live = [tie for tie in family.ties if tie.basis in wanted and tie.until is None]
    return (
        {tie.person_id for tie in live if not _stopped(tie)},
        {tie.person_id for tie in live if _stopped(tie)},
    )


def _found(family: Family) -> tuple[Recipients, set[int], set[int]]:
    found = recipients(family.ties, family.born_on, ON)
    return (
        found,
        set(found.entitled),
        {block.person_id for block in found.blocked if block.person_id is not None},
    )


def test_each_family_writes_to_exactly_those_with_an_open_right() -> None:
    chance = random.Random(20261123)  # noqa: S311 - invented families, not secrets
    families = [_family(chance, number) for number in range(FAMILIES)]
    wrong = [family for family in families if _found(family)[1:] != _expected(family)]
    assert wrong == []
    # Something to leak and something to block in every direction, else the test says nothing.
    assert sum(1 for family in families if len(_found(family)[1]) > 1) > 100
    assert sum(1 for family in families if _found(family)[2]) > 300


def test_nobody_at_all_is_said_and_never_guessed() -> None:
    chance = random.Random(7)  # noqa: S311 - as above
    for number in range(FAMILIES):
        found, entitled, _ = _found(_family(chance, number))
        assert bool(entitled) or bool(found.blocked)


def test_no_letter_carries_another_home() -> None:
    chance = random.Random(42)  # noqa: S311 - as above
    written = 0
    for number in range(FAMILIES):
        family = _family(chance, number)
        found = recipients(family.ties, family.born_on, ON)
        for person in found.entitled[:2]:
            own = family.homes[person]
            facts = replace(
                NOT_ASSESS,
                address=(own.street, own.postcode),
                to_young_person=found.holder is Holder.YOUNG_PERSON,
            )
            words = words_of(letter(dated(facts, ON)))
            others = [home for key, home in family.homes.items() if key != person]
            assert own.postcode in words
            assert [home for home in others if home.street in words or home.postcode in words] == []
            written += 1
    assert written > FAMILIES // 2
