"""Walks through a panel day: whatever is pressed in whatever order, no illegal state is stored.

Twice: by a seeded dice, whose walks are long and go from the list to the amended minutes; and by Hypothesis, which looks for
the shortest way into a fault.
"""

import inspect
import os
import random
import sys
from collections import Counter
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from meetings.actions.live import latest
from meetings.models import AgendaItem, Decision, Minutes, MinutesSignature
from panel.models import Case
from panel.platform.policy import Refused
from tests.meetings.walk import deciding, minuting, planning, room
from tests.meetings.walk.day import AFTER, BEFORE, OVER, SITTING, PanelDay, Verb, Weighted
from tests.meetings.walk.walker import HAPPENED, REFUSED

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

SEED = int(os.environ.get("PANEL_FAULTS_SEED", "1"))
# `bin/test --faults` walks further.
FULL = os.environ.get("PANEL_FAULTS") == "full"
WALKS = 200 if FULL else 6
MOST_WALKS = 6 * WALKS
STEPS = 40
LUCK = st.integers(0, 2**20)
# Hypothesis takes each walk as an example of its own.
EXAMPLES = 100 if FULL else 6
REACHED: Counter[str] = Counter()


def _dice(luck: int) -> random.Random:
    return random.Random(luck)  # noqa: S311 (repeatable on purpose)


def _weighted(verbs: Weighted) -> list[Verb]:
    return [verb for verb, weight in verbs for _ in range(weight)]


def _states() -> Counter[str]:
    """What a walk has come to, by the states that are hard to reach."""
    return Counter(
        {
            "officer's decisions": Decision.objects.filter(route=Decision.Route.OFFICER).count(),
            "fast-tracked": Decision.objects.filter(route=Decision.Route.FAST_TRACK).count(),
            "agreed after all": Decision.objects.filter(route=Decision.Route.RECONSIDERED).count(),
            "views opened after one was given": AgendaItem.objects.filter(
                pre_views__isnull=False, pre_views_opened_at__isnull=False
            )
            .distinct()
            .count(),
            "minutes signed": MinutesSignature.objects.count(),
            "amendments": Minutes.objects.filter(version__gt=1).count(),
            "amendments signed": MinutesSignature.objects.filter(minutes__version__gt=1).count(),
        }
    )


def _verbs() -> set[str]:
    """Every action that the walk has in its hands: what it imports and never presses is missed as well."""
    found = (value for module in (planning, room, deciding, minuting) for value in vars(module).values())
    return {
        value.__name__
        for value in found
        if inspect.isfunction(value)
        and value.__module__.startswith("meetings.actions.")
        and value is not latest
    }


def _unseen() -> dict[str, list[str]]:
    """What the walks so far prove nothing of: verbs that never happened, or were never refused, and states never reached."""
    return {
        "never happened": sorted(verb for verb in _verbs() if not HAPPENED[verb]),
        "never refused": sorted(verb for verb in _verbs() if not REFUSED[verb]),
        "never reached": sorted(state for state in REACHED if not REACHED[state]),
    }


def test_no_illegal_state_is_ever_stored(capsys: pytest.CaptureFixture[str]) -> None:
    for counted in (HAPPENED, REFUSED, REACHED):
        counted.clear()
    walks = 0
    # A walk that gets nowhere proves nothing: with another seed it may take some more to have seen everything.
    while walks < WALKS or (walks < MOST_WALKS and any(_unseen().values())):
        _walk(f"{SEED} {walks}")
        walks += 1
    with capsys.disabled():
        sys.stdout.write(f"\n{walks} walks of seed {SEED} reached {dict(REACHED)}\n")
        for verb in sorted(_verbs()):
            sys.stdout.write(f"  {verb}: {HAPPENED[verb]} done, {REFUSED[verb]} refused\n")
    assert _unseen() == {"never happened": [], "never refused": [], "never reached": []}


def _walk(luck: str) -> None:
    with PanelDay(random.Random(luck)) as day:  # noqa: S311 (repeatable on purpose)
        taken: list[str] = []
        for verb in day.way():
            taken.append(verb.__name__)
            try:
                verb(day)
                day.check()
            except AssertionError as wrong:
                raise AssertionError(f"walk {luck}: {' → '.join(taken)}") from wrong
        REACHED.update(_states())


def writes_and_refuses(*, case: Case, by: Any, now: datetime) -> None:
    """An action as none may be: outside one transaction."""
    Case.objects.filter(pk=case.pk).update(family_views=f"{by.name} at {now}")
    raise Refused("too_late", "It was written before it was refused.")


def test_verb_that_is_refused_after_it_wrote_is_found_out() -> None:
    with PanelDay(_dice(1)) as day:
        case = day.late
        with pytest.raises(AssertionError, match=r"was refused \(too_late\) and changed panel_case$"):
            day.attempt(writes_and_refuses, case=case, by=day.day.clerk)


class AnyDay(RuleBasedStateMachine):
    """The same verbs in any order. Hypothesis says which verb and with what luck, and takes a fault back to its shortest walk."""

    @initialize(luck=LUCK)
    def begin(self, luck: int) -> None:
        self.day = PanelDay(_dice(luck))
        self.day.__enter__()
        # Most of the verbs need a meeting that sits, and some one that is over: half of the walks begin with its opening, and half
        # of these soon close it.
        if luck % 2:
            self.day.opens()
        if luck % 4 == 3:
            self.day.recommends()
            self.day.closes()

    @rule(verb=st.sampled_from(_weighted(SITTING)), luck=LUCK)
    def press(self, verb: Verb, luck: int) -> None:
        self._press(verb, luck)

    @rule(verb=st.sampled_from(_weighted((*BEFORE, *OVER, *AFTER))), luck=LUCK)
    def press_out_of_turn(self, verb: Verb, luck: int) -> None:
        self._press(verb, luck)

    def _press(self, verb: Verb, luck: int) -> None:
        self.day.dice = _dice(luck)
        verb(self.day)

    @invariant()
    def nothing_illegal_is_stored(self) -> None:
        if hasattr(self, "day"):
            self.day.check()

    def teardown(self) -> None:
        if hasattr(self, "day"):
            self.day.__exit__()


def test_hypothesis_finds_no_way_into_an_illegal_state() -> None:
    HAPPENED.clear()
    run_state_machine_as_test(
        seeded(SEED)(AnyDay),
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert {"record_recommendation", "record_decision", "close_meeting"} <= set(+HAPPENED)
