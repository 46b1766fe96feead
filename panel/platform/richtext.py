"""Rich text from people: six plain elements, no attributes, nothing else (reliability.md 1.3)."""

from html.parser import HTMLParser

import nh3

from panel.platform.policy import Refused
from panel.platform.text import clean_text

ELEMENTS = frozenset({"p", "br", "ul", "ol", "li", "strong", "em"})
RICH_TEXT_LIMIT = 50_000
# Deeper lists than this are no longer prose, and a renderer recurses once per level.
DEPTH_LIMIT = 12
# A word processor's `<b>` and `<i>` mean what these two mean.
_SYNONYMS = (("b", "strong"), ("i", "em"))


def sanitise(html: str, *, limit: int = RICH_TEXT_LIMIT, label: str = "This text") -> str:
    """The same words with only p, br, ul, ol, li, strong and em left, and no attribute on any of them.

    Scripts and styles go with their content; of other elements the words stay. Safe to print and to render. Raises `Refused`
    with code `too_long` (over `limit` characters of markup), `too_deep`, or as `text.clean_text` does.
    """
    cleaned = clean_text(html, limit, label=label)
    kept = nh3.clean(cleaned, tags=set(ELEMENTS | {"b", "i"}), attributes={}, url_schemes=set(), link_rel=None)
    for old, new in _SYNONYMS:
        kept = kept.replace(f"<{old}>", f"<{new}>").replace(f"</{old}>", f"</{new}>")
    if _depth(kept) > DEPTH_LIMIT:
        raise Refused("too_deep", f"{label} has lists or emphasis nested more than {DEPTH_LIMIT} deep. Use fewer levels.")
    return kept.strip()


class _DepthOf(HTMLParser):
    """Counts how deep elements lie in each other. Its input is nh3's output, so every element but `br` is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0
        self.deepest = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "br":
            self.now += 1
            self.deepest = max(self.deepest, self.now)

    def handle_endtag(self, tag: str) -> None:
        self.now -= 1


def _depth(html: str) -> int:
    counter = _DepthOf()
    counter.feed(html)
    return counter.deepest
