"""The cases that wait for a panel, as the page that fills an agenda lists them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from meetings.models import AgendaItem, Meeting
from meetings.models.panels import Seat
from meetings.queries.lacking import advice_gaps
from meetings.queries.waiting import STAGE_OF, waiting_cases
from meetings.rules import agenda
from panel.law.advice import NO_GAPS, AdviceGaps
from panel.law.legal import STAGE_LABELS, Stage
from panel.models import Agency, AuditEntry, Case, CaseState, Membership, User
from panel.platform.policy import FAMILY_ROLES, TABLE, Verb
from panel.queries.listing import has_words

PAGE = 15


@dataclass(frozen=True)
class WaitingRow:
    """One question that waits, and how its last safe day stands to the meeting.

    `sent_back_on`: when the officer asked a panel to look again, which none has done yet.
    """

    case: Case
    stage: Stage
    stage_label: str
    legal_due_on: date
    latest_panel_on: date
    last_safe: agenda.LastSafe
    advice: AdviceGaps = NO_GAPS
    sent_back_on: date | None = None


@dataclass(frozen=True)
class WaitingPage:
    """The most pressing questions first; `more`: whether others follow."""

    rows: tuple[WaitingRow, ...]
    more: bool


def waiting_page(
    user: User,
    meeting: Meeting,
    now: datetime,
    *,
    later_on: Collection[date],
    shown: int = PAGE,
    words: str = "",
) -> WaitingPage:
    """What could be put on this meeting's list, most pressing first. Three queries and those of the user's roles.

    `later_on`: the days on which the same panel meets after this meeting. `words`: only cases that have them, as in the case list.
    """
    found = waiting_cases(user, now, first=shown + 1, only=has_words(words))
    day = timezone.localdate(meeting.starts_at)
    rows = tuple(
        waiting_row(candidate, case, day, timezone.localdate(now), later_on)
        for candidate, case in with_gaps(found[:shown], day)
    )
    return WaitingPage(rows, more=len(found) > shown)


def waiting_row(
    candidate: agenda.Candidate,
    case: Case,
    day: date,
    today: date,
    later: Collection[date],
) -> WaitingRow:
    """One case that waits, as a meeting on `day` sees it."""
    stage = STAGE_OF[CaseState(case.state)]
    back_at: datetime | None = case.sent_back_at  # type: ignore[attr-defined]  # annotated by `waiting_cases`
    return WaitingRow(
        case=case,
        stage=stage,
        stage_label=STAGE_LABELS[stage],
        legal_due_on=candidate.legal_due_on,
        latest_panel_on=candidate.latest_panel_on,
        last_safe=agenda.last_safe(candidate, meeting_on=day, today=today, later_on=later),
        advice=candidate.advice,
        sent_back_on=timezone.localdate(back_at) if back_at else None,
    )


def with_gaps(
    found: Sequence[tuple[agenda.Candidate, Case]], day: date
) -> list[tuple[agenda.Candidate, Case]]:
    """The same with the advice that is missing on `day`, where the question of a plan waits. One query at most."""
    gaps = advice_gaps([case.pk for _, case in found if case.state == CaseState.ASSESSING], day)
    return [(replace(one, advice=gaps.get(case.pk, NO_GAPS)), case) for one, case in found]


def taken_off(item: UUID) -> bool:
    """Whether an item that is no more was taken off an agenda: the trail keeps it when its row has gone. Two queries."""
    if AgendaItem.objects.filter(public_id=item).exists():
        return False
    return AuditEntry.objects.filter(verb="agenda.remove", subject=item).exists()


def seatable(meeting: Meeting) -> QuerySet[User]:
    """Staff who could be given a seat at this meeting and have none; whether a seat fits them the action asks."""
    taken = Q(pk__in=meeting.roster.values("user"))
    return staff(timezone.localdate(meeting.starts_at)).exclude(taken)


def staff(day: date) -> QuerySet[User]:
    """Everybody who holds a role other than a family's on `day`, by name."""
    holding = Membership.objects.live(day).exclude(role__in=FAMILY_ROLES).values("user")
    return User.objects.filter(pk__in=holding, is_active=True).order_by("name", "pk")


def can_lead(day: date) -> QuerySet[User]:
    """Everybody who may be named lead professional of a place at risk, by name."""
    holding = Membership.objects.live(day).filter(role__in=list(TABLE[Verb.RISK_ANSWER])).values("user")
    return User.objects.filter(pk__in=holding, is_active=True).order_by("name", "pk")


def standing_seats(meeting: Meeting) -> frozenset[str]:
    """The seats the rules ask for that nobody on the roster has."""
    filled = set(meeting.roster.values_list("seat", flat=True))
    wanted = {Seat.CHAIR.value, *meeting.config.required_seats}
    return frozenset(Seat(seat).label for seat in wanted - filled)


def standing_kinds(meeting: Meeting) -> tuple[str, ...]:
    """The kinds of agency the rules ask for from which nobody on the roster votes."""
    there = set(meeting.roster.filter(voting=True).values_list("agency__kind", flat=True))
    return tuple(
        str(Agency.Kind(kind).label) for kind in meeting.config.required_agencies if kind not in there
    )
