"""The database refuses what must never be, whoever asks: each constraint once, past every action."""

import uuid
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from meetings.actions.decide import record_decision
from meetings.actions.set_aside import propose_set_aside
from meetings.models import (
    AgendaItem,
    Attendance,
    Conflict,
    Decision,
    Deferral,
    Dissent,
    Interval,
    ItemRecord,
    ItemWithdrawal,
    Meeting,
    Minutes,
    MinutesSheet,
    MinutesSignature,
    PanelConfig,
    PaperConsidered,
    PlanningOffer,
    PreView,
    Recommendation,
    Revision,
    RosterEntry,
    SentBack,
    SetAside,
    SetAsideProposal,
)
from panel.law.legal import Outcome, Stage
from panel.platform.policy import Refused
from tests.make import NOW, make_document, make_paper
from tests.meetings.day import REASONS, Day, after, heard, make_config, make_day

pytestmark = pytest.mark.django_db


def refused(row: Any) -> bool:
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)
    return True


def update_refused(model: Any, row: Any, **fields: Any) -> bool:
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.filter(pk=row.pk).update(**fields)
    return True


def recommendation(day: Day, **fields: Any) -> Recommendation:
    values = {
        "item": day.items[0],
        "stage": "assess",
        "outcome": "assess",
        "test_version": "x",
        "answers": [],
        "reasons": REASONS,
        "quorum": {},
        "by": day.chair,
        "at": after(day, 5),
    }
    return Recommendation(**{**values, **fields})


def decision(day: Day, advice: Recommendation, **fields: Any) -> Decision:
    values = {
        "case": day.items[0].case,
        "item": day.items[0],
        "recommendation": advice,
        "config": day.config,
        "stage": "assess",
        "route": "panel",
        "outcome": "assess",
        "test_version": "x",
        "answers": [],
        "reasons": REASONS,
        "delegation_reference": "SEND 4.2",
        "by": day.officer,
        "by_role": "officer",
        "decided_at": after(day, 9),
        "entered_at": after(day, 9),
    }
    return Decision(**{**values, **fields})


def minutes(day: Day, **fields: Any) -> Minutes:
    values = {
        "meeting": day.meeting,
        "version": 1,
        "record": {},
        "record_sha256": "",
        "by": day.clerk,
        "at": after(day, 99),
    }
    return Minutes(**{**values, **fields})


def test_meeting_ends_after_it_starts_and_closes_after_it_opens() -> None:
    day = make_day(0)
    assert update_refused(Meeting, day.meeting, ends_at=day.meeting.starts_at)
    assert update_refused(Meeting, day.meeting, closed_at=after(day, 9))
    assert update_refused(Meeting, day.meeting, opened_at=after(day, 9), closed_at=after(day, 8))


def test_one_chair_one_seat_each_and_observers_without_a_vote() -> None:
    day = make_day(0)
    assert update_refused(RosterEntry, day.entry(day.vice), seat="chair")
    assert refused(RosterEntry(meeting=day.meeting, user=day.nurse, seat="health"))
    assert update_refused(RosterEntry, day.entry(day.nurse), seat="observer")


def test_case_stands_once_on_an_agenda_and_an_item_ends_after_it_began() -> None:
    day = make_day()
    item = day.items[0]
    assert refused(AgendaItem(meeting=day.meeting, case=item.case, stage="issue", position=9, minutes=9))
    assert update_refused(AgendaItem, item, ended_at=after(day, 5))
    assert update_refused(AgendaItem, item, started_at=after(day, 5), ended_at=after(day, 4))


def test_times_of_attendance_make_sense() -> None:
    day = make_day(0)
    entry = day.entry(day.nurse)
    Interval.objects.create(entry=entry, joined_at=after(day, 1))
    assert refused(Interval(entry=entry, joined_at=after(day, 2)))
    assert refused(Interval(entry=day.entry(day.head), joined_at=after(day, 2), left_at=after(day, 1)))
    Attendance.objects.create(entry=entry, status="present", recorded_at=after(day, 1), recorded_by=day.clerk)
    assert refused(Attendance(entry=entry, status="absent", recorded_at=after(day, 1), recorded_by=day.clerk))


