"""What the authority decides, after a panel or without one.

A decision is a record of its own beside the recommendation (design.md 2, fact 1). It moves the case on, owes the family
a planning meeting when it is a no, and is what letters hang on: they never wait for minutes.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from meetings.actions.dissents import Dissenting
from meetings.actions.locks import lock_case, lock_question, not_in_discussion
from meetings.actions.recommend import (
    REASONS_LIMIT,
    SUPPORT_LIMIT,
    Step,
    answers_of,
    cleaned_answers,
    cleaned_codes,
    coded_of,
    columns_of,
    legal_record,
    record_recommendation,
)
from meetings.actions.without_panel import config_without_panel
from meetings.models import AgendaItem, Decision, PanelConfig, PlanningOffer, Recommendation
from meetings.queries.decisions import Answered, answered, read_mark
from meetings.queries.finishing import is_unfinished
from meetings.queries.next_panel import next_panel_on
from meetings.queries.quorum import advice_to_decide_on, quorum_problems
from meetings.queries.recused import takes_no_part
from meetings.queries.room import load_room
from meetings.queries.said import said_in
from meetings.rules import decisions
from meetings.rules.answering import NOT_SAID, Views, answer_that_counts
from meetings.rules.papers import LeftOut
from meetings.rules.states import ItemState
from panel.actions.cases import advance
from panel.law.clock import latest_safe_panel_for
from panel.law.legal import OUTCOME_LABELS, REFUSALS, Factor, LimbAnswer, Outcome, Stage, legal_test
from panel.law.problems import Problem
from panel.law.reasons import NOT_CODED, Coded, settled
from panel.law.words import in_words
from panel.models import Case, Paper, User
from panel.platform import access, audit
from panel.platform.policy import Refused, Role, Verb
from panel.platform.text import clean_line, clean_text
from panel.queries.clocks import stage_due_of

ADVICE_CHANGED = "The panel’s recommendation, or a dissent from it, has changed since you read it. Read it again, then decide."


class AlreadyDecided(Refused):
    """The question has its decision: `decision` is the one that stands, to be shown instead (row 58)."""

    def __init__(self, sentence: str, decision: Decision) -> None:
        super().__init__("already_decided", sentence)
        self.decision = decision


@dataclass(frozen=True)
class _Question:
    """What is to be decided, under lock: `advice` is the panel's, None when it is decided without one."""

    case: Case
    stage: Stage
    item: AgendaItem | None
    advice: Recommendation | None
    route: decisions.Route
    config: PanelConfig
    answered: Answered

    @property
    def before(self) -> Decision | None:
        """What a new decision on this question supersedes."""
        return self.answered.latest(self.stage)


@dataclass(frozen=True)
class _Entered:
    """What was entered, cleaned. Answers and reasons are the panel's own where they were left out."""

    outcome: Outcome
    answers: tuple[LimbAnswer, ...]
    reasons: str
    coded: Coded
    family_views_answered: str
    support_meanwhile: str
    departs_because: str
    no_panel_because: str
    delegation_reference: str
    decided_at: datetime


