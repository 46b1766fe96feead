"""An item put off by mistake is put back on the list of its meeting while that sits: both are kept, and the deferral counts no more."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from meetings.actions.conflicts import find_conflicts
from meetings.actions.following import unfollow_deferral
from meetings.actions.listing import take_off
from meetings.actions.live import audit_item, keep_hearing
from meetings.actions.locks import lock_item, lock_meeting
from meetings.models import AgendaItem, Deferral, DeferralTakenBack, HeardBefore
from meetings.queries.late import entry_of_item
from meetings.queries.taking_back import put_off
from meetings.rules.decisions import refuse
from meetings.rules.states import ITEM
from meetings.rules.taking_back import Since, check_taking_back
from panel.models import User
from panel.platform import access
from panel.platform.policy import Refused, Verb
from panel.platform.text import clean_line


def take_back_deferral(*, item: AgendaItem, because: str, by: User, now: datetime) -> DeferralTakenBack:
    """Put an item that was put off by mistake back on the list, and take it off that of the next meeting.

    What it waited for is waited for no more, and says so. Refused: everything of `check_taking_back`, `wrong_state` for an item
    that is not put off. Audits `item.take_back`.
    """
    access.require(by, Verb.ITEM_HEAR, item, now=now)
    reason = clean_line(because, limit=500, label="The reason")
    with transaction.atomic():
        locked = lock_item(item)
        target = ITEM.target(locked.state, "item.take_back")
        # Whoever notes at this moment that the family was told holds the same lock.
        deferral = Deferral.objects.standing().select_for_update(of=("self",)).get(item=locked)
        if deferral.next_meeting is not None:
            placed = AgendaItem.objects.filter(
                meeting=deferral.next_meeting, case=locked.case, stage=locked.stage
            )
            lock_meeting(deferral.next_meeting)
            list(placed.select_for_update(of=("self",)))
        found = put_off(locked)
        if found is None:
            raise Refused("wrong_state", "This item is not put off.")
        refuse(check_taking_back(reason, found.since))
        row = DeferralTakenBack(deferral=found.deferral, because=reason, by=by, at=now)
        row.save()
        unfollow_deferral(found.deferral, by, now)
        if found.placed is not None:
            _take_off(found.placed, reason, found.since, by, now)
        _put_back(locked, target)
        find_conflicts(meeting=locked.meeting, by=by, now=now)
        audit_item("item.take_back", locked, by, now, {"because": reason})
        return row


def _take_off(placed: AgendaItem, because: str, since: Since, by: User, now: datetime) -> None:
    """The next meeting hears it no more, unless its record names the item already: then nothing is taken back."""
    try:
        take_off(placed, placed.meeting, by, now)
    except Refused as no:
        if no.code != "wrong_state":
            raise
        refuse(check_taking_back(because, replace(since, named=True)))


def _put_back(item: AgendaItem, target: str) -> None:
    """On the list again, as one that was set back: when it was heard before stays, and it has no end any more."""
    began_at = item.started_at
    set_back_before = began_at and HeardBefore.objects.filter(item=item, began_at=began_at).exists()
    if entry_of_item(item) is None and not set_back_before:
        # What was heard on paper has its times from there, and what was set back is kept already.
        keep_hearing(item, item.ended_at)
    item.state, item.ended_at = target, None
    item.save(update_fields=["state", "ended_at"])
