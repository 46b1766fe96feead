from dataclasses import replace
from datetime import date
from itertools import product

import pytest

from panel.law.legal import (
    OUTCOMES_OF,
    REFUSALS,
    TESTS,
    Answer,
    LimbAnswer,
    Outcome,
    Record,
    Stage,
    answer_label,
    asked_at,
    check_record,
    lawful_outcomes,
    legal_test,
    legal_test_of,
    says_something,
    too_little,
)

YES, NO, CANNOT_TELL = Answer
RECEIVED = date(2026, 10, 1)
WHY = "Her speech therapist's report of 3 October shows it."


def record(
    *answers: Answer, stage: Stage = Stage.ASSESS, outcome: Outcome | None = Outcome.ASSESS, **more
) -> Record:
    limbs = legal_test(stage, RECEIVED).limbs
    given = [LimbAnswer(limb.code, answer, WHY) for limb, answer in zip(limbs, answers, strict=False)]
    known = {
        "reasons": WHY,
        "received_on": RECEIVED,
        "decided_on": date(2026, 11, 2),
        "assess_decided": stage == Stage.ISSUE,
        **more,
    }
    return Record(stage, outcome, given, **known)


def codes(kept: Record) -> list[tuple[str, str]]:
    return [(problem.code, problem.field) for problem in check_record(kept)]


@pytest.mark.parametrize(
    ("a", "b", "outcomes"),
    [
        (YES, YES, {Outcome.ASSESS}),
        (YES, NO, {Outcome.NOT_ASSESS}),
        (YES, CANNOT_TELL, {Outcome.ASSESS}),
        (NO, YES, {Outcome.NOT_ASSESS}),
        (NO, NO, {Outcome.NOT_ASSESS}),
        (NO, CANNOT_TELL, {Outcome.NOT_ASSESS}),
        (CANNOT_TELL, YES, {Outcome.ASSESS}),
        (CANNOT_TELL, NO, {Outcome.NOT_ASSESS}),
        (CANNOT_TELL, CANNOT_TELL, {Outcome.ASSESS}),
        (YES, None, set()),
        (None, NO, set()),
    ],
)
def test_assess_outcome_follows_from_the_two_limbs(a, b, outcomes):
    assert lawful_outcomes(Stage.ASSESS, {"a": a, "b": b}) == outcomes


@pytest.mark.parametrize(
    ("answer", "outcomes"),
    [(YES, {Outcome.ISSUE}), (NO, {Outcome.NOT_ISSUE}), (CANNOT_TELL, set()), (None, set())],
)
def test_issue_outcome_follows_from_the_one_question(answer, outcomes):
    assert lawful_outcomes(Stage.ISSUE, {"necessary": answer}) == outcomes


def test_a_refusal_needs_a_no_in_every_combination():
    for stage in Stage:
        limbs = legal_test(stage, RECEIVED).limbs
        for answers in product([*Answer, None], repeat=len(limbs)):
            outcomes = lawful_outcomes(stage, {limb.code: a for limb, a in zip(limbs, answers, strict=True)})
            assert not outcomes & REFUSALS or NO in answers
            assert outcomes <= set(OUTCOMES_OF[stage])


def test_a_lawful_record_has_no_problem():
    assert check_record(record(YES, YES)) == []
    assert check_record(record(YES, NO, outcome=Outcome.NOT_ASSESS)) == []
    assert check_record(record(NO, stage=Stage.ISSUE, outcome=Outcome.NOT_ISSUE)) == []


