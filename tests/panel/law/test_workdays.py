from datetime import date, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from panel.law.workdays import (
    add_months,
    add_working_days,
    bank_holidays,
    first_working_day_on_or_after,
    is_working_day,
    last_working_day_on_or_before,
    next_working_day,
)

DAYS = st.dates(date(2014, 9, 1), date(2060, 12, 31))


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2026, 11, 23), True),  # an ordinary Monday
        (date(2026, 11, 21), False),  # Saturday
        (date(2026, 11, 22), False),  # Sunday
        (date(2026, 12, 25), False),  # Christmas Day on a Friday
        (date(2026, 12, 28), False),  # Boxing Day's substitute: the 26th is a Saturday
        (date(2026, 4, 3), False),  # Good Friday
        (date(2026, 4, 6), False),  # Easter Monday
        (date(2022, 9, 19), False),  # proclaimed once, for a state funeral
        (date(2023, 5, 8), False),  # proclaimed once, for a coronation
        (date(2026, 3, 17), True),  # a bank holiday in Northern Ireland only
        (date(2026, 8, 3), True),  # a bank holiday in Scotland only
    ],
)
def test_working_day_follows_england_and_wales(day, working):
    assert is_working_day(day) is working


def test_closed_days_are_passed_in_and_not_remembered():
    day = date(2026, 11, 24)
    assert not is_working_day(day, {day})
    assert is_working_day(day)


def test_bank_holidays_are_named():
    assert bank_holidays(2025)[date(2025, 5, 5)] == "May Day"


def test_rolls_cross_christmas():
    christmas = date(2026, 12, 25)
    assert last_working_day_on_or_before(christmas) == date(2026, 12, 24)
    assert first_working_day_on_or_after(christmas) == date(2026, 12, 29)
    assert next_working_day(date(2026, 12, 24)) == date(2026, 12, 29)
    assert next_working_day(date(2026, 12, 24), {date(2026, 12, 29)}) == date(2026, 12, 30)


def test_working_days_are_counted_from_the_day_after():
    assert add_working_days(date(2026, 11, 20), 1) == date(2026, 11, 23)
    assert add_working_days(date(2026, 11, 22), -1) == date(2026, 11, 20)
    assert add_working_days(date(2026, 11, 22), 0) == date(2026, 11, 22)


@pytest.mark.parametrize(
    ("day", "count", "then"),
    [
        (date(2025, 12, 31), 2, date(2026, 2, 28)),
        (date(2027, 12, 30), 2, date(2028, 2, 29)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 3, 31), 1, date(2026, 4, 30)),
        (date(2026, 10, 1), 2, date(2026, 12, 1)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 8, 31), -6, date(2026, 2, 28)),
    ],
)
def test_months_keep_the_date_or_end_with_the_month(day, count, then):
    assert add_months(day, count) == then


@given(DAYS, st.integers(-60, 60))
def test_months_agree_with_an_independent_calendar(day, count):
    assert add_months(day, count) == day + relativedelta(months=count)


@given(DAYS, st.sets(DAYS, max_size=5))
def test_rolls_go_one_way_only_and_stop_at_the_first_working_day(day, closed):
    back, forth = last_working_day_on_or_before(day, closed), first_working_day_on_or_after(day, closed)
    assert back <= day <= forth
    assert is_working_day(back, closed)
    assert is_working_day(forth, closed)
    between = [back + timedelta(days=n) for n in range(1, (forth - back).days)]
    assert not any(is_working_day(skipped, closed) for skipped in between)


@given(DAYS, st.integers(1, 30))
def test_counting_back_undoes_counting_on_from_a_working_day(day, count):
    start = first_working_day_on_or_after(day)
    assert add_working_days(add_working_days(start, count), -count) == start
