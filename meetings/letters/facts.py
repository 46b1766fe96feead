"""What a letter is written from: one frozen record per recipient, and the digest a release fixes.

Nothing in a letter comes from anywhere else. There is no field for another recipient, so no letter can carry one.
"""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from meetings.minutes.records import build, plain, sha256
from panel.law.legal import REFUSALS, Answer, Outcome
from panel.law.rights import appeal_by, mediation_contact_by
from panel.law.workdays import NO_DAYS, Days


@dataclass(frozen=True)
class Contact:
    """Who to ask, as configured on the day: a name and whatever ways there are to reach them."""

    name: str
    lines: tuple[str, ...] = ()
    phone: str = ""
    email: str = ""
    web: str = ""


@dataclass(frozen=True)
class Advised:
    """The panel that advised: its name, the day it met, who was there by kind of agency, and what it advised."""

    panel: str
    met_on: date
    agencies: tuple[str, ...]
    outcome: Outcome


@dataclass(frozen=True)
class LimbFound:
    """One limb of the legal test by its code, the answer and the reasons for it. No answer: it is answered in words."""

    code: str
    answer: Answer | None
    reasons: str


@dataclass(frozen=True)
class PaperRead:
    """A paper that was read before deciding."""

    title: str
    dated_on: date | None = None


@dataclass(frozen=True)
class Step:
    """Somebody does something by a day. `told`: a standard step in the words of a letter, empty where `what` was typed."""

    what: str
    who: str
    agency: str
    by: date
    told: str = ""

    @property
    def reads(self) -> str:
        """What the family reads of it."""
        return self.told or self.what


@dataclass(frozen=True)
class Dates:
    """The statutory dates of the case: told of the assess decision, told that no plan follows, final plan (weeks 6, 16, 20)."""

    assess_by: date
    not_issue_by: date
    plan_by: date
    # What put other dates in the place of those counted from the request, as “the tribunal’s order of 3 March 2026”.
    counted_from: str = ""
    # After a change of mind of ours alone the first dates stay the law's; these are the days we work to.
    answer_works_to: date | None = None
    plan_works_to: date | None = None

    def told_by(self, outcome: Outcome) -> date | None:
        """The day by which the family must have this letter; a decision to issue has none but the final plan's."""
        return {
            Outcome.ASSESS: self.assess_by,
            Outcome.NOT_ASSESS: self.assess_by,
            Outcome.NOT_ISSUE: self.not_issue_by,
        }.get(outcome)


@dataclass(frozen=True)
class RightsDates:
    """The last days for mediation advice and for an appeal. Both are computed from the date of the letter."""

    mediation_by: date
    appeal_by: date


@dataclass(frozen=True)
class PlanningMeeting:
    """The Inclusion Planning Meeting offered with a refusal: who leads it and by when we hope to hold it."""

    lead: str
    by: date


class LookedAgain(StrEnum):
    """Why the authority looked again at a refusal: what reopened the case, else what was said when the look began."""

    MEDIATION = "mediation"
    EVIDENCE = "evidence"
    MODERATION = "moderation"
    TRIBUNAL = "tribunal"
    CONCESSION = "concession"
    UNOPPOSED = "unopposed"


@dataclass(frozen=True)
class Replaced:
    """The refusal this agreement takes the place of, and why the authority looked again.

    `told_on`: the day of the letter in which this person was told of it; where they had none, the day the family was told.
    """

    told_on: date
    told_you: bool
    why: LookedAgain