def record_decision(
    *,
    case: Case,
    stage: Stage,
    item: AgendaItem | None = None,
    outcome: Outcome,
    answers: Sequence[LimbAnswer] | None = None,
    reasons: str | None = None,
    coded: Coded | None = None,
    family_views_answered: str = "",
    support_meanwhile: str = "",
    departs_because: str = "",
    no_panel_because: str = "",
    delegation_reference: str = "",
    decided_at: datetime | None = None,
    advice_read: str | None = None,
    fast_track: bool = False,
    by: User,
    now: datetime,
) -> Decision:
    """The designated officer decides one question about a case; the chair only where the panel's rules delegate it.

    With `item`, on its recommendation: `answers` and `reasons` left out are the panel's, departing needs a reason. So is
    `family_views_answered`, unless the officer departs, and `support_meanwhile`, unless another is given.
    Without, or with `no_panel_because`, without a panel: only where none can sit in time, every limb reasoned. With
    `fast_track` an agreement that is clear, whenever a panel sits; never a refusal. Moves the case on, offers a
    planning meeting with a refusal, audits `decision.record`. The same decision sent twice is one. `advice_read` is the
    `read_mark` of the recommendation the officer had before her; where another stands by now, nothing is decided. Refused: `stale`,
    `AlreadyDecided`, and everything of `decisions.check_decision` and `legal.check_record` (rows 6, 53 to 58).
    """
    access.require(by, Verb.DECISION_RECORD, item or case, now=now)
    at = decided_at or now
    with transaction.atomic():
        route = _route(item, no_panel_because, fast_track=fast_track)
        question = _locked(case, stage, item, timezone.localdate(at), route)
        _as_read(question.advice, advice_read)
        entered = _Entered(
            outcome=outcome,
            **_as_advised(question.advice, outcome, answers, reasons, coded),
            family_views_answered=_text(family_views_answered, "The answer to the family’s views"),
            support_meanwhile=clean_text(support_meanwhile, SUPPORT_LIMIT, label="The help meanwhile"),
            departs_because=_text(departs_because, "The reason for departing"),
            no_panel_because=_text(no_panel_because, "The reason"),
            delegation_reference=_delegation(delegation_reference, question.config),
            decided_at=at,
        )
        if (repeated := _repeated(question, entered, by)) is not None:
            return repeated
        _may_decide(question, entered, by, now)
        decision = _keep(question, entered, by, now)
        _follow(decision, question, by, now)
        return decision


def recommend_and_decide(
    *,
    item: AgendaItem,
    outcome: Outcome,
    answers: Sequence[LimbAnswer],
    reasons: str,
    coded: Coded = NOT_CODED,
    family_views_answered: str = "",
    support_meanwhile: str = "",
    factors: Sequence[Factor] = (),
    factors_words: str = "",
    dissents: Sequence[Dissenting] = (),
    next_steps: Sequence[Step] = (),
    papers: Sequence[Paper] = (),
    left_out: Sequence[LeftOut] = (),
    delegation_reference: str = "",
    by: User,
    now: datetime,
) -> tuple[Recommendation, Decision]:
    """One screen, two records: where the panel's rules delegate it, the chair's advice and decision, both or neither."""
    with transaction.atomic():
        advice = record_recommendation(
            item=item,
            outcome=outcome,
            answers=answers,
            reasons=reasons,
            coded=coded,
            family_views_answered=family_views_answered,
            support_meanwhile=support_meanwhile,
            factors=factors,
            factors_words=factors_words,
            dissents=dissents,
            next_steps=next_steps,
            papers=papers,
            left_out=left_out,
            by=by,
            now=now,
        )
        decision = record_decision(
            case=item.case,
            stage=Stage(item.stage),
            item=item,
            outcome=outcome,
            delegation_reference=delegation_reference,
            # Of an item heard on paper both were said in the meeting, and entered now.
            decided_at=advice.at if advice.entered_at is not None else None,
            by=by,
            now=now,
        )
        return advice, decision


def _as_read(advice: Recommendation | None, mark: str | None) -> None:
    if advice is not None and mark not in (None, read_mark(advice)):
        raise Refused("stale", ADVICE_CHANGED)


def _as_advised(
    advice: Recommendation | None,
    outcome: Outcome,
    answers: Sequence[LimbAnswer] | None,
    reasons: str | None,
    coded: Coded | None,
) -> dict[str, Any]:
    """Answers, reasons and codes as entered; what was left out is the panel's."""
    advised, why = (advice.answers, advice.reasons) if advice else ((), "")
    return {
        "answers": cleaned_answers(answers) if answers is not None else answers_of(advised),
        "reasons": _text(reasons if reasons is not None else why, "The reasons"),
        "coded": _codes(outcome, coded, advice),
    }


def _route(item: AgendaItem | None, no_panel_because: str, *, fast_track: bool) -> decisions.Route:
    if fast_track:
        return decisions.Route.FAST_TRACK
    with_panel = item is not None and not no_panel_because.strip()
    return decisions.Route.PANEL if with_panel else decisions.Route.OFFICER


