"""What the minutes say of the time before the first item: the card, the promises, what became of earlier actions."""

import datetime as dt

import pytest
from django.template.loader import render_to_string

from meetings.actions.card import acknowledge_card
from meetings.actions.confidentiality import acknowledge
from meetings.actions.decide import record_decision
from meetings.actions.following import report_action
from meetings.actions.plan import plan_meeting
from meetings.actions.seats import seat
from meetings.minutes.frozen import ActionsBefore, CardLine, PromiseLine, meeting_context
from meetings.models import Action, Meeting, Seat
from meetings.queries.preliminaries import actions_before
from meetings.queries.sheets import freeze
from meetings.rules.invitations import CONFIDENTIALITY_NOW
from meetings.rules.states import ActionState
from panel.law.legal import Outcome, Stage
from panel.platform.policy import Role
from tests.golden import text_of
from tests.make import NOW, make_user
from tests.meetings.actions.test_following import step
from tests.meetings.day import CARD, MET_BY_SUPPORT, NO, REASONS, Day, advise, after, begin, closed, make_day

pytestmark = pytest.mark.django_db


def printed(day: Day) -> str:
    sheet = freeze(day.meeting, version=1, correction="", by=day.clerk).meeting
    return text_of(
        render_to_string("pdf/minutes_meeting.html", meeting_context(sheet, ["0" * 64 for _ in sheet.items]))
    )


def test_card_says_who_read_it_and_how_many_of_those_who_came_know_it() -> None:
    day = begin(make_day(0))
    for member in (day.nurse, day.head):
        acknowledge_card(meeting=day.meeting, by=member, now=after(day, 1))
    closed(day)
    sheet = freeze(day.meeting, version=1, correction="", by=day.clerk).meeting
    assert sheet.card == CardLine(CARD, "Charlie Chair", 3, 7)
    assert "3 of the 7 voting members who came said that they know it." in printed(day)


def test_observer_who_promised_confidentiality_is_named_with_the_moment() -> None:
    day = make_day(0)
    observer = make_user("Ola Observer", Role.MEMBER)
    seat(meeting=day.meeting, user=observer, seat=Seat.OBSERVER, by=day.clerk, now=after(day, -60))
    acknowledge(meeting=day.meeting, version=CONFIDENTIALITY_NOW, by=observer, now=after(day, -30))
    closed(begin(day))
    sheet = freeze(day.meeting, version=1, correction="", by=day.clerk).meeting
    assert [(line.name, line.seat, line.text) for line in sheet.promises] == [
        ("Ola Observer", "Observer", CONFIDENTIALITY_NOW)
    ]
    assert "Ola Observer, observer, at" in printed(day)


def test_seat_named_by_an_abbreviation_keeps_its_capitals() -> None:
    seats = [PromiseLine("Ola", seat, "v1", NOW).seat_inside for seat in ("SEN lead", "Observer")]
    assert seats == ["SEN lead", "observer"]


def next_meeting(day: Day, days: int = 7) -> Meeting:
    """A later meeting of the same panel, closed at its end."""
    starts_at = day.meeting.starts_at + dt.timedelta(days=days)
    ends_at = starts_at + dt.timedelta(hours=3)
    meeting = plan_meeting(
        panel_type=day.panel_type,
        starts_at=starts_at,
        ends_at=ends_at,
        venue="Room 1",
        by=day.clerk,
        now=after(day, 70),
    ).meeting
    meeting.closed_at = ends_at
    return meeting


def with_actions(count: int) -> tuple[Day, list[Action]]:
    day = begin(make_day())
    steps = [
        step(f"Somebody {n}", due_on=day.meeting.starts_at.date() + dt.timedelta(days=3 + n))
        for n in range(count)
    ]
    advise(day, day.items[0], next_steps=steps)
    closed(day)
    return day, list(Action.objects.order_by("pk"))


def report(day: Day, action: Action, state: ActionState, minute: int) -> None:
    report_action(action=action, state=state, words="Because.", by=day.clerk, now=after(day, minute))


def test_actions_of_earlier_meetings_are_told_apart_by_what_became_of_them() -> None:
    day, actions = with_actions(6)
    for action, state in zip(
        actions,
        (ActionState.DONE, ActionState.DONE, ActionState.OVERTAKEN, ActionState.NOT_DONE),
        strict=False,
    ):
        report(day, action, state, 24 * 60)
    later = next_meeting(day)
    assert actions_before(later) == ActionsBefore(done=2, overtaken=1, not_done=1, open=2, overdue=0)


def test_only_what_was_said_between_two_meetings_counts_and_what_is_past_its_day_is_said() -> None:
    day, (first, second) = with_actions(2)
    report(day, first, ActionState.DONE, 58)
    later = next_meeting(day)
    report(day, second, ActionState.DONE, 20 * 24 * 60)
    assert actions_before(later) == ActionsBefore(done=0, overtaken=0, not_done=0, open=1, overdue=1)


def test_first_meeting_of_a_panel_has_none_before_it_and_another_panels_do_not_count() -> None:
    day, _ = with_actions(1)
    assert actions_before(day.meeting) is None
    assert "Actions of earlier meetings" not in printed(day)


def test_what_is_decided_after_the_meeting_changes_nothing_its_minutes_say() -> None:
    day, _ = with_actions(2)
    later = next_meeting(day)
    before = actions_before(later)
    item = day.items[0]
    record_decision(
        case=item.case,
        stage=Stage.ASSESS,
        item=item,
        outcome=Outcome.NOT_ASSESS,
        answers=NO,
        reasons=REASONS,
        coded=MET_BY_SUPPORT,
        departs_because="A new report says otherwise.",
        by=day.officer,
        now=later.closed_at + dt.timedelta(hours=1),
    )
    assert (
        actions_before(later) == before == ActionsBefore(done=0, overtaken=0, not_done=0, open=2, overdue=2)
    )
    other = next_meeting(day, 14)
    assert actions_before(other) is None
