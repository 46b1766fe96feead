"""What the sweeper does between promises."""

import datetime as dt
import os
from typing import Any

import pytest
from django.utils import timezone

from panel.models import Document
from panel.platform import outbox
from panel.platform.documents import storage
from panel.platform.documents.worker import Worker
from panel.tasks import TIDY_EVERY_SECONDS, Sweeper, Tools

pytestmark = pytest.mark.django_db


def aged(name: str) -> None:
    """As if the file had been there since the day before yesterday."""
    path = storage._path(name)
    then = (timezone.now() - dt.timedelta(days=2)).timestamp()
    os.utime(path, (then, then))


def test_sweeper_removes_files_no_row_names_once_a_day_and_no_others() -> None:
    known = storage.store_document(b"kept", kind="paper", media_type="application/pdf", now=timezone.now())
    orphan = storage.store(b"left behind")
    aged(known.storage_name)
    aged(orphan.name)
    # Begun twice; then whether to look round, having looked, whether to seal and whether to tidy.
    seconds = iter([0.0, 0.0, 1.0, 1.0, 1.0, 1.0, *[TIDY_EVERY_SECONDS + 1.0] * 9])
    sweeper = Sweeper(Tools(Worker()), clock=lambda: next(seconds))
    sweeper.step()
    assert storage._path(orphan.name).exists()
    sweeper.step()
    assert not storage._path(orphan.name).exists()
    assert storage.read_document(Document.objects.get()) == b"kept"


def test_failing_round_is_logged_and_keeps_no_other_from_its_promises(settings: Any) -> None:
    settings.OUTBOX_ROUNDS = "tests.panel.test_tasks.ROUNDS"
    assert outbox.promise_what_is_due(timezone.now()) == 2


def _fails(now: dt.datetime) -> int:
    raise ValueError


ROUNDS = (_fails, lambda _now: 2)
