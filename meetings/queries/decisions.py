"""What was recommended and decided, and what waits for the officer."""

from django.db.models import QuerySet

from meetings.models import AgendaItem, Decision, Recommendation
from panel.law.legal import Stage
from panel.models import Case


def standing_decisions() -> QuerySet[Decision]:
    """Decisions that stand: none has superseded them and they were not set aside as entered in error."""
    return Decision.objects.filter(superseded_by__isnull=True, set_aside__isnull=True)


def standing_decision(case: Case, stage: Stage) -> Decision | None:
    """The decision that stands on one question about a case."""
    return standing_decisions().filter(case=case, stage=stage).select_related("by").first()


def latest_decision(case: Case, stage: Stage) -> Decision | None:
    """The last decision made on a question, whether it stands or was set aside: what a new one supersedes."""
    return Decision.objects.filter(case=case, stage=stage, superseded_by__isnull=True).first()


def current_recommendation(item: AgendaItem) -> Recommendation | None:
    """The last recommendation made on an item."""
    return Recommendation.objects.filter(item=item, superseded_by__isnull=True).first()
