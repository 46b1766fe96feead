"""Whoever said they come is told once that the papers of a meeting can be read, by a message that names nobody."""

import datetime as dt

import pytest
from django.core import mail
from django.utils import timezone

from meetings.actions.invitations import PAPERS, answer, invite_all, tell_papers_ready
from meetings.actions.moving import cancel_meeting, move_meeting
from meetings.actions.seats import seat, unseat
from meetings.models import Seat
from meetings.rules.invitations import Said, papers_ready_at
from panel.models import Dispatch, User
from panel.platform import outbox
from panel.platform.policy import Role
from tests.make import NOW, make_user
from tests.meetings.day import Day, make_day

pytestmark = pytest.mark.django_db
BEFORE = NOW - dt.timedelta(days=7)
# The meeting is on Monday 23 November: with five days papers are in on Wednesday 18, and can be read on Thursday morning.
DEADLINE = 5
READY = NOW.replace(hour=9, minute=0) - dt.timedelta(days=4)


def asked(items: int = 1) -> Day:
    day = make_day(items, paper_deadline_days=DEADLINE)
    invite_all(meeting=day.meeting, by=day.clerk, now=BEFORE)
    for user, said in ((day.nurse, Said.ROOM), (day.social, Said.VIDEO), (day.head, Said.CANNOT)):
        answer(meeting=day.meeting, said=said, by=user, now=BEFORE)
    return day


def told() -> list[str]:
    """To whom the messages about papers went that were promised so far."""
    mail.outbox.clear()
    for dispatch in Dispatch.objects.filter(kind=PAPERS, state="queued").order_by("pk"):
        claimed = outbox.claim("test", only=dispatch.public_id)
        assert claimed is not None
        outbox.keep_promise(claimed, None, timezone.now())
    return sorted(message.to[0] for message in mail.outbox)


def emails(*users: User) -> list[str]:
    return sorted(user.email for user in users)


@pytest.mark.parametrize(
    ("days", "ready"),
    [(7, (17, 9)), (5, (19, 9)), (3, (23, 9)), (1, (23, 9)), (0, (23, 9))],
)
def test_papers_are_ready_on_the_working_day_after_they_had_to_be_in(
    days: int, ready: tuple[int, int]
) -> None:
    at = papers_ready_at(dt.date(2026, 11, 23), days, dt.UTC)
    assert (at.month, (at.day, at.hour)) == (11, ready)


def test_those_who_come_are_told_once_and_nobody_before_the_day() -> None:
    day = asked()
    assert (tell_papers_ready(READY - dt.timedelta(minutes=1)), told()) == (0, [])
    assert [tell_papers_ready(READY), tell_papers_ready(READY)] == [2, 0]
    assert told() == emails(day.nurse, day.social)
    assert (tell_papers_ready(READY + dt.timedelta(days=1)), told()) == (0, [])


def test_message_names_the_meeting_and_nobody() -> None:
    day = asked()
    tell_papers_ready(READY)
    told()
    message, case = mail.outbox[0], day.items[0].case
    assert message.subject == "Day for papers has passed: Inclusion panel, 23 November 2026"
    assert "What came can be read." in message.body
    assert "Room 1" in message.body
    for word in (case.reference, case.child.surname, case.child.forename, "Nurse"):
        assert word not in message.subject + message.body
    assert message.attachments == []


def test_whoever_says_later_that_they_come_is_told_then() -> None:
    day = asked()
    tell_papers_ready(READY)
    told()
    answer(meeting=day.meeting, said=Said.ROOM, by=day.chair, now=READY)
    assert (tell_papers_ready(READY + dt.timedelta(hours=1)), told()) == (1, emails(day.chair))


def test_whoever_comes_after_all_is_told_though_an_earlier_promise_lapsed() -> None:
    day = asked()
    hours = iter(READY + dt.timedelta(hours=n) for n in range(9))
    for _ in range(2):
        assert tell_papers_ready(next(hours)) > 0
        answer(meeting=day.meeting, said=Said.CANNOT, by=day.nurse, now=next(hours))
        assert day.nurse.email not in told()
        assert tell_papers_ready(next(hours)) == 0
        answer(meeting=day.meeting, said=Said.ROOM, by=day.nurse, now=next(hours))
    assert (tell_papers_ready(next(hours)), told()) == (1, emails(day.nurse))
    states = Dispatch.objects.filter(kind=PAPERS, inputs__person=str(day.nurse.public_id)).order_by("pk")
    assert [one.state for one in states] == ["cancelled", "cancelled", "sent"]


def test_whoever_was_told_and_changes_their_mind_twice_is_not_told_again() -> None:
    day = asked()
    tell_papers_ready(READY)
    told()
    for said in (Said.CANNOT, Said.ROOM):
        answer(meeting=day.meeting, said=said, by=day.nurse, now=READY)
    assert (tell_papers_ready(READY + dt.timedelta(hours=1)), told()) == (0, [])


def test_observers_and_meetings_without_a_list_are_left_out() -> None:
    day = asked()
    observer = make_user("Olive Observer", Role.CHAIR, Role.MEMBER)
    seat(meeting=day.meeting, user=observer, seat=Seat.OBSERVER, by=day.clerk, now=BEFORE)
    answer(meeting=day.meeting, said=Said.ROOM, by=observer, now=BEFORE)
    assert tell_papers_ready(READY) == 2
    assert observer.email not in told()


def test_meeting_without_anything_on_its_list_has_no_papers() -> None:
    asked(items=0)
    assert tell_papers_ready(READY) == 0


@pytest.mark.parametrize("how", ["cancelled", "unseated", "cannot", "moved", "closed"])
def test_promise_lapses_when_it_is_true_no_more(how: str) -> None:
    day = asked()
    tell_papers_ready(READY)
    if how == "cancelled":
        cancel_meeting(meeting=day.meeting, because="Snow", by=day.clerk, now=READY)
    elif how == "unseated":
        unseat(entry=day.entry(day.nurse), by=day.clerk, now=READY)
    elif how == "cannot":
        answer(meeting=day.meeting, said=Said.CANNOT, by=day.nurse, now=READY)
    elif how == "moved":
        shift = dt.timedelta(days=7)
        move_meeting(
            meeting=day.meeting,
            starts_at=day.meeting.starts_at + shift,
            ends_at=day.meeting.ends_at + shift,
            venue="Room 1",
            by=day.clerk,
            now=READY,
        )
    else:
        User.objects.filter(pk=day.nurse.pk).update(is_active=False)
    assert day.nurse.email not in told()
    assert Dispatch.objects.get(kind=PAPERS, inputs__person=str(day.nurse.public_id)).state == "cancelled"


def test_meeting_that_moved_has_papers_of_its_new_day() -> None:
    day = asked()
    tell_papers_ready(READY)
    told()
    shift = dt.timedelta(days=7)
    move_meeting(
        meeting=day.meeting,
        starts_at=day.meeting.starts_at + shift,
        ends_at=day.meeting.ends_at + shift,
        venue="Room 1",
        by=day.clerk,
        now=READY,
    )
    day.meeting.refresh_from_db()
    answer(meeting=day.meeting, said=Said.ROOM, by=day.nurse, now=READY)
    assert tell_papers_ready(READY + dt.timedelta(days=1)) == 0
    assert (tell_papers_ready(READY + shift), told()) == (1, emails(day.nurse))
