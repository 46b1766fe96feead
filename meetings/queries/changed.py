"""What a version of the minutes says otherwise than the one before, and what was written since it was made."""

from dataclasses import dataclass

from meetings.minutes import frozen as records
from meetings.minutes.changes import Change, changes, corrections
from meetings.models import AgendaItem, ItemRecord, Minutes
from meetings.queries.minutes import themes_of
from meetings.queries.sheets import Frozen, freeze


@dataclass(frozen=True)
class Changed:
    """The changes of one sheet. Without `item`: of the meeting's own. `came`: the item was not in the version before."""

    item: AgendaItem | None
    lines: tuple[Change, ...]
    came: bool = False


def changed(minutes: Minutes, closed: frozenset[int]) -> tuple[Changed, ...]:
    """The sheets that changed since the version before; none of an item whose case is `closed` to the reader.

    Two queries. The first version changes nothing.
    """
    if minutes.supersedes is None:
        return ()
    found = [Changed(None, changes(minutes.supersedes.record, minutes.record))]
    rows = ItemRecord.objects.filter(minutes__in=(minutes, minutes.supersedes)).exclude(item__case__in=closed)
    now: dict[int, ItemRecord] = {}
    before: dict[int, ItemRecord] = {}
    for row in rows.select_related("item__case").order_by("position", "pk"):
        (now if row.minutes_id == minutes.pk else before)[row.item_id] = row
    for key, row in now.items():
        old = before.get(key)
        if old is None:
            found.append(Changed(row.item, (), came=True))
        elif old.record_sha256 != row.record_sha256:
            found.append(Changed(row.item, changes(old.record, row.record)))
    return tuple(one for one in found if one.lines or one.came)


@dataclass(frozen=True)
class Since:
    """What the rows say otherwise by now than a version of the minutes: the numbers of items, and the meeting's own sheet."""

    items: tuple[int, ...] = ()
    meeting: bool = False


def frozen_again(minutes: Minutes, themes: str) -> Frozen:
    """The record as its rows stand now, frozen as this very version."""
    return freeze(
        minutes.meeting, version=minutes.version, correction=minutes.because, by=minutes.by, themes=themes
    )


def changed_since(minutes: Minutes) -> Since:
    """Where words, attendance or advice have changed since this version was made, so that it is no true record any more.

    A decision that came since, and days worked out afresh, do not count (`corrections`). Nothing of a signed version: it is
    closed. Freezes the record, in a fixed number of queries.
    """
    if minutes.meeting.closed_at is None or hasattr(minutes, "signature"):
        return Since()
    again = frozen_again(minutes, themes_of(minutes))
    then = dict(minutes.item_records.values_list("item", "record"))
    return Since(
        items=tuple(
            sheet.number
            for item, sheet in again.items
            if item.pk not in then or corrections(then[item.pk], records.kept(sheet))
        ),
        # What the meeting's sheet says of an item is read off the item's own sheet.
        meeting=bool(changes({**minutes.record, "items": []}, {**records.kept(again.meeting), "items": []})),
    )
