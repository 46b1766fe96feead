"""Questions a panel put off: what a family's page tells of those that wait, and which of those whose answer comes late an officer can
decide alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils import timezone

from meetings.models import AgendaItem, Deferral
from meetings.models.following import last_reports
from meetings.rules.deferring import DeferralReason
from meetings.rules.put_off import PutOff
from meetings.rules.states import ADVISED, ActionState, ItemState, MeetingState
from panel.law.clock import latest_safe_panel_for
from panel.law.legal import Stage
from panel.law.words import ended
from panel.models import Case, User
from panel.queries.clocks import stage_due_of

# The most that one page names; what is more is counted.
MOST_NAMED = 50


@dataclass(frozen=True)
class LateQuestion:
    """A question no panel hears in time: `because` says why it was put off past the last safe day, as a sentence, `again_on` is the day of the panel that has
    it on its list, None while none has.
    """

    case: Case
    stage: Stage
    put_off_on: date
    because: str
    legal_due_on: date
    again_on: date | None


@dataclass(frozen=True)
class LateQuestions:
    """The most pressing first; `more` of them are not named."""

    named: tuple[LateQuestion, ...]
    more: int


def late_questions(user: User, now: datetime) -> LateQuestions:
    """Questions put off past the last safe day, in cases `user` may see. The officer can decide each without a panel. Three queries
    and those of the user's roles.
    """
    seen = Case.objects.visible_to(user, now).filter(pk=OuterRef("item__case"))
    rows = Deferral.objects.unanswered().last_word().filter(Exists(seen), makes_late=True)
    rows = rows.select_related("item__case__child")
    late = put_off_late([row.item.case for row in rows])
    found = [
        LateQuestion(
            case=row.item.case,
            stage=stage,
            put_off_on=timezone.localdate(row.at),
            because=ended(row.late_because),
            legal_due_on=stage_due_of(row.item.case, stage),
            again_on=late[row.item.case_id, stage],
        )
        for row in rows
        if (row.item.case_id, stage := Stage(row.item.stage)) in late
    ]
    found.sort(key=lambda one: (one.legal_due_on, one.case.pk))
    return LateQuestions(tuple(found[:MOST_NAMED]), max(0, len(found) - MOST_NAMED))


def put_off_waiting(cases: Sequence[Case]) -> QuerySet[Any]:
    """The last deferral of each question of `cases`, each with `again_at`, when the panel that has it on its list meets, None while no
    list has it, and `waits`, whether it is still without an answer. None once a panel has advised since.

    One that an officer has answered without a panel is among them: a family that was not told yet reads on that it was put off.
    """
    listed = AgendaItem.objects.filter(
        case=OuterRef("item__case"),
        stage=OuterRef("item__stage"),
        state__in=(ItemState.LISTED, ItemState.IN_DISCUSSION),
        meeting__state__in=(MeetingState.PLANNED, MeetingState.OPEN),
        meeting__starts_at__gt=OuterRef("item__meeting__starts_at"),
    )
    advised = AgendaItem.objects.filter(
        case=OuterRef("item__case"),
        stage=OuterRef("item__stage"),
        state__in=ADVISED,
        meeting__starts_at__gt=OuterRef("item__meeting__starts_at"),
    )
    put_off = Deferral.objects.last_word().filter(item__case__in=cases)
    waits = Exists(Deferral.objects.unanswered().filter(pk=OuterRef("pk")))
    again = Subquery(listed.order_by("meeting__starts_at").values("meeting__starts_at")[:1])
    return put_off.exclude(Exists(advised)).annotate(again_at=again, waits=waits)


def put_off_of(cases: Sequence[Case]) -> dict[tuple[int, Stage], PutOff]:
    """Of cases (keys) and questions that were put off: what a family reads of it, from the moment it is put off until it is told. One
    query.

    No letter carries a deferral that could come first: a person gives the word a family is owed, and notes it (`DeferralNotice`);
    the page has always spoken of a late answer at once.
    """
    ended = last_reports().filter(
        action__deferral=OuterRef("pk"), state__in=[ActionState.DONE.value, ActionState.OVERTAKEN.value]
    )
    rows = put_off_waiting(cases).annotate(got=Exists(ended)).select_related("item__meeting__panel_type")
    return {
        (row.item.case_id, Stage(row.item.stage)): PutOff(
            panel=row.item.meeting.panel_type.name,
            on=timezone.localdate(row.item.meeting.starts_at),
            reason=DeferralReason(row.reason),
            by_when=row.by_when,
            got=row.got,
            answered=not row.waits,
            again_on=timezone.localdate(row.again_at) if row.again_at else None,
        )
        for row in rows
    }


def put_off_late(cases: Sequence[Case]) -> dict[tuple[int, Stage], date | None]:
    """Of cases (keys) and questions that were last put off past their legal date: the day of the panel that hears them
    next, None while no list has them. Nothing once a panel has advised since, nor where the next one is in time after all. One query.
    """
    rows = put_off_waiting(cases).filter(makes_late=True)
    found = rows.values_list("item__case", "item__stage", "again_at")
    of_key = {case.pk: case for case in cases}
    again_on = {(case, Stage(stage)): timezone.localdate(at) if at else None for case, stage, at in found}
    return {
        (case, stage): on
        for (case, stage), on in again_on.items()
        if on is None or on > latest_safe_panel_for(stage_due_of(of_key[case], stage))
    }
