"""An item that is set back, or whose advice is taken up again: the minutes give every time in which it was heard."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from meetings.actions.attendance import leave
from meetings.actions.conflicts import declare_conflict
from meetings.actions.late import record_item_later
from meetings.actions.live import close_meeting, pause_item, start_item, withdraw_item
from meetings.actions.recommend import set_aside_recommendation
from meetings.minutes.frozen import ItemSheet, MeetingSheet
from meetings.models import HeardBefore
from meetings.queries.sheets import freeze
from meetings.rules.quorum import ConflictKind
from tests.meetings.day import Day, advise, after, begin, closed, make_day

pytestmark = pytest.mark.django_db


def frozen(day: Day) -> tuple[MeetingSheet, ItemSheet]:
    found = freeze(closed(day).meeting, version=1, correction="", by=day.clerk)
    return found.meeting, found.items[0][1]


def times(day: Day, sheet: ItemSheet) -> list[tuple[int, int]]:
    """From and to, in minutes of the meeting."""
    each = [(one.began, one.ended) for one in sheet.heard_before] + [(sheet.opened_at, sheet.closed_at)]
    return [tuple(int((at - day.meeting.starts_at).total_seconds() // 60) for at in pair) for pair in each]


def set_back_once(day: Day) -> None:
    """Heard from minute 1 to 10, and from 20 on."""
    pause_item(item=day.items[0], by=day.chair, now=after(day, 10))
    start_item(item=day.items[0], by=day.chair, now=after(day, 20))


def test_item_heard_at_once_has_one_time_and_no_row() -> None:
    day = begin(make_day())
    advise(day, day.items[0], now=after(day, 5))
    assert (times(day, frozen(day)[1]), HeardBefore.objects.count()) == ([(1, 5)], 0)


def test_item_set_back_and_taken_up_again_is_minuted_with_both_times() -> None:
    day = begin(make_day())
    set_back_once(day)
    advise(day, day.items[0], now=after(day, 25))
    meeting, sheet = frozen(day)
    assert times(day, sheet) == [(1, 10), (20, 25)]
    assert meeting.items[0].heard_before == sheet.heard_before


def test_advice_taken_up_again_begins_a_new_time() -> None:
    day = begin(make_day())
    advise(day, day.items[0], now=after(day, 5))
    day.items[0].refresh_from_db()
    set_aside_recommendation(item=day.items[0], because="The report came.", by=day.chair, now=after(day, 30))
    advise(day, day.items[0], now=after(day, 36))
    assert times(day, frozen(day)[1]) == [(1, 5), (30, 36)]


def test_item_set_back_and_withdrawn_unheard_ends_when_it_was_set_back() -> None:
    day = begin(make_day())
    pause_item(item=day.items[0], by=day.chair, now=after(day, 10))
    withdraw_item(item=day.items[0], because="The family took it back.", by=day.chair, now=after(day, 50))
    assert times(day, frozen(day)[1]) == [(1, 10)]


def test_whoever_was_there_for_the_first_time_alone_was_in_the_room() -> None:
    day = begin(make_day())
    pause_item(item=day.items[0], by=day.chair, now=after(day, 10))
    leave(entry=day.entry(day.nurse), at=after(day, 12), by=day.clerk, now=after(day, 12))
    start_item(item=day.items[0], by=day.chair, now=after(day, 20))
    advise(day, day.items[0], now=after(day, 25))
    names = [one.name for one in frozen(day)[1].in_the_room]
    assert day.nurse.name in names


def test_conflict_that_came_up_in_the_first_time_keeps_its_moment() -> None:
    day = begin(make_day())
    declare_conflict(
        item=day.items[0], kind=ConflictKind.RELATIVE, detail="A cousin", by=day.social, now=after(day, 4)
    )
    set_back_once(day)
    advise(day, day.items[0], now=after(day, 25))
    assert [one.declared_at for one in frozen(day)[1].conflicts] == [after(day, 4)]


def test_time_that_ends_before_it_begins_is_refused_by_the_database() -> None:
    day = begin(make_day())
    with pytest.raises(IntegrityError), transaction.atomic():
        HeardBefore(item=day.items[0], began_at=after(day, 5), ended_at=after(day, 4)).save()


def test_item_entered_from_paper_and_set_back_keeps_the_end_of_its_paper() -> None:
    day = begin(make_day())
    entered = day.meeting.starts_at + dt.timedelta(hours=2)
    record_item_later(item=day.items[0], ended_at=after(day, 20), by=day.clerk, now=entered)
    pause_item(item=day.items[0], by=day.clerk, now=entered + dt.timedelta(minutes=1))
    advise(day, day.items[0], now=entered + dt.timedelta(minutes=2))
    close_meeting(meeting=day.meeting, by=day.chair, now=entered + dt.timedelta(minutes=30))
    day.meeting.refresh_from_db()
    [(_, sheet)] = freeze(day.meeting, version=1, correction="", by=day.clerk).items
    assert (times(day, sheet), HeardBefore.objects.count()) == ([(1, 20)], 0)
