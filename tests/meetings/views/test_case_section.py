"""What the case page says about panels, decisions and letters, and to whom."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from meetings.views.case_section import section
from panel.models import Case, Membership, User
from panel.platform.policy import Role
from tests.make import make_case, make_user
from tests.world import make_world

pytestmark = pytest.mark.django_db


def shown(role: Role) -> tuple[User, Case, Any]:
    """The user of a world, her own case, and what the section says to her."""
    world = make_world(role)
    user, case = world.users[role], Case.objects.get(public_id=world.own["case"])
    return user, case, section(user, case, timezone.now())


def test_clerk_sees_the_list_the_decision_and_its_letter() -> None:
    _, case, found = shown(Role.CLERK)
    context = found.context
    assert [(row.question, row.state, bool(row.url)) for row in context["listed"]] == [
        ("Whether to assess", "Listed", True)
    ]
    assert [
        (row.outcome, [one.state for one in row.letters], bool(row.draft_url)) for row in context["decided"]
    ] == [(context["decided"][0].outcome, ["Sent"], True)]
    assert context["decide_url"] == ""
    assert [event.kind for event in found.events] == ["meeting", "decision", "letter"]
    assert case.items.count() == 1


def test_coordinator_sees_her_case_without_a_way_into_the_meeting() -> None:
    _, _, found = shown(Role.COORDINATOR)
    assert [row.url for row in found.context["listed"]] == [""]
    assert found.context["decided"][0].draft_url


def test_officer_may_decide_without_a_panel_while_a_question_is_open() -> None:
    user, case, found = shown(Role.OFFICER)
    assert found.context["decide_url"] == f"/cases/{case.public_id}/decide/"
    case.state = "issued"
    assert section(user, case, timezone.now()).context["decide_url"] == ""


def test_professional_is_shown_what_was_released_to_her_setting_and_no_list_or_decision() -> None:
    user, case, found = shown(Role.PROFESSIONAL)
    assert (found.heading, list(found.context), found.events) == (
        "Outcome for your setting",
        ["versions"],
        (),
    )
    Membership.objects.filter(user=user, setting__isnull=False).delete()
    assert section(user, case, timezone.now()) is None


def test_coordinator_of_another_case_is_shown_none_here() -> None:
    world = make_world(Role.COORDINATOR)
    other = Case.objects.get(public_id=world.other["case"])
    assert section(world.users[Role.COORDINATOR], other, timezone.now()) is None


def test_case_page_with_its_section_stays_within_its_queries() -> None:
    world = make_world(Role.CLERK)
    client = Client()
    client.force_login(world.users[Role.CLERK])
    with CaptureQueriesContext(connection) as asked:
        page = client.get(f"/cases/{world.own['case']}/")
    assert b"Panels, decisions and letters" in page.content
    assert len(asked) <= 25


def test_case_on_no_list_has_nothing_to_show_yet() -> None:
    clerk, case = make_user("Cleo Clerk", Role.CLERK), make_case()
    found = section(clerk, case, timezone.now())
    assert found is not None
    assert (found.context["listed"], found.context["decided"], found.events) == ((), (), ())
