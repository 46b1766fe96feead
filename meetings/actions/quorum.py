"""The chair says how it stands that attendance, as it was put right, shows no quorum for advice the panel has given."""

from datetime import datetime

from django.db import transaction

from meetings.actions.leading import led_it
from meetings.actions.live import audit_item
from meetings.actions.locks import lock_item, not_signed
from meetings.models import AgendaItem, QuorumAnswer
from meetings.queries.decisions import current_recommendation
from meetings.queries.quorum import lost_quorums
from meetings.queries.room import load_room
from panel.models import User
from panel.platform import access
from panel.platform.policy import Refused, Verb
from panel.platform.text import clean_line


def answer_for_quorum(
    *, item: AgendaItem, because: str, correcting: bool = False, by: User, now: datetime
) -> QuorumAnswer:
    """Whoever led the item says what is true of its quorum; the minutes give it beside the count. The same said twice is one.

    Refused: `quorum_stands` where the sheet shows one, `not_the_chair`, `recused`, `no_reason`, `signed` (unless `correcting` for
    an amendment). Audits `quorum.answer`.
    """
    access.require(by, Verb.RECOMMENDATION_RECORD, item, now=now)
    reason = clean_line(because, limit=500, label="How it stands")
    if not reason:
        raise Refused("no_reason", "Say how it stands.", field="because")
    with transaction.atomic():
        locked = lock_item(item)
        not_signed(locked.meeting, correcting=correcting)
        room = load_room(locked.meeting)
        advice = current_recommendation(locked)
        if advice is not None:
            led_it(locked, advice, room, by, now)
        found = lost_quorums(room, only=locked)
        if not found:
            raise Refused("quorum_stands", "Attendance as it is recorded now shows a quorum for this advice.")
        (gone,) = found
        if gone.answer is not None and gone.answer.because == reason:
            return gone.answer
        answer = QuorumAnswer(
            recommendation=gone.advice, sentence=gone.standing, because=reason, by=by, at=now
        )
        answer.save()
        audit_item("quorum.answer", locked, by, now, {"because": reason})
        return answer
