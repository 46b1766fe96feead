"""A worker that is only slow, clocks that jump, facts that change between two tries: nobody writes over another, nothing goes astray."""

import pytest

from tests.faults.test_crash_points import cleared, letter_of, outlive_the_lease, states
from tests.faults.trials import CLEAN, TRIALS, Figures
from tests.faults.world import World

pytestmark = [pytest.mark.faults, pytest.mark.slow]

# As long as outside the trials: whoever is stopped holds the row.
PATIENT = {"OUTBOX_LEASE": 120}
HOUR = 1


@pytest.mark.parametrize("point", ["C5", "C9"])
def test_slow_worker_that_wakes_after_its_lease_changes_nothing(
    point: str, prepared: World, figures: Figures
) -> None:
    for trial in range(TRIALS):
        prepared.renew()
        command, kind = (("release", "letter.send"), ("sign", "minutes.seal"))[trial % 2]
        prepared.do(command, **({} if trial % 2 else {"letter": letter_of(prepared, f"C14 {point}", trial)}))
        met = _overtaken(prepared, point)
        assert met["between"][kind][1] == "sent"
        cleared(prepared)
        assert figures.judged(f"C14 at {point}", prepared) == CLEAN
        assert set(states(prepared).values()) == {"sent"}


@pytest.mark.parametrize(("point", "messages"), [("C10", 0), ("C12", 1)])
def test_slow_worker_that_wakes_with_an_email_in_hand_asks_first_whose_it_is(
    point: str, messages: int, prepared: World, figures: Figures
) -> None:
    """The other could not know whether it went, and says so; the first sends nothing any more on its own."""
    for trial in range(TRIALS):
        prepared.renew()
        prepared.do("release", letter=letter_of(prepared, f"C14 {point}", trial))
        met = _overtaken(prepared, point)
        assert met["between"]["letter.email"][1] == "unknown"
        assert figures.judged(f"C14 at {point}", prepared) == {**CLEAN, "unknown": 1}
        assert len(list((prepared.folder / "mail").iterdir())) == messages


@pytest.mark.parametrize("hours", [HOUR, -HOUR])
def test_clock_that_jumps_makes_nobody_take_a_row_that_is_held(
    hours: int, prepared: World, figures: Figures
) -> None:
    for trial in range(TRIALS):
        prepared.renew()
        prepared.do("release", letter=letter_of(prepared, f"C17 {hours}", trial))
        met = _overtaken(prepared, "C5", hours=hours, outlived=False, settings=PATIENT)
        assert met["between"]["letter.send"][1] == "leased"
        assert figures.judged(f"C17 held, {hours:+} hour", prepared) == CLEAN
        assert set(states(prepared).values()) == {"sent"}


@pytest.mark.parametrize("hours", [HOUR, -HOUR])
def test_clock_that_jumps_leaves_no_row_behind(hours: int, prepared: World, figures: Figures) -> None:
    for trial in range(TRIALS):
        prepared.renew()
        prepared.do("release", letter=letter_of(prepared, f"C17 {hours}", trial))
        assert prepared.do("sweep", point="C5").killed
        outlive_the_lease()
        prepared.do("sweep_by_another_clock", hours=hours)
        assert figures.judged(f"C17 given up, {hours:+} hour", prepared) == CLEAN
        assert set(states(prepared).values()) == {"sent"}


@pytest.mark.parametrize("point", ["C5", "C9"])
def test_right_that_is_questioned_between_two_tries_holds_the_letter_until_a_person_answers(
    point: str, prepared: World, figures: Figures
) -> None:
    for trial in range(TRIALS):
        prepared.renew()
        letter = letter_of(prepared, f"C18 {point}", trial)
        prepared.do("release", letter=letter)
        assert prepared.do("sweep", point=point).killed
        prepared.do("dispute", letter=letter)
        outlive_the_lease()
        prepared.do("sweep")
        assert states(prepared) == {"letter.send": "needs_recheck"}
        assert not list((prepared.folder / "mail").iterdir())
        prepared.do("settle", letter=letter)
        prepared.do("sweep")
        cleared(prepared)
        assert figures.judged(f"C18 right, {point}", prepared) == CLEAN
        assert set(states(prepared).values()) == {"sent"}


def test_letter_to_an_address_that_changed_between_two_tries_never_goes_to_the_old_one(
    prepared: World, figures: Figures
) -> None:
    for trial in range(TRIALS):
        prepared.renew()
        letter = letter_of(prepared, "C18 address", trial)
        prepared.do("release", letter=letter)
        assert prepared.do("sweep", point="C5").killed
        prepared.do("move_home", letter=letter)
        outlive_the_lease()
        prepared.do("sweep")
        assert states(prepared) == {"letter.send": "needs_recheck"}
        # It stands before a person, who drafts it again.
        assert figures.judged("C18 address", prepared) == {**CLEAN, "held": 1}


def _overtaken(world: World, point: str, *, settings: dict[str, int] | None = None, **fields: object) -> dict:
    met = world.do("overtaken", settings=settings, stops_at=point, **fields).result
    assert met["failed"] == 0
    return met
