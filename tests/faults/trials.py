"""How many trials, by which seed, and their sums: a figure without a seed is not accepted (reliability.md 4.6)."""

import os
from dataclasses import dataclass, field
from typing import Any

from tests.faults.world import World

# `bin/test --faults` sets PANEL_FAULTS=full; a number says how many by hand.
_ASKED = os.environ.get("PANEL_FAULTS", "2")
FULL = _ASKED == "full"
TRIALS = 50 if FULL else int(_ASKED)
SEED = int(os.environ.get("PANEL_FAULTS_SEED", "1"))
COUNTED = ("lost", "duplicated", "misdirected", "held", "unknown")
CLEAN = {
    "lost": 0,
    "duplicated": 0,
    "misdirected": 0,
    "held": 0,
    "unknown": 0,
    "orphans": 0,
    "left": 0,
    "trail": "",
}


@dataclass
class Figures:
    """Sums over the trials of each point."""

    sums: dict[str, dict[str, int]] = field(default_factory=dict)

    def judged(self, point: str, world: World, **more: Any) -> dict[str, Any]:
        """Ask the oracle at the end of one trial, and count what it says before anybody asserts on it."""
        verdict = world.do("judge", **more).result
        sums = self.sums.setdefault(point, dict.fromkeys(("trials", *COUNTED), 0))
        sums["trials"] += 1
        for name in COUNTED:
            sums[name] += verdict[name]
        return verdict

    def lines(self) -> list[str]:
        """One line a point."""
        columns = ("trials", *COUNTED)
        return [
            f"{point:28}" + "  ".join(f"{name} {sums[name]:>2}" for name in columns) + f"  seed {SEED}"
            for point, sums in self.sums.items()
        ]


@dataclass
class Counts:
    """What the races counted, a line each."""

    said: list[str] = field(default_factory=list)

    def report(self, race: str, pairs: int, **counted: int) -> None:
        """Keep one line; said before anybody asserts on it."""
        words = "  ".join(f"{name} {number}" for name, number in counted.items())
        self.said.append(f"{race:28}pairs {pairs}  {words}  seed {SEED}")
