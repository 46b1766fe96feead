import hashlib
import os
import resource
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from panel.models import Document
from panel.platform.documents import storage
from panel.platform.documents.storage import Stored
from panel.platform.policy import Refused

DATA = b"bytes of a letter"
SHA256 = hashlib.sha256(DATA).hexdigest()
NOW = datetime(2026, 11, 3, 9, 30, tzinfo=UTC)


def files(settings):
    return sorted(path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file())


def age(path, hours):
    then = (NOW - timedelta(hours=hours)).timestamp()
    os.utime(path, (then, then))


def test_stored_bytes_are_private_and_found_again():
    stored = storage.store(DATA)
    assert stored == Stored(name=stored.name, sha256=SHA256, size=len(DATA))
    assert storage.read(stored.name, SHA256) == DATA


def test_stored_file_can_be_read_by_this_account_only(settings):
    storage.store(DATA)
    (path,) = files(settings)
    assert [stat.S_IMODE(p.stat().st_mode) for p in (path, path.parent)] == [0o600, 0o700]


def test_same_bytes_stored_twice_are_two_files(settings):
    names = {storage.store(DATA).name, storage.store(DATA).name}
    assert (len(names), len(files(settings))) == (2, 2)


def test_changed_file_is_never_handed_out(settings):
    stored = storage.store(DATA)
    files(settings)[0].write_bytes(DATA.replace(b"letter", b"Letter"))
    with pytest.raises(Refused) as refused:
        storage.read(stored.name, stored.sha256)
    assert refused.value.code == "file_damaged"


def test_missing_file_is_named_as_missing(settings):
    stored = storage.store(DATA)
    files(settings)[0].unlink()
    with pytest.raises(Refused) as refused:
        storage.read(stored.name, stored.sha256)
    assert refused.value.code == "file_missing"


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "a" * 31, "A" * 32, "a" * 32 + "\n"])
def test_name_from_elsewhere_opens_nothing(name):
    with pytest.raises(ValueError, match="not a name"):
        storage.read(name, SHA256)


def test_full_storage_is_refused_and_leaves_nothing_half_written(settings):
    storage.store(DATA)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, hard))
    try:
        with pytest.raises(Refused) as refused:
            storage.store(b"x" * 2_000_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert (refused.value.code, len(files(settings))) == ("storage_full", 1)


def test_other_faults_of_the_disk_are_not_hidden_and_leave_nothing(settings):
    Path(settings.MEDIA_ROOT).write_text("a file where the folder should be")
    with pytest.raises(FileExistsError):
        storage.store(DATA)


def test_orphans_are_removed_once_no_row_can_be_on_its_way(settings):
    known, old, young = (storage.store(DATA) for _ in range(3))
    paths = {path.name: path for path in files(settings)}
    half_written = paths[old.name].with_name(f"{'0' * 32}.part")
    half_written.write_bytes(b"half")
    for path in (paths[known.name], paths[old.name], half_written):
        age(path, 25)
    age(paths[young.name], 23)
    assert storage.remove_orphans({known.name}, now=NOW) == 2
    assert {path.name for path in files(settings)} == {known.name, young.name}


@pytest.mark.django_db
def test_document_row_tells_what_is_stored():
    document = storage.store_document(
        DATA, kind="letter", media_type="application/pdf", now=NOW, pages=1, content_sha256="c" * 64
    )
    row = Document.objects.values(
        "kind", "media_type", "sha256", "content_sha256", "size", "pages", "created_at"
    ).get()
    assert row == {
        "kind": "letter",
        "media_type": "application/pdf",
        "sha256": SHA256,
        "content_sha256": "c" * 64,
        "size": len(DATA),
        "pages": 1,
        "created_at": NOW,
    }
    assert storage.read_document(document) == DATA
