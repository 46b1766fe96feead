"""Who leads an item: the chair, or the deputy named for it, and neither with a conflict; and who led one that was recorded."""

from datetime import datetime

from meetings.models import AgendaItem, Attendance, Recommendation, RosterEntry
from meetings.queries.decisions import current_recommendation
from meetings.queries.room import Room
from meetings.rules import decisions, quorum
from meetings.rules.states import ADVISED, FINISHED, ItemState
from panel.models import User
from panel.platform import audit
from panel.platform.policy import Refused


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


def standing_advice(item: AgendaItem) -> Recommendation:
    """The recommendation of a locked item, with its words as they stand now. Refused: `no_recommendation`."""
    advice = current_recommendation(item)
    if advice is None or item.state not in ADVISED:
        raise Refused("no_recommendation", "The panel has no recommendation on this item.")
    return advice


def led_it(item: AgendaItem, advice: Recommendation, room: Room, by: User, now: datetime) -> None:
    """Refuse `not_the_chair` or `recused` unless `by` led the item of this advice: whoever recorded it did."""
    conflicts = room.conflicts_of(item)
    decisions.refuse(decisions.check_led(by=by.pk, recorded_by=advice.by_id, conflicts=conflicts, at=now))


def name_deputy_for(item: AgendaItem, entry: RosterEntry, by: User, now: datetime) -> None:
    """Write down who leads one locked item in the chair's place. Audits `item.name_deputy`."""
    item.deputy_chair = entry
    item.save(update_fields=["deputy_chair"])
    audit.record(
        verb="item.name_deputy",
        by=by,
        at=now,
        subject_kind="item",
        subject=item.public_id,
        case=item.case.public_id,
        values={"deputy": str(entry.user.public_id)},
    )


def ends_standing_in(chair: RosterEntry) -> None:
    """Nobody stands in for the chair any more."""
    Attendance.objects.filter(substitute_for=chair).update(substitute_for=None)


def keep_leaders(room: Room, holder: RosterEntry, by: User, now: datetime) -> None:
    """The chair passes from `holder`, who led every item taken up so far under no deputy: from now on by name, as its deputy.

    An item in discussion is led to its end by whoever took it up, unless they have left. None is theirs who were never there, or
    have a conflict on it.
    """
    times = holder.intervals.all()
    if not times:
        return
    taken_up = {*FINISHED, ItemState.IN_DISCUSSION} if any(one.left_at is None for one in times) else FINISHED
    led = room.meeting.items.select_for_update(of=("self",)).filter(
        state__in=taken_up, started_at__isnull=False, deputy_chair=None
    )
    for item in led.select_related("case"):
        if holder.user_id not in quorum.barred_by(room.conflicts_of(item), now):
            name_deputy_for(item, holder, by, now)
