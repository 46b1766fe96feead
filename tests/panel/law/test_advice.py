import pytest

from panel.law.advice import advice_lacking


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
    assert advice_lacking(sought, year) == lacking
