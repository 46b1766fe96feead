"""Writing in the room saves itself, and loses nothing: no connection, a lost answer, a session that ended, a token that changed."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils.crypto import get_random_string
from playwright.sync_api import Page, Route, expect

from meetings.models import Recommendation, Revision
from panel.models import User
from tests.browser.people import enter
from tests.browser.test_panel_day import at
from tests.make import make_user
from tests.meetings.day import REASONS, Day, begin, make_day
from tests.meetings.views.client import this_morning

pytestmark = pytest.mark.django_db(transaction=True)
SAVED = re.compile(r"^Saved \d\d:\d\d:\d\d$")
NOT_SAVED = re.compile(r"^Not saved since \d\d:\d\d – keep this page open$")


@pytest.fixture
def day() -> Day:
    return begin(make_day(1, at=this_morning()))


@pytest.fixture
def room(day: Day, sign_in: Callable[[User], Page]) -> Page:
    return at(sign_in(day.chair), "item.view", day.items[0].public_id)


def line(page: Page) -> Any:
    return page.locator("[data-saving]")


def write(page: Page, words: str) -> None:
    page.get_by_label("What was discussed").focus()
    page.keyboard.type(words)


def texts() -> list[str]:
    rows = Revision.objects.filter(group="discussion").order_by("n")
    return [row.data["text"] for row in rows]


def test_line_says_when_it_was_saved(room: Page) -> None:
    expect(line(room)).to_have_text("")
    write(room, "The panel read the advice.")
    expect(line(room)).to_have_text(SAVED)
    assert texts() == ["The panel read the advice."]


def test_minute_without_a_connection_loses_nothing_and_keeps_nothing_in_the_browser(room: Page) -> None:
    room.clock.install()
    write(room, "Heard before.")
    room.clock.run_for(3_000)
    expect(line(room)).to_have_text(SAVED)
    tried = []

    def cut(route: Route) -> None:
        tried.append(route.request.url)
        route.abort()

    room.context.route("**/items/**", cut)
    write(room, " Written in the tunnel.")
    for _ in range(12):
        room.clock.run_for(5_000)
    expect(line(room)).to_have_text(NOT_SAVED)
    assert len([url for url in tried if "/write/" in url]) >= 3
    assert "tunnel" not in room.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert room.evaluate("""() => {
      const leaving = new Event("beforeunload", { cancelable: true });
      window.dispatchEvent(leaving);
      return leaving.defaultPrevented;
    }""")
    room.context.unroute("**/items/**")
    write(room, " And after it.")
    room.clock.run_for(31_000)
    expect(line(room)).to_have_text(SAVED)
    assert texts()[-1] == "Heard before. Written in the tunnel. And after it."


def test_answer_that_got_lost_is_kept_once(room: Page) -> None:
    lost = []

    def lose(route: Route) -> None:
        if lost:
            route.continue_()
        else:
            lost.append(route.fetch().status)
            route.abort()

    room.route("**/write/", lose)
    write(room, "Said once.")
    expect(line(room)).to_have_text(NOT_SAVED)
    expect(line(room)).to_have_text(SAVED)
    assert (lost, texts()) == ([200], ["Said once."])


def test_session_that_ends_in_mid_sentence_costs_no_word(
    room: Page, day: Day, live_server: Any, axe: Callable, shot: Callable
) -> None:
    # The browser itself reports each 401 as an error, and the page asks again by itself.
    room.awaited.append("401")  # type: ignore[attr-defined]
    Session.objects.all().delete()
    write(room, "Half a sentence, and then")
    dialogue = room.get_by_role("dialog", name="You have been signed out")
    # Two seconds after the last key, and as long as a busy machine then takes.
    expect(dialogue).to_be_visible(timeout=20_000)
    expect(line(room)).to_have_text(NOT_SAVED)
    shot(room, "signed-out", full_page=False)
    axe(room)
    dialogue.get_by_role("button", name="Try again").click()
    expect(dialogue).to_contain_text("You are not signed in yet.")
    enter(room.context, make_user("Somebody Else"), live_server.url)
    dialogue.get_by_role("button", name="Try again").click()
    expect(dialogue).to_contain_text(re.compile("closed to you|Somebody else is signed in"))
    enter(room.context, day.chair, live_server.url)
    dialogue.get_by_role("button", name="Try again").click()
    expect(dialogue).to_be_hidden()
    expect(line(room)).to_have_text(SAVED, timeout=20_000)
    assert texts() == ["Half a sentence, and then"]


def test_sign_in_in_another_tab_changes_the_token_and_nobody_notices(
    room: Page, day: Day, live_server: Any
) -> None:
    token = {"name": settings.CSRF_COOKIE_NAME, "value": get_random_string(32), "url": live_server.url}
    room.context.add_cookies([token])  # type: ignore[list-item]
    enter(room.context, day.chair, live_server.url)
    write(room, "Signed in again meanwhile.")
    expect(line(room)).to_have_text(SAVED)
    expect(room.get_by_role("dialog")).to_be_hidden()
    assert texts() == ["Signed in again meanwhile."]


def test_record_waits_until_what_was_written_last_is_saved(room: Page, day: Day) -> None:
    Session.objects.all().delete()
    write(room, "Typed a moment before recording.")
    room.keyboard.press("Alt+Shift+KeyR")
    expect(room.get_by_role("dialog")).to_be_visible()
    expect(room.get_by_label("What was discussed")).to_have_value("Typed a moment before recording.")
    day.items[0].refresh_from_db()
    assert (day.items[0].state, Recommendation.objects.exists()) == ("in_discussion", False)


def test_outcome_chosen_while_an_answer_is_on_its_way_stays_chosen(room: Page) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        if "only=limbs" in (route.request.post_data or ""):
            held.append(route)
        else:
            route.continue_()

    for number in (0, 1):
        room.get_by_label("Yes", exact=True).nth(number).check()
        why = room.get_by_label("Why, and what in the papers shows it").nth(number)
        why.fill("She speaks in single words.")
    expect(room.get_by_text("What follows from the answers: assess.")).to_be_visible()
    expect(line(room)).to_have_text(SAVED)
    room.route("**/write/", hold)
    why.fill("She speaks in single words at school, too.")
    room.get_by_label("Assess", exact=True).check()
    room.wait_for_timeout(300)
    assert held
    for route in held:
        route.continue_()
    room.unroute("**/write/")
    expect(line(room)).to_have_text(SAVED)
    expect(room.get_by_label("Assess", exact=True)).to_be_checked()
    room.get_by_label("Reasons, in words about this child").fill(REASONS)
    room.get_by_role("button", name="Record the recommendation").click()
    expect(room.get_by_text("the recommendation is recorded.")).to_be_visible()
    assert Recommendation.objects.get().outcome == "assess"
