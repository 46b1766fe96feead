"""Gathering what a panel says to a setting about its practice. It goes out with the outcome, never before."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from meetings.actions.locks import lock_item
from meetings.models import AgendaItem, Feedback
from meetings.rules.decisions import refuse
from meetings.rules.feedback import STRANDS, feedback_problems
from meetings.rules.states import ADVISED, ItemState
from panel.models import User
from panel.platform import access, audit
from panel.platform.policy import Refused, Verb
from panel.platform.text import clean_text

WORDS_LIMIT = 2_000
# From when the panel hears it: what it has not looked at it says nothing about.
GATHERED = ADVISED | {ItemState.IN_DISCUSSION}


def record_feedback(
    *,
    item: AgendaItem,
    good: Collection[str] = (),
    gaps: Collection[str] = (),
    good_words: str = "",
    gaps_words: str = "",
    read: Feedback | None = None,
    by: User,
    now: datetime,
) -> Feedback:
    """What the panel saw of the setting's practice in this request. `read`: what stood when it was written.

    Refused: everything of `feedback_problems`, `no_setting`, `not_heard`, `stale`. Audits.
    """
    access.require(by, Verb.FEEDBACK_RECORD, item, now=now)
    said = clean_text(good_words, limit=WORDS_LIMIT, label="Good practice")
    missing = clean_text(gaps_words, limit=WORDS_LIMIT, label="The gaps")
    refuse(feedback_problems(good, gaps, said, missing))
    with transaction.atomic():
        locked = lock_item(item)
        if locked.case.setting_id is None:
            raise Refused("no_setting", "This child has no setting that could be given feedback.")
        if locked.state not in GATHERED:
            raise Refused("not_heard", "Feedback is gathered once the panel has taken this item up.")
        before = Feedback.objects.standing().filter(item=locked).first()
        if (before.pk if before else None) != (read.pk if read else None):
            raise Refused(
                "stale", "Somebody has written feedback since you opened the page. Look again, then record."
            )
        feedback = Feedback(
            item=locked,
            setting_id=locked.case.setting_id,
            good=[strand for strand in STRANDS if strand in good],
            gaps=[strand for strand in STRANDS if strand in gaps],
            good_words=said,
            gaps_words=missing,
            supersedes=before,
            by=by,
            at=now,
        )
        feedback.save()
        audit.record(
            verb=Verb.FEEDBACK_RECORD,
            by=by,
            at=now,
            subject_kind="feedback",
            subject=feedback.public_id,
            case=locked.case.public_id,
            values={"good": feedback.good, "gaps": feedback.gaps},
        )
        return feedback
