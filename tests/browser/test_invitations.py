"""Inviting and being invited in a browser: one click, one answer by keyboard, and pages axe finds nothing wrong with."""

import datetime as dt
from collections.abc import Callable

from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from meetings.actions.seats import seat
from meetings.models import Seat
from panel.platform.policy import Role
from tests.make import make_user
from tests.meetings.day import make_day
from tests.meetings.views.client import demonstration


def test_clerk_invites_member_answers_and_observer_promises(
    db: None, sign_in: Callable, axe: Callable, shot: Callable
) -> None:
    demonstration()
    now = timezone.now().replace(microsecond=0)
    day = make_day(2, at=now + dt.timedelta(days=10))
    observer = make_user("Olive Observer", Role.PROFESSIONAL)
    make_user("Sandy Second", Role.MEMBER, agency=day.nurse.memberships.get().agency)
    seat(meeting=day.meeting, user=observer, seat=Seat.OBSERVER, by=day.clerk, now=now)
    keys = [day.meeting.public_id]

    page = sign_in(day.clerk)
    home = page.url.rstrip("/")
    page.goto(home + reverse("meeting.roster", args=keys))
    page.get_by_role("button", name="Invite everybody").click()
    expect(page.get_by_text("8 people are invited.")).to_be_visible()
    axe(page)
    shot(page, "roster")

    page = sign_in(day.nurse)
    axe(page)
    page.get_by_role("link", name="Say whether you will come").press("Enter")
    page.get_by_label("I cannot come", exact=True).press("Space")
    page.get_by_label("who of your agency could come instead").select_option(label="Sandy Second")
    axe(page)
    page.get_by_role("button", name="Send my answer").press("Enter")
    expect(page.get_by_text("Your answer: cannot come.")).to_be_visible()

    page = sign_in(day.clerk)
    axe(page)
    page.goto(home + reverse("meeting.roster", args=keys))
    page.get_by_role("button", name="Invite instead").click()
    expect(page.get_by_text("Sandy Second has a seat and is invited.")).to_be_visible()
    for name in ("meeting.move", "meeting.cancel", "agenda.edit"):
        page.goto(home + reverse(name, args=keys))
        axe(page)
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(home + reverse("meeting.roster", args=keys))
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    axe(page)

    page = sign_in(observer)
    child = day.items[0].case.reference
    page.goto(home + reverse("meeting.view", args=keys))
    expect(page.get_by_text(child)).to_have_count(0)
    page.get_by_role("link", name="Promise confidentiality, to see the items").click()
    axe(page)
    page.get_by_role("button", name="I promise this").click()
    expect(page.get_by_text(child, exact=True)).to_be_visible()
    axe(page)
