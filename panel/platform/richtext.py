"""Rich text from people: six plain elements, no attributes, nothing else (reliability.md 1.3)."""

import re

import nh3

from panel.platform.policy import Refused
from panel.platform.text import refuse_long, refuse_long_words, visible

ELEMENTS = frozenset({"p", "br", "ul", "ol", "li", "strong", "em"})
RICH_TEXT_LIMIT = 50_000
# What comes in may be longer, since a word processor's markup is dropped. Parsing takes time by the square of the depth: at
# this limit the worst case is a second.
MARKUP_LIMIT = 100_000
# Deeper lists than this are no longer prose, and a renderer recurses once per level.
DEPTH_LIMIT = 12
# A word processor's `<b>` and `<i>` mean what these two mean.
_TAG = re.compile(r"<[^>]*>")
_SYNONYMS = (("b", "strong"), ("i", "em"))


def sanitise(html: str, *, limit: int = RICH_TEXT_LIMIT, label: str = "This text") -> str:
    """The same words with only p, br, ul, ol, li, strong and em left, and no attribute on any of them.

    Scripts and styles go with their content; of other elements the words stay. Safe to print and to render. Raises `Refused`
    with code `too_long` (over `limit` characters of the markup that is kept), `too_deep`, or as `text.clean_text` does.
    """
    pasted = refuse_long(html, MARKUP_LIMIT, label=label)
    kept = nh3.clean(
        visible(pasted, label=label),
        tags=set(ELEMENTS | {"b", "i"}),
        attributes={},
        url_schemes=set(),
        link_rel=None,
    )
    for old, new in _SYNONYMS:
        kept = kept.replace(f"<{old}>", f"<{new}>").replace(f"</{old}>", f"</{new}>")
    if _depth(kept) > DEPTH_LIMIT:
        raise Refused(
            "too_deep",
            f"{label} has lists or emphasis nested more than {DEPTH_LIMIT} deep. Use fewer levels.",
        )
    refuse_long_words(_TAG.sub(" ", kept), label=label)
    return refuse_long(kept.strip(), limit, label=label)


def _depth(html: str) -> int:
    """How deep elements lie in each other. The input is nh3's output, so every element but `br` is closed."""
    now = deepest = 0
    for tag in _TAG.findall(html):
        if tag != "<br>":
            now += -1 if tag.startswith("</") else 1
            deepest = max(deepest, now)
    return deepest
