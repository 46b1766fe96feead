"""What is left out of a version of the minutes, for whom and on what ground (practice.md D4). Pure.

Every paragraph is about this child unless the clerk or the chair has said otherwise. A tag is on words: it names the place they
were seen at (field and ordinal) and holds for the digest of the words wherever they stand in the item's record, so that it never
lands on other words, and so that reasons the officer took over from the panel are not printed in one place and left out in another.
"""

import hashlib
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial


class Reader(StrEnum):
    """Whom a version of an item's minutes is for."""

    FAMILY = "family"
    SETTING = "setting"
    MODERATOR = "moderator"


READER_LABELS: Mapping[Reader, str] = {
    Reader.FAMILY: "The family’s version",
    Reader.SETTING: "The setting’s version",
    Reader.MODERATOR: "The moderators’ version",
}
READER_NAMES: Mapping[Reader, str] = {
    Reader.FAMILY: "Family",
    Reader.SETTING: "Setting",
    Reader.MODERATOR: "Moderators",
}


class Ground(StrEnum):
    """What a paragraph is about, or for whom it is not. All but the first leave it out for somebody."""

    THIS_CHILD = "this_child"
    ANOTHER_CHILD = "another_child"
    THIRD_PARTY = "third_party"
    HARM = "harm"
    PROTECTED_ADDRESS = "protected_address"
    LEGAL_ADVICE = "legal_advice"
    MEMBER_OPINION = "member_opinion"
    NOT_FAMILY = "not_family"
    NOT_SETTING = "not_setting"
    NOT_MODERATOR = "not_moderator"


GROUND_LABELS: Mapping[Ground, str] = {
    Ground.THIS_CHILD: "This child",
    Ground.ANOTHER_CHILD: "Another child",
    Ground.THIRD_PARTY: "Somebody else",
    Ground.HARM: "Harm or risk",
    Ground.PROTECTED_ADDRESS: "Protected address",
    Ground.LEGAL_ADVICE: "Legal advice",
    Ground.MEMBER_OPINION: "A member’s opinion",
    Ground.NOT_FAMILY: "Not for the family",
    Ground.NOT_SETTING: "Not for the setting",
    Ground.NOT_MODERATOR: "Not for moderators",
}

_NOT_FOR: Mapping[Ground, Reader] = {
    Ground.NOT_FAMILY: Reader.FAMILY,
    Ground.NOT_SETTING: Reader.SETTING,
    Ground.NOT_MODERATOR: Reader.MODERATOR,
}


def grounds_for(readers: Collection[Reader]) -> tuple[Ground, ...]:
    """What may be said of words that reach `readers`: to keep from one of them alone is a choice only where they reach it."""
    return tuple(ground for ground in Ground if (only := _NOT_FOR.get(ground)) is None or only in readers)


_BECAUSE: Mapping[Ground, str] = {
    Ground.ANOTHER_CHILD: "it is about another child",
    Ground.THIRD_PARTY: "it is about somebody else",
    Ground.HARM: "reading it could cause serious harm",
    Ground.PROTECTED_ADDRESS: "it holds an address that is protected",
    Ground.LEGAL_ADVICE: "it is legal advice",
    Ground.MEMBER_OPINION: "it is a member’s own opinion and not the panel’s",
}

_NOT_THIS_VERSION = "Not an exemption: this version does not tell its reader everything"
# What each removal rests on, kept with it as it was worded then (practice.md D4; law.md 6.1: DPA 2018 Sch 2 and 3).
EXEMPTIONS: Mapping[Ground, str] = {
    Ground.ANOTHER_CHILD: "Data Protection Act 2018, Schedule 2, paragraph 16: information about another person",
    Ground.THIRD_PARTY: "Data Protection Act 2018, Schedule 2, paragraph 16: information about another person",
    Ground.HARM: "Data Protection Act 2018, Schedule 3: serious harm to somebody’s health",
    Ground.PROTECTED_ADDRESS: "Data Protection Act 2018, Schedule 2, paragraph 16, and Schedule 3: whereabouts of a person at risk",
    Ground.LEGAL_ADVICE: "Data Protection Act 2018, Schedule 2, paragraph 19: legal professional privilege",
    Ground.MEMBER_OPINION: "Confidence: a member’s own opinion, given to the panel and not part of its advice",
    Ground.NOT_FAMILY: _NOT_THIS_VERSION,
    Ground.NOT_SETTING: _NOT_THIS_VERSION,
    Ground.NOT_MODERATOR: _NOT_THIS_VERSION,
}


