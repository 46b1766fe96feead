"""The draft by screen: the clerk locks it, members comment, the clerk answers, the chair confirms who they are and signs."""

import datetime as dt
import time

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from meetings.actions.decide import record_decision
from meetings.actions.live import close_meeting, save_revision
from meetings.actions.minutes import prepare_minutes
from meetings.models import Circulation, CommentAnswer, Minutes, MinutesComment, MinutesSignature
from panel.law.legal import Outcome, Stage
from panel.models import Denial, Installation
from tests.make import NOW
from tests.meetings.day import Day, advise, begin, make_day
from tests.meetings.views.client import as_, boxes, this_morning, words
from tests.meetings.views.test_minutes import closed_day, prepare, stand_in_sheets

pytestmark = pytest.mark.django_db


def drafted() -> tuple[Day, Minutes]:
    day = closed_day()
    minutes = prepare(day)
    stand_in_sheets(minutes)
    return day, minutes


def address(name: str, minutes: Minutes, *more: object) -> str:
    return reverse(f"minutes.{name}", args=[minutes.public_id, *more])


def locked(day: Day, minutes: Minutes) -> Circulation:
    answer = as_(day.clerk).post(address("circulate", minutes), boxes("until_on", timezone.localdate()))
    assert answer.status_code == 302
    return Circulation.objects.get()


def test_clerk_sees_who_will_be_asked_and_locks_the_draft() -> None:
    day, minutes = drafted()
    client = as_(day.clerk)
    assert "Lock the draft and ask those who were there" in words(client.get(address("view", minutes)))
    page = words(client.get(address("circulate", minutes)))
    assert "Nia Nurse" in page
    assert "Not asked: Paz Forum, parent-carer representative: reads the items and no minutes." in page
    wrong = client.post(address("circulate", minutes), boxes("until_on", dt.date(2020, 1, 1)))
    assert wrong.status_code == 422
    assert "Choose a day between" in words(wrong)
    assert 'value="2020"' in wrong.content.decode()
    locked(day, minutes)
    page = words(client.get(address("view", minutes)))
    assert "With those who were there" in page
    assert "Nia Nurse: not answered yet" in page
    assert "0 of 5 have" in page


def test_member_is_shown_the_draft_at_home_and_comments() -> None:
    day, minutes = drafted()
    locked(day, minutes)
    client = as_(day.nurse)
    assert "Draft minutes to check" in words(client.get(reverse("home.view")))
    empty = client.post(address("comment", minutes), {"said": "something", "words": ""})
    assert (empty.status_code, "Say what is not as it was" in words(empty)) == (422, True)
    sent = client.post(
        address("comment", minutes),
        {"said": "something", "item": day.items[0].pk, "words": "It was <b>Tuesday</b>."},
    )
    assert sent.status_code == 302
    comment = MinutesComment.objects.get()
    assert (comment.by, comment.item, comment.words) == (day.nurse, day.items[0], "It was <b>Tuesday</b>.")
    page = client.get(address("view", minutes)).content.decode()
    assert "It was &lt;b&gt;Tuesday&lt;/b&gt;." in page
    assert "Draft minutes to check" not in words(client.get(reverse("home.view")))


def test_what_is_asked_of_somebody_stands_before_what_is_to_come() -> None:
    day, minutes = drafted()
    circulation = locked(day, minutes)
    home = words(as_(day.nurse).get(reverse("home.view")))
    assert home.index("Draft minutes to check") < home.index("Your panels")
    as_(day.nurse).post(address("comment", minutes), {"said": "something", "words": "It was Tuesday."})
    assert circulation.comments.count() == 1
    home = words(as_(day.clerk).get(reverse("home.view")))
    assert home.index("1 comment waits for an answer") < home.index("Letters No letter waits")
    assert home.count("1 comment waits for an answer") == 1


