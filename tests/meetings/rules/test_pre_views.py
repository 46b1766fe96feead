"""What a member's view may propose: the outcomes of the legal test, and putting the question off where she cannot tell (practice.md A6)."""

from datetime import date

import pytest

from meetings.rules.pre_views import PUT_OFF, choices_of, label_of, problem_of
from panel.law.legal import Answer, Outcome, Stage, legal_test

YES, NO, UNSURE = Answer.YES, Answer.NO, Answer.CANNOT_TELL
DAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("stage", "given", "follow"),
    [
        (Stage.ASSESS, (YES, YES), {"assess"}),
        (Stage.ASSESS, (YES, NO), {"not_assess"}),
        (Stage.ASSESS, (UNSURE, NO), {"not_assess"}),
        (Stage.ASSESS, (YES, UNSURE), {"assess", PUT_OFF}),
        (Stage.ASSESS, (UNSURE, UNSURE), {"assess", PUT_OFF}),
        (Stage.ISSUE, (YES,), {"issue"}),
        (Stage.ISSUE, (NO,), {"not_issue"}),
        (Stage.ISSUE, (UNSURE,), {PUT_OFF}),
    ],
)
def test_what_follows_from_the_answers(stage: Stage, given: tuple[Answer, ...], follow: set[str]) -> None:
    test = legal_test(stage, DAY)
    answers = dict(zip((limb.code for limb in test.deciding), given, strict=True))
    asked = [*(outcome.value for outcome in Outcome), PUT_OFF]
    assert {one for one in asked if not problem_of(test, answers, one)} == follow


def test_a_view_about_another_question_is_told_so() -> None:
    test = legal_test(Stage.ASSESS, DAY)
    assert "does not answer" in problem_of(test, {"a": YES, "b": YES}, "issue")
    assert "does not answer" in problem_of(test, {"a": YES, "b": YES}, "nonsense")


def test_whoever_cannot_tell_is_told_what_she_may_choose() -> None:
    issue, assess = legal_test(Stage.ISSUE, DAY), legal_test(Stage.ASSESS, DAY)
    (limb,) = (one.code for one in issue.deciding)
    assert problem_of(issue, {limb: UNSURE}, "not_issue") == (
        "This does not follow from “cannot tell”. Choose “put it off until what is missing is here”, or change an answer."
    )
    assert "Choose “assess” or “put it off" in problem_of(assess, {"a": UNSURE, "b": YES}, "not_assess")


def test_every_choice_has_its_words() -> None:
    for stage in Stage:
        assert [label_of(value) for value, _ in choices_of(legal_test(stage, DAY))] == [
            label for _, label in choices_of(legal_test(stage, DAY))
        ]
