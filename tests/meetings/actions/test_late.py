"""A meeting on paper, entered the next day: true times and entered times both stand, quorum counts for the true ones."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from meetings.actions.attendance import Line, leave, record_attendance
from meetings.actions.conflicts import impose_conflict
from meetings.actions.decide import recommend_and_decide
from meetings.actions.defer import defer_item
from meetings.actions.late import record_item_later, record_meeting_later
from meetings.actions.live import close_meeting, start_item
from meetings.actions.recommend import set_aside_recommendation
from meetings.models import AgendaItem, Attendance, LateEntry, Recommendation
from meetings.queries.sheets import freeze
from meetings.rules.attendance import Status
from meetings.rules.deferring import DeferralReason
from meetings.rules.quorum import ConflictKind, Effect
from meetings.rules.states import ItemState, MeetingState
from panel.law.legal import Outcome
from panel.models import AuditEntry
from panel.platform.policy import Refused
from tests.meetings.day import REASONS, UNPLANNED, YES, Day, advise, after, begin, make_day, refresh

pytestmark = pytest.mark.django_db


def next_day(day: Day, minutes: int = 0) -> dt.datetime:
    return day.meeting.starts_at + dt.timedelta(days=1, minutes=minutes)


def on_paper(items: int = 2, **config: object) -> Day:
    """A meeting nobody opened: its times and its attendance entered by the clerk the day after."""
    day = make_day(items, **config)
    record_meeting_later(
        meeting=day.meeting,
        opened_at=after(day, 0),
        closed_at=after(day, 90),
        by=day.clerk,
        now=next_day(day),
    )
    lines = [Line(day.entry(user), Status.PRESENT) for user in day.members]
    record_attendance(meeting=day.meeting, lines=lines, by=day.clerk, now=next_day(day, 1))
    refresh(day)
    return day


def heard_on_paper(day: Day, number: int, began: int, ended: int) -> AgendaItem:
    record_item_later(
        item=day.items[number],
        began_at=after(day, began),
        ended_at=after(day, ended),
        by=day.clerk,
        now=next_day(day, 5),
    )
    refresh(day)
    return day.items[number]


def code_of(act: object, **fields: object) -> str:
    with pytest.raises(Refused) as no, transaction.atomic():
        act(**fields)  # type: ignore[operator]
    return no.value.code


def test_whole_meeting_is_entered_by_the_clerk_and_confirmed_by_the_chair() -> None:
    day = on_paper()
    assert (day.meeting.state, day.meeting.opened_at) == (MeetingState.OPEN, after(day, 0))
    item = heard_on_paper(day, 0, 5, 15)
    assert (item.state, item.started_at) == (ItemState.LISTED, after(day, 5))
    # The clerk enters; what was recommended is the chair's.
    assert code_of(advise, day=day, item=item, now=next_day(day, 6), by=day.clerk) == "not_allowed"
    made = advise(day, item, now=next_day(day, 7))
    assert (made.at, made.entered_at, made.by) == (after(day, 15), next_day(day, 7), day.chair)
    defer_item(
        item=day.items[1],
        reason=DeferralReason.TIME,
        late_because=UNPLANNED,
        by=day.clerk,
        now=next_day(day, 8),
    )
    close_meeting(meeting=day.meeting, by=day.clerk, now=next_day(day, 9))
    refresh(day)
    assert (day.meeting.closed_at, day.items[0].ended_at) == (after(day, 90), after(day, 15))
    entry = day.entry(day.nurse)
    assert entry.intervals.get().left_at == after(day, 90)
    assert Attendance.objects.get(entry=entry).recorded_at == next_day(day, 1)
    assert day.items[1].deferrals.get().at == after(day, 90)
    assert AuditEntry.objects.filter(verb="item.record_later", at=next_day(day, 5)).count() == 1


def test_minutes_print_both_times_and_those_of_a_live_meeting_stay_as_they_were() -> None:
    day = on_paper(1)
    advise(day, heard_on_paper(day, 0, 5, 15), now=next_day(day, 7))
    close_meeting(meeting=day.meeting, by=day.clerk, now=next_day(day, 9))
    refresh(day)
    frozen = freeze(day.meeting, version=1, correction="", by=day.clerk)
    sheet = frozen.items[0][1]
    assert (sheet.opened_at, sheet.closed_at) == (after(day, 5), after(day, 15))
    assert sheet.entered_later.startswith("Written on paper in the meeting. Times entered on ")
    assert "by the panel clerk; recommendation recorded on " in sheet.entered_later
    assert frozen.meeting.entered_later.endswith("by the panel clerk.")
    assert {person.name for person in sheet.in_the_room} == {user.name for user in day.members}


def test_quorum_is_that_of_the_true_time() -> None:
    day = on_paper()
    leave(entry=day.entry(day.psychologist), at=after(day, 30), by=day.clerk, now=next_day(day, 2))
    assert advise(day, heard_on_paper(day, 0, 5, 15), now=next_day(day, 7)).quorum["quorate"]
    second = heard_on_paper(day, 1, 31, 40)
    assert code_of(advise, day=day, item=second, now=next_day(day, 8)) == "no_quorum"


def test_conflict_entered_from_paper_counts_from_the_beginning_of_its_item() -> None:
    day = on_paper(1)
    item = heard_on_paper(day, 0, 5, 15)
    impose_conflict(
        item=item,
        entry=day.entry(day.psychologist),
        kind=ConflictKind.RELATIVE,
        effect=Effect.LEAVES,
        detail="Left the room.",
        by=day.clerk,
        now=next_day(day, 6),
    )
    assert code_of(advise, day=day, item=item, now=next_day(day, 7)) == "no_quorum"


def test_item_taken_up_by_screen_before_the_network_failed_ends_on_paper() -> None:
    day = begin(make_day(2))
    item = day.items[0]
    wrong = {"item": item, "began_at": after(day, 2), "ended_at": after(day, 12)}
    assert code_of(record_item_later, **wrong, by=day.clerk, now=after(day, 40)) == "taken_up_here"
    record_item_later(item=item, ended_at=after(day, 12), by=day.clerk, now=after(day, 40))
    made = advise(day, item, now=after(day, 41))
    assert (made.at, made.entered_at) == (after(day, 12), after(day, 41))
    # The network is back: the next item is heard by screen, and nothing of it is late.
    start_item(item=day.items[1], by=day.chair, now=after(day, 45))
    assert advise(day, day.items[1], now=after(day, 50)).entered_at is None


def test_item_taken_up_by_screen_after_all_is_heard_live() -> None:
    day = begin(make_day(2))
    record_item_later(
        item=day.items[1],
        began_at=day.meeting.starts_at,
        ended_at=after(day, 1),
        by=day.clerk,
        now=after(day, 20),
    )
    advise(day, day.items[0], now=after(day, 20))
    start_item(item=day.items[1], by=day.chair, now=after(day, 25))
    made = advise(day, day.items[1], now=after(day, 30))
    assert (made.at, made.entered_at) == (after(day, 30), None)


def test_after_the_close_on_paper_nothing_is_heard_by_screen() -> None:
    day = on_paper()
    assert code_of(start_item, item=day.items[0], by=day.chair, now=next_day(day, 3)) == "ended_on_paper"
    assert code_of(advise, day=day, item=day.items[0], now=next_day(day, 4)) == "wrong_state"
    assert code_of(close_meeting, meeting=day.meeting, by=day.clerk, now=next_day(day, 4)) == "items_open"


def test_wrong_key_is_set_aside_and_the_item_keeps_its_time() -> None:
    day = on_paper(1)
    first = advise(day, heard_on_paper(day, 0, 5, 15), now=next_day(day, 7))
    set_aside_recommendation(item=day.items[0], because="Wrong box.", by=day.chair, now=next_day(day, 8))
    second = advise(
        day, day.items[0], now=next_day(day, 9), reasons=first.reasons + " And he says so himself."
    )
    assert (second.supersedes, second.at) == (first, after(day, 15))
    refresh(day)
    assert (day.items[0].started_at, day.items[0].ended_at) == (after(day, 5), after(day, 15))


def test_chairs_decision_from_paper_is_of_the_day_of_the_meeting() -> None:
    day = on_paper(1, decides="chair")
    item = heard_on_paper(day, 0, 5, 15)
    advice, decision = recommend_and_decide(
        item=item,
        outcome=Outcome.ASSESS,
        answers=YES,
        reasons=REASONS,
        by=day.chair,
        now=next_day(day, 30),
    )
    assert (advice.at, advice.entered_at) == (after(day, 15), next_day(day, 30))
    assert (decision.decided_at, decision.entered_at) == (after(day, 15), next_day(day, 30))


def test_correction_of_times_supersedes_and_ends_with_the_recommendation() -> None:
    day = on_paper(1)
    first = LateEntry.objects.get(item=heard_on_paper(day, 0, 5, 15))
    second = LateEntry.objects.exclude(pk=first.pk).get(item=heard_on_paper(day, 0, 6, 16))
    assert second.supersedes == first
    assert advise(day, day.items[0], now=next_day(day, 7)).at == after(day, 16)
    again = {"item": day.items[0], "began_at": after(day, 5), "ended_at": after(day, 15)}
    assert code_of(record_item_later, **again, by=day.clerk, now=next_day(day, 8)) == "finished"


def test_attendance_fits_the_times_on_paper() -> None:
    day = make_day(1)
    entries = [Line(day.entry(day.nurse), Status.PRESENT)]
    late = {"meeting": day.meeting, "lines": entries, "by": day.clerk, "now": next_day(day)}
    assert code_of(record_attendance, **late) == "open_first"
    record_attendance(meeting=day.meeting, lines=entries, by=day.clerk, now=after(day, 100))
    times = {"meeting": day.meeting, "opened_at": after(day, 0), "closed_at": after(day, 90)}
    assert code_of(record_meeting_later, **times, by=day.clerk, now=next_day(day)) == "outside_meeting"


def test_meeting_from_paper_closes_only_with_a_chair_on_its_sheet() -> None:
    day = make_day(0)
    times = {"opened_at": after(day, 0), "closed_at": after(day, 90)}
    record_meeting_later(meeting=day.meeting, **times, by=day.clerk, now=next_day(day))
    assert code_of(close_meeting, meeting=day.meeting, by=day.clerk, now=next_day(day, 1)) == "no_chair"
    assert code_of(record_meeting_later, meeting=day.meeting, **times, by=day.nurse, now=next_day(day)) == (
        "not_allowed"
    )


def test_rows_say_no_by_themselves() -> None:
    day = on_paper(1)
    item = heard_on_paper(day, 0, 5, 15)
    entry = LateEntry.objects.get(item=item)
    twice = {"meeting": day.meeting, "item": item, "by": day.clerk, "by_role": "clerk", "at": next_day(day)}
    for times in ((after(day, 5), after(day, 15)), (after(day, 15), after(day, 5))):
        with pytest.raises(IntegrityError), transaction.atomic():
            LateEntry(**twice, began_at=times[0], ended_at=times[1]).save()
    with pytest.raises(IntegrityError), transaction.atomic():
        LateEntry(
            **{**twice, "at": after(day, 10)},
            supersedes=entry,
            began_at=after(day, 5),
            ended_at=after(day, 15),
        ).save()
    assert Recommendation.objects.count() == 0
