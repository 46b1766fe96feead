"""The legal-test card: no meeting opens without it, and each person at the table says once that they know it."""

import pytest

from meetings.actions.card import acknowledge_card
from meetings.actions.live import open_meeting
from meetings.models import CardAcknowledgement, CardReading
from panel.models import AuditEntry
from panel.platform.policy import Refused
from tests.meetings.day import CARD, after, begin, closed, make_day, refresh, sit_down

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
    open_meeting(meeting=day.meeting, card=CARD, by=day.clerk, now=after(day, 0))
    assert (CardReading.objects.get().by, CardAcknowledgement.objects.count()) == (day.clerk, 0)


def test_member_says_it_once_however_often() -> None:
    day = begin(make_day(0))
    first = acknowledge_card(meeting=day.meeting, by=day.nurse, now=after(day, 2))
    assert acknowledge_card(meeting=day.meeting, by=day.nurse, now=after(day, 3)) == first
    assert (first.version, first.at) == (CARD, after(day, 2))
    assert AuditEntry.objects.filter(verb="card.acknowledge").count() == 1


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
