"""Whether two ways of writing a name may mean the same person: a reason to ask. Pure."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

# Before a name, and no part of it.
TITLES = frozenset(
    {"mr", "mrs", "ms", "miss", "mx", "dr", "doctor", "prof", "professor", "sir", "dame", "lord", "lady"}
    | {"rev", "revd", "reverend", "cllr", "councillor", "sister", "nurse"}
)
# Between the names of several authors, or a name and what its holder does. A dash within a word joins a name.
_BETWEEN = re.compile(r";|/|&|\+|:|\n|\band\b|\bwith\b|(?<=\s)[-‐‑–—](?=\s)", re.IGNORECASE)


def written_by(author: str, name: str) -> bool:
    """Whether a paper’s author, as written on it, may be the person of this name. Asking too often costs little.

    The same first name and surname in either order, whatever the case, accents and hyphens; titles are left out. An
    initial stands for a first or middle name that begins with it, and a middle one may be missing. Of several authors
    each is looked at, and what follows a name may be a post (“Anna Marsh EP”, “Anna Marsh, educational psychologist”).
    """
    wanted = _parts(name)
    return len(wanted) > 1 and any(_may_be(wanted, parts) for parts in _authors(author))


def _authors(text: str) -> Iterator[list[str]]:
    """The words that may be a name: between commas, and those of two neighbours, for “Marsh, Anna” is one."""
    for one in _BETWEEN.split(re.sub(r"\([^)]*\)", " ", text)):
        pieces = [_parts(piece) for piece in one.split(",")]
        yield from pieces
        for surname, first in pairwise(pieces):
            if len(surname) == 1:
                yield [*first, *surname]


def _may_be(wanted: list[str], words: list[str]) -> bool:
    """Whether words begin with this name, its surname last or first."""
    begun = [words[:end] for end in range(2, len(words) + 1)]
    return any(_same(wanted, name) or _same(wanted, [*name[1:], name[0]]) for name in begun)


def plain_words(text: str) -> list[str]:
    """The words of a text without accents and marks, as they are written otherwise."""
    letters = unicodedata.normalize("NFKD", text)
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    # O’Neill is one word however the mark is written, Smith-Jones is two.
    return re.findall(r"[^\W\d_]+", re.sub(r"['’‘`´ʼ]", "", bare))


def same_person(words: str, name: str) -> bool:
    """Whether words name the person of this name in full: titles, case, accents and hyphens are no part of it.

    A surname alone with a title before it names nobody: there may be another of that surname.
    """
    wanted = _parts(name)
    return words.casefold() == name.casefold() or (len(wanted) > 1 and wanted == _parts(words))


def _parts(name: str) -> list[str]:
    """The words of a name, plain; titles before it are dropped."""
    words = [word.casefold() for word in plain_words(name)]
    while words and words[0] in TITLES:
        words = words[1:]
    return words


def _same(one: list[str], other: list[str]) -> bool:
    if not _initial_or_same(one[0], other[0]) or one[-1] != other[-1]:
        return False
    mine, theirs = one[1:-1], other[1:-1]
    if len(mine) == len(theirs):
        return all(_initial_or_same(*pair) for pair in zip(mine, theirs, strict=True))
    return [word for word in mine if len(word) > 1] == [word for word in theirs if len(word) > 1]


def _initial_or_same(one: str, other: str) -> bool:
    return one == other or (min(len(one), len(other)) == 1 and one[0] == other[0])
