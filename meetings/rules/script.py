"""The chair's script for one item (practice.md A10): its steps in order, and which of them are done by what is recorded. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from meetings.rules.answering import Views, owes_an_answer
from panel.law.legal import REFUSALS, Outcome, says_something
from panel.law.reasons import REASONS_WORDS


class Cue(StrEnum):
    """One step of the script. Of limbs there are as many as the legal test has."""

    CHILD = "child"
    FAMILY = "family"
    PRE_VIEWS = "pre_views"
    LIMB = "limb"
    FACTORS = "factors"
    RECOMMENDATION = "recommendation"
    ANSWERED = "answered"
    HELP = "help"
    DISSENT = "dissent"
    READ_BACK = "read_back"
    STEPS = "steps"
    RISK = "risk"
    TOLD = "told"


CUE_LABELS = {
    Cue.CHILD: "What the child says",
    Cue.FAMILY: "What the family says",
    Cue.PRE_VIEWS: "Views before the discussion",
    Cue.FACTORS: "Factors had regard to",
    Cue.RECOMMENDATION: "Recommendation",
    Cue.ANSWERED: "Answer to what they said",
    Cue.HELP: "Help meanwhile",
    Cue.DISSENT: "Dissent",
    Cue.READ_BACK: "Reasons read back",
    Cue.STEPS: "Next steps",
    Cue.RISK: "Risk to the place",
    Cue.TOLD: "Who tells the family, by when",
}
# How a next step begins that says who tells the family; the standard one does.
TELLS = "tell the family"


@dataclass(frozen=True)
class LimbHeard:
    """One question of the legal test and what was written under it."""

    code: str
    label: str
    answered: bool
    reasons: str


@dataclass(frozen=True)
class StepHeard:
    """One line of the next steps; `whole`: with who, for which agency and by when."""

    what: str
    whole: bool


@dataclass(frozen=True)
class Heard:
    """What is recorded of an item while it is in discussion. `pre_views` is None where the panel's rules ask for none; `factors`:
    whether one at least was had regard to.

    `reasons` are those the letter would print, and `decided_here` says that it is written at once, from these very words; `answered` says how they meet what the child and the family said. `main_reason`: that of a refusal is chosen. `half_a_dissent`: a member was named without their words, or the words without one.
    """

    child: str
    family: str
    pre_views: bool | None
    limbs: tuple[LimbHeard, ...]
    factors: bool
    outcome: Outcome | None
    reasons: str
    answered: str
    help_meanwhile: str
    dissents: bool
    nobody_dissents: bool
    half_a_dissent: bool
    read_back: bool
    steps: tuple[StepHeard, ...]
    risk_recorded: bool
    no_risk: bool
    decided_here: bool = False
    main_reason: bool = True


@dataclass(frozen=True)
class CueLine:
    """One line of the rail. `limb` names the question where the step is one of the legal test.

    `needed`: nothing is recommended without it; of the others the chair is only told.
    """

    cue: Cue
    label: str
    done: bool
    limb: str = ""
    needed: bool = False


def script(heard: Heard) -> tuple[CueLine, ...]:
    """The whole script in the order in which it is spoken."""
    return tuple(_lines(heard))


def _lines(heard: Heard) -> Iterable[CueLine]:
    views = Views(bool(heard.child.strip() or heard.family.strip()), heard.answered)
    yield _line(Cue.CHILD, bool(heard.child.strip()))
    yield _line(Cue.FAMILY, bool(heard.family.strip()))
    if heard.pre_views is not None:
        yield _line(Cue.PRE_VIEWS, heard.pre_views)
    for limb in heard.limbs:
        heard_it = limb.answered and says_something(limb.reasons)
        yield CueLine(Cue.LIMB, limb.label, heard_it, limb=limb.code, needed=True)
    yield _line(Cue.FACTORS, heard.factors)
    yield _recommended(heard)
    if heard.outcome in REFUSALS and views.said:
        label, owed = CUE_LABELS[Cue.ANSWERED], owes_an_answer(heard.outcome, views)
        yield CueLine(Cue.ANSWERED, label, not owed, needed=True)
    # The letter has a sentence of its own where nothing is written; what helps this child is in no other place (practice.md A9).
    yield _line(Cue.HELP, says_something(heard.help_meanwhile))
    yield CueLine(
        Cue.DISSENT,
        CUE_LABELS[Cue.DISSENT],
        (heard.dissents or heard.nobody_dissents) and not heard.half_a_dissent,
        needed=heard.half_a_dissent,
    )
    yield _line(Cue.READ_BACK, heard.read_back)
    yield _line(Cue.STEPS, any(step.whole and not _tells(step) for step in heard.steps))
    yield _line(Cue.RISK, heard.risk_recorded or heard.no_risk)
    yield _line(Cue.TOLD, any(step.whole and _tells(step) for step in heard.steps))


def _recommended(heard: Heard) -> CueLine:
    """The outcome with its reasons. While they are fewer than a letter needs it is said how many there are: the clerk finishes
    them the same day, unless the chair decides here, so that the letter needs them now.
    """
    label, words = CUE_LABELS[Cue.RECOMMENDATION], len(heard.reasons.split())
    enough = words >= REASONS_WORDS
    if heard.outcome and not enough:
        label = f"{label}: {words} of at least {REASONS_WORDS} words of reasons"
    key_reasons = bool(heard.outcome) and says_something(heard.reasons)
    if key_reasons and not enough and not heard.decided_here:
        label = f"{label}, the clerk finishes them"
    coded = heard.outcome not in REFUSALS or heard.main_reason
    if not coded:
        label = f"{label}, choose the main reason"
    return CueLine(
        Cue.RECOMMENDATION,
        label,
        bool(heard.outcome and enough and coded),
        needed=heard.decided_here or not key_reasons or not coded,
    )


def _line(cue: Cue, done: bool) -> CueLine:  # noqa: FBT001 - the line is the pair of the two
    return CueLine(cue, CUE_LABELS[cue], done)


def _tells(step: StepHeard) -> bool:
    return step.what.strip().casefold().startswith(TELLS)
