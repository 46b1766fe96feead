"""Inviting and being invited, by screen: the roster, the answer, what to expect, an observer’s promise."""

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from meetings.actions.invitations import answer, invite_all
from meetings.actions.live import open_meeting
from meetings.actions.seats import seat
from meetings.models import Acknowledgement, Invitation, Meeting, RosterEntry, Seat
from meetings.queries.invitations import answer_of
from meetings.rules.invitations import Said
from panel.models import User
from panel.platform.policy import Role
from tests.make import make_user
from tests.meetings.day import Day, card_on, make_day, sit_down
from tests.meetings.views.client import as_, boxes, words

pytestmark = pytest.mark.django_db


def coming_day(items: int = 1, *, days: int = 10, invited: bool = True, **config: Any) -> Day:
    """A meeting that is planned for a later day, by the clock the views read."""
    now = timezone.now().replace(microsecond=0)
    day = make_day(items, at=now + dt.timedelta(days=days), **config)
    if invited:
        invite_all(meeting=day.meeting, by=day.clerk, now=now)
    return day


def url(name: str, meeting: Meeting) -> str:
    return reverse(name, args=[meeting.public_id])


def say(day: Day, user: User, said: Said, **fields: Any) -> None:
    answer(meeting=day.meeting, said=said, by=user, now=timezone.now(), **fields)


def test_clerk_invites_everybody_with_one_click_and_again_without_harm() -> None:
    day = coming_day(invited=False)
    client = as_(day.clerk)
    page = words(client.get(url("meeting.roster", day.meeting)))
    assert "Invite everybody" in page
    assert "7 still to be told." in page
    first = client.post(url("meeting.invite", day.meeting), follow=True)
    assert "7 people are invited." in words(first)
    again = client.post(url("meeting.invite", day.meeting), follow=True)
    assert "Everybody on the roster was invited already. Nothing was sent." in words(again)
    assert Invitation.objects.count() == 7


def test_chair_of_the_meeting_may_invite_and_its_members_may_not() -> None:
    day = coming_day(invited=False)
    assert as_(day.nurse).post(url("meeting.invite", day.meeting)).status_code == 403
    assert as_(day.vice).post(url("meeting.invite", day.meeting)).status_code == 404
    assert as_(day.chair).post(url("meeting.invite", day.meeting)).status_code == 302


def test_meeting_whose_hour_has_come_says_why_nobody_is_invited() -> None:
    day = make_day(0, at=timezone.now() - dt.timedelta(minutes=5))
    shown = as_(day.clerk).post(url("meeting.invite", day.meeting))
    assert (shown.status_code, "This meeting’s hour has come." in words(shown)) == (422, True)


def test_invited_member_answers_from_her_home_page() -> None:
    day = coming_day()
    client = as_(day.nurse)
    home = words(client.get(reverse("home.view")))
    assert "Meetings you are invited to" in home
    assert "You have not answered yet. Say whether you will come" in home
    sent = client.post(url("invitation.answer", day.meeting), {"said": "video"}, follow=True)
    assert "Your answer: comes, by video. Change it" in words(sent)
    client.post(url("invitation.answer", day.meeting), {"said": "cannot"})
    found = answer_of(day.nurse, day.meeting)
    assert found is not None
    assert found.said == "cannot"
    assert "On " in words(client.get(url("invitation.answer", day.meeting)))


def test_minute_taker_without_a_role_at_the_panel_finds_no_link_that_leads_nowhere() -> None:
    day = coming_day()
    taker = make_user("Minnie Taker", Role.COORDINATOR)
    seat(meeting=day.meeting, user=taker, seat=Seat.MINUTE_TAKER, by=day.clerk, now=timezone.now())
    invite_all(meeting=day.meeting, by=day.clerk, now=timezone.now())
    client = as_(taker)
    home = client.get(reverse("home.view")).content.decode()
    for name in ("meeting.view", "invitation.answer"):
        assert client.get(url(name, day.meeting)).status_code == 404
        assert url(name, day.meeting) not in home


