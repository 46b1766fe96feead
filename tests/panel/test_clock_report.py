"""The index of every case held against the clock, and the late stages with what was given as their cause."""

import datetime as dt
import io
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.core.management import CommandError, call_command

from panel.actions import due
from panel.actions.clocks import record_clock_event
from panel.law.clock import OrderKind
from panel.models import (
    AdviceRequest,
    Case,
    CaseState,
    ClockEvent,
    DelayReason,
    Exemption,
    SchoolClosure,
    User,
)
from panel.queries.breaches import NO_CAUSE, Difference, clock_report
from tests.make import NOW, TODAY, make_case, make_setting

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _same_day() -> Iterator[None]:
    with time_machine.travel(NOW):
        yield


def indexed(**fields: Any) -> Case:
    """A case with the index every action leaves behind."""
    case = make_case(**fields)
    due.refresh(case)
    case.save(update_fields=due.FIELDS)
    return case


def days_ago(days: int) -> dt.date:
    return TODAY - dt.timedelta(days=days)


def late_for(case: Case, by: User, cause: str, stage: str = "C1") -> None:
    DelayReason(
        case=case, stage=stage, cause=cause, reason="It was late.", new_date=TODAY, by=by, at=NOW
    ).save()


def test_case_whose_index_is_stale_is_named() -> None:
    indexed()
    stale = indexed(received_on=days_ago(10))
    Case.objects.filter(pk=stale.pk).update(received_on=days_ago(11))
    assert clock_report(TODAY).differences == [
        Difference(
            stale.reference, ("C1", stale.next_due_on, None, None), ("C1", days_ago(11 - 42), None, None)
        )
    ]


def test_differences_end_with_one_and_are_said() -> None:
    case = make_case()
    out, err = io.StringIO(), io.StringIO()
    with pytest.raises(CommandError, match="not what the recorded facts say") as no:
        call_command("clock_report", stdout=out, stderr=err)
    assert no.value.returncode == 1
    assert (
        err.getvalue() == f"{case.reference}: indexed nothing owed, by the clock C1 on {days_ago(21 - 42)}\n"
    )
    assert "1 differences" in out.getvalue()


def test_restated_date_is_the_one_that_is_indexed(clerk: User) -> None:
    case = make_case(state=CaseState.ISSUED, received_on=days_ago(300), final_sent_on=days_ago(100))
    ClockEvent(
        case=case,
        kind="tribunal_order",
        on=days_ago(5),
        details={"about": "amend"},
        recorded_at=NOW,
        recorded_by=clerk,
    ).save()
    due.refresh(case)
    case.save(update_fields=due.FIELDS)
    assert (case.next_duty, case.next_due_on) == ("C6", days_ago(5 - 35))
    assert clock_report(TODAY).differences == []


def test_cohort_counts_late_stages_by_their_latest_cause(clerk: User) -> None:
    told = {"state": CaseState.ASSESSING, "assess_notified_on": days_ago(50)}
    indexed(received_on=days_ago(45))
    known = indexed(received_on=days_ago(60))
    late_for(known, clerk, "staff")
    late_for(known, clerk, "panel")
    indexed(received_on=days_ago(95), **told)
    indexed(received_on=days_ago(42))
    assert clock_report(TODAY).cohort.rows() == [
        ("C1", NO_CAUSE, 1, 1, 3, 3),
        ("C1", "Waiting for a panel", 1, 0, 18, 18),
    ]


def test_excused_needless_and_operational_dates_are_no_breach(clerk: User) -> None:
    excused = indexed(received_on=days_ago(45))
    Exemption.objects.create(
        case=excused,
        stage="C1",
        ground="c",
        starts_on=days_ago(20),
        impractical_because="The mother was in hospital.",
        recorded_at=NOW,
    )
    indexed(received_on=days_ago(400), state=CaseState.WITHDRAWN)
    indexed(received_on=days_ago(400), state=CaseState.NOT_ASSESSED, assess_notified_on=days_ago(370))
    assert clock_report(TODAY).cohort.rows() == []


def test_closure_on_the_list_excuses_here_as_on_the_page_of_the_case(clerk: User) -> None:
    """Advice of the whole case counts, not only of its setting, where no closure is to excuse it (law.md 2.10, example 7)."""
    school = make_setting()
    case = indexed(
        received_on=dt.date(2026, 6, 18),
        setting=school,
        state="assessing",
        assess_notified_on=dt.date(2026, 7, 10),
    )
    for item, asked in (("c", dt.date(2026, 7, 12)), ("b", dt.date(2026, 7, 20))):
        AdviceRequest.objects.create(case=case, item=item, body="Asked", requested_on=asked)
    Exemption.objects.create(
        case=case,
        stage="C3",
        ground="a",
        starts_on=dt.date(2026, 7, 23),
        impractical_because="Nobody at the school could write it.",
        recorded_at=NOW,
    )
    day = dt.date(2026, 10, 20)
    assert sum(clock_report(day).cohort.open_late.values()) == 1
    SchoolClosure.objects.create(
        setting=school,
        closed_from=dt.date(2026, 7, 23),
        reopens_on=dt.date(2026, 9, 3),
        recorded_at=NOW,
        recorded_by=clerk,
    )
    assert sum(clock_report(day).cohort.open_late.values()) == 0


@pytest.mark.parametrize("rows", [1, 3])
def test_report_asks_the_same_however_many_cases(
    rows: int, clerk: User, django_assert_num_queries: Callable[[int], Any]
) -> None:
    for number in range(rows):
        late_for(indexed(received_on=days_ago(45 + number)), clerk, "panel")
    with django_assert_num_queries(6):
        clock_report(TODAY)


def test_upgrade_brings_restated_days_up_to_date(clerk: User) -> None:
    """The columns came after the events: an installation with an order on record must not show the old day."""
    upgrade = import_module("panel.migrations.0003_restated_days")
    case = indexed(state=CaseState.NOT_ASSESSED, received_on=days_ago(150), assess_notified_on=days_ago(110))
    indexed()
    record_clock_event(
        case=case,
        kind=ClockEvent.Kind.TRIBUNAL_ORDER,
        on=days_ago(5),
        about=OrderKind.ASSESS,
        by=clerk,
        now=NOW,
    )
    Case.objects.update(assess_restated_on=None, issue_restated_on=None)
    upgrade.restate(apps, None)
    assert clock_report(TODAY).differences == []
    case.refresh_from_db()
    assert case.issue_restated_on == days_ago(5 - 70)
