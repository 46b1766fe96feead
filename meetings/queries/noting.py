"""What a panel notes of the decisions made without it: at its next meeting, once the families concerned know.

An order, an agreement or a change of mind is on record as what restated the case's clock; that row is what is noted, and no
second record of it is made. Nobody reads a child's name here, and whoever is shut out of a case reads nothing of it.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, time
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from meetings.models import Decision, Meeting, Noting, PanelType, Reconsidered, RosterEntry, Seat
from meetings.queries.decisions import decisions_made
from meetings.queries.late import closed_on_paper
from meetings.rules.decisions import OFF_PANEL
from meetings.rules.states import MeetingState
from panel.law.legal import OUTCOME_LABELS, OUTCOMES_OF, STAGE_LABELS, Outcome, Stage
from panel.models import Case, ClockEvent, Denial, User
from panel.models.cases import live_grants
from panel.platform.policy import Role

Kind = ClockEvent.Kind
# Who of a meeting's people is told of other cases at all; the parent-carer representative sees the items and nothing else.
READS = frozenset({Role.CLERK, Role.OFFICER, Role.CHAIR, Role.MEMBER})
OPENS = frozenset({Role.CLERK, Role.OFFICER})
# The minutes do not tell how: an order or an agreement would say that a refusal was undone.
HOW = "Without this panel"
# Whoever took part knows the answer; of a change of mind the family has to be told.
FAMILY_KNOWS = (Kind.TRIBUNAL_ORDER, Kind.MEDIATION_AGREEMENT, Kind.UNOPPOSED)


@dataclass(frozen=True)
class NotedLine:
    """One decision made without a panel, by the case's reference. `decision`: its id for whoever may open it."""

    reference: str
    stage: str
    outcome: str
    route: str
    on: date
    decision: UUID | None


@dataclass(frozen=True)
class NotingPage:
    """What a meeting will note, or noted once it is closed; `noted` says which."""

    lines: tuple[NotedLine, ...]
    noted: bool


def decisions_to_note(panel_type: PanelType, until: datetime) -> QuerySet[Decision]:
    """Decisions made without this panel by `until`, of which the family knows, and which no meeting has noted.

    A refusal that was looked at again since is noted too, beside what came of it.
    """
    told = Q(stage=Stage.ASSESS, case__assess_notified_on__isnull=False) | Q(
        stage=Stage.ISSUE, case__issue_notified_on__isnull=False
    )
    # The day on the case is that of the refusal: of what followed it the family knows otherwise.
    known = Q(reconsidered__event__kind__in=FAMILY_KNOWS) | Exists(
        _told_after(OuterRef("case"), OuterRef("reconsidered__event"))
    )
    again = Q(route=Decision.Route.RECONSIDERED)
    rows = decisions_made().filter(
        route__in=OFF_PANEL, config__panel_type=panel_type, noting=None, decided_at__lte=until
    )
    return rows.filter((~again & told) | (again & known)).select_related("case").order_by("decided_at", "pk")


def events_to_note(panel_type: PanelType, until: datetime) -> QuerySet[ClockEvent]:
    """Orders, agreements and changes of mind by the day of `until` that undid a refusal, stand, are known to the family, and
    were not noted.

    One that a decision of the authority rests on is noted with that decision. A refusal from before this system belongs to the
    first panel.
    """
    ours = Decision.objects.filter(case=OuterRef("case"))
    earlier = PanelType.objects.filter(pk__lt=panel_type.pk)
    panel = Q(Exists(ours.filter(config__panel_type=panel_type))) | (~Q(Exists(ours)) & ~Q(Exists(earlier)))
    known = Q(kind__in=FAMILY_KNOWS) | Q(
        Exists(_told_after(OuterRef("case"), OuterRef("pk"))), kind=Kind.REVERSED
    )
    return (
        ClockEvent.objects.filter(
            panel,
            known,
            superseded_by=None,
            noting=None,
            details__has_key="reopened",
            on__lte=timezone.localdate(until),
        )
        .exclude(Exists(Reconsidered.objects.filter(event=OuterRef("pk"))))
        .select_related("case")
        .order_by("on", "pk")
    )


def _told_after(case: OuterRef, event: OuterRef) -> QuerySet[ClockEvent]:
    return ClockEvent.objects.filter(case=case, kind=Kind.TOLD, superseded_by=None, pk__gt=event)


