"""Bring in an authority's case list."""

import os
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from panel.actions.imports import ImportReport, import_cases, known_references
from panel.importing import parse
from panel.models import User
from panel.platform.policy import Refused


class Command(BaseCommand):
    help = "Brings in a case list (.csv or .xlsx), all or nothing. The columns are in docs/importing.md."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--papers", type=Path, metavar="DIR", help="the folder of the papers the list names"
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and change nothing")
        parser.add_argument("--by", metavar="EMAIL", help="the clerk in whose name the list comes in")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        folder = PaperFolder(options["papers"])
        try:
            listed = options["file"].read_bytes()
        except OSError as fault:
            raise CommandError(f"The list cannot be read: {fault.strerror}.") from fault
        parsed = parse(
            listed, options["file"].name, today=timezone.localdate(now), known_references=known_references()
        )
        try:
            report = import_cases(
                parsed=parsed, papers=folder, by=_user(options["by"]), now=now, dry_run=options["dry_run"]
            )
        except Refused as no:
            raise CommandError(no.sentence) from no
        self._print(report, dry_run=options["dry_run"])

    def _print(self, report: ImportReport, *, dry_run: bool) -> None:
        for problem in (*report.problems, *report.warnings):
            where = f"row {problem.row}" if problem.row else "the file"
            column = f", {problem.column}" if problem.column else ""
            kind = "warning: " if problem in report.warnings else ""
            self.stderr.write(f"{where}{column}: {kind}{problem.reason}")
        if report.problems:
            found = _counted(len(report.problems), "problem")
            raise CommandError(f"Nothing was brought in: {found}. Mend what is named above and try again.")
        if report.known:
            self.stdout.write(f"Known already and left as they are: {', '.join(report.known)}")
        done = "would come in; nothing was changed" if dry_run else "came in"
        cases, papers = _counted(len(report.created), "case"), _counted(report.papers, "paper")
        self.stdout.write(f"{cases} and {papers} {done}.")


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


class PaperFolder(Mapping[str, bytes]):
    """The plain files of one folder by their names, read one at a time; no name leads out of it, not even by a link."""

    def __init__(self, folder: Path | None) -> None:
        if folder is not None and not folder.is_dir():
            raise CommandError("The papers folder is not there.")
        self.folder = folder

    def __getitem__(self, name: str) -> bytes:
        path = self._path(name)
        if path is None:
            raise KeyError(name)
        # The link is refused by the system itself, so that none can be put there between a look and the reading.
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:
            return file.read()

    def __iter__(self) -> Iterator[str]:
        return (path.name for path in self.folder.iterdir()) if self.folder else iter(())

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _path(self, name: str) -> Path | None:
        if self.folder is None or name != Path(name).name or name in {"", ".", ".."}:
            return None
        path = self.folder / name
        return path if path.is_file() and not path.is_symlink() else None


def _user(email: str | None) -> User | None:
    if email is None:
        return None
    user = User.objects.filter(email=email.lower()).first()
    if user is None:
        raise CommandError("Nobody signs in with the address given as --by.")
    return user