def _locked(
    case: Case, stage: Stage, item: AgendaItem | None, day: date, route: decisions.Route
) -> _Question:
    """The question as it stands, under the locks of meeting, item and case."""
    locked_item = lock_question(item) if item is not None else None
    locked = (
        locked_item.case if locked_item is not None and locked_item.case_id == case.pk else lock_case(case)
    )
    if locked_item is not None and (locked_item.case_id, locked_item.stage) != (locked.pk, stage):
        raise Refused("other_question", "This item is about another question. Reload the page.")
    with_panel = route is decisions.Route.PANEL
    return _Question(
        case=locked,
        stage=stage,
        item=locked_item,
        advice=_advice(locked_item) if locked_item is not None and with_panel else None,
        route=route,
        config=locked_item.meeting.config
        if locked_item is not None
        else config_without_panel(locked, stage, day),
        answered=answered(locked),
    )


def _advice(item: AgendaItem) -> Recommendation | None:
    """The panel's advice, unless the panel has taken the item up again."""
    return advice_to_decide_on(item) if item.state == ItemState.RECOMMENDED else None


def _repeated(question: _Question, entered: _Entered, by: User) -> Decision | None:
    """The decision that stands when this very one was sent twice (row 64); another one is refused with it (row 58)."""
    before = question.before
    if before is None or hasattr(before, "set_aside"):
        return None
    same = (before.by_id, before.outcome, before.reasons, answers_of(before.answers)) == (
        by.pk,
        entered.outcome,
        entered.reasons,
        entered.answers,
    )
    if same:
        return before
    decided_on, label = (
        in_words(timezone.localdate(before.decided_at)),
        OUTCOME_LABELS[Outcome(before.outcome)].lower(),
    )
    raise AlreadyDecided(
        f"This was decided on {decided_on}: {label}. To look at it again, use “reconsider”.", before
    )


def _may_decide(question: _Question, entered: _Entered, by: User, now: datetime) -> None:
    _not_decided_before_us(question)
    if question.route is not decisions.Route.PANEL:
        _no_advice_waiting(question)
        not_in_discussion(question.case, question.stage)
    case, stage, item = question.case, question.stage, question.item
    decided_on = timezone.localdate(entered.decided_at)
    deciding = decisions.Deciding(
        route=question.route,
        by_officer=Role.OFFICER in by.roles_on(timezone.localdate(now)),
        delegated=_delegated(question, by),
        recused=takes_no_part(case, stage, by),
        today=timezone.localdate(now),
        recommended=Outcome(question.advice.outcome) if question.advice else None,
        latest_panel_on=latest_safe_panel_for(stage_due_of(case, stage)),
        # Asked only where the decision is made without a panel.
        next_panel_on=next_panel_on(case, stage, timezone.localdate(now))
        if question.route is decisions.Route.OFFICER
        else None,
        departs_because=entered.departs_because,
        no_panel_because=entered.no_panel_because,
        delegation_reference=entered.delegation_reference,
        advised=answers_of(question.advice.answers) if question.advice else (),
        unfinished=question.advice is not None
        and is_unfinished(question.advice)
        and entered.reasons == question.advice.reasons,
    )
    record = legal_record(
        case,
        stage,
        entered.outcome,
        entered.answers,
        entered.reasons,
        decided_on=decided_on,
        heard_on=timezone.localdate(item.meeting.starts_at) if item is not None and question.advice else None,
        before=question.answered,
    )
    gone = quorum_problems(item, question.advice) if item is not None and question.advice else ()
    found = decisions.check_decision(deciding, record, entered.coded, _views(question, entered))
    decisions.refuse((*_later_today(entered.decided_at, now), *gone, *found))


def _views(question: _Question, entered: _Entered) -> Views:
    """What was said and how it is answered, by the officer or by the panel whose advice is followed; asked of a refusal only."""
    if entered.outcome not in REFUSALS:
        return NOT_SAID
    advice = question.advice
    answered = answer_that_counts(
        entered.family_views_answered,
        advice.family_views_answered if advice else "",
        follows=advice is not None and advice.outcome == entered.outcome,
    )
    saved = question.item.views_saved if question.item else None  # type: ignore[attr-defined]
    return Views(bool(said_in(question.case, saved or {})), answered)


