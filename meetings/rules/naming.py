"""Words that name somebody, though those who read them are not to learn of whom they speak: reasons to ask. Pure.

A hit asks for a tick and no more, so it is looked for generously: in small letters, with an s at the end, by half of a double name.
What moderators read is changed without anybody being asked; there capitals count (`meetings/minutes/redaction.py`).
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from meetings.rules.names import TITLES, plain_words
from panel.law.problems import Problem

# Names that are words as well, of those feedback on a school is full of, and what stands before surnames. Written small they are the
# word: asked about each time, people would tick without reading. What is not here is asked about in small letters too.
_WORDS = """
will may mark marks hope grace faith joy rose bill pat sue art frank grant guy dean chance miles drew april june august summer
autumn winter dawn sky star sunny patience harmony justice angel page young old long short small little good best rich wise sharp
quick bright brown green white black grey king queen prince head cook teacher worker clerk chair coach church field forest hill lake
park stone street wood woods banks north south east west day week weeks friday bird love power reading read reason speed spring
start still story sweet talent trust way wild bond book box boys card case cash chase cross dance down early farmer free friend gift
hand hands hard heard holder holiday house key law light major more neat new nice paper peace plant play price print self singer
van von der den bin ibn and
"""
_WORDS_TOO = frozenset(_WORDS.split())
# As people type it between the two halves of a surname.
_HYPHEN = re.compile("[-‐‑–]")


def names_said(text: str, names: Iterable[str]) -> tuple[str, ...]:
    """Who of `names` is named in `text`, in full or by a part of the name: each way once, the longest first.

    Small letters count but of names that are words as well, or of one or two letters. What was found is not counted again for a part.
    """
    words = [(word.casefold(), not word[0].islower()) for word in plain_words(text)]
    taken: set[int] = set()
    found = []
    for parts, label in _ways(names):
        places = [
            at for at in range(len(words) - len(parts) + 1) if _stands(words[at : at + len(parts)], parts)
        ]
        spans = [set(range(at, at + len(parts))) for at in places]
        free = [span for span in spans if not span & taken]
        if free:
            found.append(label)
            taken.update(*free)
    return tuple(found)


def _ways(names: Iterable[str]) -> list[tuple[tuple[str, ...], str]]:
    """How each may be called: in full, by one of the names, by one half of a double name. The longest first."""
    ways: dict[tuple[str, ...], str] = {}
    for name in names:
        said = name.split()
        while len(said) > 1 and said[0].strip(".").casefold() in TITLES:
            said = said[1:]
        halves = [half for one in said for half in _HYPHEN.split(one) if len(half) > 1]
        for label in (" ".join(said), *(one for one in said if len(one) > 1), *halves):
            parts = tuple(word.casefold() for word in plain_words(label))
            if parts:
                ways.setdefault(parts, label.strip(".,"))
    return sorted(ways.items(), key=lambda way: (-len(way[1]), way[1]))


def _stands(words: Sequence[tuple[str, bool]], parts: tuple[str, ...]) -> bool:
    """Whether these words are the parts of a name, each perhaps with an s: “Robins”, or “Robin’s” once its mark is left out."""
    if not all(
        word == part or (len(part) > 1 and word == f"{part}s")
        for (word, _), part in zip(words, parts, strict=True)
    ):
        return False
    (_, capital), first = words[0], parts[0]
    return capital or len(parts) > 1 or not (len(first) < 3 or first in _WORDS_TOO or first in TITLES)


@dataclass(frozen=True, slots=True)
class Named(Problem):
    """Words that may name somebody, and what in them: to be shown, and to be answered for by name."""

    names: tuple[str, ...] = ()


def naming_problems(
    field: str,
    names: Sequence[str],
    of_others: Sequence[str],
    *,
    marks: Sequence[str] = (),
    read_by: str,
    names_nobody: Collection[str],
) -> Iterator[Problem]:
    """What keeps words from eyes they are not for: `of_others`, sentences about other cases, always; `names` we know and `marks`
    of the child unless they are among `names_nobody`, what somebody was shown and has said to name nobody here, for a name can be a
    plain word as well. `read_by`: a sentence on who reads them.
    """
    new = [name for name in names if name not in names_nobody]
    telling = [mark for mark in marks if mark not in names_nobody]
    if of_others:
        yield Problem("another_case", field, " ".join(of_others))
    elif new or telling:
        parts = []
        if new:
            are = "is a name" if len(new) == 1 else "are names"
            parts.append(f"{_quoted(new)} {are} we know from this case or its meeting.")
        if telling:
            tell = "tells" if len(telling) == 1 else "tell"
            parts.append(f"{_quoted(telling)} {tell} which child this is.")
        parts.append(f"{read_by}: say it so that it names nobody.")
        parts.append("If the words mean something else, tick below that they name nobody.")
        yield Named("names", field, " ".join(parts), (*new, *telling))


def staff_named(field: str, names: Sequence[str]) -> Named:
    """Words that may name somebody who works with the panel, in a paper that is to speak of them by what they do."""
    are = "may be a name" if len(names) == 1 else "may be names"
    sentence = (
        f"{_quoted(names)} {are} of staff, and this version names nobody. Have the paragraph left out on the page of paragraphs,"
        " or tick below that the words may stand."
    )
    return Named("names", field, sentence, tuple(names))


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f"“{name}”" for name in names)
