"""The e-mail address and the print of letters put right: the account moves with the address, and nobody stays signed in to it."""

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator

from panel.actions.contact import change_contact, contact_mark
from panel.actions.people import open_family_account
from panel.models import AuditEntry, AuditValue, Membership, Person, User
from panel.platform.policy import Refused, Role
from tests.make import NOW, TODAY, make_case, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(db: None) -> User:
    return make_user("Cleo Clerk", Role.CLERK)


@pytest.fixture
def person(db: None) -> Person:
    found: Person = make_case().child.family.get().person
    found.email = "wrong@example.org"
    found.save(update_fields=["email"])
    return found


def change(person: Person, by: User, **said: str) -> Person:
    change_contact(
        person=person,
        by=by,
        now=NOW,
        **{"email": person.email, "letter_format": person.letter_format, **said},
    )
    return Person.objects.select_related("user").get(pk=person.pk)


def account(person: Person) -> User:
    user = open_family_account(person=person, by=None, now=NOW)
    assert user is not None
    return user


def no(person: Person, by: User, **said: str) -> tuple[str, str | None]:
    with pytest.raises(Refused) as refused:
        change(person, by, **said)
    return refused.value.code, refused.value.field


def test_both_are_recorded_and_the_trail_has_both_as_they_were_and_are(person: Person, by: User) -> None:
    now = change(person, by, email="Right@Example.org", letter_format="large_print")
    assert (now.email, now.letter_format) == ("right@example.org", "large_print")
    assert AuditEntry.objects.get().verb == "person.contact"
    assert AuditValue.objects.get().values == {
        "before": {"email": "wrong@example.org", "letter_format": "standard"},
        "after": {"email": "right@example.org", "letter_format": "large_print"},
    }


def test_what_stays_as_it_was_is_no_change(person: Person, by: User) -> None:
    change(person, by)
    assert not AuditEntry.objects.exists()


def test_account_moves_with_the_address_and_nobody_stays_signed_in(person: Person, by: User) -> None:
    user = account(person)
    user.set_password("known to a stranger")
    user.save()
    EmailAddress.objects.create(user=user, email="wrong@example.org", verified=True)
    Authenticator.objects.create(user=user, type="totp", data={})
    sessions = user.get_session_auth_hash()
    moved = change(person, by, email="right@example.org").user
    assert moved is not None
    assert (moved, moved.email, moved.has_usable_password()) == (user, "right@example.org", False)
    assert moved.get_session_auth_hash() != sessions
    assert not EmailAddress.objects.exists()
    assert not Authenticator.objects.exists()


def test_account_is_closed_without_an_address_and_opened_again_with_one(person: Person, by: User) -> None:
    account(person)
    closed = change(person, by, email="").user
    assert closed is not None
    assert (closed.is_active, closed.roles_on(TODAY)) == (False, frozenset())
    again = change(Person.objects.get(pk=person.pk), by, email="wrong@example.org").user
    assert again is not None
    assert (again, again.roles_on(TODAY)) == (closed, frozenset({Role.PARENT}))


def test_print_alone_signs_nobody_out(person: Person, by: User) -> None:
    sessions = account(person).get_session_auth_hash()
    same = change(person, by, letter_format="large_print").user
    assert same is not None
    assert same.get_session_auth_hash() == sessions


def test_address_somebody_else_signs_in_with_is_refused(person: Person, by: User) -> None:
    assert no(person, by, email=by.email.upper()) == ("shared", "email")
    account(person)
    assert no(person, by, email=by.email) == ("shared", "email")


@pytest.mark.parametrize(
    ("said", "field"),
    [({"email": "a@b.example c@d.example"}, "email"), ({"letter_format": "braille"}, "letter_format")],
)
def test_what_cannot_be_used_is_refused(person: Person, by: User, said: dict[str, Any], field: str) -> None:
    assert no(person, by, **said) == (field, field)
    assert Person.objects.get(pk=person.pk).email == "wrong@example.org"


def test_chair_does_not_change_it(person: Person) -> None:
    assert no(person, make_user("Cha Ir", Role.CHAIR), email="right@example.org")[0] == "not_allowed"


def test_account_that_somebody_closed_is_not_opened_by_another_address(person: Person, by: User) -> None:
    User.objects.filter(pk=account(person).pk).update(is_active=False)
    moved = change(Person.objects.get(pk=person.pk), by, email="right@example.org").user
    assert moved is not None
    assert (moved.email, moved.is_active) == ("right@example.org", False)


def test_account_of_somebody_who_also_works_with_the_panel_is_left_to_an_administrator(
    person: Person, by: User
) -> None:
    user = account(person)
    Membership.objects.create(user=user, role=Role.MEMBER, starts_on=TODAY)
    assert no(person, by, email="right@example.org") == ("works_here", "email")
    assert User.objects.get(pk=user.pk).email == "wrong@example.org"


def test_page_that_is_older_than_the_last_change_moves_nothing_back(person: Person, by: User) -> None:
    account(person)
    seen = contact_mark(person)
    change(person, by, email="right@example.org", seen=seen)
    assert no(person, by, letter_format="large_print", seen=seen)[0] == "stale"
    kept = Person.objects.select_related("user").get(pk=person.pk)
    assert kept.user is not None
    assert (kept.email, kept.user.email) == ("right@example.org", "right@example.org")


def test_address_that_was_taken_away_is_free_for_whoever_it_belongs_to(person: Person, by: User) -> None:
    account(person)
    change(person, by, email="")
    other = make_case().child.family.get().person
    assert change(other, by, email="wrong@example.org").email == "wrong@example.org"
    assert account(Person.objects.get(pk=other.pk)).email == "wrong@example.org"


def test_account_somebody_closed_stays_closed_however_its_address_goes_and_comes(
    person: Person, by: User
) -> None:
    User.objects.filter(pk=account(person).pk).update(is_active=False)
    change(Person.objects.get(pk=person.pk), by, email="")
    again = change(Person.objects.get(pk=person.pk), by, email="right@example.org").user
    assert again is not None
    assert (again.email, again.is_active) == ("right@example.org", False)
