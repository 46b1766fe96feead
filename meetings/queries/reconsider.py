"""Which refusal of a case can be looked at again, whether somebody does, and what came of it before."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from meetings.models import Decision, Reconsideration
from meetings.queries.decisions import Answered, answered
from meetings.rules.reconsidering import OVERTAKEN, STILL_LOOKED_AT, Cause, agree_problems
from panel.law.legal import Outcome, Stage
from panel.law.problems import Problem
from panel.models import Case, CaseState, ClockEvent, PriorOutcome

# A refusal that stands, and where a case stands once an order or the like has undone one.
REFUSED_IN = {CaseState.NOT_ASSESSED: Stage.ASSESS, CaseState.NOT_ISSUED: Stage.ISSUE}
_REOPENED_IN = {CaseState.ASSESSING: Stage.ASSESS, CaseState.DRAFTING: Stage.ISSUE}


@dataclass(frozen=True)
class Question:
    """The question a case was last answered on: by `decision` here, or by `prior` before this system."""

    stage: Stage
    decision: Decision | None
    prior: PriorOutcome | None
    told_on: date | None
    answered: Answered

    @property
    def outcome(self) -> Outcome | None:
        """What was answered."""
        row = self.decision or self.prior
        return Outcome(row.outcome) if row is not None else None


def question_of(case: Case) -> Question | None:
    """The question that the case’s state is about; None where none was answered yet. Three queries."""
    state = CaseState(case.state)
    stage = REFUSED_IN.get(state) or _REOPENED_IN.get(state)
    if stage is None:
        return None
    every = answered(case)
    latest = every.latest(stage)
    decision = None if latest is None or hasattr(latest, "set_aside") else _in_force(latest)
    prior = every.prior(stage)
    noted = case.assess_notified_on if stage is Stage.ASSESS else case.issue_notified_on
    return Question(stage, decision, prior, noted or (prior.notified_on if prior else None), every)


def _in_force(latest: Decision) -> Decision | None:
    """The answer that counts: where what reopened the case for an agreement was taken back, the refusal before it again."""
    if latest.route != Decision.Route.RECONSIDERED:
        return latest
    back = ClockEvent.objects.filter(supersedes=latest.reconsidered.event_id, kind=ClockEvent.Kind.ERROR)
    return latest.supersedes if back.exists() else latest


def under_way(case: Case, stage: Stage) -> Reconsideration | None:
    """The reconsideration of the answer to this question that has come to no end yet; one of another question is none. One query."""
    rows = Reconsideration.objects.filter(case=case, stage=stage, reconsidered=None).select_related("by")
    found: Reconsideration | None = rows.order_by("-pk").first()
    return found


_EVENT_OF = {
    Cause.MEDIATION: ClockEvent.Kind.MEDIATION_AGREEMENT,
    Cause.TRIBUNAL: ClockEvent.Kind.TRIBUNAL_ORDER,
}


def agree_problems_of(question: Question, begun: Reconsideration) -> tuple[Problem, ...]:
    """What keeps the authority from agreeing for the cause that was named, as the case’s clock stands. No query."""
    cause = Cause(begun.cause)
    recorded = any(event.kind == _EVENT_OF.get(cause) for event in question.answered.events)
    return tuple(agree_problems(cause, event_recorded=recorded))


@dataclass(frozen=True)
class LookedAt:
    """A refusal looked at again. `without_end` says where one stands that has come to no end of its own; empty else."""

    reconsideration: Reconsideration
    without_end: str


def reconsiderations(case: Case) -> tuple[LookedAt, ...]:
    """Everything that was looked at again on a case, the latest first, with what came of it. One query."""
    rows = Reconsideration.objects.filter(case=case).select_related(
        "by", "reconsidered__decision", "decision__superseded_by", "decision__set_aside"
    )
    return tuple(LookedAt(row, _without_end(row, case)) for row in rows.order_by("-pk"))


def _without_end(row: Reconsideration, case: Case) -> str:
    if getattr(row, "reconsidered", None) is not None:
        return ""
    state, refusal = CaseState(case.state), row.decision
    gone = hasattr(refusal, "superseded_by") or hasattr(refusal, "set_aside")
    can_end = row.stage in (REFUSED_IN.get(state), _REOPENED_IN.get(state)) and not gone
    return STILL_LOOKED_AT if can_end else OVERTAKEN


def standing_and_replaced(case: Case) -> QuerySet[Decision]:
    """The decisions on a case that stand, and the refusals others took the place of, the latest first. One query."""
    kept = Q(superseded_by__isnull=True) | Q(superseded_by__route=Decision.Route.RECONSIDERED)
    rows = Decision.objects.filter(kept, case=case, set_aside__isnull=True).select_related("superseded_by")
    return rows.order_by("-decided_at", "-pk")


def told_again_on(decision: Decision) -> date | None:
    """The day the family was told of an agreement that took the place of a refusal; None while it was not. One query."""
    rows = ClockEvent.objects.filter(
        case=decision.case_id,
        kind=ClockEvent.Kind.TOLD,
        superseded_by=None,
        details__told=decision.outcome,
        pk__gt=decision.reconsidered.event_id,
    )
    told: date | None = rows.order_by("-on").values_list("on", flat=True).first()
    return told


def reopening(events: Iterable[ClockEvent], stage: Stage) -> ClockEvent | None:
    """The event that undid the refusal on this question, the latest where there are several."""
    return next((one for one in reversed([*events]) if one.details.get("reopened") == stage), None)
