"""Facts in, dates out, at a keyboard: what is printed, what a wrong fact is told, and how it ends."""

import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command


def run(words: str, facts: Any, monkeypatch: pytest.MonkeyPatch) -> tuple[int, str, str]:
    """The command on `facts` (an object, or raw bytes) read from standard input: its status and its two outputs."""
    raw = facts if isinstance(facts, bytes) else json.dumps(facts).encode()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(raw)))
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("clock", words, stdout=out, stderr=err)
    except SystemExit as end:
        return int(str(end.code)), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def test_facts_become_every_date(monkeypatch: pytest.MonkeyPatch) -> None:
    facts = {"received_on": "2025-04-02", "as_of": "2025-10-21", "assess_notified_on": "2025-05-29"}
    status, out, err = run("-", {**facts, "not_issue_notified_on": "2025-10-21"}, monkeypatch)
    said = json.loads(out)
    first, third = (next(d for d in said["duties"] if d["code"] == code) for code in ("C1", "C3"))
    assert (status, err) == (0, "")
    assert list(said) == [
        "duties",
        "draft_window",
        "closure_window",
        "appeal",
        "young_person_from",
        "notices",
    ]
    assert first == {
        "code": "C1",
        "basis": "statutory",
        "legal_due": "2025-05-14",
        "safe_due": "2025-05-13",
        "act_by": "2025-05-13",
        "status": "met_late",
        "met_on": "2025-05-29",
        "days_late": 15,
        "authority": "reg 5(1)",
        "superseded_by": None,
    }
    assert (third["legal_due"], third["days_late"]) == ("2025-07-23", 90)


@pytest.mark.parametrize(
    ("facts", "sentences"),
    [
        ({}, "received_on: Give this date, as YYYY-MM-DD.\n"),
        (
            {"received_on": "2026-02-30", "refused_on": "2026-03-01"},
            r"refused_on: There is no such fact here\..*\nreceived_on: Enter a real date, as YYYY-MM-DD\.\n",
        ),
        ([], "facts: Give an object of facts, at least with received_on.\n"),
        (b"{", r"facts: This is not JSON \(line 1, column 2\): .*\.\n"),
        (b"", r"facts: This is not JSON \(line 1, column 1\): .*\.\n"),
        (b"\xff\xfe", "facts: The file is not UTF-8 text.\n"),
        (b"[" * 100_000, "facts: This is nested too deeply to be facts.\n"),
        (b" " * 1_000_001, "facts: This is too much for the facts of one request.\n"),
        (
            b'{"received_on": "2026-01-01", "received_on": "2026-01-02"}',
            "received_on: This fact is given twice. Keep the right one.\n",
        ),
    ],
)
def test_wrong_fact_is_named_and_ends_with_two(
    facts: Any, sentences: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    status, out, err = run("-", facts, monkeypatch)
    assert (status, out) == (2, "")
    assert re.fullmatch(sentences, err), err


def test_file_that_is_not_there_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(str(tmp_path / "none.json"), {}, monkeypatch) == (
        2,
        "",
        "facts: The file cannot be read: No such file or directory.\n",
    )


@pytest.mark.slow
def test_clock_needs_no_database(tmp_path: Path) -> None:
    path = tmp_path / "facts.json"
    path.write_text('{"received_on": "2026-06-18"}')
    done = subprocess.run(
        [sys.executable, str(settings.ROOT / "manage.py"), "clock", str(path)],
        env={
            **os.environ,
            "DATABASE_URL": f"sqlite:///{tmp_path / 'no' / 'such.sqlite3'}",
            "PANEL_VAR": str(tmp_path),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["duties"][0]["legal_due"] == "2026-07-30"
