"""Fill an empty database with the demonstration authority."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from meetings.actions.seeding import seed_authority
from panel.demonstration.generate import generate
from panel.models import Installation
from panel.platform.policy import Refused


class Command(BaseCommand):
    help = "Fills an empty database with an invented authority, its cases and a panel for today."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--once", action="store_true", help="do nothing when the database is filled already"
        )
        parser.add_argument(
            "--seed", type=int, default=1, help="the same seed and day make the same authority"
        )
        parser.add_argument("--cases", type=int, default=400)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["once"] and Installation.objects.exists():
            return
        began = time.monotonic()
        self.stdout.write("Filling the demonstration authority…")
        now = timezone.now()
        try:
            demonstration = generate(options["seed"], timezone.localdate(now), options["cases"])
            seeded = seed_authority(demonstration=demonstration, now=now)
        except (Refused, ValueError) as fault:
            raise CommandError(str(fault)) from fault
        self.stdout.write(
            f"{seeded.cases} cases, {seeded.papers} papers and {seeded.meeting.items.count()} items for today’s panel"
            f" in {time.monotonic() - began:.0f} s."
        )
