"""Questions a panel put off so that their answer comes late, as a family's page tells of them."""

from collections.abc import Sequence
from datetime import date

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from meetings.models import AgendaItem, Deferral
from meetings.rules.states import ItemState, MeetingState
from panel.law.legal import Stage
from panel.models import Case


def put_off_late(cases: Sequence[Case]) -> dict[tuple[int, Stage], date | None]:
    """Of cases (keys) and questions that wait and were last put off past their legal date: the day of the panel that hears them
    next, None while no list has them. One query.
    """
    listed = AgendaItem.objects.filter(
        case=OuterRef("item__case"),
        stage=OuterRef("item__stage"),
        state=ItemState.LISTED,
        meeting__state=MeetingState.PLANNED,
    )
    rows = Deferral.objects.unanswered().last_word().filter(makes_late=True, item__case__in=cases)
    again = Subquery(listed.order_by("meeting__starts_at").values("meeting__starts_at")[:1])
    found = rows.annotate(again_at=again).values_list("item__case", "item__stage", "again_at")
    return {(case, Stage(stage)): timezone.localdate(at) if at else None for case, stage, at in found}
