"""Whether words that go to a young person speak of them as of somebody else.

The letter goes to whoever holds the right (design.md, section 2, fact 6), and its standard words say “you” to a young person. The
words people typed are printed as they are, so what reads as about a third person is shown to whoever can mend it. It is never more
than a notice: “she” may be a teacher. Pure.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

# What stands between quotation marks is somebody else's words.
_QUOTED = re.compile(r"“[^”]*”|\"[^\"\n]*\"")
# “HE” is higher education.
_OF_SOMEBODY = re.compile(
    r"\b(?:[Hh]e|[Ss]he|[Hh]im|[Hh]er|[Hh]is|[Hh]ers|[Hh]imself|[Hh]erself)\b"
    r"|\b[Tt]h(?:e|is)\s+(?:young\s+(?:man|woman|person|lady|adult)|child|boy|girl|pupil|student)\b"
)


@dataclass(frozen=True)
class Spoken:
    """The words in one place that speak of the reader."""

    where: str
    words: tuple[str, ...]


def speaks_of(text: str, forename: str) -> tuple[str, ...]:
    """The words in `text` that speak of the one it is written to, each once; none within quotation marks."""
    own = _QUOTED.sub(" ", text)
    found = [" ".join(one.split()).lower() for one in _OF_SOMEBODY.findall(own)]
    # As a name is written: a young person may be called Will or May.
    named = [forename] if forename and re.search(rf"(?<!\w){re.escape(forename)}(?!\w)", own) else []
    return tuple(dict.fromkeys([*named, *found]))


def spoken_in(places: Iterable[tuple[str, str]], forename: str) -> tuple[Spoken, ...]:
    """Of texts, each behind the name of its place: the places that speak of the reader, and with which words."""
    found: dict[str, dict[str, None]] = {}
    for where, text in places:
        if words := speaks_of(text, forename):
            found.setdefault(where, {}).update(dict.fromkeys(words))
    return tuple(Spoken(where, tuple(words)) for where, words in found.items())


def in_words(found: Iterable[Spoken]) -> str:
    """The same within a sentence."""
    return "; ".join(f"{', '.join(f'“{word}”' for word in one.words)} in {one.where}" for one in found)
