"""The long lists on a telephone: short rows, what is second folded away, and a page no wider than its screen."""

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from panel.models import Support
from tests.make import NOW, make_case, make_setting
from tests.meetings.day import make_day

pytestmark = pytest.mark.django_db(transaction=True)
LONG = "Featherstonehaugh-Cholmondeley-Wolverhampton centre for speech, language and communication"


@pytest.fixture
def narrow(sign_in: Callable) -> Callable:
    """A page on a telephone, opened by a clerk."""

    def show(day: object, name: str, *keys: object) -> Page:
        page: Page = sign_in(day.clerk)  # type: ignore[attr-defined]
        home = re.match(r"https?://[^/]+", page.url)
        assert home
        page.set_viewport_size({"width": 390, "height": 800})
        page.goto(home[0] + reverse(name, args=keys))
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        return page

    return show


def test_agenda_folds_its_buttons_and_keeps_those_in_use(narrow: Callable, axe: Callable) -> None:
    day = make_day(4, at=timezone.now() + dt.timedelta(days=3))
    page = narrow(day, "agenda.edit", day.meeting.public_id)
    first = day.items[0].public_id.hex[:8]
    expect(page.get_by_role("button", name="Down: item 1")).to_be_hidden()
    page.get_by_text("Move or remove item 1").click()
    axe(page)
    page.get_by_role("button", name="Down: item 1").click()
    # The item is the second now; whoever pressed the button can press it again.
    expect(page.get_by_role("button", name="Down: item 2")).to_be_focused()
    expect(page.get_by_role("button", name="Down: item 3")).to_be_hidden()
    assert page.evaluate("document.activeElement.id") == f"down-{first}"


def test_cases_that_wait_are_read_to_their_last_word(narrow: Callable, axe: Callable) -> None:
    day = make_day(0, at=timezone.now() + dt.timedelta(days=3))
    make_case(setting=make_setting(LONG), received_on=timezone.localdate() - dt.timedelta(days=60))
    page = narrow(day, "agenda.edit", day.meeting.public_id)
    table = page.locator(".app-table__scroll").last
    expect(table).to_contain_text(LONG)
    assert table.evaluate("one => one.scrollWidth <= one.clientWidth")
    axe(page)


def test_directory_shows_names_first(narrow: Callable, axe: Callable) -> None:
    day = make_day(0)
    Support.objects.create(
        name=LONG,
        offered_by="Health",
        what="Groups",
        how="Ring the office",
        contact="x" * 100,
        starts_on=NOW,
        recorded_at=NOW,
    )
    page = narrow(day, "support.list")
    expect(page.get_by_role("heading", name=LONG)).to_be_visible()
    expect(page.get_by_text("Ring the office")).to_be_hidden()
    page.get_by_text(f"For whom and how to get it: {LONG}").click()
    expect(page.get_by_text("Ring the office")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    axe(page)


def test_paper_set_fits(narrow: Callable, axe: Callable) -> None:
    day = make_day(2)
    page = narrow(day, "meeting.print", day.meeting.public_id)
    tables = page.get_by_role("table").all()
    assert tables
    for table in tables:
        assert table.evaluate("it => it.getBoundingClientRect().right") <= 390
    axe(page)