def test_one_first_view_per_member_each_superseded_once_from_one_to_five() -> None:
    day = make_day()
    values = {
        "item": day.items[0],
        "entry": day.entry(day.nurse),
        "answers": {},
        "outcome": "assess",
        "at": after(day, 1),
    }
    first = PreView(**values, confidence=5)
    first.save()
    assert refused(PreView(**values, confidence=5))
    for sure in (0, 6):
        assert refused(PreView(**values, confidence=sure, supersedes=first))
    PreView(**values, confidence=1, supersedes=first).save()
    assert refused(PreView(**values, confidence=1, supersedes=first))


def test_one_conflict_of_a_kind_per_person_and_item() -> None:
    day = make_day()
    values = {
        "item": day.items[0],
        "entry": day.entry(day.nurse),
        "kind": "other",
        "effect": "note",
        "recorded_at": after(day, 0),
    }
    Conflict.objects.create(source="declared", **values)
    assert refused(Conflict(source="imposed", **values))


def test_revision_has_one_number_and_one_edit() -> None:
    day = make_day()
    values = {"item": day.items[0], "group": "views", "by": day.clerk, "at": after(day, 0), "data": {}}
    edit = uuid.uuid4()
    Revision(n=1, edit_id=edit, **values).save()
    assert refused(Revision(n=1, edit_id=uuid.uuid4(), **values))
    assert refused(Revision(n=2, edit_id=edit, **values))


def test_recommendation_fits_its_stage_has_reasons_and_is_first_once() -> None:
    day = make_day()
    assert refused(recommendation(day, outcome="issue"))
    assert refused(recommendation(day, reasons=""))
    first = recommendation(day)
    first.save()
    assert refused(recommendation(day))
    recommendation(day, supersedes=first).save()
    assert refused(recommendation(day, supersedes=first))


def test_dissent_says_why_once_per_member() -> None:
    day = make_day()
    first = recommendation(day)
    first.save()
    assert refused(Dissent(recommendation=first, entry=day.entry(day.nurse), text=""))
    Dissent(recommendation=first, entry=day.entry(day.nurse), text="I disagree.").save()
    assert refused(Dissent(recommendation=first, entry=day.entry(day.nurse), text="Still."))


def test_deferral_for_information_names_it_once() -> None:
    day = make_day()
    values = {"item": day.items[0], "by": day.chair, "at": after(day, 5)}
    assert refused(
        Deferral(reason="info", missing="Hearing test", owner="", by_when=after(day, 5).date(), **values)
    )
    assert refused(Deferral(reason="info", missing="Hearing test", owner="Cleo", by_when=None, **values))
    Deferral(reason="time", **values).save()
    assert refused(Deferral(reason="quorum", **values))


def test_decision_has_reasons_a_delegation_and_rests_on_advice_or_says_why_not() -> None:
    day = make_day()
    advice = recommendation(day)
    advice.save()
    assert refused(decision(day, advice, reasons=""))
    assert refused(decision(day, advice, delegation_reference=""))
    assert refused(decision(day, advice, outcome="not_issue"))
    assert refused(decision(day, advice, recommendation=None))
    assert refused(decision(day, advice, route="officer", recommendation=None))
    assert refused(decision(day, advice, route="officer", no_panel_because="None could sit."))
    assert refused(decision(day, advice, entered_at=after(day, 8)))


def test_one_decision_stands_per_question() -> None:
    day = make_day()
    advice = recommendation(day)
    advice.save()
    first = decision(day, advice)
    first.save()
    assert refused(decision(day, advice))
    decision(day, advice, supersedes=first).save()
    assert refused(decision(day, advice, supersedes=first))
    PlanningOffer.objects.create(decision=first, created_at=after(day, 9))
    assert refused(PlanningOffer(decision=first, created_at=after(day, 9)))


