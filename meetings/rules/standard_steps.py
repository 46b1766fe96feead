"""The next steps that follow from a recommendation as a rule, with who does each and by when: a start, to be changed. Pure."""

from dataclasses import dataclass
from datetime import date

from panel.law.legal import Outcome
from panel.law.workdays import add_working_days

AUTHORITY = "The authority"
NOBODY_YET = "Case coordinator"
TELL_THE_FAMILY = "Tell the family what the panel advises, and when they will have the decision"
TELL_WORKING_DAYS = 1
ASK_FOR_ADVICE = "Ask for the advice that the assessment needs (regulation 6(1))"
PLAN_A_MEETING = "Agree a day for the Inclusion Planning Meeting with the family and the setting"
WRITE_THE_PLAN = "Write the draft plan with the family and the setting"
# What is to be done, and within how many working days of the meeting.
FOLLOWS: dict[Outcome, tuple[str, int]] = {
    Outcome.ASSESS: (ASK_FOR_ADVICE, 2),
    Outcome.NOT_ASSESS: (PLAN_A_MEETING, 10),
    Outcome.ISSUE: (WRITE_THE_PLAN, 5),
    Outcome.NOT_ISSUE: (PLAN_A_MEETING, 10),
}


# The same as a letter says it: we do it, and whoever reads it is “you”. {setting} is named where it is known.
_TOLD: dict[str, str] = {
    ASK_FOR_ADVICE: "We ask for the advice that the assessment needs",
    PLAN_A_MEETING: "We agree a day for the Inclusion Planning Meeting with you and {setting}",
    WRITE_THE_PLAN: "We write the draft plan with you and {setting}",
}
SOME_SETTING = "the nursery, school or college"


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


def told_to_family(what: str, *, setting: str) -> str:
    """A standard step in the words of a letter, so that no family takes our task for its own; empty for words that somebody
    typed, which stand as they are. `setting`: the name of the child's, empty where none is known.
    """
    told = next((told for ours, told in _TOLD.items() if ours.casefold() == what.strip().casefold()), "")
    return told.format(setting=setting or SOME_SETTING)
