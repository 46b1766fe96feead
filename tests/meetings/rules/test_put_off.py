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
    missing="The therapist’s report",
    owner="the case coordinator",
    by_when=dt.date(2026, 11, 27),
    again_on=dt.date(2026, 12, 1),
)
WHY = (
    "The Inclusion panel met on 24 November 2026 and could not give advice yet, because information is missing."
    " Nothing is decided yet."
)
AGAIN = "The panel looks at it again on 1 December 2026."
NO_DAY = "There is no day yet on which the panel looks at it again. You can ask us when that will be."


def test_what_is_missing_who_gets_it_and_when_the_panel_looks_again() -> None:
    assert told(LACKS, TODAY) == (
        WHY,
        "What is missing: The therapist’s report. The case coordinator gets it by 27 November 2026. You do not have to get it.",
        AGAIN,
    )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"missing": "", "owner": ""},
            "You can ask us what is missing. Somebody on our side gets it by 27 November 2026. You do not have to get it.",
        ),
        (
            {"missing": "Has the report come?", "owner": "Anna Marsh"},
            "What is missing: Has the report come? Anna Marsh gets it by 27 November 2026. You do not have to get it.",
        ),
        (
            {"by_when": dt.date(2026, 11, 23)},
            "What is missing: The therapist’s report. The case coordinator gets it. It should have been here by 23 November 2026,"
            " and you can ask us about it. You do not have to get it.",
        ),
    ],
)
def test_words_that_may_not_be_read_and_days_that_have_passed(changes: dict[str, object], said: str) -> None:
    assert told(replace(LACKS, **changes), TODAY)[1] == said  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("again_on", "said"), [(TODAY, "The panel looks at it again on 24 November 2026."), (None, NO_DAY)]
)
def test_day_of_the_next_panel_is_said_while_it_is_to_come(again_on: dt.date | None, said: str) -> None:
    assert told(replace(LACKS, again_on=again_on), TODAY)[-1] == said


def test_day_of_a_panel_that_has_passed_is_not_promised() -> None:
    assert told(LACKS, dt.date(2026, 12, 2))[-1] == NO_DAY


@pytest.mark.parametrize("reason", [DeferralReason.QUORUM, DeferralReason.TIME])
def test_without_a_lack_nothing_is_said_to_be_missing(reason: DeferralReason) -> None:
    why, again = told(replace(LACKS, reason=reason, missing="", owner="", by_when=None), TODAY)
    assert ("missing" in why, why.endswith("Nothing is decided yet."), again) == (False, True, AGAIN)
