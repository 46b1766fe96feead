"""Recompute the trail."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from panel.platform import audit, triggers


class Command(BaseCommand):
    help = "Recomputes every entry, value and seal of the audit trail; ends with 1 and the first bad row if any disagrees."

    def handle(self, *args: Any, **options: Any) -> None:
        verdict = audit.verify()
        if verdict.fault:
            raise CommandError(f"The trail does not agree with itself: {verdict.fault}.")
        missing = triggers.missing()
        if missing:
            raise CommandError(f"The trail agrees, but the database lacks its guards: {', '.join(missing)}.")
        self.stdout.write(
            f"{verdict.entries} entries under {verdict.seals} seals agree; {verdict.unsealed} wait for the next seal; "
            f"{verdict.erased} values were disposed of."
        )
