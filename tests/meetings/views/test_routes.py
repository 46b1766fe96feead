"""Agreeing without a panel by screen, what is to be noted beside the agenda, and refusals to be moderated afterwards."""

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from meetings.actions.decide import record_decision
from meetings.models import Decision
from panel.law.legal import Outcome, Stage
from panel.models import AdviceRequest, Case
from tests.make import make_case
from tests.meetings.day import MET_BY_SUPPORT, NO, REASONS, YES, Day, make_day
from tests.meetings.views.client import as_, boxes, words

pytestmark = pytest.mark.django_db
SOON = dt.timedelta(days=3)


def case_of(weeks: int = 3) -> Case:
    return make_case(received_on=timezone.localdate() - dt.timedelta(weeks=weeks))


def planned() -> Day:
    return make_day(0, at=timezone.now().replace(microsecond=0) + SOON)


def typed(**more: str) -> dict[str, Any]:
    return {
        **boxes("decided_on", timezone.localdate()),
        "delegation_reference": "SEND 4.2",
        "limbs-a_answer": "yes",
        "limbs-a_reasons": "She speaks in single words.",
        "limbs-b_answer": "yes",
        "limbs-b_reasons": "Two terms of support have not been enough.",
        "reasons": REASONS,
        **more,
    }


def test_officer_agrees_without_a_panel_and_the_next_one_notes_it() -> None:
    day, case = planned(), case_of()
    officer = as_(day.officer)
    page = officer.get(reverse("case.view", args=[case.public_id]))
    assert "Agree without a panel, where the answer is clearly yes" in words(page)
    answer = officer.post(reverse("decision.fast_track", args=[case.public_id]), typed(), follow=True)
    assert "Agreed. The clerk drafts the letters; the next panel notes it." in words(answer)
    assert "without a panel: a clear agreement" in words(answer)
    Case.objects.filter(pk=case.pk).update(assess_notified_on=timezone.localdate())
    for name in ("agenda.edit", "meeting.view"):
        seen = words(as_(day.clerk).get(reverse(name, args=[day.meeting.public_id])))
        assert (
            f"To be noted Decided without this panel. Each took effect at once, and the family knows. {case.reference}"
            in seen
        )


def test_officer_reads_how_much_advice_is_in_before_agreeing_to_a_plan() -> None:
    day, case = planned(), case_of(weeks=7)
    officer, url = as_(day.officer), reverse("decision.fast_track", args=[case.public_id])
    page = words(officer.get(url))
    assert "which has passed: decide as soon as you can, for the duty stays." in page
    assert "Warning:" not in page
    Case.objects.update(state="assessing")
    assert "Warning: No advice has been asked for yet." in words(officer.get(url))
    today = timezone.localdate()
    asked = [
        AdviceRequest.objects.create(case=case, item=item, body="Somebody", requested_on=today)
        for item in "cd"
    ]
    assert "Of 2 pieces of advice asked for, none has come in." in words(officer.get(url))
    AdviceRequest.objects.filter(pk=asked[0].pk).update(received_on=today)
    assert "Of 2 pieces of advice asked for, 1 has come in." in words(officer.get(url))
    AdviceRequest.objects.update(received_on=today)
    assert "Warning:" not in words(officer.get(url))


def test_answer_that_is_not_yes_is_said_beside_it_and_kept() -> None:
    day, case = planned(), case_of()
    answer = as_(day.officer).post(
        reverse("decision.fast_track", args=[case.public_id]), typed(**{"limbs-b_answer": "no"})
    )
    assert (answer.status_code, Decision.objects.count()) == (422, 0)
    said = words(answer)
    assert (
        "necessary for special educational provision to be made in accordance with a plan?” leads to no agreement."
        in said
    )
    assert "Change the answer, or put the question to a panel." in said
    assert "limbs-b_answer" in answer.context["form"].errors
    assert "Change the answer or the outcome" not in said
    assert "She speaks in single words." in answer.content.decode()


def test_page_that_only_agrees_names_its_questions_and_speaks_of_no_outcome_to_choose() -> None:
    day, case = planned(), case_of()
    there = reverse("decision.fast_track", args=[case.public_id])
    empty = {"limbs-a_answer": "", "limbs-a_reasons": "", "limbs-b_reasons": "", "reasons": ""}
    answer = as_(day.officer).post(there, typed(**empty))
    errors = answer.context["form"].errors
    asked = "Does the child or young person have, or might they have, special educational needs?"
    assert errors["limbs-a_answer"] == [f"Answer “{asked}”"]
    assert errors["limbs-b_reasons"][0].startswith("Give the reasons for “yes” to “Might it be necessary")
    assert errors["reasons"] == ["Say why, in words about this child."]
    said = words(answer)
    assert [one in said for one in ("limb (", "before choosing", "In a refusal")] == [False] * 3


def test_refusal_without_a_panel_is_listed_to_be_moderated_afterwards() -> None:
    day, case = planned(), case_of(weeks=7)
    officer = as_(day.officer)
    tray = reverse("decision.list")
    assert "to be moderated afterwards" not in words(officer.get(tray))
    decision = record_decision(
        case=case,
        stage=Stage.ASSESS,
        outcome=Outcome.NOT_ASSESS,
        answers=NO,
        reasons=REASONS,
        coded=MET_BY_SUPPORT,
        no_panel_because="No panel sits before the date.",
        by=day.officer,
        now=timezone.now(),
    )
    assert f"to be moderated afterwards {case.reference}" in words(officer.get(tray))
    seen = words(officer.get(reverse("decision.view", args=[decision.public_id])))
    assert "Moderation afterwards: a refusal without a panel always is" in seen


def test_item_decided_without_its_panel_says_so_on_the_agenda() -> None:
    day = make_day(1, at=timezone.now().replace(microsecond=0) + SOON)
    item = day.items[0]
    record_decision(
        case=item.case,
        stage=Stage.ASSESS,
        item=item,
        outcome=Outcome.ASSESS,
        answers=YES,
        reasons=REASONS,
        fast_track=True,
        by=day.officer,
        now=timezone.now(),
    )
    page = reverse("meeting.view", args=[day.meeting.public_id])
    assert "Decided without this panel: assess . It is withdrawn at the meeting." in words(
        as_(day.clerk).get(page)
    )
    assert "Decided without this panel" not in words(as_(day.nurse).get(page))
