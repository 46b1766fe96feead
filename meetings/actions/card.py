"""The legal-test card in the room: each person at the meeting says that they know the test."""

from datetime import datetime

from django.db import transaction

from meetings.actions.live import in_session
from meetings.actions.locks import lock_meeting
from meetings.models import CardAcknowledgement, CardReading, Meeting, RosterEntry
from panel.models import User
from panel.platform import access, audit
from panel.platform.policy import Refused, Verb


def acknowledge_card(*, meeting: Meeting, by: User, now: datetime) -> CardAcknowledgement:
    """Keep that somebody with a seat knows the card that was read out at this meeting. Twice is once.

    Refused: `not_in_session`, `no_seat`, `card_not_read` for a meeting opened before there was a card. Audits
    `card.acknowledge`.
    """
    access.require(by, Verb.CARD_ACKNOWLEDGE, meeting, now=now)
    with transaction.atomic():
        locked = lock_meeting(meeting)
        in_session(locked)
        reading = CardReading.objects.filter(meeting=locked).first()
        if reading is None:
            raise Refused("card_not_read", "No card was read out at this meeting.")
        entry = RosterEntry.objects.filter(meeting=locked, user=by).first()
        if entry is None:
            raise Refused("no_seat", "Only those who sit at this meeting say that they know the card.")
        before = CardAcknowledgement.objects.filter(entry=entry, version=reading.version).first()
        if before is not None:
            return before
        kept = CardAcknowledgement(entry=entry, version=reading.version, at=now)
        kept.save()
        audit.record(
            verb=Verb.CARD_ACKNOWLEDGE,
            by=by,
            at=now,
            subject_kind="meeting",
            subject=locked.public_id,
            values={"card": reading.version},
        )
        return kept
