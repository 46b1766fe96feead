"""An item is put off by screen: who gets what is missing, which meeting is full, who can decide without a panel."""

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from meetings.actions.listing import add_items
from meetings.actions.plan import plan_meeting
from meetings.models import Action, Meeting
from meetings.queries.waiting import Listing
from meetings.rules.states import ItemState
from panel.law.legal import Stage
from panel.law.words import in_words
from panel.models import Case, Membership
from panel.platform.policy import Role
from tests.make import make_case, make_user
from tests.meetings.day import UNPLANNED, Day
from tests.meetings.letters.household import make_decision
from tests.meetings.views.client import as_, boxes, words
from tests.meetings.views.test_room import in_session, item_url

pytestmark = pytest.mark.django_db


def put_off(day: Day, owner: str) -> Any:
    due = boxes("by_when", timezone.localdate() + dt.timedelta(days=7))
    said = {"reason": "info", "missing": "The hearing test", "owner": owner, "late_because": UNPLANNED, **due}
    return as_(day.chair).post(item_url(day, "item.defer"), said, follow=True)


def next_meeting(day: Day, *, minutes: int = 180) -> Meeting:
    starts_at = day.meeting.starts_at + dt.timedelta(days=14)
    return plan_meeting(
        panel_type=day.panel_type,
        starts_at=starts_at,
        ends_at=starts_at + dt.timedelta(minutes=minutes),
        venue="Room 1",
        by=day.clerk,
        now=timezone.now(),
    ).meeting


NOBODY = "Nobody with an account here is called “Somebody at the clinic”, so the clerk and the chair follow up what is missing."


def test_whoever_gets_what_is_missing_is_known_without_the_title() -> None:
    day = in_session()
    adviser = make_user("Dr Imelda Farrow", Role.CLERK)
    answer = put_off(day, "Imelda Farrow")
    assert Action.objects.get().owner == adviser
    assert "Nobody with an account here" not in words(answer)


def test_words_that_name_nobody_are_said_to_name_nobody() -> None:
    day = in_session()
    answer = put_off(day, "Somebody at the clinic")
    assert Action.objects.get().owner is None
    assert NOBODY in words(answer)


def test_people_are_suggested() -> None:
    day = in_session()
    page = as_(day.chair).get(item_url(day, "item.defer")).content.decode()
    assert 'list="defer-owners"' in page
    assert '<option value="Nia Nurse">' in page


def test_meeting_without_room_says_so_beside_its_day_and_on_its_agenda() -> None:
    day = in_session()
    full = next_meeting(day, minutes=10)
    add_items(
        meeting=full, listings=[Listing(make_case(), Stage.ASSESS, 20)], by=day.clerk, now=timezone.now()
    )
    form = as_(day.chair).get(item_url(day, "item.defer")).context["form"]
    (_, first) = form.fields["next_meeting"].choices
    assert f"full: {20 + day.items[0].minutes} minutes of 10 with this item" in first[1]
    for name in ("agenda.edit", "meeting.view"):
        page = as_(day.clerk).get(reverse(name, args=[full.public_id]))
        assert "Warning This list is longer than the meeting: 20 minutes of 10." in words(page)


def test_meeting_with_room_says_nothing_of_it() -> None:
    day = in_session()
    next_meeting(day)
    form = as_(day.chair).get(item_url(day, "item.defer")).context["form"]
    choices = list(form.fields["next_meeting"].choices)
    assert (len(choices), "full" in str(choices)) == (2, False)


def test_only_whoever_may_decide_without_a_panel_gets_the_way_there() -> None:
    day = in_session()
    there = reverse("decision.without_panel", args=[day.items[0].case.public_id])
    Membership.objects.create(user=day.clerk, role=Role.OFFICER, starts_on=dt.date(2020, 1, 1))
    # While this meeting can hear it, nobody is led to a form that would refuse.
    assert there not in as_(day.clerk).get(item_url(day)).content.decode()
    put_off(day, "Corin, SEN team")
    assert "The officer can decide without one" in words(as_(day.chair).get(item_url(day)))
    assert there not in as_(day.chair).get(item_url(day)).content.decode()
    assert there in as_(day.clerk).get(item_url(day)).content.decode()


def test_page_of_an_item_put_off_says_when_it_is_heard_next() -> None:
    day = in_session()
    put_off(day, "Imelda Farrow")
    page = item_url(day)
    assert "No meeting has it on its list yet." in words(as_(day.chair).get(page))
    meeting = next_meeting(day)
    case = day.items[0].case
    add_items(meeting=meeting, listings=[Listing(case, Stage.ASSESS)], by=day.clerk, now=timezone.now())
    on = in_words(timezone.localdate(meeting.starts_at))
    seen = words(as_(day.chair).get(page))
    assert f"It is to be heard on {on}." in seen
    assert "No meeting has it on its list yet." not in seen
    meeting.items.update(state=ItemState.RECOMMENDED)
    assert f"It came back to the panel on {on}." in words(as_(day.chair).get(page))
    meeting.items.update(state=ItemState.WITHDRAWN)
    assert on not in words(as_(day.chair).get(page))


def test_page_of_an_item_put_off_says_that_it_was_decided_without_a_panel() -> None:
    day = in_session()
    put_off(day, "Imelda Farrow")
    case = day.items[0].case
    decision = make_decision(case, "assess")
    Case.objects.filter(pk=case.pk).update(state="assessing")
    page = as_(day.officer).get(item_url(day))
    assert "Decided since, with no advice of a panel: assess" in words(page)
    assert reverse("decision.view", args=[decision.public_id]) in page.content.decode()
    assert "Decided since" not in words(as_(day.nurse).get(item_url(day)))


def test_a_last_safe_day_that_has_long_passed_is_no_news() -> None:
    day = in_session()
    Case.objects.update(received_on=timezone.localdate() - dt.timedelta(days=120))
    put_off(day, "Imelda Farrow")
    seen = words(as_(day.chair).get(item_url(day)))
    assert "Every panel is late for it by now. The officer can decide without one." in seen
    assert "the last safe day" not in seen
