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
