"""The sign-in ends over a form: what was typed stays on the page, and goes with the button that was pressed, once, under its own name."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.crypto import get_random_string
from playwright.sync_api import Page, Route, expect

from meetings.models import Decision
from panel.law.legal import Outcome
from panel.models import Paper, User
from tests.browser.people import enter
from tests.browser.test_panel_day import at
from tests.make import make_case
from tests.meetings.day import Day, advise, begin, make_day
from tests.meetings.views.client import this_morning

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = " ".join(["Two terms of daily speech therapy were planned and only six sessions were held."] * 5)
REASONS = "Reasons for the decision, in words about this child"
RECORD = "Record the decision"
# How long a button holds a second click back by itself, and a little more.
HOLDS_BACK = 1_100


@pytest.fixture
def day() -> Day:
    day = begin(make_day(1, at=this_morning()))
    advise(day, day.items[0], Outcome.NOT_ASSESS, now=timezone.now())
    return day


@pytest.fixture
def deciding(day: Day, sign_in: Callable[[User], Page]) -> Page:
    """The officer departs from a refusal in seventy words and has not sent them yet."""
    page = at(sign_in(day.officer), "decision.record", day.items[0].public_id)
    page.get_by_label("I depart from it: assess").check()
    page.get_by_label("Why the authority decides otherwise").fill(
        "The therapy that was planned was not given."
    )
    page.get_by_label("Yes", exact=True).nth(1).check()
    page.locator("[name=limbs-b_reasons]").fill("The therapy that was planned has not begun.")
    page.get_by_label(REASONS).fill(WORDS)
    return page


def box(page: Page) -> Any:
    return page.get_by_role("dialog")


def try_again(page: Page) -> None:
    box(page).get_by_role("button", name="Try again").click()


def arrived(page: Page) -> None:
    """The decision is recorded, and its page shown."""
    page.wait_for_url("**/decisions/*/")


def nothing_is_lost(page: Page) -> None:
    expect(page.get_by_label(REASONS)).to_have_value(WORDS)
    assert not Decision.objects.exists()


def decided() -> list[tuple[str, str]]:
    return list(Decision.objects.values_list("outcome", "reasons"))


def test_decision_typed_while_the_sign_in_ended_is_recorded_after_signing_in_again(
    deciding: Page, day: Day, live_server: Any, axe: Callable, shot: Callable
) -> None:
    Session.objects.all().delete()
    deciding.get_by_role("button", name=RECORD).click()
    expect(deciding.get_by_role("dialog", name="You have been signed out")).to_be_visible()
    for width in (1280, 390):
        deciding.set_viewport_size({"width": width, "height": 800})
        shot(deciding, f"words-kept-{width}", full_page=False)
        axe(deciding)
    nothing_is_lost(deciding)
    try_again(deciding)
    expect(box(deciding)).to_contain_text("You are not signed in yet.")
    enter(deciding.context, day.officer, live_server.url)
    deciding.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(box(deciding)).to_contain_text("You are signed in again.")
    nothing_is_lost(deciding)
    try_again(deciding)
    arrived(deciding)
    assert decided() == [("assess", WORDS)]


def test_words_never_go_under_somebody_elses_name(
    deciding: Page, day: Day, clerk: User, live_server: Any
) -> None:
    enter(deciding.context, clerk, live_server.url)
    deciding.get_by_role("button", name=RECORD).click()
    expect(box(deciding)).to_contain_text("Somebody else is signed in now.")
    try_again(deciding)
    expect(box(deciding)).to_contain_text("Somebody else is signed in now.")
    nothing_is_lost(deciding)
    deciding.keyboard.press("Escape")
    expect(box(deciding)).to_be_hidden()
    enter(deciding.context, day.officer, live_server.url)
    deciding.wait_for_timeout(HOLDS_BACK)
    deciding.get_by_role("button", name=RECORD).click()
    arrived(deciding)
    assert decided() == [("assess", WORDS)]


def test_sign_in_in_another_tab_changes_the_token_and_the_words_go_at_once(
    deciding: Page, day: Day, live_server: Any
) -> None:
    token = {"name": settings.CSRF_COOKIE_NAME, "value": get_random_string(32), "url": live_server.url}
    deciding.context.add_cookies([token])  # type: ignore[list-item]
    enter(deciding.context, day.officer, live_server.url)
    deciding.get_by_role("button", name=RECORD).click()
    arrived(deciding)
    assert decided() == [("assess", WORDS)]


def test_server_out_of_reach_keeps_the_page(deciding: Page) -> None:
    deciding.route("**/session/", lambda route: route.abort())
    deciding.get_by_role("button", name=RECORD).click()
    expect(deciding.get_by_role("dialog", name="The server could not be reached")).to_be_visible()
    expect(deciding.get_by_role("link", name="Sign in again")).to_be_hidden()
    nothing_is_lost(deciding)
    deciding.unroute("**/session/")
    try_again(deciding)
    arrived(deciding)
    assert decided() == [("assess", WORDS)]


def test_second_click_while_the_first_is_asking_sends_once(deciding: Page) -> None:
    asked: list[Route] = []
    deciding.route("**/session/", lambda route: asked.append(route))  # noqa: PLW0108 - playwright marks its handler
    sent: list[str] = []
    deciding.on("request", lambda one: sent.append(one.url) if one.method == "POST" else None)
    button = deciding.get_by_role("button", name=RECORD)
    button.click()
    deciding.wait_for_timeout(HOLDS_BACK)
    button.click()
    asked[0].continue_()
    arrived(deciding)
    assert (len(asked), len(sent), decided()) == (1, 1, [("assess", WORDS)])


def test_file_that_was_chosen_goes_after_signing_in_again(
    clerk: User, sign_in: Callable[[User], Page], live_server: Any, tmp_path: Path
) -> None:
    report = tmp_path / "report.pdf"
    report.write_bytes(b"%PDF-1.7 a report")
    page = at(sign_in(clerk), "paper.upload", make_case().public_id)
    page.get_by_label("File").set_input_files(report)
    page.get_by_label("Title").fill("Speech report")
    page.get_by_label("What kind of paper this is").select_option("therapy")
    Session.objects.all().delete()
    page.get_by_role("button", name="Upload").click()
    expect(box(page)).to_be_visible()
    assert not Paper.objects.exists()
    enter(page.context, clerk, live_server.url)
    try_again(page)
    expect(page.get_by_text("Being checked: this takes a few seconds")).to_be_visible()
    assert Paper.objects.filter(title="Speech report").count() == 1


def test_page_with_nothing_to_type_goes_to_the_sign_in_page(sign_in: Callable[[User], Page]) -> None:
    day = begin(make_day(1, at=this_morning()))
    page = at(sign_in(day.chair), "meeting.view", day.meeting.public_id)
    Session.objects.all().delete()
    page.wait_for_url("**/accounts/login/**")
