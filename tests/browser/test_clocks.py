"""A coordinator keeps a case's clock: her tray, the case's dates, an order, a reason for a delay, the late cases."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from panel.actions import due
from panel.models import Case, CaseState, Exemption, User
from tests.make import make_case


def received(days: int, by: User, **fields: Any) -> Case:
    """A case of this coordinator, received so many days ago, with its index."""
    today = timezone.localdate()
    dates = {
        name: today - dt.timedelta(days=value) if name.endswith("_on") else value
        for name, value in fields.items()
    }
    case = make_case(received_on=today - dt.timedelta(days=days), coordinator=by, **dates)
    due.refresh(case)
    case.save(update_fields=due.FIELDS)
    return case


def fill_day(page: Page, name: str, day: dt.date) -> None:
    for number, part in enumerate((day.day, day.month, day.year)):
        page.locator(f"#id_{name}_{number}").fill(str(part))


@pytest.mark.parametrize("width", [1280, 390])
def test_order_and_delay_are_recorded_from_the_case(
    width: int,
    coordinator: User,
    sign_in: Callable,
    live_server: Any,
    axe: Callable,
    shot: Callable,
) -> None:
    today = timezone.localdate()
    refused = received(140, coordinator, state=CaseState.NOT_ASSESSED, assess_notified_on=100)
    late = received(50, coordinator)
    for days in (22, 33, 39):
        received(days, coordinator)
    Exemption.objects.create(
        case=late,
        stage="C1",
        ground="c",
        starts_on=today - dt.timedelta(days=20),
        ends_on=today - dt.timedelta(days=12),
        impractical_because="The mother was in hospital.",
        recorded_at=timezone.now(),
    )
    page = sign_in(coordinator)
    page.set_viewport_size({"width": width, "height": 900})
    expect(page.get_by_text("Over 90%")).to_be_visible()
    axe(page)
    shot(page, f"clock-{width}-1-tray")
    page.get_by_role("link", name="Late cases").click()
    axe(page)
    shot(page, f"clock-{width}-2-late")
    page.get_by_role("link", name="Record the reason").click()
    page.get_by_label("The main cause").select_option("panel")
    page.get_by_label("What happened in this case").fill("No panel met in half-term.")
    axe(page)
    shot(page, f"clock-{width}-3-delay")
    page.get_by_role("button", name="Record the reason").click()
    expect(page.get_by_text("C1 is late: waiting for a panel.")).to_be_visible()
    shot(page, f"clock-{width}-4-late-case")
    page.goto(live_server.url + reverse("clock.record", args=[refused.public_id]))
    page.get_by_label("What happened").select_option("tribunal_order:assess")
    fill_day(page, "on", today - dt.timedelta(days=5))
    axe(page)
    shot(page, f"clock-{width}-5-record")
    page.get_by_role("button", name="Record it").click()
    expect(page.get_by_text("by the tribunal’s order").first).to_be_visible()
    page.get_by_text("Dates that no longer count").click()
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    shot(page, f"clock-{width}-6-case")
