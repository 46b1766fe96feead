"""Rows as the lines of a minutes' record say them: one row in, one line out, no query."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from meetings.minutes import frozen as records
from meetings.models import (
    AgendaItem,
    Conflict,
    Decision,
    Deferral,
    HeardBefore,
    PaperConsidered,
    Recommendation,
    Risk,
    Seat,
)
from meetings.queries.dissents import dissents_from
from meetings.queries.words import Corrections
from meetings.rules.risk import INDICATORS, LEVEL_LABELS, Level
from panel.law.legal import (
    FACTOR_LABELS,
    OUTCOME_LABELS,
    Factor,
    Outcome,
    answer_label,
    legal_test_of,
)
from panel.models import Document, Paper, PaperKind
from panel.platform.policy import ROLE_LABELS, Role

NOT_THERE = "Was not at the meeting"


@dataclass(frozen=True)
class Heard:
    """When an item was heard: its last time, and each earlier one in turn."""

    before: tuple[records.HeardLine, ...] = ()
    began: datetime | None = None
    ended: datetime | None = None

    def was_on(self, at: datetime) -> bool:
        """Whether the item was being heard at a moment after it was taken up."""
        in_last = self.began is not None and at > self.began
        return in_last or any(one.began < at <= one.ended for one in self.before)


def heard_of(item: AgendaItem, rows: Sequence[HeardBefore]) -> Heard:
    """The times of an item, of which `rows` has those that ended before its end, in the order of time.

    One that was set back and not taken up again was heard last when it was set back, whatever became of it afterwards.
    """
    before = tuple(records.HeardLine(row.began_at, row.ended_at) for row in rows)
    if before and before[-1].began == item.started_at:
        return Heard(before[:-1], before[-1].began, before[-1].ended)
    return Heard(before, item.started_at, item.ended_at)


def conflict_line(row: Conflict, heard: Heard, *, on_paper: bool, came: bool) -> records.ConflictLine:
    """A conflict and what was done about it; when it came up only where that was while the item was heard.

    Nothing had to be done about somebody who never `came` to the meeting, and nothing is said to have been.
    """
    kind = Conflict.Kind(row.kind).label
    # What is entered from paper says nothing of the moment it came up.
    late = not on_paper and heard.was_on(row.recorded_at)
    return records.ConflictLine(
        name=row.entry.user.name,
        seat=Seat(row.entry.seat).label,
        kind=f"{kind}: {row.detail}" if row.detail else kind,
        effect=Conflict.Effect(row.effect).label if came else NOT_THERE,
        source=Conflict.Source(row.source).label,
        declared_at=row.recorded_at if late else None,
    )


def paper_lines(
    considered: Sequence[PaperConsidered], advice: Recommendation | None, left_out: Mapping[str, Paper]
) -> tuple[records.PaperLine, ...]:
    """The papers considered, then those that were not. An earlier recommendation on the item may have considered one of these."""
    unread = {row["paper"]: row["because"] for row in advice.papers_left_out} if advice else {}
    return (
        *(_paper(row.paper, row.document) for row in considered if str(row.paper.public_id) not in unread),
        *(
            replace(_paper(left_out[key], left_out[key].document), not_considered=because)
            for key, because in unread.items()
            if key in left_out
        ),
    )


def _paper(paper: Paper, document: Document | None) -> records.PaperLine:
    return records.PaperLine(
        title=paper.title,
        author=", ".join(part for part in (paper.author, paper.author_agency) if part),
        dated_on=paper.dated_on,
        received_on=timezone.localdate(paper.received_at),
        pages=document.pages if document else None,
        sha256=document.sha256 if document else "",
        kind=PaperKind(paper.kind).label,
    )


def titles_considered(papers: Sequence[PaperConsidered]) -> dict[str, str]:
    """The titles of papers by their public id, as answers name them."""
    return {str(row.paper.public_id): row.paper.title for row in papers}


def limb_lines(row: Recommendation | Decision, titles: Mapping[str, str]) -> tuple[records.LimbLine, ...]:
    """The questions of the legal test as this row answers them."""
    questions = legal_test_of(row.test_version).questions
    return tuple(
        records.LimbLine(
            question=questions[answer["limb"]],
            answer=answer_label(answer["answer"]),
            reasons=answer["reasons"],
            evidence=tuple(titles[paper] for paper in answer["papers"] if paper in titles),
        )
        for answer in row.answers
    )


def advised_line(advice: Recommendation, corrected: Corrections) -> records.RecommendationLine:
    """What the panel advised, with who did not agree."""
    return records.RecommendationLine(
        outcome=OUTCOME_LABELS[Outcome(advice.outcome)],
        reasons=advice.reasons,
        family_answered=advice.family_views_answered,
        help_meanwhile=advice.support_meanwhile,
        factors=tuple(FACTOR_LABELS[Factor(factor)] for factor in advice.factors),
        factors_words=advice.factors_words,
        chair=advice.by.name,
        recorded_at=advice.at,
        codes=_codes(advice),
        dissent=tuple(
            records.DissentLine(seat=Seat(row.entry.seat).label, reason=row.text)
            for row in dissents_from(advice)
        ),
        corrected=corrected.of_advice(advice.pk),
    )


def _codes(row: Recommendation | Decision) -> tuple[str, ...]:
    return tuple(filter(None, (row.primary_reason, *row.other_reasons)))


def decided_line(
    decision: Decision | None,
    advice: Recommendation | None,
    titles: Mapping[str, str],
    corrected: Corrections,
) -> records.DecisionLine | None:
    """The decision with the findings it rests on: its own wherever they are not, word for word, what the panel advised."""
    if decision is None:
        return None
    agreed = advice is not None and decision.outcome == advice.outcome
    own_limbs = advice is None or not agreed or decision.answers != advice.answers
    own_codes = advice is None or not agreed or _codes(decision) != _codes(advice)
    return records.DecisionLine(
        outcome=OUTCOME_LABELS[Outcome(decision.outcome)],
        reasons=decision.reasons,
        officer=decision.by.name,
        role=ROLE_LABELS[Role(decision.by_role)],
        decided_on=timezone.localdate(decision.decided_at),
        delegation=decision.delegation_reference,
        departs_because=decision.departs_because,
        limbs=limb_lines(decision, titles) if own_limbs else (),
        codes=_codes(decision) if own_codes else (),
        corrected=corrected.of_decision(decision.pk),
        family_answered=_own(decision, advice, "family_views_answered"),
        help_meanwhile=_own(decision, advice, "support_meanwhile"),
    )


def _own(decision: Decision, advice: Recommendation | None, field: str) -> str:
    """What the officer says herself; what the panel said stands with its advice."""
    words: str = getattr(decision, field)
    return "" if advice is not None and words == getattr(advice, field) else words


def deferral_line(deferral: Deferral | None, next_on: date | None) -> records.DeferralLine | None:
    """Why the item was put off, until when."""
    if deferral is None:
        return None
    return records.DeferralLine(
        reason=Deferral.Reason(deferral.reason).label,
        missing=deferral.missing,
        owner=deferral.owner,
        by=deferral.by_when,
        next_on=next_on,
        late_because=deferral.late_because if deferral.makes_late else "",
        no_slot_because=""
        if deferral.makes_late or deferral.next_meeting_id is not None
        else deferral.late_because,
    )


def risk_line(row: Risk | None) -> records.RiskLine | None:
    """The risk to the school place as the panel judged it."""
    if row is None:
        return None
    return records.RiskLine(
        level=LEVEL_LABELS[Level(row.level)],
        shown_by=tuple(INDICATORS[one] for one in row.indicators),
        words=row.words,
        lead=row.lead.name if row.lead else "",
        contact_by=row.contact_by,
        review_on=row.review_on,
    )


def step_line(row: Any) -> records.StepLine:
    """A next step."""
    return records.StepLine(what=row.what, who=row.owner, agency=row.agency, by=row.due_on)
