"""The frame every page has: names, navigation, focus, and the same pages without a style sheet or a script."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from panel.models import User


def test_frame_is_accessible_for_staff(clerk: User, sign_in: Callable, axe: Callable, shot: Callable) -> None:
    page = sign_in(clerk)
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    axe(page)
    shot(page, "home-clerk")


def test_frame_is_accessible_on_a_telephone(
    clerk: User, sign_in: Callable, axe: Callable, shot: Callable
) -> None:
    page = sign_in(clerk)
    page.set_viewport_size({"width": 360, "height": 740})
    page.reload()
    page.get_by_role("button", name="Menu").click()
    expect(page.get_by_role("link", name="Cases")).to_be_visible()
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    shot(page, "home-clerk-telephone")


def test_skip_link_moves_the_keyboard_to_the_content(clerk: User, sign_in: Callable) -> None:
    page = sign_in(clerk)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main-content")).to_be_focused()


def test_sign_in_page_is_accessible(page: Page, live_server: Any, axe: Callable, shot: Callable) -> None:
    page.goto(f"{live_server.url}/accounts/login/")
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    axe(page)
    shot(page, "sign-in")


@pytest.mark.parametrize("path", ["/help/", "/accessibility/", "/no-such-page/"])
def test_public_and_missing_pages_are_accessible(
    path: str, clerk: User, sign_in: Callable, axe: Callable
) -> None:
    page = sign_in(clerk)
    page.goto(page.url.rstrip("/") + path)
    page.complaints.clear()  # the browser itself reports a 404 as an error
    axe(page)


def test_home_page_works_without_script_or_style(clerk: User, sign_in: Callable, browser: Browser) -> None:
    signed_in = sign_in(clerk)
    with browser.new_context(
        java_script_enabled=False, storage_state=signed_in.context.storage_state()
    ) as context:
        context.set_default_timeout(10_000)
        context.route("**/*.css", lambda route: route.abort())
        page = context.new_page()
        page.goto(signed_in.url)
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert "login" in page.url