def test_home_page_shows_no_meeting_nobody_was_invited_to() -> None:
    day = coming_day(invited=False)
    home = as_(day.nurse).get(reverse("home.view"))
    assert (home.status_code, "Meetings you are invited to" in words(home)) == (200, False)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"said": ""}, "Say whether you will come"),
        ({"said": "written"}, "Write your view, or choose “I cannot come”."),
        ({"said": "room", "written_view": "I agree."}, "You have written a view."),
        ({"said": "cannot", "substitute": "999999"}, "Select a valid choice"),
    ],
)
def test_wrong_answer_is_said_beside_its_field(typed: dict[str, str], sentence: str) -> None:
    day = coming_day()
    make_user("Sandy Second", Role.MEMBER, agency=day.nurse.memberships.get().agency)
    shown = as_(day.nurse).post(url("invitation.answer", day.meeting), typed)
    assert (shown.status_code, sentence in words(shown)) == (422, True)
    assert answer_of(day.nurse, day.meeting) is None


def test_answer_is_kept_as_it_is_once_the_meeting_has_begun() -> None:
    day = coming_day(0)
    sit_down(day)
    open_meeting(
        meeting=day.meeting, card=card_on(day.meeting.starts_at), by=day.chair, now=day.meeting.starts_at
    )
    client = as_(day.nurse)
    assert "has begun, is over or is cancelled" in words(client.get(url("invitation.answer", day.meeting)))
    assert client.post(url("invitation.answer", day.meeting), {"said": "room"}).status_code == 409


def test_strangers_and_members_of_other_meetings_answer_nothing(stranger: User) -> None:
    day = coming_day()
    for user in (stranger, day.clerk, day.officer):
        assert as_(user).get(url("invitation.answer", day.meeting)).status_code == 404


def test_named_substitute_is_shown_to_the_clerk_who_invites_them() -> None:
    day = coming_day()
    named = make_user("Sandy Second", Role.MEMBER, agency=day.nurse.memberships.get().agency)
    as_(day.nurse).post(
        url("invitation.answer", day.meeting), {"said": "cannot", "substitute": str(named.pk)}
    )
    client = as_(day.clerk)
    assert "Names Sandy Second." in words(client.get(url("meeting.roster", day.meeting)))
    there = reverse("meeting.substitute", args=[day.entry(day.nurse).public_id])
    assert "Sandy Second has a seat and is invited." in words(client.post(there, follow=True))
    again = client.post(there)
    assert (again.status_code, RosterEntry.objects.filter(user=named).count()) == (422, 1)
    sheet = client.get(url("attendance.record", day.meeting)).context["form"]
    nurse, second = day.entry(day.nurse).pk, day.entry(named).pk
    assert sheet[f"status_{nurse}"].value() == "substituted"
    assert sheet[f"for_{second}"].value() == str(nurse)


def test_answers_fill_in_apologies_and_never_presence() -> None:
    day = coming_day()
    say(day, day.nurse, Said.CANNOT)
    say(day, day.head, Said.WRITTEN, written_view="I would agree.")
    say(day, day.social, Said.VIDEO)
    sheet = as_(day.clerk).get(url("attendance.record", day.meeting)).context["form"]
    keys = {user: day.entry(user).pk for user in (day.nurse, day.head, day.social, day.chair)}
    filled = {user.name: sheet[f"status_{key}"].value() for user, key in keys.items()}
    assert filled == {
        "Nia Nurse": "apologies",
        "Hetty Head": "written_view",
        "Sol Worker": "",
        "Charlie Chair": "",
    }
    assert sheet[f"mode_{keys[day.social]}"].value() == "video"
    assert sheet[f"view_{keys[day.head]}"].value() == "I would agree."


def test_agencies_that_cannot_come_are_warned_of_where_the_agenda_is_made() -> None:
    day = coming_day()
    say(day, day.nurse, Said.CANNOT)
    say(day, day.psychologist, Said.CANNOT)
    for name, user in (
        ("agenda.edit", day.clerk),
        ("meeting.roster", day.clerk),
        ("meeting.view", day.chair),
    ):
        page = words(as_(user).get(url(name, day.meeting)))
        assert "Health: Nia Nurse cannot come, and nobody else has a seat for it." in page
        assert "Educational psychologist: Ed Psychologist cannot come" in page
        silent = (
            "for: Education, Social care"
            if name == "meeting.view"
            else "Social care: nobody has said yes yet."
        )
        assert silent in page


def test_clerk_sees_on_the_home_page_what_to_expect() -> None:
    day = coming_day()
    client = as_(day.clerk)
    page = words(client.get(reverse("home.view")))
    assert "Who will come" in page
    assert "Nobody has said yes yet for: Education, Health, Social care" in page
    for user in day.members:
        say(day, user, Said.ROOM)
    assert "If those come who said yes (7), the meeting has its quorum of 4." in words(
        client.get(reverse("home.view"))
    )


