"""The public page of deadlines: dates in, dates out, nothing kept."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client

from panel.forms.deadlines import DeadlinesForm
from panel.law.facts import Exemption, Facts, MediationAgreement, SchoolClosure, TribunalOrder, Unopposed
from panel.law.rules import Code, OrderKind, UnopposedKind
from panel.models import AuditEntry
from tests.make import NOW, TODAY
from tests.panel.views.reading import day, errors_of, text_of

PAGE = "/deadlines"
pytestmark = pytest.mark.django_db
RECEIVED = dt.date(2026, 6, 18)
WHY = "The school was shut and the head could not answer before September."


@pytest.fixture(autouse=True)
def _same_day() -> Iterator[None]:
    with time_machine.travel(NOW):
        yield


def send(**fields: Any) -> Any:
    """What a stranger's browser gets for these fields; dates go into their three boxes."""
    typed: dict[str, str] = {}
    for name, value in fields.items():
        typed |= day(name, value) if isinstance(value, dt.date) else {name: value}
    return Client().post(PAGE, typed)


def facts(**fields: Any) -> Facts | None:
    typed: dict[str, str] = {}
    for name, value in {"received_on": RECEIVED, **fields}.items():
        typed |= day(name, value) if isinstance(value, dt.date) else {name: value}
    form = DeadlinesForm(typed, today=TODAY)
    assert form.is_valid(), form.errors
    return form.facts


def test_page_is_open_to_everybody_and_kept_nowhere() -> None:
    shown = Client().get(PAGE)
    answered = send(received_on=RECEIVED)
    assert (shown.status_code, answered.status_code) == (200, 200)
    assert answered["Cache-Control"] == "no-store, private"
    assert "sessionid" not in answered.cookies
    assert (Session.objects.count(), AuditEntry.objects.count()) == (0, 0)


@pytest.mark.parametrize("path", ["/deadlines", "/deadlines/"])
def test_page_has_its_address_with_and_without_a_slash(path: str) -> None:
    assert Client().get(path).status_code == 200


def test_request_date_alone_gives_every_date_in_its_order() -> None:
    answer = send(received_on=RECEIVED).context["answer"]
    assert [(entry.on, entry.what) for entry in answer.entries if entry.basis == "statutory"] == [
        (dt.date(2026, 7, 3), "You say what you think about an assessment"),
        (dt.date(2026, 7, 30), "The council tells you if it will assess"),
        (dt.date(2026, 7, 30), "The council asks for advice"),
        (dt.date(2026, 9, 10), "Each person asked gives advice"),
        (dt.date(2026, 10, 8), "If there will be no plan, the council tells you"),
        (dt.date(2026, 10, 21), "The draft plan is sent to you"),
        (dt.date(2026, 11, 4), "You answer the draft plan"),
        (dt.date(2026, 11, 5), "The school or college asked about answers"),
        (dt.date(2026, 11, 5), "If there will be a plan, you get the final plan"),
    ]


def test_refusal_letter_gives_the_time_to_appeal() -> None:
    said = text_of(send(received_on=RECEIVED, refused_notified_on=dt.date(2026, 7, 29)))
    assert "Contact a mediation adviser by 29 September 2026" in said
    assert "Appeal to the tribunal by 29 September 2026" in said
    assert "Done on 29 July 2026, in time." in said


def test_date_that_passed_is_never_called_a_breach_on_what_was_entered_alone() -> None:
    said = text_of(send(received_on=RECEIVED))
    assert "This day passed 116 days ago. If it has not been done, it is late and must still be done." in said


def test_everything_that_can_be_entered_becomes_a_fact() -> None:
    closure, exemption = SchoolClosure(dt.date(2026, 7, 23), dt.date(2026, 9, 3)), dt.date(2026, 7, 20)
    found = facts(
        born_on=dt.date(2018, 5, 4),
        advice_asked_on=exemption,
        closed_from=closure.closed_from,
        reopens_on=closure.reopens_on,
        exemption_stage="C1",
        exemption_ground="closure",
        exemption_from=exemption,
        exemption_because=WHY,
        assessment_completed_on=dt.date(2026, 2, 1),
    )
    assert found == Facts(
        received_on=RECEIVED,
        as_of=TODAY,
        born_on=dt.date(2018, 5, 4),
        advice_asked_on=exemption,
        school_closures=(closure,),
        exemptions=(Exemption(Code.C1, "a", exemption, None, WHY),),
        assessment_completed_on=dt.date(2026, 2, 1),
    )


