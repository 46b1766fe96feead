"""Run the benchmark in a throw-away place: a temporary folder, and on PostgreSQL a database of its own."""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.faults.world import ROOT, Store

# A person's own settings must not colour the figures, nor the figures her data.
CLEAR = ("REDIS_URL", "SECRET_KEY", "SECURE_COOKIES", "PANEL_FAULT_POINT", "OUTBOX_LEASE_SECONDS")


def main() -> int:
    """Run `tests.bench.run` there; its exit code."""
    parser = argparse.ArgumentParser(prog="bin/bench", description=__doc__)
    parser.add_argument(
        "--cases", type=int, default=3000, help="how many cases (3000); 100000 for the rule of 1.3 times"
    )
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same authority (1)")
    parser.add_argument("--runs", type=int, default=30, help="how often each page is asked for (30)")
    parser.add_argument("--items", type=int, default=30, help="questions on the agenda (30)")
    parser.add_argument(
        "--live", type=int, default=60, help="seconds of four live meetings at once (60; 0 leaves them out)"
    )
    parser.add_argument("--strict", action="store_true", help="exit with 1 when a page is over its budget")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="panel-bench-") as name:
        folder = Path(name)
        store = Store(folder, os.environ.get("DATABASE_URL", ""), purpose="bench")
        store.create()
        try:
            return _measured(folder, store, wanted)
        finally:
            store.drop()


def _measured(folder: Path, store: Store, wanted: argparse.Namespace) -> int:
    kept = {name: value for name, value in os.environ.items() if name not in CLEAR}
    own = {
        "PANEL_VAR": str(folder),
        "DATABASE_URL": store.url,
        "MEDIA_ROOT": str(folder / "media"),
        "KEYS_ROOT": str(folder / "keys"),
        "EMAIL_URL": f"filemail:///{folder / 'mail'}",
    }
    said = dict(vars(wanted))
    arguments = ["--strict"] if said.pop("strict") else []
    arguments += [f"--{name}={value}" for name, value in said.items()]
    return subprocess.run(
        [sys.executable, "-m", "tests.bench.run", *arguments], cwd=ROOT, env=kept | own, check=False
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
