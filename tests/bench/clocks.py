"""The pure clock: every duty of a case from its recorded facts, without a database."""

import itertools
import time
from collections.abc import Iterator

from django.utils import timezone

from panel.law.clock import clock
from panel.models import Case
from panel.queries.clocks import CaseRows, facts_of
from tests.bench.seeding import Bench

CLOCKS = 100_000


def measure(bench: Bench) -> Iterator[str]:
    """The facts of the seeded cases, over and over."""
    today = timezone.localdate(bench.day.clock.at)
    cases = Case.objects.select_related("child")[:3000]
    facts = [facts_of(case, CaseRows(born_on=case.child.born_on), today) for case in cases]
    began = time.perf_counter()
    for each in itertools.islice(itertools.cycle(facts), CLOCKS):
        clock(each)
    seconds = time.perf_counter() - began
    yield f"{CLOCKS} clocks: {seconds:.1f} s, {seconds / CLOCKS * 1e6:.0f} µs each"
