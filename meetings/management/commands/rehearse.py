"""Rehearse a complete panel day without a browser, in a throw-away database."""

import os
import subprocess
import sys
import tempfile
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from meetings.management.rehearsal import rehearse
from panel.platform.documents.worker import Worker
from panel.tasks import Tools

INSIDE = "PANEL_REHEARSING"


class Command(BaseCommand):
    help = "Runs a whole panel day through the same actions as the screens and leaves the minutes, letters and a summary in DIR."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--out", required=True, type=Path, metavar="DIR", help="an empty or new folder")
        parser.add_argument("--seed", type=int, default=1, help="the same seed and day give the same day")
        parser.add_argument("--day", default="", metavar="YYYY-MM-DD", help="the day of the panel (today)")

    def handle(self, *args: Any, **options: Any) -> None:
        out: Path = options["out"].resolve()
        on = _day(options["day"])
        if os.environ.get(INSIDE) != "1":
            self._in_a_throw_away_place(out, options["seed"], on)
            return
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        with Worker() as worker:
            rehearse(seed=options["seed"], on=on, out=out, tools=Tools(worker), say=self.stdout.write)
        self.stdout.write(f"Minutes, letters and summary.json are in {out}")

    def _in_a_throw_away_place(self, out: Path, seed: int, on: date) -> None:
        """Run this command once more with a database, media and keys of its own, all gone afterwards."""
        if out.exists() and any(out.iterdir()):
            raise CommandError(
                f"{out} is not empty. Name an empty or a new folder, so that nothing is overwritten."
            )
        out.mkdir(parents=True, exist_ok=True)
        self.stdout.write(f"Rehearsing the panel of {on:%-d %B %Y}…")
        with tempfile.TemporaryDirectory(prefix="rehearsal-") as folder:
            ended = subprocess.run(  # noqa: S603 - our own command, with checked arguments
                [
                    sys.executable,
                    str(settings.ROOT / "manage.py"),
                    "rehearse",
                    f"--out={out}",
                    f"--seed={seed}",
                    f"--day={on.isoformat()}",
                ],
                env={
                    **os.environ,
                    INSIDE: "1",
                    "PANEL_VAR": folder,
                    "DATABASE_URL": f"sqlite:///{folder}/rehearsal.sqlite3",
                    "MEDIA_ROOT": f"{folder}/media",
                    "KEYS_ROOT": f"{folder}/keys",
                    "REDIS_URL": "",
                    "EMAIL_URL": f"filemail:///{folder}/mail",
                },
                check=False,
            )
        if ended.returncode:
            raise CommandError("The rehearsal stopped before its end; the reason stands above.")


def _day(text: str) -> date:
    if not text:
        return timezone.localdate()
    try:
        return date.fromisoformat(text)
    except ValueError as wrong:
        raise CommandError(f"--day takes a real date as YYYY-MM-DD, not {text!r}") from wrong
