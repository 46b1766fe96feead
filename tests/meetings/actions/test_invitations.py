"""Inviting a roster, telling it of changes, answers, substitutes, reminders, and what goes out in the end."""

import datetime as dt
from typing import Any

import pytest
from django.core import mail
from django.db.models.functions import Now
from django.utils import timezone
from icalendar import Calendar

from meetings.actions.attendance import Line, record_attendance
from meetings.actions.invitations import REMIND, Sent, answer, invite_all
from meetings.actions.moving import cancel_meeting, move_meeting, seat_substitute
from meetings.actions.seats import seat, unseat
from meetings.models import Attendance, Invitation, InvitationAnswer, RosterEntry, Seat
from meetings.queries.invitations import answer_of, asked
from meetings.queries.waiting import waiting
from meetings.rules.attendance import Status
from meetings.rules.invitations import Said
from panel.models import Dispatch, Membership, User
from panel.platform import outbox
from panel.platform.policy import Refused, Role
from tests.make import NOW, make_paper, make_user
from tests.meetings.day import Day, begin, make_day

pytestmark = pytest.mark.django_db

BEFORE = NOW - dt.timedelta(days=7)


def invited(items: int = 1) -> Day:
    day = make_day(items)
    invite_all(meeting=day.meeting, by=day.clerk, now=BEFORE)
    return day


def sweep(*, reminders: bool = False) -> dict[str, int]:
    """Keep what was promised; of the reminders none, or all of them."""
    at = Now() if reminders else Now() + dt.timedelta(days=1)
    Dispatch.objects.filter(kind=REMIND, state="queued").update(next_attempt_at=at)
    return outbox.drain(None, lambda: NOW, "test")


def events() -> list[tuple[str, str, int]]:
    """To whom, what the calendar is asked, and the entry's version, for each message with a file."""
    found = []
    for message in mail.outbox:
        for name, text, _ in message.attachments:
            assert name == "meeting.ics"
            calendar = Calendar.from_ical(text)
            event = calendar.walk("VEVENT")[0]
            found.append((message.to[0], str(calendar["method"]), int(event["sequence"])))
    return found


def _put(day: Day, **fields: Any) -> None:
    meeting = day.meeting
    values = {"starts_at": meeting.starts_at, "ends_at": meeting.ends_at, "venue": meeting.venue, **fields}
    move_meeting(meeting=meeting, by=day.clerk, now=BEFORE, **values)
    meeting.refresh_from_db()


def say(day: Day, user: User, said: Said, **fields: Any) -> InvitationAnswer:
    return answer(meeting=day.meeting, said=said, by=user, now=BEFORE, **fields)


def colleague(user: User, name: str = "Sandy Second", role: Role = Role.MEMBER) -> User:
    return make_user(name, role, agency=user.memberships.get().agency)


def test_everybody_is_asked_once_however_often_the_button_is_pressed() -> None:
    day = invited()
    assert invite_all(meeting=day.meeting, by=day.clerk, now=BEFORE) == Sent(0, 0, 7)
    assert sweep() == {"sent": 7}
    assert sweep() == {}
    assert sorted(events()) == sorted((user.email, "REQUEST", 0) for user in day.members)


def test_whoever_is_seated_later_is_asked_alone() -> None:
    day = invited()
    new = make_user("New Member", Role.MEMBER)
    seat(meeting=day.meeting, user=new, seat=Seat.POST_16, by=day.clerk, now=BEFORE)
    assert invite_all(meeting=day.meeting, by=day.chair, now=BEFORE) == Sent(1, 0, 7)


@pytest.mark.parametrize("field", ["venue", "starts_at"])
def test_another_time_or_place_is_told_to_everybody_under_the_same_entry(field: str) -> None:
    day = invited()
    sweep()
    mail.outbox.clear()
    later = {"venue": "Room 2", "starts_at": day.meeting.starts_at + dt.timedelta(minutes=30)}
    _put(day, **{field: later[field]})
    assert invite_all(meeting=day.meeting, by=day.clerk, now=BEFORE) == Sent(0, 7, 0)
    sweep()
    assert {(method, sequence) for _, method, sequence in events()} == {("REQUEST", 1)}
    assert mail.outbox[0].subject == "Changed: Inclusion panel, 23 November 2026"


def test_invitation_that_waits_while_the_meeting_moves_does_not_go() -> None:
    day = invited()
    _put(day, venue="Room 2")
    assert sweep() == {"cancelled": 7}
    assert mail.outbox == []
    assert {line.invited for line in asked(day.meeting)} == {"For another time or place"}


def test_message_and_file_name_no_child_no_case_and_no_setting() -> None:
    day = invited(items=2)
    sweep()
    hidden = [
        word
        for item in day.items
        for word in (item.case.reference, item.case.child.forename, item.case.child.surname)
    ]
    assert hidden
    for message in mail.outbox:
        everything = f"{message.subject}{message.body}{message.attachments}"
        assert [word for word in hidden if word in everything] == []
    first = mail.outbox[0]
    assert "Monday 23 November 2026, 10:00 to 13:00" in first.body
    assert "Room 1" in first.body
    assert 'text/calendar; method="REQUEST"' in str(first.message())


