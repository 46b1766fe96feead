from datetime import date, timedelta

import holidays
import pytest
from dateutil.relativedelta import relativedelta
from dateutil.rrule import DAILY, rrule

from panel.law.clock import (
    act_by,
    assess_due,
    at_risk_from,
    final_due,
    issue_due,
    latest_safe_panel,
    latest_safe_panel_for,
    safe,
)
from panel.law.legal import Stage
from panel.law.rights import appeal_by


@pytest.mark.parametrize(
    ("received", "c1", "c3", "c6"),
    [
        (
            date(2025, 4, 2),
            date(2025, 5, 14),
            date(2025, 7, 23),
            date(2025, 8, 20),
        ),  # R (JSC) v Cambridgeshire
        (date(2023, 10, 4), date(2023, 11, 15), date(2024, 1, 24), date(2024, 2, 21)),  # LGSCO 23 015 150
        (date(2024, 12, 16), date(2025, 1, 27), date(2025, 4, 7), date(2025, 5, 5)),  # LGSCO 25 007 473
        (date(2023, 5, 18), date(2023, 6, 29), date(2023, 9, 7), date(2023, 10, 5)),  # LGSCO 23 013 824
        (date(2026, 6, 18), date(2026, 7, 30), date(2026, 10, 8), date(2026, 11, 5)),
    ],
)
def test_legal_dates_of_the_worked_examples(received, c1, c3, c6):
    assert (assess_due(received), issue_due(received), final_due(received)) == (c1, c3, c6)


def test_safe_date_is_the_day_before_and_act_by_rolls_back():
    assert safe(date(2025, 5, 5)) == date(2025, 5, 4)
    assert act_by(date(2025, 5, 5)) == date(2025, 5, 2)
    assert act_by(date(2025, 5, 5), closed={date(2025, 5, 2)}) == date(2025, 5, 1)
    assert act_by(date(2026, 12, 28)) == date(2026, 12, 24)


def test_at_risk_begins_ten_working_days_before_the_safe_date():
    assert at_risk_from(date(2025, 5, 14)) == date(
        2025, 4, 28
    )  # safe 13 May, with the bank holiday of 5 May between


def test_latest_safe_panel_leaves_seven_working_days():
    received = date(2025, 4, 2)
    assert latest_safe_panel(received, Stage.ASSESS) == date(
        2025, 5, 1
    )  # safe 13 May; 5 May is a bank holiday
    assert latest_safe_panel(received, Stage.ISSUE) == date(2025, 7, 11)
    assert latest_safe_panel(received, Stage.ISSUE, moderation_days=0, post_days=0) == date(2025, 7, 18)
    assert latest_safe_panel_for(date(2025, 7, 23), closed={date(2025, 7, 14)}) == date(2025, 7, 10)


def test_forty_years_of_requests_agree_with_an_independent_calendar():
    start = date(2014, 9, 1)
    end = start + relativedelta(years=40)
    off = holidays.UnitedKingdom(subdiv="ENG", years=range(2014, 2057))
    for moment in rrule(DAILY, dtstart=start, until=end):
        day = moment.date()
        due = day + relativedelta(weeks=20)
        assert assess_due(day) == day + relativedelta(weeks=6)
        assert issue_due(day) == day + relativedelta(weeks=16)
        assert final_due(day) == due
        last = due + relativedelta(days=-1)
        while last.isoweekday() > 5 or last in off:
            last += relativedelta(days=-1)
        assert act_by(due) == last
        assert appeal_by(day) == _appeal(day, off)


def _appeal(day: date, off: holidays.HolidayBase) -> date:
    last = day + relativedelta(months=2)
    if last.month == 8:
        last = last + relativedelta(day=31, days=1)
    elif (last.month, last.day) in {(12, n) for n in range(25, 32)} | {(1, 1)}:
        last = last + timedelta(days=20) + relativedelta(month=1, day=2)
    while last.isoweekday() > 5 or last in off:
        last += relativedelta(days=1)
    return last
