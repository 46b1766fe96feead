"""The statutory clock at a keyboard: facts in, every date out. Needs no database."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand
from django.utils import timezone

from panel.law.clock import clock
from panel.law.facts import BadFacts, parse

# Facts of one request are a few lines; anything longer is another file.
LONGEST = 1_000_000
WRONG = 2


class Command(BaseCommand):
    help = "Reads the facts of one request as JSON and prints every deadline; ends with 2 and a sentence for each wrong fact."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="a JSON file of facts, at least received_on; - reads standard input")

    def handle(self, *args: Any, **options: Any) -> None:
        given = self._facts(options["file"])
        try:
            facts = parse(given, today=timezone.localdate())
        except BadFacts as wrong:
            self._no(*wrong.errors)
        self.stdout.write(json.dumps(clock(facts).to_json(), indent=2))

    def _facts(self, name: str) -> Any:
        try:
            raw = sys.stdin.buffer.read(LONGEST + 1) if name == "-" else self._file(name)
        except OSError as fault:
            self._no(f"facts: The file cannot be read: {fault.strerror}.")
        if len(raw) > LONGEST:
            self._no("facts: This is too much for the facts of one request.")
        try:
            return json.loads(raw.decode("utf-8-sig"), object_pairs_hook=self._once)
        except UnicodeDecodeError:
            self._no("facts: The file is not UTF-8 text.")
        except json.JSONDecodeError as fault:
            self._no(f"facts: This is not JSON (line {fault.lineno}, column {fault.colno}): {fault.msg}.")
        except RecursionError:
            self._no("facts: This is nested too deeply to be facts.")

    @staticmethod
    def _file(name: str) -> bytes:
        with Path(name).open("rb") as file:
            return file.read(LONGEST + 1)

    def _once(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        """An object whose names are given once each: of two dates under one name nobody can say which was meant."""
        found: dict[str, Any] = {}
        for name, value in pairs:
            if name in found:
                self._no(f"{name}: This fact is given twice. Keep the right one.")
            found[name] = value
        return found

    def _no(self, *sentences: str) -> NoReturn:
        for sentence in sentences:
            self.stderr.write(sentence)
        raise SystemExit(WRONG)
