"""Recording what changes a case's dates, why a stage is late, and the page of late cases."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from panel.actions import due
from panel.models import Case, CaseState, ClockEvent, DelayReason, User
from tests.make import NOW, TODAY, make_case
from tests.panel.views.reading import day, errors_of, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _same_day() -> Iterator[None]:
    with time_machine.travel(NOW):
        yield


def days_ago(days: int) -> dt.date:
    return TODAY - dt.timedelta(days=days)


def listed(**fields: Any) -> Case:
    case = make_case(**fields)
    due.refresh(case)
    case.save(update_fields=due.FIELDS)
    return case


def page(name: str, case: Case) -> str:
    return reverse(name, args=[case.public_id])


def test_order_recorded_on_its_page_stands_on_the_case(clerk: User, browse: Callable) -> None:
    case = listed(state=CaseState.NOT_ASSESSED, received_on=days_ago(140), assess_notified_on=days_ago(100))
    client = browse(clerk)
    assert client.get(page("clock.record", case)).status_code == 200
    typed = {"what": "tribunal_order:assess", **day("on", days_ago(5))}
    answer = client.post(page("clock.record", case), typed)
    assert (answer.status_code, answer["Location"]) == (302, page("case.view", case))
    said = text_of(client.get(page("case.view", case)))
    assert "by the tribunal’s order" in said
    assert "The tribunal ordered us to assess" in said
    assert "Being assessed" in said


def test_wrong_entry_keeps_what_was_typed(clerk: User, browse: Callable) -> None:
    case = listed()
    typed = {"what": "told:assess", **day("on", days_ago(1)), **day("other_c6", days_ago(-3))}
    answer = browse(clerk).post(page("clock.record", case), typed)
    assert answer.status_code == 422
    assert errors_of(answer) == {
        "other_c6": ["Only an order or an agreement in mediation names other dates. Leave these empty."]
    }
    assert f'value="{days_ago(-3).day}"' in answer.content.decode()
    assert ClockEvent.objects.count() == 0


def test_reason_for_a_delay_is_asked_where_a_stage_is_late(clerk: User, browse: Callable) -> None:
    case = listed(received_on=days_ago(50))
    client = browse(clerk)
    assert "Record why it is late" in text_of(client.get(page("case.view", case)))
    assert "Record why it is late" not in text_of(client.get(page("case.view", listed())))
    form = client.get(page("delay.record", case)).context["form"]
    assert (form.initial["stage"], form.initial["new_date"]) == ("C1", dt.date(2026, 12, 2))
    typed = {
        "stage": "C1",
        "cause": "panel",
        "reason": "No panel met in half-term.",
        **day("new_date", days_ago(-9)),
    }
    assert client.post(page("delay.record", case), typed).status_code == 302
    said = text_of(client.get(page("case.view", case)))
    assert (
        "C1 is late: waiting for a panel. Earliest day 2 December 2026; the family has not been told." in said
    )


def test_late_cases_stand_apart_oldest_first_and_those_in_time_before_them(
    clerk: User, browse: Callable
) -> None:
    near, late, oldest = (
        listed(received_on=days_ago(38)),
        listed(received_on=days_ago(50)),
        listed(received_on=days_ago(90)),
    )
    listed()
    DelayReason(
        case=late, stage="C1", cause="staff", reason="x y", new_date=days_ago(1), by=clerk, at=NOW
    ).save()
    answer = browse(clerk).get(reverse("delay.list"))
    found = answer.context["lateness"]
    assert [line.case for line in found.near] == [near]
    assert [(row.line.case, row.new_date, row.new_date_passed) for row in found.late] == [
        (oldest, dt.date(2026, 12, 2), False),
        (late, days_ago(1), True),
    ]
    assert (found.total, found.without_reason, found.not_told) == (2, 1, 1)
    assert "2 cases. 1 without a recorded reason; 1 where the family has not been told" in text_of(answer)


def test_coordinator_sees_her_own_late_cases_alone(
    coordinator: User, professional: User, browse: Callable
) -> None:
    own = listed(received_on=days_ago(50), coordinator=coordinator)
    listed(received_on=days_ago(60))
    late = browse(coordinator).get(reverse("delay.list")).context["lateness"].late
    assert [row.line.case for row in late] == [own]
    assert browse(professional).get(reverse("delay.list")).status_code == 403


@pytest.mark.parametrize("rows", [1, 3])
def test_late_page_asks_the_same_however_many_cases(
    rows: int, clerk: User, browse: Callable, django_assert_num_queries: Callable[[int], Any]
) -> None:
    for number in range(rows):
        case = listed(received_on=days_ago(50 + number), coordinator=clerk)
        listed(received_on=days_ago(38))
        DelayReason(
            case=case, stage="C1", cause="staff", reason="x y", new_date=TODAY, by=clerk, at=NOW
        ).save()
    client = browse(clerk)
    with django_assert_num_queries(12):
        client.get(reverse("delay.list"))


def test_case_page_stays_within_its_queries(
    clerk: User, browse: Callable, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    case = listed(received_on=days_ago(50))
    client = browse(clerk)
    with django_assert_max_num_queries(25):
        client.get(page("case.view", case))
