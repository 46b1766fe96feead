"""A whole panel day from the command line, twice: what it leaves, and that it leaves the same."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import page
import pytest
from django.conf import settings
from django.db import connection
from pypdf import PdfReader

DAY = "2026-11-23"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        connection.vendor != "sqlite",
        reason="a rehearsal uses its own SQLite file: once, in the first suite, is enough",
    ),
]


def rehearsed(folder: Path) -> dict[str, Any]:
    subprocess.run(
        [
            sys.executable,
            str(settings.ROOT / "manage.py"),
            "rehearse",
            f"--out={folder}",
            "--seed=7",
            f"--day={DAY}",
        ],
        check=True,
        capture_output=True,
        timeout=500,
    )
    summary: dict[str, Any] = json.loads((folder / "summary.json").read_text())
    return summary


@pytest.fixture(scope="module")
def two_days(tmp_path_factory: pytest.TempPathFactory) -> tuple[tuple[Path, dict[str, Any]], ...]:
    folders = [tmp_path_factory.mktemp(name) / "out" for name in ("first", "second")]
    return tuple((folder, rehearsed(folder)) for folder in folders)


def test_day_leaves_only_what_its_summary_names_with_the_right_digests(two_days: Any) -> None:
    folder, summary = two_days[0]
    assert {path.name for path in folder.iterdir()} == {"summary.json", *summary["files"]}
    for name, about in summary["files"].items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == about["sha256"]


def test_day_decides_both_questions_both_ways_and_puts_one_item_off(two_days: Any) -> None:
    _, summary = two_days[0]
    assert all(summary["outcomes"].values())
    assert sum(summary["outcomes"].values()) == len(summary["items"]) - 1
    assert all(item["quorum"]["quorate"] for item in summary["items"] if item["recommended"])
    assert {"apologies", "present", "substituted"} == set(summary["attendance"])


def test_two_days_with_one_seed_have_the_same_letters_and_unsealed_minutes(two_days: Any) -> None:
    digests = [
        {name: about.get("unsealed_sha256", about["sha256"]) for name, about in summary["files"].items()}
        for _, summary in two_days
    ]
    assert digests[0] == digests[1]
    words = [
        "\n".join(each.extract_text() for each in PdfReader(folder / "minutes.pdf").pages)
        for folder, _ in two_days
    ]
    assert words[0] == words[1]


@pytest.mark.parametrize("name", ["minutes.pdf", "letter-01.pdf"])
def test_files_are_archivable_and_accessible(two_days: Any, name: str) -> None:
    folder, _ = two_days[0]
    data = (folder / name).read_bytes()
    for profile in (page.ValidationProfile.PDF_A_2A, page.ValidationProfile.PDF_UA_1):
        assert [failure.message for failure in page.validate_pdf_bytes(data, profile=profile).failures] == []
