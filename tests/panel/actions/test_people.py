"""What is recorded about the people around a child, and what stands between them and a letter."""

import datetime as dt
from typing import Any

import pytest

from panel.actions import people
from panel.actions.people import NewPerson
from panel.models import (
    Address,
    AuditEntry,
    Case,
    Membership,
    Person,
    Relationship,
    Restriction,
    User,
    current_address,
)
from panel.platform.policy import Refused, Role
from tests.make import NOW, TODAY, make_case, make_parent, make_person, make_user

pytestmark = pytest.mark.django_db
YESTERDAY = TODAY - dt.timedelta(days=1)


@pytest.fixture
def case(db: None) -> Case:
    return make_case()


@pytest.fixture
def tie(case: Case) -> Relationship:
    return case.child.family.get()


def address(person: Person, by: User, **fields: Any) -> Address:
    values: dict[str, Any] = {
        "lines": "2 New Road\nTestham",
        "postcode": "zz22zz",
        "confidential": False,
        "valid_from": TODAY,
        "how_known": "phone call",
    }
    return people.record_address(person=person, by=by, now=NOW, **{**values, **fields})


def relationship(child: Person, person: Person | NewPerson, by: User, **fields: Any) -> Relationship:
    values: dict[str, Any] = {
        "kind": "father",
        "basis": "natural_parent",
        "how_known": "birth certificate",
        "since": YESTERDAY,
    }
    return people.record_relationship(child=child, person=person, by=by, now=NOW, **{**values, **fields})


def test_address_is_a_new_version_from_its_day_on(tie: Relationship, clerk: User) -> None:
    before = current_address(tie.person, TODAY)
    after = address(tie.person, clerk)
    assert (current_address(tie.person, YESTERDAY), current_address(tie.person, TODAY)) == (before, after)
    assert (after.postcode, after.recorded_by) == ("ZZ2 2ZZ", clerk)
    assert AuditEntry.objects.get().verb == "person.address"


def test_address_no_longer_known_is_a_version_too(tie: Relationship, clerk: User) -> None:
    gone = address(tie.person, clerk, lines="", postcode="")
    assert current_address(tie.person, TODAY) == gone
    assert not gone.known


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"postcode": ""}, "address"),
        ({"lines": ""}, "address"),
        ({"postcode": "SW1A"}, "postcode"),
        ({"how_known": " "}, "how_known"),
        ({"valid_from": dt.date(2019, 12, 31)}, "too_early"),
    ],
)
def test_half_an_address_is_refused(
    tie: Relationship, clerk: User, fields: dict[str, Any], code: str
) -> None:
    with pytest.raises(Refused) as no:
        address(tie.person, clerk, **fields)
    assert (no.value.code, Address.objects.filter(person=tie.person).count()) == (code, 1)


def test_coordinator_records_for_her_own_cases_only(case: Case, coordinator: User) -> None:
    with pytest.raises(Refused):
        relationship(case.child, NewPerson("Kim", "Ashdown"), coordinator)
    case.coordinator = coordinator
    case.save()
    assert (
        relationship(case.child, NewPerson("Kim", "Ashdown"), coordinator).person.full_name == "Kim Ashdown"
    )


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"basis": "uncle"}, "basis"),
        ({"basis": "self"}, "own_parent"),
        ({"kind": " "}, "kind"),
        ({"how_known": ""}, "how_known"),
        ({"since": TODAY + dt.timedelta(days=1)}, "in_future"),
        ({"person": NewPerson("Kim", "Ashdown", email="a@b.org\nc@d.org")}, "email"),
    ],
)
def test_right_nobody_can_say_the_origin_of_is_refused(
    case: Case, clerk: User, fields: dict[str, Any], code: str
) -> None:
    with pytest.raises(Refused) as no:
        relationship(case.child, fields.pop("person", NewPerson("Kim", "Ashdown")), clerk, **fields)
    assert (no.value.code, Relationship.objects.count()) == (code, 1)


def test_child_cannot_be_its_own_parent_nor_one_person_both_parents(
    case: Case, tie: Relationship, clerk: User
) -> None:
    for person, code in [(case.child, "own_parent"), (tie.person, "already_tied")]:
        with pytest.raises(Refused) as no:
            relationship(case.child, person, clerk)
        assert no.value.code == code