@pytest.mark.parametrize(
    ("kept", "problem"),
    [
        (record(YES, YES, outcome=Outcome.NOT_ASSESS), ("yes_excludes_refusal", "outcome")),
        (record(YES, CANNOT_TELL, outcome=Outcome.NOT_ASSESS), ("cannot_tell_is_no_refusal", "outcome")),
        (record(YES, NO), ("no_excludes_outcome", "outcome")),
        (record(YES, outcome=Outcome.NOT_ASSESS), ("limb_unanswered", "answers.b")),
        (record(YES, YES, outcome=None), ("outcome_missing", "outcome")),
        (record(YES, YES, outcome=Outcome.ISSUE), ("outcome_of_other_stage", "outcome")),
        (record(YES, YES, reasons=" - "), ("reasons_missing", "reasons")),
        (record(YES, stage=Stage.ISSUE, outcome=Outcome.NOT_ISSUE), ("yes_excludes_refusal", "outcome")),
        (
            record(CANNOT_TELL, stage=Stage.ISSUE, outcome=Outcome.NOT_ISSUE),
            ("cannot_tell_is_no_refusal", "outcome"),
        ),
        (
            record(CANNOT_TELL, stage=Stage.ISSUE, outcome=Outcome.ISSUE),
            ("cannot_tell_settles_nothing", "outcome"),
        ),
        (
            record(YES, stage=Stage.ISSUE, outcome=Outcome.ISSUE, assess_decided=False),
            ("not_assessed", "stage"),
        ),
        (
            record(YES, stage=Stage.ISSUE, outcome=Outcome.ISSUE, assessed_on=date(2026, 11, 3)),
            ("decided_before_assess", "decided_on"),
        ),
        (record(YES, YES, decided_on=date(2026, 9, 30)), ("decided_before_request", "decided_on")),
        (record(YES, YES, heard_on=date(2026, 11, 3)), ("decided_before_meeting", "decided_on")),
    ],
)
def test_an_unlawful_record_is_told_what_is_wrong(kept, problem):
    assert codes(kept) == [problem]


def test_limbs_need_reasons_and_unknown_limbs_are_named():
    kept = record(YES, NO, outcome=Outcome.NOT_ASSESS)
    bare = replace(
        kept, answers=[LimbAnswer("a", YES, WHY), LimbAnswer("b", NO, "."), LimbAnswer("c", NO, WHY)]
    )
    assert codes(bare) == [("limb_without_reasons", "answers.b.reasons"), ("limb_unknown", "answers")]


@pytest.mark.parametrize(
    ("reasons", "said"),
    [
        ("", "Give"),
        (" . ", "Give"),
        ("Autism", "One word is too little. Give"),
        ("n/a", "One word is too little. Give"),
    ],
)
def test_one_word_of_reasons_is_told_that_it_is_too_little(reasons, said):
    kept = record(YES, YES)
    short = replace(kept, answers=[LimbAnswer("a", YES, reasons), kept.answers[1]])
    (problem,) = check_record(short)
    assert problem.sentence == f"{said} the reasons for “yes” to limb (a), with what in the papers shows it."


def test_one_word_is_too_little_for_the_outcome_and_for_the_time_of_somebody_over_18_as_well():
    kept = record(YES, YES, reasons="Autism", age=18)
    found = check_record(replace(kept, answers=[*kept.answers, LimbAnswer("time", None, "Yes")]))
    assert [problem.code for problem in found] == ["time_not_considered", "reasons_missing"]
    assert all(problem.sentence.startswith("One word is too little. ") for problem in found)


@pytest.mark.parametrize(
    ("stage", "answers", "code", "sentence"),
    [
        (Stage.ASSESS, (YES, None), "outcome_missing", "Choose an outcome."),
        (
            Stage.ASSESS,
            (YES, CANNOT_TELL),
            "outcome_missing",
            "“Cannot tell” is never a refusal. A refusal needs an answer of no, with reasons. From these answers follows “assess”:"
            " choose it, or put the question off.",
        ),
        (
            Stage.ASSESS,
            (CANNOT_TELL, NO),
            "outcome_missing",
            "Choose an outcome. An answer is no, and “do not assess” follows from it.",
        ),
        (
            Stage.ASSESS,
            (YES, YES),
            "outcome_missing",
            "Choose an outcome. With every answer yes the authority must assess (Children and Families Act 2014 s36(8)).",
        ),
        (
            Stage.ISSUE,
            (CANNOT_TELL,),
            "cannot_tell_settles_nothing",
            "Children and Families Act 2014 s37(1) asks whether a plan is necessary, so “cannot tell” settles nothing. Get the"
            " advice that is missing, or defer while the date allows.",
        ),
    ],
)
def test_without_an_outcome_the_record_says_what_follows_from_the_answers(stage, answers, code, sentence):
    found = check_record(record(*answers, stage=stage, outcome=None))
    assert [(one.code, one.sentence) for one in found if one.field == "outcome"] == [(code, sentence)]


def test_wrong_dates_name_both_dates():
    (problem,) = check_record(record(YES, YES, decided_on=date(2026, 9, 30)))
    assert problem.sentence == (
        "The decision is dated 30 September 2026, before the request was received on 1 October 2026."
    )


@pytest.mark.parametrize(("text", "says"), [("", False), ("- . -", False), ("No", False), ("Not so", True)])
def test_a_reason_says_something(text, says):
    assert says_something(text) is says


