"""How long those who were there have for the draft, and what keeps the chair from signing it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from meetings.rules.circulation import (
    Circulated,
    first_last_day,
    signing_problems,
    step_up_problems,
    until_problems,
)

MONDAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
DRAFT = Circulated(until_on=date(2026, 11, 27), asked=frozenset({1, 2}), answered=frozenset({1}))


def codes(
    circulated: Circulated | None, *, days: int = 5, today: date = MONDAY, amends: bool = False
) -> list[str]:
    found = signing_problems(circulated, comment_days=days, prepared_at=NOW, today=today, amends=amends)
    return [problem.code for problem in found]


@pytest.mark.parametrize(
    ("today", "days", "wanted"),
    [
        (MONDAY, 0, MONDAY),
        (MONDAY, 5, date(2026, 11, 30)),
        (date(2026, 12, 24), 1, date(2026, 12, 29)),  # Christmas, and Boxing Day’s substitute on the Monday
    ],
)
def test_time_to_comment_is_counted_in_working_days(today: date, days: int, wanted: date) -> None:
    assert first_last_day(today, days) == wanted
    assert until_problems(wanted, today=today, comment_days=days) == ()
    (problem,) = until_problems(wanted - timedelta(days=1), today=today, comment_days=days)
    assert (problem.code, problem.field) == ("until_on", "until_on")


def test_time_to_comment_has_an_end() -> None:
    assert until_problems(date(2026, 12, 21), today=MONDAY, comment_days=0) == ()
    assert [p.code for p in until_problems(date(2026, 12, 22), today=MONDAY, comment_days=0)] == ["until_on"]


@pytest.mark.parametrize(
    ("circulated", "days", "amends", "wanted"),
    [
        (None, 0, False, []),
        (None, 5, False, ["not_circulated"]),
        (None, 5, True, []),
        (DRAFT, 5, False, ["comments_open"]),
        (DRAFT, 0, False, ["comments_open"]),
        (replace(DRAFT, answered=frozenset({1, 2})), 5, False, []),
        (replace(DRAFT, answered=frozenset({1, 2, 9})), 5, False, []),
        (replace(DRAFT, answered=frozenset({1, 2}), unanswered=1), 5, False, ["comment_unanswered"]),
        (replace(DRAFT, unanswered=2), 5, False, ["comments_open", "comment_unanswered"]),
        (replace(DRAFT, until_on=date(2026, 11, 22)), 5, False, []),
        (replace(DRAFT, until_on=MONDAY), 5, False, ["comments_open"]),
        (
            replace(DRAFT, until_on=date(2026, 11, 22), taken_up_at=NOW + timedelta(seconds=1)),
            5,
            False,
            ["not_corrected"],
        ),
        (replace(DRAFT, until_on=date(2026, 11, 22), taken_up_at=NOW - timedelta(seconds=1)), 5, False, []),
    ],
)
def test_what_keeps_the_chair_from_signing(
    circulated: Circulated | None,
    days: int,
    amends: bool,  # noqa: FBT001 (a row of the table)
    wanted: list[str],
) -> None:
    assert codes(circulated, days=days, amends=amends) == wanted


def test_sentences_say_what_to_do() -> None:
    (open_,) = signing_problems(DRAFT, comment_days=5, prepared_at=NOW, today=MONDAY, amends=False)
    assert open_.sentence == (
        "Those who were there may comment until the end of 27 November 2026. It can be signed sooner once each has answered:"
        " 1 of 2 have."
    )
    (first,) = signing_problems(None, comment_days=1, prepared_at=NOW, today=MONDAY, amends=False)
    assert "1 working day to correct the draft" in first.sentence


@pytest.mark.parametrize(
    ("confirmed_at", "allowed"),
    [
        (NOW, True),
        (NOW - timedelta(minutes=15), True),
        (NOW - timedelta(minutes=15, seconds=1), False),
        (NOW + timedelta(seconds=1), False),
        (None, False),
    ],
)
def test_signature_asks_for_a_fresh_proof(
    confirmed_at: datetime | None,
    allowed: bool,  # noqa: FBT001 (a row of the table)
) -> None:
    assert (step_up_problems(confirmed_at, NOW) == ()) is allowed
