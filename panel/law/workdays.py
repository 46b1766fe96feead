"""Which days count as working days, and the three ways of counting the law uses: days, working days and calendar months.

A working day is no Saturday, Sunday or bank holiday of England and Wales. The authority's own closed days, and a bank holiday
proclaimed after the calendar library was released, are passed in as `closed`; nothing here remembers them. Pure.
"""

from calendar import monthrange
from collections.abc import Set as AbstractSet
from datetime import date, timedelta
from functools import cache, lru_cache

import holidays

Days = AbstractSet[date]
NO_DAYS: Days = frozenset()

SATURDAY = 5
ONE_DAY = timedelta(days=1)
MONTHS = 12


@cache
def bank_holidays(year: int) -> dict[date, str]:
    """The bank holidays of England and Wales in `year` with their names, substitute days included."""
    return dict(holidays.country_holidays("GB", subdiv="ENG", years=year))


@cache
def _bank_holiday_dates(year: int) -> frozenset[date]:
    return frozenset(bank_holidays(year))


def is_working_day(day: date, closed: Days = NO_DAYS) -> bool:
    """Whether `day` is a Monday to Friday, no bank holiday and not in `closed`."""
    return day.weekday() < SATURDAY and day not in _bank_holiday_dates(day.year) and day not in closed


def last_working_day_on_or_before(day: date, closed: Days = NO_DAYS) -> date:
    """`day` itself when it is a working day, else the nearest one before. The authority's dates only ever roll this way."""
    if not closed:
        return _last_working_day(day)
    while not is_working_day(day, closed):
        day -= ONE_DAY
    return day


# Every clock asks for the same few thousand dates: remembered, because the calendar itself never changes.
@lru_cache(maxsize=16_384)
def _last_working_day(day: date) -> date:
    while not is_working_day(day):
        day -= ONE_DAY
    return day


def first_working_day_on_or_after(day: date, closed: Days = NO_DAYS) -> date:
    """`day` itself when it is a working day, else the nearest one after. The tribunal's dates roll this way."""
    while not is_working_day(day, closed):
        day += ONE_DAY
    return day


def next_working_day(day: date, closed: Days = NO_DAYS) -> date:
    """The first working day after `day`, never `day` itself."""
    return first_working_day_on_or_after(day + ONE_DAY, closed)


def add_working_days(day: date, count: int, closed: Days = NO_DAYS) -> date:
    """The `count`-th working day after `day`, or before it when `count` is negative; `day` is not counted. 0 is `day`."""
    step = ONE_DAY if count > 0 else -ONE_DAY
    for _ in range(abs(count)):
        day += step
        while not is_working_day(day, closed):
            day += step
    return day


def add_months(day: date, count: int) -> date:
    """The corresponding date `count` calendar months on, or the last day of that month when it has no such date."""
    years, month = divmod(day.month - 1 + count, MONTHS)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
