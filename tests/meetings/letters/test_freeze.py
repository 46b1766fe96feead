"""What of the record goes into a letter."""

import pytest

from meetings.letters.facts import Step
from meetings.letters.freeze import frozen_facts
from meetings.models import AgendaItem, Decision, NextStep, Recommendation
from panel.models import Relationship, current_address
from tests.make import NOW, TODAY, make_case, make_user
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
