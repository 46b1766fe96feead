"""What of the record goes into a letter."""

import datetime as dt

import pytest

from meetings.letters.blocks import voice
from meetings.letters.facts import Step
from meetings.letters.freeze import frozen_facts
from meetings.letters.sections import support_now
from meetings.models import AgendaItem, Decision, NextStep, Recommendation, Risk, RiskStep
from meetings.rules.standard_steps import AUTHORITY, FOLLOWS
from panel.law.legal import Outcome
from panel.law.words import in_words
from panel.models import Case, ClockEvent, Relationship, current_address
from panel.platform.policy import Role
from tests.make import NOW, TODAY, make_case, make_setting, make_user
from tests.meetings.letters.household import make_contacts, make_decision
from tests.world import ANSWERS, make_meeting

pytestmark = pytest.mark.django_db


def decided(recommended: str, outcome: str) -> Decision:
    make_contacts()
    case, chair = make_case(), make_user("Charlie Chair")
    meeting = make_meeting(chair, starts_at=NOW, ends_at=NOW.replace(hour=12))
    item = AgendaItem.objects.create(meeting=meeting, case=case, stage="assess", position=1, minutes=9)
    advice = Recommendation(
        item=item,
        stage="assess",
        outcome=recommended,
        test_version="cfa2014-s36-8",
        answers=ANSWERS,
        reasons="He needs more.",
        quorum={},
        by=chair,
        at=NOW,
    )
    advice.save()
    NextStep(
        recommendation=advice,
        position=1,
        what="Hold a planning meeting",
        owner="The SENCO",
        agency="School",
        due_on=TODAY,
    ).save()
    departing = {"departs_because": "New advice came."} if recommended != outcome else {}
    return make_decision(
        case, outcome, route="panel", item=item, recommendation=advice, no_panel_because="", **departing
    )


def steps_in_the_letter(decision: Decision) -> tuple[Step, ...]:
    tie = Relationship.objects.get(child=decision.case.child)
    address = current_address(tie.person, TODAY)
    assert address is not None
    return frozen_facts(decision, tie, address, TODAY).steps


def test_letter_carries_the_steps_the_panel_agreed() -> None:
    assert steps_in_the_letter(decided("not_assess", "not_assess")) == (
        Step("Hold a planning meeting", "The SENCO", "School", TODAY),
    )


def test_letter_leaves_out_the_steps_of_an_outcome_the_officer_departed_from() -> None:
    assert steps_in_the_letter(decided("not_assess", "assess")) == ()


def test_letter_after_a_tribunal_order_prints_the_dates_of_the_order() -> None:
    """Reg 44(2)(b): told of no plan 70 days, final plan 98 days after the order; the draft leaves fifteen days before it."""
    decision = decided("assess", "assess")
    ClockEvent(
        case=decision.case,
        kind="tribunal_order",
        on=TODAY,
        details={"about": "assess", "reopened": "assess"},
        recorded_at=NOW,
        recorded_by=decision.by,
    ).save()
    tie = Relationship.objects.get(child=decision.case.child)
    address = current_address(tie.person, TODAY)
    assert address is not None
    dates = frozen_facts(decision, tie, address, TODAY).dates
    assert (dates.not_issue_by, dates.plan_by, dates.counted_from) == (
        TODAY + dt.timedelta(days=70),
        TODAY + dt.timedelta(days=98),
        "the tribunal’s order of 23 November 2026",
    )


def test_letter_says_what_help_goes_on_meanwhile_unless_the_officer_departed() -> None:
    for outcome, said in (("assess", "The lunch club goes on."), ("not_assess", "")):
        decision = decided("assess", outcome)
        advice = decision.recommendation
        assert advice is not None
        advice.support_meanwhile = "The lunch club goes on."
        tie = Relationship.objects.get(child=decision.case.child)
        address = current_address(tie.person, TODAY)
        assert address is not None
        assert frozen_facts(decision, tie, address, TODAY).support_now == said
        decision.support_meanwhile = "The reading group goes on."
        assert frozen_facts(decision, tie, address, TODAY).support_now == "The reading group goes on."


@pytest.mark.parametrize(
    ("step", "lead", "days"),
    [(None, "Andy Adviser", 7), ("contacted", "Andy Adviser", None), ("declined", "", None)],
)
def test_letter_names_who_takes_on_a_place_at_risk(step: str | None, lead: str, days: int | None) -> None:
    decision = decided("assess", "assess")
    adviser = make_user("Andy Adviser", Role.ADVISER)
    due = TODAY + dt.timedelta(days=7)
    risk = Risk(
        case=decision.case,
        level="significant",
        indicators=["exclusion"],
        lead=adviser,
        accept_by=TODAY,
        contact_by=due,
        review_on=due,
        by=decision.by,
        at=NOW,
    )
    risk.save()
    if step:
        RiskStep(risk=risk, kind=step, on=TODAY, by=adviser, at=NOW).save()
    tie = Relationship.objects.get(child=decision.case.child)
    address = current_address(tie.person, TODAY)
    assert address is not None
    facts = frozen_facts(decision, tie, address, TODAY)
    assert (facts.lead_professional, facts.lead_contact_by) == (lead, due if days else None)
    said = " ".join(str(block) for block in support_now(facts, voice(facts)))
    assert (f"will get in touch with you by {in_words(due)}" in said) == bool(days)
    assert ("has been in touch with you" in said) == facts.lead_contacted == (step == "contacted")


def test_letter_says_a_standard_step_as_ours_and_names_the_setting() -> None:
    decision = decided("assess", "assess")
    Case.objects.filter(pk=decision.case_id).update(setting=make_setting("Elm Primary School"))
    decision = Decision.objects.get(pk=decision.pk)
    NextStep(
        recommendation=decision.recommendation,
        position=2,
        what=FOLLOWS[Outcome.ASSESS][0],
        owner="Cora Coordinator",
        agency=AUTHORITY,
        due_on=TODAY,
    ).save()
    tie = Relationship.objects.get(child=decision.case.child)
    address = current_address(tie.person, TODAY)
    assert address is not None
    facts = frozen_facts(decision, tie, address, TODAY)
    assert [step.reads for step in facts.steps] == [
        "Hold a planning meeting",
        "We ask for the advice that the assessment needs",
    ]
    assert facts.setting == facts.copied_to[0] == "Elm Primary School"
