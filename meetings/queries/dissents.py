"""Who did not agree with an item's recommendation, and who could."""

from collections import defaultdict
from datetime import datetime

from django.db.models import Exists, OuterRef, Prefetch

from meetings.models import AgendaItem, Decision, Dissent, Minutes, Recommendation, RosterEntry
from meetings.queries.decisions import current_recommendation, standing_decisions
from meetings.queries.room import Room, load_room
from meetings.rules import quorum
from panel.models import AuditEntry, Case, User
from panel.platform.policy import Verb

# The message to whoever decided that the record of the item says more since.
ADDED = "dissent.added"


def with_standing_dissents() -> Prefetch:
    """For recommendations that are read: their dissents as they stand now, with who does not agree."""
    rows = Dissent.objects.standing().select_related("entry__user")
    return Prefetch("dissents", rows, to_attr="dissents_now")


def dissents_from(advice: Recommendation) -> tuple[Dissent, ...]:
    """The dissents from one recommendation as they stand now: never a row that was put right or taken back since."""
    read = getattr(advice, "dissents_now", None)
    rows = read if read is not None else advice.dissents.standing().select_related("entry__user")
    return tuple(rows)


def dissents_unminuted(minutes: Minutes) -> tuple[int, ...]:
    """The numbers of the items whose dissents stand otherwise than this version gives them. Three queries."""
    now: dict[int, list[str]] = defaultdict(list)
    rows = Dissent.objects.standing().filter(
        recommendation__item__meeting=minutes.meeting_id, recommendation__superseded_by__isnull=True
    )
    for item, text in rows.values_list("recommendation__item", "text"):
        now[item].append(text)
    records = minutes.item_records.values_list("item", "position", "record").order_by("position")
    return tuple(
        position
        for item, position, record in records
        if (advised := record.get("recommendation"))
        and [one["reason"] for one in advised["dissent"]] != now[item]
    )


def standing_dissents(item: AgendaItem) -> tuple[Dissent, ...]:
    """The dissents from the item's recommendation as they stand now."""
    advice = current_recommendation(item)
    return dissents_from(advice) if advice is not None else ()


def added_since(user: User, now: datetime) -> tuple[Decision, ...]:
    """The decisions this user made on an advice whose dissents were put right afterwards, until she has read the decision again.

    Those that stand, of cases open to her. One query.
    """
    read = AuditEntry.objects.filter(
        verb=Verb.DECISION_VIEW,
        by=user.public_id,
        subject=OuterRef(OuterRef("public_id")),
        at__gte=OuterRef("at"),
    )
    added = Dissent.objects.filter(
        recommendation=OuterRef("recommendation"), superseded_by=None, at__gte=OuterRef("decided_at")
    )
    seen = Case.objects.visible_to(user, now).filter(pk=OuterRef("case"))
    rows = standing_decisions().filter(
        Exists(added.exclude(by=user).exclude(Exists(read))), Exists(seen), by=user
    )
    return tuple(rows.select_related("case").order_by("decided_at", "pk"))


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