def noting_page(user: User, meeting: Meeting, now: datetime) -> NotingPage:
    """What `user` may read of it at a meeting that was loaded through `visible_to`: one query where there is nothing.

    Nothing from an observer's seat, and nothing of a meeting that was cancelled: it notes nothing.
    """
    roles = user.roles_on(timezone.localdate(now))
    noted = meeting.state == MeetingState.CLOSED
    rows: list[Decision | ClockEvent] = []
    if roles & READS and meeting.state != MeetingState.CANCELLED:
        rows = _noted(user, meeting, now) if noted else _to_note(user, meeting, now)
    if rows and not roles & OPENS and _looks_on(user, meeting):
        rows = []
    return NotingPage(tuple(noted_line(row, opens=bool(roles & OPENS)) for row in rows), noted)


def _looks_on(user: User, meeting: Meeting) -> bool:
    return RosterEntry.objects.filter(user=user, meeting=meeting, seat=Seat.OBSERVER).exists()


def _noted(user: User, meeting: Meeting, now: datetime) -> list[Decision | ClockEvent]:
    rows = _subjects(meeting)
    if not rows:
        return rows
    open_to = Case.objects.filter(_open(user, now, "pk", ""), pk__in={row.case_id for row in rows})
    seen = set(open_to.values_list("pk", flat=True))
    return [row for row in rows if row.case_id in seen]


def _to_note(user: User, meeting: Meeting, now: datetime) -> list[Decision | ClockEvent]:
    decided, events = decisions_to_note(meeting.panel_type, now), events_to_note(meeting.panel_type, now)
    any_decided, any_events, before_it = (
        PanelType.objects.filter(pk=meeting.panel_type_id)
        .values_list(Exists(decided), Exists(events), Exists(_before(meeting, timezone.localdate(now))))
        .get()
    )
    if not (any_decided or any_events) or (before_it and meeting.state != MeetingState.OPEN):
        return []
    ended_at = closed_on_paper(meeting) if meeting.state == MeetingState.OPEN else None
    if ended_at is not None:
        decided, events = (
            decisions_to_note(meeting.panel_type, ended_at),
            events_to_note(meeting.panel_type, ended_at),
        )
    mine = _open(user, now, "case", "case__")
    return [*(decided.filter(mine) if any_decided else ()), *(events.filter(mine) if any_events else ())]


def noted_line(row: Decision | ClockEvent, *, opens: bool = False) -> NotedLine:
    """One row in words."""
    if isinstance(row, Decision):
        return NotedLine(
            reference=row.case.reference,
            stage=STAGE_LABELS[Stage(row.stage)],
            outcome=OUTCOME_LABELS[Outcome(row.outcome)],
            route=Decision.Route(row.route).label,
            on=timezone.localdate(row.decided_at),
            decision=row.public_id if opens else None,
        )
    stage = Stage(row.details["reopened"])
    return NotedLine(
        reference=row.case.reference,
        stage=STAGE_LABELS[stage],
        outcome=OUTCOME_LABELS[OUTCOMES_OF[stage][0]],
        route=Kind(row.kind).label,
        on=row.on,
        decision=None,
    )


@dataclass(frozen=True)
class NotedAt:
    """What a meeting noted as its minutes say it; `others` counts what they do not name."""

    lines: tuple[NotedLine, ...]
    others: int


def noted_at(meeting: Meeting) -> NotedAt:
    """What a meeting noted, in order, for its minutes: never how it was decided or what.

    Everybody reads the same sheet, so that a case closed to anybody who may read it is counted and not named. Two queries.
    """
    rows = _subjects(meeting)
    readers = Q(user__seats__meeting=meeting) | Q(user__memberships__role__in=OPENS)
    denied = Denial.objects.live().filter(readers, case__in={row.case_id for row in rows})
    closed = set(denied.values_list("case_id", flat=True))
    named = [row for row in rows if not row.case.restricted and row.case_id not in closed]
    return NotedAt(
        tuple(replace(noted_line(row), route=HOW, outcome="") for row in named), len(rows) - len(named)
    )


def _subjects(meeting: Meeting) -> list[Decision | ClockEvent]:
    kept = Noting.objects.filter(meeting=meeting).select_related("decision__case", "event__case")
    return [row.subject for row in kept.order_by("pk")]


def _before(meeting: Meeting, today: date) -> QuerySet[Meeting]:
    """The meetings of the same panel that are planned before this one and not past."""
    begins = timezone.make_aware(datetime.combine(today, time()))
    return Meeting.objects.filter(
        panel_type=meeting.panel_type,
        state=MeetingState.PLANNED,
        starts_at__gte=begins,
        starts_at__lt=meeting.starts_at,
    )


def _open(user: User, now: datetime, case: str, at: str) -> Q:
    """The rows whose case is not closed to `user`; `case` names its key among their fields, `at` begins those of the case."""
    denied = Exists(Denial.objects.live().filter(case=OuterRef(case), user=user))
    granted = Exists(live_grants(user, now, OuterRef(case)))
    return ~Q(denied) & (Q(**{f"{at}restricted": False}) | Q(granted))
