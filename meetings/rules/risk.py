"""Risk that a school place breaks down: levels, what shows it, who takes it on and by when (practice.md A9). Pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from panel.law.problems import Problem
from panel.law.words import in_words
from panel.law.workdays import add_working_days

ACCEPT_WORKING_DAYS = 2
CONTACT_WORKING_DAYS = 5
# The longest a significant risk goes on without a look at it: half a term.
LONGEST_TO_REVIEW = timedelta(weeks=6)


class Level(StrEnum):
    """How near the place is to breaking down."""

    NONE = "none"
    WATCH = "watch"
    SIGNIFICANT = "significant"
    IMMINENT = "imminent"


LEVEL_LABELS = {
    Level.NONE: "No longer at risk",
    Level.WATCH: "Watch",
    Level.SIGNIFICANT: "Significant",
    Level.IMMINENT: "Imminent",
}
NEEDS_LEAD = frozenset({Level.SIGNIFICANT, Level.IMMINENT})

INDICATORS = {
    "suspensions": "Suspended twice or more this term",
    "part_time": "On a part-time timetable",
    "attendance": "Attends less than half the time",
    "managed_move": "A managed move is planned",
    "exclusion": "Exclusion is threatened",
    "withdrawing": "The family is about to take the child out",
    "notice": "The setting has given notice",
    "no_place": "No school place",
}


class Standing(StrEnum):
    """Where a recorded risk stands, the most pressing first."""

    SHUT_OUT = "shut_out"
    DECLINED = "declined"
    NOT_ACCEPTED = "not_accepted"
    CONTACT_LATE = "contact_late"
    REVIEW_DUE = "review_due"
    TO_ACCEPT = "to_accept"
    TO_CONTACT = "to_contact"
    HELD = "held"
    WATCHED = "watched"


STANDING_WORDS = {
    Standing.SHUT_OUT: "This case is not open to the lead professional any more: name another",
    Standing.DECLINED: "The lead professional said no: name another",
    Standing.NOT_ACCEPTED: "Nobody has taken it on in time: name another, or ask them",
    Standing.CONTACT_LATE: "First contact with the family is late",
    Standing.REVIEW_DUE: "To be looked at again now",
    Standing.TO_ACCEPT: "Waits for the lead professional’s yes",
    Standing.TO_CONTACT: "Taken on, first contact to come",
    Standing.HELD: "Taken on, the family has been contacted",
    Standing.WATCHED: "Watched",
}


# Of what goes wrong with a risk those who answer for the case are told by message, once of each. The numbers name the promise.
ESCALATED = {
    Standing.SHUT_OUT: 1,
    Standing.DECLINED: 2,
    Standing.NOT_ACCEPTED: 3,
    Standing.CONTACT_LATE: 4,
    Standing.REVIEW_DUE: 5,
}


@dataclass(frozen=True)
class Entered:
    """A risk as entered: its level, what shows it, in whose hands it is and when it is looked at again."""

    level: Level
    indicators: frozenset[str]
    words: str
    has_lead: bool
    review_on: date | None


def risk_problems(entered: Entered, today: date) -> tuple[Problem, ...]:
    """What is wrong or missing. A significant or imminent risk has a lead professional and a day to look again."""
    if entered.level is Level.NONE:
        return tuple(_ended_problems(entered))
    return (*_shown_problems(entered), *_lead_problems(entered, today))


def _ended_problems(entered: Entered) -> Iterable[Problem]:
    if entered.indicators:
        yield Problem(
            "still_shows", "indicators", "Something still shows a risk. Untick it, or choose another level."
        )
    if not entered.words.strip():
        yield Problem("words", "words", "Say why the place is no longer at risk.")


def _shown_problems(entered: Entered) -> Iterable[Problem]:
    if not entered.indicators and not entered.words.strip():
        yield Problem("nothing_shown", "indicators", "Tick what shows the risk, or say it in words.")
    if entered.indicators - set(INDICATORS):
        yield Problem("unknown", "indicators", "Choose from the list.")


def _lead_problems(entered: Entered, today: date) -> Iterable[Problem]:
    if entered.level in NEEDS_LEAD and not entered.has_lead:
        yield Problem(
            "no_lead", "lead", "Name the lead professional: a risk like this is in somebody’s hands."
        )
    if entered.review_on is None:
        if entered.level in NEEDS_LEAD:
            yield Problem("no_review", "review_on", "Enter the day on which somebody looks again.")
    elif not today < entered.review_on <= today + LONGEST_TO_REVIEW:
        last = in_words(today + LONGEST_TO_REVIEW)
        yield Problem("review_on", "review_on", f"Enter a day after today and no later than {last}.")


def accept_by(named_on: date) -> date:
    """The last day on which the named lead professional says yes before it goes to the officer: two working days."""
    return add_working_days(named_on, ACCEPT_WORKING_DAYS)


def contact_by(named_on: date) -> date:
    """The last day of the first contact with the family: five working days after the lead professional was named."""
    return add_working_days(named_on, CONTACT_WORKING_DAYS)


@dataclass(frozen=True)
class Kept:
    """A recorded risk and what has happened since. Days are None where they do not apply; `steps` as `RiskStep.Kind`."""

    level: Level
    accept_by: date | None
    contact_by: date | None
    review_on: date | None
    steps: Collection[str] = ()
    shut_out: bool = False


def standing(kept: Kept, today: date) -> Standing:
    """Where it stands on `today`. Contacting the family is taking it on; the decision and the letter never wait for it."""
    if kept.shut_out:
        return Standing.SHUT_OUT
    contacted = "contacted" in kept.steps
    if kept.level in NEEDS_LEAD and not contacted:
        return _untouched(kept, today)
    if kept.review_on is not None and kept.review_on <= today:
        return Standing.REVIEW_DUE
    return Standing.HELD if kept.level in NEEDS_LEAD else Standing.WATCHED


def _untouched(kept: Kept, today: date) -> Standing:
    if "declined" in kept.steps:
        return Standing.DECLINED
    accepted = "accepted" in kept.steps
    if not accepted and kept.accept_by is not None and kept.accept_by < today:
        return Standing.NOT_ACCEPTED
    if kept.contact_by is not None and kept.contact_by < today:
        return Standing.CONTACT_LATE
    return Standing.TO_CONTACT if accepted else Standing.TO_ACCEPT


def owes_a_word(kept: Kept, *, in_letter: bool) -> bool:
    """Whether the family has still to be told who the lead professional is (practice.md A9).

    A letter that names her, somebody's word or her own call tells them. Where she cannot or will not, another is named first.
    """
    if kept.level not in NEEDS_LEAD or kept.shut_out or "declined" in kept.steps:
        return False
    return not in_letter and not {"told", "contacted"} & set(kept.steps)


def word_is_due(by: date, today: date, *, letter_coming: bool) -> bool:
    """Whether the word is somebody's task by now: no letter about an outcome is on its way, or it is not there on the last day."""
    return not letter_coming or today >= by
