"""The meeting as it goes: opened, item by item taken up, put off or withdrawn, written down, closed."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import DateTimeField, F, Value
from django.db.models.functions import Greatest
from django.utils import timezone

from meetings.actions.conflicts import find_conflicts
from meetings.actions.locks import lock_item, lock_meeting, not_signed
from meetings.models import (
    AgendaItem,
    CardAcknowledgement,
    CardReading,
    FamilyGuest,
    HeardBefore,
    Interval,
    ItemWithdrawal,
    Meeting,
    Noting,
    PanelType,
    Revision,
)
from meetings.queries.before import unfinished_numbers
from meetings.queries.late import closed_on_paper, ended_words, ending_of, entry_of_item, entry_of_meeting
from meetings.queries.noting import decisions_to_note, events_to_note
from meetings.queries.room import Room, load_room
from meetings.rules.agenda import still_to_hear
from meetings.rules.states import ITEM, MEETING, ItemState, MeetingState
from panel.law.card import legal_card
from panel.law.words import in_words
from panel.models import User
from panel.platform import access, audit
from panel.platform.policy import Refused, Verb
from panel.platform.text import clean_line, clean_text

# Everything of an item that two people may be writing at once, each with its own history.
GROUPS = frozenset(
    {"discussion", "views", "limbs", "factors", "considered", "recommendation", "dissent", "steps", "closing"}
)
PARTS_LIMIT = 300


@dataclass(frozen=True)
class Saved:
    """The revision was kept. The next one of this group is number `revision.n + 1`."""

    revision: Revision


@dataclass(frozen=True)
class Collided:
    """Somebody was faster: what they saved last, and what was to be saved now. Nothing was written, nothing is lost."""

    theirs: Revision
    mine: Mapping[str, Any]


def open_meeting(*, meeting: Meeting, card: str, by: User, now: datetime) -> Meeting:
    """Call the meeting to order. Needs whoever holds the chair in the room or on the call.

    `card`: the version of the legal-test card that was read out to the panel; it is kept with who opened the meeting, and
    counts as their own word that they know it. Conflicts that the records show are looked for once more. Refused:
    `too_early`, `no_chair`, `card_not_read` for none or one that is no longer in force, `wrong_state`. Audits `meeting.open`.
    """
    access.require(by, Verb.MEETING_RUN, meeting, now=now)
    with transaction.atomic():
        locked = lock_meeting(meeting)
        target = MEETING.target(locked.state, "meeting.open")
        day = timezone.localdate(locked.starts_at)
        if timezone.localdate(now) < day:
            raise Refused("too_early", f"This meeting is on {in_words(day)}. It is opened on its day.")
        room = load_room(locked)
        chair = room.chair
        if chair is None or not any(row.left_at is None for row in chair.intervals.all()):
            raise Refused(
                "no_chair",
                "The chair is not here yet. Record the chair’s arrival, or apologies and who stands in for the chair.",
            )
        if card != legal_card(timezone.localdate(now)).version:
            raise Refused(
                "card_not_read",
                "Read the legal-test card out to the panel, and say that you did.",
                field="read",
            )
        locked.state, locked.opened_at = target, now
        locked.save(update_fields=["state", "opened_at"])
        _keep_card(locked, room, card, by, now)
        find_conflicts(meeting=locked, by=by, now=now)
        _audit_meeting("meeting.open", locked, by, now, {"card": card})
        return locked


def _keep_card(meeting: Meeting, room: Room, card: str, by: User, now: datetime) -> None:
    CardReading(meeting=meeting, version=card, by=by, at=now).save()
    seat = room.entry_of(by)
    if seat is not None:
        CardAcknowledgement(entry=seat, version=card, at=now).save()


def close_meeting(*, meeting: Meeting, by: User, now: datetime) -> Meeting:
    """End the meeting once every item is heard, put off or withdrawn; whoever is still there leaves now.

    What was decided without this panel, and its families know, is noted with it. A meeting recorded from paper ends when its
    paper says. Refused: `items_open` naming their numbers, `no_chair` on an attendance sheet from paper, `wrong_state`. Audits
    `meeting.close`.
    """
    access.require(by, Verb.MEETING_RUN, meeting, now=now)
    with transaction.atomic():
        locked = lock_meeting(meeting)
        target = MEETING.target(locked.state, "meeting.close")
        if still := unfinished_numbers(locked):
            raise Refused("items_open", still_to_hear(still))
        ended_at = _end_of(locked, now)
        locked.state, locked.closed_at = target, ended_at
        locked.save(update_fields=["state", "closed_at"])
        Interval.objects.filter(entry__meeting=locked, left_at__isnull=True).update(left_at=ended_at)
        noted = _note_routes(locked, ended_at, by, now)
        _audit_meeting("meeting.close", locked, by, now, {"noted": noted} if noted else None)
        return locked


def _note_routes(meeting: Meeting, ended_at: datetime, by: User, now: datetime) -> list[str]:
    """Record as noted here what was decided without this panel before its end; the ids of what was noted."""
    # One meeting of a panel at a time: what two end at once is noted by the first.
    PanelType.objects.select_for_update().get(pk=meeting.panel_type_id)
    rows = [
        *(
            Noting(meeting=meeting, decision=one, by=by, at=now)
            for one in decisions_to_note(meeting.panel_type, ended_at)
        ),
        *(
            Noting(meeting=meeting, event=one, by=by, at=now)
            for one in events_to_note(meeting.panel_type, ended_at)
        ),
    ]
    Noting.objects.bulk_create(rows)
    return [str(row.subject.public_id) for row in rows]


def _end_of(meeting: Meeting, now: datetime) -> datetime:
    """Now, or when the paper says; a meeting recorded from paper has by then a chair on its attendance sheet."""
    entry = entry_of_meeting(meeting)
    if entry is None:
        return now
    chair = load_room(meeting).chair
    if chair is None or not chair.intervals.exists():
        raise Refused(
            "no_chair",
            "The attendance sheet does not say when the chair was there. Record it, or who stood in.",
        )
    return entry.ended_at or now


def start_item(*, item: AgendaItem, by: User, now: datetime) -> AgendaItem:
    """Take an item up, or up again. Whoever counts for its quorum must be there from here on.

    Refused: `not_in_session`, `another_item` while one is in discussion, `ended_on_paper`, `wrong_state`. Audits `item.open`.
    """
    access.require(by, Verb.ITEM_HEAR, item, now=now)
    with transaction.atomic():
        locked = item_in_session(item)
        target = ITEM.target(locked.state, "item.open")
        nothing_in_discussion(locked.meeting)
        ended_at = closed_on_paper(locked.meeting)
        if ended_at is not None:
            raise Refused(
                "ended_on_paper", f"{ended_words(ended_at)} Enter when this item was heard instead."
            )
        find_conflicts(meeting=locked.meeting, by=by, now=now)
        locked.state, locked.started_at = target, now
        locked.save(update_fields=["state", "started_at"])
        audit_item("item.open", locked, by, now)
        return locked


def pause_item(*, item: AgendaItem, by: User, now: datetime) -> AgendaItem:
    """Set an item back on the list; what was written stays, and so does when it was heard. Refused: `not_in_session`, `wrong_state`."""
    access.require(by, Verb.ITEM_HEAR, item, now=now)
    with transaction.atomic():
        locked = item_in_session(item)
        locked.state = ITEM.target(locked.state, "item.pause")
        locked.save(update_fields=["state"])
        if entry_of_item(locked) is None:
            # What was heard on paper has its times from there.
            keep_hearing(locked, now)
        _family_leaves([locked], now)
        audit_item("item.pause", locked, by, now)
        return locked


def withdraw_item(*, item: AgendaItem, because: str, by: User, now: datetime) -> AgendaItem:
    """Take an item off the day without hearing it, with a reason, which the minutes give.

    Refused: `no_reason`, `not_in_session`, `wrong_state`. Before the meeting, take it off the list instead.
    """
    access.require(by, Verb.ITEM_HEAR, item, now=now)
    reason = clean_line(because, limit=500, label="The reason")
    if not reason:
        raise Refused("no_reason", "Say why the item is withdrawn.", field="because")
    with transaction.atomic():
        locked = item_in_session(item)
        ending = ending_of(locked, now)
        finish(locked, ITEM.target(ending.state, "item.withdraw"), ending.at)
        ItemWithdrawal(item=locked, because=reason, by=by, at=ending.at).save()
        audit_item("item.withdraw", locked, by, now, {"because": reason})
        return locked


def save_revision(
    *,
    item: AgendaItem,
    group: str,
    n: int,
    edit_id: uuid.UUID,
    data: Mapping[str, Any],
    correcting: bool = False,
    by: User,
    now: datetime,
) -> Saved | Collided:
    """Save what was written in one group of fields as number `n`, which is one more than the number last seen.

    Only ever inserts: the unique error is the conflict, and then both texts come back. The same `edit_id` again gives the
    first result, whatever happened since. Refused: `unknown_group`, `stale` for a number nobody can have seen, `signed`
    (unless `correcting` for an amendment), and what the text gate refuses. No audit entry: the revision is its own trail.
    """
    access.require(by, Verb.ITEM_WRITE, item, now=now)
    if group not in GROUPS:
        raise Refused("unknown_group", "This part of an item is not known. Reload the page.")
    with transaction.atomic():
        not_signed(item.meeting, correcting=correcting)
        return keep_revision(item=item, group=group, n=n, edit_id=edit_id, data=data, by=by, now=now)


def keep_revision(
    *,
    item: AgendaItem,
    group: str,
    n: int,
    edit_id: uuid.UUID,
    data: Mapping[str, Any],
    by: User,
    now: datetime,
) -> Saved | Collided:
    """Insert one revision within a transaction whose action has asked whether `by` may write it. As `save_revision` says."""
    cleaned = cleaned_parts(data)
    first = Revision.objects.filter(by=by, edit_id=edit_id).first()
    if first is not None:
        return Saved(first)
    last = latest(item, group)
    if n > (last.n if last else 0) + 1 or n < 1:
        raise Refused(
            "stale", "This page is out of step with the record. Copy your text, then reload the page."
        )
    revision = Revision(item=item, group=group, n=n, edit_id=edit_id, by=by, at=now, data=cleaned)
    try:
        with transaction.atomic():
            revision.save()
    except IntegrityError:
        return _lost_race(item, group, edit_id, cleaned, by)
    return Saved(revision)


def _lost_race(
    item: AgendaItem, group: str, edit_id: uuid.UUID, mine: Mapping[str, Any], by: User
) -> Saved | Collided:
    """The number was taken: by this very edit sent twice at once, or by somebody faster."""
    same = Revision.objects.filter(by=by, edit_id=edit_id).first()
    if same is not None:
        return Saved(same)
    theirs = latest(item, group)
    if theirs is None:
        raise Refused(
            "stale", "This page is out of step with the record. Copy your text, then reload the page."
        )
    return Collided(theirs, mine)


def latest(item: AgendaItem, group: str) -> Revision | None:
    """What was last saved in one group of an item."""
    return Revision.objects.filter(item=item, group=group).order_by("-n").select_related("by").first()


def cleaned_parts(data: Mapping[str, Any]) -> dict[str, Any]:
    """Everything that was typed, through the text gate; `Refused('too_many_parts')` for more than a screen can send."""
    left = PARTS_LIMIT

    def clean(value: Any) -> Any:
        nonlocal left
        left -= 1
        if left < 0:
            raise Refused("too_many_parts", "This is more than one item can hold. Remove some lines.")
        if isinstance(value, str):
            return clean_text(value)
        if isinstance(value, Mapping):
            return {clean_line(str(key)): clean(inner) for key, inner in value.items()}
        if isinstance(value, Sequence):
            return [clean(inner) for inner in value]
        if value is None or isinstance(value, bool | int):
            return value
        raise Refused("not_text", "This page sent something that is not text. Reload the page.")

    return {clean_line(str(key)): clean(value) for key, value in data.items()}


def in_session(meeting: Meeting) -> None:
    """Refuse `not_in_session` unless the meeting was opened and not yet closed."""
    if meeting.state != MeetingState.OPEN:
        raise Refused(
            "not_in_session", "The meeting is not in session. Open it first; once closed, it stays closed."
        )


def nothing_in_discussion(meeting: Meeting) -> None:
    """Refuse `another_item` while an item of the meeting is in discussion."""
    other = meeting.items.filter(state=ItemState.IN_DISCUSSION).first()
    if other is not None:
        raise Refused(
            "another_item", f"Item {other.position} is in discussion. Finish it or set it back first."
        )


def item_in_session(item: AgendaItem) -> AgendaItem:
    """The item under lock, of a meeting that sits; `Refused("not_in_session")` else."""
    locked = lock_item(item)
    in_session(locked.meeting)
    return locked


def finish(item: AgendaItem, target: str, now: datetime) -> None:
    """Bring an item under lock to its end for this meeting."""
    finish_all([(item, now)], target)


def finish_all(items: Sequence[tuple[AgendaItem, datetime]], target: str) -> None:
    """The same of several, each with the moment of its end. Two queries where all end at once."""
    for item, ended_at in items:
        item.state = target
        # An item that was never taken up has no end either.
        item.ended_at = ended_at if item.started_at else None
    AgendaItem.objects.bulk_update([item for item, _ in items], ["state", "ended_at"])
    for at in {ended_at for _, ended_at in items}:
        _family_leaves([item for item, ended_at in items if ended_at == at], at)


def keep_hearing(item: AgendaItem, ended_at: datetime | None) -> None:
    """Keep the time an item under lock was heard in, before it is heard again. Nothing for one that was never taken up."""
    if item.started_at is not None and ended_at is not None:
        HeardBefore(item=item, began_at=item.started_at, ended_at=max(item.started_at, ended_at)).save()


def _family_leaves(items: Sequence[AgendaItem], now: datetime) -> None:
    """Nobody of the family is there when another item can be taken up, and nobody leaves before they came."""
    FamilyGuest.objects.filter(item__in=items, joined_at__isnull=False, left_at=None).update(
        left_at=Greatest(F("joined_at"), Value(now, output_field=DateTimeField()))
    )


def _audit_meeting(
    verb: str, meeting: Meeting, by: User, now: datetime, values: Mapping[str, Any] | None = None
) -> None:
    audit.record(verb=verb, by=by, at=now, subject_kind="meeting", subject=meeting.public_id, values=values)


def audit_item(
    verb: str, item: AgendaItem, by: User, now: datetime, values: Mapping[str, Any] | None = None
) -> None:
    """An entry in the trail about one item."""
    audit.record(
        verb=verb,
        by=by,
        at=now,
        subject_kind="item",
        subject=item.public_id,
        case=item.case.public_id,
        values=values,
    )
