"""How a conflict closes a case to somebody: by a denial that names the item it comes of."""

from datetime import datetime

from meetings.models import AgendaItem, Conflict
from meetings.rules.states import FINISHED
from panel.actions.access import lift_denial
from panel.models import Case, User


def source_of(item: AgendaItem) -> str:
    """What a denial that comes of an item names as its source."""
    return f"item:{item.public_id}"


def open_finished_items(*, case: Case, user: User, kind: str, by: User, now: datetime) -> None:
    """End the denials of the case's finished items that rest on a lifted conflict of this kind alone.

    Their rows stay as the record of their day.
    """
    leaving = list(
        Conflict.objects.filter(
            item__case=case, entry__user=user, effect=Conflict.Effect.LEAVES
        ).select_related("item")
    )
    others = {one.item_id for one in leaving if one.kind != kind or one.source == Conflict.Source.AUTOMATIC}
    for one in leaving:
        if one.item_id not in others and one.item.state in FINISHED:
            lift_denial(case=case, user=user, source=source_of(one.item), by=by, now=now)
