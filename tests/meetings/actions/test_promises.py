"""Nobody looks on from within the room who has not promised confidentiality, by screen or on paper."""

import datetime as dt

import pytest
from django.urls import reverse

from meetings.actions.attendance import Line, arrive, except_from_item, record_attendance
from meetings.actions.confidentiality import acknowledge, record_promise
from meetings.actions.seats import seat
from meetings.models import Acknowledgement, RosterEntry, Seat
from meetings.rules.attendance import Status
from meetings.rules.invitations import CONFIDENTIALITY_NOW
from panel.platform.policy import Refused, Role
from tests.make import make_user
from tests.meetings.day import Day, after, begin, make_day
from tests.meetings.views.client import as_, words

pytestmark = pytest.mark.django_db


def looking_on() -> tuple[Day, RosterEntry]:
    day = begin(make_day())
    olive = make_user("Olive Observer", Role.MEMBER)
    entry = seat(meeting=day.meeting, user=olive, seat=Seat.OBSERVER, by=day.clerk, now=after(day, 2))
    return day, entry


def refused(action, **values) -> str:
    with pytest.raises(Refused) as no:
        action(**values)
    return no.value.code


def test_observer_does_not_come_in_before_the_promise() -> None:
    day, entry = looking_on()
    values = {"by": day.clerk, "now": after(day, 5)}
    assert [
        refused(arrive, entry=entry, **values),
        refused(record_attendance, meeting=day.meeting, lines=[Line(entry, Status.PRESENT)], **values),
        refused(except_from_item, item=day.items[0], entry=entry, present=True, **values),
    ] == ["not_promised"] * 3
    record_attendance(meeting=day.meeting, lines=[Line(entry, Status.APOLOGIES)], **values)
    acknowledge(meeting=day.meeting, version=CONFIDENTIALITY_NOW, by=entry.user, now=after(day, 6))
    arrive(entry=entry, by=day.clerk, now=after(day, 7))
    assert entry.intervals.count() == 1


def test_clerk_records_a_signature_on_paper_once() -> None:
    day, entry = looking_on()
    today = after(day, 0).date()
    values = {"entry": entry, "by": day.clerk, "now": after(day, 5)}
    assert refused(record_promise, signed_on=today + dt.timedelta(days=1), **values) == "in_future"
    first = record_promise(signed_on=today, **values)
    assert (first.user, first.signed_on, first.recorded_by) == (entry.user, today, day.clerk)
    assert record_promise(signed_on=today, **values) == first
    arrive(entry=entry, by=day.clerk, now=after(day, 6))
    nurse = day.entry(day.nurse)
    assert refused(record_promise, **{**values, "entry": nurse}, signed_on=today) == "not_an_observer"
    assert Acknowledgement.objects.count() == 1


def test_attendance_page_says_who_has_not_promised_and_leads_to_the_paper() -> None:
    day, entry = looking_on()
    page = reverse("attendance.record", args=[day.meeting.public_id])
    assert "Olive Observer looks on and has not promised confidentiality" in words(as_(day.clerk).get(page))
    there = reverse("attendance.promise", args=[entry.public_id])
    on = after(day, 0).date()
    typed = {"signed_on_0": on.day, "signed_on_1": on.month, "signed_on_2": on.year}
    answer = as_(day.clerk).post(there, typed, follow=True)
    assert "Recorded: Olive Observer has promised confidentiality." in words(answer)
    assert "has not promised" not in words(answer)
