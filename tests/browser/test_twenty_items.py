"""A chair runs a whole meeting of twenty items without a mouse: agreements, refusals, one put off."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from meetings.models import AgendaItem, CardReading, Deferral, Recommendation
from meetings.rules.states import MeetingState
from tests.meetings.day import REASONS, make_day, refresh, sit_down
from tests.meetings.views.client import this_morning

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
ITEMS, REFUSED, PUT_OFF = 20, {4, 13}, {9}
MOST_TABS = 60


@pytest.fixture
def keys(page: Page) -> Any:
    """The keyboard and nothing else; a mouse would be seen."""
    return Keys(page)


class Keys:
    """What a person without a mouse does. `pointed` holds what a mouse or a finger did on any page of the journey."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.pointed: list[str] = []
        # Kept here and not in the page, which the next navigation would forget.
        page.expose_function("pointedAt", self._was_pointed_at)
        page.add_init_script(
            "for (const kind of ['pointerdown', 'mousedown', 'touchstart', 'wheel'])"
            " window.addEventListener(kind, () => { window.pointedAt(kind); }, true);"
        )

    def _was_pointed_at(self, what: str) -> None:
        """A function of our own: a built-in one cannot be handed to the browser."""
        self.pointed.append(what)

    def room(self, key: str) -> None:
        """A key of the room that stays on the page."""
        self.page.keyboard.press(f"Alt+Shift+Key{key}")

    def go(self, key: str) -> None:
        """A key of the room that leads on."""
        self.page.wait_for_load_state("load")
        with self.page.expect_navigation():
            self.room(key)

    def at(self) -> str:
        found: str = self.page.evaluate("document.activeElement.id")
        return found

    def tab_to(self, place: str) -> None:
        """On from where the focus is, field by field, until it is there."""
        for _ in range(MOST_TABS):
            if self.at() == place:
                return
            self.page.keyboard.press("Tab")
        pytest.fail(f"{place} is not within {MOST_TABS} steps of the keyboard")

    def cue(self, place: str) -> None:
        """By the script’s own key to the next undone step, until that is the one."""
        for _ in range(12):
            self.room("N")
            if self.at() == place:
                return
        pytest.fail(f"the script does not lead to {place}")

    def type(self, words: str) -> None:
        self.page.keyboard.insert_text(words)

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)


def test_chair_runs_twenty_items_by_keyboard_alone(sign_in: Callable, keys: Keys) -> None:
    day = make_day(ITEMS, at=this_morning())
    sit_down(day)
    page = sign_in(day.chair)
    page.goto(page.url.rstrip("/") + reverse("meeting.view", args=[day.meeting.public_id]))
    keys.go("O")
    keys.tab_to("id_read")
    keys.press("Space")
    keys.go("O")
    for number in range(1, ITEMS + 1):
        keys.go("N")
        if number in PUT_OFF:
            _put_off(keys)
        else:
            _hear(keys, agreed=number not in REFUSED)
    keys.go("C")
    # What closing does is read first; the same key confirms it.
    keys.go("C")
    expect(page.get_by_text("The meeting is closed.")).to_be_visible()
    refresh(day)
    assert (day.meeting.state, CardReading.objects.get().by) == (MeetingState.CLOSED, day.chair)
    assert Recommendation.objects.filter(outcome="assess").count() == ITEMS - len(REFUSED) - len(PUT_OFF)
    assert (
        set(
            AgendaItem.objects.filter(recommendations__outcome="not_assess").values_list(
                "position", flat=True
            )
        )
        == REFUSED
    )
    assert Deferral.objects.get().item.position in PUT_OFF
    assert keys.pointed == []
    assert page.complaints == []  # type: ignore[attr-defined]


def test_one_click_of_a_mouse_would_be_seen_after_the_page_is_left(sign_in: Callable, keys: Keys) -> None:
    page = sign_in(make_day(0, at=this_morning()).chair)
    page.mouse.click(5, 5)
    page.reload()
    page.keyboard.press("Tab")
    assert keys.pointed == ["pointerdown", "mousedown"]


def _hear(keys: Keys, *, agreed: bool) -> None:
    keys.go("T")
    keys.cue("id_limbs-a_answer_1")
    keys.press("Space")
    keys.tab_to("id_limbs-a_reasons")
    keys.type("She speaks in single words.")
    keys.cue("id_limbs-b_answer_1")
    keys.press("Space")
    if not agreed:
        keys.press("ArrowRight")
    keys.tab_to("id_limbs-b_reasons")
    keys.type("Two terms of support were not enough." if agreed else "Speech therapy works well.")
    keys.cue("id_factors-regard_codes_1")
    keys.press("Space")
    keys.tab_to("id_discussion-text")
    keys.type("The panel read all of it.")
    outcome = "id_recommendation-outcome_1" if agreed else "id_recommendation-outcome_2"
    follows = "assess" if agreed else "do not assess"
    expect(keys.page.get_by_text(f"What follows from the answers: {follows}.")).to_be_visible()
    keys.tab_to(outcome)
    keys.press("Space")
    if not agreed:
        _main_reason(keys)
    keys.tab_to("id_recommendation-reasons")
    keys.type(REASONS)
    keys.cue("id_dissent-none")
    keys.press("Space")
    keys.cue("id_closing-read_back")
    keys.press("Space")
    keys.cue("id_closing-no_risk")
    keys.press("Space")
    if not agreed:
        keys.room("W")
        expect(keys.page.locator("#id_steps-1_what")).not_to_have_value("")
    keys.go("R")
    expect(keys.page.get_by_text("the recommendation is recorded.")).to_be_visible()


def _main_reason(keys: Keys) -> None:
    for _ in range(MOST_TABS):
        keys.press("Tab")
        if keys.page.evaluate("document.activeElement.matches('#recommendation summary')"):
            break
    keys.press("Enter")
    keys.tab_to("id_recommendation-primary_reason")
    keys.press("ArrowDown")
    keys.press("ArrowDown")


def _put_off(keys: Keys) -> None:
    keys.go("F")
    keys.tab_to("id_reason_1")
    keys.press("ArrowDown")
    keys.press("ArrowDown")
    keys.tab_to("id_late_because")
    keys.type("The next panel is planned tomorrow.")
    with keys.page.expect_navigation():
        keys.press("Enter")
    expect(keys.page.get_by_text("is put off.")).to_be_visible()
