"""What a meeting's page offers before its day, on it and once it is over; and a day that lies behind is asked about first."""

import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from meetings.actions.attendance import Line, arrive, record_attendance
from meetings.actions.live import pause_item
from meetings.models import Attendance, Meeting
from meetings.rules.attendance import Status
from meetings.rules.states import ItemState, item_words
from panel.platform.policy import Refused
from tests.meetings.day import Day, advise, begin, make_day, refresh
from tests.meetings.views.client import as_, boxes, this_morning, words
from tests.meetings.views.test_room import in_session, item_url, sheet_of

pytestmark = pytest.mark.django_db


def next_week() -> Day:
    return make_day(1, at=timezone.now() + dt.timedelta(days=7))


def of(day: Day, name: str) -> str:
    return reverse(name, args=[day.meeting.public_id])


def test_before_its_day_a_meeting_says_when_it_opens_and_offers_no_button() -> None:
    day = next_week()
    on = timezone.localdate(day.meeting.starts_at)
    page = as_(day.clerk).get(of(day, "meeting.view"))
    assert f"It is opened on its day, {on.day} {on:%B} {on.year}." in words(page)
    assert 'id="open-meeting"' not in page.content.decode()
    card = as_(day.clerk).get(of(day, "meeting.open"))
    assert "It is opened on its day" in words(card)
    assert "I read" not in words(card)


def test_nobody_is_present_before_the_day_and_apologies_are_taken() -> None:
    day = next_week()
    sheet = as_(day.clerk).get(of(day, "attendance.record"))
    assert "Who is present is said on its day" in words(sheet)
    assert 'value="present"' not in sheet.content.decode()
    assert as_(day.clerk).post(of(day, "attendance.record"), sheet_of(day)).status_code == 422
    with pytest.raises(Refused) as no:
        record_attendance(
            meeting=day.meeting,
            lines=[Line(day.entry(day.nurse), Status.PRESENT)],
            by=day.clerk,
            now=timezone.now(),
        )
    assert no.value.code == "not_the_day_yet"
    with pytest.raises(Refused) as no:
        arrive(entry=day.entry(day.nurse), by=day.clerk, now=timezone.now())
    assert no.value.code == "not_the_day_yet"
    away = {f"status_{day.entry(day.nurse).pk}": "apologies"}
    assert as_(day.clerk).post(of(day, "attendance.record"), away).status_code == 302
    assert Attendance.objects.get().status == Status.APOLOGIES


def test_closed_meeting_says_when_people_were_there_and_no_time_of_what_was_not_heard() -> None:
    day = in_session(2)
    advise(day, day.items[0], now=timezone.now())
    as_(day.chair).post(item_url(day, "item.withdraw", 1), {"because": "The request was withdrawn"})
    forecast = timezone.localtime(day.meeting.opened_at) + dt.timedelta(minutes=day.items[0].minutes)
    as_(day.chair).post(of(day, "meeting.close"))
    day.meeting.refresh_from_db()
    said = words(as_(day.clerk).get(of(day, "meeting.view")))
    assert "Not here now" not in said
    begun, over = (timezone.localtime(at) for at in (day.meeting.opened_at, day.meeting.closed_at))
    assert f"Here {begun:%H:%M} to {over:%H:%M}" in said
    items = said[said.index("Items") : said.index("People")]
    assert f"{forecast:%H:%M}" not in items


def test_item_that_was_set_back_is_called_so() -> None:
    assert item_words(ItemState.LISTED, taken_up=False) == "Listed"
    day = in_session()
    pause_item(item=day.items[0], by=day.chair, now=timezone.now())
    said = words(as_(day.chair).get(item_url(day)))
    assert ("Listed, set back" in said, "taken up at" in said) == (True, False)
    assert "Listed, set back" in words(as_(day.chair).get(of(day, "meeting.view")))


