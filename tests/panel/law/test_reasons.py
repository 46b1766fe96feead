"""The coded reasons of a refusal, and the words a letter prints."""

import pytest

from panel.law.legal import Answer, LimbAnswer, Outcome, Stage
from panel.law.reasons import (
    Coded,
    ReasonCode,
    answer_problems,
    appeal_risks,
    code_problems,
    codes_of,
    printed_reasons,
    settled,
)

NO_TO_B = (LimbAnswer("a", Answer.YES, "Why a."), LimbAnswer("b", Answer.NO, "Why b."))
NO_TO_A = (LimbAnswer("a", Answer.NO, "Why a."), LimbAnswer("b", Answer.NO, "Why b."))


@pytest.mark.parametrize(
    ("coded", "answers", "found"),
    [
        (Coded("R2"), NO_TO_B, []),
        (Coded("R2", ("R3", "R4")), NO_TO_B, []),
        (Coded(), NO_TO_B, [("no_reason_code", "primary_reason")]),
        (Coded("", ("R2",)), NO_TO_B, [("no_reason_code", "primary_reason")]),
        (Coded("R7"), NO_TO_B, [("unknown_code", "primary_reason")]),
        (Coded("R2", ("R7",)), NO_TO_B, [("unknown_code", "primary_reason")]),
        (Coded("R5"), NO_TO_B, [("nothing_sought", "evidence_sought")]),
        (Coded("R2", ("R5",), " "), NO_TO_B, [("nothing_sought", "evidence_sought")]),
        (Coded("R5", (), "The school’s reviews, on 3 October"), NO_TO_B, []),
    ],
)
def test_codes_of_a_refusal(
    coded: Coded, answers: tuple[LimbAnswer, ...], found: list[tuple[str, str]]
) -> None:
    problems = code_problems(Stage.ASSESS, Outcome.NOT_ASSESS, coded, answers)
    assert [(problem.code, problem.field) for problem in problems] == found


def test_nothing_is_asked_of_an_agreement_and_nothing_kept() -> None:
    assert code_problems(Stage.ASSESS, Outcome.ASSESS, Coded(), NO_TO_B) == ()
    assert settled(Outcome.ASSESS, Coded("R2", ("R3",), "x")) == Coded()
    assert settled(Outcome.NOT_ASSESS, Coded("R2", ("R3", "R2", "R3"), "x")) == Coded("R2", ("R3",), "x")


# Every code: whether it stands beside a no to (a) alone, to (b) alone, to both, and whether it can refuse a plan.
STANDS = {
    "R1": (True, False, True, False),
    "R2": (False, True, True, True),
    "R3": (False, True, True, True),
    "R4": (False, True, True, True),
    "R5": (True, True, True, True),
    "R6": (True, False, True, False),
    "R8": (True, True, True, True),
}


def _stands(stage: Stage, outcome: Outcome, code: str, *answers: tuple[str, Answer]) -> bool:
    given = tuple(LimbAnswer(limb, answer, "Why.") for limb, answer in answers)
    alone = code_problems(stage, outcome, Coded(code, (), "The reviews, on 3 October"), given)
    beside = code_problems(stage, outcome, Coded("R8", (code,), "The reviews, on 3 October"), given)
    assert bool(alone) == bool(beside)
    return not alone


@pytest.mark.parametrize("other", [Answer.YES, Answer.CANNOT_TELL])
@pytest.mark.parametrize("code", [str(code) for code in ReasonCode])
def test_each_code_stands_beside_the_answer_it_says_more_about_and_no_other(code: str, other: Answer) -> None:
    refused = (Stage.ASSESS, Outcome.NOT_ASSESS, code)
    assert STANDS[code] == (
        _stands(*refused, ("a", Answer.NO), ("b", other)),
        _stands(*refused, ("a", other), ("b", Answer.NO)),
        _stands(*refused, ("a", Answer.NO), ("b", Answer.NO)),
        _stands(Stage.ISSUE, Outcome.NOT_ISSUE, code, ("necessary", Answer.NO)),
    )


def test_there_is_no_seventh_code_and_what_the_law_does_not_ask_is_not_offered() -> None:
    assert (
        [str(code) for code in codes_of(Stage.ASSESS)] == list(STANDS) == [str(code) for code in ReasonCode]
    )
    assert [str(code) for code in codes_of(Stage.ISSUE)] == ["R2", "R3", "R4", "R5", "R8"]
    (problem,) = code_problems(Stage.ISSUE, Outcome.NOT_ISSUE, Coded("R6"), ())
    assert problem.code == "unknown_code"


def test_what_a_code_needs_is_said_with_its_limb() -> None:
    (problem,) = code_problems(Stage.ASSESS, Outcome.NOT_ASSESS, Coded("R6", ("R1",)), NO_TO_B)
    assert (problem.code, problem.field) == ("code_contradicts", "primary_reason")
    assert problem.sentence == "R1 and R6 can only be a reason where the answer to limb (a) is no."


@pytest.mark.parametrize(
    ("coded", "text", "risks"),
    [
        (Coded("R2"), "He reads well.", 0),
        (Coded("R5", (), "Reviews"), "He reads well.", 1),
        (Coded("R2"), "There is insufficient evidence of need.", 1),
        (Coded("R2"), "The evidence is clear.", 0),
    ],
)
def test_thin_evidence_is_flagged_as_a_risk_on_appeal(coded: Coded, text: str, risks: int) -> None:
    assert len(appeal_risks(coded, text)) == risks


def test_a_refusal_prints_the_reasons_of_every_answer_no() -> None:
    assert printed_reasons(Outcome.NOT_ASSESS, "Because.", NO_TO_B) == "Because.\nWhy b."
    assert printed_reasons(Outcome.ASSESS, "Because.", NO_TO_B) == "Because."


def test_words_alone_are_held_against_conditions_as_a_no_is() -> None:
    said = LimbAnswer("time", None, "The school has not spent its £6,000.")
    assert [one.code for one in answer_problems(Outcome.NOT_ASSESS, (*NO_TO_B, said))] == ["unsafe_spend"]
    assert answer_problems(Outcome.ASSESS, (*NO_TO_B, said)) == ()
