import datetime as dt

import pytest

from meetings.actions.decide import (
    AlreadyDecided,
    recommend_and_decide,
    record_decision,
)
from meetings.actions.set_aside import confirm_set_aside, propose_set_aside
from meetings.models import Decision, PlanningOffer, Recommendation, SetAside
from panel.law.legal import REFUSALS, Outcome, Stage
from panel.models import CaseState
from panel.platform.policy import Refused
from tests.make import make_case
from tests.meetings.day import (
    MET_BY_SUPPORT,
    NECESSARY,
    NO,
    REASONS,
    YES,
    Day,
    advise,
    after,
    assessed_case,
    begin,
    heard,
    list_cases,
    make_config,
    make_day,
)

pytestmark = pytest.mark.django_db


def decide(day: Day, outcome: Outcome = Outcome.ASSESS, **fields):
    item = day.items[0]
    values = {
        "case": item.case,
        "stage": Stage(item.stage),
        "item": item,
        "by": day.officer,
        "now": after(day, 90),
    }
    if "answers" in fields and outcome in REFUSALS:
        values["coded"] = MET_BY_SUPPORT
    return record_decision(outcome=outcome, **{**values, **fields})


def code(refused) -> str:
    return refused.value.code


def test_decision_follows_the_recommendation_and_moves_the_case_on() -> None:
    day = make_day()
    advice = heard(day)
    decision = decide(day)
    case = day.items[0].case
    case.refresh_from_db()
    assert (decision.recommendation, decision.outcome, decision.reasons, decision.route) == (
        advice,
        "assess",
        REASONS,
        "panel",
    )
    assert (decision.config, decision.delegation_reference, decision.by_role) == (
        day.config,
        "SEND 4.2",
        "officer",
    )
    assert case.state == CaseState.ASSESSING
    assert not PlanningOffer.objects.exists()


def test_refusal_owes_the_family_a_planning_meeting() -> None:
    day = make_day()
    heard(day, Outcome.NOT_ASSESS)
    decision = decide(day, Outcome.NOT_ASSESS)
    assert PlanningOffer.objects.get().decision == decision
    assert decision.case.state == CaseState.NOT_ASSESSED


def test_departing_from_the_panel_needs_a_reason() -> None:
    day = make_day()
    heard(day)
    with pytest.raises(Refused) as refused:
        decide(day, Outcome.NOT_ASSESS, answers=NO, reasons=REASONS)
    assert code(refused) == "departs_without_reason"
    assert not Decision.objects.exists()
    decided = decide(
        day, Outcome.NOT_ASSESS, answers=NO, reasons=REASONS, departs_because="New therapy started this week."
    )
    assert decided.departs_because == "New therapy started this week."


def test_second_decision_shows_the_first() -> None:
    day = make_day()
    heard(day)
    first = decide(day)
    with pytest.raises(AlreadyDecided) as refused:
        decide(day, Outcome.NOT_ASSESS, answers=NO, reasons=REASONS, departs_because="Another thought.")
    assert (code(refused), refused.value.decision) == ("already_decided", first)
    assert Decision.objects.count() == 1


def test_same_decision_sent_twice_is_one() -> None:
    day = make_day()
    heard(day, Outcome.NOT_ASSESS)
    assert decide(day, Outcome.NOT_ASSESS) == decide(day, Outcome.NOT_ASSESS, now=after(day, 91))
    assert (Decision.objects.count(), PlanningOffer.objects.count()) == (1, 1)


def test_decision_waits_for_the_recommendation() -> None:
    day = begin(make_day())
    with pytest.raises(Refused) as refused:
        decide(day, answers=YES, reasons=REASONS)
    assert code(refused) == "no_recommendation"


@pytest.mark.parametrize("who", ["chair", "clerk", "nurse"])
def test_only_the_officer_decides(who: str) -> None:
    day = make_day()
    heard(day)
    with pytest.raises(Refused) as refused:
        decide(day, by=getattr(day, who))
    assert code(refused) in {"not_the_decider", "not_allowed"}
    assert not Decision.objects.exists()


def test_decision_is_not_dated_before_the_meeting_or_after_today() -> None:
    day = make_day()
    heard(day)
    with pytest.raises(Refused) as early:
        decide(day, decided_at=after(day, 90) - dt.timedelta(days=2))
    with pytest.raises(Refused) as late:
        decide(day, decided_at=after(day, 95))
    assert (code(early), code(late)) == ("decided_before_meeting", "decided_in_future")


def test_chair_decides_under_delegation_on_one_screen() -> None:
    day = begin(make_day(decides="chair"))
    advice, decision = recommend_and_decide(
        item=day.items[0],
        outcome=Outcome.ASSESS,
        answers=YES,
        reasons=REASONS,
        by=day.chair,
        now=after(day, 5),
    )
    assert (decision.recommendation, decision.by, decision.by_role) == (advice, day.chair, "chair")


def test_without_delegation_neither_record_is_kept() -> None:
    day = begin(make_day())
    with pytest.raises(Refused) as refused:
        recommend_and_decide(
            item=day.items[0],
            outcome=Outcome.ASSESS,
            answers=YES,
            reasons=REASONS,
            by=day.chair,
            now=after(day, 5),
        )
    assert code(refused) == "not_the_decider"
    assert not Recommendation.objects.exists()


