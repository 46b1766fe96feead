"""Versions of minutes in Chromium: the clerk says what is left out and prepares, the officer releases, the family finds it."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from meetings.minutes.redaction import words_digest
from meetings.models import ItemVersion
from panel.models import User
from tests.meetings.actions.test_version_readers import send_letter
from tests.meetings.day import Day
from tests.meetings.signed import BROTHER, drain, signed_day
from tests.meetings.views.test_versions import family_of

pytestmark = pytest.mark.django_db(transaction=True)
SIZES = {"telephone": (390, 800), "tablet": (768, 1024), "desk": (1280, 900)}


@pytest.fixture
def look(axe: Callable, shot: Callable) -> Callable[[Page, str], None]:
    """Axe at three widths, nothing wider than the screen, and a picture of each."""

    def check(page: Page, name: str) -> None:
        for screen, (width, height) in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            axe(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} on a {screen}"
            shot(page, f"version-{name}-{screen}")

    return check


def test_version_from_its_paragraphs_to_the_family(sign_in: Callable[[User], Page], look: Callable) -> None:
    day = signed_day()
    _clerk_prepares(day, sign_in(day.clerk), look)
    drain(day)
    _officer_releases(sign_in(day.officer), look)
    mother = family_of(day)
    send_letter(day)
    drain(day)
    page = sign_in(mother)
    expect(page.get_by_role("link", name="What the panel discussed")).to_be_visible()
    look(page, "family")


def _go(page: Page, name: str, *keys: object) -> None:
    home = page.url.partition("//")[2].partition("/")[0]
    page.goto(f"http://{home}{reverse(name, args=keys)}")


def _clerk_prepares(day: Day, page: Page, look: Callable) -> None:
    _go(page, "version.list", day.meeting.public_id)
    page.get_by_role("link", name="look at its paragraphs").click()
    look(page, "paragraphs")
    page.locator(f'input[name="{words_digest(BROTHER)}"][value="another_child"]').check()
    page.get_by_role("button", name="Keep what is said of each").press("Enter")
    page.get_by_role("link", name="Prepare a version of item 1").click()
    look(page, "prepare")
    page.get_by_label("The family’s version").check()
    page.get_by_role("button", name="Prepare this version").click()
    expect(page.get_by_text("so a second person must release it")).to_be_visible()
    _go(page, "version.list", day.meeting.public_id)
    look(page, "list")


def _officer_releases(page: Page, look: Callable) -> None:
    _go(page, "version.view", ItemVersion.objects.get().public_id)
    look(page, "release")
    page.get_by_role("button", name="Release this version").click()
    expect(page.get_by_text("Read the document and confirm it before you release it").first).to_be_visible()
    page.complaints.clear()  # type: ignore[attr-defined]  # the browser reports the 422 as an error
    look(page, "release-unread")
    page.get_by_label("I have read this document.").check()
    with page.expect_navigation():
        page.get_by_role("button", name="Release this version").click()
    expect(page.get_by_text("Released").first).to_be_visible()
    _go(page, "extract.list")
    look(page, "extracts")
