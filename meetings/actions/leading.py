"""Who leads an item: the chair, or the deputy named for it, and neither with a conflict."""

from datetime import datetime

from meetings.models import AgendaItem
from meetings.queries.room import Room
from meetings.rules import decisions, quorum
from panel.models import User


def recommending(
    item: AgendaItem, room: Room, standing: quorum.QuorumResult, by: User, at: datetime
) -> decisions.Recommending:
    """Who would record a recommendation at `at`, with the quorum as it stands: what the rules ask of them."""
    chair, deputy = room.chair, item.deputy_chair
    return decisions.Recommending(
        by=by.pk,
        chair=chair.user_id if chair else None,
        deputy=deputy.user_id if deputy else None,
        conflicts=room.conflicts_of(item),
        quorum=standing,
        at=at,
    )


def leads_it(item: AgendaItem, room: Room, by: User, now: datetime) -> None:
    """Refuse `not_the_chair` or `recused` unless `by` leads this item."""
    decisions.refuse(decisions.check_recommender(recommending(item, room, room.quorum(item, now), by, now)))
