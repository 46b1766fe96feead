"""Hold every indexed date against the clock, and count what is late."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from panel.law.rules import rules_for
from panel.queries.breaches import Difference, Report, clock_report

SHOWN = 20


class Command(BaseCommand):
    help = (
        "Recomputes the next duty and date of every case and reports differences (0 is expected; any ends with 1), then the "
        "late stages with their causes."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        began = time.monotonic()
        today = timezone.localdate()
        report = clock_report(today)
        seconds = time.monotonic() - began
        self._late(report, rules_for(today).label)
        self.stdout.write(
            f"{report.cases} cases read in {seconds:.1f} s; {len(report.differences)} differences."
        )
        for difference in report.differences[:SHOWN]:
            self.stderr.write(_words(difference))
        if report.differences:
            raise CommandError(
                "The indexed dates above are not what the recorded facts say. The clock is right; lists and trays are sorted "
                "by the index until the case is next changed.",
                returncode=1,
            )

    def _late(self, report: Report, labels: Any) -> None:
        rows = report.cohort.rows()
        if not rows:
            self.stdout.write("No stage is or was late.")
            return
        head = f"{'stage':<6}{'open':>6}{'done':>6}{'median days':>13}{'most':>6}  cause"
        self.stdout.write("Stages past their legal date (an exemption that applies is not counted):")
        self.stdout.write(head)
        for stage, cause, still_open, done, middle, most in rows:
            self.stdout.write(f"{stage:<6}{still_open:>6}{done:>6}{middle:>13}{most:>6}  {cause}")
        for stage in sorted({row[0] for row in rows}):
            self.stdout.write(f"{stage}: {labels[stage]}")


def _words(difference: Difference) -> str:
    indexed, computed = (_owed(*index) for index in (difference.indexed, difference.computed))
    return f"{difference.reference}: indexed {indexed}, by the clock {computed}"


def _owed(duty: str, on: Any, *restated: Any) -> str:
    said = [f"{duty} on {on}" if duty else "nothing owed"]
    said += [f"{code} restated to {day}" for code, day in zip(("C1", "C3"), restated, strict=True) if day]
    return ", ".join(said)
