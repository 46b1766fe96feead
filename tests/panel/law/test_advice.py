import datetime as dt

import pytest

from panel.law.advice import ADULTHOOD, ALWAYS, AdviceGaps, advice_lacking

ON = dt.date(2026, 11, 23)


@pytest.mark.parametrize(
    ("sought", "year", "lacking"),
    [
        ("abcde", "3", ()),
        ("abcdeg", "9", ()),
        ("abcde", "9", ("preparation for adulthood",)),
        ("abcde", "R", ()),
        ("abcde", "", ()),
        ("abd", "8", ("health", "social care")),
        (
            "fh",
            "3",
            (
                "the parent or young person",
                "the setting",
                "health",
                "an educational psychologist",
                "social care",
            ),
        ),
    ],
)
def test_advice_that_applies_and_was_not_sought(sought: str, year: str, lacking: tuple[str, ...]) -> None:
    assert advice_lacking(sought, year, None, ON) == lacking


@pytest.mark.parametrize(
    ("year", "born_on", "on", "adulthood"),
    [
        ("", dt.date(2013, 8, 31), ON, True),
        ("", dt.date(2013, 9, 1), ON, False),
        ("X", dt.date(2006, 2, 3), ON, True),
        ("", dt.date(2013, 8, 31), dt.date(2026, 8, 31), False),
        ("", dt.date(2013, 8, 31), dt.date(2026, 9, 1), True),
        ("", None, ON, False),
        # A year that was recorded goes before the date of birth, whatever either says.
        ("8", dt.date(2006, 2, 3), ON, False),
        ("R", dt.date(2006, 2, 3), ON, False),
    ],
)
def test_adulthood_is_read_off_the_date_of_birth_where_no_year_is_recorded(
    year: str, born_on: dt.date | None, on: dt.date, *, adulthood: bool
) -> None:
    assert advice_lacking("abcde", year, born_on, on) == ((ADULTHOOD,) if adulthood else ())


def test_gaps_are_said_shortly() -> None:
    assert (AdviceGaps().words, bool(AdviceGaps())) == ("", False)
    assert AdviceGaps(tuple(ALWAYS.values())).words == "No advice was asked for."
    assert AdviceGaps(("health",), ("setting",)).words == (
        "Advice was never asked for: health. Advice is still out: setting."
    )
