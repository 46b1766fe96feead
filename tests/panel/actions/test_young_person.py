"""The young person recorded as the one to write to: only once the rights are theirs, and never without an address."""

import datetime as dt
from typing import Any

import pytest

from panel.actions.people import record_young_person
from panel.models import Address, AuditEntry, Person, Relationship, User
from panel.platform.policy import Refused, Role
from tests.make import NOW, TODAY, make_address, make_person, make_user

pytestmark = pytest.mark.django_db
SEVENTEEN = dt.date(2009, 6, 1)


@pytest.fixture
def by(db: None) -> User:
    return make_user("Cleo Clerk", Role.CLERK)


def record(child: Person, by: User, **changes: Any) -> Relationship:
    values: dict[str, Any] = {
        "email": "Robin@Young.example",
        "letter_format": "large_print",
        "lines": "3 Station Road",
        "postcode": "zz33aa",
        "confidential": True,
        "how_known": "told us",
        "now": NOW,
    }
    return record_young_person(child=child, by=by, **{**values, **changes})


def no(child: Person, by: User, **changes: Any) -> tuple[str, str | None]:
    with pytest.raises(Refused) as refused:
        record(child, by, **changes)
    assert not Relationship.objects.filter(basis="self").exists() or refused.value.code == "already_tied"
    return refused.value.code, refused.value.field


def test_young_person_is_tied_from_the_end_of_compulsory_school_age_with_how_and_where(by: User) -> None:
    child = make_person(born_on=SEVENTEEN)
    tie = record(child, by)
    child.refresh_from_db()
    address = Address.objects.get()
    assert (tie.person, tie.child, tie.basis, tie.since) == (child, child, "self", dt.date(2025, 6, 28))
    assert (child.email, child.letter_format) == ("robin@young.example", "large_print")
    assert (address.person, address.postcode, address.confidential, address.valid_from) == (
        child,
        "ZZ3 3AA",
        True,
        TODAY,
    )
    assert sorted(AuditEntry.objects.values_list("verb", flat=True)) == [
        "person.address",
        "person.contact",
        "person.tie",
    ]


@pytest.mark.parametrize(
    ("born_on", "code"),
    [(None, "born_unknown"), (dt.date(2010, 9, 1), "not_theirs_yet"), (dt.date(2010, 8, 31), "")],
)
def test_rights_that_are_not_theirs_are_not_recorded_as_theirs(
    by: User, born_on: dt.date | None, code: str
) -> None:
    child = make_person(born_on=born_on)
    if code:
        assert no(child, by) == (code, None)
    else:
        assert record(child, by).since == dt.date(2026, 6, 27)


def test_without_an_address_nothing_is_recorded(by: User) -> None:
    child = make_person(born_on=SEVENTEEN)
    assert no(child, by, lines="", postcode="") == ("address", "lines")
    assert no(child, by, postcode="") == ("address", "lines")
    assert no(child, by, how_known="") == ("how_known", "how_known")
    assert no(child, by, email="two@a.example b@c.example") == ("email", "email")
    child.refresh_from_db()
    assert (child.email, Address.objects.count()) == ("", 0)


def test_address_that_is_known_stays_where_none_is_typed(by: User) -> None:
    child = make_person(born_on=SEVENTEEN)
    make_address(child)
    record(child, by, lines="", postcode="", how_known="", confidential=False)
    assert Address.objects.get().postcode == "ZZ1 1ZZ"


def test_address_that_is_known_is_kept_from_others_where_that_is_ticked(by: User) -> None:
    child = make_person(born_on=SEVENTEEN)
    before = make_address(child)
    record(child, by, lines="", postcode="", how_known="")
    newest = child.addresses.first()
    assert (newest.lines, newest.postcode, newest.confidential) == (before.lines, before.postcode, True)
    assert (newest.valid_from, newest.how_known) == (TODAY, before.how_known)
    assert Address.objects.count() == 2


def test_address_of_a_day_to_come_is_kept_and_never_written_over_here(by: User) -> None:
    child = make_person(born_on=SEVENTEEN)
    make_address(child, valid_from=TODAY + dt.timedelta(days=3))
    assert no(child, by) == ("begins_later", "lines")
    assert no(child, by, lines="", postcode="") == ("begins_later", "confidential")
    assert record(child, by, lines="", postcode="", confidential=False).basis == "self"
    assert Address.objects.count() == 1


def test_young_person_is_recorded_once(by: User) -> None:
    child = make_person(born_on=SEVENTEEN)
    record(child, by)
    assert no(child, by) == ("already_tied", None)
    assert Address.objects.count() == 1


def test_chair_does_not_record_people() -> None:
    child = make_person(born_on=SEVENTEEN)
    assert no(child, make_user("Charlie Chair", Role.CHAIR))[0] == "not_allowed"
