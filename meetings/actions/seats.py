"""Who sits at a meeting: a seat is given, and taken off again before anything was said from it."""

from datetime import datetime

from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone

from meetings.actions.conflicts import find_conflicts, forget_conflicts
from meetings.actions.invitations import call_off
from meetings.actions.locks import lock_meeting, not_closed
from meetings.models import (
    AgendaItem,
    Conflict,
    Meeting,
    RosterEntry,
    Seat,
)
from meetings.models.panels import NON_VOTING_SEATS
from meetings.queries.seats import fitting_membership
from panel.law.words import in_words
from panel.models import Agency, User
from panel.platform import access, audit
from panel.platform.policy import Refused, Verb


def seat(
    *,
    meeting: Meeting,
    user: User,
    seat: Seat,
    agency: Agency | None = None,
    voting: bool | None = None,
    by: User,
    now: datetime,
) -> RosterEntry:
    """Give somebody a seat at a meeting; conflicts of theirs that the records show take effect at once.

    `agency` and `voting` follow from the membership and the seat unless given. Refused: `already_seated`,
    `chair_taken`, `not_a_member` (also when the role ends before the meeting, row 67), `seat_never_votes`,
    `wrong_state`.
    """
    access.require(by, Verb.MEETING_PLAN, meeting, now=now)
    with transaction.atomic():
        locked = lock_meeting(meeting)
        not_closed(locked)
        day = timezone.localdate(locked.starts_at)
        membership = fitting_membership(user, seat, day)
        if membership is None:
            raise Refused(
                "not_a_member",
                f"{user.name} holds no role for this seat on {in_words(day)}, the day of the meeting.",
                field="user",
            )
        _check_seat(locked, user, seat, voting=voting)
        entry = RosterEntry.objects.create(
            meeting=locked,
            user=user,
            seat=seat,
            agency=agency or membership.agency,
            voting=seat not in NON_VOTING_SEATS if voting is None else voting,
        )
        find_conflicts(meeting=locked, by=by, now=now)
        _audit("meeting.seat", locked, by, now, {"person": str(user.public_id), "seat": str(seat)})
        return entry


def _check_seat(meeting: Meeting, user: User, seat: Seat, *, voting: bool | None) -> None:
    taken = RosterEntry.objects.filter(meeting=meeting)
    if taken.filter(user=user).exists():
        raise Refused("already_seated", f"{user.name} has a seat at this meeting already.", field="user")
    if seat == Seat.CHAIR and taken.filter(seat=Seat.CHAIR).exists():
        raise Refused(
            "chair_taken",
            "This meeting has a chair. Record apologies and a substitute for the chair, or take the chair off first.",
            field="seat",
        )
    if voting and seat in NON_VOTING_SEATS:
        raise Refused("seat_never_votes", f"{Seat(seat).label}s do not vote.", field="voting")


def unseat(*, entry: RosterEntry, by: User, now: datetime) -> None:
    """Take somebody off the roster before the meeting. Once attendance was recorded they stay on it, with apologies.

    Whoever was invited is told that the meeting goes on without them. What they declared, or had imposed, binds on
    without the seat. Refused: `attendance_recorded`, `names_a_deputy`, `own_conflict`, `took_part`, `wrong_state`.
    """
    access.require(by, Verb.MEETING_PLAN, entry.meeting, now=now)
    with transaction.atomic():
        locked = lock_meeting(entry.meeting)
        not_closed(locked)
        if hasattr(entry, "attendance") or entry.intervals.exists() or entry.item_exceptions.exists():
            raise Refused(
                "attendance_recorded", f"{entry.user.name} is on the attendance sheet. Record apologies."
            )
        if AgendaItem.objects.filter(deputy_chair=entry).exists():
            raise Refused(
                "names_a_deputy", f"{entry.user.name} is named to lead an item. Name somebody else first."
            )
        conflicts = Conflict.objects.filter(entry=entry).select_related("item__case", "entry__user")
        if entry.user_id == by.pk and conflicts.exclude(effect=Conflict.Effect.NOTE).exists():
            raise Refused(
                "own_conflict",
                "You are recused from an item of this meeting. Ask somebody else to take you off.",
            )
        forget_conflicts(conflicts, by=by, now=now)
        person = str(entry.user.public_id)
        call_off(meeting=locked, users=[entry.user], by=by, now=now)
        try:
            entry.delete()
        except ProtectedError as kept:
            # Pre-views, the word on the legal test, dissents: what somebody said from this seat outlasts it.
            raise Refused(
                "took_part",
                f"{entry.user.name} has said something from this seat that the record keeps, such as a view before the"
                " meeting or that they know the legal test. Record on the attendance sheet that they are here, or apologies.",
            ) from kept
        _audit("meeting.unseat", locked, by, now, {"person": person})


def _audit(verb: str, meeting: Meeting, by: User, now: datetime, values: dict[str, object]) -> None:
    audit.record(verb=verb, by=by, at=now, subject_kind="meeting", subject=meeting.public_id, values=values)
