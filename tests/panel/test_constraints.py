"""What the database itself refuses about exemptions, closures and advice."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from panel.models import AdviceRequest, Case, Exemption, SchoolClosure, User
from tests.make import NOW, TODAY, make_case, make_setting

pytestmark = pytest.mark.django_db


def refused(make: Callable[[], Any]) -> bool:
    try:
        with transaction.atomic():
            make()
    except IntegrityError:
        return True
    return False


@pytest.fixture
def case(db: None) -> Case:
    return make_case()


def test_exemption_taken_back_says_why(case: Case) -> None:
    values = {
        "case": case,
        "stage": "C1",
        "ground": "c",
        "starts_on": TODAY,
        "impractical_because": "His mother was ill.",
        "recorded_at": NOW,
    }
    assert refused(lambda: Exemption.objects.create(**values, taken_back_at=NOW))
    assert refused(lambda: Exemption.objects.create(**values, taken_back_because="Another child"))
    assert not refused(lambda: Exemption.objects.create(**values))


def test_closure_opens_again_later_and_stands_once_a_setting_and_day(clerk: User) -> None:
    school = make_setting()

    def close(days: int, **fields: Any) -> SchoolClosure:
        first = dt.date(2026, 7, 23)
        values = {"closed_from": first, "reopens_on": first + dt.timedelta(days=days)}
        return SchoolClosure.objects.create(**values, recorded_at=NOW, recorded_by=clerk, **fields)

    assert refused(lambda: close(0))
    assert not refused(lambda: close(42))
    assert refused(lambda: close(40))
    assert not refused(lambda: close(42, setting=school))
    assert refused(lambda: close(41, setting=school))
    assert not refused(lambda: close(41, setting=school, removed_at=NOW))


@pytest.mark.parametrize(
    ("fields", "no"),
    [
        ({}, False),
        ({"reused_from": "Report"}, True),
        ({"adviser_content_on": TODAY}, True),
        (
            {
                "reused_from": "Report",
                "adviser_content_on": TODAY,
                "authority_content_on": TODAY,
                "family_content_on": TODAY,
            },
            False,
        ),
        (
            {
                "item": "a",
                "reused_from": "Report",
                "adviser_content_on": TODAY,
                "authority_content_on": TODAY,
                "family_content_on": TODAY,
            },
            True,
        ),
    ],
)
def test_advice_used_again_satisfies_all_three(fields: dict[str, Any], no: bool, case: Case) -> None:  # noqa: FBT001 (a column of the table)
    values = {"case": case, "item": "c", "body": "Health", "requested_on": TODAY, **fields}
    assert refused(lambda: AdviceRequest.objects.create(**values)) == no
