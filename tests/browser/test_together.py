"""Several people in the room at once, each in a browser of their own."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from meetings.models import Conflict, Revision
from panel.models import User
from panel.platform.policy import Role
from tests.browser.people import enter
from tests.make import make_user
from tests.meetings.day import begin, make_day
from tests.meetings.views.client import this_morning

pytestmark = pytest.mark.django_db(transaction=True)
# What one types is saved after two seconds, and another's page asks every four.
HEARD = 12_000


@pytest.fixture
def at_the_table(
    browser: Browser, browser_context_args: dict[str, Any], live_server: Any
) -> Iterator[Callable[[User, str], Page]]:
    """Somebody with a browser of their own, at an address."""
    opened = []

    def sit(user: User, path: str) -> Page:
        context = browser.new_context(**browser_context_args)
        opened.append(context)
        enter(context, user, live_server.url)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.goto(live_server.url + path)
        return page

    yield sit
    for context in opened:
        context.close()


def test_two_clerks_collide_on_one_field_and_lose_nothing(at_the_table: Callable) -> None:
    day = begin(make_day(1, at=this_morning()))
    where = reverse("item.view", args=[day.items[0].public_id])
    first = at_the_table(day.clerk, where)
    second = at_the_table(make_user("Dora Clerk", Role.CLERK), where)
    for page, words in ((first, "The therapist spoke first."), (second, "The teacher spoke first.")):
        page.get_by_label("What was discussed").focus()
        page.keyboard.type(words)
    expect(first.locator("#discussion-saved")).to_contain_text("by Cleo Clerk")
    expect(second.get_by_text("Cleo Clerk saved this at")).to_be_visible()
    expect(second.locator("#discussion-saved")).to_contain_text("The therapist spoke first.")
    expect(second.get_by_label("What was discussed")).to_have_value("The teacher spoke first.")
    expect(second.locator("[data-saving]")).to_contain_text("Not saved since")
    second.get_by_role("button", name="Keep both").click()
    both = "The therapist spoke first.\n\nThe teacher spoke first."
    expect(second.get_by_label("What was discussed")).to_have_value(both)
    first.get_by_label("What was discussed").press_sequentially(" And then?")
    expect(first.get_by_text("Dora Clerk saved this at")).to_be_visible()
    first.get_by_role("button", name="Keep theirs").click()
    expect(first.get_by_label("What was discussed")).to_have_value(both)
    kept = [row.data["text"] for row in Revision.objects.order_by("n")]
    assert kept == ["The therapist spoke first.", both]


def test_member_declares_a_conflict_mid_item_and_the_room_follows(at_the_table: Callable) -> None:
    day = begin(make_day(1, at=this_morning(), minimum_total=7))
    where = reverse("item.view", args=[day.items[0].public_id])
    chair, nurse = at_the_table(day.chair, where), at_the_table(day.nurse, where)
    expect(chair.get_by_role("heading", name="Quorate", exact=True)).to_be_visible()
    chair.get_by_label("What was discussed").focus()
    chair.keyboard.type("The panel reads on.")
    expect(nurse.get_by_role("heading", level=1)).to_contain_text(day.items[0].case.child.full_name)
    nurse.get_by_role("link", name="Declare your own").click()
    nurse.get_by_label("Relative or friend").check()
    nurse.get_by_role("button", name="Declare this conflict").click()
    expect(nurse.get_by_role("main")).not_to_contain_text(day.items[0].case.child.full_name)
    nurse.goto(nurse.url.split("/meetings/")[0].split("/items/")[0].rstrip("/") + where)
    expect(nurse.get_by_role("heading", level=1)).not_to_contain_text(day.items[0].case.child.full_name)
    expect(chair.get_by_role("heading", name="Not quorate")).to_be_visible()
    expect(chair.locator("#status")).to_contain_text("Nia Nurse: relative or friend")
    expect(chair.get_by_label("What was discussed")).to_have_value("The panel reads on.")
    assert Conflict.objects.get(source="declared").entry.user == day.nurse


def test_page_that_lies_open_hears_what_another_wrote_and_shows_it(
    at_the_table: Callable, shot: Callable
) -> None:
    day = begin(make_day(1, at=this_morning()))
    where = reverse("item.view", args=[day.items[0].public_id])
    chair, clerk, nurse = (at_the_table(who, where) for who in (day.chair, day.clerk, day.nurse))
    clerk.get_by_label("What was discussed").fill("The therapist spoke first.")
    chair.get_by_label("What the child or young person says").fill("I like the garden.")
    notice = chair.get_by_role("status").filter(has_text="Written since you opened this page")
    expect(notice).to_contain_text("Discussion (Cleo Clerk, ", timeout=HEARD)
    expect(nurse.locator("#since")).to_contain_text("Show the page as it is now", timeout=HEARD)
    for width in (1280, 768, 390):
        chair.set_viewport_size({"width": width, "height": 800})
        for place in (0, 1_000_000):
            chair.evaluate("place => window.scrollTo(0, place)", place)
            expect(chair.locator(".app-since")).to_be_in_viewport(ratio=1)
            shot(chair, f"written-since-{width}-{place}", full_page=False)
        field = chair.get_by_label("What the family says")
        chair.evaluate("window.scrollTo(0, 0)")
        field.focus()
        under = field.evaluate("one => one.getBoundingClientRect().top")
        news = chair.locator(".app-since").bounding_box()
        assert news
        assert not news["y"] <= under <= news["y"] + news["height"], width
        shot(chair, f"written-since-{width}", full_page=False)
    expect(chair.get_by_label("What was discussed")).to_have_value("")
    chair.locator("#show-discussion").press("Enter")
    expect(chair.get_by_label("What was discussed")).to_have_value("The therapist spoke first.")
    expect(chair.get_by_role("heading", name="Discussion", exact=True)).to_be_focused()
    expect(chair.locator("#since")).to_have_text("")
    expect(chair.get_by_label("What the child or young person says")).to_have_value("I like the garden.")
    nurse.get_by_role("link", name="Show the page as it is now").click()
    expect(nurse.get_by_role("main")).to_contain_text("The therapist spoke first.")


def test_member_unfolded_beside_the_item_stays_so_when_the_room_changes(at_the_table: Callable) -> None:
    day = begin(make_day(1, at=this_morning()))
    where = reverse("item.view", args=[day.items[0].public_id])
    first = at_the_table(day.clerk, where)
    second = at_the_table(make_user("Dora Clerk", Role.CLERK), where)
    away = first.locator("button[name=away]", has_text="Nia Nurse")
    expect(away).to_be_hidden()
    first.locator("summary", has_text="Nia Nurse").focus()
    first.keyboard.press("Enter")
    away.focus()
    second.locator("summary", has_text="Hetty Head").click()
    second.locator("button[name=away]", has_text="Hetty Head").click()
    expect(first.locator("summary", has_text="Hetty Head")).to_contain_text("not here", timeout=HEARD)
    expect(away).to_be_focused()
    away.press("Enter")
    expect(first.locator("summary", has_text="Nia Nurse")).to_contain_text("not here")


def test_words_typed_and_not_saved_yet_stand_beside_those_that_are_shown(at_the_table: Callable) -> None:
    day = begin(make_day(1, at=this_morning()))
    where = reverse("item.view", args=[day.items[0].public_id])
    chair, clerk = at_the_table(day.chair, where), at_the_table(day.clerk, where)
    clerk.get_by_label("What was discussed").fill("The therapist spoke first.")
    expect(chair.locator("#since")).to_contain_text("Discussion (Cleo Clerk, ", timeout=HEARD)
    chair.get_by_label("What was discussed").focus()
    chair.keyboard.type("The nurse spoke first.")
    # Pressed without leaving the field, which would save it first.
    chair.evaluate("document.querySelector('#show-discussion').click()")
    expect(chair.get_by_text("Cleo Clerk saved this at")).to_be_visible()
    expect(chair.get_by_label("What was discussed")).to_have_value("The nurse spoke first.")
    chair.get_by_role("button", name="Keep both").click()
    both = "The therapist spoke first.\n\nThe nurse spoke first."
    expect(chair.get_by_label("What was discussed")).to_have_value(both)
    expect(chair.locator("#since")).to_have_text("")
