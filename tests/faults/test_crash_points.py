"""A process dies at each named point, another comes up: every letter goes once, every signature is sealed once."""

import random
import subprocess
import sys
import time

import pytest

from tests.faults.trials import CLEAN, SEED, TRIALS, Figures
from tests.faults.world import LEASE_SECONDS, ROOT, World

pytestmark = [pytest.mark.faults, pytest.mark.slow]

AT_THE_ACTION = ("C1", "C2")
IN_THE_OUTBOX = ("C5", "C7", "C8", "C9")
# Where the first process left the promise.
STOPPED_AS = {"C2": "queued", "C5": "leased", "C7": "leased", "C8": "leased", "C9": "rendered"}
WITH_A_FILE_TOO_MANY = ("C7", "C8")


def outlive_the_lease() -> None:
    time.sleep(LEASE_SECONDS + 0.05)


def letter_of(world: World, point: str, trial: int) -> str:
    chance = random.Random(f"{SEED} {point} {trial}")  # noqa: S311 (repeatable on purpose)
    return chance.choice(world.letters)


def states(world: World) -> dict[str, str]:
    promises = world.do("standing").result["promises"]
    return {kind: state for kind, (_, state, _) in promises.items()}


def cleared(world: World) -> int:
    """How many files the daily clearing takes, a day later."""
    world.do("age_files", hours=25)
    return world.do("tidy").result["removed"]


@pytest.mark.parametrize("point", [*AT_THE_ACTION, *IN_THE_OUTBOX])
def test_released_letter_goes_once_and_signed_minutes_are_sealed_once(
    point: str, prepared: World, figures: Figures
) -> None:
    for trial in range(TRIALS):
        prepared.renew()
        # Letters and minutes in turn: both are promises, but only one of the two renders, and only the other seals.
        command, kind = (("release", "letter.send"), ("sign", "minutes.seal"))[trial % 2]
        arguments = {} if trial % 2 else {"letter": letter_of(prepared, point, trial)}
        acted = prepared.do(command, point=point, **arguments)
        assert acted.killed == (point in AT_THE_ACTION)
        if point in IN_THE_OUTBOX:
            assert prepared.do("sweep", point=point).killed
        assert states(prepared) == ({} if point == "C1" else {kind: STOPPED_AS[point]})
        # Whoever saw the page fail presses the button again.
        prepared.do(command, **arguments)
        outlive_the_lease()
        prepared.do("sweep")
        assert cleared(prepared) == (point in WITH_A_FILE_TOO_MANY)
        assert figures.judged(point, prepared) == CLEAN
        assert set(states(prepared).values()) == {"sent"}


def test_preview_cut_off_in_mid_render_is_made_once(prepared: World, figures: Figures) -> None:
    for _ in range(TRIALS):
        prepared.renew()
        drafted = prepared.do("draft").result["letters"]
        assert prepared.do("sweep", point="C6").killed
        outlive_the_lease()
        prepared.do("sweep")
        prepared.do("release", letter=drafted[0])
        prepared.do("sweep")
        assert cleared(prepared) == 0
        assert figures.judged("C6", prepared) == CLEAN
        assert states(prepared) == {"letter.send": "sent", "letter.email": "sent"}


@pytest.mark.parametrize(
    ("point", "stopped_as", "unknown", "messages"),
    [("C10", "sending", 1, 0), ("C12", "sending", 1, 1), ("C13", "sent", 0, 1)],
)
def test_email_that_may_have_gone_is_shown_and_never_sent_again(
    point: str, stopped_as: str, unknown: int, messages: int, prepared: World, figures: Figures
) -> None:
    for trial in range(TRIALS):
        prepared.renew()
        prepared.do("release", letter=letter_of(prepared, point, trial))
        assert prepared.do("sweep", point=point).killed
        assert states(prepared) == {"letter.send": "sent", "letter.email": stopped_as}
        outlive_the_lease()
        prepared.do("sweep")
        assert figures.judged(point, prepared) == {**CLEAN, "unknown": unknown}
        assert len(list((prepared.folder / "mail").iterdir())) == messages


def test_run_outbox_killed_and_started_again_finishes(world: World, figures: Figures) -> None:
    """The command itself, started as an administrator starts it."""
    world.do("release", letter=world.letters[0])
    command = [sys.executable, "manage.py", "run_outbox", "--once"]

    def started(point: str) -> int:
        return subprocess.run(
            command,
            cwd=ROOT,
            env=world.environment(PANEL_FAULT_POINT=point),
            check=False,
            capture_output=True,
        ).returncode

    assert started("C8") == -9
    outlive_the_lease()
    assert started("") == 0
    assert cleared(world) == 1
    assert figures.judged("C8 manage.py run_outbox", world) == CLEAN
