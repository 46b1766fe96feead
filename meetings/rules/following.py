"""What follows from a panel: how an action is reported on, and when its owner is reminded. Pure."""

from collections.abc import Iterable
from datetime import date
from enum import IntEnum

from meetings.rules.states import ActionState
from panel.law.problems import Problem
from panel.law.workdays import add_working_days

# An owner hears of an action three working days before it is due, and once more when it is overdue.
REMIND_WORKING_DAYS = 3

VERB_TO = {
    ActionState.OPEN: "action.reopen",
    ActionState.DONE: "action.done",
    ActionState.OVERTAKEN: "action.overtaken",
    ActionState.NOT_DONE: "action.not_done",
}
# Done speaks for itself. Anything else the next panel asks about, so that it is said now.
ASKED = {
    ActionState.OVERTAKEN: "Say what has changed, so that it is no longer needed or possible.",
    ActionState.NOT_DONE: "Say why it was not done.",
    ActionState.OPEN: "Say why it is open again.",
}


class Reminder(IntEnum):
    """The reminders of one action. The number is the version of the promise, so that each goes out once."""

    SOON = 1
    LATE = 2


def report_problems(state: ActionState, words: str) -> Iterable[Problem]:
    """What is missing in a report."""
    if state in ASKED and not words.strip():
        yield Problem("words", "words", ASKED[state])


def remind_through(today: date) -> date:
    """The last due day whose owner is reminded today: the third working day before it has come."""
    return add_working_days(today, REMIND_WORKING_DAYS)


def overdue(due_on: date, state: ActionState, today: date) -> bool:
    """Whether an open action's day has passed. The due day itself still counts."""
    return state is ActionState.OPEN and due_on < today


def reminder_due(due_on: date, today: date) -> Reminder | None:
    """Which reminder of an open action is due today; None while there is time."""
    if due_on < today:
        return Reminder.LATE
    return Reminder.SOON if due_on <= remind_through(today) else None
