"""Preparing the versions of a whole meeting in one step. Each item by itself: one that cannot be prepared yet stops no other."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from meetings.actions.versions import prepare_version
from meetings.minutes.redaction import READER_NAMES, Reader
from meetings.models import AgendaItem, ItemVersion, Meeting
from meetings.queries.tagging import proposals, written_of
from meetings.queries.versions import standing_tags
from panel.models import User
from panel.platform import access
from panel.platform.policy import Refused, Verb

LOOK_FIRST = (
    "Something is proposed to be left out, and nobody has decided on it. Look at its paragraphs first."
)


@dataclass(frozen=True)
class AtOnce:
    """What became of one item for one reader: its version, or why there is none yet."""

    item: AgendaItem
    reader: Reader
    version: ItemVersion | None
    because: str = ""

    @property
    def label(self) -> str:
        """For whom, in a word."""
        return READER_NAMES[self.reader]


def prepare_at_once(
    *, meeting: Meeting, readers: Sequence[Reader], by: User, now: datetime
) -> tuple[AtOnce, ...]:
    """Prepare for each of `readers` the items of a meeting of which no version for them was ever prepared, in order.

    Only those open to `by`. Where it is proposed that paragraphs are left out, somebody decides on that first. Refused: `not_allowed`.
    """
    access.require(by, Verb.VERSION_PREPARE, now=now)
    items = (
        AgendaItem.objects.visible_to(by, now)
        .filter(meeting=meeting)
        .select_related("case__child", "case__setting", "meeting__config")
        .order_by("position", "pk")
    )
    had = set(ItemVersion.objects.filter(item__meeting=meeting).values_list("item", "reader"))
    made = []
    for item in items:
        wanted = [reader for reader in readers if (item.pk, str(reader)) not in had]
        made += [_prepare(item, reader, by, now) for reader in wanted]
    return tuple(made)


def _prepare(item: AgendaItem, reader: Reader, by: User, now: datetime) -> AtOnce:
    try:
        if proposals(item, written_of(item).passages, standing_tags(item)):
            return AtOnce(item, reader, None, LOOK_FIRST)
        return AtOnce(item, reader, prepare_version(item=item, reader=reader, by=by, now=now))
    except Refused as no:
        return AtOnce(item, reader, None, no.sentence)
