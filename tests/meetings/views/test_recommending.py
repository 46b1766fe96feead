"""An item by screen: what follows from the answers, what is recorded, and what is missing beside its cause."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from meetings.models import Recommendation
from tests.meetings.views.client import as_, boxes, words
from tests.meetings.views.test_room import ASSESS, in_session, item_url

pytestmark = pytest.mark.django_db


def test_outcomes_follow_from_the_answers_as_they_are_given() -> None:
    day = in_session()
    form = {"only": "limbs", "limbs-n": "1", "limbs-a_answer": "yes", "limbs-b_answer": "yes"}
    seen = as_(day.chair, page=False).post(item_url(day, "item.write"), form).content.decode()
    assert "What follows from the answers: assess." in seen
    assert 'value="not_assess" data-off disabled>' in seen


def test_an_outcome_the_answers_exclude_does_not_stay_chosen_and_the_law_says_why() -> None:
    """A browser does not send a choice that cannot be made: the form comes without one, and is answered by the law's sentence."""
    day = in_session()
    unsure = {**ASSESS, "limbs-b_answer": "cannot_tell", "recommendation-outcome": "not_assess"}
    partly = {**unsure, "only": "limbs", "limbs-n": "1"}
    seen = as_(day.chair, page=False).post(item_url(day, "item.write"), partly).content.decode()
    assert (
        "“Do not assess” cannot stand beside these answers. “Cannot tell” is never a refusal. What follows"
        in seen
    )
    assert ('value="not_assess" data-off disabled>' in seen, "checked" in seen) == (True, False)
    del unsure["recommendation-outcome"]
    answer = as_(day.chair).post(item_url(day, "recommendation.record"), unsure)
    assert answer.status_code == 422
    assert "“Cannot tell” is never a refusal. A refusal needs an answer of no, with reasons." in words(answer)
    assert "Choose an outcome" not in words(answer)


def test_outcome_that_is_refused_comes_back_ticked_and_every_other_can_be_chosen() -> None:
    """Without script: whoever answers otherwise now chooses the outcome in the same go."""
    day = in_session()
    unlawful = {**ASSESS, "recommendation-outcome": "not_assess"}
    answer = as_(day.chair).post(item_url(day, "recommendation.record"), unlawful)
    page = answer.content.decode()
    assert (answer.status_code, "“Do not assess” cannot stand beside these answers." in words(answer)) == (
        422,
        True,
    )
    choices = page[page.index('id="div_id_recommendation-outcome"') :].partition("</fieldset>")[0]
    assert ('value="not_assess" data-off checked' in choices, "disabled" in choices) == (True, False)


def test_chair_records_the_recommendation_with_dissent_and_steps() -> None:
    day = in_session()
    steps = {"steps-0_what": "Call the school", "steps-0_owner": "Cleo Clerk", "steps-0_agency": "SEN team"}
    dissent = {
        "dissent-0_entry": str(day.entry(day.nurse).public_id),
        "dissent-0_text": "I would wait for the hearing test.",
    }
    due = boxes("steps-0_due", timezone.localdate() + dt.timedelta(days=7))
    answer = as_(day.chair).post(
        item_url(day, "recommendation.record"), {**ASSESS, **steps, **dissent, **due}
    )
    assert (answer.status_code, answer.url) == (302, reverse("meeting.view", args=[day.meeting.public_id]))
    advice = Recommendation.objects.get()
    assert (advice.outcome, advice.dissents.get().text, advice.next_steps.get().owner) == (
        "assess",
        "I would wait for the hearing test.",
        "Cleo Clerk",
    )


@pytest.mark.parametrize(
    ("changed", "field", "sentence"),
    [
        ({"limbs-b_answer": ""}, "limbs-b_answer", "Answer limb (b) before choosing an outcome"),
        ({"limbs-b_reasons": "-"}, "limbs-b_reasons", "Give the reasons for “yes” to limb (b)"),
        (
            {"recommendation-outcome": "not_assess"},
            "recommendation-outcome",
            "With every answer yes the authority must assess",
        ),
        ({"recommendation-reasons": ""}, "recommendation-reasons", "Say why, in words about this child."),
        ({"steps-0_what": "Call"}, "steps-0_owner", "Enter who does it"),
    ],
)
def test_what_is_missing_is_said_beside_its_cause_and_nothing_is_lost(
    changed: dict[str, str], field: str, sentence: str
) -> None:
    day = in_session()
    answer = as_(day.chair).post(item_url(day, "recommendation.record"), {**ASSESS, **changed})
    errors = " ".join(answer.context["form"].errors.get(field, []))
    assert (answer.status_code, sentence in errors) == (422, True)
    assert ("She speaks in single words." in answer.content.decode(), Recommendation.objects.exists()) == (
        True,
        False,
    )