def test_nothing_to_correct_leaves_no_words() -> None:
    day, minutes = drafted()
    locked(day, minutes)
    as_(day.head).post(address("comment", minutes), {"said": "nothing", "words": "ignored", "item": ""})
    assert list(MinutesComment.objects.values_list("words", "by")) == [("", day.head.pk)]
    assert "Hetty Head: has answered" in words(as_(day.clerk).get(address("view", minutes)))


def test_whoever_is_not_asked_reads_why() -> None:
    day, minutes = drafted()
    assert as_(day.nurse).get(address("comment", minutes)).status_code == 404
    locked(day, minutes)
    page = as_(day.chair).get(address("comment", minutes))
    assert "Comments are asked of those who were at the meeting." in words(page)
    refused = as_(day.chair).post(address("comment", minutes), {"said": "nothing"})
    assert refused.status_code == 422
    assert not MinutesComment.objects.exists()


def test_clerk_answers_and_everybody_reads_the_answer() -> None:
    day, minutes = drafted()
    locked(day, minutes)
    as_(day.nurse).post(address("comment", minutes), {"said": "something", "words": "It was Tuesday."})
    comment = MinutesComment.objects.get()
    there = address("answer", minutes, comment.public_id)
    client = as_(day.clerk)
    assert there in client.get(address("view", minutes)).content.decode()
    kept = client.post(there, {"becomes": "keep", "words": ""})
    assert (kept.status_code, "Say why the record stays as it is" in words(kept)) == (422, True)
    done = client.post(there, {"becomes": "keep", "words": "The day is right."}, follow=True)
    assert f"Done Your answer to {day.nurse.name} is recorded." in words(done)
    assert CommentAnswer.objects.get().by == day.clerk
    assert "The record stays as it is. The day is right." in words(
        as_(day.nurse).get(address("view", minutes))
    )


def test_clerk_sees_at_home_which_comments_wait_for_an_answer(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    day, minutes = drafted()
    locked(day, minutes)
    home = reverse("home.view")
    assert "for an answer" not in words(as_(day.clerk).get(home))
    as_(day.head).post(address("comment", minutes), {"said": "nothing"})
    assert "for an answer" not in words(as_(day.clerk).get(home))
    for words_said in ("It was Tuesday.", "And in Room 2."):
        said = {"said": "something", "item": day.items[0].pk, "words": words_said}
        as_(day.nurse).post(address("comment", minutes), said)
    clerk = as_(day.clerk)
    with django_assert_max_num_queries(20):
        page = clerk.get(home)
    assert "2 comments wait for an answer" in words(page)
    assert f'href="{address("view", minutes)}#readers"' in page.content.decode()
    assert 'id="readers"' in clerk.get(address("view", minutes)).content.decode()
    first = MinutesComment.objects.exclude(words="").first()
    clerk.post(address("answer", minutes, first.public_id), {"becomes": "keep", "words": "It was."})
    assert "1 comment waits for an answer" in words(clerk.get(home))
    # What is closed to the clerk is not counted either.
    Denial(case=day.items[0].case, user=day.clerk, source="conflict", since=NOW).save()
    assert "for an answer" not in words(clerk.get(home))


def test_recused_member_is_offered_no_closed_item_and_sees_no_comment_on_it() -> None:
    day, minutes = drafted()
    locked(day, minutes)
    Denial.objects.create(case=day.items[0].case, user=day.nurse, source="conflict", since=timezone.now())
    said = {"said": "something", "item": day.items[0].pk, "words": "It was said otherwise."}
    as_(day.head).post(address("comment", minutes), said)
    client = as_(day.nurse)
    reference = day.items[0].case.reference
    assert reference not in words(client.get(address("comment", minutes)))
    assert client.post(address("comment", minutes), said).status_code == 422
    assert "It was said otherwise." not in words(client.get(address("view", minutes)))
    assert MinutesComment.objects.count() == 1


def test_new_version_shows_what_was_taken_out_and_put_in() -> None:
    day, minutes = drafted()
    save_revision(
        item=day.items[0],
        group="discussion",
        n=1,
        edit_id=minutes.public_id,
        data={"text": "A new sentence."},
        correcting=True,
        by=day.clerk,
        now=timezone.now(),
    )
    second = prepare(day, because="A sentence was missing")
    stand_in_sheets(second)
    page = words(as_(day.nurse).get(address("view", second)))
    assert "What changed since version 1" in page
    assert "put in: A new sentence." in page
    Denial.objects.create(case=day.items[0].case, user=day.nurse, source="conflict", since=timezone.now())
    assert "A new sentence." not in words(as_(day.nurse).get(address("view", second)))


def test_chair_confirms_who_they_are_before_signing() -> None:
    Installation(demonstration=False, authority_name="Testshire", seeded_on=NOW.date(), created_at=NOW).save()
    day = begin(make_day(1, at=this_morning()))
    advise(day, day.items[0], now=timezone.now())
    close_meeting(meeting=day.meeting, by=day.chair, now=timezone.now())
    minutes = prepare_minutes(meeting=day.meeting, by=day.clerk, now=timezone.now())
    stand_in_sheets(minutes)
    TOTP.activate(day.chair, generate_totp_secret())
    client = as_(day.chair)
    page = client.get(address("sign", minutes))
    assert "Confirm that it is you" in words(page)
    assert reverse("mfa_reauthenticate") in page.content.decode()
    form = {"shown_sha256": "b" * 64, "read": "on"}
    refused = client.post(address("sign", minutes), form)
    assert (refused.status_code, MinutesSignature.objects.exists()) == (422, False)
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "mfa", "at": time.time()}]
    session[f"{AUTHENTICATION_METHODS_SESSION_KEY}_user"] = str(day.chair.pk)
    session.save()
    assert "Confirm that it is you" not in words(client.get(address("sign", minutes)))
    assert client.post(address("sign", minutes), form).status_code == 302
    assert MinutesSignature.objects.get().confirmed_at is not None


