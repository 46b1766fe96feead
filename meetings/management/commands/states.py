"""Print docs/states.md from the transition tables."""

from typing import Any

from django.core.management.base import BaseCommand

from meetings.rules.states import MACHINES
from panel.models import CASE_MACHINE, PAPER_MACHINE
from panel.platform.machine import page


class Command(BaseCommand):
    help = "Prints docs/states.md."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(page((CASE_MACHINE, PAPER_MACHINE, *MACHINES)), ending="")
