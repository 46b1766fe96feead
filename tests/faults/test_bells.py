"""The bell is lost, swallowed, dead, or rung a hundred times: the row is the truth."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import redis

from tests.faults.trials import CLEAN, TRIALS, Figures
from tests.faults.world import ROOT, World

pytestmark = [pytest.mark.faults, pytest.mark.slow]

RINGS = 100
# The letter's promise was kept by the bells; the lease is long, as it is outside the trials.
PATIENT = {"OUTBOX_LEASE": 120}


@contextmanager
def swallowing() -> Iterator[str]:
    """The address of something that takes every connection and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        yield f"redis://127.0.0.1:{silent.getsockname()[1]}/0"


def closed_port() -> str:
    """An address where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"redis://127.0.0.1:{probe.getsockname()[1]}/0"


def promise(world: World, kind: str = "letter.send") -> tuple[str, str]:
    public_id, state, _ = world.do("standing").result["promises"][kind]
    return public_id, state


def test_dead_redis_neither_slows_a_release_nor_loses_the_letter(prepared: World, figures: Figures) -> None:
    for trial in range(TRIALS):
        prepared.renew()
        released = prepared.do(
            "release", letter=prepared.letters[trial % 2], settings={"REDIS_URL": closed_port()}
        )
        assert released.result["seconds"] < 1
        prepared.do("sweep", settings={"REDIS_URL": closed_port()})
        assert figures.judged("C3 Redis is dead", prepared) == CLEAN


def test_bell_that_is_swallowed_costs_a_moment_and_nothing_else(prepared: World, figures: Figures) -> None:
    for trial in range(TRIALS):
        prepared.renew()
        with swallowing() as address:
            released = prepared.do(
                "release", letter=prepared.letters[trial % 2], settings={"REDIS_URL": address}
            )
        assert released.result["seconds"] < 2
        assert promise(prepared)[1] == "queued"
        prepared.do("sweep")
        assert figures.judged("C3 bell lost", prepared) == CLEAN


def test_hundred_bells_in_four_processes_send_one_letter(prepared: World, figures: Figures) -> None:
    for trial in range(TRIALS):
        prepared.renew()
        prepared.do("release", letter=prepared.letters[trial % 2])
        public_id, _ = promise(prepared)
        rung = prepared.do("bells", dispatch=public_id, rings=RINGS, at_once=4, settings=PATIENT)
        assert rung.result == {"failed": 0}
        assert promise(prepared)[1] == "sent"
        prepared.do("sweep")
        assert figures.judged("C4 bell rung 100 times", prepared) == CLEAN


def test_bells_while_leases_run_out_send_one_letter(prepared: World, figures: Figures) -> None:
    """Every worker is too slow for its lease, so they take the row from each other; the fence lets one of them write."""
    for trial in range(TRIALS):
        prepared.renew()
        prepared.do("release", letter=prepared.letters[trial % 2])
        public_id, _ = promise(prepared)
        short = {"OUTBOX_LEASE": 0.005}
        prepared.do("bells", dispatch=public_id, rings=40, at_once=4, settings=short)
        prepared.do("sweep")
        prepared.do("age_files", hours=25)
        prepared.do("tidy")
        assert figures.judged("C4 with a lease too short", prepared) == CLEAN


def test_hundred_bells_through_celery_send_one_letter(world: World, figures: Figures, redis_url: str) -> None:
    world.do("release", letter=world.letters[0])
    public_id, _ = promise(world)
    world.do("publish_bells", dispatch=public_id, rings=RINGS, settings={"REDIS_URL": redis_url})
    with celery_worker(world, redis_url):
        deadline = time.monotonic() + 60
        with redis.Redis.from_url(redis_url) as queue:
            while queue.llen("celery") or queue.hlen("unacked") or promise(world)[1] != "sent":
                assert time.monotonic() < deadline
                time.sleep(0.2)
    world.do("sweep")
    assert figures.judged("C4 through Celery", world) == CLEAN


@contextmanager
def celery_worker(world: World, redis_url: str) -> Iterator[None]:
    """Two workers, stopped politely at the end."""
    command = [sys.executable, "-m", "celery", "-A", "panel.config.celery", "worker", "--concurrency=2"]
    environment = world.environment(REDIS_URL=redis_url, OUTBOX_LEASE_SECONDS="120")
    with (
        (world.folder / "celery.log").open("wb") as log,
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log) as worker,
    ):
        try:
            yield
        finally:
            worker.terminate()
            worker.wait(30)
