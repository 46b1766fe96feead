"""What the minutes keep of an officer's decision: the findings it rests on, where they are not the panel's."""

from dataclasses import replace

import pytest

from meetings.actions.decide import record_decision
from meetings.models import ItemRecord
from panel.law.legal import Outcome, Stage
from tests.make import make_paper
from tests.meetings.actions.test_minutes import a_closed_day, prepare
from tests.meetings.day import MET_BY_SUPPORT, NO, REASONS, after

pytestmark = pytest.mark.django_db


def test_decision_that_departs_keeps_its_own_findings() -> None:
    day = a_closed_day()
    values = {"stage": Stage.ASSESS, "by": day.officer, "now": after(day, 105)}
    letter = make_paper(day.items[0].case, title="Letter of a therapist")
    record_decision(
        case=day.items[0].case,
        item=day.items[0],
        outcome=Outcome.NOT_ASSESS,
        answers=(NO[0], replace(NO[1], papers=(str(letter.public_id),))),
        reasons=REASONS,
        departs_because="Her marks of this week show it.",
        coded=MET_BY_SUPPORT,
        **values,
    )
    record = ItemRecord.objects.get(minutes=prepare(day, 106)).record
    assert [limb["answer"] for limb in record["limbs"]] == ["Yes", "Yes"]
    assert [(limb["answer"], limb["reasons"]) for limb in record["decision"]["limbs"]] == [
        ("Yes", NO[0].reasons),
        ("No", NO[1].reasons),
    ]
    # What came after the panel sat is no paper it considered, and still what the answer rests on.
    assert record["decision"]["limbs"][1]["evidence"] == ["Letter of a therapist"]
    assert record["decision"]["codes"] == [MET_BY_SUPPORT.primary]


def test_decision_as_advised_keeps_no_second_set_of_answers() -> None:
    day = a_closed_day()
    values = {"stage": Stage.ASSESS, "by": day.officer, "now": after(day, 105)}
    record_decision(case=day.items[0].case, item=day.items[0], outcome=Outcome.ASSESS, **values)
    decided = ItemRecord.objects.get(minutes=prepare(day, 106)).record["decision"]
    assert {"limbs", "codes"} & decided.keys() == set()
