"""The coded reasons of a refusal, and the words a letter prints."""

import pytest

from panel.law.legal import Answer, LimbAnswer, Outcome, Stage
from panel.law.reasons import (
    Coded,
    ReasonCode,
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
        (Coded("R1"), NO_TO_B, [("code_contradicts", "primary_reason")]),
        (Coded("R1"), NO_TO_A, []),
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


def test_there_is_no_seventh_code_and_limb_a_is_a_reason_at_the_first_question_only() -> None:
    assert [str(code) for code in ReasonCode] == ["R1", "R2", "R3", "R4", "R5", "R6", "R8"]
    assert ReasonCode.LIMB_A in codes_of(Stage.ASSESS)
    assert ReasonCode.LIMB_A not in codes_of(Stage.ISSUE)
    (problem,) = code_problems(Stage.ISSUE, Outcome.NOT_ISSUE, Coded("R1"), ())
    assert problem.code == "unknown_code"


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
