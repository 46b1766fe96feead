"""Advice that is missing when a plan is asked about: said when the case waits, when it is proposed, and on the list."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from meetings.actions.listing import add_items
from meetings.actions.plan import plan_meeting
from meetings.queries.agenda import agenda_for
from meetings.queries.lacking import advice_gaps
from meetings.queries.proposal import proposed_agenda
from meetings.queries.waiting import Listing
from meetings.rules.states import MeetingState
from panel.law.legal import Stage
from panel.models import AdviceRequest, Case
from tests.make import make_case
from tests.meetings.day import Day, assessed_case, make_day
from tests.meetings.views.client import as_, words

pytestmark = pytest.mark.django_db
NONE = "no advice was asked for."


def planned() -> Day:
    at = timezone.now().replace(microsecond=0) + dt.timedelta(days=7)
    return make_day(0, at=at)


def listed(day: Day, *cases: Case) -> list[str]:
    """What is warned of about missing advice."""
    found = add_items(
        meeting=day.meeting,
        listings=[Listing(case, Stage.ISSUE) for case in cases],
        by=day.clerk,
        now=timezone.now(),
    )
    return [one.sentence for one in found.warnings if one.code == "advice_missing"]


def unasked() -> Case:
    case = assessed_case()
    AdviceRequest.objects.filter(case=case).delete()
    return case


def test_listing_warns_of_advice_never_asked_for_and_of_advice_still_out() -> None:
    day = planned()
    none, out, whole = unasked(), assessed_case(), assessed_case()
    AdviceRequest.objects.filter(case=whole).update(received_on=timezone.localdate())
    AdviceRequest.objects.filter(case=out, item="c").update(received_on=timezone.localdate())
    AdviceRequest.objects.filter(case=out, item="e").delete()
    said = [
        f"{none.reference}: {NONE}",
        f"{out.reference}: advice was never asked for: social care."
        " Advice is still out: parent or young person, setting, educational psychologist.",
    ]
    assert listed(day, none, out, whole) == said
    agenda = agenda_for(day.clerk, day.meeting, timezone.now())
    assert [one.sentence for one in agenda.warnings if one.code == "advice_missing"] == said
    day.meeting.state = MeetingState.CANCELLED
    assert agenda_for(day.clerk, day.meeting, timezone.now()).warnings == ()


def test_whether_to_assess_asks_for_no_advice() -> None:
    day = planned()
    found = add_items(
        meeting=day.meeting,
        listings=[Listing(make_case(), Stage.ASSESS)],
        by=day.clerk,
        now=timezone.now(),
    )
    assert [one for one in found.warnings if one.code == "advice_missing"] == []


def test_case_without_any_advice_is_not_proposed_while_it_can_wait_and_says_so_where_it_waits() -> None:
    day = planned()
    soon_after = day.meeting.starts_at + dt.timedelta(days=2)
    plan_meeting(
        panel_type=day.panel_type,
        starts_at=soon_after,
        ends_at=soon_after + dt.timedelta(hours=3),
        venue="Room 1",
        by=day.clerk,
        now=timezone.now(),
    )
    case = unasked()
    found = proposed_agenda(day.clerk, day.meeting, timezone.now())
    (line,) = found.left
    assert line.row.case == case
    assert "No advice was asked for." in line.because
    page = as_(day.clerk).get(reverse("agenda.edit", args=[day.meeting.public_id]))
    assert "No advice was asked for." in words(page)


def test_gaps_of_many_cases_cost_one_query(django_assert_num_queries) -> None:
    cases = [unasked() for _ in range(3)]
    with django_assert_num_queries(1):
        found = advice_gaps([case.pk for case in cases], timezone.localdate())
    assert {len(gaps.never_asked) for gaps in found.values()} == {5}
    assert advice_gaps([], timezone.localdate()) == {}
