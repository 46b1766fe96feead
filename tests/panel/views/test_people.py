"""The family page and every change to a person, with what it means for letters in words."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from panel.models import Case, Person, Relationship, Restriction, User
from tests.make import make_case, make_parent, make_person
from tests.panel.views.reading import day, errors_of, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    return make_case(child=make_person(born_on=timezone.localdate() - dt.timedelta(days=8 * 365)))


@pytest.fixture
def client(clerk: User, browse: Callable) -> Client:
    signed_in: Client = browse(clerk)
    return signed_in


def tie_of(case: Case) -> Relationship:
    return case.child.family.get()


def url(name: str, case: Case) -> str:
    return reverse(f"person.{name}", args=[case.public_id, tie_of(case).public_id])


def family(client: Client, case: Case) -> str:
    return text_of(client.get(reverse("person.family", args=[case.public_id])))


NEW = {
    "forename": "Sam",
    "surname": "Carer",
    "kind": "foster carer",
    "basis": "care_of_child",
    "how_known": "placement plan",
    "letter_format": "standard",
    "identity_known": "on",
}


def new_person(**changes: str) -> dict[str, str]:
    return {**NEW, **day("since", timezone.localdate()), **changes}


def test_family_page_says_whom_letters_reach(client: Client, case: Case) -> None:
    assert "Letters go to this person." in family(client, case)


def test_person_is_added_and_their_address_asked_next(client: Client, case: Case) -> None:
    answer = client.post(reverse("person.add", args=[case.public_id]), new_person())
    tie = case.child.family.get(kind="foster carer")
    assert answer.url == reverse("person.address", args=[case.public_id, tie.public_id])
    assert "No letters until this is settled." in family(client, case)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"how_known": ""}, "how_known"),
        ({"basis": ""}, "basis"),
        ({"basis": "self"}, "basis"),
        ({"kind": ""}, "kind"),
        ({"email": "two@example.org, three@example.org"}, "email"),
        ({"email": "a@example.org\nBcc: b@example.org"}, "email"),
        ({"since_2": "9999"}, "since"),
        ({"forename": "Ro\u202ebin"}, "forename"),
    ],
)
def test_wrong_person_is_refused_beside_the_field_and_kept(
    changes: dict[str, str], field: str, client: Client, case: Case
) -> None:
    answer = client.post(reverse("person.add", args=[case.public_id]), new_person(**changes))
    assert (answer.status_code, list(errors_of(answer))) == (422, [field])
    assert 'value="Carer"' in answer.content.decode()
    assert case.child.family.count() == 1


def test_person_posted_twice_is_one_person(client: Client, case: Case) -> None:
    typed = new_person(once=str(uuid.uuid4()))
    for _ in range(2):
        client.post(reverse("person.add", args=[case.public_id]), typed)
    assert Person.objects.filter(surname="Carer").count() == 1


def test_new_address_keeps_the_one_before(client: Client, case: Case) -> None:
    typed = {"lines": "2 New Road", "postcode": "zz2 2zz", "how_known": "telephone", "confidential": "on"}
    client.post(url("address", case), {**typed, **day("valid_from", timezone.localdate())})
    said = family(client, case)
    assert "2 New Road ZZ2 2ZZ" in said
    assert "Confidential" in said
    assert "Earlier addresses" in said


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"postcode": "SW1A"}, "postcode"),
        ({"postcode": ""}, "lines"),
        ({"how_known": ""}, "how_known"),
        ({"valid_from_2": "2019"}, "valid_from"),
    ],
)
def test_wrong_address_is_refused_beside_the_field(
    changes: dict[str, str], field: str, client: Client, case: Case
) -> None:
    typed = {"lines": "2 New Road", "postcode": "ZZ2 2ZZ", "how_known": "telephone"}
    answer = client.post(
        url("address", case), {**typed, **day("valid_from", timezone.localdate()), **changes}
    )
    assert (answer.status_code, list(errors_of(answer))) == (422, [field])
    assert "2 New Road" in answer.content.decode()


def test_dispute_stops_letters_until_it_is_resolved(client: Client, case: Case) -> None:
    assert "From now on no letter goes to this person" in text_of(client.get(url("dispute", case)))
    client.post(url("dispute", case), {"because": "The other parent says so"})
    assert "To settle: The right is disputed" in family(client, case)
    assert "is resolved" in text_of(client.get(url("dispute", case)))
    client.post(url("dispute", case), {"because": "Court order seen"})
    assert "Letters go to this person." in family(client, case)


def test_restriction_stops_letters_until_it_is_lifted(client: Client, case: Case) -> None:
    typed = {"kind": "order", "how_known": "order seen", **day("starts_on", timezone.localdate())}
    client.post(url("restrict", case), typed)
    assert "To settle: Court order recorded" in family(client, case)
    standing = Restriction.objects.get()
    client.post(url("lift", case), {"restriction": str(standing.public_id), "because": "Order discharged"})
    assert "Letters go to this person." in family(client, case)


def test_restriction_of_somebody_else_cannot_be_lifted_here(client: Client, case: Case) -> None:
    other = make_case()
    tie = tie_of(other)
    foreign = Restriction.objects.create(
        person=tie.person,
        child=other.child,
        kind="order",
        starts_on=timezone.localdate(),
        recorded_at=timezone.now(),
        recorded_by=None,
    )
    answer = client.post(url("lift", case), {"restriction": str(foreign.public_id), "because": "A mistake"})
    assert (answer.status_code, list(errors_of(answer))) == (422, ["restriction"])


def test_restriction_that_ends_before_it_begins_is_refused(client: Client, case: Case) -> None:
    today = timezone.localdate()
    typed = {"kind": "order", "how_known": "order seen", **day("starts_on", today)}
    answer = client.post(url("restrict", case), {**typed, **day("ends_on", today - dt.timedelta(days=1))})
    assert list(errors_of(answer)) == ["ends_on"]


def test_identity_is_confirmed(client: Client, case: Case) -> None:
    Person.objects.filter(pk=tie_of(case).person_id).update(identity_known=False)
    assert "Identity not confirmed" in family(client, case)
    client.post(url("identity", case), {"how_known": "passport seen"})
    assert "Letters go to this person." in family(client, case)


def test_relationship_ends_and_letters_with_it(client: Client, case: Case) -> None:
    answer = client.post(url("end", case), day("until", dt.date(2017, 1, 1)))
    assert list(errors_of(answer)) == ["until"]
    client.post(url("end", case), day("until", timezone.localdate()))
    assert "Letters no longer go to this person." in family(client, case)


def test_what_ends_is_called_an_entry_wherever_it_is_ended(client: Client, case: Case) -> None:
    there = text_of(client.get(url("end", case)))
    assert ("End the entry of" in there, there.count("End this entry")) == (True, 1)
    assert "End this entry" in family(client, case)


def test_family_page_promises_no_letter_that_nobody_can_get(client: Client, case: Case) -> None:
    Person.objects.filter(pk=case.child.pk).update(born_on=timezone.localdate() - dt.timedelta(days=18 * 366))
    said = family(client, case)
    assert "No letter can go out: the rights are the young person’s own now" in said
    assert "What keeps a letter from going out is said below." in said
    assert "Only what is listed" not in said


def test_person_of_another_case_is_no_page(client: Client, case: Case) -> None:
    other = tie_of(make_case())
    assert client.get(reverse("person.end", args=[case.public_id, other.public_id])).status_code == 404


def test_family_page_is_for_those_who_write_to_the_family(
    case: Case, professional: User, coordinator: User, officer: User, browse: Callable
) -> None:
    case.coordinator, case.submitted_by = coordinator, professional
    case.save(update_fields=["coordinator", "submitted_by"])
    address = reverse("person.family", args=[case.public_id])
    assert [browse(user).get(address).status_code for user in (coordinator, professional, officer)] == [
        200,
        403,
        403,
    ]


@pytest.mark.parametrize("rows", [1, 3])
def test_family_page_asks_the_same_number_of_queries_however_many_people(
    rows: int, client: Client, case: Case, django_assert_num_queries: Any
) -> None:
    for _ in range(rows - 1):
        make_parent(case.child)
    with django_assert_num_queries(15):
        client.get(reverse("person.family", args=[case.public_id]))


def test_young_person_who_is_not_recorded_is_offered_where_people_are(client: Client, case: Case) -> None:
    there = reverse("person.self", args=[case.public_id])
    add = reverse("person.add", args=[case.public_id])
    assert (client.get(there).status_code, there in client.get(add).content.decode()) == (409, False)
    Person.objects.filter(pk=case.child.pk).update(born_on=timezone.localdate() - dt.timedelta(days=18 * 366))
    for page in (add, reverse("person.family", args=[case.public_id])):
        assert there in client.get(page).content.decode()
    answer = client.post(there, {"letter_format": "standard", "lines": "", "postcode": ""})
    assert (answer.status_code, errors_of(answer)) == (
        422,
        {"lines": ["Enter the address and the postcode: a letter needs both."]},
    )
    typed = {
        "letter_format": "standard",
        "lines": "1 High Street",
        "postcode": "ZZ1 1AA",
        "how_known": "told",
    }
    assert client.post(there, typed).url == reverse("person.family", args=[case.public_id])
    assert "Letters go to this person." in family(client, case)
    assert (client.get(there).status_code, there in client.get(add).content.decode()) == (409, False)
