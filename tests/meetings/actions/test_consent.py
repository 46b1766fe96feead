"""The consent list: who puts on, takes off and notes, each item with its own quorum, and never a refusal."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from meetings.actions.attendance import Line, record_attendance
from meetings.actions.confidentiality import acknowledge
from meetings.actions.conflicts import impose_conflict, name_deputy
from meetings.actions.consent import DISCUSSION, note_consent, put_on_consent, take_off_consent
from meetings.actions.decide import record_decision
from meetings.actions.guests import invite_guest, take_guest_back
from meetings.actions.late import record_item_later, record_meeting_later
from meetings.actions.listing import remove_item
from meetings.actions.live import open_meeting, pause_item, save_revision, start_item
from meetings.actions.minutes import prepare_minutes
from meetings.actions.seats import seat
from meetings.models import (
    Action,
    AgendaItem,
    ConsentEntry,
    Decision,
    ItemRecord,
    PaperConsidered,
    Recommendation,
    Seat,
)
from meetings.queries.consent import standing_entries
from meetings.rules.attendance import Status
from meetings.rules.decisions import check_consent
from meetings.rules.invitations import CONFIDENTIALITY_NOW
from meetings.rules.quorum import ConflictKind, Effect
from meetings.rules.standard_steps import TELL_THE_FAMILY
from meetings.rules.states import ItemState
from panel.law.legal import Answer, LimbAnswer, Outcome, Record, Stage
from panel.law.workdays import add_working_days
from panel.models import AuditEntry, Relationship
from panel.platform.policy import Refused, Role
from tests.make import NOW, TODAY, make_paper, make_user
from tests.meetings.day import NO, REASONS, YES, Day, after, card_on, closed, make_day, refresh, sit_down

pytestmark = pytest.mark.django_db


def on_consent(day: Day, *items: AgendaItem, **more: Any) -> list[ConsentEntry]:
    values: dict[str, Any] = {
        "answers": YES,
        "reasons": REASONS,
        "reasons_by": day.officer,
        "by": day.clerk,
        "now": NOW - dt.timedelta(days=3),
        **more,
    }
    return [put_on_consent(item=item, **values) for item in items or day.items]


def sat(day: Day, *away: Any) -> Day:
    sit_down(day, *away)
    open_meeting(meeting=day.meeting, card=card_on(NOW), by=day.chair, now=NOW)
    refresh(day)
    return day


def note(day: Day, entries: list[ConsentEntry], **more: Any) -> tuple[Recommendation, ...]:
    values: dict[str, Any] = {"by": day.chair, "now": after(day, 2), **more}
    return note_consent(meeting=day.meeting, read=[entry.public_id for entry in entries], **values)


def refused(code: str, call: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(Refused) as no:
        call(*args, **kwargs)
    assert no.value.code == code, no.value.sentence
    return no.value.sentence


def test_refusal_is_refused_by_the_rule() -> None:
    record = Record(Stage.ASSESS, Outcome.NOT_ASSESS, NO, REASONS, TODAY, TODAY)
    assert [problem.code for problem in check_consent(record)] == ["refusal_on_consent"]


def test_refusal_is_refused_by_the_database() -> None:
    day = make_day(1)
    with pytest.raises(IntegrityError, match="refusals_are_never_on_consent"), transaction.atomic():
        ConsentEntry.objects.create(
            item=day.items[0],
            outcome="not_assess",
            answers=[],
            reasons=REASONS,
            reasons_by=day.officer,
            by=day.clerk,
            at=NOW,
        )


def test_noted_item_gets_the_usual_next_steps_and_somebody_has_them_in_hand() -> None:
    day = make_day(2)
    coordinator = make_user("Cora Coordinator", Role.COORDINATOR)
    day.items[0].case.coordinator = coordinator
    day.items[0].case.save(update_fields=["coordinator"])
    first, second = note(sat(day), on_consent(day, *day.items))
    heard_on = timezone.localdate(day.meeting.starts_at)
    wanted = [
        (TELL_THE_FAMILY, "Cora Coordinator", "The authority", add_working_days(heard_on, 1)),
        (
            "Ask for the advice that the assessment needs (regulation 6(1))",
            "Cora Coordinator",
            "The authority",
            add_working_days(heard_on, 2),
        ),
    ]
    assert (
        list(first.next_steps.order_by("position").values_list("what", "owner", "agency", "due_on")) == wanted
    )
    assert [step.owner for step in second.next_steps.all()] == ["Case coordinator", "Case coordinator"]
    actions = Action.objects.filter(item=day.items[0]).order_by("pk")
    assert [action.owner for action in actions] == [coordinator, coordinator]
    assert Action.objects.filter(item=day.items[1]).count() == 2


def test_items_are_noted_together_and_each_has_its_own_record() -> None:
    day = make_day(3)
    paper = make_paper(day.items[0].case)
    entries = on_consent(day, *day.items[:2], support_meanwhile="Speech groups go on.")
    noted = note(sat(day), entries)
    refresh(day)
    assert [item.state for item in day.items] == [
        ItemState.RECOMMENDED,
        ItemState.RECOMMENDED,
        ItemState.LISTED,
    ]
    first = noted[0]
    assert (first.outcome, first.reasons, first.support_meanwhile, first.quorum["quorate"]) == (
        "assess",
        REASONS,
        "Speech groups go on.",
        True,
    )
    assert [row["answer"] for row in first.answers] == ["yes", "yes"]
    assert (first.by, day.items[0].started_at, day.items[0].ended_at) == (
        day.chair,
        after(day, 2),
        after(day, 2),
    )
    assert PaperConsidered.objects.get().paper == paper
    assert [entry.recommendation_id for entry in ConsentEntry.objects.all()] == [row.pk for row in noted]
    assert {"consent.propose", "consent.note", "recommendation.record"} <= set(
        AuditEntry.objects.values_list("verb", flat=True)
    )


def test_officer_decides_on_it_as_on_any_other_and_the_minutes_say_how() -> None:
    day = make_day(1)
    note(sat(day), on_consent(day))
    refresh(day)
    decision = record_decision(
        case=day.items[0].case,
        stage=Stage.ASSESS,
        item=day.items[0],
        outcome=Outcome.ASSESS,
        by=day.officer,
        now=after(day, 10),
    )
    assert (decision.route, decision.reasons) == (Decision.Route.PANEL, REASONS)
    prepare_minutes(meeting=closed(day).meeting, by=day.clerk, now=after(day, 90))
    record = ItemRecord.objects.get().record
    assert (record["discussion"], record["quorate"]) == (DISCUSSION, True)
    assert record["recommendation"]["outcome"] == record["decision"]["outcome"]


def test_anybody_at_the_table_takes_one_off_and_it_is_heard_in_full() -> None:
    day = make_day(2)
    entries = on_consent(day)
    take_off_consent(item=day.items[0], by=day.parent_carer, now=NOW)
    again = take_off_consent(item=day.items[0], by=day.nurse, now=NOW)
    assert again.taken_off_by == day.parent_carer
    sat(day)
    refused("stale", note, day, entries)
    note(day, entries[1:])
    refresh(day)
    assert [item.state for item in day.items] == [ItemState.LISTED, ItemState.RECOMMENDED]
    assert start_item(item=day.items[0], by=day.chair, now=after(day, 3)).state == ItemState.IN_DISCUSSION
    refused("wrong_state", take_off_consent, item=day.items[1], by=day.nurse, now=after(day, 4))


def test_item_is_put_on_anew_after_it_was_taken_off() -> None:
    day = make_day(1)
    on_consent(day)
    refused("already_on_consent", on_consent, day)
    take_off_consent(item=day.items[0], by=day.clerk, now=NOW)
    (entry,) = on_consent(day)
    assert [row.public_id for row in note(sat(day), [entry])] != []


def test_quorum_is_asked_for_each_item_and_nothing_is_noted_without_it() -> None:
    day = make_day(2)
    entries = on_consent(day)
    for user in (day.nurse, day.social, day.psychologist):
        impose_conflict(
            item=day.items[1],
            entry=day.entry(user),
            kind=ConflictKind.RELATIVE,
            effect=Effect.NO_VOTE,
            detail="A relative",
            by=day.clerk,
            now=NOW - dt.timedelta(hours=1),
        )
    sentence = refused("no_quorum", note, sat(day), entries)
    assert sentence.startswith("Item 2: ")
    assert not Recommendation.objects.exists()
    take_off_consent(item=day.items[1], by=day.chair, now=after(day, 2))
    assert len(note(day, entries[:1])) == 1


def test_item_closed_to_the_chair_is_noted_by_its_deputy() -> None:
    day = make_day(2)
    entries = on_consent(day)
    impose_conflict(
        item=day.items[0],
        entry=day.entry(day.chair),
        kind=ConflictKind.RELATIVE,
        effect=Effect.LEAVES,
        detail="Her niece",
        by=day.clerk,
        now=NOW - dt.timedelta(hours=1),
    )
    name_deputy(item=day.items[0], entry=day.entry(day.vice), by=day.clerk, now=NOW)
    sat(day)
    assert len(note(day, entries[1:])) == 1
    (made,) = note(day, entries[:1], by=day.vice)
    assert (made.item, made.by) == (day.items[0], day.vice)
    refused("nothing_to_note", note, day, [])


def test_nobody_notes_before_the_meeting_or_beside_an_item_in_discussion() -> None:
    day = make_day(2)
    entries = on_consent(day, day.items[0])
    refused("not_in_session", note, day, entries)
    sat(day)
    start_item(item=day.items[1], by=day.chair, now=after(day, 1))
    assert refused("another_item", note, day, entries) == (
        "Item 2 is in discussion. Finish it or set it back first."
    )


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"answers": NO}, "no_excludes_outcome"),
        ({"answers": (YES[0], LimbAnswer("b", Answer.YES, ""))}, "limb_without_reasons"),
        ({"reasons": ""}, "reasons_missing"),
    ],
)
def test_entry_is_as_lawful_as_a_recommendation(more: dict[str, Any], code: str) -> None:
    day = make_day(1)
    refused(code, on_consent, day, **more)
    assert not ConsentEntry.objects.exists()


def test_reasons_are_the_coordinators_or_an_officers() -> None:
    day = make_day(1)
    refused("not_their_reasons", on_consent, day, reasons_by=day.clerk)
    refused("not_allowed", on_consent, day, by=day.officer)


def test_item_that_was_taken_up_is_not_put_on() -> None:
    day = make_day(1)
    sat(day)
    start_item(item=day.items[0], by=day.chair, now=after(day, 1))
    refused("wrong_state", on_consent, day)
    refused("not_on_consent", take_off_consent, item=day.items[0], by=day.nurse, now=NOW)


def test_item_on_the_consent_list_can_still_be_taken_off_the_agenda() -> None:
    day = make_day(1)
    on_consent(day)
    remove_item(item=day.items[0], by=day.clerk, now=NOW)
    assert not AgendaItem.objects.exists()


def test_list_is_entered_from_paper_at_one_time_and_noted_by_the_chair_as_of_then() -> None:
    day = make_day(3)
    entries = on_consent(day, *day.items[:2])
    tomorrow = after(day, 24 * 60)
    record_meeting_later(
        meeting=day.meeting, opened_at=after(day, 0), closed_at=after(day, 90), by=day.clerk, now=tomorrow
    )
    lines = [Line(day.entry(user), Status.PRESENT) for user in day.members]
    record_attendance(meeting=day.meeting, lines=lines, by=day.clerk, now=tomorrow)
    refresh(day)
    times = {"began_at": after(day, 5), "ended_at": after(day, 7), "by": day.clerk, "now": tomorrow}
    assert "Enter when this item was heard" in refused("ended_on_paper", note, day, entries, now=tomorrow)
    for item in day.items[:2]:
        record_item_later(item=item, **times)
    # What is heard in full has its own time, as ever.
    assert "Item 1" in refused("two_at_once", record_item_later, item=day.items[2], **times)
    assert standing_entries(day.meeting) == tuple(entries)
    made = note(day, entries, now=tomorrow)
    assert [(one.at, one.entered_at) for one in made] == [(after(day, 7), tomorrow)] * 2
    assert standing_entries(day.meeting) == ()


def test_item_taken_up_by_screen_is_not_noted_with_the_others() -> None:
    day = sat(make_day(2))
    on_consent(day, now=after(day, 0))
    start_item(item=day.items[0], by=day.chair, now=after(day, 1))
    pause_item(item=day.items[0], by=day.chair, now=after(day, 2))
    assert [entry.item for entry in standing_entries(day.meeting)] == [day.items[1]]


@pytest.mark.parametrize("role", [Role.MEMBER, Role.PARENT_REPRESENTATIVE])
def test_who_only_looks_on_takes_nothing_off(role: Role) -> None:
    day = make_day(1)
    on_consent(day)
    observer = make_user("Olive Observer", role)
    before = NOW - dt.timedelta(days=2)
    seat(meeting=day.meeting, user=observer, seat=Seat.OBSERVER, by=day.clerk, now=before)
    acknowledge(meeting=day.meeting, version=CONFIDENTIALITY_NOW, by=observer, now=before)
    refused("looks_on", take_off_consent, item=day.items[0], by=observer, now=NOW)
    assert ConsentEntry.objects.get().taken_off_at is None


def test_item_to_which_the_family_is_asked_is_not_noted_without_discussion() -> None:
    day = make_day(1)
    item, before = day.items[0], NOW - dt.timedelta(days=4)
    person = Relationship.objects.filter(child=item.case.child)[0].person
    guest = invite_guest(item=item, person=person, by=day.clerk, now=before)
    refused("family_asked", on_consent, day)
    take_guest_back(guest=guest, by=day.clerk, now=before)
    on_consent(day)
    refused("on_consent", invite_guest, item=item, person=person, by=day.clerk, now=NOW)
    take_off_consent(item=item, by=day.nurse, now=NOW)
    invite_guest(item=item, person=person, by=day.clerk, now=NOW)


def test_what_was_proposed_is_where_the_hearing_begins() -> None:
    day = make_day(2)
    on_consent(day, *day.items)
    save_revision(
        item=day.items[1],
        group="limbs",
        n=1,
        edit_id=uuid.uuid4(),
        data={"a_reasons": "Written already."},
        by=day.clerk,
        now=NOW,
    )
    for item in day.items:
        take_off_consent(item=item, by=day.chair, now=NOW)
    first = {row.group: row.data for row in day.items[0].revisions.all()}
    assert first["limbs"]["a_answer"] == "yes"
    assert first["limbs"]["a_reasons"] == YES[0].reasons
    assert first["recommendation"]["reasons"] == REASONS
    assert first["recommendation"]["outcome"] == Outcome.ASSESS
    assert {row.by for row in day.items[0].revisions.all()} == {day.clerk}
    second = {row.group: row.data for row in day.items[1].revisions.all()}
    assert second["limbs"] == {"a_reasons": "Written already."}
