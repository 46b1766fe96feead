"""The routes around a panel: clear agreements at once, refusals never; what the next panel notes; what is moderated afterwards."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from meetings.actions.decide import record_decision
from meetings.actions.live import close_meeting, open_meeting
from meetings.actions.minutes import prepare_minutes
from meetings.actions.moving import cancel_meeting
from meetings.actions.plan import plan_meeting
from meetings.actions.reconsider import agree_on_reconsideration, start_reconsideration
from meetings.actions.seats import seat
from meetings.letters.content import missing
from meetings.letters.freeze import frozen_facts
from meetings.models import Decision, Meeting, Minutes, Noting, Seat
from meetings.queries.decisions import to_moderate_afterwards
from meetings.queries.noting import noting_page
from meetings.rules.decisions import Route, moderated_afterwards
from meetings.rules.reconsidering import Cause
from panel.actions.clocks import record_clock_event
from panel.law.legal import REFUSALS, Outcome, Stage
from panel.models import Address, Case, CaseState, Denial, Relationship
from panel.platform.policy import Refused, Role
from tests.make import NOW, TODAY, make_case, make_user
from tests.meetings.actions.test_late import next_day, on_paper
from tests.meetings.day import (
    MET_BY_SUPPORT,
    NO,
    REASONS,
    YES,
    Day,
    advise,
    after,
    begin,
    card_on,
    make_config,
    make_day,
    sit_down,
)

pytestmark = pytest.mark.django_db


def fast(day: Day, case: Case, **more: Any) -> Decision:
    values: dict[str, Any] = {
        "stage": Stage.ASSESS,
        "outcome": Outcome.ASSESS,
        "answers": YES,
        "reasons": REASONS,
        "fast_track": True,
        "by": day.officer,
        "now": NOW - dt.timedelta(days=1),
        **more,
    }
    return record_decision(case=case, **values)


def without_panel(day: Day, case: Case, outcome: Outcome = Outcome.NOT_ASSESS) -> Decision:
    refusal = outcome in REFUSALS
    return record_decision(
        case=case,
        stage=Stage.ASSESS,
        outcome=outcome,
        answers=NO if refusal else YES,
        reasons=REASONS,
        coded=MET_BY_SUPPORT if refusal else None,
        no_panel_because="No panel sits before the date.",
        by=day.officer,
        now=NOW - dt.timedelta(days=1),
    )


def late_case(**fields: Any) -> Case:
    """A case for which every panel is too late."""
    return make_case(received_on=TODAY - dt.timedelta(weeks=6), **fields)


def told(case: Case, on: dt.date = TODAY) -> None:
    Case.objects.filter(pk=case.pk).update(assess_notified_on=on)


def references(day: Day, user: Any, meeting: Meeting | None = None, now: dt.datetime = NOW) -> list[str]:
    return [line.reference for line in noting_page(user, meeting or day.meeting, now).lines]


def ended(day: Day, by: Any = None) -> Meeting:
    sit_down(day)
    open_meeting(meeting=day.meeting, card=card_on(NOW), by=day.chair, now=NOW)
    return close_meeting(meeting=day.meeting, by=by or day.chair, now=after(day, 30))


def code(call: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(Refused) as no:
        call(*args, **kwargs)
    return no.value.code


def test_clear_agreement_takes_effect_at_once() -> None:
    day, case = make_day(0), make_case()
    decision = fast(day, case)
    case.refresh_from_db()
    assert (decision.route, decision.recommendation, decision.item, case.state) == (
        Route.FAST_TRACK,
        None,
        None,
        CaseState.ASSESSING,
    )
    assert fast(day, case) == decision


def test_refusal_is_never_fast_tracked() -> None:
    day, case = make_day(0), make_case()
    refusal = {"outcome": Outcome.NOT_ASSESS, "answers": NO, "coded": MET_BY_SUPPORT}
    assert code(fast, day, case, **refusal) == "refusal_fast_tracked"
    decision = fast(day, case)
    row = Decision.objects.filter(pk=decision.pk).values().get()
    del row["id"], row["public_id"]
    with pytest.raises(IntegrityError, match="refusals_are_never_fast_tracked"), transaction.atomic():
        Decision(**{**row, "outcome": "not_assess", "supersedes_id": decision.pk}).save()


def test_panel_that_hears_it_is_not_passed_over() -> None:
    day = begin(make_day(2))
    assert code(fast, day, day.items[0].case, now=after(day, 2)) == "in_discussion"
    advise(day, day.items[0])
    assert code(fast, day, day.items[0].case, now=after(day, 20)) == "panel_has_advised"
    assert fast(day, day.items[1].case, now=after(day, 20)).route == Route.FAST_TRACK


def test_only_the_officer_agrees_without_a_panel() -> None:
    day, case = make_day(0), make_case()
    assert code(fast, day, case, by=day.clerk) == "not_allowed"
    Denial.objects.create(case=case, user=day.officer, source="test", since=NOW)
    assert code(fast, day, case) == "recused"


def test_letter_says_that_no_panel_was_asked() -> None:
    day, case = make_day(0), make_case()
    relationship = Relationship.objects.get(child=case.child)
    address = Address.objects.get(person=relationship.person)
    facts = frozen_facts(fast(day, case), relationship, address, TODAY)
    assert facts.fast_tracked
    assert "why there was no panel" not in missing(facts)


@pytest.mark.parametrize("route", list(Route))
@pytest.mark.parametrize("outcome", list(Outcome))
def test_refusal_without_a_panel_is_moderated_afterwards(route: Route, outcome: Outcome) -> None:
    assert moderated_afterwards(route, outcome) == (route is not Route.PANEL and outcome in REFUSALS)


def test_refusals_without_a_panel_are_found() -> None:
    day = make_day(0)
    refusal = without_panel(day, late_case())
    without_panel(day, late_case(), Outcome.ASSESS)
    fast(day, make_case())
    assert list(to_moderate_afterwards()) == [refusal]


def test_next_panel_notes_what_the_family_knows() -> None:
    day = make_day(0)
    known, unknown = late_case(), make_case()
    decision = without_panel(day, known)
    fast(day, unknown)
    told(known)
    assert references(day, day.clerk) == references(day, day.nurse) == [known.reference]
    meeting = ended(day)
    assert Noting.objects.get().decision == decision
    assert noting_page(day.clerk, meeting, NOW).noted
    assert references(day, day.clerk, meeting) == [known.reference]
    told(unknown)
    later = plan_meeting(
        panel_type=day.panel_type,
        starts_at=NOW + dt.timedelta(days=7),
        ends_at=NOW + dt.timedelta(days=7, hours=3),
        venue="Room 1",
        by=day.clerk,
        now=after(day, 60),
    ).meeting
    assert references(day, day.clerk, later) == [unknown.reference]


def test_meeting_after_the_next_and_other_panels_note_nothing() -> None:
    day = make_day(0)
    case = late_case()
    without_panel(day, case)
    told(case)
    values: dict[str, Any] = {"venue": "Room 1", "by": day.clerk, "now": NOW - dt.timedelta(days=1)}
    at = NOW + dt.timedelta(days=7)
    later = plan_meeting(
        panel_type=day.panel_type, starts_at=at, ends_at=at + dt.timedelta(hours=1), **values
    ).meeting
    other = make_config(panel_type=type(day.panel_type).objects.create(name="Early years panel"))
    elsewhere = plan_meeting(
        panel_type=other.panel_type, starts_at=at, ends_at=at + dt.timedelta(hours=1), **values
    ).meeting
    assert references(day, day.clerk, later) == references(day, day.clerk, elsewhere) == []


def test_whoever_is_shut_out_and_the_parent_representative_read_nothing() -> None:
    day = make_day(0)
    case = late_case()
    decision = without_panel(day, case)
    told(case)
    Denial.objects.create(case=case, user=day.nurse, source="test", since=NOW)
    assert references(day, day.nurse) == references(day, day.parent_carer) == []
    (line,) = noting_page(day.social, day.meeting, NOW).lines
    assert line.decision is None
    (line,) = noting_page(day.clerk, day.meeting, NOW).lines
    assert line.decision == decision.public_id
    ended(day)
    assert references(day, day.nurse, day.meeting) == []


def test_restricted_case_is_read_by_whoever_may_open_it() -> None:
    day = make_day(0)
    case = late_case(restricted=False)
    without_panel(day, case)
    told(case)
    Case.objects.filter(pk=case.pk).update(restricted=True)
    assert references(day, day.clerk) == []
    ended(day)
    assert references(day, day.clerk, day.meeting) == []
    assert Noting.objects.count() == 1


def refused_case() -> Case:
    return make_case(
        received_on=TODAY - dt.timedelta(weeks=20),
        state=CaseState.NOT_ASSESSED,
        assess_notified_on=TODAY - dt.timedelta(weeks=14),
    )


def event(day: Day, case: Case, kind: str, about: str = "") -> Any:
    return record_clock_event(case=case, kind=kind, on=TODAY, about=about, by=day.clerk, now=NOW)


def test_order_and_agreement_are_noted_by_the_row_that_restates_the_clock() -> None:
    day = make_day(0)
    order = event(day, refused_case(), "tribunal_order", "assess")
    agreement = event(day, refused_case(), "mediation_agreement", "assess")
    lines = noting_page(day.clerk, day.meeting, NOW).lines
    assert [(line.route, line.outcome) for line in lines] == [
        ("The tribunal made an order", "Assess"),
        ("An agreement was made in mediation", "Assess"),
    ]
    ended(day)
    assert [row.event for row in Noting.objects.order_by("pk")] == [order, agreement]


def test_change_of_mind_is_noted_once_the_family_was_told() -> None:
    day, case = make_day(0), refused_case()
    event(day, case, "reversed")
    assert references(day, day.clerk) == []
    event(day, case, "told", "assess")
    assert references(day, day.clerk) == [case.reference]


def test_order_entered_in_error_is_not_noted() -> None:
    day, case = make_day(0), refused_case()
    wrong = event(day, case, "tribunal_order", "assess")
    record_clock_event(case=case, kind="error", on=TODAY, supersedes=wrong, by=day.clerk, now=NOW)
    assert references(day, day.clerk) == []


def test_noting_is_of_one_thing() -> None:
    day = make_day(0)
    with pytest.raises(IntegrityError, match="noting_is_of_one_thing"), transaction.atomic():
        Noting(meeting=day.meeting, by=day.chair, at=NOW).save()


def test_minutes_say_what_was_noted_and_are_as_before_without_it() -> None:
    day = make_day(0)
    case = late_case()
    without_panel(day, case)
    told(case)
    prepare_minutes(meeting=ended(day), by=day.clerk, now=after(day, 90))
    assert Minutes.objects.get().record["noted"] == [
        {
            "reference": case.reference,
            "stage": "Whether to assess",
            "route": "Without this panel",
            "on": (TODAY - dt.timedelta(days=1)).isoformat(),
        }
    ]
    other = make_day(0, panel_type=type(day.panel_type).objects.create(name="Another panel"))
    prepare_minutes(meeting=ended(other), by=other.clerk, now=after(other, 90))
    assert "noted" not in Minutes.objects.latest("pk").record


def test_minutes_name_no_case_that_is_closed_to_a_reader_and_tell_of_no_change_of_mind() -> None:
    day = make_day(0)
    order = event(day, refused_case(), "tribunal_order", "assess")
    shut, restricted = refused_case(), refused_case()
    for case in (shut, restricted):
        event(day, case, "mediation_agreement", "assess")
    Denial.objects.create(case=shut, user=day.nurse, source="test", since=NOW)
    Case.objects.filter(pk=restricted.pk).update(restricted=True)
    prepare_minutes(meeting=ended(day), by=day.clerk, now=after(day, 90))
    record = Minutes.objects.get().record
    assert [(line["reference"], line["route"]) for line in record["noted"]] == [
        (order.case.reference, "Without this panel")
    ]
    assert record["noted_others"] == 2


def test_minutes_name_no_case_that_is_closed_to_an_officer() -> None:
    day, case = make_day(0), refused_case()
    event(day, case, "tribunal_order", "assess")
    Denial.objects.create(case=case, user=day.officer, source="test", since=NOW)
    prepare_minutes(meeting=ended(day), by=day.clerk, now=after(day, 90))
    record = Minutes.objects.get().record
    assert (record.get("noted"), record["noted_others"]) == (None, 1)


def test_observer_reads_nothing_of_it() -> None:
    day, case = make_day(0), late_case()
    without_panel(day, case)
    told(case)
    observer = make_user("Olive Observer", Role.MEMBER)
    seat(
        meeting=day.meeting,
        user=observer,
        seat=Seat.OBSERVER,
        by=day.clerk,
        now=NOW - dt.timedelta(days=5),
    )
    assert (references(day, day.nurse), references(day, observer)) == ([case.reference], [])
    assert references(day, observer, ended(day)) == []


def test_cancelled_meeting_has_nothing_to_note() -> None:
    day, case = make_day(0), late_case()
    without_panel(day, case)
    told(case)
    cancel_meeting(meeting=day.meeting, because="Snow", by=day.clerk, now=NOW - dt.timedelta(hours=5))
    day.meeting.refresh_from_db()
    assert references(day, day.clerk) == references(day, day.nurse) == []


def test_meeting_entered_from_paper_notes_nothing_made_after_it() -> None:
    day, case = on_paper(0), make_case()
    fast(day, case, now=next_day(day, 100))
    told(case, TODAY + dt.timedelta(days=1))
    record_clock_event(
        case=refused_case(),
        kind="tribunal_order",
        on=TODAY + dt.timedelta(days=1),
        about="assess",
        by=day.clerk,
        now=next_day(day, 100),
    )
    before = event(day, refused_case(), "tribunal_order", "assess")
    assert references(day, day.clerk, now=next_day(day, 150)) == [before.case.reference]
    close_meeting(meeting=day.meeting, by=day.clerk, now=next_day(day, 200))
    assert Noting.objects.get().event == before


def test_refusal_looked_at_again_before_the_next_panel_is_noted_and_moderated() -> None:
    day, case = make_day(0), late_case()
    refusal = without_panel(day, case)
    told(case)
    case.refresh_from_db()
    values: dict[str, Any] = {"case": case, "by": day.officer, "now": NOW}
    start_reconsideration(cause=Cause.EVIDENCE, because="A new report by her therapist came.", **values)
    made = agree_on_reconsideration(answers=YES, reasons=REASONS, **values)
    assert [line.outcome for line in noting_page(day.clerk, day.meeting, NOW).lines] == ["Do not assess"]
    assert list(to_moderate_afterwards()) == [refusal]
    event(day, case, "told", "assess")
    ended(day)
    assert [row.decision for row in Noting.objects.order_by("pk")] == [refusal, made.decision]
