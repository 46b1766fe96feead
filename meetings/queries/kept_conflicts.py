"""The conflicts that outlast their item or seat and stand at no item now where they could be lifted: those lifted by
themselves.
"""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from meetings.models import Conflict, KeptConflict
from meetings.rules.states import FINISHED, OVER, MeetingState
from panel.models import Case, User


def kept_alone(user: User, now: datetime) -> QuerySet[KeptConflict]:
    """The kept conflicts that bind, of cases `user` may see, less those an open item has as well and less the user's
    own.
    """
    at_an_item = can_be_lifted(_same(OuterRef("case"), OuterRef("user"), OuterRef("kind")))
    seen = Case.objects.visible_to(user, now).filter(pk=OuterRef("case"))
    rows = KeptConflict.objects.filter(Exists(seen)).exclude(effect=Conflict.Effect.NOTE)
    return (
        rows.exclude(Exists(at_an_item))
        .exclude(user=user)
        .select_related("case", "user")
        .order_by("case__reference", "user__name", "pk")
    )


def conflicts_like(kept: KeptConflict) -> QuerySet[Conflict]:
    """The same conflict at items of the case, whatever it does there."""
    return _same(kept.case_id, kept.user_id, kept.kind)


def can_be_lifted(rows: QuerySet[Conflict]) -> QuerySet[Conflict]:
    """Those that bind where they can be looked at again: at an item that is not finished, or of a cancelled meeting.

    A finished item is a record; were it to count, a conflict that is on no list any more could be lifted nowhere.
    """
    listed = ~Q(item__state__in=FINISHED) & ~Q(item__meeting__state__in=OVER)
    cancelled = Q(item__meeting__state=MeetingState.CANCELLED)
    return rows.filter(listed | cancelled).exclude(effect=Conflict.Effect.NOTE)


def _same(case: Any, user: Any, kind: Any) -> QuerySet[Conflict]:
    return Conflict.objects.filter(item__case=case, entry__user=user, kind=kind)
