"""Which questions wait for a panel, and what putting them on a list would mean."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils import timezone

from meetings.models import WAITS_IN, AgendaItem, Deferral, Meeting
from meetings.queries.decisions import assessed
from meetings.queries.lacking import advice_gaps
from meetings.queries.sent_back import last_sent_back
from meetings.rules import agenda
from meetings.rules.states import FINISHED, ItemState, MeetingState
from panel.law.advice import NO_GAPS, AdviceGaps
from panel.law.clock import latest_safe_panel_for
from panel.law.clock.dates import STAGE_DUTY, asked_by
from panel.law.legal import STAGE_LABELS, Stage
from panel.law.workdays import bank_holidays
from panel.models import CASE_MACHINE, Case, CaseState, User
from panel.platform.policy import Refused
from panel.queries.clocks import stage_due_of

STAGE_OF = {state: stage for stage, state in WAITS_IN.items()}


@dataclass(frozen=True)
class Listing:
    """A question to be put on an agenda; `minutes` None takes the panel's usual time."""

    case: Case
    stage: Stage
    minutes: int | None = None


def waiting(
    user: User, now: datetime, *, first: int | None = None, among: Collection[int] | None = None
) -> list[agenda.Candidate]:
    """The open questions that no planned meeting has yet, among the cases this user may see, most pressing first.

    A case that is being assessed waits for its second question at once: the panel can take it as soon as advice is in.
    `first`: only so many; `among`: only of these cases. Three queries and those of the user's roles.
    """
    return [found for found, _ in waiting_cases(user, now, first=first, among=among)]


def waiting_cases(
    user: User,
    now: datetime,
    *,
    first: int | None = None,
    among: Collection[int] | None = None,
    only: Q | None = None,
) -> list[tuple[agenda.Candidate, Case]]:
    """`waiting` with the cases themselves, their children and settings, and `sent_back_at`. `only`: those that fit, as `due_before` says it."""
    cases = _open_questions(user, now)
    if among is not None:
        cases = cases.filter(pk__in=among)
    if only is not None:
        cases = cases.filter(only)
    # Each way the earlier date is the more pressing, so that the first few of the three hold the first few of all.
    cases = cases.select_related("child", "setting").annotate(sent_back_at=Subquery(last_sent_back()))
    undated = cases.exclude(_DATED)
    rows = [
        *cases.filter(_DATED).order_by("next_due_on", "pk")[:first],
        *undated.filter(issue_restated_on=None).order_by("received_on", "pk")[:first],
        *undated.exclude(issue_restated_on=None).order_by("issue_restated_on", "pk")[:first],
    ]
    by_key = {case.pk: case for case in rows}
    found = agenda.proposed_order(candidate(case, STAGE_OF[CaseState(case.state)]) for case in rows)
    return [(one, by_key[one.case_id]) for one in found[:first]]


def waiting_count(user: User, now: datetime, due: Q) -> int:
    """How many of them there are in all. One query and those of the user's roles."""
    return _open_questions(user, now).filter(due).count()


# A question is due on the case's own next date where it is the next one. Before the family has heard of an assessment its second
# question is due so many days after the request, or on the day an order has put in that place.
_DATED = Q(next_due_on__isnull=False) & (
    Q(state=CaseState.REQUESTED, next_duty=STAGE_DUTY[Stage.ASSESS])
    | Q(state=CaseState.ASSESSING, next_duty=STAGE_DUTY[Stage.ISSUE])
)


def _open_questions(user: User, now: datetime) -> QuerySet[Case]:
    listed = AgendaItem.objects.filter(case=OuterRef("pk"), meeting__closed_at__isnull=True).exclude(
        state__in=FINISHED
    )
    advised = AgendaItem.objects.filter(case=OuterRef("pk"), state=ItemState.RECOMMENDED)
    # What a panel has advised on waits for the officer, not for another panel.
    heard = [Q(state=state) & Q(Exists(advised.filter(stage=stage))) for stage, state in WAITS_IN.items()]
    cases = Case.objects.visible_to(user, now).filter(state__in=list(STAGE_OF)).exclude(Exists(listed))
    return cases.exclude(heard[0] | heard[1])


