import datetime as dt

import pytest

from meetings.actions.decide import record_decision
from meetings.actions.planning import offer_planning_meeting
from meetings.models import Decision, PlanningOffer
from panel.law.legal import Outcome, Stage
from panel.platform.policy import Refused
from tests.make import TODAY
from tests.meetings.day import Day, after, heard, make_day

pytestmark = pytest.mark.django_db
ONE_DAY = dt.timedelta(days=1)


def decided(outcome: Outcome) -> tuple[Day, Decision]:
    day = make_day()
    heard(day, outcome)
    item = day.items[0]
    decision = record_decision(
        case=item.case, stage=Stage.ASSESS, item=item, outcome=outcome, by=day.officer, now=after(day, 9)
    )
    return day, decision


def offer(day: Day, decision: Decision, **fields) -> PlanningOffer:
    values = {"lead": day.head, "offered_on": TODAY, "by": day.clerk, "now": after(day, 20)}
    return offer_planning_meeting(decision=decision, **{**values, **fields})


def code(*args, **fields) -> str:
    with pytest.raises(Refused) as refused:
        offer(*args, **fields)
    return refused.value.code


def test_offer_goes_with_a_refusal() -> None:
    day, decision = decided(Outcome.NOT_ASSESS)
    made = offer(day, decision)
    assert (made.lead, made.offered_on, PlanningOffer.objects.get()) == (day.head, TODAY, made)


def test_nothing_is_offered_with_a_yes() -> None:
    day, decision = decided(Outcome.ASSESS)
    assert code(day, decision) == "no_offer"


def test_offer_is_dated_after_the_decision_and_not_ahead() -> None:
    day, decision = decided(Outcome.NOT_ASSESS)
    assert code(day, decision, offered_on=TODAY - ONE_DAY) == "offered_before_decision"
    assert code(day, decision, offered_on=TODAY + ONE_DAY) == "offered_in_future"
    assert code(day, decision, by=day.nurse) == "not_allowed"
    assert PlanningOffer.objects.get().offered_on is None