def test_page_of_confirming_is_in_plain_words() -> None:
    day, minutes = drafted()
    TOTP.activate(day.chair, generate_totp_secret())
    page = as_(day.chair).get(f"{reverse('mfa_reauthenticate')}?next={address('sign', minutes)}")
    assert "Confirm that it is you" in words(page)
    assert address("sign", minutes) in page.content.decode()


def test_comment_taken_up_without_a_correction_is_said_before_the_signature() -> None:
    day, minutes = drafted()
    locked(day, minutes)
    item = day.items[0]
    said = {"said": "something", "words": "It was Tuesday.", "item": item.pk}
    as_(day.nurse).post(address("comment", minutes), said)
    comment = MinutesComment.objects.get()
    assert comment.item == item
    clerk = as_(day.clerk)
    clerk.post(address("answer", minutes, comment.public_id), {"becomes": "correct", "words": ""})
    again = reverse("minutes.prepare", args=[day.meeting.public_id])
    same = clerk.post(again, {"because": "The comment on item 1"}, follow=True)
    assert "Nothing has changed since version 1 was made." in words(same)
    record_decision(
        case=item.case,
        stage=Stage.ASSESS,
        item=item,
        outcome=Outcome.ASSESS,
        by=day.officer,
        now=timezone.now(),
    )
    second = prepare(day, because="The comment on item 1")
    stand_in_sheets(second)
    warning = "A comment on item 1 was taken up, and this version says of it what the one before said."
    assert warning in words(as_(day.chair).get(address("view", second)))
    save_revision(
        item=item,
        group="discussion",
        n=1,
        edit_id=minutes.public_id,
        data={"text": "It was on Tuesday."},
        by=day.clerk,
        now=timezone.now(),
    )
    third = prepare(day, because="Now corrected")
    stand_in_sheets(third)
    assert warning not in words(as_(day.chair).get(address("view", third)))
