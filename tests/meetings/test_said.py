"""What the child and the family say at the item: on the decide page, in the letter, and what a refusal owes them."""

import uuid
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from meetings.actions.decide import record_decision
from meetings.actions.live import save_revision
from meetings.letters.content import missing
from meetings.letters.freeze import frozen_facts
from meetings.models import Decision, Recommendation
from meetings.queries.said import said_at
from panel.law.legal import Outcome, Stage
from panel.models import Case, Relationship, current_address
from panel.platform.policy import Refused
from tests.make import TODAY, make_case
from tests.meetings.day import (
    MET_BY_SUPPORT,
    NO,
    REASONS,
    Day,
    advise,
    after,
    begin,
    make_config,
    make_day,
    refresh,
)
from tests.meetings.letters.household import make_contacts
from tests.meetings.views.client import as_, boxes, summary, this_morning, words

pytestmark = pytest.mark.django_db

SHE_CRIES = "She cries before school, and we worry."
ANSWERED = "We heard that she cries; the lunch club begins on Monday."


def say(day: Day, n: int = 1, minute: int = 2, **said: str) -> None:
    save_revision(
        item=day.items[0],
        group="views",
        n=n,
        edit_id=uuid.uuid4(),
        data=said,
        by=day.clerk,
        now=after(day, minute),
    )


def spoken(**said: str) -> Day:
    make_contacts()
    day = begin(make_day(1))
    say(day, **(said or {"family": SHE_CRIES}))
    return day


def decide(day: Day, outcome: Outcome, **fields: Any) -> Decision:
    return record_decision(
        case=day.items[0].case,
        stage=Stage.ASSESS,
        item=day.items[0],
        outcome=outcome,
        by=day.officer,
        now=after(day, 90),
        **fields,
    )


def facts(decision: Decision):
    tie = Relationship.objects.get(child=decision.case.child)
    address = current_address(tie.person, TODAY)
    assert address is not None
    return frozen_facts(decision, tie, address, TODAY)


def test_letter_has_what_was_said_at_the_item_before_what_came_with_the_request() -> None:
    day = spoken(family=SHE_CRIES)
    Case.objects.update(family_views="She reads well.", child_views="I like science.")
    refresh(day)
    advise(day, day.items[0], Outcome.NOT_ASSESS, family_views_answered=ANSWERED)
    refresh(day)
    found = facts(decide(day, Outcome.NOT_ASSESS))
    assert (found.family_views, found.child_views) == (SHE_CRIES, "I like science.")
    assert (found.views_answered, missing(found)) == (ANSWERED, ())


def test_letter_follows_the_words_as_the_minutes_do_until_they_are_finished() -> None:
    day = spoken(child="I like science.")
    advise(day, day.items[0])
    refresh(day)
    decision = decide(day, Outcome.ASSESS)
    say(day, n=2, minute=100, child="I like science best.")
    assert facts(decision).child_views == "I like science best."


def test_request_speaks_where_nobody_said_anything_at_the_item() -> None:
    case = make_case(child_views="I like science.")
    assert (said_at(case, None).child, bool(said_at(make_case(), None))) == ("I like science.", False)


def test_refusal_without_an_answer_is_not_recommended() -> None:
    day = spoken()
    with pytest.raises(Refused) as no:
        advise(day, day.items[0], Outcome.NOT_ASSESS)
    assert (no.value.code, no.value.field) == ("views_not_answered", "family_views_answered")
    assert not Recommendation.objects.exists()


def test_refusal_whose_views_came_late_is_answered_by_the_officer() -> None:
    day = begin(make_day(1))
    make_contacts()
    advise(day, day.items[0], Outcome.NOT_ASSESS)
    say(day, minute=30, family=SHE_CRIES)
    refresh(day)
    with pytest.raises(Refused) as no:
        decide(day, Outcome.NOT_ASSESS)
    assert no.value.code == "views_not_answered"
    found = facts(decide(day, Outcome.NOT_ASSESS, family_views_answered=ANSWERED))
    assert (found.views_answered, missing(found)) == (ANSWERED, ())


