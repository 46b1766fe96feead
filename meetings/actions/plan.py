"""Planning a meeting: when and where, under which rules, with which standing members."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from meetings.models import (
    Meeting,
    PanelType,
    RosterEntry,
    Seat,
    StandingMember,
    config_on,
)
from meetings.models.panels import NON_VOTING_SEATS
from meetings.queries.seats import fitting_membership
from meetings.rules import agenda
from meetings.rules.states import MeetingState
from panel.law.words import in_words
from panel.law.workdays import bank_holidays
from panel.models import User
from panel.platform import access, audit
from panel.platform.policy import Refused, Verb
from panel.platform.text import clean_line

LONGEST = timedelta(hours=12)


@dataclass(frozen=True)
class Planned:
    """A meeting, and what ought to be looked at before anybody is invited."""

    meeting: Meeting
    warnings: tuple[agenda.AgendaProblem, ...]


def plan_meeting(
    *, panel_type: PanelType, starts_at: datetime, ends_at: datetime, venue: str, by: User, now: datetime
) -> Planned:
    """Plan a meeting under the rules in force on its day and invite the standing members who still hold their role
    then.

    Refused: `no_config`, `ends_first`, `too_long`, `no_venue`. Warned of: closed days, weekends, past days, standing
    members whose role has ended. The same meeting planned twice is one. Audits `meeting.plan`.
    """
    access.require(by, Verb.MEETING_PLAN, now=now)
    place = clean_line(venue, label="The place")
    day = timezone.localdate(starts_at)
    config = config_on(panel_type, day)
    if config is None:
        raise Refused("no_config", f"No rules are set for this panel on {in_words(day)}.", field="starts_at")
    check_times(starts_at, ends_at, place)
    warnings = day_problems(day, timezone.localdate(now))
    with transaction.atomic():
        # One at a time per panel, so that a form sent twice (row 64) finds the meeting its first sending made.
        PanelType.objects.select_for_update().get(pk=panel_type.pk)
        same = Meeting.objects.filter(
            panel_type=panel_type,
            starts_at=starts_at,
            ends_at=ends_at,
            venue=place,
            state=MeetingState.PLANNED,
        ).first()
        if same is not None:
            return Planned(same, warnings)
        meeting = Meeting(
            panel_type=panel_type,
            config=config,
            starts_at=starts_at,
            ends_at=ends_at,
            venue=place,
            created_at=now,
            created_by=by,
        )
        meeting.save()
        gone = _invite_standing_members(meeting, day)
        audit.record(
            verb=Verb.MEETING_PLAN,
            by=by,
            at=now,
            subject_kind="meeting",
            subject=meeting.public_id,
            values={"starts_at": starts_at, "ends_at": ends_at, "venue": place},
        )
    return Planned(meeting, (*warnings, *gone))


def check_times(starts_at: datetime, ends_at: datetime, place: str) -> None:
    """Refuse a place, an end or a length no meeting can have."""
    if not place:
        raise Refused("no_venue", "Say where the panel meets, or “by video”.", field="venue")
    if ends_at <= starts_at:
        raise Refused(
            "ends_first", "The meeting must end after it starts. Check both times.", field="ends_at"
        )
    if ends_at - starts_at > LONGEST:
        raise Refused("too_long", "A meeting lasts twelve hours at most. Check both times.", field="ends_at")


def day_problems(day: date, today: date) -> tuple[agenda.AgendaProblem, ...]:
    """What to say about a day before a meeting is planned on it (reliability.md 6, row 69)."""
    found = agenda.agenda_problems((), meeting_on=day, today=today, closed_days=bank_holidays(day.year))
    return tuple(problem for problem in found if problem.code != "empty")


def _invite_standing_members(meeting: Meeting, day: date) -> tuple[agenda.AgendaProblem, ...]:
    standing = list(
        StandingMember.objects.filter(panel_type=meeting.panel_type, starts_on__lte=day)
        .exclude(ends_on__lt=day)
        .select_related("user")
        .order_by("pk")
    )
    turn = _whose_turn(meeting, [member for member in standing if member.seat == Seat.CHAIR])
    standing.sort(key=lambda member: (member.seat != Seat.CHAIR, turn.get(member.user_id, 0), member.pk))
    entries: list[RosterEntry] = []
    left_out: list[agenda.AgendaProblem] = []
    for member in standing:
        membership = fitting_membership(member.user, Seat(member.seat), day)
        if member.user_id in {entry.user_id for entry in entries}:
            continue
        if membership is None:
            sentence = (
                f"{member.user.name} is a standing member but holds no fitting role on {in_words(day)}."
            )
            left_out.append(agenda.AgendaProblem("member_ended", sentence))
        elif member.seat == Seat.CHAIR and Seat.CHAIR in {entry.seat for entry in entries}:
            chair = next(entry.user.name for entry in entries if entry.seat == Seat.CHAIR)
            sentence = f"{chair} chairs this meeting by rota. {member.user.name} is a standing chair as well."
            left_out.append(agenda.AgendaProblem("second_chair", sentence))
        else:
            entries.append(
                RosterEntry(
                    meeting=meeting,
                    user=member.user,
                    seat=member.seat,
                    agency=membership.agency,
                    voting=member.voting and member.seat not in NON_VOTING_SEATS,
                )
            )
    RosterEntry.objects.bulk_create(entries)
    return tuple(left_out)


def _whose_turn(meeting: Meeting, chairs: Sequence[StandingMember]) -> dict[int, int]:
    """The standing chairs in the order of their turn: who has not chaired this panel yet first, then the longest ago."""
    if len(chairs) < 2:
        return {}
    last = dict(
        RosterEntry.objects.filter(
            seat=Seat.CHAIR,
            user__in=[member.user_id for member in chairs],
            meeting__panel_type=meeting.panel_type,
            meeting__starts_at__lt=meeting.starts_at,
        )
        .order_by()
        .values_list("user")
        .annotate(last=Max("meeting__starts_at"))
    )
    order = sorted(
        chairs,
        key=lambda member: (member.user_id in last, last.get(member.user_id, meeting.starts_at), member.pk),
    )
    return {member.user_id: place for place, member in enumerate(order)}
