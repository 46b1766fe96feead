"""Promising to keep to oneself what a meeting talks about: asked of observers before any item is opened to them."""

from datetime import datetime

from django.db import transaction

from meetings.actions.locks import lock_meeting
from meetings.models import Acknowledgement, Meeting
from meetings.rules.invitations import CONFIDENTIALITY_NOW
from panel.models import User
from panel.platform import access, audit
from panel.platform.policy import Refused, Verb


def acknowledge(*, meeting: Meeting, version: str, by: User, now: datetime) -> Acknowledgement:
    """Record that `by` has read the text of `version` and promises it. A second promise finds the first.

    Refused: `stale` when another text is in force than the one that was read. Audits `confidentiality.acknowledge`.
    """
    access.require(by, Verb.CONFIDENTIALITY_ACKNOWLEDGE, meeting, now=now)
    if version != CONFIDENTIALITY_NOW:
        raise Refused("stale", "The text has changed since you opened the page. Read it again.")
    with transaction.atomic():
        locked = lock_meeting(meeting)
        kept: Acknowledgement | None = Acknowledgement.objects.filter(meeting=locked, user=by).first()
        if kept is not None:
            return kept
        row = Acknowledgement(meeting=locked, user=by, text_version=version, at=now)
        row.save()
        audit.record(
            verb=Verb.CONFIDENTIALITY_ACKNOWLEDGE,
            by=by,
            at=now,
            subject_kind="meeting",
            subject=locked.public_id,
            values={"text_version": version},
        )
        return row