@pytest.mark.parametrize("change", ["unseated", "closed", "cancelled", "opened"])
def test_what_has_changed_is_asked_again_when_the_message_goes(change: str) -> None:
    day = invited(items=0)
    if change == "unseated":
        RosterEntry.objects.get(meeting=day.meeting, user=day.nurse).delete()
    elif change == "closed":
        User.objects.filter(pk=day.nurse.pk).update(is_active=False)
    elif change == "cancelled":
        cancel_meeting(meeting=day.meeting, because="Snow", by=day.clerk, now=BEFORE)
    else:
        begin(day)
    sweep()
    assert day.nurse.email not in {message.to[0] for message in mail.outbox}


def test_removed_member_is_told_and_the_entry_is_taken_out() -> None:
    day = invited(items=0)
    sweep()
    mail.outbox.clear()
    unseat(entry=day.entry(day.nurse), by=day.clerk, now=BEFORE)
    sweep()
    assert events() == [(day.nurse.email, "CANCEL", 1)]


def test_member_who_was_never_told_is_not_told_to_stay_away() -> None:
    day = invited(items=0)
    unseat(entry=day.entry(day.nurse), by=day.clerk, now=BEFORE)
    sweep()
    assert day.nurse.email not in {message.to[0] for message in mail.outbox}


def test_member_taken_off_before_anybody_was_asked_is_told_nothing() -> None:
    day = make_day(0)
    unseat(entry=day.entry(day.head), by=day.clerk, now=BEFORE)
    assert not Invitation.objects.exists()


def test_member_who_comes_back_is_asked_with_a_higher_version() -> None:
    day = invited(items=0)
    sweep()
    unseat(entry=day.entry(day.nurse), by=day.clerk, now=BEFORE)
    seat(meeting=day.meeting, user=day.nurse, seat=Seat.HEALTH, by=day.clerk, now=BEFORE)
    assert invite_all(meeting=day.meeting, by=day.clerk, now=BEFORE) == Sent(1, 0, 6)
    mail.outbox.clear()
    sweep()
    assert events() == [(day.nurse.email, "REQUEST", 2)]


def test_cancelled_meeting_tells_everybody_and_its_cases_wait_again() -> None:
    day = invited(items=2)
    sweep()
    mail.outbox.clear()
    done = cancel_meeting(meeting=day.meeting, because="Snow", by=day.clerk, now=BEFORE)
    sweep()
    assert (done.items, done.told) == (2, 7)
    assert {method for _, method, _ in events()} == {"CANCEL"}
    assert len(waiting(day.clerk, BEFORE)) == 2


@pytest.mark.parametrize("verb", ["invite", "move", "cancel", "answer"])
def test_meeting_that_has_begun_stays_as_it_is(verb: str) -> None:
    day = begin(make_day(0))
    act: Any = {
        "invite": lambda: invite_all(meeting=day.meeting, by=day.clerk, now=NOW),
        "move": lambda: _put(day, venue="Room 2"),
        "cancel": lambda: cancel_meeting(meeting=day.meeting, because="Snow", by=day.clerk, now=NOW),
        "answer": lambda: say(day, day.nurse, Said.ROOM),
    }[verb]
    with pytest.raises(Refused) as no:
        act()
    assert no.value.code == "wrong_state"


def test_whoever_is_recused_does_not_open_the_case_to_themselves_by_cancelling() -> None:
    day = make_day()
    make_paper(day.items[0].case, by=day.chair)
    seat(meeting=day.meeting, user=make_user("New", Role.MEMBER), seat=Seat.POST_16, by=day.clerk, now=BEFORE)
    with pytest.raises(Refused) as no:
        cancel_meeting(meeting=day.meeting, because="Snow", by=day.chair, now=BEFORE)
    assert no.value.code == "own_conflict"


def test_nobody_is_present_at_a_cancelled_meeting() -> None:
    day = make_day(0)
    cancel_meeting(meeting=day.meeting, because="Snow", by=day.clerk, now=BEFORE)
    with pytest.raises(Refused) as no:
        record_attendance(
            meeting=day.meeting, lines=[Line(day.entry(day.nurse), Status.PRESENT)], by=day.clerk, now=NOW
        )
    assert no.value.code == "wrong_state"


def test_move_warns_of_a_role_that_ends_before_the_new_day() -> None:
    day = make_day(0)
    Membership.objects.filter(user=day.nurse).update(ends_on=NOW.date())
    moved = move_meeting(
        meeting=day.meeting,
        starts_at=NOW + dt.timedelta(days=1),
        ends_at=NOW + dt.timedelta(days=1, hours=2),
        venue="Room 1",
        by=day.clerk,
        now=BEFORE,
    )
    assert [problem.sentence for problem in moved.warnings] == [
        "Nia Nurse holds no role for this seat on 24 November 2026. Take them off, or see to it."
    ]


