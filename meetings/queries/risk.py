"""Risks to school places: the one that stands for a case, and the list of those that are open, most pressing first."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Case as Case_
from django.db.models import Exists, OuterRef, Q, When
from django.utils import timezone

from meetings.models import AgendaItem, Letter, PanelType, Risk, RiskStep, config_on
from meetings.models.risk import RiskQuerySet
from meetings.rules.risk import (
    ESCALATED,
    INDICATORS,
    LEVEL_LABELS,
    STANDING_WORDS,
    Kept,
    Level,
    Standing,
    owes_a_word,
    standing,
    word_is_due,
)
from panel.models import Case, Dispatch, Membership, User
from panel.platform.policy import Role

# The messages about a risk: to its lead professional, and to those who answer for the case.
ASK, LATE = "risk.ask", "risk.late"
URGENCY = list(Standing)
MOST = 200
_GRAVEST_FIRST = Case_(When(level=Level.IMMINENT, then=0), When(level=Level.SIGNIFICANT, then=1), default=2)


@dataclass(frozen=True)
class RiskLine:
    """One risk in words. `days_open`: calendar days since it was last judged.

    `tell_by`: the last day on which the family is told who leads, where that is still to be done (`with_words_owed`); `tell_now`:
    no letter does it in time.
    """

    risk: Risk
    level: str
    shown_by: tuple[str, ...]
    standing: Standing
    words: str
    steps: frozenset[str]
    days_open: int
    tell_by: date | None = None
    tell_now: bool = False

    @property
    def pressing(self) -> bool:
        """Whether something about it is late or refused."""
        return URGENCY.index(self.standing) <= URGENCY.index(Standing.REVIEW_DUE)


def risk_line(risk: Risk, today: date) -> RiskLine:
    """The words of one risk, its steps fetched with it or now."""
    kept = _kept(risk)
    where = standing(kept, today)
    return RiskLine(
        risk=risk,
        level=LEVEL_LABELS[Level(risk.level)],
        shown_by=tuple(INDICATORS[one] for one in risk.indicators),
        standing=where,
        words=STANDING_WORDS[where],
        steps=frozenset(kept.steps),
        days_open=(today - timezone.localdate(risk.at)).days,
    )


def _kept(risk: Risk) -> Kept:
    return Kept(
        Level(risk.level),
        risk.accept_by,
        risk.contact_by,
        risk.review_on,
        frozenset(step.kind for step in risk.steps.all()),
        bool(getattr(risk, "shut_out", False)),
    )


def with_words_owed(lines: Sequence[RiskLine], today: date) -> list[RiskLine]:
    """The same lines with what the family has still to be told. The risks come `with_letter_coming`. One query, none where no
    word is owed whatever the letters say.
    """
    might = [line.risk for line in lines if owes_a_word(_kept(line.risk), in_letter=False)]
    named = _named_in_letters(might)
    owing = {risk.pk for risk in might if (risk.case_id, risk.lead.name) not in named}  # type: ignore[union-attr]
    found = []
    for line in lines:
        by = line.risk.contact_by
        if line.risk.pk in owing and by is not None:
            coming = bool(line.risk.letter_coming)  # type: ignore[attr-defined]
            found.append(replace(line, tell_by=by, tell_now=word_is_due(by, today, letter_coming=coming)))
        else:
            found.append(line)
    return found


def _named_in_letters(risks: Collection[Risk]) -> set[tuple[int, str]]:
    """By case the names of leads that letters about one decision have told to everybody who gets one."""
    if not risks:
        return set()
    letters = Letter.objects.filter(
        decision__case__in={risk.case_id for risk in risks}, decision__set_aside=None, withdrawal=None
    )
    told: dict[tuple[int, int, int], set[str]] = defaultdict(set)
    for case, decision, person, name, on in letters.values_list(
        "decision__case", "decision", "recipient", "facts__lead_professional", "sent__letter_on"
    ):
        told[case, decision, person] |= {name} if name and on else set()
    by_decision: dict[tuple[int, int], list[set[str]]] = defaultdict(list)
    for (case, decision, _), names in told.items():
        by_decision[case, decision].append(names)
    return {(case, name) for (case, _), each in by_decision.items() for name in set.intersection(*each)}


def tellable_from(risk: Risk) -> date:
    """The first day on which the family could be told of this lead professional: when she was first named for it."""
    first = risk
    while (before := first.supersedes) is not None and before.lead_id == risk.lead_id:
        first = before
    return timezone.localdate(first.at)


def duty_lead_of(case: Case, today: date) -> int | None:
    """Who leads unless somebody else is named, between panels: by the rules of the panel that heard the case last, or hears it next.

    Where no panel had it on its list, by those of all panels, if they name one and the same. Two queries, one more per panel.
    """
    last = AgendaItem.objects.filter(case=case).select_related("meeting__panel_type")
    item = last.order_by("-meeting__starts_at", "-pk").first()
    panels = [item.meeting.panel_type] if item else list(PanelType.objects.all())
    rules = [config for panel in panels if (config := config_on(panel, today)) is not None]
    leads = {config.duty_lead_id for config in rules} - {None}
    return leads.pop() if len(leads) == 1 else None


def to_escalate(now: datetime) -> Iterator[tuple[Risk, frozenset[int]]]:
    """The open risks of which something may have gone wrong by now, each with what of it was told already. Three queries."""
    today = timezone.localdate(now)
    declined = RiskStep.objects.filter(risk=OuterRef("pk"), kind=RiskStep.Kind.DECLINED)
    passed = Q(accept_by__lt=today) | Q(contact_by__lt=today) | Q(review_on__lte=today)
    rows = Risk.objects.open().with_lead_now(now).filter(passed | Q(shut_out=True) | Q(Exists(declined)))
    found = list(rows.select_related("case", "lead").prefetch_related("steps").order_by("pk"))
    promised = Dispatch.objects.filter(kind=LATE, subject__in=[risk.public_id for risk in found])
    told: dict[object, set[int]] = defaultdict(set)
    for subject, step in promised.values_list("subject", "version"):
        told[subject].add(step)
    for risk in found:
        yield risk, frozenset(told[risk.public_id])


def answering_for(risk: Risk, now: datetime) -> list[User]:
    """Who is told when a risk is in nobody’s hands: the officers and the case’s coordinator to whom it is open. A query for each."""
    today = timezone.localdate(now)
    holding = Membership.objects.live(today).filter(user=OuterRef("pk"))
    officers = Q(Exists(holding.filter(role=Role.OFFICER)))
    coordinator = Q(pk=risk.case.coordinator_id) & Q(Exists(holding.filter(role=Role.COORDINATOR)))
    people = User.objects.filter(officers | coordinator, is_active=True).order_by("pk")
    return [one for one in people if Risk.objects.visible_to(one, now).filter(pk=risk.pk).exists()]


def still_wrong(risk: Risk, step: int, now: datetime) -> bool:
    """Whether what was to be told of a risk is still so: not recorded anew since, nor put right."""
    row = Risk.objects.open().with_lead_now(now).prefetch_related("steps").filter(pk=risk.pk).first()
    if row is None:
        return False
    return ESCALATED.get(risk_line(row, timezone.localdate(now)).standing) == step


def standing_risk(case: Case, now: datetime) -> Risk | None:
    """The last word on the risk of a case, with its lead; None where nobody ever raised one. Two queries."""
    rows = Risk.objects.standing().with_lead_now(now).filter(case=case).select_related("lead", "by")
    found: Risk | None = rows.prefetch_related("steps").first()
    return found


def open_risks(user: User, now: datetime) -> list[RiskLine]:
    """The open risks this user may see, the most pressing first. Three queries."""
    return _lines(Risk.objects.visible_to(user, now).open(), now)


def _lines(rows: RiskQuerySet, now: datetime) -> list[RiskLine]:
    rows = (
        rows.with_lead_now(now)
        .with_letter_coming()
        .select_related("case__child", "case__setting", "case__coordinator", "lead")
        .prefetch_related("steps")
    )
    today = timezone.localdate(now)
    lines = [risk_line(risk, today) for risk in rows.order_by(_GRAVEST_FIRST, "at", "pk")[:MOST]]
    return sorted(
        with_words_owed(lines, today), key=lambda line: (URGENCY.index(line.standing), line.risk.at)
    )


def risks_today(user: User, now: datetime) -> list[RiskLine]:
    """What needs this user today: in their own hands and not done, or late where they answer for the case, the word to the
    family with it. Three queries.
    """
    answers_for = bool(user.roles_on(timezone.localdate(now)) & {Role.OFFICER, Role.COORDINATOR})
    mine = Risk.objects.visible_to if answers_for else Risk.objects.led_by
    lines = _lines(mine(user, now).open(), now)
    return [
        line
        for line in lines
        if (line.risk.lead_id == user.pk and line.standing is not Standing.HELD)
        or (answers_for and (line.pressing or line.tell_now))
    ]
