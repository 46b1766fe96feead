"""The authority looks again at a refusal the family was told of. The refusal is kept; what comes of it is a record of
its own.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from meetings.actions.locks import lock_case, not_in_discussion
from meetings.actions.recommend import REASONS_LIMIT, SUPPORT_LIMIT, cleaned_answers, legal_record
from meetings.actions.without_panel import config_without_panel
from meetings.models import Decision, Reconsideration, Reconsidered
from meetings.queries.reconsider import (
    REFUSED_IN,
    Question,
    agree_problems_of,
    question_of,
    reopening,
    under_way,
)
from meetings.queries.recused import takes_no_part
from meetings.rules import decisions, reconsidering
from meetings.rules.reconsidering import Cause
from panel.actions.clocks import place_clock_event
from panel.law.clock import latest_safe_panel_for
from panel.law.legal import OUTCOMES_OF, LimbAnswer, legal_test
from panel.models import Case, ClockEvent, User
from panel.platform import access, audit
from panel.platform.policy import Refused, Role, Verb
from panel.platform.text import clean_line, clean_text
from panel.queries.clocks import stage_due_of


def start_reconsideration(
    *, case: Case, cause: Cause, because: str, by: User, now: datetime
) -> Reconsideration:
    """Begin to look again at the refusal that stands on a case, and say why. Nothing changes by it.

    Refused: `nothing_refused`, `family_not_told`, `under_way`, `no_reason`, `recused`. Audits `decision.reconsider`.
    """
    access.require(by, Verb.DECISION_RECONSIDER, case, now=now)
    why = clean_text(because, REASONS_LIMIT, label="The reason")
    with transaction.atomic():
        locked = lock_case(case)
        question = _question(locked, by)
        _may_look(question, why, begun=under_way(locked, question.stage) is not None)
        begun = Reconsideration(
            case=locked,
            stage=question.stage,
            decision=question.decision,
            prior=None if question.decision else question.prior,
            cause=cause,
            because=why,
            by=by,
            at=now,
        )
        begun.save()
        _audit(locked, begun, by, now, {"cause": str(cause), "because": why})
        return begun


def agree_on_reconsideration(
    *,
    case: Case,
    answers: Sequence[LimbAnswer],
    reasons: str,
    support_meanwhile: str = "",
    delegation_reference: str = "",
    decided_at: datetime | None = None,
    by: User,
    now: datetime,
) -> Reconsidered:
    """The authority agrees after all: a new decision supersedes the refusal, and the case goes on where a yes brings
    it.

    An order or an agreement that has reopened the case is linked; without one the change of mind is put on the case’s
    clock in the same breath. Refused: `not_under_way`, `nothing_refused`, `family_not_told`, `in_discussion`, `event_missing`, and
    everything of `decisions.check_decision`. Audits.
    """
    access.require(by, Verb.DECISION_RECONSIDER, case, now=now)
    said, why, at = (
        cleaned_answers(answers),
        clean_text(reasons, REASONS_LIMIT, label="The reasons"),
        decided_at or now,
    )
    with transaction.atomic():
        locked = lock_case(case)
        question = _question(locked, by)
        begun = _under_way(locked, question)
        _may_look(question, begun.because, begun=False)
        not_in_discussion(locked, question.stage)
        decisions.refuse(agree_problems_of(question, begun))
        decision = _agreement(locked, question, said, why, clean_line(delegation_reference), at, by, now)
        decision.support_meanwhile = clean_text(support_meanwhile, SUPPORT_LIMIT, label="The help meanwhile")
        decision.save()
        event = reopening(question.answered.events, question.stage)
        if locked.state in REFUSED_IN or event is None:
            event = place_clock_event(
                case=locked,
                kind=ClockEvent.Kind.REVERSED,
                on=timezone.localdate(at),
                by=by,
                now=now,
            )
        ended = Reconsidered(reconsideration=begun, decision=decision, event=event, by=by, at=now)
        ended.save()
        values = {"outcome": decision.outcome, "decision": str(decision.public_id)}
        _audit(locked, begun, by, now, values)
        return ended


def let_refusal_stand(*, case: Case, because: str, by: User, now: datetime) -> Reconsidered:
    """Having looked again, the authority keeps to the refusal: no decision is made and no right begins anew.

    Refused: `not_under_way`, `undone` where an order or the like has undone it, `no_reason`. Audits.
    """
    access.require(by, Verb.DECISION_RECONSIDER, case, now=now)
    why = clean_text(because, REASONS_LIMIT, label="The reason")
    with transaction.atomic():
        locked = lock_case(case)
        begun = _under_way(locked, _question(locked, by))
        decisions.refuse(reconsidering.stand_problems(why, reopened=locked.state not in REFUSED_IN))
        ended = Reconsidered(reconsideration=begun, stands_because=why, by=by, at=now)
        ended.save()
        _audit(locked, begun, by, now, {"stands_because": why})
        return ended


def _question(case: Case, by: User) -> Question:
    """What the case’s state says was refused; nobody who takes no part in the question looks at it again."""
    question = question_of(case)
    if question is None:
        raise Refused("nothing_refused", "No refusal stands on this case. An agreement is never taken back.")
    if takes_no_part(case, question.stage, by):
        raise Refused(
            "recused", "You are recused from this case. Another designated officer must look at it."
        )
    return question


def _may_look(question: Question, because: str, *, begun: bool) -> None:
    """Whether this answer can be looked at again, as it stands now: asked at the start and once more before agreeing."""
    looking = reconsidering.Looking(
        outcome=question.outcome, told_on=question.told_on, under_way=begun, because=because
    )
    decisions.refuse(reconsidering.start_problems(looking))


def _under_way(case: Case, question: Question) -> Reconsideration:
    begun = under_way(case, question.stage)
    if begun is None:
        raise Refused("not_under_way", "Say first why this refusal is looked at again.")
    return begun


def _agreement(
    case: Case,
    question: Question,
    answers: tuple[LimbAnswer, ...],
    reasons: str,
    delegation: str,
    at: datetime,
    by: User,
    now: datetime,
) -> Decision:
    """The new decision, checked and not yet kept."""
    if at > now:
        sentence = "The time of the decision has not come yet. Check it."
        raise Refused("decided_in_future", sentence, field="decided_at")
    stage, day = question.stage, timezone.localdate(at)
    if question.told_on is not None and day < question.told_on:
        sentence = "The family was told of the refusal after this day. Check the day of the decision."
        raise Refused("decided_before_refusal", sentence, field="decided_at")
    outcome, config = OUTCOMES_OF[stage][0], config_without_panel(case, stage, day)
    deciding = decisions.Deciding(
        route=decisions.Route.RECONSIDERED,
        by_officer=Role.OFFICER in by.roles_on(timezone.localdate(now)),
        delegated=False,
        recused=False,
        today=timezone.localdate(now),
        recommended=None,
        latest_panel_on=latest_safe_panel_for(stage_due_of(case, stage)),
        delegation_reference=delegation or config.delegation_reference,
    )
    record = legal_record(
        case, stage, outcome, answers, reasons, decided_on=day, heard_on=None, before=question.answered
    )
    decisions.refuse(decisions.check_decision(deciding, record))
    return Decision(
        case=case,
        supersedes=question.answered.latest(stage),
        config=config,
        stage=stage,
        route=decisions.Route.RECONSIDERED,
        outcome=outcome,
        test_version=legal_test(stage, case.received_on).version,
        answers=[asdict(answer) for answer in answers],
        reasons=reasons,
        delegation_reference=deciding.delegation_reference,
        by=by,
        by_role=str(Role.OFFICER),
        decided_at=at,
        entered_at=now,
    )


def _audit(case: Case, begun: Reconsideration, by: User, now: datetime, values: dict[str, Any]) -> None:
    audit.record(
        verb=Verb.DECISION_RECONSIDER,
        by=by,
        at=now,
        subject_kind="reconsideration",
        subject=begun.public_id,
        case=case.public_id,
        values=values,
    )
