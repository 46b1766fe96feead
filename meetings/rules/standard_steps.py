"""The next steps that follow from a recommendation as a rule, with who does each and by when: a start, to be changed. Pure."""

from dataclasses import dataclass
from datetime import date

from panel.law.legal import Outcome
from panel.law.workdays import add_working_days

AUTHORITY = "The authority"
NOBODY_YET = "Case coordinator"
TELL_THE_FAMILY = "Tell the family what the panel advises, and when they will have the decision"
TELL_WORKING_DAYS = 1
# What is to be done, and within how many working days of the meeting.
FOLLOWS: dict[Outcome, tuple[str, int]] = {
    Outcome.ASSESS: ("Ask for the advice that the assessment needs (regulation 6(1))", 2),
    Outcome.NOT_ASSESS: (
        "Agree a day for the Inclusion Planning Meeting with the family and the setting",
        10,
    ),
    Outcome.ISSUE: ("Write the draft plan with the family and the setting", 5),
    Outcome.NOT_ISSUE: ("Agree a day for the Inclusion Planning Meeting with the family and the setting", 10),
}


@dataclass(frozen=True)
class StandardStep:
    """Who does what by when."""

    what: str
    owner: str
    agency: str
    due_on: date


def standard_steps(outcome: Outcome | None, *, coordinator: str, heard_on: date) -> tuple[StandardStep, ...]:
    """What follows from an outcome, and that the family is told; that alone while no outcome is chosen."""
    wanted = [(TELL_THE_FAMILY, TELL_WORKING_DAYS)]
    if outcome is not None:
        wanted.append(FOLLOWS[outcome])
    return tuple(
        StandardStep(what, coordinator or NOBODY_YET, AUTHORITY, add_working_days(heard_on, days))
        for what, days in wanted
    )