ON, FINAL = dt.date(2026, 9, 1), dt.date(2026, 12, 24)


@pytest.mark.parametrize(
    ("change", "other", "known"),
    [
        (
            "order:make_plan",
            {"other_final_on": FINAL},
            {"tribunal_order": TribunalOrder(OrderKind.MAKE_PLAN, ON, ((Code.C6, FINAL),))},
        ),
        ("agreed:amend", {}, {"mediation_agreement": MediationAgreement(ON, (), OrderKind.AMEND)}),
        (
            "not_opposed:refusal_to_assess",
            {},
            {"unopposed": Unopposed(UnopposedKind.REFUSAL_TO_ASSESS, ON)},
        ),
        ("reversed", {}, {"reversed_on": ON}),
    ],
)
def test_each_change_is_the_fact_it_names(
    change: str, other: dict[str, dt.date], known: dict[str, Any]
) -> None:
    assert facts(change=change, changed_on=ON, **other) == Facts(received_on=RECEIVED, as_of=TODAY, **known)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"received_on_0": "x"}, {"received_on": "Enter a real date, as day, month and year in numbers."}),
        ({}, {"received_on": "Enter the day, month and year."}),
        (
            {"received_on": dt.date(2014, 8, 31)},
            {"received_on": "These rules govern requests received from 1 September 2014."},
        ),
        (
            {"received_on": RECEIVED, "refused_notified_on": TODAY + dt.timedelta(days=1)},
            {"refused_notified_on": "This day has not come yet. Add it when it has."},
        ),
        (
            {"received_on": RECEIVED, "refused_notified_on": dt.date(2026, 6, 1)},
            {"refused_notified_on": "1 June 2026 is before the request was received on 18 June 2026."},
        ),
        (
            {"received_on": RECEIVED, "exemption_because": WHY},
            {"exemption_stage": "Choose which stage the exemption is for."},
        ),
        (
            {
                "received_on": RECEIVED,
                "exemption_stage": "C2",
                "exemption_ground": "closure",
                "exemption_from": RECEIVED,
                "exemption_because": WHY,
            },
            {"exemption_ground": "This reason does not exist for this stage. Choose another one."},
        ),
        ({"received_on": RECEIVED, "change": "reversed"}, {"changed_on": "Enter the day it happened."}),
        (
            {"received_on": RECEIVED, "change": "reversed", "changed_on": ON, "other_final_on": FINAL},
            {"other_final_on": "Only an order or an agreement names other dates. Leave this empty."},
        ),
        (
            {"received_on": RECEIVED, "closed_from": ON},
            {"reopens_on": "Enter the day the school opens again."},
        ),
        (
            {"received_on": RECEIVED, "closed_from": ON, "reopens_on": ON},
            {
                "reopens_on": "The school cannot re-open on 1 September 2026: its first closed day is 1 September 2026."
            },
        ),
    ],
)
def test_wrong_date_is_said_beside_it(fields: dict[str, Any], wrong: dict[str, str]) -> None:
    response = send(**fields)
    assert response.status_code == 422
    assert errors_of(response) == {name: [sentence] for name, sentence in wrong.items()}


def test_what_was_typed_is_kept_and_its_part_stands_open() -> None:
    html = send(
        received_on_0="31", received_on_1="2", received_on_2="2026", change="reversed"
    ).content.decode()
    assert 'value="31"' in html
    assert html.count("<details") - html.count('app-more" open') == 4


def test_markup_typed_into_the_page_stays_text() -> None:
    html = send(received_on=RECEIVED, exemption_because="<script>alert(1)</script>").content.decode()
    assert "<script>alert" not in html


def test_page_asks_the_database_for_the_authoritys_name_alone(
    django_assert_max_num_queries: Callable[[int], Any],
) -> None:
    with django_assert_max_num_queries(1):
        send(received_on=RECEIVED)
