"""An authority of the wanted size, always the same for a seed, with one meeting of the wanted length."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from datetime import time as clock_time
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db.models import F
from django.utils import timezone

from meetings.actions import listing
from meetings.actions.seeding import seed_authority
from meetings.management import rehearsal
from meetings.models import AgendaItem, Meeting
from meetings.queries.waiting import Listing, waiting
from panel import tasks
from panel.demonstration.generate import generate
from panel.law.legal import Stage
from panel.models import Case, CaseState, Person, Relationship
from panel.platform.documents.worker import Worker
from panel.platform.policy import Role

# As many as come in through the import's own door; any more are copied in bulk, which measures the same pages.
THROUGH_THE_DOOR = 3000
AT_ONCE = 2000


@dataclass
class Bench:
    """The seeded authority: the rehearsal's day with its people, and the meeting."""

    day: rehearsal.Day
    meeting: Meeting


def seed(seed: int, *, cases: int, items: int, say: Callable[[str], None]) -> Bench:
    """Fill the empty database. The clock of the day stands at eight in the morning of today."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.MIGRATION_MODULES = {app.label: None for app in apps.get_app_configs()}
    call_command("migrate", run_syncdb=True, verbosity=0)
    call_command("createcachetable", verbosity=0)
    today = timezone.localdate()
    clock = rehearsal.Clock(timezone.make_aware(datetime.combine(today, clock_time(8, 0))))
    demonstration = generate(seed, today, cases=min(cases, THROUGH_THE_DOOR))
    seeded = seed_authority(demonstration=demonstration, now=clock.at)
    day = rehearsal.Day(demonstration, seeded, clock, tools=None)
    _lengthen(day, items)
    _multiply(cases, say)
    with Worker() as worker:
        day.tools = tasks.Tools(worker)
        day.drain()
    return Bench(day, seeded.meeting)


def _lengthen(day: rehearsal.Day, items: int) -> None:
    """Put more questions on today's agenda, the most pressing first."""
    meeting, clerk = day.seeded.meeting, day.someone(Role.CLERK)
    more = items - AgendaItem.objects.filter(meeting=meeting).count()
    requested = Case.objects.filter(state=CaseState.REQUESTED, restricted=False).in_bulk()
    pressing = [line.case_id for line in waiting(clerk, day.clock.at) if line.case_id in requested]
    listings = [Listing(case=requested[key], stage=Stage.ASSESS) for key in pressing[: max(0, more)]]
    if listings:
        listing.add_items(meeting=meeting, listings=listings, by=clerk, now=day.clock.at)


def _multiply(cases: int, say: Callable[[str], None]) -> None:
    """Add cases of earlier years, each with a child and family ties of its own, until there are so many.

    What an authority has to act on does not grow with its age: a hundred thousand cases are three thousand of today and what
    was decided before them.
    """
    ties = {tie.child_id: tie for tie in Relationship.objects.exclude(person=F("child"))}
    originals = list(Case.objects.select_related("child").order_by("pk"))
    numbers = iter(range(len(originals), cases))
    copied = zip(itertools.cycle(originals), numbers, strict=False)
    while portion := list(itertools.islice(copied, AT_ONCE)):
        children = Person.objects.bulk_create([_again(case.child, upn="") for case, _ in portion])
        Case.objects.bulk_create(
            [
                _again(case, reference=f"EHC-B-{number:06}", child=child, **_over(case, number))
                for (case, number), child in zip(portion, children, strict=True)
            ]
        )
        Relationship.objects.bulk_create(
            [
                _again(ties[case.child_id], child=child)
                for (case, _), child in zip(portion, children, strict=True)
                if case.child_id in ties
            ]
        )
        if portion[-1][1] % 20000 < AT_ONCE:
            say(f"  {portion[-1][1]} cases")


def _over(case: Case, number: int) -> dict[str, Any]:
    """How a case of an earlier year ended; a third were refused, as in the county's published figures."""
    received_on = case.received_on - timedelta(days=365 * (1 + number % 20))
    told_on = received_on + timedelta(days=40)
    ended: dict[str, Any] = {
        "received_on": received_on,
        "assess_notified_on": told_on,
        "next_duty": "",
        "next_due_on": None,
    }
    if number % 3 == 0:
        return ended | {"state": CaseState.NOT_ASSESSED}
    sent_on = received_on + timedelta(days=200)
    return ended | {"state": CaseState.ISSUED, "issue_notified_on": sent_on, "final_sent_on": sent_on}


def _again(row: Any, **fields: Any) -> Any:
    """A new row like `row`."""
    same = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if field.name not in {"id", "public_id", "user", *fields}
    }
    return type(row)(**same, **fields)
