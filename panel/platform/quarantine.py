"""Bytes that came in from outside and have not been looked at: kept under a random name, served to nobody."""

import errno
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage

from panel.platform.policy import Refused

FOLDER = "quarantine"


def keep(data: bytes) -> str:
    """Write the bytes to stay before anything refers to them; the random name. Refused: `storage_full`."""
    try:
        name = default_storage.save(f"{FOLDER}/{uuid.uuid4().hex}", ContentFile(data))
        _settle(name)
    except OSError as fault:
        if fault.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise Refused(
                "storage_full",
                "There is no room left for files. Nothing was stored. Tell your administrator.",
            ) from fault
        raise
    return name


def read(name: str) -> bytes:
    """The bytes kept under `name`."""
    with default_storage.open(name) as file:
        data: bytes = file.read()
        return data


def remove(name: str) -> None:
    """Forget the bytes; no error when they are gone already."""
    default_storage.delete(name)


@contextmanager
def kept_only_if_all_goes_well() -> Iterator[list[str]]:
    """Collect names of bytes just kept; if the block ends in an error they are removed again."""
    names: list[str] = []
    try:
        yield names
    except BaseException:
        for name in names:
            remove(name)
        raise


def _settle(name: str) -> None:
    """On a disk of this machine, wait until the bytes would survive a power cut; other storages promise it themselves."""
    if isinstance(default_storage, FileSystemStorage):
        with Path(default_storage.path(name)).open("rb") as file:
            os.fsync(file.fileno())
