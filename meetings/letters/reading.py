"""How easy a letter is to read: the Flesch-Kincaid grade and the usual stumbling blocks. Advice, never a stop. Pure.

practice.md D2: grade 8 or less and 18 words a sentence on average, the fixed wording of rights and names left out.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from meetings.letters.blocks import Block, Kind
from meetings.letters.content import Letter
from panel.law.problems import Problem

GRADE = 8.0
WORDS_A_SENTENCE = 18.0

# Said without saying anything (practice.md D2, D3).
_EMPTY_PHRASES = (
    "does not meet criteria",
    "do not meet criteria",
    "insufficient evidence",
    "the panel felt",
    "from within existing resources",
    "continue to support",
)


@dataclass(frozen=True)
class Reading:
    """`grade` is the Flesch-Kincaid school grade, `sentence` the mean number of words in a sentence; both to one place."""

    grade: float
    sentence: float


def reading(blocks: Iterable[Block], *, names: Iterable[str] = ()) -> Reading | None:
    """How the running text of `blocks` reads; None when there is none. Rights, contacts and tables are left out."""
    told = " ".join(names)
    lines = [
        line
        for block in blocks
        if not block.legal and block.kind in {Kind.PARAGRAPH, Kind.STRONG, Kind.LIST}
        for line in (block.text, *block.items)
        if line
    ]
    sentences = [
        words for line in lines for part in re.split(r"[.!?:]+\s|\n", line) if (words := _words(part, told))
    ]
    count = sum(len(words) for words in sentences)
    if not count:
        return None
    syllables = sum(_syllables(word) for words in sentences for word in words)
    mean = count / len(sentences)
    return Reading(round(0.39 * mean + 11.8 * syllables / count - 15.59, 1), round(mean, 1))


def advice(letter: Letter) -> tuple[Problem, ...]:
    """What a second reader may want to make plainer before the letter goes."""
    facts = letter.facts
    own = [block for block in letter.blocks if block.own_words]
    measured = reading(own, names=(facts.child, facts.recipient, facts.officer))
    found = []
    if measured and measured.grade > GRADE:
        found.append(
            Problem(
                "hard_to_read", "reasons", f"This reads at grade {measured.grade}; aim for {GRADE:g} or less."
            )
        )
    if measured and measured.sentence > WORDS_A_SENTENCE:
        found.append(
            Problem(
                "long_sentences",
                "reasons",
                f"Sentences have {measured.sentence} words on average; aim for {WORDS_A_SENTENCE:g} or fewer.",
            )
        )
    text = " ".join(block.text for block in own).lower()
    found += [
        Problem(
            "empty_phrase", "reasons", f"“{phrase}” tells the family nothing. Say what is so for this child."
        )
        for phrase in _EMPTY_PHRASES
        if phrase in text
    ]
    return tuple(found)


def _words(text: str, names: str) -> list[str]:
    return [word for word in re.findall(r"[^\W\d_]+(?:[’'][^\W\d_]+)?", text) if word not in names]


def _syllables(word: str) -> int:
    """Groups of vowels, less a silent ending: right for nearly all common English words, which is what a mean needs."""
    low = re.sub(r"[’'].*", "", word.lower())
    groups = len(re.findall(r"[aeiouy]+", low))
    if low.endswith("e") and not low.endswith(("le", "ee", "ie")) and groups > 1:
        groups -= 1
    if low.endswith("ed") and not low.endswith(("ted", "ded")) and groups > 1:
        groups -= 1
    return max(1, groups)
