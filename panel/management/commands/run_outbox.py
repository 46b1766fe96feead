"""Keep the promises of the outbox, and seal the trail."""

import math
import signal
import threading
import time
from argparse import ArgumentParser
from types import FrameType
from typing import Any

import structlog
from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError, close_old_connections, connection

from panel.platform import triggers
from panel.platform.documents.worker import Worker
from panel.tasks import Sweeper, Tools

log = structlog.get_logger()

LOOK_EVERY_SECONDS = 1.0


class Command(BaseCommand):
    help = (
        "Keeps what the outbox promises (rendering, inspecting, sealing, sending) and seals the audit trail. "
        "Stops after the current job on SIGTERM or Ctrl-C."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="do what is due now, then end")
        parser.add_argument(
            "--max-seconds", type=float, metavar="N", help="end after the job that is running then"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        missing = triggers.missing()
        if missing:
            raise CommandError(
                f"The database lacks its guards ({', '.join(missing[:3])}…). Run manage.py migrate, then start again."
            )
        stop = threading.Event()
        with Worker() as worker, _Signals(stop):
            sweeper = Sweeper(Tools(worker))
            if options["once"]:
                self.stdout.write(f"{sweeper.sweep()} promises looked after.")
                return
            ends_at = time.monotonic() + (options["max_seconds"] or math.inf)
            while not stop.is_set() and (left := ends_at - time.monotonic()) > 0:
                if not _stepped(sweeper):
                    stop.wait(min(LOOK_EVERY_SECONDS, left))
            sweeper.seal()


def _stepped(sweeper: Sweeper) -> bool:
    """One step; whether there was anything to do. A database that is away for a while is waited for, not died of."""
    try:
        return sweeper.step()
    except (OperationalError, InterfaceError) as fault:
        log.warning("outbox_database_away", fault=type(fault).__name__)
        return False
    finally:
        # Never under a caller's own transaction: what it wrote would be lost.
        if not connection.in_atomic_block:
            close_old_connections()


class _Signals:
    """While this holds, SIGTERM and SIGINT ask the loop to end after its current job, instead of ending the process in it."""

    def __init__(self, stop: threading.Event) -> None:
        self.stop = stop

    def __enter__(self) -> None:
        self.before = {number: signal.signal(number, self._ask) for number in (signal.SIGTERM, signal.SIGINT)}

    def __exit__(self, *_: object) -> None:
        for number, handler in self.before.items():
            signal.signal(number, handler)

    def _ask(self, number: int, frame: FrameType | None) -> None:
        self.stop.set()
