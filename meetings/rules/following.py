"""What follows from a panel: how an action is reported on, and when its owner is reminded. Pure."""

from collections.abc import Iterable
from datetime import date
from enum import IntEnum

from meetings.rules.states import ActionState
from panel.law.problems import Problem
from panel.law.words import in_words
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


def nobody_of_that_name(names: Iterable[str], what: str) -> str:
    """Said after saving, where the words of a step or of a deferral name no account and no body."""
    called = " or ".join(f"“{name}”" for name in dict.fromkeys(names))
    return f"Nobody with an account here is called {called}, so the clerk and the chair follow up {what}."


def told_by_letter(letter_on: date) -> str:
    """What closes “tell the family” once the letter about the decision has gone to everybody with a right to it."""
    return f"The letter of {in_words(letter_on)} told them."


def closed_by_letter(due_on: date, letter_on: date) -> ActionState:
    """What the letter makes of “tell the family”. After the day it is no proof that somebody told them in time: it took its place."""
    return ActionState.DONE if letter_on <= due_on else ActionState.OVERTAKEN


def heard_again(heard_on: date) -> str:
    """What closes a deferral's promise once a panel has advised after all."""
    return f"The panel of {in_words(heard_on)} heard it again and has given its advice."


def put_off_again(put_off_on: date) -> str:
    """What closes a deferral's promise once a later deferral has made one of its own."""
    return f"It was put off again on {in_words(put_off_on)}; what is missing now is an action of its own."


def taken_back(taken_back_on: date) -> str:
    """What closes a deferral's promise once the deferral itself was taken back."""
    return f"On {in_words(taken_back_on)} it was taken back that this was put off, so it is not waited for any more."


def open_once_more(taken_back_on: date) -> str:
    """What opens the promise of an earlier deferral again, which a later one had ended that was taken back."""
    return (
        f"On {in_words(taken_back_on)} it was taken back that this was put off again, so it is still missing."
    )


def no_question_left(*, decided_on: date | None, withdrawn: bool) -> str:
    """What closes a deferral's promise once its question waits for no panel any more."""
    if withdrawn:
        return "The request was withdrawn."
    if decided_on is not None:
        return f"The question was decided on {in_words(decided_on)}."
    return "The question waits for no panel any more: it was answered in another way."


# What a reader is told instead while the family waits for the answer: that nothing is asked any more, and not what happened.
NOT_NEEDED = "It is not needed any more."


def read_as(words: str, *, by_record: bool, knows: bool) -> str:
    """The words of a report as somebody reads them. What the record itself says tells of advice and decisions; people’s own words do not."""
    return NOT_NEEDED if by_record and not knows else words


def may_reopen(*, counts: bool, by_record: bool, knows: bool) -> bool:
    """Whether a closed action can be opened again: while it counts, and what the record closed only by whoever may know why."""
    return counts and (knows or not by_record)


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
