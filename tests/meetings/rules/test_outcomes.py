import pytest

from meetings.rules.outcomes import what_follows
from panel.law.legal import TESTS, Answer, Outcome

YES, NO, CANNOT_TELL = Answer.YES, Answer.NO, Answer.CANNOT_TELL
ASSESS, ISSUE = TESTS
FIRST = "Answer the legal test first: the outcome follows from the answers."
SETTLES_NOTHING = (
    "“Cannot tell” settles nothing here. Get what is missing, or put the item off while the date allows."
)


@pytest.mark.parametrize(
    ("test", "answers", "excluded", "said"),
    [
        (ASSESS, {"a": YES, "b": None}, None, FIRST),
        (ISSUE, {"necessary": CANNOT_TELL}, None, SETTLES_NOTHING),
        (ASSESS, {"a": YES, "b": YES}, None, "What follows from the answers: assess."),
        (ISSUE, {"necessary": NO}, None, "What follows from the answers: do not issue a plan."),
        (
            ASSESS,
            {"a": YES, "b": CANNOT_TELL},
            Outcome.NOT_ASSESS,
            "“Do not assess” cannot stand beside these answers. “Cannot tell” is never a refusal. What follows from the answers: assess.",
        ),
        (
            ASSESS,
            {"a": YES, "b": YES},
            Outcome.NOT_ASSESS,
            "“Do not assess” cannot stand beside these answers. What follows from the answers: assess.",
        ),
        (
            ASSESS,
            {"a": CANNOT_TELL, "b": NO},
            Outcome.ASSESS,
            "“Assess” cannot stand beside these answers. What follows from the answers: do not assess.",
        ),
    ],
)
def test_the_page_says_what_follows_and_what_cannot_stand(test, answers, excluded, said):
    assert what_follows(test, answers, excluded) == said
