"""Generated pages say what the code says."""

import io
from pathlib import Path

from django.core.management import call_command


def test_states_page_is_current() -> None:
    printed = io.StringIO()
    call_command("states", stdout=printed)
    kept = Path(__file__).resolve().parents[1] / "docs" / "states.md"
    assert kept.read_text() == printed.getvalue(), "run: manage.py states > docs/states.md"