def test_meeting_in_the_past_is_asked_about_before_anybody_is_invited() -> None:
    day = make_day(0)
    slip = timezone.localdate() - dt.timedelta(days=300)
    typed = {
        "panel_type": str(day.panel_type.pk),
        **boxes("held_on", slip),
        "starts": "09:00",
        "ends": "12:00",
        "venue": "Room 2",
    }
    asked = as_(day.clerk).post(reverse("meeting.plan"), typed)
    assert (asked.status_code, list(asked.context["form"].errors)) == (422, ["took_place"])
    assert "has passed. Record a meeting afterwards only if it took place. Tick this if it did" in words(
        asked
    )
    assert not Meeting.objects.filter(venue="Room 2").exists()
    assert as_(day.clerk).post(reverse("meeting.plan"), {**typed, "took_place": "on"}).status_code == 302


def test_nothing_is_asked_about_a_day_to_come() -> None:
    day = make_day(0)
    page = as_(day.clerk).get(reverse("meeting.plan"))
    assert (page.status_code, "It took place on that day" in words(page)) == (200, False)


def test_panel_of_today_stays_on_the_chairs_home_once_it_is_closed_and_an_earlier_one_is_not_todays() -> None:
    day = begin(make_day(0, at=this_morning()))
    as_(day.chair).post(of(day, "meeting.close"))
    refresh(day)

    home = as_(day.chair).get(reverse("home.view"))
    part = home.context["parts"][0].context
    assert [line.meeting for line in part["today"]] == [day.meeting]
    assert part["earlier"] == []


def test_panel_of_another_day_that_was_not_held_is_not_called_todays() -> None:
    day = make_day(1, at=timezone.now() - dt.timedelta(days=400))
    home = as_(day.chair).get(reverse("home.view"))
    part = home.context["parts"][0].context
    assert ([line.meeting for line in part["earlier"]], part["today"], part["items"]) == (
        [day.meeting],
        [],
        (),
    )
    year = timezone.localdate(day.meeting.starts_at).year
    assert "Earlier panels that are not closed" in words(home)
    assert f" {year} " in words(home)
    assert "Its day has passed, and it was not held yet." in words(as_(day.nurse).get(reverse("home.view")))


def test_seat_in_a_sentence_keeps_its_capitals() -> None:
    day = next_week()
    assert "You sit as: SEN lead." in words(as_(day.vice).get(reverse("home.view")))


def test_empty_form_asks_in_whole_sentences() -> None:
    day = make_day(0)
    asked = words(as_(day.clerk).post(reverse("meeting.plan"), {"venue": ""}))
    for sentence in (
        "Choose a panel",
        "Enter when the meeting begins",
        "Enter when the meeting ends",
    ):
        assert sentence in asked
    assert "Choose the seat they sit in" in words(
        as_(day.clerk).post(of(day, "meeting.roster"), {"agency": ""})
    )


def test_attendance_button_leaves_the_focus_with_whom_it_was_about() -> None:
    day = in_session()
    entry = day.entry(day.nurse)
    there = reverse("meeting.view", args=[day.meeting.public_id])
    gone = as_(day.clerk).post(reverse("attendance.leave", args=[entry.public_id]), {"now": "1"})
    assert gone["Location"] == f"{there}#arrive-{entry.public_id}"
    part = as_(day.clerk, page=False).post(
        reverse("attendance.arrive", args=[entry.public_id]), {"now": "1", "mode": "room"}
    )
    assert part.templates[0].name == "meetings/_room.html"
    (focused,) = re.findall(r"<button[^>]*data-focus[^>]*>", part.content.decode())
    assert f'id="leave-{entry.public_id}"' in focused
    # What looks for news by itself has this part already, and takes the focus from nobody.
    seen = re.search(r"seen=(\w+)", part.content.decode())
    assert seen is not None
    live = reverse("meeting.live", args=[day.meeting.public_id])
    assert as_(day.clerk, page=False).get(live, {"seen": seen[1]}).status_code == 204
