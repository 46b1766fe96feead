"""Whether reasons, as they will be printed, can stand: enough words to be about one child, and not only an unlawful condition.

Asked where they are written, by the chair and by whoever decides, and once more of every letter. Pure.
"""

from collections.abc import Iterable
from typing import Protocol

from panel.law.gates import unsafe_reasons
from panel.law.legal import REFUSALS, Answer, Outcome
from panel.law.problems import Problem

# practice.md D1: fewer words than this cannot be about one child.
REASONS_WORDS = 60
REASONS_HINT = (
    f"The letter to the family prints them, so that at least {REASONS_WORDS} words about this child are needed. In a"
    " refusal the reasons for each answer of no count as well."
)


class Answered(Protocol):
    """One limb of the legal test with its answer."""

    @property
    def answer(self) -> Answer | None:
        """Yes, no or cannot tell; None while it is open."""

    @property
    def reasons(self) -> str:
        """Why."""


def printed_reasons(outcome: Outcome, reasons: str, answers: Iterable[Answered]) -> str:
    """The reasons as the letter gives them: with a refusal go those of every answer that was no."""
    parts = [reasons]
    if outcome in REFUSALS:
        parts += [answer.reasons for answer in answers if answer.answer is Answer.NO]
    return "\n".join(parts)


def reason_problems(outcome: Outcome, printed: str) -> tuple[Problem, ...]:
    """Too few words to be about one child (`reasons_short`), or a refusal on a condition the law does not set (`unsafe_…`).

    `printed`: what `printed_reasons` gives. law.md 1.3 lists the conditions.
    """
    found = []
    count = len(printed.split())
    if count < REASONS_WORDS:
        found.append(
            Problem(
                "reasons_short",
                "reasons",
                f"The reasons have {count} {'word' if count == 1 else 'words'}; at least {REASONS_WORDS} are needed to say why for this child.",
            )
        )
    if outcome in REFUSALS:
        found += [
            Problem(f"unsafe_{unsafe.code}", "reasons", unsafe.sentence) for unsafe in unsafe_reasons(printed)
        ]
    return tuple(found)
