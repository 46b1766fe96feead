"""What meetings add to the page of a case: where it was listed, what was decided, and the letters about it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone

from meetings.models import AgendaItem, Decision, Letter, SentBack
from meetings.queries.reconsider import REFUSED_IN, reconsiderations, standing_and_replaced
from meetings.queries.risk import risk_line, standing_risk
from meetings.queries.waiting import STAGE_OF
from meetings.rules.states import ITEM, LETTER, LetterState
from meetings.views import version_section
from panel.law.legal import OUTCOME_LABELS, STAGE_LABELS, Outcome, Stage
from panel.models import Case, User
from panel.platform.policy import Role
from panel.queries import Event
from panel.views.sections import Section

READS_ITEMS = frozenset({Role.CLERK, Role.OFFICER})


@dataclass(frozen=True)
class Listed:
    """One appearance on a list, `item` with `sent_back_at` and `why_back`. `url` is empty for whoever sees the case and not the meeting."""

    item: Any
    question: str
    state: str
    url: str


@dataclass(frozen=True)
class Decided:
    """One decision that stands, or was `replaced` on looking again, with the letters about it.

    `draft_url` leads to those still to be drafted.
    """

    decision: Decision
    outcome: str
    replaced: bool
    letters: tuple["Written", ...]
    draft_url: str


@dataclass(frozen=True)
class Written:
    """One letter and where it stands."""

    letter: Letter
    state: str


def section(user: User, case: Case, now: datetime) -> Section | None:
    """The section for this user; a professional gets what was released to her setting. Six queries."""
    roles = user.roles_on(timezone.localdate(now))
    coordinates = Role.COORDINATOR in roles and case.coordinator_id == user.pk
    if not (roles & READS_ITEMS or coordinates):
        return version_section.section(user, case, now)
    back = SentBack.objects.filter(recommendation__item=OuterRef("pk")).order_by("-pk")
    items = (
        AgendaItem.objects.filter(case=case)
        .annotate(sent_back_at=Subquery(back.values("at")[:1]), why_back=Subquery(back.values("because")[:1]))
        .select_related("meeting")
        .order_by("-meeting__starts_at", "-pk")
    )
    listed = tuple(_listed(item, reads=bool(roles & READS_ITEMS)) for item in items)
    letters = (
        # What was sent is shown for good, also where a corrected letter was drafted after it.
        Letter.objects.filter(
            Q(superseded_by=None) | Q(sent__isnull=False), decision__case=case, withdrawal=None
        )
        .select_related("recipient", "release", "sent")
        .order_by("pk")
    )
    by_decision: dict[int, list[Written]] = {}
    for letter in letters:
        by_decision.setdefault(letter.decision_id, []).append(Written(letter, _state(letter)))
    decided = tuple(
        _decided(decision, tuple(by_decision.get(decision.pk, ())), drafts=coordinates or Role.CLERK in roles)
        for decision in standing_and_replaced(case)
    )
    risk = standing_risk(case, now)
    may_decide = Role.OFFICER in roles and case.state in STAGE_OF
    decide_url = reverse("decision.without_panel", args=[case.public_id]) if may_decide else ""
    return Section(
        heading="Panels, decisions and letters",
        template="meetings/_case_section.html",
        context={
            "listed": listed,
            "decided": decided,
            "decide_url": decide_url,
            "reconsiderations": reconsiderations(case),
            "reconsider_url": _reconsider_url(case, roles),
            "agree_url": reverse("decision.fast_track", args=[case.public_id]) if may_decide else "",
            "risk": risk_line(risk, timezone.localdate(now)) if risk else None,
            "risk_url": reverse("risk.raise", args=[case.public_id]),
        },
        events=(
            *(_heard(row) for row in reversed(listed)),
            *(_sent_back(row) for row in reversed(listed) if row.item.sent_back_at),
            *_events(decided[::-1]),
        ),
    )


def _reconsider_url(case: Case, roles: frozenset[Role]) -> str:
    """Where an officer looks again at a refusal; the page asks whether the family was told of it."""
    if Role.OFFICER not in roles or case.state not in REFUSED_IN:
        return ""
    return reverse("decision.reconsider", args=[case.public_id])


def _listed(item: AgendaItem, *, reads: bool) -> Listed:
    return Listed(
        item=item,
        question=STAGE_LABELS[Stage(item.stage)],
        state=ITEM.states[item.state].staff,
        url=reverse("item.view", args=[item.public_id]) if reads else "",
    )


def _decided(decision: Decision, letters: tuple[Written, ...], *, drafts: bool) -> Decided:
    replaced = hasattr(decision, "superseded_by")
    return Decided(
        decision=decision,
        outcome=OUTCOME_LABELS[Outcome(decision.outcome)],
        replaced=replaced,
        letters=letters,
        draft_url=reverse("letter.draft", args=[decision.public_id]) if drafts and not replaced else "",
    )


def _state(letter: Letter) -> str:
    if hasattr(letter, "sent"):
        return LETTER.states[LetterState.SENT].staff
    return LETTER.states[LetterState.RELEASED if hasattr(letter, "release") else LetterState.DRAFTED].staff


def _heard(row: Listed) -> Event:
    on = timezone.localdate(row.item.meeting.starts_at)
    return Event(on, f"On a panel’s list: {row.question[:1].lower()}{row.question[1:]}", "meeting", row.url)


def _sent_back(row: Listed) -> Event:
    """Why it was is told to those who read what the panel does."""
    why = f": “{row.item.why_back}”" if row.url else ""
    on = timezone.localdate(row.item.sent_back_at)
    return Event(on, f"Sent back to the panel{why}", "decision", row.url)


def _events(decided: tuple[Decided, ...]) -> list[Event]:
    found = []
    for row in decided:
        on = timezone.localdate(row.decision.decided_at)
        url = reverse("decision.view", args=[row.decision.public_id])
        found.append(Event(on, f"Decision: {row.outcome[:1].lower()}{row.outcome[1:]}", "decision", url))
        found += [
            Event(one.letter.sent.letter_on, f"Letter to {one.letter.recipient}", "letter")
            for one in row.letters
            if hasattr(one.letter, "sent")
        ]
    return found
