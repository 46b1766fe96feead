"""The page that notes that a family was told says whom to tell, how, and who cannot be told before something is settled."""

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from meetings.actions.defer import defer_item
from meetings.rules.deferring import DeferralReason
from panel.law.rights import Basis
from panel.models import Relationship
from panel.platform.policy import Role
from tests.make import make_case, make_user
from tests.meetings.day import Day, after, begin, list_cases, make_day
from tests.meetings.views.client import as_, this_morning, words

pytestmark = pytest.mark.django_db


def late(**fields: Any) -> Day:
    """An item put off so that the answer is late, in a case with a coordinator."""
    day = make_day(0, at=this_morning())
    received_on = timezone.localdate() - dt.timedelta(days=44)
    coordinator = make_user("Cora Coordinator", Role.COORDINATOR)
    list_cases(day, make_case(received_on=received_on, coordinator=coordinator))
    begin(day)
    why = {"reason": DeferralReason.TIME, "late_because": "No room", **fields}
    defer_item(item=day.items[0], by=day.chair, now=after(day, 9), **why)
    return day


def page(day: Day, user: object = None) -> str:
    return words(as_(user or day.clerk).get(reverse("delay.told", args=[day.items[0].public_id])))


def tie(day: Day) -> Relationship:
    return day.items[0].case.child.family.get()


def test_each_with_a_right_to_be_told_is_named_with_how_to_reach_them() -> None:
    day = late()
    person = tie(day).person
    person.email = "grace@family.example"
    person.save(update_fields=["email"])
    address = person.addresses.get()
    for reader in (day.clerk, day.items[0].case.coordinator):
        said = page(day, reader)
        assert f"Whom to tell {person.full_name}" in said
        assert "E-mail: grace@family.example" in said
        assert address.postcode in said
        assert "To settle before" not in said


def test_whoever_tells_them_reads_what_is_missing_who_gets_it_and_why_it_is_late() -> None:
    day = late(
        reason=DeferralReason.INFORMATION,
        missing="The hearing test",
        owner="Corin, SEN team",
        by_when=timezone.localdate() + dt.timedelta(days=7),
    )
    said = page(day)
    assert "What is missing: The hearing test. Corin, SEN team gets it by" in said
    assert "Why the answer will be late: No room." in said


def test_where_nothing_is_missing_nothing_is_said_of_it() -> None:
    assert "What is missing" not in page(late())


def test_who_cannot_be_told_yet_is_said_with_what_is_to_settle() -> None:
    day = late()
    Relationship.objects.filter(pk=tie(day).pk).update(disputed=True)
    assert f"To settle before {tie(day).person.full_name} is told: the right is disputed." in page(day)


def test_whoever_has_no_right_to_be_told_is_not_named() -> None:
    day = late()
    Relationship.objects.filter(pk=tie(day).pk).update(basis=Basis.NONE)
    said = page(day)
    assert "Nobody is recorded who can be told." in said
    assert tie(day).person.full_name not in said
    assert "Family and recipients" in said
