"""Putting a draft of the minutes before those who were there, what they say of it, and what becomes of that."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from meetings.actions.locks import lock_meeting
from meetings.models import (
    AgendaItem,
    Circulation,
    CirculationTakenBack,
    CommentAnswer,
    Minutes,
    MinutesComment,
    MinutesSignature,
    Reissue,
)
from meetings.queries.circulation import (
    asked_of,
    circulated,
    circulation_of,
    comment_stop,
    corrected_after_letters,
    standing_circulation,
)
from meetings.queries.minutes import closed_cases, state_of
from meetings.rules.circulation import until_problems
from meetings.rules.decisions import refuse
from meetings.rules.states import MINUTES
from panel.models import User
from panel.platform import access, audit, outbox
from panel.platform.policy import Refused, Verb
from panel.platform.text import clean_line, clean_text

TELL = "minutes.tell"
WORDS_LIMIT = 5_000
ANSWER_LIMIT = 500


def circulate_minutes(*, minutes: Minutes, until_on: date, by: User, now: datetime) -> Circulation:
    """Lock this version as the draft and ask everybody who was there to comment until the end of `until_on`.

    Each of them gets one e-mail that says only that minutes wait. The same twice is one. Refused: `superseded`, `wrong_state`,
    `until_on`, `nobody_to_ask`, `comment_unanswered` while a comment on an earlier draft waits. Audits `minutes.circulate`.
    """
    access.require(by, Verb.MINUTES_CIRCULATE, minutes, now=now)
    with transaction.atomic():
        meeting = lock_meeting(minutes.meeting)
        locked = Minutes.objects.get(pk=minutes.pk)
        there = circulation_of(locked)
        if there is not None and not hasattr(there, "taken_back"):
            return there
        if hasattr(locked, "superseded_by"):
            raise Refused("superseded", "A newer version of these minutes was prepared. Open that one.")
        MINUTES.target(state_of(locked), "minutes.circulate")
        today = timezone.localdate(now)
        refuse(until_problems(until_on, today=today, comment_days=meeting.config.comment_days))
        before = standing_circulation(meeting)
        if before is not None and circulated(before).unanswered:
            raise Refused("comment_unanswered", "First answer every comment on the draft before.")
        people = asked_of(meeting)
        if not people:
            raise Refused("nobody_to_ask", "Nobody but the chair and the minute taker was there.")
        circulation = Circulation(minutes=locked, supersedes=there, until_on=until_on, by=by, at=now)
        circulation.save()
        for person in people:
            key = str(person.public_id)
            outbox.enqueue(
                kind=TELL, subject=circulation.public_id, recipient=key, inputs={"person": key}, now=now
            )
        _audit(Verb.MINUTES_CIRCULATE, locked, by, now, {"until_on": str(until_on), "asked": len(people)})
        return circulation


def take_back_circulation(
    *, circulation: Circulation, because: str, by: User, now: datetime
) -> CirculationTakenBack:
    """Open again a draft that was locked by mistake: nobody is asked about it any more, and no e-mail goes that has not gone.

    What was said of it is kept and answered. The version can be put before its readers once more, or a newer one. The same twice is
    one. Refused: `no_reason`, `newer_draft` where a newer version lies before them, `wrong_state` once signed. Audits
    `minutes.take_back`.
    """
    minutes = circulation.minutes
    access.require(by, Verb.MINUTES_CIRCULATE, minutes, now=now)
    reason = clean_line(because, limit=ANSWER_LIMIT, label="The reason")
    if not reason:
        raise Refused("no_reason", "Say why the draft is taken back.", field="because")
    with transaction.atomic():
        meeting = lock_meeting(minutes.meeting)
        locked = Minutes.objects.get(pk=minutes.pk)
        if (there := CirculationTakenBack.objects.filter(circulation=circulation).first()) is not None:
            return there
        MINUTES.target(state_of(locked), "minutes.take_back")
        standing = standing_circulation(meeting)
        if standing is None or standing.pk != circulation.pk:
            raise Refused(
                "newer_draft", "A newer version lies before those who were there. Take that one back."
            )
        row = CirculationTakenBack(circulation=circulation, because=reason, by=by, at=now)
        row.save()
        _audit("minutes.take_back", locked, by, now, {"because": reason})
        return row


def comment_on_minutes(
    *, circulation: Circulation, words: str = "", item: AgendaItem | None = None, by: User, now: datetime
) -> MinutesComment:
    """Somebody who was there says what is not as it was, of the meeting or of one `item`; no words: nothing to correct.

    Nothing to correct said twice is one. Refused: `not_asked`, `time_over` after the last day or once a newer draft lies there,
    `not_found` for an item that is closed to them. Audits `minutes.comment`, without the words.
    """
    minutes = circulation.minutes
    access.require(by, Verb.MINUTES_COMMENT, minutes, now=now)
    said = clean_text(words, limit=WORDS_LIMIT, label="The comment")
    with transaction.atomic():
        meeting = lock_meeting(minutes.meeting)
        refuse(filter(None, [comment_stop(circulation, by, now)]))
        if item is not None and (
            item.meeting_id != meeting.pk or item.case_id in closed_cases(by, meeting, now)
        ):
            raise Refused("not_found", "There is no such item for you.", field="item")
        if not said and (earlier := circulation.comments.filter(by=by, words="").first()) is not None:
            return earlier
        comment = MinutesComment(
            circulation=circulation, item=item if said else None, words=said, by=by, at=now
        )
        comment.save()
        _audit(Verb.MINUTES_COMMENT, minutes, by, now, {"comment": str(comment.public_id)})
        return comment


def answer_comment(
    *,
    comment: MinutesComment,
    taken_up: bool,
    words: str = "",
    instead_of: int | None = None,
    by: User,
    now: datetime,
) -> CommentAnswer:
    """Say what becomes of a comment: taken up (then the record is corrected and prepared again), or not, and why.

    `instead_of`: the key of the answer that this one takes the place of, with the reason; both are kept, and a correction that was
    promised by mistake is asked for no more. The same twice is one. Refused: `nothing_to_answer`, `not_found` when its item is
    closed to `by`, `no_reason`, `answered`, and `signed` to answer anew once the minutes are. Audits `minutes.answer`.
    """
    minutes = comment.circulation.minutes
    access.require(by, Verb.MINUTES_ANSWER, minutes, now=now)
    said = clean_line(words, limit=ANSWER_LIMIT, label="The answer")
    if not comment.words:
        raise Refused("nothing_to_answer", "This person has nothing to correct.")
    if not taken_up and not said:
        raise Refused("no_reason", "Say why the record stays as it is.", field="words")
    if instead_of is not None and not said:
        raise Refused("no_reason", "Say why the comment is answered otherwise now.", field="words")
    with transaction.atomic():
        meeting = lock_meeting(minutes.meeting)
        if comment.item is not None and comment.item.case_id in closed_cases(by, meeting, now):
            raise Refused("not_found", "There is no such comment for you.")
        earlier = CommentAnswer.objects.filter(comment=comment, superseded_by=None).first()
        if earlier is not None and (earlier.taken_up, earlier.words) == (taken_up, said):
            return earlier
        if (earlier.pk if earlier else None) != instead_of:
            raise Refused("answered", "Somebody has answered this comment since you opened the page.")
        if earlier is not None and _signed_since(minutes):
            raise Refused(
                "signed", "The minutes were signed on that answer. Start an amendment to correct them."
            )
        answer = CommentAnswer(
            comment=comment, supersedes=earlier, taken_up=taken_up, words=said, by=by, at=now
        )
        answer.save()
        values = {"comment": str(comment.public_id), "taken_up": taken_up}
        _audit(Verb.MINUTES_ANSWER, minutes, by, now, values)
        return answer


def _signed_since(minutes: Minutes) -> bool:
    """Whether this version, or a later one, is signed."""
    return MinutesSignature.objects.filter(
        minutes__meeting=minutes.meeting_id, minutes__version__gte=minutes.version
    ).exists()


def answer_reissue(
    *, minutes: Minutes, item: AgendaItem, again: bool, words: str, by: User, now: datetime
) -> Reissue:
    """Say whether the family gets a corrected letter about an item that an amendment corrects, and what was wrong, or why not.

    With a yes the letters about its decision can be drafted again once the amendment is signed; they print `words`. What is said
    last counts. The same twice is one. Refused: `not_found` when the item is closed to `by`, `nothing_to_ask`, `no_reason`.
    Audits `minutes.reissue`.
    """
    access.require(by, Verb.MINUTES_ANSWER, minutes, now=now)
    said = clean_line(words, limit=ANSWER_LIMIT, label="What was wrong")
    with transaction.atomic():
        meeting = lock_meeting(minutes.meeting)
        if item.case_id in closed_cases(by, meeting, now):
            raise Refused("not_found", "There is no such item for you.")
        earlier = Reissue.objects.filter(minutes=minutes, item=item).order_by("-at", "-pk").first()
        if earlier is not None and (earlier.again, earlier.words) == (again, said):
            return earlier
        if item.pk not in {row.item_id for row in corrected_after_letters(minutes)}:
            raise Refused("nothing_to_ask", "No letter has gone about what this version corrects.")
        if not said:
            sentence = "Say what was wrong." if again else "Say why no corrected letter is needed."
            raise Refused("no_reason", sentence, field="words")
        reissue = Reissue(minutes=minutes, item=item, again=again, words=said, by=by, at=now)
        reissue.save()
        _audit("minutes.reissue", minutes, by, now, {"item": str(item.public_id), "again": again})
        return reissue


def _audit(verb: str, minutes: Minutes, by: User, now: datetime, values: dict[str, object]) -> None:
    audit.record(verb=verb, by=by, at=now, subject_kind="minutes", subject=minutes.public_id, values=values)
