"""What the panel recommends: the chair's record, with dissent, next steps, papers considered and the quorum as it stood."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from meetings.actions.dissents import Dissenting, keep_dissents
from meetings.actions.following import follow_up
from meetings.actions.leading import leads_it, recommending
from meetings.actions.live import finish, in_session, keep_hearing
from meetings.actions.locks import lock_case, lock_item
from meetings.models import (
    AgendaItem,
    Decision,
    NextStep,
    PaperConsidered,
    Recommendation,
)
from meetings.queries.decisions import Answered, assessed, current_recommendation, standing_decision
from meetings.queries.item import factors_of
from meetings.queries.lacking import gaps_of
from meetings.queries.late import ending_of
from meetings.queries.room import Room, load_room
from meetings.queries.said import said_at
from meetings.rules import decisions, quorum
from meetings.rules.answering import Views
from meetings.rules.papers import LeftOut, left_out_problems
from meetings.rules.states import ITEM, ItemState
from panel.law.legal import Answer, Factor, LimbAnswer, Outcome, Record, Stage, legal_test
from panel.law.reasons import NOT_CODED, Coded, settled
from panel.law.support import age_on
from panel.law.words import in_words
from panel.models import Case, Paper, PaperState, User
from panel.platform import access, audit
from panel.platform.policy import Refused, Verb
from panel.platform.text import clean_line, clean_text, is_uuid

REASONS_LIMIT = 10_000
SUPPORT_LIMIT = 2_000
FACTORS_LIMIT = 500
LEFT_OUT_LIMIT = 300


@dataclass(frozen=True)
class Step:
    """Who does what by when."""

    what: str
    owner: str
    agency: str
    due_on: date


def record_recommendation(
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
    by: User,
    now: datetime,
) -> Recommendation:
    """The chair, or the deputy named for this item, records what the panel advises, with the quorum as it stands now.

    Key reasons are enough: fewer words than a letter needs are marked `unfinished`, for the clerk to finish (`finish_words`).
    Of an item heard on paper it counts for the end its paper gives, with the quorum of that moment.

    Writes the recommendation, dissents, next steps and the papers considered, those that were not with the reason, and finishes the
    item. The same record sent twice is one. Refused: `not_the_chair`, `recused`, `no_quorum` with the count (row 53), everything of
    `legal.check_record` (row 55), `views_not_answered`, `already_decided`, `not_in_session`, `wrong_state`, `unknown_factor`, those
    of `left_out_problems`, and what is wrong with a line.
    """
    access.require(by, Verb.RECOMMENDATION_RECORD, item, now=now)
    told = _told_to_the_family(family_views_answered, support_meanwhile)
    said = _said(outcome, answers, reasons, coded, told, left_out)
    with transaction.atomic():
        locked = lock_item(item)
        # An officer who decides without a panel holds the case alone: one of the two must see what the other did.
        lock_case(locked.case)
        before = current_recommendation(locked)
        if before and locked.state == ItemState.RECOMMENDED and _same(before, by, said):
            return before
        heard = _heard(locked, now)
        record = _may_recommend(locked, heard, said, by)
        recommendation = Recommendation(
            **_of_item(locked),
            supersedes=before,
            **said.columns(),
            **_looked_at(locked, factors, factors_words),
            quorum=snapshot(heard.room, locked, heard.standing, heard.at),
            unfinished=decisions.words_unfinished(record),
            by=by,
            at=heard.at,
            entered_at=now if heard.on_paper else None,
        )
        recommendation.save()
        keep_dissents(recommendation, dissents, heard.room, heard.at)
        _keep_steps(recommendation, next_steps, now)
        _keep_papers(locked, papers, said.answers, said.left_out)
        finish(locked, heard.target, heard.at)
        _audit(Verb.RECOMMENDATION_RECORD, recommendation, locked.case, by, now, {"outcome": outcome})
        return recommendation


@dataclass(frozen=True)
class _Said:
    """What the panel advises as it was written down, through the text gate. `told`: what the letter says of it."""

    outcome: Outcome
    answers: tuple[LimbAnswer, ...]
    reasons: str
    coded: Coded
    told: Mapping[str, str]
    left_out: tuple[LeftOut, ...]

    def columns(self) -> dict[str, Any]:
        """The same as a recommendation keeps it."""
        return {
            "outcome": self.outcome,
            "answers": [asdict(answer) for answer in self.answers],
            "reasons": self.reasons,
            **columns_of(self.coded),
            **self.told,
            "papers_left_out": [asdict(one) for one in self.left_out],
        }


def _said(
    outcome: Outcome,
    answers: Sequence[LimbAnswer],
    reasons: str,
    coded: Coded,
    told: Mapping[str, str],
    left_out: Sequence[LeftOut],
) -> _Said:
    return _Said(
        outcome,
        cleaned_answers(answers),
        clean_text(reasons, REASONS_LIMIT, label="The reasons"),
        settled(outcome, cleaned_codes(coded)),
        told,
        cleaned_left_out(left_out),
    )


@dataclass(frozen=True)
class _Heard:
    """Where the item goes, as of which moment, and who was there then."""

    target: str
    at: datetime
    on_paper: bool
    room: Room
    standing: quorum.QuorumResult


def _heard(item: AgendaItem, now: datetime) -> _Heard:
    """Refused: `not_in_session`, `wrong_state`."""
    in_session(item.meeting)
    ending = ending_of(item, now)
    target = ITEM.target(ending.state, "recommendation.record")
    room = load_room(item.meeting)
    standing = room.quorum(item, ending.at)
    if ending.on_paper:
        # What was heard on paper is not taken up again: its times are what can be put right.
        standing = replace(standing, way_out="")
    return _Heard(target, ending.at, ending.on_paper, room, standing)


def _of_item(item: AgendaItem) -> dict[str, Any]:
    """The question as the item asks it, and the law's words it is asked in."""
    test = legal_test(Stage(item.stage), item.case.received_on)
    return {"item": item, "stage": item.stage, "test_version": test.version}


