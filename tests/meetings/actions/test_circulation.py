"""The draft before those who were there, through the actions: who is asked, what they say, when the chair may sign."""

import datetime as dt
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone

from meetings.actions.circulation import answer_comment, circulate_minutes, comment_on_minutes
from meetings.actions.conflicts import declare_conflict
from meetings.actions.defer import defer_item
from meetings.actions.minutes import sign_minutes
from meetings.kinds import KINDS
from meetings.models import Circulation, CommentAnswer, Minutes, MinutesComment, MinutesSignature
from meetings.queries.circulation import asked_of, comments_for, to_comment_on
from meetings.queries.minutes import closed_cases, state_of
from meetings.queries.tray import chair_tray
from meetings.rules.deferring import DeferralReason
from meetings.rules.quorum import ConflictKind
from meetings.rules.states import MinutesState
from panel.law.words import in_words
from panel.models import AuditEntry, Dispatch, Installation, User
from panel.platform.policy import Refused
from tests.make import make_user
from tests.meetings.actions.test_minutes import code, leave_words, prepare, stand_in_sheets
from tests.meetings.day import UNPLANNED, Day, advise, after, begin, closed, make_day

pytestmark = pytest.mark.django_db


def drafted(**config: Any) -> tuple[Day, Minutes]:
    """A closed meeting with a draft that is rendered."""
    day = begin(make_day(1, **{"comment_days": 2, **config}))
    advise(day, day.items[0])
    closed(day)
    minutes = prepare(day)
    stand_in_sheets(minutes)
    return day, minutes


def today(day: Day) -> dt.date:
    return timezone.localdate(after(day, 105))


def locked(day: Day, minutes: Minutes, days: int = 2) -> Circulation:
    until_on = today(day) + dt.timedelta(days=days)
    return circulate_minutes(minutes=minutes, until_on=until_on, by=day.clerk, now=after(day, 105))


def readers(day: Day) -> list[User]:
    return [day.vice, day.psychologist, day.nurse, day.social, day.head]


def sign(day: Day, minutes: Minutes, **fields: Any) -> MinutesSignature:
    values = {
        "minutes": minutes,
        "shown_sha256": "b" * 64,
        "by": day.chair,
        "now": after(day, 130),
        "confirmed_at": after(day, 129),
    }
    return sign_minutes(**{**values, **fields})


def test_those_who_were_there_are_asked_and_told_once() -> None:
    day, minutes = drafted()
    made = locked(day, minutes)
    assert set(asked_of(day.meeting)) == set(readers(day))
    assert state_of(Minutes.objects.get()) is MinutesState.CIRCULATED
    assert locked(day, minutes, 3) == made
    told = Dispatch.objects.filter(kind="minutes.tell", subject=made.public_id)
    assert {row.inputs["person"] for row in told} == {str(user.public_id) for user in readers(day)}
    assert AuditEntry.objects.filter(verb="minutes.circulate").count() == 1
    assert [row.pk for row in to_comment_on(day.nurse, today(day))] == [made.pk]
    assert to_comment_on(day.chair, today(day)) == ()
    assert to_comment_on(day.parent_carer, today(day)) == ()
    assert to_comment_on(day.nurse, today(day) + dt.timedelta(days=3)) == ()


@pytest.mark.parametrize("days", [1, 29])
def test_time_is_no_shorter_than_the_rules_and_no_longer_than_a_month(days: int) -> None:
    day, minutes = drafted()
    assert code(locked, day=day, minutes=minutes, days=days) == "until_on"
    assert not Circulation.objects.exists()


def test_draft_still_being_made_is_not_locked() -> None:
    day = begin(make_day(1, comment_days=2))
    advise(day, day.items[0])
    closed(day)
    assert code(locked, day=day, minutes=prepare(day)) == "wrong_state"


@pytest.mark.parametrize("who", ["nurse", "officer", "vice"])
def test_draft_is_locked_by_clerk_or_chair(who: str) -> None:
    day, minutes = drafted()
    values = {"minutes": minutes, "until_on": today(day) + dt.timedelta(days=2), "now": after(day, 105)}
    assert code(circulate_minutes, **values, by=getattr(day, who)) == "not_allowed"


def test_chair_signs_once_everybody_has_answered_or_the_time_is_over() -> None:
    day, minutes = drafted()
    assert code(sign, day=day, minutes=minutes) == "not_circulated"
    circulation = locked(day, minutes)
    assert code(sign, day=day, minutes=minutes) == "comments_open"
    for user in readers(day):
        comment_on_minutes(circulation=circulation, by=user, now=after(day, 120))
    sign(day, minutes)
    assert state_of(Minutes.objects.get()) is MinutesState.SIGNED


