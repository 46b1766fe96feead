"""Gathering what a panel says to a setting about its practice. It goes out with the outcome, never before."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

from django.db import transaction

from meetings.actions.locks import lock_item
from meetings.models import AgendaItem, Feedback
from meetings.queries.names import known_names, told_of_others, told_of_own
from meetings.rules.decisions import refuse
from meetings.rules.feedback import STRANDS, feedback_problems
from meetings.rules.naming import names_said, naming_problems
from meetings.rules.states import ADVISED, ItemState
from panel.law.problems import Problem
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
    names_nobody: Collection[str] = (),
    read: Feedback | None = None,
    by: User,
    now: datetime,
) -> Feedback:
    """What the panel saw of the setting's practice in this request. `read`: what stood when it was written.

    `names_nobody`: the names we know that somebody was shown in the words, and that name nobody here. Refused: everything of
    `feedback_problems` and `naming_problems`, `no_setting`, `not_heard`, `stale`. Audits.
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
        refuse(_named(locked, {"good_words": said, "gaps_words": missing}, names_nobody=names_nobody))
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
            values={"good": feedback.good, "gaps": feedback.gaps, "names_nobody": bool(names_nobody)},
        )
        return feedback


def _named(item: AgendaItem, words: Mapping[str, str], *, names_nobody: Collection[str]) -> Iterator[Problem]:
    """What names somebody in free words, field by field."""
    written = {field: text for field, text in words.items() if text}
    known = known_names(item) if written else None
    for field, text in written.items():
        if known is not None:
            yield from naming_problems(
                field,
                names_said(text, (*known.family, *known.staff)),
                told_of_others(text, item, known),
                marks=told_of_own(text, item),
                read_by="Everybody who works with requests at the setting reads this",
                names_nobody=names_nobody,
            )
