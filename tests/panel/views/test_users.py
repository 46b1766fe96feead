"""Staff are listed, invited and their roles ended; two administrators make a third, and not here."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from panel.models import User
from panel.platform.policy import Role
from tests.make import make_agency, make_user
from tests.panel.views.reading import day, errors_of, text_of

pytestmark = pytest.mark.django_db
INVITED = {"name": "Nell New", "email": "nell@example.org", "roles": ["clerk", "member"]}


def test_list_shows_staff_with_their_roles_and_no_families(
    administrator: User, parent: User, browse: Callable
) -> None:
    make_user("Cleo Clerk", Role.CLERK, agency=make_agency("education", "Assessment team"))
    said = text_of(browse(administrator).get("/users/"))
    assert "Cleo Clerk" in said
    assert "Panel clerk, Assessment team from 1 Jan 2020" in said
    assert parent.name not in said


def test_nobody_is_offered_to_end_her_own_role(administrator: User, browse: Callable) -> None:
    held = [
        role.may_end
        for line in browse(administrator).get("/users/").context["page"].lines
        for role in line.roles
    ]
    assert held == [False]


def test_list_goes_on_by_an_id(administrator: User, browse: Callable) -> None:
    for number in range(50):
        make_user(f"Member {number:02d}", Role.MEMBER)
    client = browse(administrator)
    first = client.get("/users/").context["page"]
    second = client.get(f"/users/?after={first.after}").context["page"]
    assert [len(page.lines) for page in (first, second)] == [50, 1]
    assert second.after is None


def test_somebody_is_invited_with_several_roles(administrator: User, browse: Callable) -> None:
    assert browse(administrator).post("/users/new/", INVITED).url == "/users/"
    invited = User.objects.get(email="nell@example.org")
    assert invited.roles_on(timezone.localdate()) == {Role.CLERK, Role.MEMBER}


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"roles": []}, "roles", "Choose"),
        ({"roles": ["administrator"]}, "roles", "takes two administrators"),
        ({"roles": ["parent"]}, "roles", ""),
        ({"email": "nell@example.org, x@example.org"}, "email", "one e-mail address"),
        ({"name": ""}, "name", "Enter name"),
        (day("ends_on", dt.date(2020, 1, 1)), "ends_on", "lies in the past"),
    ],
)
def test_wrong_invitation_is_refused_beside_its_field_and_kept(
    changes: dict[str, Any], field: str, words: str, administrator: User, browse: Callable
) -> None:
    answer = browse(administrator).post("/users/new/", {**INVITED, **changes})
    assert (answer.status_code, list(errors_of(answer))) == (422, [field])
    assert words in errors_of(answer)[field][0]
    assert not User.objects.filter(email="nell@example.org").exists()


def test_role_is_ended_on_a_day_and_the_last_administrators_is_not(
    administrator: User, clerk: User, browse: Callable
) -> None:
    client, yesterday = browse(administrator), timezone.localdate() - dt.timedelta(days=1)
    url = reverse("user.end", args=[clerk.memberships.get().public_id])
    assert client.post(url, day("last_day", yesterday)).status_code == 302
    assert clerk.memberships.get().ends_on == yesterday
    own = client.post(
        reverse("user.end", args=[administrator.memberships.get().public_id]), day("last_day", yesterday)
    )
    assert own.status_code == 422
    assert "Ask another administrator" in text_of(own)


@pytest.mark.parametrize("rows", [1, 3])
def test_list_asks_the_same_number_of_queries_however_many_people(
    rows: int, administrator: User, browse: Callable, django_assert_num_queries: Any
) -> None:
    for _ in range(rows):
        make_user("Max Member", Role.MEMBER, agency=make_agency())
    client = browse(administrator)
    with django_assert_num_queries(7):
        client.get("/users/")
