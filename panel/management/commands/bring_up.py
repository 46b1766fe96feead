"""Everything between an installed product and a served one, in one process: bin/run's own step."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Brings the database up to date and, when it is empty, fills it: with the demonstration, or with an administrator."
    # The checks run in each command called here, after the tables they ask about are there.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--empty", action="store_true", help="an authority’s own installation")

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write("Bringing the database up to date…")
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        if options["empty"]:
            call_command("invite_administrator")
        else:
            call_command("seed_demonstration", once=True)
