"""Raising the risk to a school place, what its lead professional does, and who is told. None of it holds up a decision or a letter."""

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from meetings.actions.locks import lock_case, lock_question
from meetings.models import AgendaItem, Risk, RiskStep
from meetings.queries.risk import ASK, LATE, answering_for, risk_line, tellable_from, to_escalate
from meetings.rules.decisions import refuse
from meetings.rules.risk import (
    ESCALATED,
    NEEDS_LEAD,
    Entered,
    Level,
    accept_by,
    contact_by,
    risk_problems,
)
from meetings.rules.states import ItemState, MeetingState
from panel.law.words import until_today
from panel.models import Case, Denial, User
from panel.models.cases import live_grants
from panel.platform import access, audit, outbox
from panel.platform.policy import TABLE, Refused, Verb
from panel.platform.text import clean_line, clean_text

WORDS_LIMIT = 2_000
HEARD = frozenset({ItemState.IN_DISCUSSION, ItemState.RECOMMENDED})


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
    family within five, by a message that says nothing of whom or what. With `item`, only while the panel hears it. The same lead going on keeps the days first
    set. Refused: everything of `risk_problems`, `not_in_session`, `cannot_lead`, `stale`, `nothing_to_end`. Audits.
    """
    access.require(by, Verb.RISK_RECORD if item else Verb.RISK_RAISE, item or case, now=now)
    today = timezone.localdate(now)
    said = clean_text(words, limit=WORDS_LIMIT, label="What is known")
    leads = lead if level in NEEDS_LEAD else None
    review = review_on if level is not Level.NONE else None
    refuse(risk_problems(Entered(level, frozenset(indicators), said, leads is not None, review), today))
    with transaction.atomic():
        locked = _heard_now(item).case if item is not None else lock_case(case)
        before: Risk | None = Risk.objects.standing().with_lead_now(now).filter(case=locked).first()
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
            review_on=review,
            supersedes=before,
            by=by,
            at=now,
        )
        _keep(risk, before, today)
        values = {"level": str(level), "lead": str(leads.public_id) if leads else ""}
        _audit(Verb.RISK_RECORD if item else Verb.RISK_RAISE, risk, by, now, values)
        return risk


def _keep(risk: Risk, before: Risk | None, today: date) -> None:
    """Save the new record with the days of its lead professional, and with what the same person has done already."""
    goes_on = _goes_on(before, risk.lead)
    rises = before is not None and before.level != risk.level and risk.level == Level.IMMINENT
    if risk.lead is not None:
        risk.accept_by = _day(goes_on, "accept_by", accept_by(today))
        risk.contact_by = _day(None if rises else goes_on, "contact_by", contact_by(today))
    risk.save()
    if goes_on is not None:
        _carry_over(goes_on, risk, rises=rises)
    if risk.lead is not None and (goes_on is None or rises):
        # Whoever goes on with the same risk was asked when it was first put into their hands.
        again = risk.steps.filter(kind=RiskStep.Kind.ACCEPTED).exists()
        person = str(risk.lead.public_id)
        outbox.enqueue(
            kind=ASK,
            subject=risk.public_id,
            recipient=person,
            inputs={"person": person, "again": again},
            now=risk.at,
        )


def _heard_now(item: AgendaItem) -> AgendaItem:
    """The item under lock while the panel hears it or has just heard it: what it judges there is printed in its minutes."""
    locked = lock_question(item)
    if locked.meeting.state != MeetingState.OPEN or locked.state not in HEARD:
        raise Refused(
            "not_in_session",
            "The panel is not hearing this item now. Between panels a risk is recorded on the page of the case.",
        )
    return locked


def _goes_on(before: Risk | None, lead: User | None) -> Risk | None:
    """The record before, where it is in the same hands: its days and what was done stand. A no ends that."""
    if before is None or lead is None or before.lead_id != lead.pk:
        return None
    return None if before.steps.filter(kind=RiskStep.Kind.DECLINED).exists() else before


def _day(goes_on: Risk | None, name: str, otherwise: date) -> date:
    """The day first set for the same person, who is not given longer by a new record of the same risk."""
    return (getattr(goes_on, name) if goes_on else None) or otherwise


def _may_lead(case: Case, lead: User, now: datetime) -> None:
    """Somebody on the staff to whom this case is not closed."""
    roles = lead.roles_on(timezone.localdate(now))
    shut_out = Denial.objects.live().filter(case=case, user=lead).exists()
    unnamed = case.restricted and not live_grants(lead, now, case.pk).exists()
    if not roles & set(TABLE[Verb.RISK_ANSWER]) or shut_out or unnamed:
        raise Refused(
            "cannot_lead", f"This case is not open to {lead.name}. Name somebody else.", field="lead"
        )


def _carry_over(before: Risk, risk: Risk, *, rises: bool) -> None:
    """The same person goes on: what they have done already stands, but a risk that has become imminent needs a new call."""
    done = before.steps.exclude(kind=RiskStep.Kind.CONTACTED) if rises else before.steps.all()
    for step in done.order_by("pk"):
        RiskStep(risk=risk, kind=step.kind, on=step.on, words=step.words, by=step.by, at=step.at).save()


def answer_risk(
    *, risk: Risk, kind: RiskStep.Kind, on: date | None = None, words: str = "", by: User, now: datetime
) -> RiskStep:
    """The lead professional takes it on, says no with a reason, or has reached the family on a day. The same twice is one.

    Refused: `not_the_lead`, `superseded`, `accepted_already`, `declined`, `words`, `on`. Audits.
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
        if kind is not RiskStep.Kind.DECLINED and risk.steps.filter(kind=RiskStep.Kind.DECLINED).exists():
            raise Refused(
                "declined", "You have said that you cannot take this on. The officer names somebody else."
            )
        if kind is RiskStep.Kind.DECLINED:
            if risk.steps.exclude(kind=RiskStep.Kind.TOLD).exists():
                raise Refused(
                    "accepted_already", "You have taken this on. Ask the coordinator to name somebody else."
                )
            if not said:
                raise Refused("words", "Say why, so that somebody who can do it is found.", field="words")
        raised_on = timezone.localdate(risk.at)
        if kind is RiskStep.Kind.CONTACTED and not raised_on <= day <= today:
            raise Refused("on", until_today(raised_on, today), field="on")
        step = RiskStep(risk=risk, kind=kind, on=day, words=said, by=by, at=now)
        step.save()
        _audit(f"risk.{kind}", risk, by, now, {"on": str(day)})
        return step


