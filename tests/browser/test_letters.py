"""A letter's way in a real browser: drafted, read and released by a second clerk, and read by the mother on her telephone."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from panel.actions.people import open_family_account
from panel.models import User
from tests.meetings.letters.household import Household, drain, make_household

TELEPHONE = {"width": 360, "height": 740}


@pytest.fixture
def home(transactional_db: None) -> Household:
    return make_household()


def _reader(home: Household) -> User:
    home.mother.refresh_from_db()
    user = open_family_account(person=home.mother, by=None, now=timezone.now())
    assert user is not None
    return user


def _settle() -> None:
    drain(timezone.now())


def _released(home: Household) -> None:
    now = timezone.now()
    for letter in home.draft(now):
        drain(now)
        home.release(letter, now)
    _settle()


def test_letter_goes_from_decision_to_the_family(
    home: Household, sign_in: Callable, axe: Callable, shot: Callable, live_server: Any
) -> None:
    page: Page = sign_in(home.clerk)
    page.goto(f"{live_server.url}/letters/")
    axe(page)
    page.get_by_role("link", name=home.case.reference).click()
    axe(page)
    page.get_by_role("button", name="Draft the letters").click()
    expect(page.get_by_role("link", name="Version 1")).to_have_count(2)
    _settle()
    page = sign_in(home.second)
    page.goto(f"{live_server.url}/letters/")
    shot(page, "letters-tray")
    page.get_by_role("link", name="Grace Ashdown").click()
    axe(page)
    shot(page, "letter-release")
    page.get_by_role("button", name="Release this letter").click()
    expect(page.get_by_role("alert")).to_contain_text("Read the letter and confirm it")
    page.complaints.clear()  # type: ignore[attr-defined]  # the browser itself reports a 422 as an error
    axe(page)
    page.get_by_label("I have read this letter").check()
    page.get_by_role("button", name="Release this letter").click()
    expect(page.get_by_text("Released. It goes as soon as")).to_be_visible()
    _settle()
    mother = sign_in(_reader(home))
    mother.goto(f"{live_server.url}/family/")
    expect(mother.get_by_text("We decided not to assess", exact=True)).to_be_visible()


def test_family_reads_on_a_telephone(
    home: Household, sign_in: Callable, axe: Callable, shot: Callable, live_server: Any
) -> None:
    _released(home)
    page: Page = sign_in(_reader(home))
    page.set_viewport_size(TELEPHONE)
    page.goto(f"{live_server.url}/family/")
    axe(page)
    shot(page, "family-telephone")
    assert page.evaluate("document.documentElement.scrollWidth") <= TELEPHONE["width"]
    page.get_by_role("link", name="Read the letter").click()
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    axe(page)
    shot(page, "family-letter-telephone")
    assert page.evaluate("document.documentElement.scrollWidth") <= TELEPHONE["width"]


def test_family_page_works_without_script(
    home: Household, sign_in: Callable, browser: Browser, live_server: Any
) -> None:
    _released(home)
    signed_in = sign_in(_reader(home))
    with browser.new_context(
        java_script_enabled=False, storage_state=signed_in.context.storage_state()
    ) as quiet:
        page = quiet.new_page()
        page.goto(f"{live_server.url}/family/")
        page.get_by_role("link", name="Read the letter").click()
        expect(page.get_by_text("Dear Grace Ashdown")).to_be_visible()
