"""Around the panel in Chromium: an agenda proposed and confirmed, agreements noted together, one decided without a panel."""

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from meetings.actions.live import open_meeting
from meetings.models import AgendaItem, Recommendation
from panel.models import Case, User
from tests.browser.test_panel_day import at, press
from tests.make import make_case
from tests.meetings.day import REASONS, Day, card_on, make_day, sit_down
from tests.meetings.views.client import this_morning

pytestmark = pytest.mark.django_db(transaction=True)


def waiting(count: int) -> list[Case]:
    return [
        make_case(received_on=timezone.localdate() - dt.timedelta(weeks=3 + number))
        for number in range(count)
    ]


def test_clerk_confirms_a_proposed_agenda(sign_in: Callable[[User], Page], axe: Callable) -> None:
    day = make_day(0, at=timezone.now().replace(microsecond=0) + dt.timedelta(days=7))
    cases = waiting(3)
    page = sign_in(day.clerk)
    at(page, "agenda.edit", day.meeting.public_id)
    page.get_by_role("link", name="Propose an agenda").click()
    axe(page)
    page.get_by_label(cases[0].reference).uncheck()
    press(page, "A")
    expect(page.get_by_text("2 cases are on the list.")).to_be_visible()
    assert set(AgendaItem.objects.values_list("case", flat=True)) == {cases[1].pk, cases[2].pk}


def test_ticked_minutes_are_added_up_as_one_goes(
    sign_in: Callable[[User], Page], axe: Callable, shot: Callable
) -> None:
    day = make_day(18, at=timezone.now().replace(microsecond=0) + dt.timedelta(days=7))
    for weeks in (2, 4, 5, 20, 30, 40):
        make_case(received_on=timezone.localdate() - dt.timedelta(weeks=weeks))
    page = sign_in(day.clerk)
    at(page, "agenda.propose", day.meeting.public_id)
    tally = page.locator("#tally")
    expect(tally).to_have_text("2 cases, 18 of 18 minutes.")
    for width in (1280, 768, 390):
        page.set_viewport_size({"width": width, "height": 900})
        shot(page, f"proposal-{width}")
        axe(page)
    page.locator("[data-minutes]").last.check()
    expect(tally).to_have_text("3 cases, 27 of 18 minutes: 9 too many.")
    expect(tally).to_be_in_viewport()
    for box in page.locator("[data-minutes]:checked").all()[:2]:
        box.uncheck()
    expect(tally).to_have_text(re.compile("^1 case, 9 of 18 minutes.$"))


def test_agreement_is_put_on_the_consent_list_and_noted_by_keyboard(
    sign_in: Callable[[User], Page], axe: Callable
) -> None:
    day: Day = make_day(1, at=this_morning())
    page = sign_in(day.clerk)
    at(page, "consent.propose", day.items[0].public_id)
    page.get_by_label("Whose reasons these are").select_option("Oli Officer")
    for number in range(2):
        page.get_by_label("Why, and what in the papers shows it").nth(number).fill("Her papers show it well.")
    page.get_by_label("Reasons, in words about this child").fill(REASONS)
    axe(page)
    press(page, "R")
    expect(page.get_by_role("heading", name="On the consent list")).to_be_visible()
    sit_down(day)
    open_meeting(
        meeting=day.meeting, card=card_on(day.meeting.starts_at), by=day.chair, now=day.meeting.starts_at
    )
    page = sign_in(day.chair)
    at(page, "meeting.view", day.meeting.public_id)
    press(page, "G")
    axe(page)
    press(page, "R")
    expect(page.get_by_text("1 item is noted, each with its own recommendation.")).to_be_visible()
    assert Recommendation.objects.get().outcome == "assess"


def test_officer_agrees_without_a_panel(sign_in: Callable[[User], Page], axe: Callable) -> None:
    day = make_day(0, at=this_morning())
    (case,) = waiting(1)
    page = sign_in(day.officer)
    at(page, "decision.fast_track", case.public_id)
    for number in range(2):
        page.get_by_label("Yes", exact=True).nth(number).check()
        page.get_by_label("Why, and what in the papers shows it").nth(number).fill("Her papers show it well.")
    page.get_by_label("Reasons, in words about this child").fill(REASONS)
    axe(page)
    press(page, "R")
    expect(page.get_by_text("Agreed. The clerk drafts the letters; the next panel notes it.")).to_be_visible()
    axe(page)