def due_before(day: date) -> Q:
    """Cases whose open question was to be answered before `day`, by the same dates as `stage_due_of` reads."""
    counted = Q(pk__in=[])
    for stage, state in WAITS_IN.items():
        counted |= Q(state=state, received_on__lte=asked_by(day - timedelta(days=1), stage))
    not_dated = ~_DATED
    return (
        (_DATED & Q(next_due_on__lt=day))
        | (not_dated & Q(issue_restated_on=None) & counted)
        | (not_dated & Q(issue_restated_on__lt=day))
    )


def candidate(
    case: Case,
    stage: Stage,
    minutes: int | None = None,
    *,
    advice: AdviceGaps = NO_GAPS,
) -> agenda.Candidate:
    """A case as the agenda's rules see it, with the statutory and the last safe day of this question."""
    return agenda.Candidate(
        case_id=case.pk,
        reference=case.reference,
        legal_due_on=stage_due_of(case, stage),
        latest_panel_on=latest_safe_panel_for(stage_due_of(case, stage)),
        minutes=minutes,
        advice=advice,
    )


def listing_problems(
    meeting: Meeting, there: Sequence[AgendaItem], listings: Sequence[Listing], today: date
) -> tuple[agenda.AgendaProblem, ...]:
    """What to say about a list that is to grow by `listings`; raises `Refused` for what cannot be kept.

    Refused: `not_waiting` (the case is not at this question), `not_assessed` (row 56), and the agenda's own stops.
    """
    _require_waiting(listings)
    everything = [*(Listing(one.case, Stage(one.stage), one.minutes) for one in there), *listings]
    of_plans = [one.case.pk for one in everything if one.stage is Stage.ISSUE]
    gaps = advice_gaps(of_plans, timezone.localdate(meeting.starts_at))
    candidates = [
        candidate(one.case, one.stage, one.minutes, advice=gaps.get(one.case.pk, NO_GAPS))
        for one in everything
    ]
    return agenda_warnings(meeting, candidates, today)


def agenda_warnings(
    meeting: Meeting, candidates: Sequence[agenda.Candidate], today: date
) -> tuple[agenda.AgendaProblem, ...]:
    """What to say about a meeting's list as it stands; raises `Refused` for what cannot be kept."""
    day = timezone.localdate(meeting.starts_at)
    problems = agenda.agenda_problems(
        candidates,
        meeting_on=day,
        today=today,
        closed_days=bank_holidays(day.year),
        elsewhere_that_day=_elsewhere(meeting, day, [c.case_id for c in candidates]),
        slots=agenda.timetable(
            candidates,
            starts_at=meeting.starts_at,
            minutes_per_item=meeting.config.minutes_per_item,
            ends_at=meeting.ends_at,
        ),
    )
    stop = next((problem for problem in problems if problem.stops), None)
    if stop is not None:
        raise Refused(stop.code, stop.sentence, field="cases")
    return problems


def _require_waiting(listings: Sequence[Listing]) -> None:
    yes = assessed([listing.case.pk for listing in listings if listing.stage is Stage.ISSUE])
    for listing in listings:
        reference, case_state = listing.case.reference, CaseState(listing.case.state)
        if case_state is not WAITS_IN[listing.stage]:
            raise Refused(
                "not_waiting",
                f"{reference} does not wait for “{STAGE_LABELS[listing.stage].lower()}”: it is"
                f" “{CASE_MACHINE.states[case_state].staff.lower()}”.",
                field="cases",
            )
        if listing.stage is Stage.ISSUE and listing.case.pk not in yes:
            raise Refused(
                "not_assessed",
                f"{reference} cannot be listed for a plan: no decision to assess is recorded. See the case’s history.",
                field="cases",
            )


