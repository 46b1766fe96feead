"""A planned meeting moves to another day, hour or place, or does not take place; a named substitute is given the seat."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from meetings.actions.conflicts import forget_conflicts
from meetings.actions.invitations import Sent, call_off, invite_one
from meetings.actions.locks import lock_meeting
from meetings.actions.plan import Planned, check_times, day_problems, overlaps
from meetings.actions.seats import seat
from meetings.models import AgendaItem, Conflict, Meeting, RosterEntry, Seat, config_on
from meetings.queries.invitations import answer_of, could_substitute
from meetings.queries.seats import fitting_membership
from meetings.queries.waiting import put_off_without_slot
from meetings.rules.agenda import AgendaProblem
from meetings.rules.states import FINISHED, ITEM, MEETING, MeetingState
from panel.law.words import in_words
from panel.models import User
from panel.platform import access, audit
from panel.platform.policy import Refused, Verb
from panel.platform.text import clean_line


@dataclass(frozen=True)
class Cancelled:
    """What a cancellation set free: how many cases wait again, how many people are told, and what ought to be looked at."""

    items: int
    told: int
    warnings: tuple[AgendaProblem, ...]


def move_meeting(
    *, meeting: Meeting, starts_at: datetime, ends_at: datetime, venue: str, by: User, now: datetime
) -> Planned:
    """Put a planned meeting on another day, hour or place, under the rules of its new day. Nobody is told by this alone.

    Refused: `no_config`, `ends_first`, `too_long`, `no_venue`, `wrong_state`. Audits `meeting.move`.
    """
    access.require(by, Verb.MEETING_PLAN, meeting, now=now)
    place = clean_line(venue, label="The place")
    day = timezone.localdate(starts_at)
    check_times(starts_at, ends_at, place)
    with transaction.atomic():
        locked = lock_meeting(meeting)
        _planned(locked)
        config = locked.config
        if day != timezone.localdate(locked.starts_at):
            found = config_on(locked.panel_type, day)
            if found is None:
                raise Refused(
                    "no_config", f"No rules are set for this panel on {in_words(day)}.", field="starts_at"
                )
            config = found
        locked.starts_at, locked.ends_at, locked.venue, locked.config = starts_at, ends_at, place, config
        locked.save(update_fields=["starts_at", "ends_at", "venue", "config"])
        _audit("meeting.move", locked, by, now, {"starts_at": starts_at, "ends_at": ends_at, "venue": place})
        warnings = (
            *day_problems(day, timezone.localdate(now)),
            *overlaps(locked),
            *_without_role(locked, day),
            *_without_slot(locked, by, now),
        )
        return Planned(locked, warnings)


def _without_role(meeting: Meeting, day: date) -> Iterator[AgendaProblem]:
    """A warning for everybody on the roster whose role does not last to the new day, or began after it."""
    for entry in meeting.roster.select_related("user").order_by("pk"):
        if fitting_membership(entry.user, Seat(entry.seat), day) is None:
            yield AgendaProblem(
                "member_ended",
                f"{entry.user.name} holds no role for this seat on {in_words(day)}. Take them off, or see to it.",
            )


def _without_slot(meeting: Meeting, by: User, now: datetime) -> Iterator[AgendaProblem]:
    """A warning for every case put off to this meeting that no meeting now hears in time, among those `by` may see."""
    for case, latest in put_off_without_slot(meeting, by, now):
        yield AgendaProblem(
            "no_slot",
            f"{case.reference} was put off to this meeting and is on no list in time now. Its last safe day is"
            f" {in_words(latest)}: list it elsewhere, or tell the family that the answer will be late.",
        )


def cancel_meeting(*, meeting: Meeting, because: str, by: User, now: datetime) -> Cancelled:
    """Say that a planned meeting does not take place. Its cases wait again, and everybody invited is told.

    Conflicts the records alone showed end with it; what somebody said of a person stays. Refused: `no_reason`, `own_conflict`,
    `wrong_state`. Audits `meeting.cancel` and each item.
    """
    access.require(by, Verb.MEETING_PLAN, meeting, now=now)
    reason = clean_line(because, limit=500, label="The reason")
    if not reason:
        raise Refused("no_reason", "Say why the meeting does not take place.", field="because")
    with transaction.atomic():
        locked = lock_meeting(meeting)
        locked.state = MEETING.target(locked.state, "meeting.cancel")
        locked.save(update_fields=["state"])
        items = _set_free(locked, by, now)
        people = [entry.user for entry in locked.roster.select_related("user")]
        told = call_off(meeting=locked, users=people, by=by, now=now)
        _audit("meeting.cancel", locked, by, now, {"because": reason, "items": items, "told": told})
        return Cancelled(items, told, tuple(_without_slot(locked, by, now)))


def _set_free(meeting: Meeting, by: User, now: datetime) -> int:
    """Take the items off the day, so that their cases wait for another one; how many."""
    conflicts = Conflict.objects.filter(item__meeting=meeting).select_related("item__case", "entry__user")
    if conflicts.filter(entry__user=by).exclude(effect=Conflict.Effect.NOTE).exists():
        raise Refused(
            "own_conflict", "You are recused from an item of this meeting. Ask somebody else to cancel it."
        )
    forget_conflicts(conflicts.filter(source=Conflict.Source.AUTOMATIC), by=by, now=now)
    items = list(meeting.items.exclude(state__in=FINISHED).select_related("case"))
    for item in items:
        item.state = ITEM.target(item.state, "item.withdraw")
        audit.record(
            verb="item.withdraw",
            by=by,
            at=now,
            subject_kind="item",
            subject=item.public_id,
            case=item.case.public_id,
            values={"meeting": str(meeting.public_id)},
        )
    AgendaItem.objects.bulk_update(items, ["state"])
    return len(items)


def seat_substitute(*, entry: RosterEntry, by: User, now: datetime) -> tuple[RosterEntry, Sent]:
    """Give the person a member named the same kind of seat, and ask them to come. The member's own seat stays.

    Who stood in for whom is said on the attendance sheet, when both are known. Refused: `nobody_named`, `cannot_substitute`, and
    everything of `seat`.
    """
    access.require(by, Verb.MEETING_PLAN, entry.meeting, now=now)
    with transaction.atomic():
        locked = lock_meeting(entry.meeting)
        _planned(locked)
        entry.meeting = locked
        said = answer_of(entry.user, locked)
        named = said.substitute if said else None
        if named is None:
            raise Refused("nobody_named", f"{entry.user.name} names nobody to come instead.")
        if not could_substitute(entry).filter(pk=named.pk).exists():
            raise Refused("cannot_substitute", f"{named.name} cannot hold this seat any more.")
        seated = seat(
            meeting=locked,
            user=named,
            seat=Seat(entry.seat),
            agency=entry.agency,
            voting=entry.voting,
            by=by,
            now=now,
        )
        return seated, invite_one(entry=seated, by=by, now=now)


def _planned(meeting: Meeting) -> None:
    if meeting.state != MeetingState.PLANNED:
        raise Refused("wrong_state", "Only a meeting that has not begun can be changed.")


def _audit(verb: str, meeting: Meeting, by: User, now: datetime, values: dict[str, object]) -> None:
    audit.record(verb=verb, by=by, at=now, subject_kind="meeting", subject=meeting.public_id, values=values)
