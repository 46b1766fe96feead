"""The legal-test card: no meeting opens without it, and each person at the table says once that they know it."""

import pytest
from django.urls import reverse

from meetings.actions.attendance import Line, record_attendance
from meetings.actions.card import acknowledge_card
from meetings.actions.live import open_meeting
from meetings.actions.seats import seat
from meetings.models import CardAcknowledgement, CardReading, Seat
from meetings.rules.attendance import Status
from panel.models import AuditEntry
from panel.platform.policy import Refused, Role
from tests.make import make_user
from tests.meetings.day import CARD, after, begin, card_on, closed, make_day, refresh, sit_down
from tests.meetings.views.client import as_, this_morning, words

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("card", ["", "card-0"])
def test_meeting_does_not_open_before_the_card_in_force_was_read(card: str) -> None:
    day = make_day(0)
    sit_down(day)
    with pytest.raises(Refused) as refused:
        open_meeting(meeting=day.meeting, card=card, by=day.chair, now=after(day, 0))
    refresh(day)
    assert (refused.value.code, refused.value.field, day.meeting.state) == (
        "card_not_read",
        "read",
        "planned",
    )
    assert not CardReading.objects.exists()


def test_opening_keeps_the_wording_the_person_and_the_time_and_is_the_openers_own_word() -> None:
    day = begin(make_day(0))
    reading = CardReading.objects.get()
    assert (reading.meeting, reading.version, reading.by, reading.at) == (
        day.meeting,
        CARD,
        day.chair,
        after(day, 0),
    )
    assert CardAcknowledgement.objects.get().entry == day.entry(day.chair)


def test_clerk_who_opens_has_no_seat_and_says_nothing_for_anybody() -> None:
    day = make_day(0)
    sit_down(day)
    open_meeting(meeting=day.meeting, card=card_on(after(day, 0)), by=day.clerk, now=after(day, 0))
    assert (CardReading.objects.get().by, CardAcknowledgement.objects.count()) == (day.clerk, 0)


def test_member_says_it_once_however_often() -> None:
    day = begin(make_day(0))
    first = acknowledge_card(meeting=day.meeting, by=day.nurse, now=after(day, 2))
    assert acknowledge_card(meeting=day.meeting, by=day.nurse, now=after(day, 3)) == first
    assert (first.version, first.at) == (CARD, after(day, 2))
    assert AuditEntry.objects.filter(verb="card.acknowledge").count() == 1


def test_minute_taker_is_neither_asked_nor_counted() -> None:
    day = make_day(0, at=this_morning())
    taker = make_user("Minnie Taker", Role.CLERK)
    entry = seat(meeting=day.meeting, user=taker, seat=Seat.MINUTE_TAKER, by=day.clerk, now=after(day, -60))
    sit_down(day)
    lines = [Line(entry, Status.PRESENT)]
    record_attendance(meeting=day.meeting, lines=lines, by=day.clerk, now=day.meeting.starts_at)
    open_meeting(meeting=day.meeting, card=card_on(after(day, 0)), by=day.chair, now=after(day, 0))
    for one in day.members:
        acknowledge_card(meeting=day.meeting, by=one, now=after(day, 1))
    page = reverse("meeting.view", args=[day.meeting.public_id])
    assert 'id="know-card"' not in as_(taker).get(page).content.decode()
    assert "7 of the 7 here have said that they know it" in words(as_(day.chair).get(page))


def test_it_is_said_in_the_meeting_by_those_who_sit_there() -> None:
    day = make_day(0)

    def code(by) -> str:
        with pytest.raises(Refused) as refused:
            acknowledge_card(meeting=day.meeting, by=by, now=after(day, 70))
        return refused.value.code

    assert code(day.nurse) == "not_in_session"
    begin(day)
    assert (code(day.clerk), code(day.officer)) == ("not_allowed", "not_allowed")
    closed(day)
    assert code(day.nurse) == "not_in_session"
