"""The cases that wait for a panel, as the page that fills an agenda lists them."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from meetings import agenda
from meetings.models import Meeting
from meetings.models.panels import Seat
from meetings.queries.waiting import STAGE_OF, waiting
from panel.law.legal import STAGE_LABELS, Stage
from panel.models import Case, CaseState, Membership, User
from panel.platform.policy import FAMILY_ROLES

PAGE = 40


@dataclass(frozen=True)
class WaitingRow:
    """One question that waits. `cannot_wait`: the panel after this meeting would be too late for it."""

    case: Case
    stage: Stage
    stage_label: str
    legal_due_on: date
    latest_panel_on: date
    past: bool
    cannot_wait: bool


@dataclass(frozen=True)
class WaitingPage:
    """The most pressing questions first; `more`: how many follow."""

    rows: tuple[WaitingRow, ...]
    more: int


def waiting_page(user: User, meeting: Meeting, now: datetime, *, shown: int = PAGE) -> WaitingPage:
    """What could be put on this meeting's list, most pressing first. Three queries and those of the user's roles."""
    candidates = waiting(user, now)
    keys = [candidate.case_id for candidate in candidates[:shown]]
    cases = {case.pk: case for case in Case.objects.filter(pk__in=keys).select_related("child", "setting")}
    day = timezone.localdate(meeting.starts_at)
    later = [
        timezone.localdate(at)
        for at in Meeting.objects.filter(
            starts_at__gt=meeting.starts_at, panel_type=meeting.panel_type, closed_at=None
        ).values_list("starts_at", flat=True)
    ]
    rows = tuple(_row(candidate, cases[candidate.case_id], day, later) for candidate in candidates[:shown])
    return WaitingPage(rows, max(0, len(candidates) - shown))


def _row(candidate: agenda.Candidate, case: Case, day: date, later: list[date]) -> WaitingRow:
    stage = STAGE_OF[CaseState(case.state)]
    return WaitingRow(
        case=case,
        stage=stage,
        stage_label=STAGE_LABELS[stage],
        legal_due_on=candidate.legal_due_on,
        latest_panel_on=candidate.latest_panel_on,
        past=candidate.latest_panel_on < day,
        cannot_wait=agenda.cannot_survive_deferral(candidate, day, later),
    )


def seatable(meeting: Meeting) -> QuerySet[User]:
    """Staff who could be given a seat at this meeting and have none; whether a seat fits them the action asks."""
    day = timezone.localdate(meeting.starts_at)
    staff = Membership.objects.live(day).exclude(role__in=FAMILY_ROLES).values("user")
    taken = Q(pk__in=meeting.roster.values("user"))
    return User.objects.filter(pk__in=staff, is_active=True).exclude(taken).order_by("name", "pk")


def standing_seats(meeting: Meeting) -> frozenset[str]:
    """The seats the rules ask for that nobody on the roster has."""
    filled = set(meeting.roster.values_list("seat", flat=True))
    wanted = {Seat.CHAIR.value, *meeting.config.required_seats}
    return frozenset(Seat(seat).label for seat in wanted - filled)
