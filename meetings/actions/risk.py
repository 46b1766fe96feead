"""Raising the risk to a school place, and what its lead professional does. Neither holds up a decision or a letter."""

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from meetings.actions.locks import lock_case
from meetings.decisions import refuse
from meetings.models import AgendaItem, Risk, RiskStep
from meetings.risk import NEEDS_LEAD, Entered, Level, accept_by, contact_by, risk_problems
from panel.law.words import in_words
from panel.models import Case, Denial, User
from panel.models.cases import live_grants
from panel.platform import access, audit
from panel.platform.policy import TABLE, Refused, Verb
from panel.platform.text import clean_line, clean_text

WORDS_LIMIT = 2_000


def record_risk(
    *,
    case: Case,
    item: AgendaItem | None = None,
    level: Level,
    indicators: Collection[str] = (),
    words: str = "",
    lead: User | None = None,
    review_on: date | None = None,
    read: Risk | None = None,
    by: User,
    now: datetime,
) -> Risk:
    """Say how much at risk a child's place is; what was said before stays on record. `read`: what stood when it was written.

    A significant or imminent risk has a lead professional, asked to take it on within two working days and to reach the
    family within five. Refused: everything of `risk_problems`, `cannot_lead`, `stale`, `nothing_to_end`. Audits.
    """
    access.require(by, Verb.RISK_RECORD if item else Verb.RISK_RAISE, item or case, now=now)
    today = timezone.localdate(now)
    said = clean_text(words, limit=WORDS_LIMIT, label="What is known")
    leads = lead if level in NEEDS_LEAD else None
    review = review_on if level is not Level.NONE else None
    refuse(risk_problems(Entered(level, frozenset(indicators), said, leads is not None, review), today))
    with transaction.atomic():
        locked = lock_case(case)
        before = Risk.objects.standing().filter(case=locked).first()
        if before is not None and before.pk != (read.pk if read else None):
            raise Refused(
                "stale", "Somebody has recorded this risk since you opened the page. Look again, then record."
            )
        if level is Level.NONE and (before is None or before.level == Level.NONE):
            raise Refused("nothing_to_end", "No risk stands for this case.", field="level")
        if leads is not None:
            _may_lead(locked, leads, now)
        risk = Risk(
            case=locked,
            item=item,
            level=level,
            indicators=sorted(indicators),
            words=said,
            lead=leads,
            accept_by=accept_by(today) if leads else None,
            contact_by=contact_by(today) if leads else None,
            review_on=review,
            supersedes=before,
            by=by,
            at=now,
        )
        risk.save()
        same_hands = before is not None and leads is not None and before.lead_id == leads.pk
        if before is not None and same_hands:
            _carry_over(before, risk)
        values = {"level": str(level), "lead": str(leads.public_id) if leads else ""}
        _audit(Verb.RISK_RECORD, risk, by, now, values)
        return risk


def _may_lead(case: Case, lead: User, now: datetime) -> None:
    """Somebody on the staff to whom this case is not closed."""
    roles = lead.roles_on(timezone.localdate(now))
    shut_out = Denial.objects.live().filter(case=case, user=lead).exists()
    unnamed = case.restricted and not live_grants(lead, now).filter(content_object=case.pk).exists()
    if not roles & set(TABLE[Verb.RISK_ANSWER]) or shut_out or unnamed:
        raise Refused(
            "cannot_lead", f"This case is not open to {lead.name}. Name somebody else.", field="lead"
        )


def _carry_over(before: Risk, risk: Risk) -> None:
    """The same person goes on: what they have done already stands, a no does not."""
    for step in before.steps.exclude(kind=RiskStep.Kind.DECLINED).order_by("pk"):
        RiskStep(risk=risk, kind=step.kind, on=step.on, words=step.words, by=step.by, at=step.at).save()


def answer_risk(
    *, risk: Risk, kind: RiskStep.Kind, on: date | None = None, words: str = "", by: User, now: datetime
) -> RiskStep:
    """The lead professional takes it on, says no with a reason, or has reached the family on a day. The same twice is one.

    Refused: `not_the_lead`, `superseded`, `accepted_already`, `words`, `on`. Audits.
    """
    access.require(by, Verb.RISK_ANSWER, risk, now=now)
    today = timezone.localdate(now)
    said = clean_line(words, limit=500, label="The reason")
    day = on or today
    with transaction.atomic():
        lock_case(risk.case)
        if risk.lead_id != by.pk:
            raise Refused("not_the_lead", "Only the lead professional can say this.")
        if Risk.objects.filter(supersedes=risk).exists():
            raise Refused("superseded", "This was recorded anew since. Open the newest record.")
        before = RiskStep.objects.filter(risk=risk, kind=kind).first()
        if before is not None:
            return before
        if kind is RiskStep.Kind.DECLINED:
            if RiskStep.objects.filter(risk=risk).exists():
                raise Refused(
                    "accepted_already", "You have taken this on. Ask the coordinator to name somebody else."
                )
            if not said:
                raise Refused("words", "Say why, so that somebody who can do it is found.", field="words")
        raised_on = timezone.localdate(risk.at)
        if kind is RiskStep.Kind.CONTACTED and not raised_on <= day <= today:
            raise Refused("on", f"Enter a day between {in_words(raised_on)} and today.", field="on")
        step = RiskStep(risk=risk, kind=kind, on=day, words=said, by=by, at=now)
        step.save()
        _audit(f"risk.{kind}", risk, by, now, {"on": str(day)})
        return step


def _audit(verb: str, risk: Risk, by: User, now: datetime, values: dict[str, str]) -> None:
    audit.record(
        verb=verb,
        by=by,
        at=now,
        subject_kind="risk",
        subject=risk.public_id,
        case=risk.case.public_id,
        values=values,
    )