def tell_of_lead(*, risk: Risk, on: date, how: str, by: User, now: datetime) -> RiskStep:
    """Note that the family was told who the lead professional is: on which day, in which way. The same twice is one.

    Refused: `no_lead`, `superseded`, `how`, `on`. Audits `risk.tell`.
    """
    access.require(by, Verb.RISK_TELL, risk, now=now)
    said = clean_line(how, limit=500, label="How they were told")
    if not said:
        raise Refused("how", "Say how the family was told.", field="how")
    with transaction.atomic():
        lock_case(risk.case)
        if risk.lead_id is None:
            raise Refused("no_lead", "Nobody leads here, so there is nothing to tell.")
        if Risk.objects.filter(supersedes=risk).exists():
            raise Refused("superseded", "This was recorded anew since. Open the newest record.")
        before = RiskStep.objects.filter(risk=risk, kind=RiskStep.Kind.TOLD).first()
        if before is not None:
            return before
        named_on = tellable_from(risk)
        if not named_on <= on <= timezone.localdate(now):
            raise Refused("on", until_today(named_on, timezone.localdate(now)), field="told_on")
        step = RiskStep(risk=risk, kind=RiskStep.Kind.TOLD, on=on, words=said, by=by, at=now)
        step.save()
        _audit(Verb.RISK_TELL, risk, by, now, {"on": str(on), "how": said})
        return step


def escalate_risks(now: datetime) -> int:
    """Promise those who answer for a case one message when nobody has taken a risk on, or another of its days has passed.

    A round of the sweeper, asked as often as it likes: one promise for each risk, what is wrong with it, and person. How many.
    """
    today, made = timezone.localdate(now), 0
    for risk, told in to_escalate(now):
        step = ESCALATED.get(risk_line(risk, today).standing)
        if step is None or step in told:
            continue
        for user in answering_for(risk, now):
            person = str(user.public_id)
            outbox.enqueue(
                kind=LATE,
                subject=risk.public_id,
                version=step,
                recipient=person,
                inputs={"person": person},
                now=now,
            )
            made += 1
    return made


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
