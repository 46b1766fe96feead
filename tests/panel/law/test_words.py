"""Dates and labels inside a sentence."""

from datetime import date

import pytest

from panel.law.words import in_words, inside


def test_date_has_no_leading_nought_and_its_month_as_a_word() -> None:
    assert in_words(date(2026, 6, 3)) == "3 June 2026"


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