def test_tests_are_found_by_request_date_and_by_version():
    for test in TESTS:
        assert legal_test(test.stage, test.effective_from) == test
        assert legal_test(test.stage, date(1990, 1, 1)) == test
        assert legal_test_of(test.version) == test
    assert [limb.code for limb in legal_test(Stage.ASSESS, RECEIVED).limbs] == ["a", "b"]
    assert [limb.code for limb in legal_test(Stage.ISSUE, RECEIVED).limbs] == ["necessary"]


def test_no_plan_is_refused_while_advice_was_neither_sought_nor_used_again() -> None:
    refused = record(
        NO, stage=Stage.ISSUE, outcome=Outcome.NOT_ISSUE, advice_lacking=("health", "social care")
    )
    (problem,) = check_record(refused)
    assert (problem.code, problem.field) == ("advice_not_sought", "outcome")
    assert "Advice was neither asked for nor used again: health; social care." in problem.sentence
    agreed = record(YES, stage=Stage.ISSUE, outcome=Outcome.ISSUE, advice_lacking=("health",))
    assert check_record(agreed) == []


# somebody over 18: s36(10)

TIME = LimbAnswer("time", None, "He learns at half the pace of others.")


@pytest.mark.parametrize(
    ("stage", "age", "asked"),
    [
        (Stage.ASSESS, None, False),
        (Stage.ASSESS, 8, False),
        (Stage.ASSESS, 17, False),
        (Stage.ASSESS, 18, True),
        (Stage.ASSESS, 24, True),
        (Stage.ISSUE, 24, False),
    ],
)
def test_additional_time_is_asked_about_an_assessment_of_somebody_over_18(
    stage: Stage, age: int | None, *, asked: bool
) -> None:
    test = asked_at(legal_test(stage, RECEIVED), age)
    assert ("time" in [limb.code for limb in test.limbs]) is asked
    assert test.deciding == legal_test(stage, RECEIVED).limbs


@pytest.mark.parametrize(
    ("age", "said", "found"),
    [
        (17, None, []),
        (18, None, [("time_not_considered", "answers.time.reasons")]),
        (18, "-", [("time_not_considered", "answers.time.reasons")]),
        (18, TIME.reasons, []),
        # Once it was answered its words stand, whatever is known of the age since.
        (17, "", [("time_not_considered", "answers.time.reasons")]),
        (None, TIME.reasons, []),
        (17, TIME.reasons, []),
    ],
)
@pytest.mark.parametrize("outcome", [Outcome.ASSESS, Outcome.NOT_ASSESS])
def test_it_is_answered_in_words_before_either_outcome(
    age: int | None, said: str | None, found: list[tuple[str, str]], outcome: Outcome
) -> None:
    kept = record(YES, YES if outcome is Outcome.ASSESS else NO, outcome=outcome, age=age)
    answers = (*kept.answers, *([replace(TIME, reasons=said)] if said is not None else []))
    assert codes(replace(kept, answers=answers)) == found


def test_it_is_no_question_about_a_plan() -> None:
    kept = record(YES, stage=Stage.ISSUE, outcome=Outcome.ISSUE, age=20)
    assert codes(kept) == []
    assert codes(replace(kept, answers=(*kept.answers, TIME))) == [("limb_unknown", "answers")]


@pytest.mark.parametrize("a", list(Answer))
@pytest.mark.parametrize("b", list(Answer))
def test_it_binds_nobody_to_an_outcome(a: Answer, b: Answer) -> None:
    grown = asked_at(legal_test(Stage.ASSESS, RECEIVED), 19)
    alone = lawful_outcomes(Stage.ASSESS, {"a": a, "b": b})
    assert lawful_outcomes(Stage.ASSESS, {"a": a, "b": b, "time": None}, test=grown) == alone


def test_every_question_a_record_may_answer_can_be_told_by_its_code() -> None:
    assert list(legal_test_of("cfa2014-s36-8").questions) == ["a", "b", "time"]
    assert list(legal_test_of("cfa2014-s37-1").questions) == ["necessary"]
    assert (answer_label("cannot_tell"), answer_label(None), answer_label("")) == ("Cannot tell", "", "")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", ""),
        ("...", ""),
        ("heard", "One word is too little. "),
        ("x" * 300, "One word is too little. "),
        ("It fits", ""),
    ],
)
def test_who_typed_one_word_is_told_so_and_who_typed_nothing_is_just_asked(typed, said):
    assert too_little(typed) == said
