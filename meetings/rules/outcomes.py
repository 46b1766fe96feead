"""What the answers to a legal test lead to, in the words the page says beside the choice of an outcome. Pure."""

from collections.abc import Mapping

from panel.law.legal import OUTCOME_LABELS, REFUSALS, Answer, LegalTest, Outcome, lawful_outcomes


def what_follows(
    test: LegalTest, answers: Mapping[str, Answer | None], excluded: Outcome | None = None
) -> str:
    """`excluded`: what was chosen and the answers leave no room for."""
    lawful = lawful_outcomes(test.stage, answers, test=test)
    if None in answers.values():
        return "Answer the legal test first: the outcome follows from the answers."
    if not lawful:
        return "“Cannot tell” settles nothing here. Get what is missing, or put the item off while the date allows."
    follows = f"What follows from the answers: {OUTCOME_LABELS[next(iter(lawful))].lower()}."
    if excluded is None:
        return follows
    unsure = excluded in REFUSALS and Answer.CANNOT_TELL in answers.values()
    never = " “Cannot tell” is never a refusal." if unsure else ""
    return f"“{OUTCOME_LABELS[excluded]}” cannot stand beside these answers.{never} {follows}"
