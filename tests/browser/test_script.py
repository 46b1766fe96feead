"""What our one script adds: nothing typed is lost, failures are said beside the form, and the focus goes to the answer."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from panel.models import User

PAGE = "<!doctype html><html lang='en'><head><title>Next</title></head><body><main id='main-content'>{}</main></body></html>"


@pytest.fixture
def case_list(professional: User, sign_in: Callable) -> Page:
    """The case list, whose filters ask by htmx; the tests answer in the server's place."""
    page = sign_in(professional)
    page.goto(f"{page.url}cases/")
    return page


def answer(page: Page, status: int, body: str) -> None:
    def fulfil(route: Route) -> None:
        if route.request.method == "POST":
            route.fulfill(status=status, body=body, content_type="text/html; charset=utf-8")
        else:
            route.continue_()

    page.route("**/cases/", fulfil)


def ask(page: Page) -> None:
    page.locator("form.app-filters input[type=text], form.app-filters input[type=search]").first.fill("Robin")
    page.locator("form.app-filters button[type=submit]").click()


def typed(page: Page) -> str:
    field = page.locator("form.app-filters input[type=text], form.app-filters input[type=search]").first
    return field.input_value()


def test_unreachable_server_is_named_and_the_typed_words_stay(case_list: Page) -> None:
    case_list.route("**/cases/", lambda route: route.abort())
    ask(case_list)
    expect(case_list.get_by_role("alert")).to_have_text(
        "This was not saved, because the server could not be reached. What you typed is still here. Try again."
    )
    assert typed(case_list) == "Robin"


def test_refusal_as_a_page_is_said_beside_the_form(case_list: Page) -> None:
    refusal = "<h1>This was not done</h1><p>The panel is over. Ask the clerk.</p>"
    answer(case_list, 409, PAGE.format(refusal))
    ask(case_list)
    expect(case_list.get_by_role("alert")).to_have_text(
        "This was not done. The panel is over. Ask the clerk."
    )
    assert typed(case_list) == "Robin"


def test_server_error_never_replaces_the_form(case_list: Page) -> None:
    answer(case_list, 500, "")
    ask(case_list)
    expect(case_list.get_by_role("alert")).to_have_text(
        "This was not saved. What you typed is still here. Try again in a minute."
    )
    assert typed(case_list) == "Robin"


def test_fragment_with_errors_is_shown_and_focused(case_list: Page) -> None:
    summary = '<div id="cases"><div class="govuk-error-summary"><h2>There is a problem</h2></div></div>'
    answer(case_list, 422, summary)
    ask(case_list)
    expect(case_list.locator(".govuk-error-summary")).to_be_focused()
    assert typed(case_list) == "Robin"


def test_step_that_ends_on_another_page_becomes_that_page(case_list: Page) -> None:
    answer(case_list, 200, PAGE.format("<h1>Recorded</h1>"))
    ask(case_list)
    expect(case_list.get_by_role("heading", name="Recorded")).to_be_focused()
    expect(case_list.get_by_role("main")).to_have_count(1)


def test_key_presses_the_button_that_names_it(case_list: Page) -> None:
    case_list.evaluate(
        """() => {
          const button = document.createElement("button");
          button.dataset.key = "n";
          button.textContent = "Next item";
          button.addEventListener("click", () => { document.title = "pressed"; });
          document.querySelector("#main-content").append(button);
        }"""
    )
    case_list.keyboard.press("Alt+Shift+KeyN")
    expect(case_list.get_by_role("button", name="Next item")).to_be_focused()
    expect(case_list).to_have_title("pressed")
