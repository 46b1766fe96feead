"""What keeps the promises of the outbox: a sweep, by `manage.py run_outbox` and by Celery where Redis is set."""

import os
import secrets
import socket
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from celery import shared_task
from django.utils import timezone

from panel.models import Document
from panel.platform import audit, outbox
from panel.platform.documents import storage
from panel.platform.documents.worker import Worker

SEAL_EVERY_SECONDS = 10.0
TIDY_EVERY_SECONDS = 24 * 60 * 60.0
LOOK_ROUND_EVERY_SECONDS = 15 * 60.0


@dataclass(frozen=True)
class Tools:
    """What the slow part of a promise may use: the warm child that renders and inspects."""

    worker: Worker


class Sweeper:
    """One process that keeps promises and seals the trail between them."""

    def __init__(self, tools: Tools, clock: Callable[[], float] = time.monotonic) -> None:
        self.tools = tools
        self.owner = f"{socket.gethostname()[:30]}:{os.getpid()}:{secrets.token_hex(4)}"
        self._clock = clock
        self._sealed_at = clock()
        self._tidied_at = clock()
        # A sweep that ends after one round looks round too.
        self._looked_at = -LOOK_ROUND_EVERY_SECONDS

    def step(self, only: uuid.UUID | None = None) -> bool:
        """Keep one promise, if one is due; seal when it is time. Whether there was one."""
        if only is None and self._clock() - self._looked_at >= LOOK_ROUND_EVERY_SECONDS:
            self.look_round()
        dispatch = outbox.claim(self.owner, only)
        if dispatch is not None:
            outbox.keep_promise(dispatch, self.tools, timezone.now())
        # A job may take twenty seconds: asked after each, no entry waits longer than thirty for its seal.
        if self._clock() - self._sealed_at >= SEAL_EVERY_SECONDS:
            self.seal()
        if self._clock() - self._tidied_at >= TIDY_EVERY_SECONDS:
            self.tidy()
        return dispatch is not None

    def look_round(self) -> int:
        """Make the promises that follow from a day having come; how many."""
        self._looked_at = self._clock()
        return outbox.promise_what_is_due(timezone.now())

    def tidy(self) -> int:
        """Remove stored files that no row names, left by a process that died between file and row; how many."""
        self._tidied_at = self._clock()
        known = set(Document.objects.values_list("storage_name", flat=True))
        return storage.remove_orphans(known, now=timezone.now())

    def seal(self) -> int:
        """Seal everything committed so far; how many entries that were."""
        sealed = 0
        while part := audit.seal_pending(timezone.now()):
            sealed += part
        self._sealed_at = self._clock()
        return sealed

    def sweep(self) -> int:
        """Keep every promise that is due, then seal; how many were kept."""
        kept = 0
        while self.step():
            kept += 1
        self.seal()
        return kept


@cache
def _sweeper() -> Sweeper:
    """One warm child for each Celery process, started by its first job."""
    return Sweeper(Tools(Worker()))


@shared_task(name="panel.doorbell")
def doorbell(dispatch_id: str) -> None:
    """Look after one promise now. Rung never or a hundred times, the row is kept once."""
    _sweeper().step(only=uuid.UUID(dispatch_id))


@shared_task(name="panel.sweep")
def sweep() -> None:
    """What no bell was heard for, and the seals."""
    _sweeper().sweep()
