"""From a letter that is blocked to the page where that is put right, and back to the letter."""

import datetime as dt
import html
import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from meetings.models import Letter
from panel.models import Person, Relationship, Restriction
from tests.make import NOW, TODAY, make_address
from tests.meetings.letters.household import Household, make_household
from tests.meetings.views.client import as_, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(db: None) -> Iterator[Household]:
    with time_machine.travel(NOW, tick=False):
        yield make_household()


@pytest.fixture
def grown(home: Household) -> Household:
    """Nobody has recorded the young person, who is seventeen, as the one to write to."""
    Person.objects.filter(pk=home.case.child.pk).update(born_on=dt.date(2009, 6, 1))
    home.case.refresh_from_db()
    return home


def draft_page(home: Household) -> str:
    return reverse("letter.draft", args=[home.decision.public_id])


def links(client: Client, home: Household) -> list[tuple[str, str]]:
    """Where the page of a decision's letters leads back from: the address and the words of each link."""
    page = client.get(draft_page(home)).content.decode()
    found = re.findall(r'<a class="govuk-link" href="([^"]*\?back=[^"]*)">(.*?)</a>', page, flags=re.DOTALL)
    return [(html.unescape(where), re.sub(r"<[^>]+>", "", label)) for where, label in found]


def typed(**changes: Any) -> dict[str, Any]:
    values = {
        "letter_format": "standard",
        "email": "robin@young.example",
        "lines": "3 Station Road\nTestham",
        "postcode": "ZZ3 3AA",
        "how_known": "told us by phone",
    }
    return {**values, **changes}


def test_clerk_goes_from_the_blocked_letter_to_the_young_person_and_back_and_drafts_it(
    grown: Household,
) -> None:
    client = as_(grown.clerk)
    tray = words(client.get(reverse("letter.list")))
    assert "Record the young person as the one to write to, with their address. See what to do" in tray
    ((there, label),) = links(client, grown)
    assert label == "Record Robin Ashdown as the one to write to"
    assert "so the rights are Robin’s own" in words(client.get(there))
    answer = client.post(there, typed())
    assert (answer.status_code, answer.url) == (302, draft_page(grown))
    assert links(client, grown) == []
    client.post(draft_page(grown))
    letter = Letter.objects.get()
    assert (letter.recipient_id, letter.relationship.basis, letter.address.postcode) == (
        grown.case.child_id,
        "self",
        "ZZ3 3AA",
    )


def test_each_block_leads_to_the_page_that_settles_it(home: Household) -> None:
    client, mother, father = as_(home.clerk), home.tie(home.mother), home.tie(home.father)
    make_address(home.father, "", "", valid_from=TODAY)
    Relationship.objects.filter(pk=mother.pk).update(disputed=True)
    Person.objects.filter(pk=home.mother.pk).update(identity_known=False)
    Restriction.objects.create(
        person=home.father,
        child=home.case.child,
        kind="order",
        how_known="order seen",
        starts_on=TODAY,
        recorded_at=NOW,
        recorded_by=home.clerk,
    )
    back = f"?back={draft_page(home).replace('/', '%2F')}"
    assert sorted(links(client, home)) == sorted(
        (reverse(f"person.{page}", args=[home.case.public_id, tie.public_id]) + back, f"{label}: {name}")
        for page, tie, label, name in (
            ("dispute", mother, "If the dispute is resolved, record that", "Grace Ashdown"),
            ("end", mother, "If there is no such right, end this entry", "Grace Ashdown"),
            ("identity", mother, "Confirm the identity", "Grace Ashdown"),
            ("lift", father, "If it has ended, record that", "Tomas Ashdown"),
            ("address", father, "Record the address", "Tomas Ashdown"),
        )
    )


def test_person_who_is_added_from_a_letter_gets_an_address_and_then_the_letter(home: Household) -> None:
    Relationship.objects.all().delete()
    client = as_(home.clerk)
    ((there, label),) = links(client, home)
    assert label == "Add a person"
    new = {
        "forename": "Sam",
        "surname": "Carer",
        "kind": "foster carer",
        "basis": "care_of_child",
        "how_known": "placement plan",
        "letter_format": "standard",
        "identity_known": "on",
        "since_0": "1",
        "since_1": "9",
        "since_2": "2026",
    }
    then = client.post(there, new).url
    address = {"valid_from_0": "23", "valid_from_1": "11", "valid_from_2": "2026", **typed()}
    assert client.post(then, address).url == draft_page(home)


@pytest.mark.parametrize("back", ["https://else.example/", "//else.example/", "/\\else.example", "family"])
def test_nobody_is_led_out_of_the_house(grown: Household, back: str) -> None:
    there = reverse("person.self", args=[grown.case.public_id])
    answer = as_(grown.clerk).post(f"{there}?back={back}", typed())
    assert answer.url == reverse("person.family", args=[grown.case.public_id])
