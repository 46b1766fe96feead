"""Whether two ways of writing a name may mean the same person, and words that name somebody: reasons to ask. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from panel.law.problems import Problem

# Before a name, and no part of it.
TITLES = frozenset(
    {"mr", "mrs", "ms", "miss", "mx", "dr", "doctor", "prof", "professor", "sir", "dame", "lord", "lady"}
    | {"rev", "revd", "reverend", "cllr", "councillor", "sister", "nurse"}
)
# Between the names of several authors.
_SEVERAL = re.compile(r"\s*(?:;|/|&|\+|\band\b|\bwith\b)\s*", re.IGNORECASE)


def written_by(author: str, name: str) -> bool:
    """Whether a paper’s author, as written on it, may be the person of this name.

    The same first name and surname, whatever the case, accents and hyphens; titles are left out. A middle initial may be there or
    not, and stands for a middle name that begins with it. Of several authors each is looked at; what follows a comma is a post
    (“Anna Marsh, educational psychologist”) unless a surname alone stands before it (“Marsh, Anna”).
    """
    wanted = _parts(name)
    return len(wanted) > 1 and any(_same(wanted, parts) for parts in _authors(author))


def same_person(words: str, name: str) -> bool:
    """Whether words name the person of this name in full: titles, case, accents and hyphens are no part of it.

    A surname alone with a title before it names nobody: there may be another of that surname.
    """
    wanted = _parts(name)
    return words.casefold() == name.casefold() or (len(wanted) > 1 and wanted == _parts(words))


def _authors(text: str) -> Iterable[list[str]]:
    for one in _SEVERAL.split(re.sub(r"\([^)]*\)", " ", text)):
        before, *after = one.split(",")
        parts = _parts(before)
        yield parts if len(parts) > 1 or not after else [*_parts(after[0]), *parts]


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
    if len(other) < 2 or (one[0], one[-1]) != (other[0], other[-1]):
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
    """What keeps words from eyes they are not for: `of_others`, sentences about other cases, always; `names` we know unless
    somebody says that the words name nobody, for a name can be a plain word as well. `read_by`: a sentence on who reads them.
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
