"""The clerk finishes the words of a recommendation that was kept to its key reasons in the room; whoever led the item confirms them,
or sends them back with a note.

What she has not sent yet is kept as she writes it, as the room keeps what is written there, and read by the clerks alone.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from meetings.actions.correct import CHANGED_SINCE, check_words, given_words, same_answers
from meetings.actions.leading import led_it, standing_advice
from meetings.actions.live import Collided, Saved, audit_item, keep_revision
from meetings.actions.locks import lock_question, not_signed
from meetings.models import AgendaItem, Recommendation, WordsDraft, WordsReturned
from meetings.queries.decisions import current_recommendation
from meetings.queries.finishing import TAKEN_BACK, Drafted, drafted
from meetings.queries.room import load_room
from meetings.queries.unsent import UNSENT
from meetings.queries.words import last_correction, words_of
from panel.models import User
from panel.platform import access
from panel.platform.policy import Refused, Verb
from panel.platform.text import clean_line


def finish_words(
    *,
    item: AgendaItem,
    limbs: Mapping[str, str],
    reasons: str,
    family_views_answered: str = "",
    support_meanwhile: str = "",
    stands: int | None = None,
    draft: int | None = None,
    returned: int = 0,
    by: User,
    now: datetime,
) -> WordsDraft:
    """A clerk writes out what was advised, for whoever led the item to confirm. It counts for nothing before.

    `stands`, `draft` and `returned`: the keys of the last correction, of the draft in waiting and of the note with which one came
    back that the page showed, 0 for none. The same words sent twice are one. Refused: `no_recommendation`, `signed`, `stale`, `nothing_changed`, `limb_unknown`, and everything that
    would keep them from being confirmed. Audits `recommendation.finish`.
    """
    access.require(by, Verb.RECOMMENDATION_FINISH, item, now=now)
    words = given_words(limbs, reasons, family_views_answered, support_meanwhile)
    with transaction.atomic():
        locked = lock_question(item)
        not_signed(locked.meeting, correcting=False)
        advice = standing_advice(locked)
        sent = drafted(advice)
        if sent.waits is not None and sent.waits.words == words:
            return sent.waits
        if (stands, draft) != (None, None):
            _as_shown(advice, sent, (stands, draft, returned))
        same_answers(advice, words)
        if words == words_of(advice):
            raise Refused(
                "nothing_changed", "These are the words as they were recorded. Finish them, then send them."
            )
        check_words(advice, locked, words)
        made = WordsDraft(recommendation=advice, words=words, by=by, at=now)
        made.save()
        audit_item(Verb.RECOMMENDATION_FINISH, locked, by, now, {})
        return made


def _as_shown(advice: Recommendation, sent: Drafted, shown: tuple[int | None, int | None, int]) -> None:
    """Refuse what is sent from a page that showed other words, another draft or another note than stand now."""
    waits, back = sent.waits, sent.returned
    if shown != (last_correction(advice), waits.pk if waits else 0, back.pk if back else 0):
        raise Refused("stale", CHANGED_SINCE)


def keep_unsent(
    *, item: AgendaItem, n: int, edit_id: UUID, words: Mapping[str, Any], by: User, now: datetime
) -> Saved | Collided:
    """Keep what a clerk has written out so far as number `n`, one more than the number last seen; no word is asked to be enough.

    Only ever inserts, as `keep_revision` says: of two clerks the slower gets both texts. Refused: `signed`, `no_recommendation`,
    `stale` for a number nobody can have seen, and what the text gate refuses. No audit entry: the revision is its own trail.
    """
    access.require(by, Verb.RECOMMENDATION_FINISH, item, now=now)
    with transaction.atomic():
        not_signed(item.meeting, correcting=False)
        standing_advice(item)
        return keep_revision(item=item, group=UNSENT, n=n, edit_id=edit_id, data=words, by=by, now=now)


def take_back_words(*, item: AgendaItem, by: User, now: datetime) -> None:
    """A clerk takes a draft back that nobody has confirmed, or that was returned: the words that stand stand on. The draft is kept.
    Where there is none it is done already. Audits `recommendation.finish`.
    """
    access.require(by, Verb.RECOMMENDATION_FINISH, item, now=now)
    with transaction.atomic():
        locked = lock_question(item)
        advice = current_recommendation(locked)
        if advice is None or drafted(advice) == Drafted():
            return
        WordsDraft(recommendation=advice, words=TAKEN_BACK, by=by, at=now).save()
        audit_item(Verb.RECOMMENDATION_FINISH, locked, by, now, {"taken_back": True})


def return_words(*, item: AgendaItem, draft: int, because: str, by: User, now: datetime) -> WordsReturned:
    """Whoever led the item sends a clerk's draft back, with what is to be said otherwise. The words that stand stand on.

    `draft`: the key of the draft that was read. The same one sent back twice is one. Refused: `no_recommendation`, `not_the_chair`,
    `recused`, `no_reason`, `signed`, `stale` where another draft waits by now, or none. Audits `recommendation.return`.
    """
    access.require(by, Verb.RECOMMENDATION_RETURN, item, now=now)
    reason = clean_line(because, limit=500, label="The note")
    if not reason:
        raise Refused("no_reason", "Say what the clerk should write otherwise.", field="because")
    with transaction.atomic():
        locked = lock_question(item)
        not_signed(locked.meeting, correcting=False)
        advice = standing_advice(locked)
        led_it(locked, advice, load_room(locked.meeting), by, now)
        sent = drafted(advice)
        if sent.returned is not None and sent.returned.draft_id == draft:
            return sent.returned
        if sent.waits is None or sent.waits.pk != draft:
            raise Refused("stale", CHANGED_SINCE)
        made = WordsReturned(draft=sent.waits, because=reason, by=by, at=now)
        made.save()
        audit_item(Verb.RECOMMENDATION_RETURN, locked, by, now, {"because": reason})
        return made
