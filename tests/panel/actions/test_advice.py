"""Advice: asked for after the request, received after it was asked for."""

import datetime as dt
from typing import Any

import pytest

from panel.actions.advice import record_advice, request_advice
from panel.models import AdviceRequest, AuditEntry, Case, User
from panel.platform.policy import Refused
from tests.make import NOW, TODAY, make_case

pytestmark = pytest.mark.django_db
LAST_WEEK = TODAY - dt.timedelta(days=7)


CONTENT = ("adviser_content_on", "authority_content_on", "family_content_on")


def asked(case: Case, by: User, **fields: Any) -> AdviceRequest:
    values: dict[str, Any] = {"item": "d", "body": "Psychology service", "requested_on": LAST_WEEK}
    return request_advice(case=case, by=by, now=NOW, **{**values, **fields})


def test_advice_is_asked_for_and_comes(coordinator: User) -> None:
    advice = asked(make_case(coordinator=coordinator), coordinator)
    record_advice(advice=advice, received_by_body_on=LAST_WEEK, received_on=TODAY, by=coordinator, now=NOW)
    advice.refresh_from_db()
    assert (advice.requested_on, advice.received_by_body_on, advice.received_on) == (
        LAST_WEEK,
        LAST_WEEK,
        TODAY,
    )
    assert [entry.verb for entry in AuditEntry.objects.all()] == ["advice.record"] * 2


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"item": "z"}, "item"),
        ({"requested_on": TODAY + dt.timedelta(days=1)}, "in_future"),
        ({"requested_on": dt.date(2026, 11, 1)}, "before_request"),
        ({"body": ""}, "empty"),
        ({"reused_from": "Advice of 2024", **dict.fromkeys(CONTENT, dt.date(2024, 3, 1))}, "before_request"),
    ],
)
def test_request_that_cannot_be_is_refused(clerk: User, fields: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as no:
        asked(make_case(), clerk, **fields)
    assert (no.value.code, AdviceRequest.objects.count()) == (code, 0)


@pytest.mark.parametrize(
    ("day", "code"),
    [(TODAY + dt.timedelta(days=1), "in_future"), (LAST_WEEK - dt.timedelta(days=1), "before_request")],
)
def test_answer_that_cannot_be_is_refused(clerk: User, day: dt.date, code: str) -> None:
    advice = asked(make_case(), clerk)
    with pytest.raises(Refused) as no:
        record_advice(advice=advice, received_by_body_on=None, received_on=day, by=clerk, now=NOW)
    assert (no.value.code, AdviceRequest.objects.get().received_on) == (code, None)


def test_other_coordinator_records_nothing(coordinator: User) -> None:
    with pytest.raises(Refused):
        asked(make_case(), coordinator)
