"""The vice-chair by screen: the deputy that is proposed, and the chair taken by one button."""

import pytest
from django.urls import reverse
from django.utils import timezone

from meetings.actions.seats import seat
from meetings.models import RosterEntry, Seat
from meetings.rules.states import MeetingState
from panel.platform.policy import Role
from tests.make import make_agency, make_user
from tests.meetings.day import Day, begin, card_on, make_day
from tests.meetings.views.client import as_, this_morning, words

pytestmark = pytest.mark.django_db


def vice_chair_of(day: Day) -> RosterEntry:
    user = make_user("Vera Vicechair", Role.CHAIR, agency=make_agency("education"))
    return seat(meeting=day.meeting, user=user, seat=Seat.VICE_CHAIR, by=day.clerk, now=day.meeting.starts_at)


def test_vice_chair_is_the_deputy_unless_somebody_else_is_chosen() -> None:
    day = make_day(1, at=this_morning())
    entry = vice_chair_of(day)
    begin(day)
    url = reverse("meeting.name_deputy", args=[day.meeting.public_id, day.items[0].public_id])
    page = as_(day.clerk).get(url)
    assert "Vera Vicechair, vice-chair, is chosen below." in words(page)
    assert page.context["form"]["entry"].value() == entry.pk
    as_(day.clerk).post(url, {"entry": day.entry(day.vice).pk})
    named = as_(day.clerk).get(url)
    assert ("is chosen below" in words(named), named.context["form"]["entry"].value()) == (
        False,
        day.entry(day.vice).pk,
    )


def test_recused_vice_chair_is_no_default() -> None:
    day = make_day(1, at=this_morning())
    entry = vice_chair_of(day)
    begin(day)
    said = {"entry": entry.pk, "kind": "relative", "effect": "leaves", "detail": "Her nephew"}
    as_(day.clerk).post(reverse("conflict.impose", args=[day.items[0].public_id]), said)
    page = as_(day.clerk).get(
        reverse("meeting.name_deputy", args=[day.meeting.public_id, day.items[0].public_id])
    )
    assert ("is chosen below" in words(page), page.context["form"]["entry"].value()) == (False, None)


def test_vice_chair_takes_the_chair_by_one_button_and_opens_the_meeting() -> None:
    day = make_day(1, at=this_morning())
    entry = vice_chair_of(day)
    clerk, opening = as_(day.clerk), reverse("meeting.open", args=[day.meeting.public_id])
    button = "Vera Vicechair takes the chair"
    assert button in words(clerk.get(opening))
    assert as_(entry.user).get(opening).status_code == 404
    taken = clerk.post(reverse("attendance.take_chair", args=[entry.public_id]), follow=True)
    assert taken.request["PATH_INFO"] == opening
    assert ("Vera Vicechair holds the chair of this meeting." in words(taken), button in words(taken)) == (
        True,
        False,
    )
    as_(entry.user).post(opening, {"card": card_on(timezone.now()), "read": "on"})
    day.meeting.refresh_from_db()
    assert day.meeting.state == MeetingState.OPEN
    late = clerk.post(reverse("attendance.take_chair", args=[day.entry(day.nurse).public_id]))
    assert (late.status_code, "name a deputy for each item" in words(late)) == (422, True)


def test_roster_names_the_agencies_the_rules_ask_for_and_nobody_comes_from() -> None:
    day = make_day(1, at=this_morning(), required_agencies=["health", "parent_carers", "other"])
    page = words(as_(day.clerk).get(reverse("meeting.roster", args=[day.meeting.public_id])))
    assert "Nobody with a vote comes yet from: Other." in page
