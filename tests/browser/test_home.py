"""Each role's first page with something on it, and every small form of a case, axe clean on desk and telephone."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from panel.actions import due
from panel.models import Case, Restriction, User
from panel.platform.policy import Role
from tests.make import make_case, make_document, make_paper
from tests.world import make_world


def pressing(case: Case) -> None:
    """Let its date be near, and one recipient out of reach."""
    Case.objects.filter(pk=case.pk).update(received_on=timezone.localdate() - dt.timedelta(days=40))
    case.refresh_from_db()
    due.refresh(case)
    case.save(update_fields=due.FIELDS)
    case.child.family.update(disputed=True)


@pytest.mark.parametrize(
    "role", [Role.CHAIR, Role.CLERK, Role.OFFICER, Role.COORDINATOR, Role.MEMBER, Role.PROFESSIONAL]
)
def test_first_page_is_accessible_and_fits(
    role: Role, db: None, sign_in: Callable, axe: Callable, shot: Callable
) -> None:
    world = make_world(role)
    pressing(Case.objects.get(public_id=world.own["case"]))
    page = sign_in(world.users[role])
    expect(page.get_by_role("heading", level=1, name="What needs you today")).to_be_visible()
    axe(page)
    shot(page, f"home-{role}")
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    axe(page)


def test_every_small_form_of_a_case_is_accessible(
    db: None, clerk: User, sign_in: Callable, axe: Callable, shot: Callable
) -> None:
    case = make_case()
    tie = case.child.family.get()
    today = timezone.localdate()
    Restriction.objects.create(
        person=tie.person,
        child=case.child,
        kind="order",
        starts_on=today,
        recorded_at=timezone.now(),
        recorded_by=None,
    )
    paper = make_paper(case, document=make_document(size=20_480))
    addresses: list[tuple[str, list[Any]]] = [
        ("case.create", []),
        ("paper.status", [paper.public_id]),
        ("paper.withdraw", [paper.public_id]),
        *(
            (f"person.{name}", [case.public_id, tie.public_id])
            for name in ("address", "dispute", "restrict", "lift", "identity", "end")
        ),
    ]
    page = sign_in(clerk)
    home = page.url.rstrip("/")
    for name, arguments in addresses:
        page.goto(home + reverse(name, args=arguments))
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        axe(page)
        shot(page, name)
