"""What an officer sent back to the panel: questions no panel has taken up or hears in time, and what the next panel is told of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from meetings.models import AgendaItem, SentBack
from meetings.models.decisions import question_waits
from meetings.queries.decisions import standing_decisions
from meetings.rules.states import FINISHED, ItemState, MeetingState
from panel.law.clock import latest_safe_panel_for
from panel.law.legal import OUTCOME_LABELS, STAGE_LABELS, Outcome, Stage
from panel.models import Case, User
from panel.queries.clocks import stage_due_of

SHOWN = 10


@dataclass(frozen=True)
class Unheard:
    """One question that was sent back, by when the family is to be told and the last day on which a panel can hear it in time.

    `again_on`: the day of the panel that has it on its list, None while none has. `in_session`: the panel that advised on it
    sits still, and its chair can take it up again.
    """

    sent: SentBack
    case: Case
    stage: str
    legal_due_on: date
    latest_panel_on: date
    again_on: date | None
    in_session: bool


@dataclass(frozen=True)
class Again:
    """What a panel is told of the panel before it, whose advice was sent back: what it was, by whom and why it came back."""

    advised: str
    heard_on: date
    sent_on: date
    by: str
    because: str


def unheard(user: User, now: datetime) -> tuple[Unheard, ...]:
    """What was sent back and waits, in cases this user may see: what is on no list first, then what a panel hears too late, the most
    pressing first. One query.
    """
    seen = Case.objects.visible_to(user, now).filter(pk=OuterRef("recommendation__item__case"))
    rows = (
        _open().filter(Exists(seen)).annotate(again_at=Subquery(_listed().values("meeting__starts_at")[:1]))
    )
    rows = rows.select_related("recommendation__item__case__child", "recommendation__item__meeting", "by")
    found = [_unheard(row) for row in rows.order_by("pk")]
    waiting = [one for one in found if one.again_on is None or one.again_on > one.latest_panel_on]
    waiting.sort(key=lambda one: (one.again_on is not None, one.latest_panel_on, one.sent.pk))
    return tuple(waiting[:SHOWN])


def _unheard(sent: Any) -> Unheard:
    item = sent.recommendation.item
    due = stage_due_of(item.case, Stage(item.stage))
    return Unheard(
        sent=sent,
        case=item.case,
        stage=STAGE_LABELS[Stage(item.stage)],
        legal_due_on=due,
        latest_panel_on=latest_safe_panel_for(due),
        again_on=timezone.localdate(sent.again_at) if sent.again_at else None,
        in_session=item.meeting.state == MeetingState.OPEN,
    )


def last_sent_back() -> QuerySet[Any, Any]:
    """When the open question of a case (the outer row) was sent back, if it waits for that and is on no list."""
    waiting = _open().filter(~Exists(_listed()), recommendation__item__case=OuterRef("pk"))
    return waiting.order_by("-pk").values("at")[:1]


def asked_to_look_again(items: Sequence[AgendaItem]) -> dict[int, Again]:
    """Of items (keys) whose question an earlier panel advised on and an officer sent back: what that was. Not once a panel between
    the two has advised and was not sent back. One query, two where anything was sent back.
    """
    sent = list(
        SentBack.objects.filter(
            recommendation__item__case__in=[item.case_id for item in items],
            recommendation__item__state=ItemState.SENT_BACK,
            recommendation__superseded_by=None,
        )
        .select_related("recommendation__item__meeting", "by")
        .order_by("recommendation__item__meeting__starts_at", "pk")
    )
    if not sent:
        return {}
    advised = list(
        AgendaItem.objects.filter(
            case__in=[row.recommendation.item.case_id for row in sent], state=ItemState.RECOMMENDED
        ).values_list("case", "stage", "meeting__starts_at")
    )
    return {item.pk: again for item in items if (again := _again(item, sent, advised))}


def _again(
    item: AgendaItem, sent: Sequence[SentBack], advised: Sequence[tuple[int, str, datetime]]
) -> Again | None:
    here = item.meeting.starts_at
    for row in reversed(sent):
        before = row.recommendation.item
        then = before.meeting.starts_at
        if (before.case_id, before.stage) != (item.case_id, item.stage) or then >= here:
            continue
        if any(
            (case, stage) == (item.case_id, item.stage) and then < at < here for case, stage, at in advised
        ):
            return None
        return Again(
            advised=OUTCOME_LABELS[Outcome(row.recommendation.outcome)],
            heard_on=timezone.localdate(then),
            sent_on=timezone.localdate(row.at),
            by=row.by.name,
            because=row.because,
        )
    return None


_HERE = "recommendation__item__"
_SAME = {"case": OuterRef(f"{_HERE}case"), "stage": OuterRef(f"{_HERE}stage")}


def _listed() -> QuerySet[AgendaItem]:
    """For what was sent back: where its question is on a list and was not heard yet, the first panel first."""
    on_a_list = Q(meeting__state__in=(MeetingState.PLANNED, MeetingState.OPEN)) & ~Q(state__in=FINISHED)
    return AgendaItem.objects.filter(on_a_list, **_SAME).order_by("meeting__starts_at")


def _open() -> QuerySet[SentBack]:
    """Each that was sent back of a question still open, which no panel has heard since."""
    # What a later panel put off waits among what was put off.
    since = AgendaItem.objects.filter(
        state__in=(ItemState.RECOMMENDED, ItemState.SENT_BACK, ItemState.DEFERRED),
        meeting__starts_at__gt=OuterRef(f"{_HERE}meeting__starts_at"),
        **_SAME,
    )
    return SentBack.objects.filter(
        question_waits("recommendation__item"),
        ~Exists(since),
        ~Exists(standing_decisions().filter(**_SAME)),
        recommendation__superseded_by=None,
        recommendation__item__state=ItemState.SENT_BACK,
    )
