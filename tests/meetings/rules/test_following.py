"""When an owner is reminded, what a report needs, and the machine of an action."""

import datetime as dt

import pytest

from meetings.rules.following import VERB_TO, Reminder, overdue, remind_through, reminder_due, report_problems
from meetings.rules.states import ACTION, ActionState

FRIDAY = dt.date(2026, 11, 27)


def test_reminder_comes_three_working_days_before_and_once_the_day_has_passed() -> None:
    due = dt.date(2026, 12, 2)  # a Wednesday: Tuesday, Monday and Friday are the three days before it
    days = [FRIDAY - dt.timedelta(days=1), FRIDAY, due, due + dt.timedelta(days=1)]
    assert [reminder_due(due, day) for day in days] == [None, Reminder.SOON, Reminder.SOON, Reminder.LATE]


def test_bank_holidays_are_no_working_days() -> None:
    assert remind_through(dt.date(2026, 12, 24)) == dt.date(2026, 12, 31)


@pytest.mark.parametrize("state", list(ActionState))
def test_everything_but_done_needs_a_sentence(state: ActionState) -> None:
    assert [one.field for one in report_problems(state, "  ")] == (
        [] if state is ActionState.DONE else ["words"]
    )
    assert list(report_problems(state, "The family moved away.")) == []


def test_only_an_open_action_is_overdue_and_not_on_its_day() -> None:
    after = FRIDAY + dt.timedelta(days=1)
    assert overdue(FRIDAY, ActionState.OPEN, after)
    assert not overdue(FRIDAY, ActionState.OPEN, FRIDAY)
    assert not overdue(FRIDAY, ActionState.DONE, after)


def test_every_state_is_reached_by_one_verb_of_the_machine() -> None:
    assert {one.verb: one.target for one in ACTION.transitions} == {
        verb: str(to) for to, verb in VERB_TO.items()
    }
