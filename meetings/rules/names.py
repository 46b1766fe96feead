"""Whether two ways of writing a name may mean the same person, and words that name somebody: reasons to ask. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from panel.law.problems import Problem

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


def _parts(name: str) -> list[str]:
    """The words of a name, plain; titles before it are dropped."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    # O’Neill is one word however the mark is written, Smith-Jones is two.
    words = re.findall(r"[^\W\d_]+", re.sub(r"['’‘`´]", "", plain))
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


def naming_problems(
    field: str, names: Sequence[str], of_others: Sequence[str], *, read_by: str, names_nobody: bool
) -> Iterable[Problem]:
    """What keeps words from eyes they are not for: `of_others`, sentences about other cases, always; `names` we know
    unless somebody says that the words name nobody, for a name can be a plain word as well. `read_by`: a sentence on
    who reads them.
    """
    if of_others:
        yield Problem("another_case", field, " ".join(of_others))
    elif names and not names_nobody:
        said = ", ".join(f"“{name}”" for name in names)
        are = "is a name" if len(names) == 1 else "are names"
        yield Problem(
            "names",
            field,
            f"{said} {are} we know from this case or its meeting. {read_by}:"
            " say it without a name. If the words mean something else, tick below that they name nobody.",
        )
