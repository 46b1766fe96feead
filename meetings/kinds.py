"""How the outbox keeps the two promises about minutes: make the sheets, and seal them once they are signed.

Both only add rows beside a version that never changes, so keeping one twice finds the work done.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.template.loader import render_to_string

from meetings import minutes as records
from meetings.models import Minutes, MinutesSheet
from meetings.records import build
from panel.models import Dispatch, Document
from panel.platform.documents import storage
from panel.platform.outbox import Kind

Part = MinutesSheet.Part
PDF = "application/pdf"


@dataclass(frozen=True)
class _Made:
    """A finished sheet whose bytes are stored: a part, the item it is about, and what its row will say."""

    part: Part
    item_id: int | None
    stored: storage.Stored
    pages: int | None
    content_sha256: str


def _minutes(dispatch: Dispatch) -> Minutes:
    return Minutes.objects.select_related("meeting", "signature").get(public_id=dispatch.subject)


def _superseded(dispatch: Dispatch, now: datetime) -> str | None:
    return "A newer version was prepared." if hasattr(_minutes(dispatch), "superseded_by") else None


def make_sheets(dispatch: Dispatch, tools: Any, now: datetime) -> tuple[_Made, ...]:
    """Render each item's sheet, the meeting sheet and all of it joined, from the frozen record alone; one rendering each."""
    minutes = _minutes(dispatch)
    if minutes.sheets.exists():
        return ()
    meeting = build(records.MeetingSheet, minutes.record)
    rows = list(minutes.item_records.order_by("position", "pk"))
    items = [build(records.ItemSheet, row.record) for row in rows]
    made = [
        _rendered(tools, Part.ITEM, "pdf/minutes_item.html", records.item_context(sheet), row.item_id, records.digest(sheet))
        for row, sheet in zip(rows, items, strict=True)
    ]
    whole = records.digest(meeting)
    context = records.meeting_context(meeting)
    made.append(_rendered(tools, Part.MEETING, "pdf/minutes_meeting.html", context, None, whole))
    joined = records.joined_context(meeting, items)
    made.append(_rendered(tools, Part.JOINED, "pdf/minutes_joined.html", joined, None, whole))
    return tuple(made)


def _rendered(
    tools: Any, part: Part, template: str, context: dict[str, Any], item_id: int | None, content_sha256: str
) -> _Made:
    rendered = tools.worker.render(render_to_string(template, context))
    return _Made(part, item_id, storage.store(rendered.pdf), rendered.pages, content_sha256)


def keep_sheets(dispatch: Dispatch, made: tuple[_Made, ...], now: datetime) -> Document | None:
    """Write a row for each sheet; the joined document, or the last one made, is the promise's own."""
    minutes = _minutes(dispatch)
    document = None
    for sheet in made:
        document = Document(
            kind=f"minutes_{sheet.part}",
            media_type=PDF,
            sha256=sheet.stored.sha256,
            content_sha256=sheet.content_sha256,
            size=sheet.stored.size,
            pages=sheet.pages,
            storage_name=sheet.stored.name,
            created_at=now,
        )
        document.save()
        MinutesSheet(minutes=minutes, part=sheet.part, item_id=sheet.item_id, document=document).save()
    return document


def _nothing_follows(dispatch: Dispatch, now: datetime) -> None:
    """The rows are the result."""


KINDS = {
    "minutes.render": Kind(recheck=_superseded, make=make_sheets, keep=keep_sheets, finish=_nothing_follows),
}