def test_chair_signs_on_the_day_after_the_last_one() -> None:
    day, minutes = drafted()
    locked(day, minutes)
    late = after(day, 130) + dt.timedelta(days=3)
    sign(day, minutes, now=late, confirmed_at=late)
    assert MinutesSignature.objects.get().confirmed_at == late


def test_signature_asks_for_a_fresh_proof_except_in_a_demonstration() -> None:
    day, minutes = drafted(comment_days=0)
    assert code(sign, day=day, minutes=minutes, confirmed_at=None) == "step_up"
    assert code(sign, day=day, minutes=minutes, confirmed_at=after(day, 110)) == "step_up"
    Installation(
        demonstration=True, authority_name="Demo", seeded_on=today(day), created_at=after(day, 0)
    ).save()
    assert sign(day, minutes, confirmed_at=None).confirmed_at is None


def test_nothing_to_correct_twice_is_one_and_a_comment_may_follow() -> None:
    day, minutes = drafted()
    circulation = locked(day, minutes)
    first = comment_on_minutes(circulation=circulation, by=day.nurse, now=after(day, 110))
    assert comment_on_minutes(circulation=circulation, by=day.nurse, now=after(day, 111)) == first
    comment_on_minutes(circulation=circulation, words="It was Tuesday.", by=day.nurse, now=after(day, 112))
    assert MinutesComment.objects.count() == 2
    twice = MinutesComment(circulation=circulation, by=day.nurse, at=after(day, 113))
    with pytest.raises(IntegrityError), transaction.atomic():
        twice.save()


def test_only_those_who_were_there_comment_and_only_in_time() -> None:
    day, minutes = drafted()
    circulation = locked(day, minutes)
    values = {"circulation": circulation, "words": "No.", "now": after(day, 110)}
    assert code(comment_on_minutes, **values, by=day.chair) == "not_asked"
    assert code(comment_on_minutes, **values, by=day.clerk) == "not_allowed"
    assert code(comment_on_minutes, **values, by=day.parent_carer) == "not_allowed"
    late = {**values, "now": after(day, 110) + dt.timedelta(days=3)}
    assert code(comment_on_minutes, **late, by=day.nurse) == "time_over"
    assert not MinutesComment.objects.exists()


def test_recused_member_comments_on_no_closed_item_and_reads_no_comment_on_it() -> None:
    day = begin(make_day(2, comment_days=0))
    declare_conflict(item=day.items[0], kind=ConflictKind.RELATIVE, by=day.nurse, now=after(day, 2))
    advise(day, day.items[0])
    defer_item(
        item=day.items[1],
        reason=DeferralReason.TIME,
        late_because=UNPLANNED,
        by=day.chair,
        now=after(day, 50),
    )
    closed(day)
    minutes = prepare(day)
    stand_in_sheets(minutes)
    circulation = locked(day, minutes)
    about = {"circulation": circulation, "words": "It was said otherwise.", "now": after(day, 110)}
    assert code(comment_on_minutes, **about, item=day.items[0], by=day.nurse) == "not_found"
    open_one = comment_on_minutes(**about, item=day.items[1], by=day.nurse)
    closed_one = comment_on_minutes(**about, item=day.items[0], by=day.social)
    read_by = {
        user.name: set(comments_for(circulation, closed_cases(user, day.meeting, after(day, 111))))
        for user in (day.nurse, day.social)
    }
    assert read_by == {day.nurse.name: {open_one}, day.social.name: {open_one, closed_one}}


def test_comment_is_answered_once_and_with_a_reason_when_nothing_changes() -> None:
    day, minutes = drafted()
    comment = comment_on_minutes(
        circulation=locked(day, minutes), words="It was Tuesday.", by=day.nurse, now=after(day, 110)
    )
    values = {"comment": comment, "by": day.clerk, "now": after(day, 115)}
    assert code(answer_comment, **values, taken_up=False) == "no_reason"
    assert code(answer_comment, **{**values, "by": day.nurse}, taken_up=True) == "not_allowed"
    made = answer_comment(**values, taken_up=False, words="The day is right.")
    assert answer_comment(**values, taken_up=False, words="The day is right.") == made
    assert code(answer_comment, **values, taken_up=True) == "answered"
    assert CommentAnswer.objects.count() == 1
    silent = MinutesComment.objects.create(circulation=comment.circulation, by=day.head, at=after(day, 116))
    assert code(answer_comment, **{**values, "comment": silent}, taken_up=True) == "nothing_to_answer"


