"""Late cases, apart from the daily tray: the earliest day each can be done, why it is late, and whether the family knows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils import timezone

from panel.law.clock import at_risk_from
from panel.models import Case, ClockEvent, DelayReason, Exemption, User
from panel.queries.clocks import earliest_on
from panel.queries.listing import CaseLine, line_of

PAGE = 35
NEAR = 100


@dataclass(frozen=True)
class LateLine:
    """One late case. `delay` is what was last recorded for the stage it owes; `new_date` that date, else the earliest possible.

    `exempted`: an exemption is recorded for the stage; whether it still excuses, the case's own page says.
    """

    line: CaseLine
    delay: DelayReason | None
    new_date: date
    new_date_passed: bool
    exempted: bool


@dataclass(frozen=True)
class Lateness:
    """`near`: open, not late yet, inside the last ten working days. `late`: the oldest date first, `total` of them in all."""

    near: tuple[CaseLine, ...]
    late: tuple[LateLine, ...]
    total: int
    without_reason: int
    not_told: int


def lateness(user: User, now: datetime, *, size: int = PAGE) -> Lateness:
    """What of `user`'s cases is late or about to be. Seven queries, whatever the number of cases."""
    today = timezone.localdate(now)
    cases = Case.objects.visible_to(user, now).select_related("child", "coordinator")
    late = cases.filter(next_due_on__lt=today).order_by("next_due_on", "pk")
    shown = list(late[:size])
    delays = latest_delays(shown)
    served = _served(shown)
    exempted = set(Exemption.objects.standing().filter(case__in=shown).values_list("case_id", "stage"))
    explained = DelayReason.objects.filter(case__in=late.order_by().values("pk"))
    pairs = {
        (row.case_id, row.stage): row
        for row in explained.only("case_id", "stage", "apology_told_on").order_by("pk")
    }
    owed = list(late.order_by().values_list("pk", "next_duty"))
    reasons = [pairs.get(pair) for pair in owed]
    return Lateness(
        near=tuple(line_of(case, today) for case in _near(cases, today)),
        late=tuple(
            _line(
                case,
                delays.get((case.pk, case.next_duty)),
                served.get(case.pk),
                today,
                exempted=(case.pk, case.next_duty) in exempted,
            )
            for case in shown
        ),
        total=len(owed),
        without_reason=sum(row is None for row in reasons),
        not_told=sum(row is not None and row.apology_told_on is None for row in reasons),
    )


def latest_delays(cases: Sequence[Case]) -> dict[tuple[int, str], DelayReason]:
    """The last reason recorded for each stage of these cases. One query."""
    rows = DelayReason.objects.filter(case__in=cases).order_by("pk")
    return {(row.case_id, row.stage): row for row in rows}


def _near(cases: QuerySet[Case], today: date) -> list[Case]:
    """At risk and not late: never more than four weeks ahead, so that the index bounds what is read."""
    ahead = cases.filter(next_due_on__gte=today).order_by("next_due_on", "pk")[:NEAR]
    return [case for case in ahead if case.next_due_on and today >= at_risk_from(case.next_due_on)]


def _served(cases: Sequence[Case]) -> dict[int, date]:
    drafts = ClockEvent.objects.filter(
        case__in=cases, kind=ClockEvent.Kind.DRAFT_SERVED, superseded_by=None
    ).order_by("on", "pk")
    return {event.case_id: event.on for event in drafts}


def _line(
    case: Case, delay: DelayReason | None, served_on: date | None, today: date, *, exempted: bool
) -> LateLine:
    new_date = delay.new_date if delay else earliest_on(case.next_duty, today, served_on)
    return LateLine(
        line_of(case, today), delay, new_date, new_date_passed=new_date < today, exempted=exempted
    )
