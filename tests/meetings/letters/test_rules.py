from dataclasses import replace
from datetime import date

import pytest

from meetings.letters.content import Letter, letter
from meetings.letters.facts import LimbFound, Step, dated
from meetings.letters.reading import Reading, advice, reading
from meetings.letters.rules import (
    Identity,
    Releasing,
    content_problems,
    gate,
    leaks,
    placeholders,
    reason_problems,
    release_problems,
    speaks_of_reader,
)
from meetings.rules.addressing import Spoken
from panel.law.legal import REFUSALS, Answer
from panel.law.notices import required_blocks
from panel.law.problems import Problem
from tests.meetings.letters.sample import ASSESS, LETTER_ON, NOT_ASSESS, all_outcomes, to_young_person

AUTHOR, SECOND = 1, 2
TWO_PEOPLE = Releasing(author=AUTHOR, by=SECOND)
AMARA = Identity("Amara Okafor", date(2018, 3, 3), "A123456789012", "WE4 2ZZ")
BEN = Identity("Ben Hale-O’Neill", date(2017, 6, 9), "B987654321098", "WE9 8XY")


def codes(problems) -> list[str]:
    return [p.code for p in problems]


# the whole gate


@pytest.mark.parametrize("facts", all_outcomes(), ids=lambda facts: facts.outcome)
def test_a_complete_letter_passes_the_gate_for_either_reader(facts):
    for reader in (facts, to_young_person(facts)):
        assert gate(letter(reader), TWO_PEOPLE, own=[AMARA], others=[BEN]) == ()


def test_the_gate_names_everything_at_once():
    facts = replace(
        dated(NOT_ASSESS, LETTER_ON),
        reasons="Ben Hale-O'Neill TBC.",
        limbs=tuple(replace(limb, reasons="Because of this.") for limb in NOT_ASSESS.limbs),
    )
    found = gate(
        letter(facts), Releasing(AUTHOR, AUTHOR, stands=False, unsettled=1), own=[AMARA], others=[BEN]
    )
    assert codes(found) == [
        "decision_reversed",
        "own_letter",
        "recipient_without_letter",
        "reasons_short",
        "placeholder",
        "leak",
    ]


# releasing


@pytest.mark.parametrize(
    ("releasing", "problem"),
    [
        (
            Releasing(AUTHOR, SECOND, decided=False),
            Problem(
                "no_decision",
                "",
                "There is no decision yet. A letter follows the decision, never the meeting.",
            ),
        ),
        (
            Releasing(AUTHOR, SECOND, stands=False),
            Problem(
                "decision_reversed",
                "",
                "The decision was replaced or set aside. Draft a letter about the one that stands.",
            ),
        ),
        (
            Releasing(AUTHOR, AUTHOR),
            Problem("own_letter", "", "A second person must release this letter: you wrote it."),
        ),
        (
            Releasing(AUTHOR, SECOND, unsettled=1),
            Problem(
                "recipient_without_letter",
                "",
                "1 more person has a right to this letter. Draft theirs too, or say why they get none.",
            ),
        ),
    ],
)
def test_who_may_release_what(releasing: Releasing, problem: Problem):
    assert release_problems(releasing) == (problem,)
    assert release_problems(TWO_PEOPLE) == ()


# mandatory blocks


@pytest.mark.parametrize("facts", all_outcomes(), ids=lambda facts: facts.outcome)
def test_each_mandatory_block_taken_away_is_named_by_its_code(facts):
    whole = letter(facts)
    for block in required_blocks(facts.outcome):
        torn = Letter(whole.facts, whole.title, tuple(b for b in whole.blocks if block.code not in b.codes))
        assert block.code in codes(content_problems(torn))
    assert content_problems(whole) == ()


# reasons


def test_reasons_need_sixty_words():
    words = "Amara reads far better now than she did in January. " * 6
    assert reason_problems(replace(ASSESS, reasons=words)) == ()
    assert reason_problems(replace(ASSESS, reasons=words.removesuffix("January. "))) == (
        Problem(
            "reasons_short",
            "reasons",
            "The reasons have 59 words; at least 60 are needed to say why for this child.",
        ),
    )


def test_a_refusal_that_only_states_a_condition_the_law_does_not_set_is_stopped():
    only = "The school has not yet spent its notional SEN budget. " * 8
    facts = replace(
        NOT_ASSESS,
        reasons=only,
        limbs=(NOT_ASSESS.limbs[0], replace(NOT_ASSESS.limbs[1], reasons=only.strip())),
    )
    assert "unsafe_spend" in codes(reason_problems(facts))


def test_the_same_words_in_an_agreement_stop_nothing():
    only = "The school has not yet spent its notional SEN budget. " * 8
    assert reason_problems(replace(ASSESS, reasons=only)) == ()
    assert ASSESS.outcome not in REFUSALS


# placeholders


@pytest.mark.parametrize(
    "text",
    [
        "[NAME]",
        "[CHILD’S NAME]",
        "[insert date]",
        "XXXX",
        "xxx",
        "TBC",
        "TBA",
        "____",
        "???",
        "DD/MM/YYYY",
        "<<reason>>",
    ],
)
def test_a_placeholder_left_unfilled_is_found(text: str):
    assert placeholders(f"We met {text} on Monday and {text}.") == (text,)


