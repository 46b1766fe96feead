"""What a refusal owes to the child and the family who said something."""

import pytest

from meetings.rules.answering import NOT_SAID, Views, answer_that_counts, views_problems
from panel.law.legal import Outcome


@pytest.mark.parametrize(
    ("outcome", "views", "asked"),
    [
        (Outcome.NOT_ASSESS, NOT_SAID, False),
        (Outcome.NOT_ASSESS, Views(said=True), True),
        (Outcome.NOT_ISSUE, Views(said=True), True),
        (Outcome.NOT_ASSESS, Views(said=True, answered="n/a"), True),
        (Outcome.NOT_ASSESS, Views(said=True, answered="She cries; the lunch club helps."), False),
        (Outcome.ASSESS, Views(said=True), False),
        (None, Views(said=True), False),
    ],
)
def test_refusal_answers_what_the_child_and_the_family_said(
    outcome: Outcome | None, views: Views, *, asked: bool
) -> None:
    expected = [("views_not_answered", "family_views_answered")] if asked else []
    assert [(problem.code, problem.field) for problem in views_problems(outcome, views)] == expected


@pytest.mark.parametrize(
    ("own", "advised", "follows", "counts"),
    [
        ("", "The panel’s.", True, "The panel’s."),
        ("The officer’s.", "The panel’s.", True, "The officer’s."),
        ("", "The panel’s.", False, ""),
        ("The officer’s.", "The panel’s.", False, "The officer’s."),
    ],
)
def test_answer_given_for_another_outcome_is_none(
    own: str, advised: str, *, follows: bool, counts: str
) -> None:
    assert answer_that_counts(own, advised, follows=follows) == counts
