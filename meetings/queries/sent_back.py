"""What an officer sent back to the panel and no panel has taken up: its question waits, and is on nobody's list."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from meetings.models import AgendaItem, SentBack
from meetings.models.decisions import question_waits
from meetings.queries.decisions import standing_decisions
from meetings.rules.states import FINISHED, ItemState, MeetingState
from panel.law.clock import latest_safe_panel_for
from panel.law.legal import Stage
from panel.models import Case, User
from panel.queries.clocks import stage_due_of

SHOWN = 10


@dataclass(frozen=True)
class Unheard:
    """One question that was sent back, with the last day on which a panel can hear it in time."""

    sent: SentBack
    case: Case
    latest_panel_on: date


def unheard(user: User, now: datetime) -> tuple[Unheard, ...]:
    """What was sent back and waits, in cases this user may see, the most pressing first. One query."""
    seen = Case.objects.visible_to(user, now).filter(pk=OuterRef("recommendation__item__case"))
    rows = _waiting().filter(Exists(seen)).select_related("recommendation__item__case__child", "by")
    found = [_unheard(row) for row in rows.order_by("pk")]
    return tuple(sorted(found, key=lambda one: (one.latest_panel_on, one.sent.pk))[:SHOWN])


def _unheard(sent: SentBack) -> Unheard:
    item = sent.recommendation.item
    return Unheard(sent, item.case, latest_safe_panel_for(stage_due_of(item.case, Stage(item.stage))))


def last_sent_back() -> QuerySet[Any, Any]:
    """When the open question of a case (the outer row) was sent back, if it waits for that."""
    return _waiting().filter(recommendation__item__case=OuterRef("pk")).order_by("-pk").values("at")[:1]


def _waiting() -> QuerySet[SentBack]:
    """Each that was sent back of a question still open, which is on no list and which no panel has heard since."""
    here = "recommendation__item__"
    same = {"case": OuterRef(f"{here}case"), "stage": OuterRef(f"{here}stage")}
    on_a_list = Q(meeting__state__in=(MeetingState.PLANNED, MeetingState.OPEN)) & ~Q(state__in=FINISHED)
    # What a later panel put off waits among what was put off.
    since = Q(state__in=(ItemState.RECOMMENDED, ItemState.SENT_BACK, ItemState.DEFERRED)) & Q(
        meeting__starts_at__gt=OuterRef(f"{here}meeting__starts_at")
    )
    return SentBack.objects.filter(
        question_waits("recommendation__item"),
        ~Exists(AgendaItem.objects.filter(on_a_list | since, **same)),
        ~Exists(standing_decisions().filter(**same)),
        recommendation__superseded_by=None,
        recommendation__item__state=ItemState.SENT_BACK,
    )
