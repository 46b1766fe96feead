"""Who was asked to a meeting, what they answered, and who could come in somebody’s place."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils import timezone

from meetings.models import (
    NON_VOTING_SEATS,
    Acknowledgement,
    AgendaItem,
    Invitation,
    InvitationAnswer,
    Meeting,
    RosterEntry,
    Seat,
)
from meetings.queries.seats import fits
from meetings.rules.invitations import COMES, SAID_SHORT, Occasion, Said, papers_ready_at
from meetings.rules.panels import LONGEST_DEADLINE_DAYS
from meetings.rules.states import FINISHED, MeetingState
from panel.law.words import inside
from panel.models import Membership, User


@dataclass(frozen=True)
class Asked:
    """How one person on a roster stands: `invited` in words, whether that is still right, and what she answered."""

    entry: RosterEntry
    invited: str
    up_to_date: bool
    answer: InvitationAnswer | None
    said: str
    substitute: User | None
    acknowledged_at: datetime | None


@dataclass(frozen=True)
class Invited:
    """A meeting somebody has a seat at, as her home page shows it."""

    meeting: Meeting
    seat: str
    said: str
    to_acknowledge: bool


def occasion_of(meeting: Meeting) -> Occasion:
    """When and where a meeting is now."""
    return Occasion(meeting.starts_at, meeting.ends_at, meeting.venue)


def last_invitations(meeting: Meeting) -> dict[int, Invitation]:
    """What each person was told last, by the user’s key."""
    return {row.user_id: row for row in Invitation.objects.filter(meeting=meeting).order_by("sequence")}


def with_answers(entries: QuerySet[RosterEntry]) -> QuerySet[RosterEntry]:
    """The seats, each with `said`: what its person answers now for the meeting’s hour, None where nothing was answered."""
    answers = InvitationAnswer.objects.filter(
        meeting=OuterRef("meeting"),
        user=OuterRef("user"),
        starts_at=OuterRef("meeting__starts_at"),
        superseded_by__isnull=True,
    )
    return entries.annotate(said=Subquery(answers.values("said")[:1]))


def standing_answers(meeting: Meeting) -> dict[int, InvitationAnswer]:
    """What each person answers now, by the user’s key; an answer for an earlier time of the meeting is none."""
    rows = InvitationAnswer.objects.filter(
        meeting=meeting, starts_at=meeting.starts_at, superseded_by__isnull=True
    )
    return {row.user_id: row for row in rows.select_related("substitute")}


def unpromised(meeting: Meeting) -> QuerySet[RosterEntry]:
    """Those who are to look on at a meeting and have not promised confidentiality."""
    promised = Acknowledgement.objects.filter(meeting=OuterRef("meeting"), user=OuterRef("user"))
    seats = RosterEntry.objects.filter(~Exists(promised), meeting=meeting, seat=Seat.OBSERVER)
    return seats.select_related("user").order_by("pk")


def answer_of(user: User, meeting: Meeting) -> InvitationAnswer | None:
    """What one person answers now."""
    found: InvitationAnswer | None = (
        InvitationAnswer.objects.filter(
            meeting=meeting, user=user, starts_at=meeting.starts_at, superseded_by__isnull=True
        )
        .select_related("substitute")
        .first()
    )
    return found


def coming(meeting: Meeting) -> QuerySet[User]:
    """Members with a seat who say, for the hour the meeting has now, that they come; neither observers nor minute takers."""
    members = with_answers(meeting.roster.exclude(seat__in=NON_VOTING_SEATS))
    there = members.filter(said__in=[str(said) for said in COMES])  # type: ignore[misc]  # annotated by `with_answers`
    return User.objects.filter(pk__in=there.values("user"), is_active=True).order_by("pk")


def papers_due(now: datetime) -> list[Meeting]:
    """Planned meetings with something on their list, by whose rules the papers can be read by now. One query."""
    open_items = AgendaItem.objects.filter(meeting=OuterRef("pk")).exclude(state__in=FINISHED)
    planned = Meeting.objects.filter(
        Exists(open_items),
        state=MeetingState.PLANNED,
        starts_at__gt=now,
        starts_at__lte=now + timedelta(days=LONGEST_DEADLINE_DAYS + 1),
    )
    zone = timezone.get_default_timezone()
    return [
        meeting
        for meeting in planned.select_related("config").order_by("starts_at", "pk")
        if papers_ready_at(timezone.localdate(meeting.starts_at), meeting.config.paper_deadline_days, zone)
        <= now
    ]


def asked(meeting: Meeting) -> tuple[Asked, ...]:
    """Everybody on the roster with what they were told and answered. Four queries, however many people."""
    told, answers = last_invitations(meeting), standing_answers(meeting)
    promised = dict(Acknowledgement.objects.filter(meeting=meeting).values_list("user_id", "at"))
    entries = list(meeting.roster.select_related("user", "agency", "attendance"))
    seated = {entry.user_id for entry in entries}
    return tuple(
        _asked(entry, meeting, told.get(entry.user_id), answers.get(entry.user_id), promised, seated)
        for entry in entries
    )


def _asked(
    entry: RosterEntry,
    meeting: Meeting,
    told: Invitation | None,
    answer: InvitationAnswer | None,
    promised: Mapping[int, datetime],
    seated: set[int],
) -> Asked:
    right = told is not None and told.kind == Invitation.Kind.REQUEST
    up_to_date = right and told is not None and told.occasion == occasion_of(meeting)
    if not right or told is None:
        words = "Not yet"
    elif up_to_date:
        words = f"{timezone.localtime(told.at):%-d %b}"
    else:
        words = "For another time or place"
    return Asked(
        entry=entry,
        invited=words,
        up_to_date=up_to_date,
        answer=answer,
        said=SAID_SHORT[Said(answer.said)] if answer else "",
        # Once the substitute has a seat there is nothing left to confirm.
        substitute=answer.substitute if answer and answer.substitute_id not in seated else None,
        acknowledged_at=promised.get(entry.user_id),
    )


def invited_to(user: User, now: datetime) -> tuple[Invited, ...]:
    """The planned meetings still to come that somebody was invited to and may open, the next first. One query.

    A minute taker without a role at the panel has the invitation by e-mail alone.
    """
    to_this = {"meeting": OuterRef("meeting"), "user": user}
    answers = InvitationAnswer.objects.filter(
        **to_this, starts_at=OuterRef("meeting__starts_at"), superseded_by__isnull=True
    )
    entries = (
        RosterEntry.objects.filter(user=user, meeting__state=MeetingState.PLANNED, meeting__ends_at__gt=now)
        .filter(meeting__in=Meeting.objects.visible_to(user, now))
        .filter(Exists(Invitation.objects.filter(**to_this)))
        .annotate(
            promised=Exists(Acknowledgement.objects.filter(**to_this)), said=Subquery(answers.values("said"))
        )
        .select_related("meeting__panel_type")
        .order_by("meeting__starts_at", "pk")
    )
    return tuple(
        Invited(
            meeting=entry.meeting,
            seat=inside(Seat(entry.seat).label),
            said=SAID_SHORT[Said(entry.said)] if entry.said else "",
            to_acknowledge=entry.seat == Seat.OBSERVER and not entry.promised,
        )
        for entry in entries
    )


def could_substitute(entry: RosterEntry) -> QuerySet[User]:
    """Colleagues of the same agency who may hold this seat on the day and have none at this meeting.

    Nobody for the chair, whose place is taken by whoever stands in for it or leads an item, nor for those who do not vote.
    """
    day = timezone.localdate(entry.meeting.starts_at)
    roles = fits(Seat(entry.seat))
    if entry.agency_id is None or entry.seat == Seat.CHAIR or not entry.voting:
        return User.objects.none()
    holding = Membership.objects.live(day).filter(role__in=roles, agency=entry.agency_id)
    seated = RosterEntry.objects.filter(meeting=entry.meeting).values("user")
    return (
        User.objects.filter(pk__in=holding.values("user"), is_active=True)
        .exclude(pk__in=seated)
        .order_by("name", "pk")
    )
