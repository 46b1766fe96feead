"""Several things wrong at once: each said beside its own field and linked by itself, and nothing typed is lost."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from meetings.forms.decisions import DecideForm
from meetings.models import Decision, Deferral, PanelConfig, Recommendation
from panel.law.legal import Outcome, Stage, legal_test
from panel.platform.policy import Refused, Role
from tests.make import make_user
from tests.meetings.day import Day, advise, begin, make_config, make_day, refresh
from tests.meetings.views.client import as_, boxes, leads_nowhere, summary, this_morning

pytestmark = pytest.mark.django_db


def in_session(items: int = 1) -> Day:
    return begin(make_day(items, at=this_morning()))


def test_recommendation_says_every_problem_beside_its_own_field() -> None:
    day = in_session()
    typed = {
        "limbs-a_answer": "yes",
        "limbs-b_answer": "no",
        "limbs-b_reasons": "Speech therapy in school is working well.",
        "recommendation-outcome": "not_assess",
        "recommendation-reasons": "Cared-for.",
        "recommendation-evidence_sought": "A report of the nursery",
    }
    answer = as_(day.chair).post(reverse("recommendation.record", args=[day.items[0].public_id]), typed)
    assert (answer.status_code, Recommendation.objects.exists()) == (422, False)
    assert sorted(answer.context["form"].errors) == [
        "limbs-a_reasons",
        "recommendation-primary_reason",
        "recommendation-reasons",
    ]
    assert [where for where, _ in summary(answer)] == [
        "id_limbs-a_reasons",
        "id_recommendation-primary_reason",
        "id_recommendation-reasons",
    ]
    assert leads_nowhere(answer) == []
    assert all(words in answer.content.decode() for words in typed.values())


def test_choice_without_an_answer_is_linked_to_its_first_box() -> None:
    day = in_session()
    answer = as_(day.chair).post(reverse("recommendation.record", args=[day.items[0].public_id]), {})
    places = [where for where, _ in summary(answer)]
    assert places == [
        "id_limbs-a_answer_1",
        "id_limbs-b_answer_1",
        "id_recommendation-outcome_1",
        "id_recommendation-reasons",
    ]
    assert leads_nowhere(answer) == []


def test_no_of_the_room_leads_to_quorum_and_people() -> None:
    day = in_session()
    for user in (day.psychologist, day.nurse, day.social, day.head, day.parent_carer):
        as_(day.clerk).post(reverse("attendance.leave", args=[day.entry(user).public_id]), {"now": "1"})
    said = {
        "limbs-a_answer": "yes",
        "limbs-a_reasons": "She speaks in single words.",
        "limbs-b_answer": "yes",
        "limbs-b_reasons": "Two terms of support have not been enough.",
        "recommendation-outcome": "assess",
        "recommendation-reasons": "word " * 60,
    }
    answer = as_(day.chair).post(reverse("recommendation.record", args=[day.items[0].public_id]), said)
    assert answer.status_code == 422
    assert [where for where, _ in summary(answer)] == ["status"]
    assert leads_nowhere(answer) == []


def test_deferral_says_each_thing_that_is_missing_beside_it() -> None:
    day = in_session()
    answer = as_(day.chair).post(
        reverse("item.defer", args=[day.items[0].public_id]),
        {"reason": "info", "owner": "Edie Owens", "late_because": "The clinic is slow."},
    )
    assert (answer.status_code, Deferral.objects.exists()) == (422, False)
    assert answer.context["form"].errors == {
        "missing": ["Name the information that is missing."],
        "by_when": ["Say by which day the missing information will be here."],
    }
    assert summary(answer) == [
        ("id_missing", "Name the information that is missing."),
        ("id_by_when", "Say by which day the missing information will be here."),
    ]
    assert leads_nowhere(answer) == []
    assert 'value="Edie Owens"' in answer.content.decode()


def advised() -> Day:
    day = in_session()
    advise(day, day.items[0], Outcome.ASSESS, now=timezone.now())
    refresh(day)
    return day


def test_departing_decision_says_every_problem_beside_its_own_field() -> None:
    day = advised()
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    typed = {
        **boxes("decided_on", tomorrow),
        "delegation_reference": "SEND 4.2",
        "does": "depart",
        "limbs-a_answer": "yes",
        "limbs-a_reasons": "She speaks in single words.",
        "limbs-b_answer": "no",
        "limbs-b_reasons": "Speech therapy in school works.",
        "reasons": "A school.",
    }
    answer = as_(day.officer).post(reverse("decision.record", args=[day.items[0].public_id]), typed)
    assert (answer.status_code, Decision.objects.exists()) == (422, False)
    assert sorted(answer.context["form"].errors) == [
        "decided_on",
        "departs_because",
        "primary_reason",
        "reasons",
    ]
    assert leads_nowhere(answer) == []
    assert all(words in answer.content.decode() for words in typed.values() if len(words) > 4)


def test_agreeing_says_what_is_wrong_where_it_can_be_seen() -> None:
    """Whoever agrees sees none of the fields in which one departs, so that no problem is put beside one of them."""
    day = advised()
    typed = {**boxes("decided_on", timezone.localdate() + dt.timedelta(days=1)), "does": "agree"}
    typed |= {"delegation_reference": "SEND 4.2"}
    answer = as_(day.officer).post(reverse("decision.record", args=[day.items[0].public_id]), typed)
    assert [where for where, _ in summary(answer)] == ["id_decided_on"]
    assert leads_nowhere(answer) == []
    advice = Recommendation.objects.get()
    test = legal_test(Stage.ASSESS, day.items[0].case.received_on)
    form = DecideForm(
        {**typed, **boxes("decided_on", timezone.localdate())}, advice=advice, test=test, papers=()
    )
    form.is_valid()
    form.refuse(Refused("reasons_short", "Too few words.", field="reasons"))
    assert form.errors == {"does": ["Too few words."]}


def test_rules_of_a_panel_say_every_problem_beside_its_own_field() -> None:
    config = make_config()
    admin = make_user("Ada Administrator", Role.ADMINISTRATOR)
    typed = {
        **boxes("valid_from", timezone.localdate() - dt.timedelta(days=1)),
        "minimum_total": "2",
        "minimum_agencies": "4",
        "required_seats": ["health", "social_care", "school"],
        "decides": "officer",
        "delegation_reference": "Scheme 9",
        "minutes_per_item": "9",
        "paper_deadline_days": "7",
        "comment_days": "0",
        "own_setting_effect": "leaves",
        "own_paper_effect": "no_vote",
        "hold_agreements_percent": "0",
        "staff_names": "roles",
    }
    answer = as_(admin).post(reverse("panel.configure", args=[config.panel_type.public_id]), typed)
    assert (answer.status_code, PanelConfig.objects.count()) == (422, 1)
    assert sorted(answer.context["form"].errors) == ["minimum_agencies", "minimum_total", "valid_from"]
    assert len(summary(answer)) == 3
    assert leads_nowhere(answer) == []
    assert 'value="Scheme 9"' in answer.content.decode()
