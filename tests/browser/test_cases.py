"""Cases, papers and the family page in Chromium: by keyboard, on a telephone, with and without script, axe clean."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from panel.actions import due
from panel.models import AdviceRequest, Case, Paper, User
from tests.make import make_address, make_case, make_paper, make_parent, make_person, make_setting


@pytest.fixture
def case(coordinator: User) -> Case:
    """A case with a bit of everything."""
    child = make_person("Robin", "Ashdown", born_on=dt.date(2018, 5, 4))
    case = make_case(
        child=child,
        reference="EHC-26-0001",
        setting=make_setting(),
        coordinator=coordinator,
        received_on=timezone.localdate() - dt.timedelta(days=45),
        family_views="He is happy at home.",
    )
    due.refresh(case)
    case.save(update_fields=due.FIELDS)
    second = make_parent(child, "Jo", disputed=True)
    make_address(second.person, confidential=True, valid_from=timezone.localdate())
    make_paper(case, "Letter from the nursery")
    AdviceRequest.objects.create(case=case, item="c", body="Community health", requested_on=case.received_on)
    return case


def path(page: Page, name: str, *args: Any) -> str:
    scheme, _, rest = page.url.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}{reverse(name, args=args)}"


def test_search_changes_the_list_and_not_the_address(
    case: Case, clerk: User, sign_in: Callable, axe: Callable, shot: Callable
) -> None:
    make_case(reference="EHC-26-0002", child=make_person("Mo", "Birch", born_on=dt.date(2017, 1, 1)))
    page = sign_in(clerk)
    page.get_by_role("link", name="Cases", exact=True).click()
    axe(page)
    shot(page, "case-list")
    page.get_by_label("Reference, name or setting").fill("birch")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_role("link", name="EHC-26-0001")).to_have_count(0)
    expect(page.get_by_role("link", name="EHC-26-0002")).to_be_visible()
    assert page.url == path(page, "case.list")
    page.reload()
    expect(page.get_by_role("link", name="EHC-26-0001")).to_have_count(0)
    axe(page)


@pytest.mark.parametrize("width", [1366, 768, 360])
def test_case_page_fits_every_screen(
    width: int, case: Case, clerk: User, sign_in: Callable, axe: Callable, shot: Callable
) -> None:
    page = sign_in(clerk)
    page.set_viewport_size({"width": width, "height": 900})
    for name in ("case.view", "person.family", "advice.list"):
        page.goto(path(page, name, case.public_id))
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        axe(page)
        shot(page, f"{name}-{width}")


@pytest.mark.parametrize("name", ["person.add", "paper.upload", "advice.ask"])
def test_form_that_is_wrong_says_so_accessibly(
    name: str, case: Case, clerk: User, sign_in: Callable, axe: Callable, shot: Callable
) -> None:
    page = sign_in(clerk)
    page.goto(path(page, name, case.public_id))
    axe(page)
    page.locator("main button[name=send]").click()
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    page.complaints.clear()  # the browser itself reports a 422 as an error
    axe(page)
    shot(page, f"{name}-wrong")


def test_upload_keeps_the_chosen_file_when_another_field_is_wrong(
    case: Case, clerk: User, sign_in: Callable, tmp_path: Path
) -> None:
    report = tmp_path / "report.pdf"
    report.write_bytes(b"%PDF-1.7 a report")
    page = sign_in(clerk)
    page.goto(path(page, "paper.upload", case.public_id))
    page.get_by_label("File").set_input_files(report)
    page.get_by_label("Title").fill("Speech report")
    page.get_by_role("button", name="Upload").click()
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    page.get_by_label("What kind of paper this is").select_option("therapy")
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_text("Being checked: this takes a few seconds")).to_be_visible()
    assert Paper.objects.filter(title="Speech report").count() == 1


def test_file_that_is_too_large_is_said_before_it_is_sent(
    case: Case, clerk: User, sign_in: Callable, settings: Any, tmp_path: Path
) -> None:
    settings.UPLOAD_LIMIT_BYTES = 1024 * 1024
    large = tmp_path / "large.pdf"
    large.write_bytes(b"%PDF" + b"x" * 1024 * 1024)
    page = sign_in(clerk)
    page.goto(path(page, "paper.upload", case.public_id))
    page.get_by_label("Title").fill("Speech report")
    page.get_by_label("File").set_input_files(large)
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_text("The file is too large. The limit is 1 MB.")).to_be_visible()
    expect(page.get_by_label("Title")).to_have_value("Speech report")


def test_paper_that_was_checked_shows_by_itself(case: Case, clerk: User, sign_in: Callable) -> None:
    paper = make_paper(case, "Report", state="checking", document=None)
    page = sign_in(clerk)
    page.goto(path(page, "paper.status", paper.public_id))
    expect(page.get_by_text("Being checked")).to_be_visible()
    Paper.objects.filter(pk=paper.pk).update(state="refused", refusal="The file is damaged.")
    expect(page.get_by_text("The file is damaged.")).to_be_visible()


def test_request_is_recorded_without_script(
    coordinator: User, clerk: User, sign_in: Callable, browser: Browser
) -> None:
    signed_in = sign_in(clerk)
    with browser.new_context(
        java_script_enabled=False, storage_state=signed_in.context.storage_state()
    ) as context:
        page = context.new_page()
        page.goto(path(signed_in, "case.create"))
        page.get_by_label("Forename").fill("Siân")
        page.get_by_label("Surname").fill("O’Neill-Jones")
        for legend, parts in (
            ("Date of birth", ("4", "5", "2018")),
            ("Day the request was received", ("2", "11", "2026")),
        ):
            group = page.get_by_role("group", name=legend)
            for label, part in zip(("Day", "Month", "Year"), parts, strict=True):
                group.get_by_label(label, exact=True).fill(part)
        page.get_by_label("Parent or young person").check()
        page.get_by_role("button", name="Record the request").click()
        expect(page.get_by_role("heading", level=1, name="Siân O’Neill-Jones")).to_be_visible()


def test_staff_pages_are_accessible(
    administrator: User, clerk: User, sign_in: Callable, axe: Callable, shot: Callable
) -> None:
    page = sign_in(administrator)
    for name in ("user.list", "user.invite"):
        page.goto(path(page, name))
        axe(page)
        shot(page, name)
