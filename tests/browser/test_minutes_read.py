"""The draft minutes in Chromium: locked, read, commented on, answered, corrected; and the family at its own item."""

import re
from collections.abc import Callable

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from meetings.actions.guests import invite_guest
from meetings.actions.live import close_meeting, save_revision
from meetings.actions.minutes import prepare_minutes
from meetings.models import CommentAnswer, FamilyGuest, Meeting, Minutes
from panel.models import Relationship
from tests.meetings.day import Day, advise, begin, make_day
from tests.meetings.views.client import this_morning
from tests.meetings.views.test_minutes import stand_in_sheets

pytestmark = pytest.mark.django_db(transaction=True)
TELEPHONE, DESK = {"width": 390, "height": 800}, {"width": 1366, "height": 900}


@pytest.fixture
def look(axe: Callable, shot: Callable) -> Callable[[Page, str], None]:
    """Axe at a desk and on a telephone, nothing wider than the screen, and a picture of each."""

    def check(page: Page, name: str) -> None:
        for width, size in (("telephone", TELEPHONE), ("desk", DESK)):
            page.set_viewport_size(size)  # type: ignore[arg-type]
            axe(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], name
            shot(page, f"{name}-{width}")

    return check


def at(page: Page, name: str, *keys: object) -> Page:
    page.goto(page.url.split("/", 3)[0] + "//" + page.url.split("/", 3)[2] + reverse(name, args=keys))
    return page


def drafted() -> tuple[Day, Minutes]:
    day = begin(make_day(1, at=this_morning(), comment_days=0))
    advise(day, day.items[0], now=timezone.now())
    close_meeting(meeting=day.meeting, by=day.chair, now=timezone.now())
    day.meeting = Meeting.objects.select_related("config").get(pk=day.meeting.pk)
    minutes = prepare_minutes(meeting=day.meeting, by=day.clerk, now=timezone.now())
    stand_in_sheets(minutes)
    return day, minutes


def test_draft_is_read_commented_on_and_corrected(sign_in: Callable, look: Callable) -> None:
    day, minutes = drafted()
    page = at(sign_in(day.clerk), "minutes.view", minutes.public_id)
    page.get_by_role("link", name="Lock the draft and ask those who were there").click()
    look(page, "minutes-lock")
    page.get_by_role("button", name="Lock the draft and ask for comments").click()
    expect(page.get_by_text("Nia Nurse: not answered yet")).to_be_visible()
    page = sign_in(day.nurse)
    look(page, "minutes-member-home")
    page.get_by_role("link", name="Inclusion panel, ").click()
    page.get_by_label("No, something is not as it was").check()
    page.get_by_label("Where").select_option(index=1)
    page.get_by_label("What is not as it was").last.fill("A sentence of the therapist is missing.")
    look(page, "minutes-comment")
    with page.expect_navigation():
        page.get_by_role("button", name="Send").click()
    page = at(sign_in(day.clerk), "minutes.view", minutes.public_id)
    page.get_by_role("link", name=re.compile("Answer ?the comment of Nia Nurse")).click()
    page.get_by_label("The record is corrected").check()
    look(page, "minutes-answer")
    page.get_by_role("button", name="Answer").click()
    expect(page.get_by_text("A correction was promised.")).to_be_visible()
    look(page, "minutes-readers")
    assert CommentAnswer.objects.get().taken_up
    save_revision(
        item=day.items[0],
        group="discussion",
        n=1,
        edit_id=minutes.public_id,
        data={"text": "The therapist said that he follows two steps of an instruction."},
        correcting=True,
        by=day.clerk,
        now=timezone.now(),
    )
    at(page, "minutes.prepare", day.meeting.public_id)
    page.get_by_label("What is corrected, and why").fill("A sentence of the therapist was missing.")
    page.get_by_role("button", name="Prepare a new version").click()
    expect(page.get_by_text("Preparing the minutes…")).to_be_visible()
    stand_in_sheets(Minutes.objects.latest("version"))
    expect(page.get_by_text("What changed since version 1")).to_be_visible()
    expect(page.locator("ins")).to_contain_text("follows two steps")
    look(page, "minutes-changed")


def test_family_is_asked_and_comes_to_its_own_item(sign_in: Callable, look: Callable) -> None:
    day = begin(make_day(1, at=this_morning()))
    item = day.items[0]
    page = at(sign_in(day.clerk), "item.view", item.public_id)
    page.get_by_role("link", name="Ask somebody of the family").click()
    person = Relationship.objects.filter(child=item.case.child)[0].person
    page.get_by_label("Who is asked").select_option(label=person.full_name)
    look(page, "family-invite")
    page.get_by_role("button", name="Ask them").click()
    page.get_by_role("button", name=re.compile("Comes in ?: ")).click()
    expect(page.get_by_text("here since")).to_be_visible()
    look(page, "family-here")
    page.get_by_role("button", name=re.compile("Leaves ?: Parent")).click()
    expect(page.get_by_text("there from")).to_be_visible()
    assert FamilyGuest.objects.get().left_at is not None
    assert invite_guest(item=item, person=person, by=day.clerk, now=timezone.now()).joined_at is None