def test_setting_aside_takes_two_people_and_a_reason() -> None:
    day = make_day()
    heard(day)
    item = day.items[0]
    made = record_decision(
        case=item.case,
        stage=Stage.ASSESS,
        item=item,
        outcome=Outcome.ASSESS,
        by=day.officer,
        now=after(day, 9),
    )
    assert refused(SetAsideProposal(decision=made, reason="", by=day.officer, at=after(day, 9)))
    proposal = propose_set_aside(
        decision=made, reason="Wrong button pressed", by=day.officer, now=after(day, 10)
    )
    assert refused(SetAsideProposal(decision=made, reason="Again", by=day.clerk, at=after(day, 10)))
    assert refused(
        SetAside(proposal=proposal, decision=made, proposed_by=day.officer, by=day.officer, at=after(day, 11))
    )


def test_minutes_versions_say_why_and_sheets_are_one_per_part() -> None:
    day = make_day()
    first = minutes(day)
    first.save()
    assert refused(minutes(day))
    assert refused(minutes(day, version=2, supersedes=first))
    assert refused(minutes(day, version=1, supersedes=first, because="x"))
    MinutesSheet(minutes=first, part="joined", document=make_document()).save()
    assert refused(MinutesSheet(minutes=first, part="joined", document=make_document()))
    assert refused(MinutesSheet(minutes=first, part="item", document=make_document()))
    assert refused(MinutesSheet(minutes=first, part="meeting", item=day.items[0], document=make_document()))
    ItemRecord(minutes=first, item=day.items[0], position=1, record={}, record_sha256="").save()
    assert refused(ItemRecord(minutes=first, item=day.items[0], position=1, record={}, record_sha256=""))
    MinutesSignature(minutes=first, shown_sha256="", by=day.chair, at=after(day, 99)).save()
    assert refused(MinutesSignature(minutes=first, shown_sha256="", by=day.chair, at=after(day, 99)))


def test_paper_is_considered_once_per_item() -> None:
    day = make_day()
    paper = make_paper(day.items[0].case)
    PaperConsidered(item=day.items[0], paper=paper, document=paper.document).save()
    assert refused(PaperConsidered(item=day.items[0], paper=paper, document=paper.document))


def test_rules_of_a_panel_count_somebody_and_begin_once_a_day() -> None:
    config = make_config()
    with pytest.raises(IntegrityError), transaction.atomic():
        make_config(valid_from=config.valid_from)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_config(valid_from=config.valid_from.replace(year=2021), minimum_total=0)


@pytest.mark.parametrize(
    "model", [PanelConfig, Recommendation, Decision, Minutes, MinutesSignature, Revision]
)
def test_kept_rows_are_changed_and_deleted_by_nobody(model: Any) -> None:
    day = make_day()
    advice = recommendation(day)
    first = minutes(day)
    rows = {
        PanelConfig: day.config,
        Recommendation: advice,
        Decision: decision(day, advice),
        Minutes: first,
        MinutesSignature: MinutesSignature(minutes=first, shown_sha256="", by=day.chair, at=after(day, 99)),
        Revision: Revision(
            item=day.items[0],
            group="views",
            n=1,
            edit_id=uuid.uuid4(),
            by=day.clerk,
            at=after(day, 0),
            data={},
        ),
    }
    for row in rows.values():
        if row.pk is None:
            row.save()
    row = rows[model]
    with pytest.raises(Refused):
        row.save()
    with pytest.raises(Refused):
        model.objects.filter(pk=row.pk).delete()
    assert model._base_manager.filter(pk=row.pk).exists()


def test_coded_reasons_belong_to_a_refusal_and_there_is_no_seventh() -> None:
    day = make_day()
    assert refused(recommendation(day, primary_reason="R2"))
    no = {"outcome": "not_assess"}
    assert refused(recommendation(day, **no, primary_reason="R7"))
    recommendation(day, **no, primary_reason="R2").save()


def test_sent_back_and_a_late_deferral_say_why() -> None:
    day = make_day()
    advice = recommendation(day)
    advice.save()
    assert refused(SentBack(recommendation=advice, because="", by=day.officer, at=NOW))
    late = {"item": day.items[0], "reason": "time", "by": day.chair, "at": NOW, "makes_late": True}
    assert refused(Deferral(**late, next_meeting=day.meeting))
    Deferral(**late, next_meeting=day.meeting, late_because="No panel before.").save()
    assert refused(ItemWithdrawal(item=day.items[0], because="", by=day.chair, at=NOW))
