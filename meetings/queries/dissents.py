"""Who did not agree with an item's recommendation, and who could."""

from datetime import datetime

from meetings.models import AgendaItem, Dissent, RosterEntry
from meetings.queries.decisions import current_recommendation
from meetings.queries.room import Room, load_room
from meetings.rules import quorum


def standing_dissents(item: AgendaItem) -> tuple[Dissent, ...]:
    """The dissents from the item's recommendation as they stand now."""
    found = Dissent.objects.standing().filter(
        recommendation__item=item, recommendation__superseded_by__isnull=True
    )
    return tuple(found.select_related("entry__user"))


def who_may_dissent(item: AgendaItem) -> tuple[RosterEntry, ...]:
    """The members who counted when the item's recommendation was made; nobody while there is none."""
    advice = current_recommendation(item)
    if advice is None:
        return ()
    return counted_seats(load_room(item.meeting), item, advice.at)


def counted_seats(room: Room, item: AgendaItem, at: datetime) -> tuple[RosterEntry, ...]:
    """The seats that count for what is recommended on an item at `at`: there since it began, voting, without a conflict."""
    began = item.started_at or at
    counted = {
        each.user_id for each in quorum.eligible(room.presences(item), room.conflicts_of(item), began, at)
    }
    return tuple(entry for entry in room.entries if entry.user_id in counted)
