"""One installation for all the trials of a run, and the figures they are reported by."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from tests.faults.trials import SEED, Counts, Figures
from tests.faults.world import World, opened

_figures = Figures()
_counts = Counts()


@pytest.fixture(scope="session")
def figures() -> Figures:
    return _figures


@pytest.fixture(scope="session")
def counts() -> Counts:
    return _counts


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder: Path = tmp_path_factory.mktemp("faults")
    with opened(folder, seed=SEED, day=timezone.localdate().isoformat()) as world:
        yield world


@pytest.fixture
def world(prepared: World) -> World:
    """The prepared day, untouched: letters that wait for the second person, minutes that wait for the chair."""
    prepared.renew()
    return prepared


@pytest.fixture
def on_postgresql() -> None:
    """Row locks are what is on trial; SQLite has one writer at a time and cannot race."""
    if connection.vendor != "postgresql":
        pytest.skip("races are run on PostgreSQL: SQLite lets one writer in at a time")


@pytest.fixture(scope="module")
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(max_workers=10) as workers:
        yield workers


@pytest.fixture
def redis_url() -> str:
    """The Redis of this run of the suite."""
    address = os.environ.get("REDIS_URL", "")
    if not address:
        pytest.skip("REDIS_URL is not set: the bells went without a broker only")
    return address


def pytest_terminal_summary(terminalreporter: Any) -> None:
    lines = [*_figures.lines(), *_counts.said]
    if lines:
        terminalreporter.section("fault trials")
        for line in lines:
            terminalreporter.write_line(line)
