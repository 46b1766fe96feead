"""Who may not take part in what. A conflict that takes somebody out of the room closes the case to them at once.

Configured effects (reliability.md 3.3): by default the own setting leaves the room, an own paper takes the vote. A
person shut out sees “Item 7: you are recused” and nothing else, by any route, until somebody lifts it.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from meetings.actions.closing import open_finished_items, source_of
from meetings.actions.kept_conflicts import DETAIL_LIMIT, keep, say_of_kept
from meetings.actions.leading import name_deputy_for
from meetings.actions.locks import lock_item, lock_meeting
from meetings.models import AgendaItem, Conflict, KeptConflict, Meeting, RosterEntry, Seat
from meetings.models.panels import NON_VOTING_SEATS
from meetings.queries.room import Room, load_room
from meetings.queries.ties import authors_to_ask, effects_of, newest_words, ties_of
from meetings.rules import quorum
from meetings.rules.states import FINISHED, OVER, MeetingState
from panel.actions.access import deny, lift_denial
from panel.models import Case, User
from panel.platform import access, audit
from panel.platform.policy import Refused, Role, Verb
from panel.platform.text import clean_line


def declare_conflict(
    *,
    item: AgendaItem,
    kind: quorum.ConflictKind,
    detail: str = "",
    effect: quorum.Effect | None = None,
    by: User,
    now: datetime,
) -> Conflict:
    """`by` says that they are not impartial on this item. They may ask for more than the configured effect, not for
    less.

    Late is allowed: after the discussion began the time is kept and the minutes say so. Refused: `not_on_roster`,
    `wrong_state` once the item is finished.
    """
    access.require(by, Verb.CONFLICT_DECLARE, item, now=now)
    with transaction.atomic():
        locked = lock_item(item)
        room = load_room(locked.meeting)
        entry = room.entry_of(by)
        if entry is None:
            raise Refused("not_on_roster", "You are not on the roster of this meeting.")
        known = [
            quorum.Effect(c.effect)
            for c in room.conflicts.get(locked.pk, ())
            if (c.entry, c.kind) == (entry, kind)
        ]
        asked = [effect] if effect else []
        # Effects are listed mildest first.
        wanted = max([effects_of(locked.meeting.config)[kind], *asked, *known], key=list(quorum.Effect).index)
        return _record(locked, entry, kind, Conflict.Source.DECLARED, wanted, detail, by, now)


def impose_conflict(
    *,
    item: AgendaItem,
    entry: RosterEntry,
    kind: quorum.ConflictKind,
    effect: quorum.Effect,
    detail: str,
    by: User,
    now: datetime,
) -> Conflict:
    """The chair (or the clerk for the chair) says that somebody is not impartial on this item, with the reason in
    `detail`.

    Refused: `no_reason`, `other_meeting`, `no_is_no_conflict`, `wrong_state` once the item is finished.
    """
    access.require(by, Verb.CONFLICT_IMPOSE, item, now=now)
    if not detail.strip():
        raise Refused("no_reason", "Say what the conflict is.", field="detail")
    with transaction.atomic():
        locked = lock_item(item)
        _same_meeting(locked, entry)
        _not_a_no(locked, entry, kind, effect)
        return _record(locked, entry, kind, Conflict.Source.IMPOSED, effect, detail, by, now)


def _not_a_no(item: AgendaItem, entry: RosterEntry, kind: quorum.ConflictKind, effect: quorum.Effect) -> None:
    """A no to “did you write this paper?” is kept by itself: as a note it would hide a paper they did write, and be
    minuted.
    """
    asked_less = effect is quorum.Effect.NOTE and quorum.milder(effect, effects_of(item.meeting.config)[kind])
    if kind is quorum.ConflictKind.OWN_PAPER and asked_less and authors_to_ask([entry], [item]):
        raise Refused(
            "no_is_no_conflict",
            f"If {entry.user.name} did not write the paper, say so beside the question on the item’s page. If they did, choose"
            " what follows.",
            field="effect",
        )


def lift_conflict(*, conflict: Conflict, because: str, by: User, now: datetime) -> Conflict:
    """A conflict was looked at again: it stays in the record as a note with the reason, and no longer binds.

    Never deleted, so that an automatic one does not come back with the next change of the roster. Where it followed the
    case from an earlier item, or was kept of one that is gone, the case opens there as well. Of a cancelled meeting it
    can still be lifted. Refused: `no_reason`, `own_conflict`, `wrong_state` once the item is finished.
    """
    access.require(by, Verb.CONFLICT_IMPOSE, conflict.item, now=now)
    reason = clean_line(because, limit=DETAIL_LIMIT, label="The reason")
    if not reason:
        raise Refused("no_reason", "Say why this is no conflict.", field="because")
    with transaction.atomic():
        item = lock_item(conflict.item)
        if item.meeting.state != MeetingState.CANCELLED:
            _unfinished(item)
        row = Conflict.objects.select_related("entry__user").get(pk=conflict.pk)
        if row.entry.user_id == by.pk:
            raise Refused("own_conflict", "Somebody else must look at your own conflict again.")
        row.effect, row.detail = Conflict.Effect.NOTE, reason
        row.save(update_fields=["effect", "detail"])
        _follow(item, row.entry, by, now)
        if row.source != Conflict.Source.AUTOMATIC:
            open_finished_items(case=item.case, user=row.entry.user, kind=row.kind, by=by, now=now)
        say_of_kept(item, row, by, now)
        _audit(item, row, by, now)
        return row


def name_deputy(*, item: AgendaItem, entry: RosterEntry, by: User, now: datetime) -> AgendaItem:
    """Name who leads one item because the chair is recused or away. Somebody of the chairs' rota who votes, without a
    conflict.

    Asked of the meeting, so that a recused chair can name the deputy without opening the item. Refused:
    `other_meeting`, `deputy_not_a_chair`, `deputy_without_vote`, `deputy_recused`, `wrong_state` once the item is
    finished.
    """
    access.require(by, Verb.MEETING_RUN, item.meeting, now=now)
    with transaction.atomic():
        locked = lock_item(item)
        _same_meeting(locked, entry)
        _unfinished(locked)
        if Role.CHAIR not in entry.user.roles_on(timezone.localdate(now)):
            raise Refused(
                "deputy_not_a_chair",
                f"{entry.user.name} is not on the rota of chairs. Name somebody who holds the chair’s role.",
                field="entry",
            )
        if not entry.voting or entry.seat in NON_VOTING_SEATS:
            # Whoever leads an item sums up and records what is advised: that is for somebody who takes part in it.
            looks_on = "looks on at" if entry.seat == Seat.OBSERVER else "has no vote at"
            raise Refused(
                "deputy_without_vote",
                f"{entry.user.name} {looks_on} this meeting and cannot lead an item. Name somebody with a vote.",
                field="entry",
            )
        if entry.user_id in quorum.barred_by(load_room(locked.meeting).conflicts_of(locked), now):
            raise Refused(
                "deputy_recused",
                f"{entry.user.name} has a conflict on this item. Name somebody else.",
                field="entry",
            )
        name_deputy_for(locked, entry, by, now)
        return locked


def find_conflicts(*, meeting: Meeting, by: User | None, now: datetime) -> tuple[Conflict, ...]:
    """Record the conflicts that the records themselves show, on every unfinished item; those that are new.

    What somebody declared, or had imposed, at an earlier item of a case follows the case to the next one. Runs inside
    the caller's transaction whenever the list, the roster or the papers may have changed: at planning, at the opening
    of the meeting and of each item, and in `look_again`. What somebody lifted stays lifted.
    """
    locked = lock_meeting(meeting)
    # Before anything is read: what is lifted meanwhile must not come back with the list.
    _lock_cases(_unfinished_items(locked).values("case"))
    found = _unrecorded(locked, now)
    for item, row in found:
        row.save(force_insert=True)
        if row.effect == Conflict.Effect.LEAVES:
            _follow(item, row.entry, by, now)
        _audit(item, row, by, now, verb="conflict.find")
    return tuple(row for _, row in found)


# Meetings that a round looks at, the next ones first: more than an authority plans ahead.
MOST_AT_ONCE = 60


def look_again(now: datetime) -> int:
    """Find the conflicts of meetings to come and of those that sit, where a paper, a setting, an employment or a family has
    changed since; how many. A round of the sweeper: nothing is locked where nothing is new.
    """
    meetings = (
        Meeting.objects.exclude(state__in=OVER)
        .filter(Exists(AgendaItem.objects.filter(meeting=OuterRef("pk")).exclude(state__in=FINISHED)))
        .select_related("config", "panel_type")
        .order_by("starts_at", "pk")
    )
    return sum(look_again_at(meeting=meeting, now=now) for meeting in meetings[:MOST_AT_ONCE])


def look_again_at(*, meeting: Meeting, now: datetime) -> int:
    """The same of one meeting."""
    if not _unrecorded(meeting, now):
        return 0
    with transaction.atomic():
        return len(find_conflicts(meeting=meeting, by=None, now=now))


def _unfinished_items(meeting: Meeting) -> QuerySet[AgendaItem]:
    return AgendaItem.objects.filter(meeting=meeting).exclude(state__in=FINISHED)


def _unrecorded(meeting: Meeting, now: datetime) -> list[tuple[AgendaItem, Conflict]]:
    """What the records show of the unfinished items and no row says yet."""
    items = list(_unfinished_items(meeting).select_related("case").order_by("position"))
    return _found(load_room(meeting), items, effects_of(meeting.config), now) if items else []


def _lock_cases(keys: Collection[int] | QuerySet[Any]) -> None:
    """All cases whose conflicts may change, in one order: two meetings may have the same ones on their lists."""
    list(Case.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))


def _found(
    room: Room, items: list[AgendaItem], effects: Mapping[quorum.ConflictKind, quorum.Effect], now: datetime
) -> list[tuple[AgendaItem, Conflict]]:
    """The conflicts of the records that no row names yet, each with its item."""
    by_user = {entry.user_id: entry for entry in room.entries}
    members, ties = ties_of(room.entries, [item.case for item in items], timezone.localdate(now))
    words = newest_words(room.meeting, [item.case_id for item in items], by_user)
    new: list[tuple[AgendaItem, Conflict]] = []
    for item in items:
        known = {(row.entry_id, row.kind) for row in room.conflicts.get(item.pk, ())}
        shown = quorum.automatic_conflicts(members, ties[item.case_id], effects=effects).conflicts
        rows = {
            (by_user[user].pk, kind): _laid_upon(by_user[user], word, now)
            for (case, user, kind), word in words.items()
            if case == item.case_id and word.effect != Conflict.Effect.NOTE
        }
        for conflict in shown:
            entry = by_user[conflict.user_id]
            wrote_as_clerk = conflict.kind is quorum.ConflictKind.OWN_PAPER and entry.seat in NON_VOTING_SEATS
            said = rows.get((entry.pk, str(conflict.kind)))
            if not wrote_as_clerk and (
                said is None or quorum.milder(quorum.Effect(said.effect), conflict.effect)
            ):
                rows[entry.pk, str(conflict.kind)] = Conflict(
                    entry=entry,
                    kind=str(conflict.kind),
                    source=Conflict.Source.AUTOMATIC,
                    effect=str(conflict.effect),
                    recorded_at=now,
                    recorded_by=None,
                )
        for key, row in rows.items():
            if key not in known:
                row.item = item
                new.append((item, row))
    return new


def _laid_upon(entry: RosterEntry, word: Conflict | KeptConflict, now: datetime) -> Conflict:
    """What was said of somebody at another item, as a conflict of their seat here."""
    return Conflict(
        entry=entry,
        kind=word.kind,
        source=word.source,
        effect=word.effect,
        detail=word.detail,
        recorded_at=now,
        recorded_by_id=word.recorded_by_id,
    )


def forget_conflicts(rows: Iterable[Conflict], *, by: User, now: datetime) -> None:
    """Take conflicts away with the item or the seat they belonged to.

    What the records showed ends with it, and opens the case where it had closed it. What somebody said of a person is
    kept, and the case with it closed to them: else a changed list would open to them what they must not read.
    """
    gone = sorted(rows, key=lambda row: (row.item.case_id, row.pk))
    _lock_cases({row.item.case_id for row in gone})
    for row in gone:
        if row.source != Conflict.Source.AUTOMATIC:
            keep(row, by, now)
        if row.effect == Conflict.Effect.LEAVES:
            lift_denial(case=row.item.case, user=row.entry.user, source=source_of(row.item), by=by, now=now)
        row.delete()


def _record(
    item: AgendaItem,
    entry: RosterEntry,
    kind: quorum.ConflictKind,
    source: str,
    effect: quorum.Effect,
    detail: str,
    by: User,
    now: datetime,
) -> Conflict:
    _unfinished(item)
    row, _ = Conflict.objects.update_or_create(
        item=item,
        entry=entry,
        kind=str(kind),
        defaults={
            "source": source,
            "effect": str(effect),
            "detail": clean_line(detail, limit=DETAIL_LIMIT, label="The conflict"),
            "recorded_at": now,
            "recorded_by": by,
        },
    )
    _follow(item, entry, by, now)
    say_of_kept(item, row, by, now)
    _audit(item, row, by, now)
    return row


def _follow(item: AgendaItem, entry: RosterEntry, by: User | None, now: datetime) -> None:
    """Shut the person out of the case, or open it again, as all their conflicts on the item now say together."""
    leaves = Conflict.objects.filter(item=item, entry=entry, effect=Conflict.Effect.LEAVES).exists()
    follow = deny if leaves else lift_denial
    follow(case=item.case, user=entry.user, source=source_of(item), by=by, now=now)


def _same_meeting(item: AgendaItem, entry: RosterEntry) -> None:
    if entry.meeting_id != item.meeting_id:
        raise Refused(
            "other_meeting", "This person is not on the roster of this item’s meeting.", field="entry"
        )


def _unfinished(item: AgendaItem) -> None:
    if item.state in FINISHED or item.meeting.state in OVER:
        raise Refused(
            "wrong_state",
            "This item is finished. Set its recommendation aside first, while the meeting is in session.",
        )


def _audit(item: AgendaItem, row: Conflict, by: User | None, now: datetime, verb: str = "") -> None:
    audit.record(
        verb=verb
        or {
            "declared": Verb.CONFLICT_DECLARE,
            "imposed": Verb.CONFLICT_IMPOSE,
        }.get(row.source, "conflict.find"),
        by=by,
        at=now,
        subject_kind="conflict",
        subject=row.public_id,
        case=item.case.public_id,
        values={
            "item": str(item.public_id),
            "person": str(row.entry.user.public_id),
            "kind": row.kind,
            "effect": row.effect,
            "detail": row.detail,
        },
    )
