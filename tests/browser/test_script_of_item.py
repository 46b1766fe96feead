"""An item from taking it up to the recorded recommendation: the chair's script, and how many clicks it takes."""

import sys
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from meetings.models import Recommendation
from panel.models import User
from tests.browser.test_panel_day import at, look, press  # noqa: F401 - `look` is a fixture
from tests.make import make_paper
from tests.meetings.day import REASONS, begin, make_day
from tests.meetings.views.client import this_morning

pytestmark = pytest.mark.django_db(transaction=True)

# A press of the mouse counts, and so does a key that presses a control: Enter, Space or one of the room's own keys. Typing,
# and moving from field to field, does not.
COUNTER = """
const control = "a, button, summary, select, input[type=radio], input[type=checkbox], input[type=submit]";
document.addEventListener("pointerdown", () => window.counted("pointer"), true);
document.addEventListener("keydown", (event) => {
  const presses = (event.key === "Enter" || event.code === "Space") && event.target.closest(control);
  const named = event.altKey && event.shiftKey && document.querySelector(
    `:is(a, button)[data-key="${event.code.replace(/^Key/, "").toLowerCase()}"]`);
  if (presses || named) window.counted("key");
}, true);
"""


@pytest.fixture
def clicks(page: Page) -> list[str]:
    """Every click from here on, across pages."""
    found: list[str] = []

    def counted(how: str) -> None:
        found.append(how)

    page.expose_function("counted", counted)
    page.add_init_script(COUNTER)
    return found


def type_into(page: Page, label: str, words: str, number: int = 0) -> None:
    page.get_by_label(label).nth(number).fill(words)


def space(page: Page, label: str, number: int = 0) -> None:
    page.get_by_label(label, exact=True).nth(number).focus()
    page.keyboard.press("Space")


def hear(page: Page, *, agreed: bool) -> None:
    """Everything a recommendation needs, by keyboard, from the item's page before it is taken up."""
    press(page, "T")
    why = "Why, and what in the papers shows it"
    type_into(page, "What was discussed", "The panel read all of it and spoke about her progress.")
    space(page, "Yes")
    type_into(page, why, "She speaks in single words.")
    space(page, "Yes" if agreed else "No", 1)
    type_into(page, why, "Two terms of support have not been enough." if agreed else "The help works.", 1)
    space(page, "Attainment and rate of progress")
    expect(page.get_by_text("What follows from the answers")).to_be_visible()
    space(page, "Assess" if agreed else "Do not assess")
    type_into(page, "Reasons, in words about this child", REASONS)
    type_into(page, "How this answers what the child and the family said", "They worry, and we say why.")
    if not agreed:
        page.locator("summary", has_text="Reason codes, for a refusal").focus()
        page.keyboard.press("Enter")
        page.get_by_label("Main reason").focus()
        page.keyboard.type("R2")
    space(page, "Nobody disagrees")
    page.keyboard.press("Alt+Shift+KeyW")
    expect(page.locator("#id_steps-1_what")).not_to_have_value("")
    space(page, "The reasons were read back to the panel")
    space(page, "The panel sees no risk to the school place")
    press(page, "R")
    expect(page.get_by_text("the recommendation is recorded.")).to_be_visible()


def test_agreement_takes_ten_clicks_at_most_and_a_refusal_twenty_five(
    sign_in: Callable[[User], Page],
    clicks: list[str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    day = make_day(3, at=this_morning())
    make_paper(day.items[1].case, "Advice of the educational psychologist")
    begin(day)
    page = sign_in(day.chair)
    at(page, "item.view", day.items[0].public_id)
    press(page, "B")
    taken = {}
    for kind, number in (("agreement", 1), ("refusal", 2)):
        at(page, "item.view", day.items[number].public_id)
        clicks.clear()
        hear(page, agreed=kind == "agreement")
        taken[kind] = len(clicks)
    with capsys.disabled():
        sys.stdout.write(f"\nclicks: an agreement {taken['agreement']}, a refusal {taken['refusal']}\n")
    first, second = Recommendation.objects.order_by("pk")
    assert (first.outcome, first.next_steps.count(), second.outcome, second.primary_reason) == (
        "assess",
        2,
        "not_assess",
        "R2",
    )
    assert first.item.papers_considered.count() == 1
    assert first.factors == second.factors == ["progress"]
    assert 5 < taken["agreement"] <= 10
    assert 5 < taken["refusal"] <= 25


def test_script_leads_from_one_undone_step_to_the_next(sign_in: Callable, look: Callable) -> None:  # noqa: F811
    day = begin(make_day(1, at=this_morning()))
    page = at(sign_in(day.chair), "item.view", day.items[0].public_id)
    look(page, "script")
    for field in ("What the child or young person says", "What the family says"):
        page.keyboard.press("Alt+Shift+KeyN")
        expect(page.get_by_label(field)).to_be_focused()
        page.keyboard.type("We know what helps.")
    page.keyboard.press("Alt+Shift+KeyN")
    expect(page.get_by_label("Yes", exact=True).first).to_be_focused()
    expect(page.locator("#cue-family")).not_to_have_attribute("data-key", "n")
    expect(page.locator("#script li", has_text="What the family says")).to_contain_text("done")
    page.keyboard.press("Space")
    page.keyboard.press("Alt+Shift+KeyN")
    expect(page.get_by_label("Yes", exact=True).nth(1)).to_be_focused()
    assert page.complaints == []  # type: ignore[attr-defined]


def test_script_is_folded_on_a_telephone(sign_in: Callable) -> None:
    day = begin(make_day(1, at=this_morning()))
    page = sign_in(day.chair)
    page.set_viewport_size({"width": 390, "height": 800})
    at(page, "item.view", day.items[0].public_id)
    expect(page.locator("#script")).to_be_hidden()
    page.get_by_text("The chair’s script", exact=True).click()
    for rail in ("#script", "#undone"):
        page.locator(rail).get_by_role("link", name="Reasons read back").click()
        expect(page.get_by_label("The reasons were read back to the panel")).to_be_focused()
        page.get_by_label("What was discussed").focus()


def test_outcome_the_answers_exclude_is_shut_as_they_are_given_and_opened_again(sign_in: Callable) -> None:
    day = begin(make_day(1, at=this_morning()))
    page = at(sign_in(day.chair), "item.view", day.items[0].public_id)
    refuse = page.get_by_label("Do not assess", exact=True)
    refuse.check()
    for answer in (page.get_by_label("Yes", exact=True).nth(0), page.get_by_label("Yes", exact=True).nth(1)):
        answer.check()
    expect(refuse).to_be_disabled()
    expect(refuse).not_to_be_checked()
    page.reload()
    expect(page.get_by_text("What follows from the answers")).to_be_visible()
    page.get_by_label("No", exact=True).nth(1).check()
    expect(refuse).to_be_enabled()
    expect(page.get_by_label("Assess", exact=True)).to_be_disabled()
    assert page.complaints == []  # type: ignore[attr-defined]
