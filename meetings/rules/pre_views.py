"""What a member's own view before the discussion may propose, by her answers to the legal test. Pure.

A view is no recommendation: whoever cannot tell may propose that the question is put off until what is missing is here.
"""

from collections.abc import Mapping

from panel.law.legal import OUTCOME_LABELS, OUTCOMES_OF, Answer, LegalTest, Outcome, lawful_outcomes

PUT_OFF = "put_off"
PUT_OFF_LABEL = "Put it off until what is missing is here"


def choices_of(test: LegalTest) -> tuple[tuple[str, str], ...]:
    """What a view can propose about this question, as a form offers it."""
    return (*((one.value, OUTCOME_LABELS[one]) for one in OUTCOMES_OF[test.stage]), (PUT_OFF, PUT_OFF_LABEL))


def label_of(proposed: str) -> str:
    """In words, what is kept of a view."""
    return PUT_OFF_LABEL if proposed == PUT_OFF else OUTCOME_LABELS[Outcome(proposed)]


def problem_of(test: LegalTest, answers: Mapping[str, Answer], proposed: str) -> str:
    """Why this does not follow from the answers; empty where it does. Every deciding question is answered.

    Putting it off follows from "cannot tell" and from nothing else: a "no" settles the question, and so does every answer "yes".
    """
    given = [answers.get(limb.code) for limb in test.deciding]
    unsure = Answer.CANNOT_TELL in given and Answer.NO not in given
    lawful = {outcome.value for outcome in lawful_outcomes(test.stage, dict(answers), test=test)}
    if proposed in lawful or (proposed == PUT_OFF and unsure):
        return ""
    if proposed not in dict(choices_of(test)):
        return "This does not answer the question of this item."
    if proposed == PUT_OFF:
        return "Putting it off follows from “cannot tell” only. Change an answer, or choose what follows."
    if unsure:
        also = f"“{label_of(next(iter(lawful))).lower()}” or " if lawful else ""
        return f"This does not follow from “cannot tell”. Choose {also}“{PUT_OFF_LABEL.lower()}”, or change an answer."
    return "This does not follow from your answers. Change an answer, or choose what follows."
