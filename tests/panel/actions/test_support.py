"""Keeping the directory, and what of it fits a child."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from panel.actions.support import Offer, end_support, record_support
from panel.models import AuditEntry, Support, User
from panel.platform.policy import Refused, Role
from panel.queries.support import directory, fitting
from tests.make import NOW, TODAY, make_address, make_case, make_person, make_user

pytestmark = pytest.mark.django_db
LATER = TODAY + dt.timedelta(days=10)
OFFER = Offer(
    name="Talking partners",
    offered_by="Health",
    what="Small-group work on speech",
    contact="01632 960 202",
    how="The SENCO asks",
    needs=["SLCN"],
    ages_from=4,
    ages_to=11,
    area="Sandmouth",
    districts=frozenset({"ZZ1"}),
)


def kept(by: User, **fields: Any) -> Support:
    starts_on = fields.pop("starts_on", TODAY)
    replaces = fields.pop("replaces", None)
    return record_support(
        offer=replace(OFFER, **fields), starts_on=starts_on, replaces=replaces, by=by, now=NOW
    )


def test_change_is_a_new_row_from_its_day_and_the_old_words_stay(clerk: User) -> None:
    first = kept(clerk)
    second = kept(clerk, how="Parents ring", replaces=first, starts_on=LATER)
    first.refresh_from_db()
    assert (first.how, first.ends_on, second.supersedes) == (
        "The SENCO asks",
        LATER - dt.timedelta(days=1),
        first,
    )
    assert (directory(TODAY).now, directory(TODAY).coming) == ((first,), (second,))
    assert (directory(LATER).now, directory(LATER).ended) == ((second,), ())
    assert AuditEntry.objects.filter(verb="support.record").count() == 2


def test_row_that_was_changed_is_neither_changed_nor_ended_again(clerk: User) -> None:
    first = kept(clerk)
    kept(clerk, replaces=first, starts_on=LATER)
    with pytest.raises(Refused) as no:
        kept(clerk, replaces=first, starts_on=LATER + dt.timedelta(days=1))
    assert no.value.code == "changed"
    with pytest.raises(Refused) as no:
        end_support(support=first, last_day=LATER, by=clerk, now=NOW)
    assert no.value.code == "changed"


def test_ended_service_is_offered_on_its_last_day_and_not_after(clerk: User) -> None:
    service = kept(clerk)
    end_support(support=service, last_day=LATER, by=clerk, now=NOW)
    case = make_case()
    assert (fitting(case, LATER), fitting(case, LATER + dt.timedelta(days=1))) == ((service,), ())
    assert directory(LATER + dt.timedelta(days=1)).ended == (service,)


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"name": " "}, "missing", "name"),
        ({"contact": ""}, "missing", "contact"),
        ({"needs": ["NONE"]}, "needs", "needs"),
        ({"ages_from": 12}, "ages", "ages_to"),
        ({"districts": frozenset({"nowhere"})}, "districts", "districts"),
    ],
)
def test_what_is_missing_is_named(clerk: User, fields: dict[str, Any], code: str, field: str) -> None:
    with pytest.raises(Refused) as no:
        kept(clerk, **fields)
    assert (no.value.code, no.value.field, Support.objects.count()) == (code, field, 0)


def test_one_name_stands_once_and_a_change_begins_later(clerk: User) -> None:
    first = kept(clerk)
    with pytest.raises(Refused) as no:
        kept(clerk, name="talking PARTNERS")
    assert no.value.code == "name_taken"
    with pytest.raises(Refused) as no:
        kept(clerk, replaces=first)
    assert no.value.code == "too_early"
    with pytest.raises(Refused) as no:
        end_support(support=first, last_day=TODAY - dt.timedelta(days=1), by=clerk, now=NOW)
    assert no.value.code == "ends_first"


def test_only_clerks_and_administrators_keep_it(administrator: User, officer: User) -> None:
    kept(administrator)
    for user in (officer, make_user("Charlie Chair", Role.CHAIR)):
        with pytest.raises(Refused) as no:
            kept(user, name="Another")
        assert no.value.code == "not_allowed"


def test_directory_is_narrowed_by_need_age_and_area(clerk: User) -> None:
    here = kept(clerk)
    kept(clerk, name="Autism", needs=["ASD"])
    kept(clerk, name="Toddlers", ages_to=4)
    kept(clerk, name="Far away", districts=frozenset({"ZZ9"}))
    everybody = kept(clerk, name="Family help", needs=[], ages_to=25, districts=frozenset())
    assert set(fitting(make_case(), TODAY)) == {here, everybody}


def test_confidential_address_narrows_nothing(clerk: User) -> None:
    """What is offered to her would say where she lives."""
    kept(clerk, name="Far away", districts=frozenset({"ZZ9"}))
    child = make_person(born_on=dt.date(2018, 5, 4))
    case = make_case(child=child)
    make_address(child)
    assert fitting(case, TODAY) == ()
    make_address(child, confidential=True, valid_from=TODAY)
    assert [one.name for one in fitting(case, TODAY)] == ["Far away"]


def test_database_refuses_an_end_before_the_start_and_empty_words(clerk: User) -> None:
    service = kept(clerk)
    for fields in ({"ends_on": TODAY - dt.timedelta(days=1)}, {"ages_from": 20}, {"how": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Support.objects.filter(pk=service.pk).update(**fields)
