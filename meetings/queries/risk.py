"""Risks to school places: the one that stands for a case, and the list of those that are open, most pressing first."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Case as Case_
from django.db.models import When
from django.utils import timezone

from meetings.models import Risk
from meetings.models.risk import RiskQuerySet
from meetings.rules.risk import (
    INDICATORS,
    LEVEL_LABELS,
    STANDING_WORDS,
    Kept,
    Level,
    Standing,
    standing,
)
from panel.models import Case, User
from panel.platform.policy import Role

URGENCY = list(Standing)
MOST = 200
_GRAVEST_FIRST = Case_(When(level=Level.IMMINENT, then=0), When(level=Level.SIGNIFICANT, then=1), default=2)


@dataclass(frozen=True)
class RiskLine:
    """One risk in words. `days_open`: calendar days since it was last judged."""

    risk: Risk
    level: str
    shown_by: tuple[str, ...]
    standing: Standing
    words: str
    steps: frozenset[str]
    days_open: int

    @property
    def pressing(self) -> bool:
        """Whether something about it is late or refused."""
        return URGENCY.index(self.standing) <= URGENCY.index(Standing.REVIEW_DUE)


def risk_line(risk: Risk, today: date) -> RiskLine:
    """The words of one risk, its steps fetched with it or now."""
    steps = frozenset(step.kind for step in risk.steps.all())
    kept = Kept(
        Level(risk.level),
        risk.accept_by,
        risk.contact_by,
        risk.review_on,
        steps,
        bool(getattr(risk, "shut_out", False)),
    )
    where = standing(kept, today)
    return RiskLine(
        risk=risk,
        level=LEVEL_LABELS[Level(risk.level)],
        shown_by=tuple(INDICATORS[one] for one in risk.indicators),
        standing=where,
        words=STANDING_WORDS[where],
        steps=steps,
        days_open=(today - timezone.localdate(risk.at)).days,
    )


def standing_risk(case: Case, now: datetime) -> Risk | None:
    """The last word on the risk of a case, with its lead; None where nobody ever raised one. Two queries."""
    rows = Risk.objects.standing().with_lead_now(now).filter(case=case).select_related("lead", "by")
    found: Risk | None = rows.prefetch_related("steps").first()
    return found


def open_risks(user: User, now: datetime) -> list[RiskLine]:
    """The open risks this user may see, the most pressing first. Two queries."""
    return _lines(Risk.objects.visible_to(user, now).open(), now)


def _lines(rows: RiskQuerySet, now: datetime) -> list[RiskLine]:
    rows = (
        rows.with_lead_now(now)
        .select_related("case__child", "case__setting", "case__coordinator", "lead")
        .prefetch_related("steps")
    )
    today = timezone.localdate(now)
    lines = [risk_line(risk, today) for risk in rows.order_by(_GRAVEST_FIRST, "at", "pk")[:MOST]]
    return sorted(lines, key=lambda line: (URGENCY.index(line.standing), line.risk.at))


def risks_today(user: User, now: datetime) -> list[RiskLine]:
    """What needs this user today: in their own hands and not done, or late where they answer for the case. Two queries."""
    answers_for = bool(user.roles_on(timezone.localdate(now)) & {Role.OFFICER, Role.COORDINATOR})
    rows = Risk.objects.visible_to(user, now).open()
    lines = _lines(rows if answers_for else rows.filter(lead=user), now)
    return [
        line
        for line in lines
        if (line.risk.lead_id == user.pk and line.standing is not Standing.HELD)
        or (answers_for and line.pressing)
    ]
