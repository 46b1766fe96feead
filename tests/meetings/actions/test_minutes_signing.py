"""Nobody signs a record that is not the record any more: what was written since a version was made stops its signature."""

import pytest
from django.urls import reverse

from meetings.actions.attendance import Line, record_attendance
from meetings.actions.decide import record_decision
from meetings.actions.minutes import sign_minutes
from meetings.models import Minutes, MinutesSignature
from meetings.queries.circulation import signing_stops
from meetings.rules.attendance import Status
from panel.law.legal import Outcome, Stage
from tests.meetings.actions.test_minutes import a_closed_day, code, leave_words, prepare, stand_in_sheets
from tests.meetings.day import Day, after
from tests.meetings.views.client import as_, words

pytestmark = pytest.mark.django_db


def made(day: Day, at: int = 100, **fields) -> Minutes:
    minutes = prepare(day, at, **fields)
    stand_in_sheets(minutes)
    return minutes


def sign(day: Day, minutes: Minutes, at: int = 110) -> MinutesSignature:
    return sign_minutes(
        minutes=minutes, shown_sha256="b" * 64, by=day.chair, now=after(day, at), confirmed_at=after(day, at)
    )


def stops(day: Day, minutes: Minutes) -> list[str]:
    return [
        stop.sentence for stop in signing_stops(minutes, 0, after(day, 110)) if stop.code == "changed_since"
    ]


def test_words_written_after_the_minutes_were_prepared_stop_their_signature() -> None:
    day = a_closed_day(2)
    minutes = made(day)
    assert stops(day, minutes) == []
    leave_words(day)
    assert stops(day, minutes) == [
        "What was written has changed since this version: item 1. Prepare the minutes again."
    ]
    assert code(sign, day=day, minutes=minutes) == "changed_since"
    assert not MinutesSignature.objects.exists()


def test_signature_follows_once_the_minutes_are_prepared_again() -> None:
    day = a_closed_day()
    made(day)
    leave_words(day)
    sign(day, made(day, 106, because="A sentence was missing"))
    assert MinutesSignature.objects.get().minutes.version == 2


def test_attendance_that_was_put_right_since_is_named_with_the_sheet_it_stands_on() -> None:
    day = a_closed_day()
    minutes = made(day)
    line = Line(day.entry(day.nurse), Status.ABSENT)
    record_attendance(meeting=day.meeting, lines=[line], by=day.clerk, now=after(day, 104))
    [sentence] = stops(day, minutes)
    assert sentence.startswith(
        "What was written has changed since this version: item 1, the meeting’s own sheet."
    )


def test_decision_that_came_since_stops_no_signature() -> None:
    day = a_closed_day()
    minutes = made(day)
    record_decision(
        case=day.items[0].case,
        stage=Stage.ASSESS,
        item=day.items[0],
        outcome=Outcome.ASSESS,
        by=day.officer,
        now=after(day, 105),
    )
    assert stops(day, minutes) == []
    sign(day, minutes)


def test_chair_reads_on_the_page_why_it_cannot_be_signed_and_the_writer_that_it_is_not_in_the_minutes() -> (
    None
):
    day = a_closed_day()
    item = reverse("item.view", args=[day.items[0].public_id])
    attendance = reverse("attendance.record", args=[day.meeting.public_id])
    assert "The minutes were prepared" not in words(as_(day.clerk).get(item))
    minutes = made(day)
    for page in (item, attendance):
        assert "The minutes were prepared, version 1. What is changed here now is not in them" in words(
            as_(day.clerk).get(page)
        )
    leave_words(day)
    for page in ("minutes.view", "minutes.sign"):
        seen = words(as_(day.chair).get(reverse(page, args=[minutes.public_id])))
        assert "What was written has changed since this version: item 1." in seen
