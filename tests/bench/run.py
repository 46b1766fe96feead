"""Seed, measure, print. Started by `__main__` in a throw-away place; exits with 0 unless `--strict` and a page is over."""

import argparse
import os
import platform
import sys

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "panel.config.settings")
    django.setup()

from django.db import connection

from tests.bench import clocks, live, pages, pdf, seeding
from tests.bench.table import Table


def main() -> int:
    """Everything, from the empty database to the last line of the table."""
    parser = argparse.ArgumentParser()
    for name in ("cases", "seed", "runs", "items", "live"):
        parser.add_argument(f"--{name}", type=int)
    parser.add_argument("--strict", action="store_true")
    wanted = parser.parse_args()
    say(
        f"{connection.vendor}, Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    )
    say(f"seeding {wanted.cases} cases (seed {wanted.seed}) …")
    bench = seeding.seed(wanted.seed, cases=wanted.cases, items=wanted.items, say=say)
    table = Table()
    pages.measure(bench, table, wanted.runs)
    pages.measure_decisions(bench, table)
    table.print(say)
    for line in (*pdf.measure(bench), *clocks.measure(bench)):
        say(line)
    if wanted.live:
        say(f"four meetings at once for {wanted.live} s …")
        for line in live.measure(bench, wanted.live):
            say(line)
    return 1 if wanted.strict and any(line.over for line in table.lines) else 0


def say(line: str) -> None:
    """One line to the person who waits."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
