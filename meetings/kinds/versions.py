"""How the outbox keeps the promise to make the document of a version: from its frozen content alone, once."""

from datetime import datetime
from typing import Any

from django.template.loader import render_to_string

from meetings.minutes import versions as composed
from meetings.minutes.records import build
from meetings.minutes.redaction import Reader
from meetings.minutes.version_fields import TYPE_OF
from meetings.models import ItemVersion
from meetings.queries.versions import RENDER
from panel.models import Dispatch, Document
from panel.platform.documents import storage
from panel.platform.documents.worker import Rendered
from panel.platform.outbox import Kind


def _version(dispatch: Dispatch) -> ItemVersion:
    found: ItemVersion = ItemVersion.objects.get(public_id=dispatch.subject)
    return found


def _no_longer_wanted(dispatch: Dispatch, now: datetime) -> str | None:
    version = _version(dispatch)
    if hasattr(version, "withdrawal") or hasattr(version, "superseded_by"):
        return "The version was withdrawn or replaced by a newer one."
    return None


def make_version(dispatch: Dispatch, tools: Any, now: datetime) -> Rendered | None:
    """Render the content; None where an earlier try kept its document before it stopped."""
    if dispatch.document is not None:
        return None
    version = _version(dispatch)
    reader = Reader(version.reader)
    content = build(TYPE_OF[reader], version.content)
    rendered: Rendered = tools.worker.render(
        render_to_string(f"pdf/version_{reader}.html", composed.context(content, reader))
    )
    return rendered


def _keep(dispatch: Dispatch, made: Rendered | None, now: datetime) -> Document | None:
    if made is None:
        return None
    return storage.store_document(
        made.pdf,
        kind="item_version",
        media_type="application/pdf",
        pages=made.pages,
        now=now,
        content_sha256=dispatch.inputs["content_sha256"],
    )


def _nothing_follows(dispatch: Dispatch, now: datetime) -> None:
    """The stored document is the result."""


KINDS = {RENDER: Kind(recheck=_no_longer_wanted, make=make_version, keep=_keep, finish=_nothing_follows)}