def is_hidden(ground: Ground, reader: Reader) -> bool:
    """Whether a paragraph so tagged is left out of this reader's version."""
    return ground in _BECAUSE or _NOT_FOR.get(ground) is reader


def left_out_words(ground: Ground) -> str:
    """What stands in the place of a paragraph that is left out."""
    return (
        f"A paragraph is left out here: {_BECAUSE.get(ground, 'it is not for the reader of this version')}."
    )


def paragraphs(text: str) -> tuple[str, ...]:
    """The paragraphs of free text, as they were parted by empty lines."""
    return tuple(part for each in re.split(r"\n\s*\n", text.replace("\r\n", "\n")) if (part := each.strip()))


def squeezed(text: str) -> str:
    """`text` on one line, in composed Unicode, its spaces evened out: what a digest of words is taken of."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def words_digest(text: str) -> str:
    """The digest by which a tag knows its words."""
    return hashlib.sha256(squeezed(text).encode()).hexdigest()


@dataclass(frozen=True)
class Passage:
    """One paragraph of an item's record: where it stands (`field`, `ordinal` from 1), in words for people, and what it says."""

    field: str
    ordinal: int
    label: str
    text: str

    @property
    def sha256(self) -> str:
        """The digest of its words."""
        return words_digest(self.text)


Tags = Mapping[str, Ground]


def ground_of(text: str, tags: Tags) -> Ground:
    """What was said of these words, by the digests in `tags`; about this child unless somebody said otherwise."""
    return tags.get(words_digest(text), Ground.THIS_CHILD)


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of a version: its words, or the statement that stands in their place. The words are then truly gone."""

    text: str = ""
    left_out: str = ""


def shown(text: str, reader: Reader, tags: Tags) -> tuple[Paragraph, ...]:
    """The paragraphs of a text as `reader` gets them."""
    return tuple(
        Paragraph(left_out=left_out_words(ground))
        if is_hidden(ground := ground_of(part, tags), reader)
        else Paragraph(text=part)
        for part in paragraphs(text)
    )


def lapsed(passages: Iterable[Passage], tags: Tags) -> frozenset[str]:
    """Digests of words that were to be left out for somebody and stand in the record no more: an amendment has changed them.

    What they are now may need leaving out as well, so nothing is composed before somebody has looked.
    """
    there = {passage.sha256 for passage in passages}
    return frozenset(
        words for words, ground in tags.items() if ground is not Ground.THIS_CHILD and words not in there
    )


# A shorter paragraph than this may stand inside another by chance.
_TELLING_WORDS = 4


def remains(
    texts: Iterable[str], passages: Iterable[Passage], reader: Reader, tags: Tags
) -> tuple[Passage, ...]:
    """Passages hidden from `reader` whose words stand inside a paragraph of `texts` that is not hidden."""
    page = [squeezed(text).casefold() for text in texts]
    hidden = [passage for passage in passages if is_hidden(ground_of(passage.text, tags), reader)]
    return tuple(
        passage
        for passage in hidden
        if len(passage.text.split()) >= _TELLING_WORDS
        and any(squeezed(passage.text).casefold() in text for text in page)
    )


def by_role(text: str, roles: Mapping[str, str]) -> str:
    """`text` with the full names of panel members and officers put as their role: “a panel member (health)”."""
    for name in sorted(roles, key=len, reverse=True):
        text = re.sub(_whole(name), partial(_begun, roles[name]), text, flags=re.IGNORECASE)
    return text


def _begun(role: str, found: re.Match[str]) -> str:
    """A role with a capital where it begins a sentence."""
    begins = re.search(r"(^|[.!?:]\s+|\n)$", found.string[: found.start()])
    return f"{role[:1].upper()}{role[1:]}" if begins else role


NAME_LEFT_OUT = "(name left out)"


def without_names(text: str, names: Sequence[str]) -> str:
    """`text` without these names. Capitals count: a boy called Will takes no other “will” along."""
    for name in _longest_first(names):
        text = _without(text, name)
    return text


def _longest_first(names: Sequence[str]) -> list[str]:
    return sorted({each.strip() for each in names if each.strip()}, key=lambda name: (-len(name), name))


def _without(text: str, name: str) -> str:
    for form in dict.fromkeys((name, name.upper())):
        text = re.sub(_whole(form), NAME_LEFT_OUT, text)
    return text


def _whole(name: str) -> str:
    """A pattern for `name` as whole words, however they are spaced."""
    return r"(?<!\w)" + r"\s+".join(re.escape(part) for part in name.split()) + r"(?!\w)"
