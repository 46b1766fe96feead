"""A draft locked for comments by mistake is opened again: nobody is asked any more, and what was said is kept and answered."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from meetings.actions.circulation import (
    answer_comment,
    circulate_minutes,
    comment_on_minutes,
    take_back_circulation,
)
from meetings.kinds import KINDS
from meetings.models import Circulation, CirculationTakenBack, Minutes
from meetings.queries.circulation import comments_for, to_comment_on
from meetings.queries.minutes import state_of
from meetings.queries.tray import chair_tray
from meetings.rules.states import MinutesState
from panel.models import AuditEntry, Dispatch
from tests.meetings.actions.test_circulation import drafted, locked, readers, sign, today
from tests.meetings.actions.test_minutes import code, leave_words, prepare, stand_in_sheets
from tests.meetings.day import Day, after
from tests.meetings.views.client import as_, words

pytestmark = pytest.mark.django_db
WHY = "It was locked before item 1 was written down."


def take_back(day: Day, circulation: Circulation, *, at: int = 110, **fields: object) -> CirculationTakenBack:
    values = {"because": WHY, "by": day.clerk, "now": after(day, at), **fields}
    return take_back_circulation(circulation=circulation, **values)  # type: ignore[arg-type]


def locked_again(day: Day, minutes: Minutes) -> Circulation:
    until_on = today(day) + dt.timedelta(days=3)
    return circulate_minutes(minutes=minutes, until_on=until_on, by=day.clerk, now=after(day, 115))


def test_nobody_is_asked_any_more_and_no_mail_goes_that_has_not_gone() -> None:
    day, minutes = drafted()
    circulation = locked(day, minutes)
    row = take_back(day, circulation)
    assert (row.because, row.by, state_of(Minutes.objects.get())) == (WHY, day.clerk, MinutesState.RENDERED)
    assert to_comment_on(day.nurse, today(day)) == ()
    told = Dispatch.objects.filter(kind="minutes.tell", subject=circulation.public_id)
    assert all(KINDS["minutes.tell"].recheck(one, after(day, 111)) for one in told)
    said = {"circulation": circulation, "words": "It was Tuesday.", "by": day.nurse, "now": after(day, 111)}
    assert code(comment_on_minutes, **said) == "taken_back"
    assert take_back(day, circulation) == row
    assert AuditEntry.objects.filter(verb="minutes.take_back").count() == 1


def test_a_reason_is_given_by_whoever_may_lock_it_and_not_after_the_signature() -> None:
    day, minutes = drafted()
    circulation = locked(day, minutes)
    assert code(take_back, day=day, circulation=circulation, because=" ") == "no_reason"
    assert code(take_back, day=day, circulation=circulation, by=day.nurse) == "not_allowed"
    for user in readers(day):
        comment_on_minutes(circulation=circulation, by=user, now=after(day, 107))
    sign(day, minutes)
    assert code(take_back, day=day, circulation=circulation, at=140) == "wrong_state"
    with pytest.raises(IntegrityError), transaction.atomic():
        CirculationTakenBack(circulation=circulation, because="", by=day.clerk, at=after(day, 141)).save()


def test_panel_that_gives_time_to_comment_waits_for_it_to_be_locked_again() -> None:
    day, minutes = drafted()
    first = locked(day, minutes)
    take_back(day, first)
    assert code(sign, day=day, minutes=minutes) == "not_circulated"
    assert [waits for _, waits in chair_tray(day.chair, after(day, 112)).not_ready] == [
        "the clerk has to put it before those who were there first"
    ]
    second = locked_again(day, minutes)
    assert (second.supersedes, state_of(Minutes.objects.get())) == (first, MinutesState.CIRCULATED)
    assert to_comment_on(day.nurse, today(day)) == (second,)
    assert Dispatch.objects.filter(kind="minutes.tell").count() == 2 * len(readers(day))
    with pytest.raises(IntegrityError), transaction.atomic():
        Circulation(minutes=minutes, until_on=today(day), by=day.clerk, at=after(day, 116)).save()
    for user in readers(day):
        comment_on_minutes(circulation=second, by=user, now=after(day, 117))
    sign(day, minutes)


def test_panel_without_a_time_to_comment_signs_what_was_taken_back() -> None:
    day, minutes = drafted(comment_days=0)
    circulation = locked(day, minutes)
    assert code(sign, day=day, minutes=minutes) == "comments_open"
    take_back(day, circulation)
    sign(day, minutes)


def test_comments_are_kept_answered_and_what_was_promised_is_corrected() -> None:
    day, minutes = drafted(comment_days=0)
    first = locked(day, minutes)
    comment = comment_on_minutes(
        circulation=first, words="A sentence is missing.", by=day.nurse, now=after(day, 106)
    )
    take_back(day, first)
    assert code(sign, day=day, minutes=minutes) == "comment_unanswered"
    assert code(locked_again, day=day, minutes=minutes) == "comment_unanswered"
    answer_comment(comment=comment, taken_up=True, by=day.clerk, now=after(day, 112))
    assert code(sign, day=day, minutes=minutes) == "not_corrected"
    second = locked_again(day, minutes)
    assert comments_for(second, frozenset()) == (comment,)
    for user in readers(day):
        comment_on_minutes(circulation=second, by=user, now=after(day, 117))
    assert code(sign, day=day, minutes=minutes) == "not_corrected"
    leave_words(day)
    corrected = prepare(day, because="A sentence was missing.", now=after(day, 119))
    stand_in_sheets(corrected)
    sign(day, corrected)


def test_clerk_takes_it_back_on_a_page_that_says_what_that_does() -> None:
    day, minutes = drafted()
    circulation = locked(day, minutes)
    comment_on_minutes(circulation=circulation, words="It was Tuesday.", by=day.nurse, now=after(day, 106))
    there = reverse("minutes.take_back", args=[minutes.public_id])
    view = reverse("minutes.view", args=[minutes.public_id])
    client = as_(day.clerk)
    assert there in client.get(view).content.decode()
    assert there not in as_(day.nurse).get(view).content.decode()
    said = words(client.get(there))
    assert "1 of 5 have answered" in said
    assert "1 comment is kept with it" in said
    assert client.post(there, {"because": ""}).status_code == 422
    page = words(client.post(there, {"because": WHY}, follow=True))
    assert "The draft is open again." in page
    assert f"Taken back by Cleo Clerk on {timezone.localdate():%-d %B %Y}: {WHY}" in page
    assert "It was Tuesday." in page
    assert "Comments until" not in page
    assert "Lock the draft and ask those who were there" in page
    assert "nothing to take back" in words(client.get(there))
    member = words(as_(day.nurse).get(reverse("minutes.comment", args=[minutes.public_id])))
    assert "this draft was taken back" in member
    assert "You have until" not in member
    assert "Draft minutes to check" not in words(as_(day.head).get(reverse("home.view")))
    # Who was writing meanwhile finds their words on the page.
    typed = {"said": "something", "words": "It was at two, not at three."}
    late = as_(day.head).post(reverse("minutes.comment", args=[minutes.public_id]), typed)
    assert "What you wrote, which was not sent It was at two, not at three." in words(late)


def test_version_that_never_lay_before_anybody_has_nothing_to_take_back() -> None:
    day, minutes = drafted()
    assert as_(day.clerk).get(reverse("minutes.take_back", args=[minutes.public_id])).status_code == 404
