"""Planning a meeting: when and where, under which rules, with which standing members."""

from collections.abc import Mapping, Sequence
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
from meetings.rules.rota import Turn, next_turn
from meetings.rules.states import OVER, MeetingState
from panel.law.words import in_words
from panel.law.workdays import bank_holidays
from panel.models import User
from panel.platform import access, audit
from panel.platform.policy import Refused, Verb
from panel.platform.text import clean_line

LONGEST = timedelta(hours=12)
LEADS = (Seat.CHAIR, Seat.VICE_CHAIR)


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

    Refused: `no_config`, `ends_first`, `too_long`, `no_venue`. Warned of: closed days, weekends, past days, other meetings of the
    panel at that hour, standing members whose role has ended. The same meeting planned twice is one. Audits `meeting.plan`.
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
            return Planned(same, (*warnings, *overlaps(same)))
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
        found = (*warnings, *overlaps(meeting), *gone)
    return Planned(meeting, found)


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


def overlaps(meeting: Meeting) -> tuple[agenda.AgendaProblem, ...]:
    """What to say of other meetings of the same panel at the hour of this one. One query."""
    others = (
        Meeting.objects.filter(
            panel_type=meeting.panel_type, starts_at__lt=meeting.ends_at, ends_at__gt=meeting.starts_at
        )
        .exclude(state__in=OVER)
        .exclude(pk=meeting.pk)
        .order_by("starts_at", "pk")
    )
    return agenda.overlap_problems(_sitting(meeting), [_sitting(one) for one in others])


def _sitting(meeting: Meeting) -> agenda.Sitting:
    begins, ends = timezone.localtime(meeting.starts_at), timezone.localtime(meeting.ends_at)
    return agenda.Sitting(begins, ends, meeting.venue)


def _invite_standing_members(meeting: Meeting, day: date) -> tuple[agenda.AgendaProblem, ...]:
    """Seat the standing members: one chair and one vice-chair by rota, then everybody else; what to say of those left out."""
    standing = list(
        StandingMember.objects.filter(panel_type=meeting.panel_type, starts_on__lte=day)
        .exclude(ends_on__lt=day)
        .select_related("user")
        .order_by("pk")
    )
    fitting = {member.pk: fitting_membership(member.user, Seat(member.seat), day) for member in standing}
    turn = _turn(meeting, [member for member in standing if fitting[member.pk]])
    seats = {turn.chair: Seat.CHAIR, turn.vice_chair: Seat.VICE_CHAIR}
    # Whoever leads is seated first.
    standing.sort(
        key=lambda member: [member.user_id != turn.chair, member.user_id != turn.vice_chair, member.pk]
    )
    entries: dict[int, RosterEntry] = {}
    left_out: list[agenda.AgendaProblem] = []
    for member in standing:
        membership = fitting[member.pk]
        if member.user_id in entries:
            continue
        if membership is None:
            sentence = (
                f"{member.user.name} is a standing member but holds no fitting role on {in_words(day)}."
            )
            left_out.append(agenda.AgendaProblem("member_ended", sentence))
        elif member.seat in LEADS and member.user_id in turn.waiting:
            left_out.append(agenda.AgendaProblem("waits_for_turn", _waits(member.user, entries)))
        else:
            entries[member.user_id] = RosterEntry(
                meeting=meeting,
                user=member.user,
                seat=seats.get(member.user_id, member.seat),
                agency=membership.agency,
                voting=member.voting and member.seat not in NON_VOTING_SEATS,
            )
    RosterEntry.objects.bulk_create(entries.values())
    # Said once of somebody who stands as both.
    return tuple(dict.fromkeys(left_out))


def _turn(meeting: Meeting, members: Sequence[StandingMember]) -> Turn:
    """The rota of the standing chairs and vice-chairs among `members`, by who held which seat at earlier meetings of the panel."""
    leading = [member for member in members if member.seat in LEADS]
    held = (
        RosterEntry.objects.filter(
            seat__in=LEADS,
            user__in=[member.user_id for member in leading],
            meeting__panel_type=meeting.panel_type,
            meeting__starts_at__lt=meeting.starts_at,
        )
        .exclude(meeting__state=MeetingState.CANCELLED)
        .order_by()
        .values_list("user", "seat")
        .annotate(last=Max("meeting__starts_at"))
    )
    last: dict[str, dict[int, datetime]] = {Seat.CHAIR: {}, Seat.VICE_CHAIR: {}}
    for user, seat, at in held if len(leading) > 1 else ():
        last[seat][user] = at
    return next_turn(
        [member.user_id for member in leading if member.seat == Seat.CHAIR],
        [member.user_id for member in leading if member.seat == Seat.VICE_CHAIR],
        chaired=last[Seat.CHAIR],
        stood_by=last[Seat.VICE_CHAIR],
    )


def _waits(user: User, entries: Mapping[int, RosterEntry]) -> str:
    """Whose turn it is instead. Both are seated before anybody else."""
    by_seat = {entry.seat: entry.user.name for entry in entries.values()}
    turns = {Seat.CHAIR: "chairs this meeting", Seat.VICE_CHAIR: "is vice-chair"}
    said = " and ".join(f"{by_seat[seat]} {does}" for seat, does in turns.items() if seat in by_seat)
    return f"By rota {said}. {user.name} waits for a turn."
