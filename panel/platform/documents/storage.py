"""Bytes on disk: written once under a random name, found again by digest, never changed."""

import errno
import hashlib
import os
import re
import secrets
from collections.abc import Container
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from panel.models import Document
from panel.platform.faults import fault_point
from panel.platform.policy import Refused

FOLDER = "documents"
ORPHAN_AGE = timedelta(hours=24)
_NAME = re.compile(r"[0-9a-f]{32}")
_PART = ".part"
# No room, no quota, and a file system (or a limit of the process) that takes no file of this size.
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@dataclass(frozen=True)
class Stored:
    """A file that would survive a power cut: its random name, the digest of its bytes and its size in bytes."""

    name: str
    sha256: str
    size: int


def store(data: bytes) -> Stored:
    """Write `data` under a new random name; when this returns, a power cut cannot take it away.

    The file appears whole or not at all. Refused: `storage_full`, and then nothing is left behind.
    """
    name = secrets.token_hex(16)
    path = _path(name)
    part = path.with_suffix(_PART)
    try:
        _make_folder(path.parent)
        _write(part, data)
        fault_point("C7")
        part.rename(path)
        _settle(path.parent)
    except OSError as fault:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        if fault.errno in _NO_ROOM:
            raise Refused(
                "storage_full",
                "There is no room left for files. Nothing was stored. Tell your administrator.",
            ) from fault
        raise
    fault_point("C8")
    return Stored(name=name, sha256=hashlib.sha256(data).hexdigest(), size=len(data))


def read(name: str, sha256: str) -> bytes:
    """The bytes stored under `name`, if their digest is still `sha256`.

    Refused: `file_missing`, `file_damaged`. Neither is shown as a document: what was signed or sent is these bytes or nothing.
    """
    try:
        data = _path(name).read_bytes()
    except FileNotFoundError as fault:
        raise Refused(
            "file_missing",
            "The file of this document is missing from storage. Tell your administrator: it can be restored from a backup.",
        ) from fault
    if hashlib.sha256(data).hexdigest() != sha256:
        raise Refused(
            "file_damaged",
            "The file of this document is not the one that was stored: its digest differs. Tell your administrator.",
        )
    return data


def store_document(
    data: bytes,
    *,
    kind: str,
    media_type: str,
    now: datetime,
    pages: int | None = None,
    content_sha256: str = "",
) -> Document:
    """Store the bytes, then write their `Document` row in the caller's transaction. Refused: as `store`."""
    stored = store(data)
    return Document.objects.create(
        kind=kind,
        media_type=media_type,
        sha256=stored.sha256,
        content_sha256=content_sha256,
        size=stored.size,
        pages=pages,
        storage_name=stored.name,
        created_at=now,
    )


def read_document(document: Document) -> bytes:
    """The bytes of a document, checked against its digest. Refused: as `read`."""
    return read(document.storage_name, document.sha256)


def remove_orphans(known_names: Container[str], *, now: datetime, older_than: timedelta = ORPHAN_AGE) -> int:
    """Remove files no row knows, left by a process that died between file and row; how many.

    Files younger than `older_than` stay: their row may be on its way. Read `known_names` from the database *before* calling.
    """
    removed = 0
    limit = (now - older_than).timestamp()
    for path in _root().glob("??/*"):
        if path.name not in known_names and path.stat().st_mtime < limit:
            path.unlink(missing_ok=True)
            removed += 1
    return removed


def _root() -> Path:
    return Path(settings.MEDIA_ROOT) / FOLDER


def _path(name: str) -> Path:
    if not _NAME.fullmatch(name):
        raise ValueError("not a name this storage gives")
    return _root() / name[:2] / name


def _make_folder(folder: Path) -> None:
    """The folder and those above it, private, each settled in the one that holds it."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    _settle(folder.parent)


def _write(part: Path, data: bytes) -> None:
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _settle(folder: Path) -> None:
    """A new name in a folder is on disk only when the folder is."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
