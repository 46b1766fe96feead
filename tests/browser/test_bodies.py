"""The list of decisions to tell health of, its sheet on screen and on paper, with and without a script; a young person recorded."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from panel.platform.policy import Role
from tests.make import make_case, make_person, make_user
from tests.meetings.letters.household import make_contacts
from tests.meetings.test_bodies import decided, tell

pytestmark = pytest.mark.django_db(transaction=True)
LIST = reverse("notice.tell", args=["health"])


@pytest.mark.parametrize("width", [1280, 390])
def test_box_to_tick_stands_on_the_line_of_its_row(
    sign_in: Callable, axe: Callable, live_server: Any, width: int
) -> None:
    clerk = make_user("Cleo Clerk", Role.CLERK)
    decided(clerk)
    page: Page = sign_in(clerk)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(live_server.url + LIST)
    axe(page)
    box = page.locator(".app-table__tick .govuk-checkboxes__input").bounding_box()
    words = page.locator(".app-table__tick" if width < 640 else "tbody th a").bounding_box()
    assert box is not None
    assert words is not None
    assert abs(box["y"] + box["height"] / 2 - words["y"] - words["height"] / 2) < 4


def test_sheet_prints_on_white_and_offers_its_button_only_where_it_works(
    sign_in: Callable, axe: Callable, browser: Browser, live_server: Any
) -> None:
    clerk = make_user("Cleo Clerk", Role.CLERK)
    make_contacts()
    decided(clerk)
    page: Page = sign_in(clerk)
    page.goto(live_server.url + LIST)
    page.get_by_label("Put").check()
    page.get_by_role("button", name="Make the sheet").click()
    expect(page.get_by_text("Print this sheet")).to_be_visible()
    page.wait_for_load_state()
    axe(page)
    page.emulate_media(media="print")
    behind = "e => [e, e.parentElement].map(one => getComputedStyle(one).backgroundColor)"
    assert page.locator("body").evaluate(behind) == ["rgba(0, 0, 0, 0)"] * 2
    expect(page.locator(".app-record")).to_be_hidden()
    with browser.new_context(
        java_script_enabled=False, storage_state=page.context.storage_state()
    ) as context:
        plain = context.new_page()
        plain.goto(live_server.url + LIST)
        plain.get_by_label("Put").check()
        plain.get_by_role("button", name="Make the sheet").click()
        expect(plain.get_by_text("Notice of decisions")).to_be_visible()
        expect(plain.get_by_text("Print this sheet")).to_be_hidden()


@pytest.mark.parametrize("width", [1280, 390])
def test_pages_that_take_back_and_record_fit_every_width(
    sign_in: Callable, axe: Callable, live_server: Any, width: int
) -> None:
    clerk = make_user("Cleo Clerk", Role.CLERK)
    decision = decided(clerk)
    tell(decision, by=clerk)
    young = make_case(child=make_person("Robin", born_on=dt.date(2009, 6, 1)))
    page: Page = sign_in(clerk)
    page.set_viewport_size({"width": width, "height": 900})
    for there in (
        reverse("notice.tell_back", args=[decision.public_id, "health"]),
        reverse("person.self", args=[young.public_id]),
        reverse("person.family", args=[young.public_id]),
    ):
        page.goto(live_server.url + there)
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
