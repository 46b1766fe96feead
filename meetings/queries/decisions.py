"""What was recommended and decided, and what waits for the officer."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from meetings.models import AgendaItem, Decision, Dissent, Recommendation
from meetings.queries.words import advice_with_words, as_it_reads
from meetings.rules.decisions import OFF_PANEL
from panel.law.legal import REFUSALS, Outcome, Stage
from panel.models import Case, ClockEvent, PriorOutcome
from panel.queries.clocks import live_events


def standing_decisions() -> QuerySet[Decision]:
    """Decisions that stand: none has superseded them and they were not set aside as entered in error."""
    return Decision.objects.filter(superseded_by__isnull=True, set_aside__isnull=True)


def decisions_made() -> QuerySet[Decision]:
    """Decisions as they were made: those that stand, and refusals that stood until they were looked at again."""
    made = Q(superseded_by__isnull=True) | Q(superseded_by__route=Decision.Route.RECONSIDERED)
    return Decision.objects.filter(made, set_aside__isnull=True)


def standing_decision(case: Case, stage: Stage) -> Decision | None:
    """The decision that stands on one question about a case."""
    return standing_decisions().filter(case=case, stage=stage).select_related("by").first()


def to_moderate_afterwards() -> QuerySet[Decision]:
    """Decisions that are always moderated once made: refusals on which no panel has advised, though looked at again since."""
    return decisions_made().filter(route__in=OFF_PANEL, outcome__in=REFUSALS).order_by("decided_at", "pk")


@dataclass(frozen=True)
class Answered:
    """What has been answered about one case: by this system, before it, and by an order or the like.

    `decisions` are those nothing has superseded, whether they stand or were set aside: what a new one supersedes.
    """

    decisions: tuple[Decision, ...]
    before: tuple[PriorOutcome, ...]
    events: tuple[ClockEvent, ...]

    def latest(self, stage: Stage) -> Decision | None:
        """The last decision made on a question, whether it stands or was set aside."""
        return next((one for one in self.decisions if one.stage == stage), None)

    def prior(self, stage: Stage) -> PriorOutcome | None:
        """The outcome on a question that was brought in from before this system was in use."""
        return next((one for one in self.before if one.stage == stage), None)

    @property
    def assessed(self) -> dict[int, date | None]:
        """As `assessed` says it, of this case."""
        standing = (one for one in self.decisions if not hasattr(one, "set_aside"))
        return _assessed(standing, self.before, self.events)


def answered(case: Case) -> Answered:
    """Everything answered about `case` so far. Three queries."""
    return Answered(
        tuple(Decision.objects.filter(case=case, superseded_by__isnull=True).select_related("set_aside")),
        tuple(PriorOutcome.objects.filter(case=case).order_by("pk")),
        tuple(live_events([case]).get(case.pk, ())),
    )


def assessed(cases: Collection[int]) -> dict[int, date | None]:
    """Which of these cases are to be assessed, and since which day where it is known. Three queries.

    By a decision made here that stands, one brought in from before with the day the family was told of it, or an order, an
    agreement or a change of mind that undid a refusal.
    """
    events = ClockEvent.objects.filter(case__in=cases, superseded_by=None).exclude(kind=ClockEvent.Kind.ERROR)
    return _assessed(
        standing_decisions().filter(case__in=cases, stage=Stage.ASSESS),
        PriorOutcome.objects.filter(case__in=cases, stage=Stage.ASSESS),
        events.order_by("on", "pk"),
    )


def _assessed(
    decisions: Iterable[Decision], before: Iterable[PriorOutcome], events: Iterable[ClockEvent]
) -> dict[int, date | None]:
    found: dict[int, date | None] = {
        one.case_id: one.notified_on
        for one in before
        if one.outcome == Outcome.ASSESS and one.notified_on is not None
    }
    found |= {one.case_id: one.on for one in events if one.details.get("reopened") == Stage.ASSESS}
    return found | {
        one.case_id: timezone.localdate(one.decided_at) for one in decisions if one.outcome == Outcome.ASSESS
    }


def current_recommendation(item: AgendaItem) -> Recommendation | None:
    """The last recommendation made on an item, `as_read`, with its words as they stand now. One query."""
    found = as_read(Recommendation.objects.filter(item=item, superseded_by__isnull=True)).first()
    return as_it_reads(found) if found is not None else None


def as_read(rows: QuerySet[Recommendation]) -> QuerySet[Recommendation]:
    """Recommendations each with `last_dissent` and `last_words`: what was put right later the officer has not read."""
    last = Dissent.objects.filter(recommendation=OuterRef("pk")).order_by("-pk").values("pk")[:1]
    return advice_with_words(rows.annotate(last_dissent=Subquery(last)))


def read_mark(advice: Recommendation) -> str:
    """What a page says an officer has read, of advice queried `as_read`: it changes when the advice, its words or a dissent do."""
    dissent, words = advice.last_dissent or 0, advice.last_words or 0  # type: ignore[attr-defined]
    return f"{advice.public_id}.{dissent}.{words}"
