"""The conflicts that outlast their item or seat and stand at no item now: those that can be lifted nowhere else."""

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from meetings.models import Conflict, KeptConflict
from panel.models import Case, User


def kept_alone(user: User, now: datetime) -> QuerySet[KeptConflict]:
    """The kept conflicts that bind, of cases `user` may see, less those an item has as well and less the user's own."""
    at_an_item = Conflict.objects.filter(
        item__case=OuterRef("case"), entry__user=OuterRef("user"), kind=OuterRef("kind")
    ).exclude(effect=Conflict.Effect.NOTE)
    seen = Case.objects.visible_to(user, now).filter(pk=OuterRef("case"))
    rows = KeptConflict.objects.filter(Exists(seen)).exclude(effect=Conflict.Effect.NOTE)
    return (
        rows.exclude(Exists(at_an_item))
        .exclude(user=user)
        .select_related("case", "user")
        .order_by("case__reference", "user__name", "pk")
    )