def test_officer_decides_without_a_panel_where_none_can_sit_in_time() -> None:
    day = make_day(0)
    case = make_case(received_on=after(day, 0).date() - dt.timedelta(weeks=5, days=6))
    values = {
        "case": case,
        "stage": Stage.ASSESS,
        "outcome": Outcome.ASSESS,
        "by": day.officer,
        "now": after(day, -999),
    }
    with pytest.raises(Refused) as unreasoned:
        record_decision(**values, answers=YES, reasons=REASONS)
    with pytest.raises(Refused) as half:
        record_decision(
            **values, answers=YES[:1], reasons=REASONS, no_panel_because="No panel before Friday."
        )
    assert (code(unreasoned), code(half)) == ("no_panel_reason", "limb_unanswered")
    decision = record_decision(
        **values, answers=YES, reasons=REASONS, no_panel_because="No panel before Friday."
    )
    assert (decision.route, decision.recommendation, decision.item) == ("officer", None, None)


def test_officer_waits_for_a_panel_that_can_sit_in_time() -> None:
    day = make_day()
    with pytest.raises(Refused) as refused:
        decide(
            day,
            item=None,
            answers=YES,
            reasons=REASONS,
            no_panel_because="Quicker this way.",
            now=after(day, -1440),
        )
    assert code(refused) == "panel_can_sit"


def test_officer_does_not_pass_over_a_panel_that_has_advised() -> None:
    day = make_day()
    heard(day)
    with pytest.raises(Refused) as refused:
        decide(day, item=None, answers=YES, reasons=REASONS, no_panel_because="No panel before Friday.")
    assert code(refused) == "panel_has_advised"


def test_plan_is_decided_only_after_a_decision_to_assess() -> None:
    day = make_day(0)
    case = make_case(state=CaseState.ASSESSING, received_on=after(day, 0).date() - dt.timedelta(weeks=16))
    with pytest.raises(Refused) as refused:
        record_decision(
            case=case,
            stage=Stage.ISSUE,
            outcome=Outcome.ISSUE,
            answers=NECESSARY,
            reasons=REASONS,
            no_panel_because="No panel before Friday.",
            by=day.officer,
            now=after(day, -999),
        )
    assert code(refused) == "not_assessed"


def test_plan_is_decided_after_a_panel() -> None:
    day = make_day(0)
    list_cases(day, assessed_case(), stage=Stage.ISSUE)
    begin(day)
    advise(day, day.items[0], Outcome.ISSUE)
    assert decide(day, Outcome.ISSUE).case.state == CaseState.DRAFTING


def test_wrong_key_is_set_aside_by_two_people_and_decided_again() -> None:
    day = make_day()
    heard(day)
    wrong = decide(
        day, Outcome.NOT_ASSESS, answers=NO, reasons=REASONS, departs_because="This was the wrong button."
    )
    proposal = propose_set_aside(
        decision=wrong, reason="Wrong button pressed", by=day.officer, now=after(day, 95)
    )
    with pytest.raises(Refused) as alone:
        confirm_set_aside(proposal=proposal, by=day.officer, now=after(day, 96))
    assert (code(alone), SetAside.objects.exists()) == ("same_person", False)
    confirm_set_aside(proposal=proposal, by=day.clerk, now=after(day, 97))
    wrong.case.refresh_from_db()
    assert wrong.case.state == CaseState.REQUESTED
    again = decide(day, now=after(day, 98))
    assert (again.supersedes, again.outcome, Decision.objects.count()) == (wrong, "assess", 2)


def test_decision_stands_once_the_family_was_told() -> None:
    day = make_day()
    heard(day)
    decision = decide(day)
    decision.case.assess_notified_on = after(day, 90).date()
    decision.case.save(update_fields=["assess_notified_on"])
    with pytest.raises(Refused) as refused:
        propose_set_aside(
            decision=decision, reason="Wrong button pressed", by=day.officer, now=after(day, 95)
        )
    assert code(refused) == "family_told"


def test_set_aside_is_proposed_once() -> None:
    day = make_day()
    heard(day)
    decision = decide(day)
    propose_set_aside(decision=decision, reason="Wrong button pressed", by=day.officer, now=after(day, 95))
    with pytest.raises(Refused) as refused:
        propose_set_aside(decision=decision, reason="Wrong button pressed", by=day.clerk, now=after(day, 95))
    assert code(refused) == "already_proposed"


def test_recording_a_decision_asks_at_most_25_queries(django_assert_max_num_queries) -> None:
    day = make_day()
    heard(day, Outcome.NOT_ASSESS)
    with django_assert_max_num_queries(25):
        decide(day, Outcome.NOT_ASSESS)


def test_rules_of_the_day_name_the_delegation() -> None:
    day = make_day(0)
    newer = make_config(valid_from=after(day, 0).date(), delegation_reference="SEND 5.1")
    case = make_case(received_on=after(day, 0).date() - dt.timedelta(weeks=6))
    decision = record_decision(
        case=case,
        stage=Stage.ASSESS,
        outcome=Outcome.ASSESS,
        answers=YES,
        reasons=REASONS,
        no_panel_because="The last safe day has passed.",
        by=day.officer,
        now=after(day, 0),
    )
    assert (decision.config, decision.delegation_reference) == (newer, "SEND 5.1")