@dataclass(frozen=True)
class LetterFacts:
    """Everything one letter says to one person. Empty text means there is nothing to say, never that it is unknown."""

    authority: str
    authority_lines: tuple[str, ...]
    contact: Contact | None
    recipient: str
    salutation: str
    address: tuple[str, ...]
    to_young_person: bool
    child: str
    reference: str
    outcome: Outcome
    received_on: date
    decided_on: date
    letter_on: date
    officer: str
    officer_role: str
    test_version: str
    limbs: tuple[LimbFound, ...]
    reasons: str
    dates: Dates
    advised: Advised | None = None
    departs_because: str = ""
    no_panel_because: str = ""
    # The answer was clear, so no panel was asked.
    fast_tracked: bool = False
    papers: tuple[PaperRead, ...] = ()
    not_available: str = ""
    family_views: str = ""
    child_views: str = ""
    views_answered: str = ""
    strengths: str = ""
    steps: tuple[Step, ...] = ()
    advice_from: tuple[str, ...] = ()
    support_now: str = ""
    # The child's nursery, school or college by name; `copied_to` has it as well, so the digest need not.
    setting: str = ""
    would_help: str = ""
    lead_professional: str = ""
    # The last day by which the lead professional gets in touch.
    lead_contact_by: date | None = None
    lead_contacted: bool = False
    # The day of the first letter this one corrects, and what was wrong in it.
    corrects_letter_of: date | None = None
    corrects: str = ""
    replaces: Replaced | None = None
    planning_meeting: PlanningMeeting | None = None
    draft_by: date | None = None
    rights: RightsDates | None = None
    sendiass: Contact | None = None
    mediation: Contact | None = None
    disagreement: Contact | None = None
    tribunal: Contact | None = None
    complaints: Contact | None = None
    copied_to: tuple[str, ...] = ()
    privacy_web: str = ""
    large_print: bool = False


# The letter's date is set when it is sent, and these follow from it: a release is of everything else (design.md 6a).
FOLLOWS_THE_DATE = frozenset({"letter_on", "rights"})
# Facts that came after the first letters: left out while there is nothing to say, so that earlier digests stay what they were.
_CAME_LATER = frozenset(
    {"fast_tracked", "lead_contact_by", "lead_contacted", "corrects_letter_of", "corrects", "replaces"}
)


# Follow from facts the digest holds, and came after the first letters: those keep the words they were released with.
_FOLLOWS_OTHERS = frozenset({"setting"})


def content_digest(facts: LetterFacts) -> str:
    """SHA-256 over the canonical JSON of all facts but the letter's date and the dates computed from it.

    The setting's name and a standard step's words for families follow from other facts and are left out.
    """
    bare = replace(facts, steps=tuple(replace(step, told="") for step in facts.steps))
    kept = {
        key: value
        for key, value in plain(bare).items()
        if key not in FOLLOWS_THE_DATE | _FOLLOWS_OTHERS and (value or key not in _CAME_LATER)
    }
    for step in kept["steps"]:
        del step["told"]
    return sha256(kept)


def with_lead_of(facts: LetterFacts, other: LetterFacts) -> LetterFacts:
    """`facts` with what `other` says of the lead professional: news of a place at risk never holds a letter up."""
    return replace(
        facts,
        lead_professional=other.lead_professional,
        lead_contact_by=other.lead_contact_by,
        lead_contacted=other.lead_contacted,
    )


def to_json(facts: LetterFacts) -> dict[str, Any]:
    """The facts in JSON's own types, as a letter's row keeps them."""
    kept: dict[str, Any] = plain(facts)
    return kept


def from_json(data: dict[str, Any]) -> LetterFacts:
    """The facts a letter's row keeps; `KeyError`, `TypeError` or `ValueError` when the row is not one of ours."""
    return build(LetterFacts, data)


def dated(facts: LetterFacts, letter_on: date, proclaimed: Days = NO_DAYS) -> LetterFacts:
    """The same letter with the day it goes out, and with the last days for mediation and appeal counted from that day.

    A corrected letter gives no more time than the first one gave: a later day might be too late at the tribunal.
    `proclaimed`: bank holidays the calendar does not know yet.
    """
    rights = None
    if facts.outcome in REFUSALS:
        told_on = facts.corrects_letter_of or letter_on
        rights = RightsDates(mediation_contact_by(told_on), appeal_by(told_on, proclaimed=proclaimed))
    return replace(facts, letter_on=letter_on, rights=rights)
