"""Setting up panels and the risk to a place, axe clean on desk and telephone."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from panel.platform.policy import Role
from tests.make import make_agency
from tests.world import make_world


def fits(page: Page, address: str, axe: Callable, shot: Callable, name: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(address)
    axe(page)
    shot(page, name)
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360, address
    axe(page)


def test_every_page_of_setting_up_is_accessible(
    db: None, sign_in: Callable, axe: Callable, shot: Callable
) -> None:
    world = make_world(Role.ADMINISTRATOR)
    make_agency("health")
    page = sign_in(world.users[Role.ADMINISTRATOR])
    home = page.url.rstrip("/")
    for name, keys in (
        ("panel.list", {}),
        ("panel.create", {}),
        ("panel.configure", {"panel": world.own["panel"]}),
        ("panel.seat", {"panel": world.own["panel"]}),
        ("panel.unseat", {"member": world.own["member"]}),
        ("agency.record", {}),
        ("contact.record", {}),
    ):
        fits(page, home + reverse(name, kwargs=keys), axe, shot, name)


@pytest.mark.parametrize(
    ("role", "pages"), [(Role.OFFICER, ("list", "view", "raise")), (Role.ADVISER, ("list", "view"))]
)
def test_pages_about_a_risk_are_accessible(
    role: Role, pages: tuple[str, ...], db: None, sign_in: Callable, axe: Callable, shot: Callable
) -> None:
    world = make_world(role)
    page = sign_in(world.users[role])
    home = page.url.rstrip("/")
    keys = {"list": {}, "view": {"risk": world.own["risk"]}, "raise": {"case": world.own["case"]}}
    for one in pages:
        fits(page, home + reverse(f"risk.{one}", kwargs=keys[one]), axe, shot, f"risk-{role}-{one}")