def _told_to_the_family(answered: str, meanwhile: str) -> dict[str, str]:
    return {
        "family_views_answered": clean_text(
            answered, REASONS_LIMIT, label="The answer to the family’s views"
        ),
        "support_meanwhile": clean_text(meanwhile, SUPPORT_LIMIT, label="The help meanwhile"),
    }


def _looked_at(item: AgendaItem, factors: Sequence[Factor], words: str) -> dict[str, Any]:
    """The factors that were had regard to, in the order of the Code, and a line about them. They bind nobody to an outcome."""
    asked = factors_of(item)
    if set(factors) - set(asked):
        raise Refused("unknown_factor", "This is not a factor for somebody of this age.", field="factors")
    return {
        "factors": [str(factor) for factor in asked if factor in factors],
        "factors_words": clean_line(words, limit=FACTORS_LIMIT, label="The line about the factors"),
    }


def set_aside_recommendation(*, item: AgendaItem, because: str, by: User, now: datetime) -> AgendaItem:
    """Take an item up again because its recommendation was wrong, while the meeting sits and nothing rests on it.

    The recommendation stays; the next one supersedes it. Refused: `not_the_chair`, `no_reason`, `already_decided`,
    `another_item`, `not_in_session`, `wrong_state`.
    """
    access.require(by, Verb.RECOMMENDATION_RECORD, item, now=now)
    reason = clean_line(because, limit=500, label="The reason")
    if not reason:
        raise Refused("no_reason", "Say why the recommendation is taken up again.", field="because")
    with transaction.atomic():
        locked = lock_item(item)
        in_session(locked.meeting)
        target = ITEM.target(locked.state, "recommendation.set_aside")
        room = load_room(locked.meeting)
        leads_it(locked, room, by, now)
        _undecided(locked.case, Stage(locked.stage))
        other = locked.meeting.items.filter(state=ItemState.IN_DISCUSSION).first()
        if other is not None:
            raise Refused(
                "another_item", f"Item {other.position} is in discussion. Finish it or set it back first."
            )
        # An item of a meeting on paper keeps its beginning: what is set aside was wrongly entered, not heard again.
        began = locked.started_at if ending_of(locked, now).at < now else now
        if began == now:
            keep_hearing(locked, locked.ended_at)
        locked.state, locked.started_at, locked.ended_at = target, began, None
        locked.save(update_fields=["state", "started_at", "ended_at"])
        _audit("recommendation.set_aside", locked, locked.case, by, now, {"because": reason})
        return locked


