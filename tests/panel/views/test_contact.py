"""How letters reach each member of a family: seen on the family page, changed on a page of its own."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from panel.models import Case, Person, Relationship, User
from tests.make import make_case, make_person
from tests.panel.views.reading import errors_of, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    """Of a young person who is recorded as the one to write to, with a slip in the address."""
    child = make_person(
        born_on=timezone.localdate() - dt.timedelta(days=19 * 365), email="robn@young.example"
    )
    case = make_case(child=child)
    Relationship.objects.create(
        person=child, child=child, kind="young person", basis="self", since=timezone.localdate()
    )
    return case


@pytest.fixture
def client(clerk: User, browse: Callable) -> Client:
    signed_in: Client = browse(clerk)
    return signed_in


def url(case: Case) -> str:
    return reverse("person.contact", args=[case.public_id, case.child.family.get(basis="self").public_id])


def family(client: Client, case: Case) -> str:
    return text_of(client.get(reverse("person.family", args=[case.public_id])))


def test_family_page_says_for_everybody_where_and_in_what_print(client: Client, case: Case) -> None:
    said = family(client, case)
    assert "E-mail robn@young.example Letters in Standard print" in said
    assert "E-mail None: letters go by post Letters in Standard print" in said
    assert said.count("Change how letters reach them") == 2


def test_slip_is_put_right(client: Client, case: Case) -> None:
    assert 'value="robn@young.example"' in client.get(url(case)).content.decode()
    answer = client.post(url(case), {"email": "robin@young.example", "letter_format": "large_print"})
    assert answer.url == reverse("person.family", args=[case.public_id])
    assert "E-mail robin@young.example Letters in Large print" in family(client, case)


def test_address_that_is_none_is_refused_beside_its_field_and_kept(client: Client, case: Case) -> None:
    answer = client.post(url(case), {"email": "robin at home", "letter_format": "large_print"})
    assert (answer.status_code, list(errors_of(answer))) == (422, ["email"])
    assert 'value="robin at home"' in answer.content.decode()
    assert Person.objects.get(pk=case.child.pk).letter_format == "standard"


def test_member_of_another_case_is_not_found(client: Client, case: Case) -> None:
    elsewhere = make_case().child.family.get()
    assert (
        client.get(reverse("person.contact", args=[case.public_id, elsewhere.public_id])).status_code == 404
    )


def test_page_that_was_open_while_it_was_changed_says_so_and_keeps_what_was_typed(
    client: Client, case: Case
) -> None:
    seen = client.get(url(case)).context["form"]["seen"].value()
    client.post(url(case), {"email": "robin@young.example", "letter_format": "standard", "seen": seen})
    answer = client.post(
        url(case), {"email": "robn@young.example", "letter_format": "large_print", "seen": seen}
    )
    assert answer.status_code in (409, 422)
    assert "Somebody else has changed this since you opened the page." in text_of(answer)
    assert "E-mail robin@young.example Letters in Standard print" in family(client, case)
