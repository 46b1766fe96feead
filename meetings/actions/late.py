"""Entering afterwards what was written on paper in the meeting: its opening and close, and when each item was heard.

Times come first. With them an item waits for its chair, who records the recommendation as usual: it then counts for the
moment the paper gives, with the quorum of that moment. Attendance is entered as always, with its own times.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from meetings.actions.attendance import UntrueSheet, row_of
from meetings.actions.conflicts import find_conflicts
from meetings.actions.live import audit_item, in_session
from meetings.actions.locks import lock_item, lock_meeting
from meetings.models import AgendaItem, CardReading, ConsentEntry, FamilyGuest, LateEntry, Meeting
from meetings.queries.guests import guests_of
from meetings.queries.late import entries_that_count, entry_of_meeting
from meetings.queries.room import load_room
from meetings.rules import attendance
from meetings.rules.decisions import refuse
from meetings.rules.late import (
    Entering,
    FamilyTime,
    Heard,
    OnPaper,
    family_problems,
    item_problems,
    meeting_problems,
)
from meetings.rules.states import FINISHED, MEETING, OVER, ItemState, MeetingState
from panel.law.card import legal_card
from panel.models import User
from panel.platform import access, audit
from panel.platform.policy import Refused, Role, Verb
from panel.platform.text import clean_line


@dataclass(frozen=True)
class OfFamily:
    """When somebody who is asked to an item was in for it, as the paper says; no time of coming says nothing."""

    guest: FamilyGuest
    came_at: datetime | None = None
    left_at: datetime | None = None


def record_meeting_later(
    *,
    meeting: Meeting,
    opened_at: datetime | None = None,
    closed_at: datetime | None = None,
    card_read: bool = False,
    because: str = "",
    by: User,
    now: datetime,
) -> LateEntry:
    """Enter when a meeting was opened, unless that was done by screen, and when it ended; what is left is entered next.

    A meeting nobody opened is in session from then on, until all of its items are entered and it is closed. `card_read`: the
    paper says that the legal-test card was read out at its opening; that it was not is kept by keeping nothing. Refused:
    everything of `late.meeting_problems`, `no_opening`, `opened_here`, `closed` once it is, and an attendance sheet that
    cannot be true with these times. Audits `meeting.record_later`.
    """
    access.require(by, Verb.MEETING_RECORD_LATER, meeting, now=now)
    with transaction.atomic():
        locked = lock_meeting(meeting)
        if locked.state in OVER:
            raise Refused("closed", "This meeting is closed or was cancelled; its times stand.")
        began = _opening(locked, opened_at)
        paper = OnPaper(began, closed_at, _because(because))
        refuse(meeting_problems(paper, _entering(locked, now), _heard(locked)))
        _attendance_fits(locked, paper)
        if locked.state == MeetingState.PLANNED:
            locked.state, locked.opened_at = MEETING.target(locked.state, "meeting.open"), began
            locked.save(update_fields=["state", "opened_at"])
            if card_read:
                card = legal_card(timezone.localdate(began)).version
                CardReading(meeting=locked, version=card, by=by, at=began).save()
        entry = _keep(locked, None, paper, by, now)
        find_conflicts(meeting=locked, by=by, now=now)
        audit.record(
            verb=Verb.MEETING_RECORD_LATER,
            by=by,
            at=now,
            subject_kind="meeting",
            subject=locked.public_id,
            values={
                "opened_at": began,
                "closed_at": closed_at,
                "card_read": card_read,
                "because": paper.because,
            },
        )
        return entry


def record_item_later(
    *,
    item: AgendaItem,
    began_at: datetime | None = None,
    ended_at: datetime,
    because: str = "",
    family: Sequence[OfFamily] = (),
    by: User,
    now: datetime,
) -> LateEntry:
    """Enter when an item was heard. `began_at` is left out for one that was taken up by screen before the network failed.

    The item then waits for its recommendation, which counts for `ended_at`. `family`: when those who are asked to it were in.
    Refused: everything of `late.item_problems` and `late.family_problems`, `not_asked` for somebody who is not,
    `no_beginning`, `taken_up_here`, `guest_there`, `finished`, `not_in_session`. Audits `item.record_later` and `guest.arrive`.
    """
    access.require(by, Verb.ITEM_RECORD_LATER, item, now=now)
    with transaction.atomic():
        locked = lock_item(item)
        in_session(locked.meeting)
        if locked.state in FINISHED:
            raise Refused("finished", "This item is heard or put off already; its times stand.")
        paper = OnPaper(_beginning(locked, began_at), ended_at, _because(because))
        family = [_as_recorded(one) for one in family]
        whole, entering = entry_of_meeting(locked.meeting), _entering(locked.meeting, now)
        refuse(
            (
                *item_problems(
                    paper,
                    entering,
                    opened_at=locked.meeting.opened_at or locked.meeting.starts_at,
                    closed_at=whole.ended_at if whole else None,
                    others=_heard(locked.meeting, but=locked),
                ),
                *family_problems(paper, entering, _family_times(locked, family)),
            )
        )
        _keep_family(locked, family, by, now)
        _guests_fit(locked, paper.began_at, ended_at)
        locked.started_at = paper.began_at
        locked.save(update_fields=["started_at"])
        entry = _keep(locked.meeting, locked, paper, by, now)
        find_conflicts(meeting=locked.meeting, by=by, now=now)
        said = {"began_at": paper.began_at, "ended_at": ended_at, "because": paper.because}
        audit_item(Verb.ITEM_RECORD_LATER, locked, by, now, said)
        return entry


def _as_recorded(one: OfFamily) -> OfFamily:
    """A page shows a recorded time to the minute: sent back unchanged, it is that very moment."""

    def moment(said: datetime | None, recorded: datetime | None) -> datetime | None:
        same = recorded is not None and said == recorded.replace(second=0, microsecond=0)
        return recorded if same else said

    row = one.guest
    return replace(one, came_at=moment(one.came_at, row.joined_at), left_at=moment(one.left_at, row.left_at))


def _family_times(item: AgendaItem, family: Sequence[OfFamily]) -> list[FamilyTime]:
    """The times as the rule sees them, of those who are asked to this item; `not_asked` for anybody else."""
    asked = {row.pk: row for row in guests_of(item)}
    if any(one.guest.pk not in asked for one in family):
        raise Refused("not_asked", "Somebody here is not asked to this item. Ask them on its page first.")
    found = []
    for one in family:
        row = asked[one.guest.pk]
        again = any(other.person_id == row.person_id and other.pk > row.pk for other in asked.values())
        found.append(FamilyTime(row.pk, row.person.full_name, one.came_at, one.left_at, again=again))
    return found


def _keep_family(item: AgendaItem, family: Sequence[OfFamily], by: User, now: datetime) -> None:
    """When they came and left; without a time of leaving the end of the item is theirs too."""
    for one in family:
        if one.came_at is None:
            continue
        row = FamilyGuest.objects.get(pk=one.guest.pk)
        if (row.joined_at, row.left_at) == (one.came_at, one.left_at):
            continue
        row.joined_at, row.left_at = one.came_at, one.left_at
        row.save(update_fields=["joined_at", "left_at"])
        said = {"person": str(row.person.public_id), "came_at": one.came_at, "left_at": one.left_at}
        audit_item("guest.arrive", item, by, now, said)


def _because(words: str) -> str:
    return clean_line(words, limit=500, label="The reason")


def _opening(meeting: Meeting, said: datetime | None) -> datetime:
    """When the meeting was opened: by screen, else as the paper says."""
    if meeting.opened_at is None and said is None:
        raise Refused("no_opening", "Enter when the meeting was opened.", field="began")
    if meeting.opened_at is not None and said not in (None, meeting.opened_at):
        raise Refused("opened_here", "This meeting’s opening is recorded already.", field="began")
    return meeting.opened_at or said  # type: ignore[return-value]


def _beginning(item: AgendaItem, said: datetime | None) -> datetime:
    """When the item was taken up: by screen, else as the paper says."""
    if item.state == ItemState.IN_DISCUSSION and item.started_at is not None:
        if said not in (None, item.started_at):
            raise Refused("taken_up_here", "This item’s beginning is recorded already.", field="began")
        return item.started_at
    if said is None:
        raise Refused("no_beginning", "Enter when the item was taken up.", field="began")
    return said


def _entering(meeting: Meeting, now: datetime) -> Entering:
    return Entering(now, timezone.localdate(meeting.starts_at), timezone.get_default_timezone())


def _heard(meeting: Meeting, but: AgendaItem | None = None) -> tuple[Heard, ...]:
    """The other items with their times: those ended, the one in discussion, those whose paper times are entered.

    Beside an item of the consent list the others of it do not count: on paper as well they are noted at one time.
    """
    paper = {
        row.item_id: row.ended_at for row in entries_that_count().filter(meeting=meeting).exclude(item=None)
    }
    consenting = set(
        ConsentEntry.objects.filter(item__meeting=meeting, taken_off_at=None).values_list("item", flat=True)
    )
    together = consenting & paper.keys() if but is not None and but.pk in consenting else set()
    items = meeting.items.filter(started_at__isnull=False).order_by("position")
    return tuple(
        Heard(item.position, item.started_at, item.ended_at or paper.get(item.pk))
        for item in items
        if item.started_at is not None
        and (but is None or item.pk != but.pk)
        and item.pk not in together
        and (item.ended_at or item.pk in paper or item.state == ItemState.IN_DISCUSSION)
    )


def _attendance_fits(meeting: Meeting, paper: OnPaper) -> None:
    """What is on the attendance sheet already must be true with the times of the meeting as well."""
    rows = tuple(row for entry in load_room(meeting).entries if (row := row_of(entry)) is not None)
    found = attendance.attendance_problems(rows, opened_at=paper.began_at, closed_at=paper.ended_at)
    if found:
        no = UntrueSheet(found)
        raise Refused(no.code, f"The attendance sheet does not fit: {no.sentence}", field="ended")


def _guests_fit(item: AgendaItem, began_at: datetime, ended_at: datetime) -> None:
    """When the family was there is recorded already, by screen: the item's time on paper must hold it."""
    outside = Q(joined_at__lt=began_at) | Q(joined_at__gt=ended_at) | Q(left_at__gt=ended_at)
    guest = FamilyGuest.objects.filter(outside, item=item, joined_at__isnull=False).first()
    if guest is not None and guest.joined_at is not None:
        clock = timezone.localtime
        until = f"to {clock(guest.left_at):%H:%M}" if guest.left_at else "on"
        raise Refused(
            "guest_there",
            f"The family is recorded as there from {clock(guest.joined_at):%H:%M} {until}. Check the times of this item.",
            field="began" if guest.joined_at < began_at else "ended",
        )


def _keep(meeting: Meeting, item: AgendaItem | None, paper: OnPaper, by: User, now: datetime) -> LateEntry:
    before = LateEntry.objects.filter(meeting=meeting, item=item, superseded_by=None).first()
    roles = by.roles_on(timezone.localdate(now))
    entry = LateEntry(
        meeting=meeting,
        item=item,
        supersedes=before,
        began_at=paper.began_at,
        ended_at=paper.ended_at,
        because=paper.because,
        by=by,
        by_role=Role.CLERK if Role.CLERK in roles else Role.CHAIR,
        at=now,
    )
    entry.save()
    return entry