def test_relationship_ends_once_and_never_before_it_began(tie: Relationship, clerk: User) -> None:
    for until, code in [(dt.date(2017, 1, 1), "before_start"), (TODAY + dt.timedelta(days=1), "in_future")]:
        with pytest.raises(Refused) as no:
            people.end_relationship(relationship=tie, until=until, by=clerk, now=NOW)
        assert no.value.code == code
    people.end_relationship(relationship=tie, until=YESTERDAY, by=clerk, now=NOW)
    assert tie.until == YESTERDAY
    with pytest.raises(Refused) as no:
        people.end_relationship(relationship=tie, until=YESTERDAY, by=clerk, now=NOW)
    assert no.value.code == "ended"


def test_dispute_is_recorded_and_resolved_with_reasons(tie: Relationship, clerk: User) -> None:
    with pytest.raises(Refused) as no:
        people.record_dispute(relationship=tie, because="", by=clerk, now=NOW)
    assert no.value.code == "no_reason"
    people.record_dispute(relationship=tie, because="Says he is the father", by=clerk, now=NOW)
    assert Relationship.objects.get().disputed
    people.resolve_dispute(relationship=tie, because="Court decided", by=clerk, now=NOW)
    assert not Relationship.objects.get().disputed
    with pytest.raises(Refused) as no:
        people.resolve_dispute(relationship=tie, because="Again", by=clerk, now=NOW)
    assert no.value.code == "not_disputed"


def test_restriction_stands_until_lifted_and_not_on_that_day(
    case: Case, tie: Relationship, clerk: User
) -> None:
    barrier = people.record_restriction(
        person=tie.person,
        child=case.child,
        kind="order",
        how_known="court",
        starts_on=TODAY,
        by=clerk,
        now=NOW,
    )
    people.lift_restriction(restriction=barrier, because="Order discharged", by=clerk, now=NOW)
    assert Restriction.objects.get().ends_on == YESTERDAY
    with pytest.raises(Refused) as no:
        people.lift_restriction(restriction=barrier, because="Again", by=clerk, now=NOW)
    assert no.value.code == "ended"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"kind": "whim"}, "kind"),
        ({"how_known": ""}, "how_known"),
        ({"ends_on": YESTERDAY}, "before_start"),
    ],
)
def test_restriction_says_what_and_how_known(
    case: Case, tie: Relationship, clerk: User, fields: dict[str, Any], code: str
) -> None:
    values: dict[str, Any] = {"kind": "order", "how_known": "court", "starts_on": TODAY}
    with pytest.raises(Refused) as no:
        people.record_restriction(
            person=tie.person, child=case.child, by=clerk, now=NOW, **{**values, **fields}
        )
    assert no.value.code == code


def test_identity_is_confirmed(tie: Relationship, clerk: User) -> None:
    Person.objects.filter(pk=tie.person.pk).update(identity_known=False)
    people.confirm_identity(person=tie.person, how_known="passport seen", by=clerk, now=NOW)
    assert Person.objects.get(pk=tie.person.pk).identity_known


def test_family_account_is_opened_once(tie: Relationship, officer: User) -> None:
    tie.person.email = "alex@example.org"
    tie.person.save()
    user = people.open_family_account(person=tie.person, by=officer, now=NOW)
    assert user is not None
    assert (user.roles_on(TODAY), user.name, user.has_usable_password()) == (
        frozenset({Role.PARENT}),
        "Alex Ashdown" if tie.person.forename == "Alex" else tie.person.full_name,
        False,
    )
    assert people.open_family_account(person=tie.person, by=officer, now=NOW) == user
    assert (
        User.objects.filter(email="alex@example.org").count(),
        Membership.objects.filter(user=user).count(),
    ) == (1, 1)


@pytest.mark.parametrize("fields", [{"email": ""}, {"identity_known": False}])
def test_no_account_without_address_or_identity(officer: User, fields: dict[str, Any]) -> None:
    person = make_person("Kim", "Ashdown", **{"email": "kim@example.org", **fields})
    assert people.open_family_account(person=person, by=officer, now=NOW) is None


def test_account_is_never_joined_to_one_there_is(officer: User, case: Case) -> None:
    colleague = make_user("Kim Ashdown", Role.CLERK)
    shared = make_parent(case.child, "Kim").person
    shared.email = colleague.email.upper()
    shared.save()
    assert people.open_family_account(person=shared, by=officer, now=NOW) is None
    assert not Person.objects.filter(user=colleague).exists()


def test_family_of_a_person_is_every_case_they_touch(case: Case, tie: Relationship) -> None:
    sibling = make_case(parents=0)
    Relationship.objects.create(
        person=tie.person, child=sibling.child, kind="mother", basis="none", since=TODAY
    )
    make_case()
    assert people.lock_family(tie.person) == [case, sibling]
    assert people.lock_family(case.child) == [case]