def test_panels_answer_is_not_given_to_an_outcome_it_does_not_argue_for() -> None:
    day = spoken()
    advise(day, day.items[0], family_views_answered="We heard that she cries, and shall find out why.")
    refresh(day)
    departing = {
        "answers": NO,
        "reasons": REASONS,
        "coded": MET_BY_SUPPORT,
        "departs_because": "New advice came in.",
    }
    with pytest.raises(Refused) as no:
        decide(day, Outcome.NOT_ASSESS, **departing)
    assert no.value.code == "views_not_answered"
    decision = decide(day, Outcome.NOT_ASSESS, family_views_answered=ANSWERED, **departing)
    assert facts(decision).views_answered == ANSWERED


def test_item_page_names_the_field_of_the_answer() -> None:
    day = begin(make_day(1, at=this_morning()))
    typed = {
        "views-family": SHE_CRIES,
        "views-n": "1",
        "limbs-a_answer": "yes",
        "limbs-a_reasons": "She speaks in single words.",
        "limbs-b_answer": "no",
        "limbs-b_reasons": "Speech therapy in school is working well.",
        "recommendation-outcome": "not_assess",
        "recommendation-reasons": REASONS,
        "recommendation-primary_reason": "R2",
    }
    address = reverse("recommendation.record", args=[day.items[0].public_id])
    lacking = as_(day.chair).post(address, typed)
    assert lacking.status_code == 422
    assert [where for where, _ in summary(lacking)] == ["id_recommendation-family_views_answered"]
    answered = {**typed, "recommendation-family_views_answered": ANSWERED}
    assert as_(day.chair).post(address, answered).status_code == 302


def today(**more: str) -> dict[str, str]:
    return {**boxes("decided_on", timezone.localdate()), "delegation_reference": "SEND 4.2", **more}


def test_officer_who_agrees_writes_the_answer_the_panel_left_out() -> None:
    day = begin(make_day(1, at=this_morning()))
    advise(day, day.items[0], Outcome.NOT_ASSESS, now=timezone.now())
    say(day, minute=30, family=SHE_CRIES)
    address, officer = reverse("decision.record", args=[day.items[0].public_id]), as_(day.officer)
    assert "the panel’s record does not answer it" in words(officer.get(address))
    lacking = officer.post(address, today(does="agree"))
    assert [where for where, _ in summary(lacking)] == ["id_family_views_answered"]
    assert officer.post(address, today(does="agree", family_views_answered=ANSWERED)).status_code == 302
    decision = Decision.objects.get()
    assert decision.family_views_answered == ANSWERED
    shown = words(officer.get(reverse("decision.view", args=[decision.public_id])))
    assert f"Answer to the family’s views {ANSWERED}" in shown


def test_officer_who_agrees_with_an_answered_refusal_is_asked_for_nothing() -> None:
    day = begin(make_day(1, at=this_morning()))
    say(day, family=SHE_CRIES)
    advise(day, day.items[0], Outcome.NOT_ASSESS, now=timezone.now(), family_views_answered=ANSWERED)
    address, officer = reverse("decision.record", args=[day.items[0].public_id]), as_(day.officer)
    assert "the panel’s record does not answer it" not in words(officer.get(address))
    hidden = today(does="agree", family_views_answered="Typed where one departs, and then thought better of.")
    assert officer.post(address, hidden).status_code == 302
    assert Decision.objects.get().family_views_answered == ""


def test_officer_alone_reads_what_was_said_and_answers_a_refusal(officer) -> None:
    make_config()
    case = make_case(family_views=SHE_CRIES)
    address, client = reverse("decision.without_panel", args=[case.public_id]), as_(officer)
    assert SHE_CRIES in words(client.get(address))
    form = today(
        outcome="not_assess",
        primary_reason="R2",
        reasons=REASONS,
        no_panel_because="No panel sits before the date.",
        **{
            "limbs-a_answer": "yes",
            "limbs-a_reasons": "She speaks in single words.",
            "limbs-b_answer": "no",
            "limbs-b_reasons": "Speech therapy in school is working well.",
        },
    )
    assert [where for where, _ in summary(client.post(address, form))] == ["id_family_views_answered"]
    assert client.post(address, {**form, "family_views_answered": ANSWERED}).status_code == 302
    assert Decision.objects.get().family_views_answered == ANSWERED
