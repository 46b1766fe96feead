"""How two people are let go at the same moment, and how often."""

import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections

from panel.platform.policy import Refused
from tests.faults.trials import FULL, SEED, TRIALS

# As many as reliability.md 4.6 asks for when each crash point gets its fifty.
PAIRED_EDITS = TRIALS * 20
PAIRS = TRIALS * 10

MARKS = [
    pytest.mark.faults,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("on_postgresql"),
]


def at_once(pool: ThreadPoolExecutor, *calls: Callable[[], Any]) -> list[Any]:
    """What each call gave, or the refusal it met; all of them begin at the same moment."""
    gate = threading.Barrier(len(calls), timeout=20)

    def run(call: Callable[[], Any]) -> Any:
        try:
            gate.wait()
            return call()
        except Refused as no:
            return no
        finally:
            connections.close_all()

    return [future.result(60) for future in [pool.submit(run, call) for call in calls]]


class Handicap:
    """How long the quicker of two waits, in seconds: longer while it is always first, so that the other one sometimes is."""

    def __init__(self, race: str) -> None:
        self.chance = random.Random(f"{SEED} {race}")  # noqa: S311 (repeatable on purpose)
        self.longest = 0.04

    def wait(self) -> float:
        return self.chance.random() * self.longest

    def won(self, *, quicker: bool) -> None:
        self.longest = min(1.0, self.longest * (1.5 if quicker else 0.7))


def both_orders(*first: int) -> bool:
    """Whether each side was first at least once: a race that one side always wins was never run. Asked of a full run only."""
    return not FULL or min(first) > 0
