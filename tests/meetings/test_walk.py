"""Walks through a panel day: whatever is pressed in whatever order, no illegal state is stored.

Twice: by a seeded dice, whose walks are long and go from the opening to the signature; and by Hypothesis, which looks for the
shortest way into a fault.
"""

import os
import random
from collections.abc import Callable

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tests.meetings.walk import HAPPENED, OVER, REFUSED, SITTING, PanelDay

Verb = Callable[[PanelDay], None]
pytestmark = [pytest.mark.slow, pytest.mark.django_db]

SEED = int(os.environ.get("PANEL_FAULTS_SEED", "1"))
# `bin/test --faults` walks further.
WALKS = 200 if os.environ.get("PANEL_FAULTS") == "full" else 12
STEPS = 50
LUCK = st.integers(0, 2**20)
# Hypothesis takes each walk as an example of its own.
EXAMPLES = 100 if os.environ.get("PANEL_FAULTS") == "full" else 12


def _dice(luck: int) -> random.Random:
    return random.Random(luck)  # noqa: S311 (repeatable on purpose)


def _weighted(verbs: tuple[tuple[Verb, int], ...]) -> list[Verb]:
    return [verb for verb, weight in verbs for _ in range(weight)]


def test_no_illegal_state_is_ever_stored() -> None:
    HAPPENED.clear()
    REFUSED.clear()
    for walk in range(WALKS):
        undo = transaction.atomic()
        undo.__enter__()
        try:
            day = PanelDay(random.Random(f"{SEED} {walk}"))  # noqa: S311 (repeatable on purpose)
            taken: list[str] = []
            for verb in (*day.some(SITTING, STEPS), *day.some(OVER, STEPS // 3)):
                taken.append(verb.__name__)
                try:
                    verb(day)
                    day.check()
                except AssertionError as wrong:
                    raise AssertionError(f"walk {walk} of seed {SEED}: {' → '.join(taken)}") from wrong
        finally:
            transaction.set_rollback(True)
            undo.__exit__(None, None, None)
    # A walk that gets nowhere proves nothing.
    main = {"record_recommendation", "record_decision", "close_meeting", "prepare_minutes", "sign_minutes"}
    main |= {"record_meeting_later", "record_item_later", "give_pre_view"}
    assert main - set(HAPPENED) == set()
    assert main - set(REFUSED) == set()


class AnyDay(RuleBasedStateMachine):
    """The same verbs in any order. Hypothesis says which verb and with what luck, and takes a fault back to its shortest walk."""

    @initialize(luck=LUCK)
    def begin(self, luck: int) -> None:
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.day = PanelDay(_dice(luck))

    @rule(verb=st.sampled_from(_weighted(SITTING)), luck=LUCK)
    def press(self, verb: Verb, luck: int) -> None:
        self._press(verb, luck)

    @rule(verb=st.sampled_from(_weighted(OVER)), luck=LUCK)
    def press_towards_the_end(self, verb: Verb, luck: int) -> None:
        self._press(verb, luck)

    def _press(self, verb: Verb, luck: int) -> None:
        self.day.dice = _dice(luck)
        verb(self.day)

    @invariant()
    def nothing_illegal_is_stored(self) -> None:
        if hasattr(self, "day"):
            self.day.check()

    def teardown(self) -> None:
        if hasattr(self, "undo"):
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)


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
    assert {"record_recommendation", "record_decision", "close_meeting"} <= set(HAPPENED)
