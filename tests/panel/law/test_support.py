"""For whom a service of the directory is."""

import datetime as dt

import pytest

from panel.law.support import (
    Child,
    Scope,
    age_on,
    district_of,
    districts_in,
    fits,
    scope_problems,
)

EVERYBODY = Scope(frozenset(), 0, 25, frozenset())
SPEECH = Scope(frozenset({"SLCN"}), 4, 11, frozenset({"ZZ1"}))


@pytest.mark.parametrize(
    ("need", "age", "districts", "expected"),
    [
        ("SLCN", 4, {"ZZ1"}, "yes"),
        ("SLCN", 11, {"ZZ1", "ZZ9"}, "yes"),
        ("SLCN", 3, {"ZZ1"}, "no"),
        ("SLCN", 12, {"ZZ1"}, "no"),
        ("ASD", 8, {"ZZ1"}, "no"),
        ("SLCN", 8, {"ZZ2"}, "no"),
        # What is not known rules nothing out.
        ("", None, set(), "yes"),
    ],
)
def test_service_is_for_its_need_age_and_area(
    need: str, age: int | None, districts: set[str], expected: str
) -> None:
    child = Child(need, age, frozenset(districts))
    assert (fits(SPEECH, child), fits(EVERYBODY, child)) == (expected == "yes", True)


def test_age_turns_on_the_birthday() -> None:
    born = dt.date(2018, 11, 24)
    assert [age_on(born, born.replace(year=2026, day=day)) for day in (23, 24)] == [7, 8]
    assert age_on(None, born) is None


def test_first_half_of_a_postcode_is_its_district() -> None:
    assert [district_of(one) for one in ("zz1 1zz", "ZZ101ZZ", "EC1A 1BB", "", "nowhere")] == [
        "ZZ1",
        "ZZ10",
        "EC1A",
        "",
        "",
    ]
    assert districts_in(" zz1, ZZ4;zz4 ") == {"ZZ1", "ZZ4"}


@pytest.mark.parametrize(
    ("scope", "code"),
    [
        (Scope(frozenset(), 9, 4, frozenset()), "ages"),
        (Scope(frozenset(), 0, 26, frozenset()), "ages"),
        (Scope(frozenset(), 0, 4, frozenset({"ZZ1 1ZZ"})), "districts"),
    ],
)
def test_ages_and_districts_are_checked(scope: Scope, code: str) -> None:
    assert [one.code for one in scope_problems(scope)] == [code]