def snapshot(room: Room, item: AgendaItem, result: quorum.QuorumResult, at: datetime) -> dict[str, Any]:
    """The quorum as it stood: the count, what was missing and which seats counted. Names nobody."""
    counted = quorum.eligible(room.presences(item), room.conflicts_of(item), item.started_at or at, at)
    return {
        "quorate": result.quorate,
        "needed": result.needed,
        "present": result.present,
        "missing_seats": list(result.missing_seats),
        "missing_agencies": result.missing_agencies,
        "missing_kinds": list(result.missing_kinds),
        "sentence": result.sentence,
        "seats": sorted(presence.seat for presence in counted),
    }


def cleaned_answers(answers: Sequence[LimbAnswer]) -> tuple[LimbAnswer, ...]:
    """The answers with their reasons through the text gate."""
    return tuple(
        LimbAnswer(
            limb=answer.limb,
            answer=answer.answer,
            reasons=clean_text(answer.reasons, REASONS_LIMIT, label="The reasons"),
            papers=tuple(dict.fromkeys(answer.papers)),
        )
        for answer in answers
    )


def cleaned_left_out(left_out: Sequence[LeftOut]) -> tuple[LeftOut, ...]:
    """The papers that were not considered, each with its reason through the text gate."""
    return tuple(
        LeftOut(one.paper, clean_line(one.because, limit=LEFT_OUT_LIMIT, label="Why it was not considered"))
        for one in left_out
    )


def cleaned_codes(coded: Coded) -> Coded:
    """Coded reasons through the text gate."""
    sought = clean_line(coded.sought, limit=300, label="What was asked for")
    return Coded(clean_line(coded.primary), tuple(clean_line(code) for code in coded.others), sought)


def columns_of(coded: Coded) -> dict[str, Any]:
    """Coded reasons as the columns of a recommendation or a decision."""
    return {
        "primary_reason": coded.primary,
        "other_reasons": list(coded.others),
        "evidence_sought": coded.sought,
    }


def coded_of(row: Recommendation | Decision) -> Coded:
    """The coded reasons a row keeps."""
    return Coded(row.primary_reason, tuple(row.other_reasons), row.evidence_sought)


def answers_of(stored: Sequence[dict[str, Any]]) -> tuple[LimbAnswer, ...]:
    """Stored answers as plain values."""
    return tuple(
        LimbAnswer(row["limb"], row["answer"] and Answer(row["answer"]), row["reasons"], tuple(row["papers"]))
        for row in stored
    )


def _same(before: Recommendation, by: User, said: _Said) -> bool:
    """Whether this very record was kept already: a double click or a back button (row 64)."""
    return (
        before.by_id == by.pk
        and (before.outcome, before.reasons) == (said.outcome, said.reasons)
        and answers_of(before.answers) == said.answers
    )


def legal_record(
    case: Case,
    stage: Stage,
    outcome: Outcome,
    answers: Sequence[LimbAnswer],
    reasons: str,
    *,
    decided_on: date,
    heard_on: date | None,
    before: Answered | None = None,
) -> Record:
    """What is to be recorded, with the facts of the case that the legal test asks for; `before` where it is read already."""
    yes: dict[int, date | None] = {}
    if stage is Stage.ISSUE:
        yes = before.assessed if before else assessed([case.pk])
    return Record(
        stage=stage,
        outcome=outcome,
        answers=answers,
        reasons=reasons,
        received_on=case.received_on,
        decided_on=decided_on,
        heard_on=heard_on,
        assessed_on=yes.get(case.pk),
        assess_decided=case.pk in yes,
        advice_lacking=gaps_of(case, decided_on).never_asked if outcome is Outcome.NOT_ISSUE else (),
        age=age_on(case.child.born_on, decided_on),
    )


