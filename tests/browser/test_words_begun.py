"""The clerk finishes the words after the meeting: what she types saves itself, and comes back at another computer."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from meetings.actions.finishing import finish_words
from meetings.models import Revision, WordsDraft
from panel.models import User
from panel.platform.policy import Role
from tests.browser.test_together import at_the_table  # noqa: F401
from tests.make import make_user
from tests.meetings.actions.test_correct import LIMBS
from tests.meetings.actions.test_finishing import KEY
from tests.meetings.day import REASONS, Day, advise, after, begin, closed, make_day
from tests.meetings.test_unsent_words import service
from tests.meetings.views.client import this_morning

pytestmark = pytest.mark.django_db(transaction=True)
SAVED = re.compile(r"^Saved \d\d:\d\d:\d\d$")


def key_reasons() -> Day:
    day = begin(make_day(1, at=this_morning()))
    advise(day, day.items[0], reasons=KEY, now=after(day, 5))
    return closed(day)


def there(day: Day) -> str:
    return reverse("recommendation.finish", args=[day.items[0].public_id])


def reasons(page: Page) -> Any:
    return page.get_by_label("Reasons", exact=True)


def looked_at(page: Page, name: str, axe: Callable, shot: Callable) -> None:
    """At a desk and on a telephone."""
    page.complaints = []  # type: ignore[attr-defined]
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        shot(page, f"{name}-{width}")


def test_half_a_sentence_is_there_again_and_is_sent_when_it_is_whole(
    at_the_table: Callable[[User, str], Page],  # noqa: F811
    axe: Callable,
    shot: Callable,
) -> None:
    service()
    day = key_reasons()
    page = at_the_table(day.clerk, there(day))
    reasons(page).fill("Small steps only, for")
    expect(page.locator("[data-saving]")).to_have_text(SAVED, timeout=15_000)
    page.close(run_before_unload=False)
    again = at_the_table(day.clerk, there(day))
    expect(reasons(again)).to_have_value("Small steps only, for")
    expect(again.get_by_text("In the fields stands what was begun and is not sent")).to_be_visible()
    looked_at(again, "words-begun", axe, shot)
    again.get_by_label("Help from the directory").select_option(label="Talking partners, Community Health")
    again.get_by_role("button", name="Add its words to the help meanwhile").click()
    expect(again.get_by_label("Help meanwhile")).to_have_value(
        re.compile(r"^Talking partners \(Community Health\)")
    )
    reasons(again).fill(REASONS)
    again.get_by_role("button", name=f"Send to {day.chair.name} to confirm").click()
    expect(again.get_by_text(f"sent to {day.chair.name} to confirm")).to_be_visible()
    draft = WordsDraft.objects.get()
    assert draft.words["reasons"] == REASONS
    assert draft.words["support_meanwhile"].startswith("Talking partners")


def test_chair_sends_words_back_and_the_clerk_goes_on_from_them(
    at_the_table: Callable[[User, str], Page],  # noqa: F811
    axe: Callable,
    shot: Callable,
) -> None:
    day = key_reasons()
    item = day.items[0]
    finish_words(item=item, limbs=LIMBS, reasons=REASONS, by=day.clerk, now=after(day, 70))
    chair = at_the_table(day.chair, reverse("recommendation.correct", args=[item.public_id]))
    expect(chair.get_by_text("“Help meanwhile” is empty.")).to_be_visible()
    looked_at(chair, "words-to-confirm", axe, shot)
    chair.get_by_role("link", name="send the words back with a note").click()
    looked_at(chair, "words-returning", axe, shot)
    chair.get_by_label("What should be written otherwise").fill("Say what the therapist advised.")
    chair.get_by_role("button", name="Send the words back").click()
    expect(chair.get_by_text("the words are sent back to Cleo Clerk, with your note")).to_be_visible()
    clerk = at_the_table(day.clerk, "/")
    looked_at(clerk, "words-to-finish", axe, shot)
    clerk.get_by_role("link", name=f"Item 1, {item.case.reference}").click()
    expect(clerk.get_by_text("Say what the therapist advised.")).to_be_visible()
    expect(reasons(clerk)).to_have_value(REASONS)
    looked_at(clerk, "words-go-on", axe, shot)


def test_second_clerk_reads_both_texts_and_keeps_both(
    at_the_table: Callable[[User, str], Page],  # noqa: F811
    axe: Callable,
    shot: Callable,
) -> None:
    day = key_reasons()
    first = at_the_table(day.clerk, there(day))
    second = at_the_table(make_user("Dora Clerk", Role.CLERK), there(day))
    reasons(first).fill("What the therapist said.")
    expect(first.locator("[data-saving]")).to_have_text(SAVED, timeout=15_000)
    reasons(second).fill("What the teacher said.")
    expect(second.get_by_text("Cleo Clerk saved this at")).to_be_visible(timeout=15_000)
    looked_at(second, "words-of-two", axe, shot)
    # Nothing is sent before the choice: the button leads there.
    send = second.get_by_role("button", name=f"Send to {day.chair.name} to confirm")
    send.focus()
    send.press("Enter")
    expect(second.locator("#finish [data-focus]")).to_be_focused()
    assert not WordsDraft.objects.exists()
    second.get_by_role("button", name="Keep both").click()
    expect(second.locator("[data-saving]")).to_have_text(SAVED)
    expect(reasons(second)).to_have_value("What the therapist said.\n\nWhat the teacher said.")
    assert Revision.objects.filter(group="finish").count() == 2
    # Sending meets the same question: nothing goes to the chair over the head of the other.
    reasons(first).fill(REASONS)
    first.get_by_role("button", name=f"Send to {day.chair.name} to confirm").click()
    expect(first.get_by_text("Dora Clerk saved this at")).to_be_visible()
    assert not WordsDraft.objects.exists()
    first.get_by_role("button", name="Keep mine").click()
    expect(first.get_by_text("Dora Clerk saved this at")).to_be_hidden()
    expect(reasons(first)).to_have_value(REASONS)
    # The button takes no second click within a second.
    first.wait_for_timeout(1_100)
    first.get_by_role("button", name=f"Send to {day.chair.name} to confirm").click()
    expect(first.get_by_text(f"sent to {day.chair.name} to confirm")).to_be_visible()
