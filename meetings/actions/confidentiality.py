"""Promising to keep to oneself what a meeting talks about: asked of observers before any item is opened to them."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from meetings.actions.locks import lock_meeting, not_signed
from meetings.models import Acknowledgement, Meeting, RosterEntry, Seat
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


def record_promise(*, entry: RosterEntry, signed_on: date, by: User, now: datetime) -> Acknowledgement:
    """Record that an observer has signed the promise on paper, and on which day; the one who enters it is kept with it.

    A second promise finds the first. Refused: `not_an_observer`, `own_promise` for whoever enters it for herself, `in_future`,
    `signed` once the minutes are. Audits `confidentiality.record`.
    """
    access.require(by, Verb.ATTENDANCE_RECORD, entry.meeting, now=now)
    if signed_on > timezone.localdate(now):
        raise Refused("in_future", "This day has not come yet.", field="signed_on")
    if entry.user_id == by.pk:
        raise Refused("own_promise", "Your own promise is given by screen, from the meeting’s page.")
    with transaction.atomic():
        locked = lock_meeting(entry.meeting)
        not_signed(locked, correcting=False)
        seat = RosterEntry.objects.get(pk=entry.pk)
        if seat.seat != Seat.OBSERVER:
            raise Refused("not_an_observer", "Only of those who look on is this promise asked.")
        kept: Acknowledgement | None = Acknowledgement.objects.filter(
            meeting=locked, user=seat.user_id
        ).first()
        if kept is not None:
            return kept
        row = Acknowledgement(
            meeting=locked,
            user=seat.user,
            text_version=CONFIDENTIALITY_NOW,
            at=now,
            signed_on=signed_on,
            recorded_by=by,
        )
        row.save()
        audit.record(
            verb="confidentiality.record",
            by=by,
            at=now,
            subject_kind="meeting",
            subject=locked.public_id,
            values={
                "person": str(seat.user.public_id),
                "text_version": CONFIDENTIALITY_NOW,
                "signed_on": signed_on,
            },
        )
        return row
