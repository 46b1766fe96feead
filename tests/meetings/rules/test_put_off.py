"""The sentences a family reads of a question that was put off."""

import datetime as dt
from dataclasses import replace

import pytest

from meetings.rules.deferring import DeferralReason
from meetings.rules.put_off import PutOff, told

TODAY = dt.date(2026, 11, 24)
LACKS = PutOff(
    panel="Inclusion panel",
    on=TODAY,
    reason=DeferralReason.INFORMATION,
    by_when=dt.date(2026, 11, 27),
    again_on=dt.date(2026, 12, 1),
)
WHY = (
    "The Inclusion panel met on 24 November 2026 and could not give its advice yet, because information was missing."
    " Nothing is decided yet."
)
ASK = "You can ask us what is missing. You do not have to get it yourself."
AGAIN = "The panel looks at it again on 1 December 2026."
NO_DAY = "There is no day yet on which the panel looks at it again. You can ask us when that will be."


def test_why_by_when_we_get_what_is_missing_and_when_the_panel_looks_again() -> None:
    assert told(LACKS, TODAY) == (
        WHY,
        f"We are getting it, and hope to have it by 27 November 2026. {ASK}",
        AGAIN,
    )


@pytest.mark.parametrize(
    ("by_when", "said"),
    [
        (TODAY, f"We are getting it, and hope to have it by 24 November 2026. {ASK}"),
        (dt.date(2026, 11, 23), f"We hoped to have it by 23 November 2026. {ASK}"),
        (None, f"We are getting it. {ASK}"),
    ],
)
def test_no_day_that_has_passed_is_promised(by_when: dt.date | None, said: str) -> None:
    assert told(replace(LACKS, by_when=by_when), TODAY)[1] == said


def test_what_we_have_got_is_not_said_to_be_missing_still() -> None:
    assert told(replace(LACKS, got=True), TODAY) == (WHY, AGAIN)


def test_day_that_stands_beside_what_is_due_is_not_said_twice() -> None:
    assert AGAIN not in told(LACKS, TODAY, again=False)


@pytest.mark.parametrize(
    ("again_on", "said"), [(TODAY, "The panel looks at it again on 24 November 2026."), (None, NO_DAY)]
)
def test_day_of_the_next_panel_is_said_while_it_is_to_come(again_on: dt.date | None, said: str) -> None:
    assert told(replace(LACKS, again_on=again_on), TODAY)[-1] == said


def test_day_of_a_panel_that_has_passed_is_not_promised() -> None:
    assert told(LACKS, dt.date(2026, 12, 2))[-1] == NO_DAY


@pytest.mark.parametrize("reason", [DeferralReason.QUORUM, DeferralReason.TIME])
def test_without_a_lack_nothing_is_said_to_be_missing(reason: DeferralReason) -> None:
    why, again = told(replace(LACKS, reason=reason, by_when=None), TODAY)
    assert ("missing" in why, why.endswith("Nothing is decided yet."), again) == (False, True, AGAIN)


def test_what_was_answered_without_a_panel_waits_for_the_letter() -> None:
    first, last = told(replace(LACKS, answered=True), TODAY)
    assert (WHY.startswith(first), "decided" in first, last) == (
        True,
        False,
        "We will write to you with our answer.",
    )
