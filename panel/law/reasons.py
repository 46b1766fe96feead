"""Whether reasons, as they will be printed, can stand: enough words to be about one child, and not only an unlawful condition.

Asked where they are written, by the chair and by whoever decides, and once more of every letter. Pure.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from panel.law.gates import mentioned_gates, unsafe_reasons
from panel.law.legal import REFUSALS, Answer, Outcome, Stage
from panel.law.problems import Problem

# practice.md D1: fewer words than this cannot be about one child.
REASONS_WORDS = 60
AGREEMENT_HINT = f"The letter to the family prints them, so that at least {REASONS_WORDS} words about this child are needed."
REASONS_HINT = f"{AGREEMENT_HINT} In a refusal the reasons for each answer of no count as well."


class ReasonCode(StrEnum):
    """Why an authority says no, to be counted (practice.md A6). There is no R7: that somebody asked again is never a reason."""

    LIMB_A = "R1"
    MET_BY_SUPPORT = "R2"
    PROVISION_WORKS = "R3"
    ORDINARILY_AVAILABLE = "R4"
    EVIDENCE_THIN = "R5"
    HEALTH_OR_CARE = "R6"
    OTHER = "R8"


REASON_LABELS: Mapping[ReasonCode, str] = {
    ReasonCode.LIMB_A: "No special educational needs, nor may there be any: limb (a)",
    ReasonCode.MET_BY_SUPPORT: "Needs can be met now by SEN support or ordinarily available provision",
    ReasonCode.PROVISION_WORKS: "The provision in place is working",
    ReasonCode.ORDINARILY_AVAILABLE: "What is recommended is ordinarily available",
    ReasonCode.EVIDENCE_THIN: "Evidence too thin to form a view, although we asked for it",
    ReasonCode.HEALTH_OR_CARE: "The need is one of health or care, without special educational needs",
    ReasonCode.OTHER: "Another reason",
}
_THIN = re.compile(r"\b(?:insufficient|not enough|lack of|no) evidence\b", re.IGNORECASE)


# The answer of no that a code says more about (practice.md A6): that there are no special educational needs, or that no plan is
# needed for them. Thin evidence and “another” go with either. Where a plan is at stake there is one question, and it is limb (b)'s.
_NO_NEEDS = frozenset({ReasonCode.LIMB_A, ReasonCode.HEALTH_OR_CARE})
_NO_PLAN = frozenset({ReasonCode.MET_BY_SUPPORT, ReasonCode.PROVISION_WORKS, ReasonCode.ORDINARILY_AVAILABLE})


def codes_of(stage: Stage) -> tuple[ReasonCode, ...]:
    """The codes that can be a reason at a stage: that there are no needs is asked of an assessment only."""
    return tuple(code for code in ReasonCode if stage is Stage.ASSESS or code not in _NO_NEEDS)


@dataclass(frozen=True)
class Coded:
    """The main reason of a refusal, the others beside it, and, for thin evidence, what the authority had asked for."""

    primary: str = ""
    others: tuple[str, ...] = ()
    sought: str = ""


NOT_CODED = Coded()


def settled(outcome: Outcome | None, coded: Coded) -> Coded:
    """As it is kept: an agreement has no reasons of this kind, and the main one is not named twice."""
    if outcome not in REFUSALS:
        return NOT_CODED
    return Coded(
        coded.primary, tuple(dict.fromkeys(c for c in coded.others if c != coded.primary)), coded.sought
    )


def code_problems(
    stage: Stage, outcome: Outcome | None, coded: Coded, answers: Iterable["Limb"]
) -> tuple[Problem, ...]:
    """What is missing or cannot be among the coded reasons of a refusal; nothing is asked of an agreement."""
    if outcome not in REFUSALS:
        return ()
    if not coded.primary:
        return (Problem("no_reason_code", "primary_reason", "Choose the main reason for the refusal."),)
    named = {coded.primary, *coded.others}
    if named - {str(code) for code in codes_of(stage)}:
        return (
            Problem(
                "unknown_code", "primary_reason", "This is not a reason the law knows for this question."
            ),
        )
    found = []
    said_no = {answer.limb for answer in answers if answer.answer is Answer.NO}
    # Of a plan there is one question, and nothing but its “no” refuses one.
    limbs = (("a", _NO_NEEDS), ("b", _NO_PLAN)) if stage is Stage.ASSESS else ()
    for limb, codes in limbs:
        against = sorted(named & codes)
        if against and limb not in said_no:
            sentence = (
                f"{' and '.join(against)} can only be a reason where the answer to limb ({limb}) is no."
            )
            found.append(Problem("code_contradicts", "primary_reason", sentence))
    if ReasonCode.EVIDENCE_THIN in named and not coded.sought.strip():
        found.append(
            Problem(
                "nothing_sought",
                "evidence_sought",
                "Thin evidence is a reason only where the authority asked for what is missing. Say what was asked for.",
            )
        )
    return tuple(found)


def appeal_risks(coded: Coded, text: str) -> tuple[str, ...]:
    """What makes a refusal likely to be overturned, said to the chair and the officer; it stops nothing."""
    found = []
    if ReasonCode.EVIDENCE_THIN in {coded.primary, *coded.others}:
        found.append(
            "Thin evidence is a weak reason: the authority can gather what is missing, and the test is only “may”."
        )
    elif _THIN.search(text):
        found.append(
            "The reasons speak of missing evidence. A tribunal asks why the authority did not gather it."
        )
    return tuple(found)


class Limb(Protocol):
    """One limb by its code, with its answer."""

    @property
    def limb(self) -> str:
        """`a`, `b` or `necessary`."""

    @property
    def answer(self) -> Answer | None:
        """Yes, no or cannot tell; None while it is open."""


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


def answer_problems(outcome: Outcome, answers: Iterable[Answered]) -> tuple[Problem, ...]:
    """Of a refusal: an answer of no that rests on nothing but conditions the law does not set, however good the other words are.

    Each question of the test is answered by its own reasons (law.md 1.3).
    """
    if outcome not in REFUSALS:
        return ()
    found = {
        unsafe.code: Problem(f"unsafe_{unsafe.code}", "reasons", unsafe.sentence)
        for answer in answers
        # What is answered in words alone is printed in the letter, too.
        if answer.answer in {Answer.NO, None}
        for unsafe in unsafe_reasons(answer.reasons)
    }
    return tuple(found.values())


def conditions_mentioned(outcome: Outcome, printed: str) -> tuple[str, ...]:
    """Of a refusal: what its words mention that is no condition, for whoever reads them to weigh. It stops nothing."""
    return tuple(gate.sentence for gate in mentioned_gates(printed)) if outcome in REFUSALS else ()
