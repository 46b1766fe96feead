"""When an owner is reminded, what a report needs, and the machine of an action."""

import datetime as dt

import pytest

from meetings.rules.following import (
    NOT_NEEDED,
    VERB_TO,
    Reminder,
    closed_by_letter,
    may_reopen,
    overdue,
    read_as,
    remind_through,
    reminder_due,
    report_problems,
)
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


def test_what_the_record_says_is_read_by_those_who_may_know_and_what_people_say_by_all() -> None:
    said = "The panel has given its advice."
    assert read_as(said, by_record=True, knows=False) == NOT_NEEDED
    assert read_as(said, by_record=True, knows=True) == read_as(said, by_record=False, knows=False) == said


@pytest.mark.parametrize(
    ("counts", "by_record", "knows", "may"),
    [
        (True, False, False, True),
        (True, True, True, True),
        (True, True, False, False),
        (False, False, True, False),
    ],
)
def test_action_is_opened_again_only_while_it_counts_and_not_against_a_record_one_may_not_read(
    *, counts: bool, by_record: bool, knows: bool, may: bool
) -> None:
    assert may_reopen(counts=counts, by_record=by_record, knows=knows) is may


def test_letter_by_the_day_is_the_telling_and_a_later_one_takes_its_place() -> None:
    days = [FRIDAY - dt.timedelta(days=1), FRIDAY, FRIDAY + dt.timedelta(days=1)]
    assert [str(closed_by_letter(FRIDAY, day)) for day in days] == ["done", "done", "overtaken"]


def test_every_state_is_reached_by_one_verb_of_the_machine() -> None:
    assert {one.verb: one.target for one in ACTION.transitions} == {
        verb: str(to) for to, verb in VERB_TO.items()
    }