def _may_recommend(item: AgendaItem, heard: _Heard, said: _Said, by: User) -> Record:
    """Ask every rule there is for it; the record they were asked about."""
    record = legal_record(
        item.case,
        Stage(item.stage),
        said.outcome,
        said.answers,
        said.reasons,
        decided_on=timezone.localdate(heard.at),
        heard_on=timezone.localdate(item.meeting.starts_at),
    )
    views = Views(bool(said_at(item.case, item)), said.told["family_views_answered"])
    _undecided(item.case, Stage(item.stage))
    who = recommending(item, heard.room, heard.standing, by, heard.at)
    decisions.refuse(decisions.check_recommendation(who, record, said.coded, views))
    decisions.refuse(left_out_problems(said.left_out, said.answers))
    return record


def _undecided(case: Case, stage: Stage) -> None:
    decided = standing_decision(case, stage)
    if decided is not None:
        raise Refused(
            "already_decided",
            f"The authority decided this question on {in_words(timezone.localdate(decided.decided_at))}.",
        )


def _keep_steps(recommendation: Recommendation, steps: Sequence[Step], now: datetime) -> None:
    heard_on = timezone.localdate(recommendation.item.meeting.starts_at)
    kept = []
    for position, step in enumerate(steps, start=1):
        row = NextStep(
            recommendation=recommendation,
            position=position,
            what=clean_line(step.what, limit=500, label="The next step"),
            owner=clean_line(step.owner, label="Who does it"),
            agency=clean_line(step.agency, label="The agency"),
            due_on=step.due_on,
        )
        if not (row.what and row.owner and row.agency):
            raise Refused(
                "step_incomplete",
                f"Next step {position} needs what, who and for which agency.",
                field="steps",
            )
        if row.due_on < heard_on:
            raise Refused(
                "step_in_past",
                f"Next step {position} is due on {in_words(row.due_on)}, before the meeting of {in_words(heard_on)}.",
                field="steps",
            )
        row.save()
        kept.append(row)
    follow_up(recommendation.item, kept, now)


def _keep_papers(
    item: AgendaItem, papers: Sequence[Paper], answers: Sequence[LimbAnswer], left_out: Sequence[LeftOut]
) -> None:
    """The papers the panel had before it, and those its answers rest on, with the digest of the very bytes; not those left out."""
    named = {paper_id for answer in answers for paper_id in answer.papers}
    unread = {one.paper for one in left_out}
    wanted = named | unread | {str(paper.public_id) for paper in papers}
    found = Paper.objects.filter(
        case=item.case, public_id__in=[i for i in wanted if is_uuid(i)], state=PaperState.ACCEPTED
    )
    if len(found) != len(wanted):
        raise Refused(
            "not_a_paper", "One of the papers named is not an accepted paper of this case.", field="papers"
        )
    known = set(PaperConsidered.objects.filter(item=item).values_list("paper_id", flat=True))
    PaperConsidered.objects.bulk_create(
        [
            PaperConsidered(item=item, paper=paper, document_id=paper.document_id)
            for paper in found
            if paper.document_id is not None and paper.pk not in known and str(paper.public_id) not in unread
        ]
    )


def _audit(
    verb: str,
    row: Recommendation | AgendaItem,
    case: Case,
    by: User,
    now: datetime,
    values: dict[str, Any],
) -> None:
    audit.record(
        verb=verb,
        by=by,
        at=now,
        subject_kind="recommendation" if isinstance(row, Recommendation) else "item",
        subject=row.public_id,
        case=case.public_id,
        values=values,
    )