def test_members_and_strangers_invite_and_cancel_nobody(stranger: User) -> None:
    day = make_day(0)
    for user in (day.nurse, day.officer, stranger):
        for act in (
            lambda by=user: invite_all(meeting=day.meeting, by=by, now=BEFORE),
            lambda by=user: cancel_meeting(meeting=day.meeting, because="Snow", by=by, now=BEFORE),
        ):
            with pytest.raises(Refused) as no:
                act()
            assert no.value.code == "not_allowed"


def test_last_answer_counts_and_each_is_kept() -> None:
    day = invited(items=0)
    first = say(day, day.nurse, Said.ROOM)
    second = say(day, day.nurse, Said.CANNOT)
    assert answer_of(day.nurse, day.meeting) == second
    assert (second.supersedes, InvitationAnswer.objects.count()) == (first, 2)


def test_answer_for_another_hour_counts_no_more() -> None:
    day = invited(items=0)
    say(day, day.nurse, Said.ROOM)
    _put(day, venue="Room 2")
    assert answer_of(day.nurse, day.meeting) is not None
    _put(day, starts_at=day.meeting.starts_at + dt.timedelta(minutes=30))
    assert answer_of(day.nurse, day.meeting) is None


def test_yes_is_no_attendance() -> None:
    day = invited(items=0)
    say(day, day.nurse, Said.ROOM)
    assert not Attendance.objects.exists()


@pytest.mark.parametrize("who", ["stranger", "other_agency", "seated", "no_role", "closed"])
def test_nobody_unfit_is_named_as_a_substitute(who: str) -> None:
    day = invited(items=0)
    named = {
        "stranger": lambda: make_user("Sasha", Role.MEMBER),
        "other_agency": lambda: colleague(day.head),
        "seated": lambda: day.psychologist,
        "no_role": lambda: colleague(day.nurse, role=Role.PROFESSIONAL),
        "closed": lambda: colleague(day.nurse),
    }[who]()
    if who == "closed":
        User.objects.filter(pk=named.pk).update(is_active=False)
    with pytest.raises(Refused) as no:
        say(day, day.nurse, Said.CANNOT, substitute=named)
    assert (no.value.code, no.value.field) == ("cannot_substitute", "substitute")


def test_named_substitute_is_seated_and_asked_by_the_clerk() -> None:
    day = invited(items=0)
    sweep()
    mail.outbox.clear()
    named = colleague(day.nurse)
    say(day, day.nurse, Said.CANNOT, substitute=named)
    assert not RosterEntry.objects.filter(user=named).exists()
    entry = day.entry(day.nurse)
    seated, sent = seat_substitute(entry=entry, by=day.clerk, now=BEFORE)
    sweep()
    assert (seated.seat, seated.agency, seated.voting, sent.invited) == ("health", entry.agency, True, 1)
    assert events() == [(named.email, "REQUEST", 0)]
    # The sheet already knows how to say who stood in for whom.
    record_attendance(
        meeting=day.meeting,
        lines=[
            Line(entry, Status.SUBSTITUTED),
            Line(seated, Status.PRESENT, substitute_for=entry),
        ],
        by=day.clerk,
        now=NOW,
    )


def test_substitute_whose_role_has_ended_gets_no_seat() -> None:
    day = invited(items=0)
    named = colleague(day.nurse)
    say(day, day.nurse, Said.CANNOT, substitute=named)
    Membership.objects.filter(user=named).update(ends_on=BEFORE.date())
    with pytest.raises(Refused) as no:
        seat_substitute(entry=day.entry(day.nurse), by=day.clerk, now=BEFORE)
    assert no.value.code == "cannot_substitute"


def test_reminder_waits_for_its_hour() -> None:
    day = make_day(0, at=timezone.now() + dt.timedelta(days=60))
    invite_all(meeting=day.meeting, by=day.clerk, now=timezone.now())
    assert outbox.drain(None, lambda: NOW, "test") == {"sent": 7}
    assert outbox.oldest_waiting() is None
    waits = Dispatch.objects.filter(kind=REMIND, state="queued")
    assert {row.next_attempt_at for row in waits} == {row.created_at for row in waits}
    assert waits.count() == 7


def test_only_those_are_reminded_who_have_not_answered_and_once() -> None:
    day = invited(items=0)
    say(day, day.nurse, Said.ROOM)
    say(day, day.head, Said.CANNOT)
    Dispatch.objects.exclude(kind=REMIND).update(state="sent")
    assert sweep(reminders=True) == {"sent": 5, "cancelled": 2}
    invite_all(meeting=day.meeting, by=day.clerk, now=BEFORE)
    assert sweep(reminders=True) == {}
    assert {message.subject for message in mail.outbox} == {
        "Will you come?: Inclusion panel, 23 November 2026"
    }
    assert [message.attachments for message in mail.outbox] == [[]] * 5


def test_nobody_is_reminded_of_a_meeting_that_moved() -> None:
    day = invited(items=0)
    _put(day, venue="Room 2")
    assert "sent" not in sweep(reminders=True)


def test_invited_at_the_last_moment_is_not_reminded_as_well() -> None:
    day = make_day(0)
    invite_all(meeting=day.meeting, by=day.clerk, now=NOW - dt.timedelta(hours=20))
    assert not Dispatch.objects.filter(kind=REMIND).exists()
