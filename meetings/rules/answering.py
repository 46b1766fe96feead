"""What a refusal owes to the child and the family who said something: how it answers them (practice.md A11, D1). Pure."""

from dataclasses import dataclass

from panel.law.legal import REFUSALS, Outcome, says_something, too_little
from panel.law.problems import Problem


@dataclass(frozen=True)
class Views:
    """Whether the child or the family said anything, and how it is answered."""

    said: bool = False
    answered: str = ""


NOT_SAID = Views()


def owes_an_answer(outcome: Outcome | None, views: Views) -> bool:
    """Whether the letter would print their words and nothing that meets them: a refusal is not written so."""
    return outcome in REFUSALS and views.said and not says_something(views.answered)


def views_problems(outcome: Outcome | None, views: Views) -> tuple[Problem, ...]:
    """A refusal that leaves the words of the child and the family without an answer; nothing is asked of an agreement."""
    if not owes_an_answer(outcome, views):
        return ()
    sentence = f"{too_little(views.answered)}Say how this answers what the child and the family said. The letter prints it under their words."
    return (Problem("views_not_answered", "family_views_answered", sentence),)


def answer_that_counts(own: str, advised: str, *, follows: bool) -> str:
    """The officer's own answer, else the panel's where its advice is followed: one that argues for another outcome is none."""
    return own if own.strip() or not follows else advised
