"""Advice is listed with its date, recorded when asked for and when it comes."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from panel.models import AdviceRequest, Case, User
from tests.make import make_case
from tests.panel.views.reading import day, errors_of, text_of

pytestmark = pytest.mark.django_db


def days_ago(number: int) -> dt.date:
    return timezone.localdate() - dt.timedelta(days=number)


def asked(case: Case, **fields: Any) -> AdviceRequest:
    values = {"item": "c", "body": "Community health", "requested_on": days_ago(60), **fields}
    return AdviceRequest.objects.create(case=case, **values)


@pytest.fixture
def case() -> Case:
    return make_case(received_on=days_ago(90))


def test_advice_says_when_it_is_due_and_that_it_is_late(case: Case, clerk: User, browse: Callable) -> None:
    asked(case)
    said = text_of(browse(clerk).get(reverse("advice.list", args=[case.public_id])))
    due = days_ago(60) + dt.timedelta(days=42)
    assert f"{due.day} {due:%b %Y} passed" in said


def test_six_weeks_begin_when_the_body_has_the_request(case: Case, clerk: User, browse: Callable) -> None:
    asked(case, received_by_body_on=days_ago(10))
    page = browse(clerk).get(reverse("advice.list", args=[case.public_id]))
    assert [(row.due_on, row.late) for row in page.context["rows"]] == [(days_ago(-32), False)]


def test_request_for_advice_is_recorded(case: Case, clerk: User, browse: Callable) -> None:
    typed = {"item": "d", "body": "Psychology service", **day("requested_on", days_ago(1))}
    answer = browse(clerk).post(reverse("advice.ask", args=[case.public_id]), typed)
    assert answer.url == reverse("advice.list", args=[case.public_id])
    assert [(one.item, one.body) for one in case.advice_requests.all()] == [("d", "Psychology service")]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"item": ""}, "item"),
        ({"body": ""}, "body"),
        ({"requested_on_2": "9999"}, "requested_on"),
        (day("requested_on", days_ago(-1)), "requested_on"),
        (day("requested_on", days_ago(91)), "requested_on"),
    ],
)
def test_wrong_request_for_advice_is_refused_beside_its_field(
    changes: dict[str, str], field: str, case: Case, clerk: User, browse: Callable
) -> None:
    typed = {"item": "d", "body": "Psychology service", **day("requested_on", days_ago(1)), **changes}
    answer = browse(clerk).post(reverse("advice.ask", args=[case.public_id]), typed)
    assert (answer.status_code, list(errors_of(answer))) == (422, [field])
    assert AdviceRequest.objects.count() == 0


def test_reply_is_recorded_and_one_before_the_asking_refused(
    case: Case, clerk: User, browse: Callable
) -> None:
    advice = asked(case)
    client, url = browse(clerk), reverse("advice.record", args=[case.public_id, advice.public_id])
    assert list(errors_of(client.post(url, day("received_on", days_ago(61))))) == ["received_on"]
    assert client.post(url, day("received_on", days_ago(2))).status_code == 302
    advice.refresh_from_db()
    assert advice.received_on == days_ago(2)


def test_advice_of_another_case_is_no_page(case: Case, clerk: User, browse: Callable) -> None:
    other = asked(make_case())
    url = reverse("advice.record", args=[case.public_id, other.public_id])
    assert browse(clerk).get(url).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_advice_list_asks_the_same_number_of_queries_however_many_rows(
    rows: int, case: Case, clerk: User, browse: Callable, django_assert_num_queries: Any
) -> None:
    for _ in range(rows):
        asked(case)
    client = browse(clerk)
    with django_assert_num_queries(10):
        client.get(reverse("advice.list", args=[case.public_id]))


def test_earlier_advice_is_used_again_only_where_all_three_are_satisfied(
    clerk: User, browse: Callable
) -> None:
    """Reg 6(4): the adviser, the authority and the family, each on a day."""
    case = make_case(received_on=days_ago(90))
    client = browse(clerk)
    address = reverse("advice.ask", args=[case.public_id])
    typed = {
        "item": "c",
        "body": "Community paediatrics",
        **day("requested_on", days_ago(0)),
        "reused_from": "Report of 3 March 2026",
        **day("adviser_content_on", days_ago(0)),
        **day("authority_content_on", days_ago(0)),
    }
    answer = client.post(address, typed)
    assert answer.status_code == 422
    assert list(errors_of(answer)) == ["family_content_on"]
    assert "Report of 3 March 2026" in answer.content.decode()
    own = client.post(address, {**typed, **day("family_content_on", days_ago(0)), "item": "a"})
    assert list(errors_of(own)) == ["reused_from"]
    assert client.post(address, {**typed, **day("family_content_on", days_ago(0))}).status_code == 302
    row = AdviceRequest.objects.get()
    assert (row.reused_from, row.received_on, row.family_content_on) == (
        "Report of 3 March 2026",
        days_ago(0),
        days_ago(0),
    )
    assert "Used again: Report of 3 March 2026" in text_of(
        client.get(reverse("advice.list", args=[case.public_id]))
    )
