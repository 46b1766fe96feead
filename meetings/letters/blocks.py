"""What a letter is made of, and the grammar of writing to a parent or to the young person. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from meetings.letters.facts import Contact, LetterFacts


class Kind(StrEnum):
    """How a block is set."""

    HEADING = "heading"
    SUBHEADING = "subheading"
    PARAGRAPH = "paragraph"
    STRONG = "strong"
    LIST = "list"
    CONTACT = "contact"
    TABLE = "table"


@dataclass(frozen=True)
class Block:
    """One piece of a letter. `codes` are the mandatory contents it carries; `legal` marks the fixed wording of rights.

    `own_words` marks text a person wrote for this family; everything else is the product's.
    """

    kind: Kind
    text: str = ""
    items: tuple[str, ...] = ()
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    codes: frozenset[str] = frozenset()
    legal: bool = False
    own_words: bool = False


def heading(text: str) -> Block:
    """A section's heading."""
    return Block(Kind.HEADING, text)


def subheading(text: str) -> Block:
    """A heading inside a section."""
    return Block(Kind.SUBHEADING, text)


def paragraph(text: str, *codes: str) -> Block:
    """A paragraph of the product's own words."""
    return Block(Kind.PARAGRAPH, text, codes=frozenset(codes))


def strong(text: str, *codes: str) -> Block:
    """A paragraph in bold."""
    return Block(Kind.STRONG, text, codes=frozenset(codes))


def bullets(items: Iterable[str], *codes: str) -> Block:
    """A list."""
    return Block(Kind.LIST, items=tuple(items), codes=frozenset(codes))


def table(caption: str, head: tuple[str, ...], rows: Iterable[tuple[str, ...]], *codes: str) -> Block:
    """A table whose first column heads its rows."""
    return Block(Kind.TABLE, caption, head=head, rows=tuple(rows), codes=frozenset(codes))


def contact(who: Contact, *codes: str) -> Block:
    """A name and every way to reach it, one below the other."""
    ways = (*who.lines, f"Phone: {who.phone}" if who.phone else "", who.email, who.web)
    return Block(Kind.CONTACT, who.name, items=tuple(way for way in ways if way), codes=frozenset(codes))


def written(text: str, *codes: str) -> tuple[Block, ...]:
    """What somebody wrote, as paragraphs; an empty line or a new line begins the next. The first carries the codes."""
    parts = [part.strip() for part in re.split(r"\n+", text) if part.strip()]
    return tuple(
        Block(Kind.PARAGRAPH, part, codes=frozenset(codes if n == 0 else ()), own_words=True)
        for n, part in enumerate(parts)
    )


def legal(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """The same blocks, marked as fixed legal wording."""
    return tuple(replace(block, legal=True) for block in blocks)


def spoken(items: Iterable[str]) -> str:
    """`education, health and social care`."""
    words = tuple(items)
    return " and ".join((", ".join(words[:-1]), words[-1])) if len(words) > 1 else "".join(words)


@dataclass(frozen=True)
class Voice:
    """Whom a letter speaks of: the child by first name to a parent, “you” to the young person.

    `does("need")` is “needs” of the child and “need” of the young person.
    """

    name: str
    own: str
    young_person: bool

    def does(self, verb: str) -> str:
        """A regular verb in the right person."""
        return verb if self.young_person else f"{verb}es" if verb.endswith("o") else f"{verb}s"

    def start(self, word: str) -> str:
        """A word of this voice at the start of a sentence."""
        return word[:1].upper() + word[1:]


def voice(facts: LetterFacts) -> Voice:
    """The voice for this reader."""
    if facts.to_young_person:
        return Voice("you", "your", young_person=True)
    return Voice(facts.child, f"{facts.child}’s", young_person=False)
