"""The risk to a school place: levels and their leads by rule, and where each stands on a day."""

from dataclasses import replace
from datetime import date

import pytest

from meetings.rules.risk import (
    Entered,
    Kept,
    Level,
    Standing,
    accept_by,
    contact_by,
    owes_a_word,
    risk_problems,
    standing,
    word_is_due,
)

TODAY = date(2026, 11, 23)  # a Monday
FULL = Entered(Level.SIGNIFICANT, frozenset({"exclusion"}), "", has_lead=True, review_on=date(2026, 12, 14))


def codes(**change: object) -> list[str]:
    return [problem.code for problem in risk_problems(replace(FULL, **change), TODAY)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        ({}, []),
        ({"level": Level.IMMINENT}, []),
        ({"has_lead": False}, ["no_lead"]),
        ({"level": Level.IMMINENT, "has_lead": False, "review_on": None}, ["no_lead", "no_review"]),
        ({"level": Level.WATCH, "has_lead": False, "review_on": None}, []),
        ({"indicators": frozenset(), "words": "His mother rang."}, []),
        ({"indicators": frozenset()}, ["nothing_shown"]),
        ({"indicators": frozenset({"astrology"})}, ["unknown"]),
        ({"review_on": TODAY}, ["review_on"]),
        ({"review_on": date(2027, 1, 4)}, []),
        ({"review_on": date(2027, 1, 5)}, ["review_on"]),
        ({"level": Level.NONE, "indicators": frozenset(), "words": "Settled.", "review_on": None}, []),
        ({"level": Level.NONE, "words": "Settled."}, ["still_shows"]),
        ({"level": Level.NONE, "indicators": frozenset()}, ["words"]),
    ],
)
def test_significant_risk_has_a_lead_and_a_day_to_look_again(
    change: dict[str, object], wanted: list[str]
) -> None:
    assert codes(**change) == wanted


def test_two_and_five_working_days_skip_weekends_and_holidays() -> None:
    assert (accept_by(TODAY), contact_by(TODAY)) == (date(2026, 11, 25), date(2026, 11, 30))
    # 25, 26 (observed on 28) December and 1 January are closed.
    eve = date(2026, 12, 24)
    assert (accept_by(eve), contact_by(eve)) == (date(2026, 12, 30), date(2027, 1, 5))


KEPT = Kept(Level.SIGNIFICANT, date(2026, 11, 25), date(2026, 11, 30), date(2026, 12, 14))


@pytest.mark.parametrize(
    ("day", "steps", "wanted"),
    [
        (date(2026, 11, 25), (), Standing.TO_ACCEPT),
        (date(2026, 11, 26), (), Standing.NOT_ACCEPTED),
        (date(2026, 11, 24), ("declined",), Standing.DECLINED),
        (date(2026, 11, 26), ("accepted",), Standing.TO_CONTACT),
        (date(2026, 11, 30), ("accepted",), Standing.TO_CONTACT),
        (date(2026, 12, 1), ("accepted",), Standing.CONTACT_LATE),
        (date(2026, 12, 1), ("accepted", "contacted"), Standing.HELD),
        (date(2026, 12, 1), ("contacted",), Standing.HELD),
        (date(2026, 12, 14), ("accepted", "contacted"), Standing.REVIEW_DUE),
        (date(2026, 12, 14), (), Standing.NOT_ACCEPTED),
    ],
)
def test_where_a_risk_stands(day: date, steps: tuple[str, ...], wanted: Standing) -> None:
    assert standing(replace(KEPT, steps=steps), day) is wanted


def test_watched_risk_has_no_lead_to_wait_for() -> None:
    watched = Kept(Level.WATCH, None, None, None)
    assert standing(watched, date(2027, 6, 1)) is Standing.WATCHED
    assert standing(replace(watched, review_on=TODAY), TODAY) is Standing.REVIEW_DUE


@pytest.mark.parametrize(
    ("change", "in_letter", "owes"),
    [
        ({}, False, True),
        ({"level": Level.IMMINENT}, False, True),
        ({"level": Level.WATCH}, False, False),
        ({"level": Level.NONE}, False, False),
        ({}, True, False),
        ({"steps": {"accepted"}}, False, True),
        ({"steps": {"told"}}, False, False),
        ({"steps": {"contacted"}}, False, False),
        ({"steps": {"declined"}}, False, False),
        ({"shut_out": True}, False, False),
    ],
)
def test_family_is_told_once_who_leads(change: dict[str, object], *, in_letter: bool, owes: bool) -> None:
    assert owes_a_word(replace(KEPT, **change), in_letter=in_letter) is owes  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("today", "letter_coming", "due"),
    [
        (date(2026, 11, 23), True, False),
        (date(2026, 11, 29), True, False),
        (date(2026, 11, 30), True, True),
        (date(2026, 11, 23), False, True),
    ],
)
def test_word_waits_for_a_letter_until_the_fifth_working_day(
    today: date, *, letter_coming: bool, due: bool
) -> None:
    assert word_is_due(contact_by(TODAY), today, letter_coming=letter_coming) is due
