"""The legal-test card: which wording is in force on a day, and that it asks what the form asks."""

import datetime as dt

import pytest

from panel.law.card import CARDS, legal_card, legal_card_of
from panel.law.legal import ADDITIONAL_TIME, TESTS, Stage


def test_card_asks_the_questions_of_both_tests_and_never_calls_evidence_a_condition() -> None:
    card = legal_card(dt.date(2026, 3, 12))
    assert [test.stage for test in card.tests()] == [Stage.ASSESS, Stage.ISSUE]
    assert set(card.tests()) <= set(TESTS)
    assert any("never a condition" in line for line in card.reminders)
    assert any("“Cannot tell” is never a refusal" in line for line in card.reminders)


@pytest.mark.parametrize(
    ("day", "version"),
    [
        (dt.date(2010, 1, 1), "card-1"),
        (dt.date(2014, 9, 1), "card-1"),
        (dt.date(2026, 11, 29), "card-1"),
        (dt.date(2026, 11, 30), "card-2"),
        (dt.date(2030, 1, 1), "card-2"),
    ],
)
def test_every_day_has_a_card(day: dt.date, version: str) -> None:
    assert legal_card(day).version == version


def test_what_is_asked_about_somebody_over_18_is_on_the_card_in_the_words_of_the_form() -> None:
    def asked(version: str) -> list[str]:
        return [limb.code for test in legal_card_of(version).tests() for limb in test.limbs]

    assert asked("card-1") == ["a", "b", "necessary"]
    assert asked("card-2") == ["a", "b", "time", "necessary"]
    assert ADDITIONAL_TIME in legal_card_of("card-2").tests()[0].limbs
    assert legal_card_of("card-1").reminders == legal_card_of("card-2").reminders


def test_card_that_was_read_is_found_by_its_version_and_another_never() -> None:
    assert [legal_card_of(card.version) for card in CARDS] == list(CARDS)
    with pytest.raises(KeyError):
        legal_card_of("card-0")
