"""What needs this user today, for the home page. Each tray is a few short lists and a fixed number of queries."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from panel.law.rights import BASES_OF, rights_holder
from panel.law.rules import Code, rules_for
from panel.models import (
    Address,
    AdviceRequest,
    Case,
    CaseGrant,
    Dispatch,
    Paper,
    PaperState,
    Relationship,
    Restriction,
    User,
)
from panel.queries.clocks import DATED, live_events, warning_of
from panel.queries.listing import CaseLine, line_of

SHOWN = 10
# A letter's obstacles are shown this long before the legal date of the next duty.
OBSTACLES_AHEAD = timedelta(days=28)
REFUSED_SHOWN_FOR = timedelta(days=30)
STUCK = (Dispatch.State.DEAD, Dispatch.State.UNKNOWN, Dispatch.State.NEEDS_RECHECK)


@dataclass(frozen=True)
class Obstacle:
    """A person with a right to be told whom no letter can reach yet."""

    case: Case
    tie: Relationship


@dataclass(frozen=True)
class CoordinatorTray:
    """Own cases by the day to act, once half of a period has run and until its date has passed; how many are `late`, which have
    a page of their own; advice that is late, papers that were not accepted, people out of reach.
    """

    due: tuple[CaseLine, ...]
    late: int
    late_advice: tuple[AdviceRequest, ...]
    refused_papers: tuple[Paper, ...]
    obstacles: tuple[Obstacle, ...]


@dataclass(frozen=True)
class ClerkTray:
    """People out of reach, papers not accepted, promises that need a person, and since when the oldest one waits."""

    obstacles: tuple[Obstacle, ...]
    refused_papers: tuple[Paper, ...]
    stuck: tuple[Dispatch, ...]
    oldest_waiting: datetime | None


@dataclass(frozen=True)
class ProfessionalTray:
    """Advice asked of her and not given, and her papers that are being checked or were not accepted."""

    advice: tuple[AdviceRequest, ...]
    papers: tuple[Paper, ...]


def coordinator_tray(user: User, now: datetime) -> CoordinatorTray:
    """Seven queries."""
    today = timezone.localdate(now)
    own = Case.objects.visible_to(user, now).filter(coordinator=user)
    return CoordinatorTray(
        due=_warned(own, today),
        late=own.filter(next_due_on__lt=today).count(),
        late_advice=tuple(_late_advice(own, today)),
        refused_papers=tuple(_refused(own, now)),
        obstacles=_obstacles(own, today),
    )


def _warned(own: QuerySet[Case], today: date) -> tuple[CaseLine, ...]:
    """The next legal dates whose period has half run, each with its early warning. Two queries."""
    half = Q(pk__in=[])
    for code in DATED:
        half |= Q(next_duty=code, next_due_on__lte=today + timedelta(days=rules_for(today).days[code] // 2))
    cases = list(
        own.filter(half, next_due_on__gte=today)
        .select_related("child", "setting", "coordinator")
        .order_by("next_due_on", "pk")[:SHOWN]
    )
    events = live_events(cases)
    return tuple(
        replace(line_of(case, today), warning=warning_of(case, events.get(case.pk, ()), today))
        for case in cases
    )


def clerk_tray(user: User, now: datetime) -> ClerkTray:
    """Four queries. Promises are shown by what they are about; who may look at it, that page asks."""
    visible = Case.objects.visible_to(user, now)
    waiting = Dispatch.objects.filter(state__in=[Dispatch.State.QUEUED, Dispatch.State.FAILED])
    waiting = waiting.exclude(state=Dispatch.State.QUEUED, next_attempt_at__gt=now)
    oldest = waiting.order_by("created_at", "pk").values("pk")[:1]
    # The oldest that waits comes first, then what is stuck: one list in one query.
    promises = Dispatch.objects.filter(Q(state__in=STUCK) | Q(pk=Subquery(oldest))).annotate(
        is_stuck=Q(state__in=STUCK)
    )
    listed = list(promises.order_by("is_stuck", "pk")[: SHOWN + 1])
    return ClerkTray(
        obstacles=_obstacles(visible, timezone.localdate(now)),
        refused_papers=tuple(_refused(visible, now)),
        stuck=tuple(one for one in listed if one.state in STUCK)[:SHOWN],
        oldest_waiting=next((one.created_at for one in listed if one.state not in STUCK), None),
    )


def professional_tray(user: User, now: datetime) -> ProfessionalTray:
    """Two queries."""
    visible = Case.objects.visible_to(user, now)
    advice = AdviceRequest.objects.filter(
        Exists(visible.filter(pk=OuterRef("case"))), adviser=user, received_on__isnull=True
    )
    papers = Paper.objects.filter(uploaded_by=user).filter(
        Q(state=PaperState.CHECKING) | Q(state=PaperState.REFUSED, received_at__gt=now - REFUSED_SHOWN_FOR)
    )
    return ProfessionalTray(
        advice=tuple(advice.select_related("case__child").order_by("requested_on", "pk")[:SHOWN]),
        papers=tuple(papers.select_related("case__child").order_by("-received_at", "-pk")[:SHOWN]),
    )


def restricted_without_grant(now: datetime) -> list[str]:
    """References of open restricted cases that nobody may see just now: an officer has to name somebody. One query."""
    grants = CaseGrant.objects.filter(content_object=OuterRef("pk"), starts_at__lte=now, expires_at__gt=now)
    owing = Case.objects.filter(restricted=True, next_due_on__isnull=False).exclude(Exists(grants))
    return list(owing.order_by("next_due_on", "pk").values_list("reference", flat=True)[:SHOWN])


def _late_advice(cases: QuerySet[Case], today: date) -> list[AdviceRequest]:
    """Advice not in six weeks after the body had the request, or was asked where that day is not known (reg 8(1))."""
    asked_before = today - timedelta(days=rules_for(today).days[Code.C2])
    open_advice = AdviceRequest.objects.filter(
        Exists(cases.filter(pk=OuterRef("case"))), received_on__isnull=True
    )
    late = open_advice.filter(
        Q(received_by_body_on__lt=asked_before) | Q(received_by_body_on=None, requested_on__lt=asked_before)
    )
    return list(late.select_related("case__child").order_by("requested_on", "pk")[:SHOWN])


def _refused(cases: QuerySet[Case], now: datetime) -> list[Paper]:
    # Asked paper by paper: few are refused, while the cases may be a hundred thousand.
    papers = Paper.objects.filter(
        Exists(cases.filter(pk=OuterRef("case"))),
        state=PaperState.REFUSED,
        received_at__gt=now - REFUSED_SHOWN_FOR,
    ).select_related("case__child", "uploaded_by")
    return list(papers.order_by("-received_at", "-pk")[:SHOWN])


def _obstacles(cases: QuerySet[Case], today: date) -> tuple[Obstacle, ...]:
    """Ties of cases with a date ahead that a letter could not follow: two queries, whatever the number of cases."""
    near = list(
        cases.filter(next_due_on__lte=today + OBSTACLES_AHEAD)
        .filter(Exists(_out_of_reach(today).filter(child=OuterRef("child"))))
        .select_related("child")
        .order_by("next_due_on", "pk")[:SHOWN]
    )
    ties = (
        _out_of_reach(today)
        .filter(child__in=[case.child for case in near])
        .select_related("person")
        .order_by("pk")
    )
    by_child: dict[int, list[Relationship]] = {}
    for tie in ties:
        by_child.setdefault(tie.child_id, []).append(tie)
    return tuple(
        Obstacle(case, tie)
        for case in near
        for tie in by_child.get(case.child_id, [])
        if _entitled(tie, case, today)
    )


def _entitled(tie: Relationship, case: Case, today: date) -> bool:
    born_on = case.child.born_on
    return born_on is None or tie.basis in BASES_OF[rights_holder(born_on, today)]


def _out_of_reach(today: date) -> QuerySet[Relationship]:
    lines = Address.objects.filter(person=OuterRef("person"), valid_from__lte=today).order_by(
        "-valid_from", "-pk"
    )
    barred = Restriction.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=today),
        person=OuterRef("person"),
        child=OuterRef("child"),
        starts_on__lte=today,
    )
    return (
        Relationship.objects.filter(until=None, since__lte=today)
        .exclude(basis=Relationship.Basis.NONE)
        .alias(where=Coalesce(Subquery(lines.values("lines")[:1]), Value("", output_field=TextField())))
        .filter(Q(disputed=True) | Q(person__identity_known=False) | Q(where="") | Exists(barred))
    )