def _elsewhere(meeting: Meeting, day: date, cases: Collection[int]) -> frozenset[int]:
    """Those of `cases` that another meeting has on its list the same day."""
    begins = timezone.make_aware(datetime.combine(day, time()))
    others = AgendaItem.objects.filter(
        case__in=cases, meeting__starts_at__gte=begins, meeting__starts_at__lt=begins + timedelta(days=1)
    ).exclude(meeting=meeting)
    return frozenset(others.exclude(state=ItemState.WITHDRAWN).values_list("case_id", flat=True))


def later_meetings(meeting: Meeting) -> QuerySet[Meeting]:
    """The meetings of the same panel that are planned after this one, the next first."""
    rows = Meeting.objects.filter(
        panel_type=meeting.panel_type, starts_at__gt=meeting.starts_at, state=MeetingState.PLANNED
    )
    return rows.select_related("panel_type", "config").order_by("starts_at", "pk")


def planned_around(meeting: Meeting, now: datetime) -> tuple[tuple[date, ...], tuple[date, ...]]:
    """The days on which the same panel is planned to sit, from now on, before a meeting, and those after it. One query."""
    rows = Meeting.objects.filter(
        panel_type=meeting.panel_type, starts_at__gt=min(now, meeting.starts_at), state=MeetingState.PLANNED
    )
    begin = list(rows.order_by("starts_at", "pk").values_list("starts_at", flat=True))
    return (
        tuple(timezone.localdate(at) for at in begin if at < meeting.starts_at),
        tuple(timezone.localdate(at) for at in begin if at > meeting.starts_at),
    )


def too_full_for(item: AgendaItem, meetings: Collection[Meeting]) -> dict[int, str]:
    """Of each meeting that would be longer than planned with this item on its list: how full it then is. One query."""
    listed = minutes_listed(meetings)
    return {one.pk: words for one in meetings if (words := too_full(one, listed, item.minutes))}


def minutes_listed(meetings: Collection[Meeting]) -> dict[int, int]:
    """How many minutes each of these meetings has on its list, by key. One query."""
    listed = AgendaItem.objects.filter(meeting__in=[one.pk for one in meetings]).exclude(
        state=ItemState.WITHDRAWN
    )
    return dict(listed.values_list("meeting").annotate(Sum("minutes")).order_by())


def too_full(meeting: Meeting, listed: Mapping[int, int], more: int) -> str:
    """How full a meeting is with so many minutes more; empty where they fit."""
    there_are = int((meeting.ends_at - meeting.starts_at) / timedelta(minutes=1))
    return agenda.overfull(listed.get(meeting.pk, 0) + more, there_are)


def put_off_without_slot(meeting: Meeting, user: User, now: datetime) -> tuple[tuple[Case, date], ...]:
    """The cases put off to a meeting that still wait and are on no list in time, each with its last safe day, as far as
    `user` may see them.
    """
    rows = (
        Deferral.objects.standing()
        .filter(
            Exists(Case.objects.visible_to(user, now).filter(pk=OuterRef("item__case"))), next_meeting=meeting
        )
        .select_related("item__case")
    )
    found: list[tuple[Case, date]] = []
    for row in rows.order_by("item__case__reference"):
        case, stage = row.item.case, Stage(row.item.stage)
        latest = latest_safe_panel_for(stage_due_of(case, stage))
        slots = AgendaItem.objects.filter(
            case=case, stage=stage, meeting__state__in=(MeetingState.PLANNED, MeetingState.OPEN)
        ).exclude(state__in=FINISHED)
        days = [timezone.localdate(at) for at in slots.values_list("meeting__starts_at", flat=True)]
        if case.state == WAITS_IN[stage] and not any(day <= latest for day in days):
            found.append((case, latest))
    return tuple(found)
