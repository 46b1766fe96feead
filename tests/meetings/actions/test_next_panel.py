"""Whether a panel can still sit on a question: what keeps an officer from deciding it alone, and what does not."""

import datetime as dt

import pytest

from meetings.actions.attendance import Line, record_attendance
from meetings.actions.conflicts import declare_conflict
from meetings.actions.decide import record_decision
from meetings.actions.defer import defer_item
from meetings.actions.plan import plan_meeting
from meetings.models import AgendaItem, Decision, Meeting, PanelType
from meetings.queries.next_panel import listed_on, next_panel_on
from meetings.rules.attendance import Status
from meetings.rules.deferring import DeferralReason
from meetings.rules.quorum import ConflictKind
from panel.law.legal import Outcome, Stage
from panel.models import Case
from panel.platform.policy import Refused
from tests.make import make_case
from tests.meetings.day import REASONS, YES, Day, after, begin, make_config, make_day

pytestmark = pytest.mark.django_db


def alone(day: Day, case: Case, *, minutes: int = 30) -> Decision:
    return record_decision(
        case=case,
        stage=Stage.ASSESS,
        item=AgendaItem.objects.filter(case=case).order_by("-pk").first(),
        outcome=Outcome.ASSESS,
        answers=YES,
        reasons=REASONS,
        no_panel_because="Nobody can sit before the date.",
        by=day.officer,
        now=after(day, minutes),
    )


def next_week(day: Day, panel_type: PanelType | None = None) -> Meeting:
    at = day.meeting.starts_at + dt.timedelta(days=2)
    return plan_meeting(
        panel_type=panel_type or day.panel_type,
        starts_at=at,
        ends_at=at + dt.timedelta(hours=2),
        venue="Room 2",
        by=day.clerk,
        now=after(day, -999),
    ).meeting


def put_off(day: Day, **fields: object) -> Case:
    """The day's item is put off: too few came."""
    begin(day, day.psychologist)
    item = day.items[0]
    fields = {"late_because": "The panel has planned no meeting that is in time.", **fields}
    defer_item(item=item, reason=DeferralReason.QUORUM, by=day.chair, now=after(day, 9), **fields)
    return item.case


def stay_away(day: Day, meeting: Meeting) -> None:
    seat = meeting.roster.get(user=day.psychologist)
    record_attendance(
        meeting=meeting, lines=[Line(seat, Status.APOLOGIES)], by=day.clerk, now=after(day, -60)
    )


def test_meeting_that_put_it_off_for_its_quorum_does_not_hear_it_again_the_same_day() -> None:
    day = make_day(1)
    case = put_off(day)
    assert alone(day, case).route == "officer"


def test_meeting_that_cannot_have_its_quorum_is_none() -> None:
    day = make_day(0)
    case, later = make_case(), next_week(day)
    assert next_panel_on(case, Stage.ASSESS, after(day, 0).date()) is not None
    stay_away(day, later)
    stay_away(day, day.meeting)
    assert next_panel_on(case, Stage.ASSESS, after(day, 0).date()) is None
    assert alone(day, case).route == "officer"


def test_meeting_that_a_required_agency_cannot_come_to_is_none() -> None:
    day = make_day(0, required_agencies=["health"])
    case = make_case()
    assert next_panel_on(case, Stage.ASSESS, after(day, 0).date()) is not None
    seat = day.meeting.roster.get(user=day.nurse)
    lines = [Line(seat, Status.APOLOGIES)]
    record_attendance(meeting=day.meeting, lines=lines, by=day.clerk, now=after(day, -60))
    assert next_panel_on(case, Stage.ASSESS, after(day, 0).date()) is None


def test_recusals_known_of_this_case_count() -> None:
    day = make_day(1)
    item = day.items[0]
    declare_conflict(item=item, kind=ConflictKind.RELATIVE, by=day.psychologist, now=after(day, -60))
    assert next_panel_on(item.case, Stage.ASSESS, after(day, -60).date()) is None
    assert listed_on(item.case, Stage.ASSESS, after(day, -60).date()) == after(day, 0).date()


def test_meeting_of_another_panel_is_none() -> None:
    day = make_day(1)
    other = PanelType.objects.create(name="Placement panel")
    make_config(panel_type=other, minimum_total=1, required_seats=[], minimum_agencies=0)
    meeting = next_week(day, other)
    meeting.roster.create(user=day.nurse, seat="health", agency=None)
    case = put_off(day)
    assert alone(day, case).route == "officer"
    # Nor where the question was on no list yet: the other panel never had one like it.
    assert next_panel_on(make_case(), Stage.ASSESS, after(day, 1440).date()) is None


def test_next_meeting_with_a_quorum_still_hears_it() -> None:
    day = make_day(1)
    later = next_week(day)
    case = put_off(day, next_meeting=later)
    with pytest.raises(Refused, match="A panel on 25 November 2026 can still hear this case in time") as no:
        alone(day, case)
    assert no.value.code == "panel_can_sit"
    stay_away(day, later)
    assert alone(day, case).route == "officer"


def test_nobody_decides_over_the_heads_of_those_who_discuss_it() -> None:
    day = make_day(1)
    Case.objects.update(received_on=after(day, 0).date() - dt.timedelta(weeks=5, days=6))
    begin(day)
    with pytest.raises(Refused, match="A panel is discussing this case now") as no:
        alone(day, day.items[0].case, minutes=2)
    assert (no.value.code, Decision.objects.count()) == ("in_discussion", 0)


def test_it_is_asked_in_a_fixed_number_of_queries(django_assert_max_num_queries) -> None:
    day = make_day(1)
    for _ in range(3):
        next_week(day)
    with django_assert_max_num_queries(6):
        next_panel_on(day.items[0].case, Stage.ASSESS, after(day, 0).date())
