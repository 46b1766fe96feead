"""Who is let in as staff, by whom, and how it ends."""

import datetime as dt
from typing import Any

import pytest

from panel.actions.users import NewRole, end_membership, found, invite_administrator, invite_user
from panel.models import AuditEntry, Dispatch, Installation, User
from panel.platform.policy import Refused, Role
from tests.make import NOW, TODAY, make_agency, make_person, make_user

pytestmark = pytest.mark.django_db
YESTERDAY = TODAY - dt.timedelta(days=1)


def invited(by: User, *roles: NewRole, email: str = "nia@example.org") -> User:
    return invite_user(email=email, name="Nia New", roles=roles, by=by, now=NOW)


def test_invited_colleague_has_her_roles_from_today_and_is_told(administrator: User) -> None:
    health = make_agency("health")
    user = invited(
        administrator, NewRole(Role.MEMBER, agency=health), NewRole(Role.CLERK), email="Nia@Example.ORG"
    )
    assert (user.email, user.roles_on(TODAY), user.roles_on(YESTERDAY), user.has_usable_password()) == (
        "nia@example.org",
        frozenset({Role.MEMBER, Role.CLERK}),
        frozenset(),
        False,
    )
    assert (Dispatch.objects.get().kind, AuditEntry.objects.get().verb) == ("user.invite", "user.invite")


def test_further_role_is_a_further_invitation(administrator: User) -> None:
    first = invited(administrator, NewRole(Role.CLERK))
    assert invited(administrator, NewRole(Role.OFFICER)) == first
    assert Dispatch.objects.count() == 2
    with pytest.raises(Refused) as no:
        invited(administrator, NewRole(Role.OFFICER))
    assert no.value.code == "already_holds"


@pytest.mark.parametrize(
    ("email", "roles", "code"),
    [
        ("nia", [NewRole(Role.CLERK)], "email"),
        ("nia@example.org\nbcc: all@example.org", [NewRole(Role.CLERK)], "email"),
        ("nia@exаmple.org", [NewRole(Role.CLERK)], "email"),  # a Cyrillic letter that looks like a Latin one
        ("nia@example.org", [], "no_roles"),
        ("nia@example.org", [NewRole(Role.PARENT)], "family_role"),
        ("nia@example.org", [NewRole(Role.ADMINISTRATOR)], "second_needed"),
        ("nia@example.org", [NewRole(Role.CLERK, ends_on=YESTERDAY)], "ends_early"),
    ],
)
def test_invitation_is_refused(administrator: User, email: str, roles: list[NewRole], code: str) -> None:
    with pytest.raises(Refused) as no:
        invited(administrator, *roles, email=email)
    assert (no.value.code, User.objects.count(), Dispatch.objects.count()) == (code, 1, 0)


def test_nobody_changes_her_own_roles_or_a_familys(administrator: User) -> None:
    family = make_user("Kim", Role.PARENT)
    make_person("Kim", "Ashdown", user=family)
    for email, code in [(administrator.email, "own_roles"), (family.email, "family_account")]:
        with pytest.raises(Refused) as no:
            invited(administrator, NewRole(Role.CLERK), email=email)
        assert no.value.code == code


def test_only_an_administrator_invites(clerk: User) -> None:
    with pytest.raises(Refused) as no:
        invited(clerk, NewRole(Role.CLERK))
    assert no.value.code == "not_allowed"


def test_role_ends_at_once_or_on_its_last_day(administrator: User) -> None:
    user = make_user("Sam", Role.CLERK)
    end_membership(membership=user.memberships.get(), last_day=YESTERDAY, by=administrator, now=NOW)
    assert User.objects.get(pk=user.pk).roles_on(TODAY) == frozenset()
    with pytest.raises(Refused) as no:
        end_membership(membership=user.memberships.get(), last_day=TODAY, by=administrator, now=NOW)
    assert no.value.code == "ended"


def test_role_of_today_lasts_until_tonight(administrator: User) -> None:
    user = invited(administrator, NewRole(Role.CLERK))
    end_membership(membership=user.memberships.get(), last_day=YESTERDAY, by=administrator, now=NOW)
    assert user.memberships.get().ends_on == TODAY


def test_nobody_ends_her_own_role(administrator: User) -> None:
    with pytest.raises(Refused) as no:
        end_membership(membership=administrator.memberships.get(), last_day=TODAY, by=administrator, now=NOW)
    assert no.value.code == "own_roles"


def administrators(number: int) -> list[User]:
    return [make_user(f"Ada{n}", Role.ADMINISTRATOR) for n in range(number)]


@pytest.mark.parametrize(
    ("there", "named", "made"), [(0, 0, True), (1, 0, False), (1, 1, True), (3, 1, False), (3, 2, True)]
)
def test_administrator_is_made_by_all_but_never_by_more_than_two(there: int, named: int, made: Any) -> None:
    every = administrators(there)
    values = {"email": "nia@example.org", "name": "Nia New", "by": every[:named], "now": NOW}
    if made:
        assert invite_administrator(**values).roles_on(TODAY) == frozenset({Role.ADMINISTRATOR})
        return
    with pytest.raises(Refused) as no:
        invite_administrator(**values)
    assert no.value.code == "second_needed"


def test_one_administrator_named_twice_is_one(administrator: User) -> None:
    make_user("Bea", Role.ADMINISTRATOR)
    with pytest.raises(Refused) as no:
        invite_administrator(email="nia@example.org", name="Nia", by=[administrator, administrator], now=NOW)
    assert no.value.code == "second_needed"


def test_authority_is_founded_once_and_never_over_a_demonstration() -> None:
    found(authority_name="Testshire", now=NOW)
    found(authority_name="Another", now=NOW)
    only = Installation.objects.get()
    assert (only.authority_name, only.demonstration) == ("Testshire", False)


def test_demonstration_stays_one() -> None:
    Installation(demonstration=True, authority_name="Demo", seeded_on=TODAY, created_at=NOW).save()
    with pytest.raises(Refused) as no:
        found(authority_name="Testshire", now=NOW)
    assert no.value.code == "demonstration"


def test_two_administrators_who_end_each_other_at_once_do_not_both_succeed(administrator: User) -> None:
    other = make_user("Bea", Role.ADMINISTRATOR)
    assert other.roles_on(TODAY)  # asked, and remembered, a moment before her role ends
    end_membership(membership=other.memberships.get(), last_day=YESTERDAY, by=administrator, now=NOW)
    with pytest.raises(Refused) as no:
        end_membership(membership=administrator.memberships.get(), last_day=YESTERDAY, by=other, now=NOW)
    assert no.value.code == "last_administrator"
