"""Answers that contradict themselves, when a reminder goes, and the calendar file over the change of the clocks."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from meetings.calendars import Entry, calendar_file
from meetings.rules.invitations import Occasion, Said, answer_problems, remind_at

LONDON = ZoneInfo("Europe/London")


@pytest.mark.parametrize(
    ("said", "substitute", "view", "codes"),
    [
        (Said.ROOM, False, "", []),
        (Said.VIDEO, True, "", ["comes_and_sends"]),
        (Said.CANNOT, True, "", []),
        (Said.CANNOT, False, "I would agree.", ["view_unasked"]),
        (Said.WRITTEN, False, "  ", ["no_view"]),
        (Said.WRITTEN, True, "I would agree.", []),
    ],
)
def test_answers_contradict_themselves(said: Said, substitute: Any, view: str, codes: list[str]) -> None:
    found = answer_problems(said, substitute=substitute, written_view=view)
    assert [problem.code for problem in found] == codes


@pytest.mark.parametrize(
    ("meeting_on", "at"),
    [
        (dt.date(2026, 11, 27), dt.datetime(2026, 11, 24, 9, tzinfo=dt.UTC)),
        (dt.date(2026, 11, 23), dt.datetime(2026, 11, 18, 9, tzinfo=dt.UTC)),
        # Good Friday and Easter Monday lie between, and the clocks have gone forward.
        (dt.date(2027, 3, 31), dt.datetime(2027, 3, 24, 9, tzinfo=dt.UTC)),
        (dt.date(2027, 6, 18), dt.datetime(2027, 6, 15, 8, tzinfo=dt.UTC)),
    ],
)
def test_reminder_goes_three_working_days_before_in_the_morning(meeting_on: dt.date, at: dt.datetime) -> None:
    assert remind_at(meeting_on, LONDON) == at


def _entry(day: dt.date, *, cancelled: bool = False) -> Entry:
    starts_at = dt.datetime.combine(day, dt.time(9, 30), LONDON)
    return Entry(
        uid="1@example.org",
        sequence=2,
        cancelled=cancelled,
        title="Inclusion panel",
        occasion=Occasion(starts_at, starts_at + dt.timedelta(hours=3), "Room 1"),
        words="Sign in to answer.",
        address="https://panel.example.org/",
        organiser="panel@example.org",
        attendee="nia@example.org",
        stamped_at=dt.datetime(2026, 11, 1, tzinfo=dt.UTC),
    )


@pytest.mark.parametrize(
    ("day", "hour"),
    [
        (dt.date(2027, 1, 14), 9),
        (dt.date(2027, 3, 29), 8),
        (dt.date(2027, 7, 14), 8),
        (dt.date(2027, 10, 29), 8),
        (dt.date(2027, 11, 1), 9),
    ],
)
def test_calendar_says_the_same_hour_of_the_wall_all_year(day: dt.date, hour: int) -> None:
    text = calendar_file(_entry(day), LONDON)
    event = Calendar.from_ical(text).walk("VEVENT")[0]
    assert "DTSTART;TZID=Europe/London:" in text
    assert "BEGIN:DAYLIGHT" in text
    begins = event["dtstart"].dt.astimezone(dt.UTC)
    assert (begins.hour, begins.minute) == (hour, 30)


def test_calendar_entry_is_asked_for_and_called_off_under_one_name() -> None:
    day = dt.date(2027, 1, 14)
    asked, off = (
        Calendar.from_ical(calendar_file(_entry(day, cancelled=cancelled), LONDON))
        for cancelled in (False, True)
    )
    assert (asked["method"], off["method"]) == ("REQUEST", "CANCEL")
    event = off.walk("VEVENT")[0]
    assert (event["uid"], event["sequence"], event["status"]) == ("1@example.org", 2, "CANCELLED")