@pytest.mark.parametrize(
    "text",
    [
        "She said “I did it” [sic].",
        "R v X [2016] UKUT 225",
        "{{ settings.SECRET_KEY }}",
        "What now? Really?",
        "size XXL",
        "A_b",
    ],
)
def test_what_people_write_on_purpose_is_no_placeholder(text: str):
    assert placeholders(text) == ()


def test_placeholders_stop_the_letter_and_are_listed():
    facts = replace(dated(ASSESS, LETTER_ON), strengths="[NAME] is kind. TBC")
    assert content_problems(letter(facts)) == (
        Problem(
            "placeholder",
            "",
            "Something was left to be filled in: “[NAME]”, “TBC”. Write what belongs there.",
        ),
    )


# somebody else's child


@pytest.mark.parametrize(
    "text",
    [
        "as Ben Hale-O’Neill did",
        "as BEN  HALE O'NEILL, did",
        "born 9 June 2017",
        "(9 Jun 2017)",
        "09/06/2017",
        "9/6/2017",
        "2017-06-09",
        "UPN b987654321098.",
        "at WE9 8XY",
        "at we98xy",
        "line one\nBen\nHale-O’Neill",
    ],
)
def test_every_mark_of_another_child_is_found(text: str):
    assert codes(leaks(text, [AMARA, BEN], own=[AMARA])) == ["leak"]


@pytest.mark.parametrize(
    "text",
    [
        "Ben and Hale",
        "Reuben Hale-O’Neill",
        "19 June 2017",
        "109/06/2017",
        "WE9 8X",
        "XWE9 8XY",
        "Ben Hale-O’Neillson",
    ],
)
def test_words_that_only_look_alike_are_no_leak(text: str):
    assert leaks(text, [BEN], own=[AMARA]) == ()


def test_what_twins_share_is_no_leak_but_the_other_twins_name_is():
    twin = replace(AMARA, name="Chidi Okafor", upn="C111111111111")
    assert leaks("Amara Okafor, 3 March 2018, WE4 2ZZ", [twin], own=[AMARA]) == ()
    assert leaks("Chidi Okafor", [twin], own=[AMARA]) == (
        Problem(
            "leak",
            "",
            "“Chidi Okafor” belongs to another case. Take it out, or correct the record it came from.",
        ),
    )


def test_accents_and_decomposed_letters_do_not_hide_a_name():
    zoe = Identity("Zoë Brontë")
    assert codes(leaks("Zoe\u0308 Bronte", [zoe], own=[])) == ["leak"]


def test_a_person_without_marks_and_a_name_of_one_word_find_nothing():
    assert leaks("Anna went home.", [Identity(""), Identity("Anna")], own=[]) == ()


# reading


@pytest.mark.parametrize("facts", all_outcomes(), ids=lambda facts: facts.outcome)
def test_our_own_words_read_at_grade_eight_or_less_in_sentences_of_eighteen_words_or_fewer(facts):
    for reader in (facts, to_young_person(facts)):
        measured = reading([b for b in letter(reader).blocks if not b.own_words])
        assert measured is not None
        assert measured.grade <= 8
        assert measured.sentence <= 18


def test_reading_of_nothing_is_nothing():
    assert reading([]) is None


def test_a_known_sentence_has_its_known_grade():
    blocks = [
        b
        for b in letter(replace(dated(ASSESS, LETTER_ON), reasons="The cat sat on the mat.")).blocks
        if b.own_words
    ]
    (sentence,) = [b for b in blocks if b.text.startswith("The cat")]
    assert reading([sentence]) == Reading(grade=-1.4, sentence=6.0)


def test_hard_words_and_empty_phrases_are_advised_about_and_never_stop():
    hard = (
        "Notwithstanding considerable multidisciplinary investigation, insufficient evidence demonstrating"
        " extraordinary educational necessity materialised, consequently individualised statutory intervention remains"
        " inappropriate notwithstanding parental representations regarding comprehensive provision."
    )
    facts = replace(
        dated(ASSESS, LETTER_ON),
        reasons=hard * 3,
        family_views="",
        child_views="",
        views_answered="",
        strengths="",
        support_now="",
        not_available="",
    )
    assert codes(advice(letter(facts))) == ["hard_to_read", "long_sentences", "empty_phrase"]
    assert codes(content_problems(letter(facts))) == []


def test_letter_to_the_young_person_is_looked_through_for_words_about_them() -> None:
    told = to_young_person(NOT_ASSESS)
    assert speaks_of_reader(told) == ()
    about = replace(
        told,
        reasons="Amara reads well. She asks for help.",
        limbs=(
            LimbFound("b", Answer.NO, "Her tutor says so."),
            LimbFound("a", Answer.YES, "He is far behind."),
        ),
        views_answered="We heard the young person.",
        support_now="Amara’s tutor goes on.",
        steps=(
            Step("Ring her", "A", "", LETTER_ON),
            Step("Amara is told", "A", "", LETTER_ON, told="We tell you"),
        ),
        family_views="She is tired, her mother said.",
        child_views="Amara said so.",
    )
    assert speaks_of_reader(about) == (
        Spoken("the answers to the legal test", ("her", "he")),
        Spoken("the reasons", ("Amara", "she")),
        Spoken("the answer to what was said", ("the young person",)),
        Spoken("the help meanwhile", ("Amara",)),
        Spoken("the next steps", ("her",)),
    )
    assert speaks_of_reader(replace(about, to_young_person=False)) == ()
