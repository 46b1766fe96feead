"""What health and social care are owed notice of: decisions that stand, whose letter has gone to the family (regs 5(2) and 10(2))."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce

from meetings.models import BodiesRecorded, BodyTold, Decision, Sent
from meetings.models.letters import cases_to_write_about
from meetings.queries.decisions import standing_decisions
from panel.law.legal import OUTCOME_LABELS, STAGE_LABELS, Outcome, Stage
from panel.law.notices import Party, owed_to
from panel.models import ClockEvent, User

MOST = 200
# What undoes a refusal without another decision in its place.
_UNDOES = (
    ClockEvent.Kind.TRIBUNAL_ORDER,
    ClockEvent.Kind.MEDIATION_AGREEMENT,
    ClockEvent.Kind.UNOPPOSED,
)


@dataclass(frozen=True)
class Owing:
    """A decision a body has not been told of, and since when the family knows."""

    decision: Decision
    question: str
    outcome: str
    family_told_on: date


def untold_to(body: Party) -> QuerySet[Any]:
    """The decisions `body` has not been told of, each with `family_told_on`, the day its first letter went, the oldest first.

    The family hears first: nobody else is told of one whose `family_told_on` is empty. Nobody is told any more of a refusal that an order, an
    agreement or an appeal that is not opposed has undone.
    """
    owed = Q()
    for span in owed_to(body):
        of_law = Q(outcome__in=[outcome.value for outcome in span.outcomes])
        if span.begins:
            of_law &= Q(case__received_on__gte=span.begins)
        if span.ends:
            of_law &= Q(case__received_on__lt=span.ends)
        owed |= of_law
    sent = Sent.objects.filter(letter__decision=OuterRef("pk"))
    events = ClockEvent.objects.filter(superseded_by=None, kind__in=_UNDOES).annotate(
        of=KT("details__reopened")
    )
    undone = events.filter(
        case=OuterRef("case"), of=OuterRef("stage"), recorded_at__gte=OuterRef("entered_at")
    )
    told = BodyTold.objects.standing().filter(decision=OuterRef("pk"), body=body.value)
    return (
        standing_decisions()
        .filter(owed, ~Exists(told), ~Exists(undone))
        .annotate(family_told_on=Subquery(sent.order_by("letter_on").values("letter_on")[:1]))
        .order_by("family_told_on", "pk")
    )


def recorded_since() -> date | None:
    """Since which day it is kept here who was told, where letters had gone before; None where it was kept from the first on."""
    found = BodiesRecorded.objects.first()
    return found.since if found else None


def of_the_record(untold: QuerySet[Any]) -> QuerySet[Any]:
    """Of `untold_to` those whose letter went since it is kept who was told: of what went before nobody can say here that it is owed."""
    since = Coalesce(Subquery(BodiesRecorded.objects.values("since")[:1]), date.min)
    return untold.filter(family_told_on__gte=since)


def _before_the_record(untold: QuerySet[Any]) -> QuerySet[Any]:
    return untold.filter(family_told_on__lt=Subquery(BodiesRecorded.objects.values("since")[:1]))


def owing_to(
    body: Party,
    user: User,
    now: datetime,
    *,
    earlier: bool = False,
    only: Collection[uuid.UUID] | None = None,
) -> tuple[Owing, ...]:
    """What this user tells `body` of; `earlier`: what went before it was kept who was told, and was not recorded since; `only`: of
    both these alone. One query.
    """
    rows = untold_to(body).filter(case__in=cases_to_write_about(user, now).values("pk"))
    if only is not None:
        rows = rows.filter(public_id__in=only, family_told_on__isnull=False)
    else:
        rows = _before_the_record(rows) if earlier else of_the_record(rows)
    return tuple(
        Owing(row, STAGE_LABELS[Stage(row.stage)], OUTCOME_LABELS[Outcome(row.outcome)], row.family_told_on)
        for row in rows.select_related("case__child", "case__setting")[:MOST]
    )
