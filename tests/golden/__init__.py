"""Golden texts: what a family or a chair would read, kept as plain text and compared whole.

To accept new wording, look at it and run `REGOLD=1 .venv/bin/pytest tests/meetings -k golden`, then read the diff.
"""

import os
from html.parser import HTMLParser
from pathlib import Path

HERE = Path(__file__).parent
_BREAKS = frozenset(
    {
        "p",
        "div",
        "br",
        "h1",
        "h2",
        "h3",
        "h4",
        "li",
        "tr",
        "caption",
        "section",
        "dt",
        "dd",
        "table",
        "ul",
        "ol",
        "header",
    }
)
_HIDDEN = frozenset({"title", "style", "script"})


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = [""]
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in _HIDDEN
        if tag in _BREAKS:
            self.lines.append({"li": "- ", "h1": "# ", "h2": "## ", "h3": "### ", "h4": "#### "}.get(tag, ""))
        if tag in {"td", "th"} and self.lines[-1]:
            self.lines[-1] += " | "
        footer = dict(attrs).get("data-footer")
        if footer:
            self.lines.append(f"[footer: {footer}]")

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in _HIDDEN
        if tag in _BREAKS:
            self.lines.append("")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            words = " ".join(data.split())
            space = " " if data[:1].isspace() and self.lines[-1] and not self.lines[-1].endswith(" ") else ""
            self.lines[-1] += (space + words) if words else ""
            self.lines[-1] += " " if words and data[-1:].isspace() else ""


def text_of(html: str) -> str:
    """The words of a page in reading order: one line per block, headings marked, cells parted by bars."""
    reader = _Reader()
    reader.feed(html)
    return "\n".join(line.strip() for line in reader.lines if line.strip()) + "\n"


def matches(name: str, text: str) -> None:
    """Assert that `text` is the golden text `name`; with REGOLD set, make it so."""
    path = HERE / f"{name}.txt"
    if os.environ.get("REGOLD"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")
