"""Members' own views before an item is discussed: given by each alone, opened by the chair for all at once."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from meetings.actions.locks import lock_item
from meetings.models import AgendaItem, PreView, RosterEntry
from meetings.queries.item import asked_test
from meetings.queries.room import Room, load_room
from meetings.rules.pre_views import problem_of
from meetings.rules.quorum import barred_by
from meetings.rules.states import FINISHED, OVER, MeetingState
from panel.law.legal import Answer, LegalTest, LimbAnswer, Stage, considered_problems
from panel.models import User
from panel.platform import access, audit
from panel.platform.policy import Refused, Verb
from panel.platform.text import clean_text

CONFIDENCE = range(1, 6)
WORDS_LIMIT = 2000


def give_pre_view(
    *,
    item: AgendaItem,
    answers: Mapping[str, Answer],
    outcome: str,
    confidence: int,
    in_words: Mapping[str, str] | None = None,
    by: User,
    now: datetime,
) -> PreView:
    """Keep one member's own view of an item. A later one takes the place of the earlier; both rows stay.

    `outcome`: what she proposes, an `Outcome` or to put the question off (`rules.pre_views.PUT_OFF`), as her answers leave room for.
    `in_words`: what was considered of each question that is answered in words, by its code.
    Refused: `no_pre_views` where the panel's rules have none, `no_vote` for whoever does not vote on the item,
    `views_are_open`, `limb_unanswered`, `time_not_considered`, `contradiction`, `confidence`, `wrong_state`. Audits `preview.give`
    without its content.
    """
    access.require(by, Verb.PREVIEW_GIVE, item, now=now)
    with transaction.atomic():
        locked = lock_item(item)
        room = load_room(locked.meeting)
        entry = _may_give(locked, room, by, now)
        test = asked_test(locked.case, Stage(locked.stage), timezone.localdate(locked.meeting.starts_at))
        _check(test, answers, outcome, confidence)
        view = PreView(
            item=locked,
            entry=entry,
            supersedes=PreView.objects.filter(item=locked, entry=entry, superseded_by__isnull=True).first(),
            answers={limb: str(answer) for limb, answer in answers.items()},
            in_words=_considered(test, in_words or {}),
            outcome=outcome,
            confidence=confidence,
            at=now,
        )
        view.save()
        _audit("preview.give", locked, by, now)
        return view


def open_pre_views(*, item: AgendaItem, by: User, now: datetime) -> AgendaItem:
    """Show every member's view to everybody who sees the item, for good. Twice is once.

    Refused: `not_the_chair` for anybody but whoever leads the item, `wrong_state` once it is finished, `not_in_session`.
    """
    access.require(by, Verb.PREVIEW_OPEN, item, now=now)
    with transaction.atomic():
        locked = lock_item(item)
        leader = load_room(locked.meeting).leader(locked)
        if leader is None or leader.user_id != by.pk:
            raise Refused("not_the_chair", "The views are opened by whoever leads this item.")
        if locked.pre_views_opened_at is not None:
            return locked
        if locked.state in FINISHED:
            raise Refused("wrong_state", "This item is finished, so its views stay unread.")
        if locked.meeting.state != MeetingState.OPEN:
            raise Refused("not_in_session", "The views are opened in the meeting, before the discussion.")
        locked.pre_views_opened_at = now
        locked.save(update_fields=["pre_views_opened_at"])
        _audit("preview.open", locked, by, now)
        return locked


def _may_give(item: AgendaItem, room: Room, by: User, now: datetime) -> RosterEntry:
    if not item.meeting.config.pre_views:
        raise Refused("no_pre_views", "This panel’s rules ask for no view before the discussion.")
    if item.pre_views_opened_at is not None:
        raise Refused("views_are_open", "The chair has opened the views. Say yours in the discussion.")
    if item.state in FINISHED or item.meeting.state in OVER:
        raise Refused("wrong_state", "This item is finished, so no view is taken any more.")
    entry = room.entry_of(by)
    if entry is None or not entry.voting or by.pk in barred_by(room.conflicts_of(item), now):
        raise Refused("no_vote", "A view before the discussion is given by members who vote on this item.")
    return entry


def _considered(test: LegalTest, said: Mapping[str, str]) -> dict[str, str]:
    """What was said to each question that is answered in words, through the text gate; the law asks for all of them."""
    kept = {}
    for limb in test.limbs:
        if limb.in_words:
            words = clean_text(said.get(limb.code, ""), WORDS_LIMIT, label=limb.label)
            for problem in considered_problems(limb, LimbAnswer(limb.code, None, words)):
                raise Refused(problem.code, problem.sentence, field=f"limb_{limb.code}")
            kept[limb.code] = words
    return kept


def _check(test: LegalTest, answers: Mapping[str, Answer], proposed: str, confidence: int) -> None:
    for limb in test.deciding:
        if limb.code not in answers:
            raise Refused(
                "limb_unanswered", "Answer each question of the legal test.", field=f"limb_{limb.code}"
            )
    if sentence := problem_of(test, answers, proposed):
        raise Refused("contradiction", sentence, field="outcome")
    if confidence not in CONFIDENCE:
        raise Refused("confidence", "Choose how sure you are, from 1 to 5.", field="confidence")


def _audit(verb: str, item: AgendaItem, by: User, now: datetime) -> None:
    audit.record(
        verb=verb,
        by=by,
        at=now,
        subject_kind="item",
        subject=item.public_id,
        case=item.case.public_id,
    )