def test_clerks_home_asks_no_more_for_three_meetings_than_for_one(
    django_assert_max_num_queries: Any,
) -> None:
    day = coming_day()
    client = as_(day.clerk)
    with django_assert_max_num_queries(24) as one:
        client.get(reverse("home.view"))
    for days in (11, 12):
        meeting = Meeting.objects.create(
            panel_type=day.panel_type,
            config=day.config,
            starts_at=day.meeting.starts_at + dt.timedelta(days=days),
            ends_at=day.meeting.ends_at + dt.timedelta(days=days),
            venue="Room 1",
            created_at=timezone.now(),
            created_by=day.clerk,
        )
        seat(meeting=meeting, user=day.nurse, seat=Seat.HEALTH, by=day.clerk, now=timezone.now())
        invite_all(meeting=meeting, by=day.clerk, now=timezone.now())
    with django_assert_max_num_queries(24) as three:
        client.get(reverse("home.view"))
    assert len(three) == len(one)


def test_meeting_moves_and_its_people_are_told_by_the_next_click() -> None:
    day = coming_day()
    client = as_(day.clerk)
    page = client.get(url("meeting.move", day.meeting))
    assert page.context["form"]["venue"].value() == "Room 1"
    on = timezone.localdate(day.meeting.starts_at)
    moved = client.post(
        url("meeting.move", day.meeting),
        {**boxes("held_on", on), "starts": "8:30", "ends": "11:30", "venue": "Room 2"},
        follow=True,
    )
    assert "Nobody has been told yet" in words(moved)
    assert "7 still to be told." in words(moved)
    told = client.post(url("meeting.invite", day.meeting), follow=True)
    assert "7 people are told of the new day, time or place." in words(told)


def test_wrong_time_of_a_move_is_said_and_nothing_is_lost() -> None:
    day = coming_day()
    on = timezone.localdate(day.meeting.starts_at)
    shown = as_(day.clerk).post(
        url("meeting.move", day.meeting),
        {**boxes("held_on", on), "starts": "11:30", "ends": "8:30", "venue": "Room 2"},
    )
    assert (shown.status_code, 'value="Room 2"' in shown.content.decode()) == (422, True)
    assert "The meeting must end after it starts." in words(shown)


def test_cancelled_meeting_says_so_and_offers_nothing_more() -> None:
    day = coming_day()
    client = as_(day.clerk)
    assert client.post(url("meeting.cancel", day.meeting), {"because": ""}).status_code == 422
    done = words(client.post(url("meeting.cancel", day.meeting), {"because": "Snow"}, follow=True))
    assert "The meeting is cancelled. 1 case waits for another one, and 7 people are told." in done
    assert "Cancelled" in done
    assert "Open the meeting" not in done
    assert "Attendance sheet" not in done
    assert "Prepare the minutes" not in done
    assert client.post(url("meeting.cancel", day.meeting), {"because": "Again"}).status_code == 409
    assert "Who will come" not in words(client.get(reverse("home.view")))


def test_observer_reads_the_text_and_promises_before_a_name_is_shown() -> None:
    day = coming_day()
    observer = make_user("Olive Observer", Role.PROFESSIONAL)
    seat(meeting=day.meeting, user=observer, seat=Seat.OBSERVER, by=day.clerk, now=timezone.now())
    invite_all(meeting=day.meeting, by=day.clerk, now=timezone.now())
    child = day.items[0].case.child.full_name
    client = as_(observer)
    home = words(client.get(reverse("home.view")))
    assert "to see what the meeting is about." in home
    page = words(client.get(url("meeting.view", day.meeting)))
    assert (child in page, day.items[0].case.reference in page) == (False, False)
    assert "Promise confidentiality, to see the items" in page
    item = reverse("item.view", args=[day.items[0].public_id])
    assert client.get(item).status_code == 404
    text = client.get(url("confidentiality.acknowledge", day.meeting))
    version = text.context["form"]["version"].value()
    assert "I tell nobody outside the meeting what was said" in words(text)
    done = words(
        client.post(url("confidentiality.acknowledge", day.meeting), {"version": version}, follow=True)
    )
    assert child in done
    assert client.get(item).status_code == 200
    assert Acknowledgement.objects.get().user == observer
    roster = words(as_(day.clerk).get(url("meeting.roster", day.meeting)))
    assert "promised confidentiality" in roster
