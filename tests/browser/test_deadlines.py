"""The public page of deadlines as a parent uses it: by keyboard, on a telephone, without an account or a script."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Browser, Page, expect


def fill_day(page: Page, name: str, *parts: int) -> None:
    for number, part in enumerate(parts):
        page.locator(f"#id_{name}_{number}").fill(str(part))


@pytest.mark.parametrize("width", [1280, 768, 390])
def test_page_is_accessible_and_fits(
    width: int, page: Page, live_server: Any, axe: Callable, shot: Callable
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{live_server.url}/deadlines")
    axe(page)
    shot(page, f"deadlines-{width}-1-empty")
    page.get_by_text("Add what has happened so far").click()
    fill_day(page, "received_on", 2, 4, 2025)
    fill_day(page, "assess_notified_on", 29, 5, 2025)
    fill_day(page, "not_issue_notified_on", 21, 10, 2025)
    shot(page, f"deadlines-{width}-2-filled")
    page.get_by_role("button", name="Show the dates").click()
    expect(page.get_by_text("15 days late")).to_be_visible()
    expect(page.get_by_text("90 days late")).to_be_visible()
    expect(page.get_by_text("22 December 2025", exact=True)).to_be_visible()
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    shot(page, f"deadlines-{width}-3-answer")


def test_order_shows_new_dates_beside_those_it_replaced(
    page: Page, live_server: Any, axe: Callable, shot: Callable
) -> None:
    page.goto(f"{live_server.url}/deadlines")
    fill_day(page, "received_on", 2, 12, 2024)
    page.get_by_text("Add a tribunal order").click()
    page.get_by_label("What happened").select_option("order:make_plan")
    fill_day(page, "changed_on", 9, 7, 2025)
    page.get_by_text("Add what has happened so far").click()
    fill_day(page, "draft_served_on", 10, 9, 2025)
    page.get_by_role("button", name="Show the dates").click()
    expect(page.get_by_text("By Wednesday 24 September 2025").first).to_be_visible()
    page.get_by_text("Dates that no longer count").click()
    expect(page.get_by_text("Replaced by the dates of the tribunal’s order.").first).to_be_visible()
    axe(page)
    shot(page, "deadlines-order")


def test_keyboard_alone_gets_an_answer(page: Page, live_server: Any) -> None:
    page.goto(f"{live_server.url}/deadlines")
    page.locator("#id_received_on_0").focus()
    for part in ("18", "6", "2026"):
        page.keyboard.type(part)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("What has happened so far").first).to_be_visible()
    page.locator("#id_received_on_2").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Thursday 30 July 2026").first).to_be_visible()
    assert "?" not in page.url
    assert Session.objects.count() == 0


def test_wrong_date_is_said_beside_it_and_kept(
    page: Page, live_server: Any, axe: Callable, shot: Callable
) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{live_server.url}/deadlines")
    fill_day(page, "received_on", 31, 2, 2026)
    page.get_by_role("button", name="Show the dates").click()
    expect(page.locator("#id_received_on_0")).to_have_value("31")
    page.complaints.clear()  # type: ignore[attr-defined]  # the browser reports the 422 as an error
    expect(page.get_by_role("link", name="Enter a real date")).to_be_visible()
    axe(page)
    shot(page, "deadlines-error")


def test_page_works_without_script_or_style(browser: Browser, live_server: Any) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        context.set_default_timeout(10_000)
        context.route("**/*.css", lambda route: route.abort())
        page = context.new_page()
        page.goto(f"{live_server.url}/deadlines")
        fill_day(page, "received_on", 18, 6, 2026)
        page.get_by_role("button", name="Show the dates").click()
        expect(page.get_by_text("Thursday 30 July 2026").first).to_be_visible()
