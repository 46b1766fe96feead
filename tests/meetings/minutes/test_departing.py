"""The versions of an item on which the officer departed from what the panel advised: whose answers to the test each reader gets."""

from dataclasses import replace

import pytest

from meetings.minutes.passages import passages, readers_of
from meetings.minutes.redaction import Ground, Reader, words_digest
from meetings.minutes.versions import compose, texts_of
from tests.golden import matches
from tests.meetings.minutes.test_frozen import REFUSED
from tests.meetings.minutes.test_versions import marked_sheet, printed


@pytest.mark.parametrize("reader", [Reader.FAMILY, Reader.SETTING])
def test_versions_of_a_refusal_that_departs_read_as_their_golden_text(reader: Reader) -> None:
    matches(f"version_{reader}_refused", printed(reader, REFUSED, {}))


def test_setting_is_never_told_answers_that_are_not_those_of_the_decision() -> None:
    words = printed(Reader.SETTING, REFUSED, {})
    assert "It may be so." not in words
    assert "Her school’s lessons work." in words
    # A record from before the decision's own answers were kept has none to give.
    older = replace(REFUSED, decision=replace(REFUSED.decision, limbs=(), codes=()))
    assert "The legal test" not in printed(Reader.SETTING, older, {})
    assert "It may be so." in printed(Reader.FAMILY, older, {})


def test_reasons_of_the_decisions_own_answers_can_be_left_out() -> None:
    tags = {words_digest("Her school’s lessons work."): Ground.NOT_SETTING}
    assert "Her school’s lessons work." not in printed(Reader.SETTING, REFUSED, tags)
    [field] = [one.field for one in passages(REFUSED) if one.text == "Her school’s lessons work."]
    assert field == "decision_limb_2"
    assert readers_of(field) == {Reader.FAMILY, Reader.SETTING}


def test_decisions_own_answers_reach_family_and_setting_and_the_panels_then_the_family_alone() -> None:
    marked = marked_sheet()
    own = tuple(replace(limb, reasons=f"Own limb {n}") for n, limb in enumerate(marked.limbs))
    sheet = replace(marked, decision=replace(marked.decision, limbs=own))
    for words, told in (
        ("Own limb 0", {Reader.FAMILY, Reader.SETTING}),
        ("Own limb 1", {Reader.FAMILY, Reader.SETTING}),
        ("Mark limb 0", {Reader.FAMILY}),
    ):
        assert {reader for reader in Reader if words in texts_of(compose(sheet, reader, {}))} == told


def test_help_the_officer_writes_of_herself_is_read_by_the_family_and_the_setting() -> None:
    own = REFUSED.decision.help_meanwhile
    told = {reader for reader in Reader if own in printed(reader, REFUSED, {})}
    assert told == {Reader.FAMILY, Reader.SETTING}
    [field] = [one.field for one in passages(REFUSED) if one.text == own]
    assert (field, readers_of(field)) == ("own_help", {Reader.FAMILY, Reader.SETTING})


def test_officers_own_answer_to_the_family_is_for_the_family_and_can_be_left_out() -> None:
    own = REFUSED.decision.family_answered
    told = {
        reader
        for reader in (Reader.FAMILY, Reader.SETTING, Reader.MODERATOR)
        if own in printed(reader, REFUSED, {})
    }
    assert told == {Reader.FAMILY}
    [field] = [one.field for one in passages(REFUSED) if one.text == own]
    assert (field, readers_of(field)) == ("own_answer", {Reader.FAMILY})
    assert own not in printed(Reader.FAMILY, REFUSED, {words_digest(own): Ground.THIRD_PARTY})


def test_no_version_says_who_else_was_told() -> None:
    """Two homes are not always told on one day, and one of them need not know of the other."""
    assert not [reader for reader in Reader if "Father" in " ".join(texts_of(compose(REFUSED, reader, {})))]
