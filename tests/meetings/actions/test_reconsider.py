"""A refusal looked at again: the new decision beside the old one, the clock, the minutes, and its letter."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from meetings.actions.decide import record_decision
from meetings.actions.minutes import prepare_minutes
from meetings.actions.reconsider import (
    agree_on_reconsideration,
    let_refusal_stand,
    start_reconsideration,
)
from meetings.letters.actions import draft_letters, release_letter
from meetings.letters.queries import preview_of
from meetings.letters.sending import tell_case
from meetings.letters.tray import tray
from meetings.models import Decision, ItemRecord, PlanningOffer, Reconsideration, Reconsidered, Sent
from meetings.queries.decisions import assessed, standing_decision
from meetings.queries.noting import noting_page
from meetings.queries.reconsider import reconsiderations
from meetings.queries.waiting import waiting
from meetings.rules.reconsidering import OVERTAKEN, STILL_LOOKED_AT, Cause
from panel.actions.clocks import record_clock_event
from panel.law.clock import Basis, Code
from panel.law.legal import Outcome, Stage
from panel.models import AuditEntry, Case, CaseState, ClockEvent, Denial, PriorOutcome, Relationship
from panel.platform import outbox
from panel.platform.policy import Refused, Role
from panel.queries.clocks import live_events, owed_of
from tests.make import NOW, TODAY, make_case, make_user
from tests.meetings.day import NECESSARY, NO, REASONS, YES, Day, after, assessed_case, closed, heard, make_day
from tests.meetings.letters.household import Press, make_contacts

pytestmark = pytest.mark.django_db
LATER = NOW + dt.timedelta(days=20)


def refused_day() -> tuple[Day, Decision]:
    """The panel advised no, the officer agreed, the family was told ten days ago (of `LATER`)."""
    day = make_day(1)
    heard(day, Outcome.NOT_ASSESS)
    item = day.items[0]
    decision = record_decision(
        case=item.case,
        stage=Stage.ASSESS,
        item=item,
        outcome=Outcome.NOT_ASSESS,
        by=day.officer,
        now=after(day, 10),
    )
    Case.objects.filter(pk=item.case_id).update(assess_notified_on=TODAY + dt.timedelta(days=10))
    return day, decision


def case_of(decision: Decision) -> Case:
    return Case.objects.get(pk=decision.case_id)


def begin_again(day: Day, case: Case, cause: Cause = Cause.EVIDENCE, **more: Any) -> Reconsideration:
    values: dict[str, Any] = {"because": "A new report by her therapist came.", "by": day.officer, **more}
    return start_reconsideration(case=case, cause=cause, now=LATER, **values)


def agree(day: Day, case: Case, **more: Any) -> Reconsidered:
    values: dict[str, Any] = {"answers": YES, "reasons": REASONS, "by": day.officer, "now": LATER, **more}
    return agree_on_reconsideration(case=case, **values)


def code(call: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(Refused) as no:
        call(*args, **kwargs)
    return no.value.code


def test_new_decision_stands_and_the_refusal_is_kept() -> None:
    day, refusal = refused_day()
    case = case_of(refusal)
    begin_again(day, case)
    assert standing_decision(case, Stage.ASSESS) == refusal
    made = agree(day, case).decision
    case = case_of(refusal)
    assert made is not None
    assert (made.supersedes, made.outcome, made.route, made.item, made.recommendation) == (
        refusal,
        "assess",
        "reconsider",
        None,
        None,
    )
    assert standing_decision(case, Stage.ASSESS) == made
    assert Decision.objects.get(pk=refusal.pk).outcome == "not_assess"
    assert case.state == CaseState.ASSESSING
    assert assessed([case.pk]) == {case.pk: LATER.date()}
    assert PlanningOffer.objects.get().decision == refusal
    assert AuditEntry.objects.filter(verb="decision.reconsider").count() == 2


def test_first_dates_stay_the_legal_ones_and_the_case_waits_for_its_second_question() -> None:
    day, refusal = refused_day()
    case = case_of(refusal)
    begin_again(day, case, Cause.CONCESSION)
    ended = agree(day, case)
    case = case_of(refusal)
    (event,) = live_events([case])[case.pk]
    assert (ended.event, event.kind, event.on) == (event, ClockEvent.Kind.REVERSED, LATER.date())
    owed = owed_of(case, [event])[Code.C6]
    assert (owed.basis, owed.by) == (Basis.STATUTORY, case.received_on + dt.timedelta(weeks=20))
    assert [one.case_id for one in waiting(day.clerk, LATER)] == [case.pk]


@pytest.mark.parametrize(
    ("cause", "kind"),
    [(Cause.MEDIATION, "mediation_agreement"), (Cause.TRIBUNAL, "tribunal_order")],
)
def test_agreement_and_order_are_linked_and_not_recorded_twice(cause: Cause, kind: str) -> None:
    day, refusal = refused_day()
    case = case_of(refusal)
    begin_again(day, case, cause)
    assert code(agree, day, case) == "event_missing"
    event = record_clock_event(case=case, kind=kind, about="assess", on=LATER.date(), by=day.clerk, now=LATER)
    assert code(let_refusal_stand, case=case, because="It does.", by=day.officer, now=LATER) == "undone"
    assert agree(day, case).event == event
    assert ClockEvent.objects.count() == 1
    assert case_of(refusal).state == CaseState.ASSESSING


def test_order_to_look_again_brings_a_change_of_mind() -> None:
    day, refusal = refused_day()
    case = case_of(refusal)
    record_clock_event(
        case=case, kind="tribunal_order", about="reconsider", on=LATER.date(), by=day.clerk, now=LATER
    )
    begin_again(day, case, Cause.TRIBUNAL)
    assert agree(day, case).event.kind == ClockEvent.Kind.REVERSED


def test_refusal_stands_after_all_and_can_be_looked_at_once_more() -> None:
    day, refusal = refused_day()
    case = case_of(refusal)
    begin_again(day, case)
    assert code(begin_again, day, case) == "under_way"
    ended = let_refusal_stand(case=case, because="The report says the same.", by=day.officer, now=LATER)
    assert (ended.decision, ended.event, standing_decision(case, Stage.ASSESS)) == (None, None, refusal)
    assert code(let_refusal_stand, case=case, because="Again.", by=day.officer, now=LATER) == "not_under_way"
    begin_again(day, case, Cause.MODERATION)


def test_agreement_is_never_made_a_refusal_and_never_taken_back() -> None:
    day, refusal = refused_day()
    case = case_of(refusal)
    begin_again(day, case)
    assert code(agree, day, case, answers=NO) == "no_excludes_outcome"
    assert code(agree, day, case, reasons="") == "reasons_missing"
    assert code(agree, day, case, decided_at=NOW) == "decided_before_refusal"
    assert code(agree, day, case, decided_at=LATER + dt.timedelta(days=1)) == "decided_in_future"
    agree(day, case)
    assert code(begin_again, day, case_of(refusal)) == "nothing_refused"


def test_untold_refusal_is_set_aside_and_not_looked_at_again() -> None:
    day, refusal = refused_day()
    Case.objects.filter(pk=refusal.case_id).update(assess_notified_on=None)
    assert code(begin_again, day, case_of(refusal)) == "family_not_told"


def test_only_an_officer_who_is_not_recused() -> None:
    day, refusal = refused_day()
    case = case_of(refusal)
    assert code(begin_again, day, case, by=day.clerk) == "not_allowed"
    other = make_user("Olga Officer", Role.OFFICER)
    Denial.objects.create(case=case, user=other, source="test", since=NOW)
    assert code(begin_again, day, case, by=other) == "recused"


def test_refusal_from_before_this_system_is_looked_at_again() -> None:
    day = make_day(0)
    case = make_case(
        received_on=TODAY - dt.timedelta(weeks=20),
        state=CaseState.NOT_ASSESSED,
        assess_notified_on=TODAY - dt.timedelta(weeks=14),
    )
    prior = PriorOutcome(
        case=case,
        stage="assess",
        outcome="not_assess",
        decided_on=TODAY - dt.timedelta(weeks=14),
        notified_on=TODAY - dt.timedelta(weeks=14),
        recorded_at=NOW,
        recorded_by=None,
    )
    prior.save()
    begun = begin_again(day, case)
    assert (begun.prior, begun.decision) == (prior, None)
    made = agree(day, case).decision
    assert made is not None
    assert (made.supersedes, Case.objects.get(pk=case.pk).state) == (None, CaseState.ASSESSING)


def test_refusal_of_a_plan_is_looked_at_again() -> None:
    day = make_day(0)
    case = assessed_case()
    Case.objects.filter(pk=case.pk).update(state=CaseState.NOT_ISSUED, issue_notified_on=TODAY)
    PriorOutcome(
        case=case,
        stage="issue",
        outcome="not_issue",
        decided_on=TODAY,
        notified_on=TODAY,
        recorded_at=NOW,
        recorded_by=None,
    ).save()
    case = Case.objects.get(pk=case.pk)
    begin_again(day, case, Cause.CONCESSION)
    made = agree(day, case, answers=NECESSARY).decision
    assert made is not None
    assert (made.outcome, Case.objects.get(pk=case.pk).state) == ("issue", CaseState.DRAFTING)


def test_look_at_one_question_is_never_spent_on_the_other() -> None:
    day, refusal = refused_day()
    case = case_of(refusal)
    begin_again(day, case)
    record_clock_event(
        case=case, kind="tribunal_order", about="assess", on=LATER.date(), by=day.clerk, now=LATER
    )
    Case.objects.filter(pk=case.pk).update(state=CaseState.NOT_ISSUED, issue_notified_on=None)
    no_plan = Decision(
        case=case,
        config=refusal.config,
        stage="issue",
        route="officer",
        outcome="not_issue",
        test_version="cfa2014-s37-1",
        answers=[],
        reasons=REASONS,
        no_panel_because="No panel sits in time.",
        delegation_reference="S 1",
        by=day.officer,
        by_role="officer",
        decided_at=LATER,
        entered_at=LATER,
    )
    no_plan.save()
    case = case_of(refusal)
    assert code(agree, day, case, answers=NECESSARY) == "not_under_way"
    assert (
        code(let_refusal_stand, case=case, because="It does.", by=day.officer, now=LATER) == "not_under_way"
    )
    assert code(begin_again, day, case) == "family_not_told"
    Case.objects.filter(pk=case.pk).update(issue_notified_on=LATER.date())
    begun = begin_again(day, case_of(refusal))
    ended = agree(day, case_of(refusal), answers=NECESSARY)
    assert (ended.reconsideration, begun.stage, ended.decision.supersedes) == (begun, "issue", no_plan)


def said_of(case: Case) -> list[str]:
    return [one.without_end for one in reconsiderations(case)]


def test_look_without_outcome_says_whether_one_can_still_come() -> None:
    day, refusal = refused_day()
    begin_again(day, case_of(refusal))
    assert said_of(case_of(refusal)) == [STILL_LOOKED_AT]
    record_clock_event(
        case=case_of(refusal), kind="tribunal_order", about="assess", on=LATER.date(), by=day.clerk, now=LATER
    )
    assert said_of(case_of(refusal)) == [STILL_LOOKED_AT]
    Case.objects.filter(pk=refusal.case_id).update(state=CaseState.NOT_ISSUED)
    assert said_of(case_of(refusal)) == [OVERTAKEN]


def test_look_that_came_to_an_end_says_only_that() -> None:
    day, refusal = refused_day()
    begin_again(day, case_of(refusal))
    let_refusal_stand(case=case_of(refusal), because="It does.", by=day.officer, now=LATER)
    begin_again(day, case_of(refusal))
    assert said_of(case_of(refusal)) == [STILL_LOOKED_AT, ""]
    agree(day, case_of(refusal))
    assert said_of(case_of(refusal)) == ["", ""]


def test_agreement_asks_again_whether_the_family_was_told_of_the_refusal() -> None:
    day, refusal = refused_day()
    begin_again(day, case_of(refusal))
    Case.objects.filter(pk=refusal.case_id).update(assess_notified_on=None)
    assert code(agree, day, case_of(refusal)) == "family_not_told"


def test_letter_goes_the_whole_way_and_the_new_answer_is_on_the_clock() -> None:
    day, refusal = refused_day()
    case, told_no = case_of(refusal), case_of(refusal).assess_notified_on
    parent = Relationship.objects.get(child=case.child).person
    parent.user = make_user("Grace", Role.PARENT)
    parent.save(update_fields=["user"])
    make_contacts()
    begin_again(day, case)
    made = agree(day, case_of(refusal)).decision
    assert [line.decision for line in tray(day.clerk, LATER).to_draft] == [made]
    [letter] = draft_letters(decision=made, by=day.clerk, now=LATER).letters
    assert letter.facts["replaces"] == {"told_on": told_no.isoformat(), "told_you": False, "why": "evidence"}
    outbox.drain(Press(), lambda: LATER, "test")
    second = make_user("Sam Second", Role.CLERK)
    release_letter(
        letter=letter,
        content_sha256=letter.content_sha256,
        shown_sha256=preview_of(letter).sha256,
        by=second,
        now=LATER,
    )
    outbox.drain(Press(), lambda: LATER, "test")
    assert Sent.objects.get().letter == letter
    told = ClockEvent.objects.get(kind="told")
    assert (told.details["told"], told.on, told.recorded_by) == ("assess", LATER.date(), second)
    assert case_of(refusal).assess_notified_on == told_no
    seen = tray(day.clerk, LATER)
    assert (seen.to_draft, seen.to_release, seen.on_their_way) == ((), (), ())
    tell_case(made, LATER)
    assert ClockEvent.objects.filter(kind="told").count() == 1


def test_letter_waits_where_what_reopened_the_case_was_taken_back() -> None:
    day, refusal = refused_day()
    begin_again(day, case_of(refusal))
    ended = agree(day, case_of(refusal))
    record_clock_event(
        case=case_of(refusal), kind="error", on=LATER.date(), supersedes=ended.event, by=day.clerk, now=LATER
    )
    with pytest.raises(Refused) as no:
        draft_letters(decision=ended.decision, by=day.clerk, now=LATER)
    assert no.value.code == "decision_superseded"


def test_minutes_prepared_later_still_say_what_was_decided_on_the_item() -> None:
    day, refusal = refused_day()
    closed(day)
    begin_again(day, case_of(refusal))
    agree(day, case_of(refusal))
    prepare_minutes(meeting=day.meeting, by=day.clerk, now=LATER)
    assert ItemRecord.objects.get().record["decision"]["outcome"] == "Do not assess"


def test_next_panel_notes_it_once_and_after_the_family_knows() -> None:
    day, refusal = refused_day()
    case = case_of(refusal)
    other = make_day(
        0, at=LATER + dt.timedelta(days=1), panel_type=day.panel_type, valid_from=dt.date(2021, 1, 1)
    )
    closed(day)
    begin_again(day, case)
    agree(day, case)
    assert noting_page(day.clerk, other.meeting, LATER).lines == ()
    record_clock_event(case=case, kind="told", about="assess", on=LATER.date(), by=day.clerk, now=LATER)
    lines = noting_page(day.clerk, other.meeting, LATER).lines
    assert [(line.reference, line.route) for line in lines] == [
        (case.reference, "On looking again at a refusal")
    ]


def test_database_keeps_a_reconsideration_whole() -> None:
    day, refusal = refused_day()
    case = case_of(refusal)
    values: dict[str, Any] = {
        "case": case,
        "stage": "assess",
        "cause": "evidence",
        "by": day.officer,
        "at": NOW,
    }
    for wrong in ({"because": "Why", "decision": None}, {"because": "", "decision": refusal}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Reconsideration(**values, **wrong).save()
    begun = begin_again(day, case)
    with pytest.raises(IntegrityError), transaction.atomic():
        Reconsidered(reconsideration=begun, by=day.officer, at=NOW).save()
