"""Rules of a panel: what must hold of them, whatever was typed."""

from dataclasses import replace
from datetime import date

import pytest

from meetings.rules.panels import Rules, rules_problems

TODAY = date(2026, 11, 23)
GOOD = Rules(
    valid_from=TODAY,
    delegation_reference="SEND 4.2",
    minimum_total=5,
    minimum_agencies=3,
    seats=frozenset({"educational_psychologist", "sen_lead"}),
)


def codes(rules: Rules, *taken: date) -> list[str]:
    found = rules_problems(
        rules,
        today=TODAY,
        taken=taken,
        agency_kinds=["education", "health", "social_care", "schools", "parent_carers", "other"],
        never_vote=frozenset({"observer", "minute_taker"}),
    )
    return [problem.code for problem in found]


def test_ordinary_rules_are_fine() -> None:
    assert codes(GOOD) == []
    assert codes(replace(GOOD, valid_from=date(2026, 12, 1)), date(2020, 1, 1)) == []
    assert codes(replace(GOOD, agencies=frozenset({"health", "social_care", "schools"}))) == []


def test_a_quorum_has_room_for_each_required_agency() -> None:
    three = frozenset({"health", "social_care", "schools"})
    found = codes(replace(GOOD, minimum_total=2, minimum_agencies=2, agencies=three))
    assert found == ["fewer_than_agencies", "fewer_than_required"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"minimum_total": 0, "minimum_agencies": 0}, "minimum_total"),
        ({"minimum_total": 41}, "minimum_total"),
        ({"minimum_total": 1, "minimum_agencies": 0}, "fewer_than_seats"),
        ({"seats": frozenset({"observer"})}, "seat_never_votes"),
        ({"minimum_agencies": 6}, "minimum_agencies"),
        ({"minimum_total": 9, "minimum_agencies": 7}, "minimum_agencies"),
        ({"minimum_agencies": -1}, "minimum_agencies"),
        ({"agencies": frozenset({"health", "police"})}, "unknown_agency"),
        ({"agencies": frozenset({"health", "social_care"}), "minimum_agencies": 1}, "fewer_than_required"),
        ({"agencies": frozenset({"health"}), "minimum_agencies": 0}, "fewer_than_required"),
        ({"minutes_per_item": 0}, "minutes_per_item"),
        ({"minutes_per_item": 121}, "minutes_per_item"),
        ({"paper_deadline_days": -1}, "paper_deadline_days"),
        ({"paper_deadline_days": 61}, "paper_deadline_days"),
        ({"comment_days": -1}, "comment_days"),
        ({"comment_days": 21}, "comment_days"),
        ({"hold_agreements_percent": -1}, "hold_agreements_percent"),
        ({"hold_agreements_percent": 101}, "hold_agreements_percent"),
        ({"delegation_reference": "  "}, "delegation"),
    ],
)
def test_rules_that_cannot_work_are_named(change: dict[str, object], code: str) -> None:
    assert codes(replace(GOOD, **change)) == [code]  # type: ignore[arg-type]


def test_first_rules_may_have_begun_and_later_ones_may_not() -> None:
    assert codes(replace(GOOD, valid_from=date(2020, 1, 1))) == []
    assert codes(replace(GOOD, valid_from=date(2026, 11, 22)), date(2020, 1, 1)) == ["in_the_past"]
    assert codes(GOOD, date(2020, 1, 1)) == []
    assert codes(GOOD, TODAY) == ["same_day"]
