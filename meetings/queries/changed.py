"""What a version of the minutes says otherwise than the one before, as far as somebody may read it."""

from dataclasses import dataclass

from meetings.minutes.changes import Change, changes
from meetings.models import AgendaItem, ItemRecord, Minutes


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