def test_comment_that_was_taken_up_waits_for_a_new_version() -> None:
    day, minutes = drafted()
    circulation = locked(day, minutes)
    comment = comment_on_minutes(
        circulation=circulation, words="A sentence is missing.", by=day.nurse, now=after(day, 106)
    )
    for user in readers(day)[:2] + readers(day)[3:]:
        comment_on_minutes(circulation=circulation, by=user, now=after(day, 106))
    assert code(sign, day=day, minutes=minutes) == "comment_unanswered"
    answer_comment(comment=comment, taken_up=True, by=day.chair, now=after(day, 107))
    assert code(sign, day=day, minutes=minutes) == "not_corrected"
    leave_words(day, correcting=True)
    second = prepare(day, 108, because="A sentence was missing")
    stand_in_sheets(second)
    sign(day, second)
    assert second.signature.by == day.chair


def test_newer_draft_is_locked_only_when_every_comment_on_the_last_is_answered() -> None:
    day, minutes = drafted()
    comment_on_minutes(
        circulation=locked(day, minutes), words="A sentence is missing.", by=day.nurse, now=after(day, 106)
    )
    leave_words(day, correcting=True)
    second = prepare(day, 108, because="A sentence was missing")
    stand_in_sheets(second)
    assert code(locked, day=day, minutes=second) == "comment_unanswered"
    answer_comment(comment=MinutesComment.objects.get(), taken_up=True, by=day.clerk, now=after(day, 109))
    assert locked(day, second).minutes == second
    assert [row.minutes for row in to_comment_on(day.nurse, today(day))] == [second]


def test_amendment_needs_no_second_round() -> None:
    day, minutes = drafted()
    circulation = locked(day, minutes)
    for user in readers(day):
        comment_on_minutes(circulation=circulation, by=user, now=after(day, 106))
    sign(day, minutes)
    leave_words(day, correcting=True)
    second = prepare(day, 140, because="A name was spelt wrongly")
    stand_in_sheets(second)
    sign(day, second, now=after(day, 150), confirmed_at=after(day, 149))
    assert second.signature.at == after(day, 150)
    assert to_comment_on(day.nurse, today(day)) == ()


def test_message_names_no_child_and_goes_to_nobody_who_has_answered() -> None:
    day, minutes = drafted()
    circulation = locked(day, minutes)
    kind = KINDS["minutes.tell"]
    row = Dispatch.objects.get(kind="minutes.tell", inputs__person=str(day.nurse.public_id))
    assert kind.recheck(row, after(day, 106)) is None
    kind.send(row, after(day, 106))
    (message,) = mail.outbox
    assert message.to == [day.nurse.email]
    case = day.items[0].case
    for private in (case.reference, case.child.forename, case.child.surname, day.panel_type.name):
        assert private not in message.body + message.subject
    comment_on_minutes(circulation=circulation, by=day.nurse, now=after(day, 107))
    assert kind.recheck(row, after(day, 108)) == "This person is not asked to read the draft any more."


def test_stranger_to_the_meeting_is_not_asked() -> None:
    day, minutes = drafted()
    stranger = make_user("Sam Stranger")
    with pytest.raises(Refused):
        comment_on_minutes(circulation=locked(day, minutes), by=stranger, now=after(day, 110))


def test_chair_is_told_what_a_draft_waits_for_before_it_can_be_signed() -> None:
    day, minutes = drafted()

    def waits(at: int = 120) -> list[str]:
        tray = chair_tray(day.chair, after(day, at))
        assert len(tray.to_sign) + len(tray.not_ready) == 1
        return [words for _, words in tray.not_ready]

    assert waits() == ["the clerk has to put it before those who were there first"]
    circulation = locked(day, minutes)
    until = in_words(circulation.until_on)
    assert waits() == [f"open for comments until the end of {until}"]
    for user in readers(day)[1:]:
        comment_on_minutes(circulation=circulation, by=user, now=after(day, 107))
    assert waits() == [f"open for comments until the end of {until}"]
    said = comment_on_minutes(
        circulation=circulation, words="It was Tuesday.", by=readers(day)[0], now=after(day, 108)
    )
    assert waits() == ["1 comment waits for an answer"]
    answer_comment(comment=said, taken_up=True, words="Yes.", by=day.clerk, now=after(day, 109))
    assert waits() == ["a correction was promised, and the minutes have to be prepared again"]


def test_draft_that_waits_for_nothing_is_there_to_sign() -> None:
    day, minutes = drafted()
    locked(day, minutes)
    tray = chair_tray(day.chair, after(day, 120 + 4 * 24 * 60))
    assert (tray.to_sign, tray.not_ready) == ((minutes,), ())