def _later_today(decided_at: datetime, now: datetime) -> tuple[Problem, ...]:
    """An hour of today that has not come; a later day is the pure rule's own problem."""
    if decided_at <= now or timezone.localdate(decided_at) > timezone.localdate(now):
        return ()
    sentence = "The time of the decision has not come yet. Check it."
    return (Problem("decided_in_future", "decided_at", sentence),)


def _not_decided_before_us(question: _Question) -> None:
    """An outcome carried in from before this system is a decision all the same."""
    earlier = question.answered.prior(question.stage)
    if earlier is not None:
        outcome = OUTCOME_LABELS[Outcome(earlier.outcome)].lower()
        raise Refused("already_decided", f"This was decided before this system was in use: {outcome}.")


def _no_advice_waiting(question: _Question) -> None:
    """A panel that has advised is not passed over: the officer decides on its advice, or departs from it with a reason."""
    items = AgendaItem.objects.filter(case=question.case, stage=question.stage)
    if items.filter(state=ItemState.RECOMMENDED).exists():
        raise Refused(
            "panel_has_advised",
            "A panel has made its recommendation on this. Decide on it, or depart from it.",
        )


def _delegated(question: _Question, by: User) -> bool:
    """Whether these rules let the chair decide, and this is who led the item."""
    if question.item is None or question.config.decides != PanelConfig.Decides.CHAIR:
        return False
    leader = load_room(question.item.meeting).leader(question.item)
    return leader is not None and leader.user_id == by.pk


def _keep(question: _Question, entered: _Entered, by: User, now: datetime) -> Decision:
    decision = Decision(
        case=question.case,
        item=question.item,
        recommendation=question.advice,
        supersedes=question.before,
        config=question.config,
        stage=question.stage,
        route=question.route,
        outcome=entered.outcome,
        test_version=legal_test(question.stage, question.case.received_on).version,
        answers=[asdict(answer) for answer in entered.answers],
        reasons=entered.reasons,
        **columns_of(entered.coded),
        family_views_answered=entered.family_views_answered,
        support_meanwhile=entered.support_meanwhile,
        departs_because=entered.departs_because,
        no_panel_because=entered.no_panel_because,
        delegation_reference=entered.delegation_reference,
        by=by,
        by_role=str(Role.OFFICER if Role.OFFICER in by.roles_on(timezone.localdate(now)) else Role.CHAIR),
        decided_at=entered.decided_at,
        entered_at=now,
    )
    decision.save()
    return decision


def _follow(decision: Decision, question: _Question, by: User, now: datetime) -> None:
    """What a decision brings with it: the case moves on, and a refusal owes the family a planning meeting."""
    if decision.outcome in REFUSALS:
        PlanningOffer.objects.create(decision=decision, created_at=now)
    advance(
        case=decision.case,
        verb=f"case.{decision.outcome}",
        by=by,
        now=now,
        events=question.answered.events,
        because=[_event(decision)],
    )


def _codes(outcome: Outcome, coded: Coded | None, advice: Recommendation | None) -> Coded:
    """The coded reasons as entered; left out, they are the panel's where its outcome is followed."""
    if coded is None and advice is not None and advice.outcome == outcome:
        coded = coded_of(advice)
    return settled(outcome, cleaned_codes(coded or NOT_CODED))


def _delegation(value: str, config: PanelConfig) -> str:
    return clean_line(value, limit=100, label="The delegation") or config.delegation_reference


def _text(value: str, label: str) -> str:
    return clean_text(value, REASONS_LIMIT, label=label)


def _event(decision: Decision) -> audit.Event:
    values = {"outcome": decision.outcome, "route": decision.route}
    return audit.Event(Verb.DECISION_RECORD, "decision", decision.public_id, decision.case.public_id, values)
