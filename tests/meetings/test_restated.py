"""An order that restates a case's dates before its family has heard of them: every place that shows the day shows the same."""

import datetime as dt

import pytest

from meetings.actions.decide import record_decision
from meetings.letters.tray import due_of
from meetings.queries.decisions import assessed
from meetings.queries.item import find_item, item_page
from meetings.queries.sheets import freeze
from meetings.queries.tray import undecided
from meetings.queries.waiting import waiting
from panel.actions.clocks import record_clock_event
from panel.law.clock import Code, OrderKind
from panel.law.legal import Outcome, Stage
from panel.models import AdviceRequest, Case, CaseState, ClockEvent, User
from panel.queries.breaches import clock_report
from panel.queries.clocks import live_events, owed_of
from tests.make import NOW, TODAY, make_case
from tests.meetings.day import Day, advise, begin, closed, list_cases, make_day

pytestmark = pytest.mark.django_db
ORDERED = TODAY - dt.timedelta(days=5)
# Reg 44(2)(b): the second answer is due ten weeks after the order.
BY = ORDERED + dt.timedelta(days=70)


def ordered_case(by: User) -> Case:
    """Refused, appealed, and ordered five days ago to be assessed; the advice is in and no letter about it has gone."""
    case = make_case(
        state=CaseState.NOT_ASSESSED,
        received_on=TODAY - dt.timedelta(days=150),
        assess_notified_on=TODAY - dt.timedelta(days=110),
    )
    record_clock_event(
        case=case, kind=ClockEvent.Kind.TRIBUNAL_ORDER, on=ORDERED, about=OrderKind.ASSESS, by=by, now=NOW
    )
    for item in "abcde":
        AdviceRequest.objects.create(case=case, item=item, body="Somebody", requested_on=ORDERED)
    return case


@pytest.fixture
def ordered_day() -> tuple[Day, Case]:
    day = make_day(0)
    case = ordered_case(day.clerk)
    assert [(one.case_id, one.legal_due_on) for one in waiting(day.clerk, NOW)] == [(case.pk, BY)]
    list_cases(day, case, stage=Stage.ISSUE)
    return begin(day), case


def test_case_ordered_to_be_assessed_can_be_listed_for_a_plan(ordered_day: tuple[Day, Case]) -> None:
    """No decision to assess is recorded of it and none is needed: the order stands in its place."""
    day, case = ordered_day
    assert assessed([case.pk]) == {case.pk: ORDERED}
    assert day.items[0].case_id == case.pk


def test_order_entered_in_error_is_no_leave_to_list(clerk: User) -> None:
    case = ordered_case(clerk)
    order = ClockEvent.objects.get(case=case)
    record_clock_event(case=case, kind=ClockEvent.Kind.ERROR, on=ORDERED, supersedes=order, by=clerk, now=NOW)
    assert assessed([case.pk]) == {}
    case.refresh_from_db()
    assert case.issue_restated_on is None


def test_restated_day_is_the_same_on_the_page_the_tray_the_sheet_and_the_letter(
    ordered_day: tuple[Day, Case],
) -> None:
    day, case = ordered_day
    at = NOW + dt.timedelta(minutes=10)
    found = find_item(day.chair, day.items[0].public_id, at)
    assert found is not None
    assert item_page(day.chair, found, at).legal_due_on == BY
    advise(day, day.items[0], Outcome.NOT_ISSUE, now=at)
    assert [line.legal_due_on for line in undecided(day.officer, at)] == [BY]
    decision = record_decision(
        case=case, stage=Stage.ISSUE, item=day.items[0], outcome=Outcome.NOT_ISSUE, by=day.officer, now=at
    )
    assert due_of(decision, TODAY).on == BY
    closed(day)
    sheet = freeze(day.meeting, version=1, correction="", by=day.clerk).items[0][1]
    assert (sheet.tell_family_by, sheet.tell_family_because) == (BY, "by the tribunal’s order")
    assert owed_of(case, live_events([case])[case.pk])[Code.C3].by == BY


def test_index_of_a_restated_case_is_what_its_rows_say(ordered_day: tuple[Day, Case]) -> None:
    assert clock_report(TODAY).differences == []
    Case.objects.update(issue_restated_on=None)
    difference = clock_report(TODAY).differences[0]
    assert (difference.indexed[3], difference.computed[3]) == (None, BY)
