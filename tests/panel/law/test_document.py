from pathlib import Path

from panel.law.document import deadlines
from panel.law.rules import Code

PAGE = Path(__file__).parents[3] / "docs" / "deadlines.md"


def test_the_page_on_deadlines_is_current():
    assert PAGE.read_text(encoding="utf-8") == deadlines(), (
        "run: python -m panel.law.document > docs/deadlines.md"
    )


def test_every_duty_is_on_the_page():
    assert all(f"| {code} |" in deadlines() for code in Code)
