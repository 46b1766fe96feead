"""What a button changes comes in its place: the focus and the place on the page stay, as at the agenda's Up and Down."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from meetings.actions.attendance import Line, record_attendance
from meetings.actions.plan import plan_meeting
from meetings.rules.attendance import Status
from panel.models import User
from tests.meetings.day import after, begin, make_day
from tests.meetings.views.client import this_morning

pytestmark = pytest.mark.django_db(transaction=True)


def go(page: Page, home: str, name: str, key: object) -> None:
    page.set_viewport_size({"width": 1280, "height": 500})
    page.goto(home + reverse(name, args=[key]))


def test_attendance_button_keeps_focus_and_place(
    sign_in: Callable[[User], Page], live_server: object
) -> None:
    day = begin(make_day(6, at=this_morning()))
    page = sign_in(day.clerk)
    go(page, live_server.url, "meeting.view", day.meeting.public_id)  # type: ignore[attr-defined]
    entry = day.entry(day.parent_carer).public_id
    page.locator(f"#leave-{entry}").focus()
    place = page.evaluate("window.scrollY")
    assert place > 0
    page.keyboard.press("Enter")
    expect(page.locator(f"#arrive-{entry}")).to_be_focused()
    assert abs(page.evaluate("window.scrollY") - place) < 60
    page.keyboard.press("Enter")
    expect(page.locator(f"#leave-{entry}")).to_be_focused()


def test_standard_steps_keep_focus_and_place(sign_in: Callable[[User], Page], live_server: object) -> None:
    day = begin(make_day(1, at=this_morning()))
    page = sign_in(day.chair)
    go(page, live_server.url, "item.view", day.items[0].public_id)  # type: ignore[attr-defined]
    page.locator("#standard-steps").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#id_steps-0_what")).not_to_have_value("")
    expect(page.locator("#standard-steps")).to_be_focused()
    expect(page.locator("#standard-steps")).to_be_in_viewport()


def test_attendance_button_that_is_refused_says_why_beside_it(
    sign_in: Callable[[User], Page], live_server: object
) -> None:
    day = make_day(1, at=this_morning())
    begin(day, day.nurse)
    elsewhere = plan_meeting(
        panel_type=day.panel_type,
        starts_at=day.meeting.starts_at,
        ends_at=day.meeting.ends_at,
        venue="Room 2",
        by=day.clerk,
        now=after(day, -600),
    ).meeting
    there = elsewhere.roster.get(user=day.nurse)
    record_attendance(meeting=elsewhere, lines=[Line(there, Status.PRESENT)], by=day.clerk, now=after(day, 1))
    page = sign_in(day.clerk)
    go(page, live_server.url, "meeting.view", day.meeting.public_id)  # type: ignore[attr-defined]
    page.locator(f"#arrive-{day.entry(day.nurse).public_id}").click()
    expect(page.locator("[data-not-saved]")).to_contain_text("Nia Nurse")
