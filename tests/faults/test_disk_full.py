"""The disk for documents is full: a clear error, nothing half stored, and everything goes on by itself once there is room."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.trials import CLEAN, TRIALS, Figures
from tests.faults.world import World

pytestmark = [pytest.mark.faults, pytest.mark.slow]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of eight megabytes."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if os.geteuid():
        pytest.skip("only root may mount the small disk of this trial")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", disk], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"no small disk could be mounted: {mounted.stderr.strip()}")
    try:
        yield disk
    finally:
        subprocess.run(["umount", disk], check=True)


def fill(disk: Path) -> Path:
    """Write until not a byte more goes in; the file that is in the way."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"\0" * 4096)
        except OSError:
            return filler


@pytest.mark.parametrize("command", ["release", "sign"])
def test_full_disk_is_named_and_survived(
    command: str, prepared: World, small_disk: Path, figures: Figures
) -> None:
    kind = {"release": "letter.send", "sign": "minutes.seal"}[command]
    for trial in range(TRIALS):
        prepared.renew()
        media = small_disk / f"media-{trial}"
        shutil.copytree(prepared.folder / "media", media)
        here = {"MEDIA_ROOT": str(media)}
        before = sorted(path for path in media.rglob("*") if path.is_file())
        filler = fill(small_disk)
        arguments = {"letter": prepared.letters[trial % 2]} if command == "release" else {}
        prepared.do(command, settings=here, **arguments)
        prepared.do("sweep", settings=here)
        _, state, error = prepared.do("standing").result["promises"][kind]
        assert (state, error) == ("failed", "storage_full")
        assert sorted(path for path in media.rglob("*") if path.is_file()) == before
        filler.unlink()
        prepared.do("hurry")
        prepared.do("sweep", settings=here)
        assert figures.judged("disk full", prepared, settings=here) == CLEAN
        shutil.rmtree(media)
