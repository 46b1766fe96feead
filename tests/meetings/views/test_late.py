"""From paper to the record by screen: times, attendance, what was said, and the chair's recommendation."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from meetings.models import CardReading, LateEntry, Recommendation
from meetings.rules.states import MeetingState
from tests.meetings.day import REASONS, Day, begin, make_day, refresh
from tests.meetings.views.client import as_, this_morning, words

pytestmark = pytest.mark.django_db
ASSESS = {
    "limbs-a_answer": "yes",
    "limbs-a_reasons": "She speaks in single words.",
    "limbs-b_answer": "yes",
    "limbs-b_reasons": "Two terms of support have not been enough.",
    "recommendation-outcome": "assess",
    "recommendation-reasons": REASONS,
}


def yesterday_at_ten() -> dt.datetime:
    day = timezone.localdate() - dt.timedelta(days=1)
    return timezone.make_aware(dt.datetime.combine(day, dt.time(10, 0)))


def meeting_url(day: Day, name: str) -> str:
    return reverse(name, args=[day.meeting.public_id])


def item_url(day: Day, name: str, number: int = 0) -> str:
    return reverse(name, args=[day.items[number].public_id])


def test_meeting_nobody_opened_is_recorded_whole() -> None:
    day = make_day(1, at=yesterday_at_ten())
    clerk, chair = as_(day.clerk), as_(day.chair)
    assert "Enter from paper" in words(clerk.get(meeting_url(day, "meeting.view")))
    page = words(clerk.get(meeting_url(day, "meeting.record_later")))
    assert "Enter the meeting from paper" in page
    refused = clerk.post(
        meeting_url(day, "meeting.record_later"), {"began": "10:02", "ended": "", "card_read": "yes"}
    )
    assert (refused.status_code, "Enter when it ended" in words(refused)) == (422, True)
    unsaid = clerk.post(meeting_url(day, "meeting.record_later"), {"began": "10:02", "ended": "11:30"})
    assert (unsaid.status_code, "Say whether the card was read out" in words(unsaid)) == (422, True)
    answer = clerk.post(
        meeting_url(day, "meeting.record_later"),
        {"began": "10:02", "ended": "11:30", "card_read": "yes"},
        follow=True,
    )
    reading = CardReading.objects.get(meeting=day.meeting)
    assert (reading.by, timezone.localtime(reading.at).strftime("%H:%M")) == (day.clerk, "10:02")
    today = f"{timezone.localdate():%-d %B %Y}"
    assert f"Entered later, on {today} by the panel clerk. Opened at 10:02, ended at 11:30" in words(answer)
    sheet = {f"status_{day.entry(user).pk}": "present" for user in day.members}
    sheet |= {f"mode_{day.entry(user).pk}": "room" for user in day.members}
    assert clerk.post(meeting_url(day, "attendance.record"), sheet).status_code == 302
    # Nothing is written of the item before its times are entered; then the chair records it.
    assert "Record it" not in words(chair.get(item_url(day, "item.view")))
    early = clerk.post(item_url(day, "item.record_later"), {"began": "9:50", "ended": "10:10"})
    assert (early.status_code, "The meeting opened at 10:02." in words(early)) == (422, True)
    clerk.post(item_url(day, "item.record_later"), {"began": "10:05", "ended": "10:20"})
    page = words(chair.get(item_url(day, "item.view")))
    assert f"Entered later, on {today} by the panel clerk. Heard from 10:05 to 10:20" in page
    assert "It counts for 10:20, as the paper says." in page
    assert "Quorate" in page
    assert chair.post(item_url(day, "recommendation.record"), ASSESS).status_code == 302
    made = Recommendation.objects.get()
    assert timezone.localtime(made.at).strftime("%H:%M") == "10:20"
    assert made.entered_at is not None
    clerk.post(meeting_url(day, "meeting.close"))
    refresh(day)
    assert day.meeting.state == MeetingState.CLOSED
    assert timezone.localtime(day.meeting.closed_at).strftime("%H:%M") == "11:30"
    assert f"Entered later, on {today}" in words(as_(day.nurse).get(item_url(day, "item.view")))


def test_item_in_discussion_is_asked_only_when_it_ended_and_live_pages_show_no_mark() -> None:
    day = begin(make_day(1, at=this_morning()))
    clerk = as_(day.clerk)
    page = words(clerk.get(item_url(day, "item.view")))
    assert ("Enter from paper" in page, "Entered later" in page) == (True, False)
    form = words(clerk.get(item_url(day, "item.record_later")))
    assert ("When it was taken up" in form, "When it ended" in form) == (False, True)
    wrong = clerk.post(item_url(day, "item.record_later"), {"ended": "half past"})
    assert (wrong.status_code, "Enter a real time" in words(wrong)) == (422, True)
    assert 'value="half past"' in wrong.content.decode()
    assert not LateEntry.objects.exists()
    assert as_(day.nurse).get(item_url(day, "item.record_later")).status_code in {403, 404}


def test_recused_chair_enters_nothing_of_the_item() -> None:
    day = begin(make_day(1, at=this_morning()))
    as_(day.clerk).post(
        item_url(day, "conflict.impose"),
        {"entry": day.entry(day.chair).pk, "kind": "relative", "effect": "leaves", "detail": "Her nephew"},
    )
    answer = as_(day.chair).post(item_url(day, "item.record_later"), {"ended": "10:00"})
    assert (answer.status_code, LateEntry.objects.exists()) == (404, False)
