"""The family's own part at a panel: asked to their item, in while it is discussed, out before any other item is.

They have no vote and no quorum counts them. Whoever may not be written to about the case is not asked either.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from meetings.actions.live import audit_item
from meetings.actions.locks import lock_item
from meetings.letters.queries import recipients_of, ties_of
from meetings.models import AgendaItem, Attendance, FamilyGuest
from meetings.queries.consent import consent_of
from meetings.rules.states import OVER, ItemState, MeetingState
from panel.models import Person, User
from panel.platform import access
from panel.platform.policy import Refused, Verb


def invite_guest(
    *,
    item: AgendaItem,
    person: Person,
    mode: Attendance.Mode = Attendance.Mode.ROOM,
    by: User,
    now: datetime,
) -> FamilyGuest:
    """Ask somebody to their own child's item, while it waits on the list of a meeting still to come or in session.

    Asked twice is asked once. Refused: `not_entitled`, `on_consent`, `wrong_state`. Audits `guest.invite`.
    """
    access.require(by, Verb.GUEST_RECORD, item, now=now)
    with transaction.atomic():
        locked = _on_the_list(item)
        today = timezone.localdate(now)
        if person.pk not in recipients_of(locked.case, today).entitled:
            raise Refused(
                "not_entitled",
                "This person has no recorded right to be told about the case, or something stands in the way.",
                field="person",
            )
        there = FamilyGuest.objects.filter(
            item=locked, person=person, left_at=None, taken_back_at=None
        ).first()
        if there is not None:
            return there
        if consent_of(locked) is not None:
            raise Refused(
                "on_consent",
                "This item is on the consent list, to be noted without discussion. Take it off the list first.",
            )
        tie = next(tie for tie in ties_of(locked.case.child, today) if tie.person_id == person.pk)
        guest = FamilyGuest.objects.create(
            item=locked, person=person, tie=tie.kind, mode=mode, invited_by=by, invited_at=now
        )
        audit_item("guest.invite", locked, by, now, {"person": str(person.public_id), "mode": str(mode)})
        return guest


def take_guest_back(*, guest: FamilyGuest, by: User, now: datetime) -> None:
    """They are not coming, or are not to come. Twice is once. Refused: `came` once they were there. Audits."""
    access.require(by, Verb.GUEST_RECORD, guest.item, now=now)
    with transaction.atomic():
        item, locked = _locked(guest)
        if locked.joined_at is not None:
            raise Refused("came", "They were there already. Record when they left instead.")
        if locked.taken_back_at is None:
            locked.taken_back_at = now
            locked.save(update_fields=["taken_back_at"])
            audit_item("guest.take_back", item, by, now, {"person": str(guest.person.public_id)})


def guest_arrives(*, guest: FamilyGuest, by: User, now: datetime) -> None:
    """They come in, while their own item is discussed and no other can be. Twice is once.

    Refused: `not_now` while it is not, `taken_back`, `not_entitled` where their right has gone since. Audits.
    """
    access.require(by, Verb.GUEST_RECORD, guest.item, now=now)
    with transaction.atomic():
        item, locked = _locked(guest)
        if item.meeting.state != MeetingState.OPEN or item.state != ItemState.IN_DISCUSSION:
            raise Refused("not_now", "The family comes in once their own item is taken up, and for no other.")
        if locked.taken_back_at is not None or locked.left_at is not None:
            raise Refused("taken_back", "This invitation is used up. Ask them again.")
        if guest.person_id not in recipients_of(item.case, timezone.localdate(now)).entitled:
            raise Refused("not_entitled", "Something stands between this person and the case now.")
        if locked.joined_at is None:
            locked.joined_at = now
            locked.save(update_fields=["joined_at"])
            audit_item("guest.arrive", item, by, now, {"person": str(guest.person.public_id)})


def guest_leaves(*, guest: FamilyGuest, by: User, now: datetime) -> None:
    """They go before the item ends. Twice is once. Refused: `not_there`. Audits."""
    access.require(by, Verb.GUEST_RECORD, guest.item, now=now)
    with transaction.atomic():
        item, locked = _locked(guest)
        if locked.joined_at is None:
            raise Refused("not_there", "They have not come in yet.")
        if locked.left_at is None:
            locked.left_at = now
            locked.save(update_fields=["left_at"])
            audit_item("guest.leave", item, by, now, {"person": str(guest.person.public_id)})


def _locked(guest: FamilyGuest) -> tuple[AgendaItem, FamilyGuest]:
    item = lock_item(guest.item)
    return item, FamilyGuest.objects.get(pk=guest.pk)


def _on_the_list(item: AgendaItem) -> AgendaItem:
    locked = lock_item(item)
    if locked.meeting.state in OVER or locked.state not in {ItemState.LISTED, ItemState.IN_DISCUSSION}:
        raise Refused("wrong_state", "This item is over, so there is nothing to come to.")
    return locked
