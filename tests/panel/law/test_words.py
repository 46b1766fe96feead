"""Dates and labels inside a sentence."""

from datetime import date

import pytest

from panel.law.words import ended, in_words, inside, school_year, until_today


def test_date_has_no_leading_nought_and_its_month_as_a_word() -> None:
    assert in_words(date(2026, 6, 3)) == "3 June 2026"


def test_only_today_is_left_where_the_first_day_is_today() -> None:
    first, today = date(2026, 6, 3), date(2026, 6, 5)
    assert until_today(first, today) == "Enter a day between 3 June 2026 and today."
    assert until_today(today, today) == "Enter today’s date."


@pytest.mark.parametrize(
    ("label", "wanted"),
    [
        ("Educational psychologist", "educational psychologist"),
        ("SEN lead", "SEN lead"),
        ("Head or SENCO", "head or SENCO"),
        ("", ""),
    ],
)
def test_label_begins_small_but_for_an_abbreviation(label: str, wanted: str) -> None:
    assert inside(label) == wanted


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("we ran out of time today", "we ran out of time today."),
        ("We ran out of time. ", "We ran out of time."),
        ("Why not?", "Why not?"),
        ("", ""),
    ],
)
def test_what_was_typed_ends_as_a_sentence(typed: str, said: str) -> None:
    assert ended(typed) == said


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("3", "year 3"),
        ("14", "year 14"),
        ("R", "reception"),
        ("N2", "second nursery year"),
        ("X", ""),
        ("", ""),
    ],
)
def test_school_year_reads_as_words_and_is_left_out_where_none_applies(code: str, said: str) -> None:
    assert school_year(code) == said
