"""What may be typed: one pure gate for names, single lines and longer texts.

Everything is brought to NFC, so that the same name typed on two keyboards is the same name here. Invisible characters that
only paste junk into a record are dropped; characters that change how the words around them read (control characters and
bidirectional overrides) are refused by name, because a silent change of somebody's words is worse than a question.
"""

import html
import re
import unicodedata
import uuid

from panel.platform.policy import Refused

NAME_LIMIT = 200
LINE_LIMIT = 200
TEXT_LIMIT = 20_000
# Longer than any address on the web; a word of 20,000 letters takes a renderer five seconds to break into lines.
WORD_LIMIT = 2_000

# Carried in by copying from web pages and word processors; nobody sees them and nobody means them.
INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u200e\u200f\u2060-\u2064\u206a-\u206f"
    "\u3164\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_JOINERS = "\u200c\u200d"
_JOINER = re.compile(f"[{_JOINERS}]+")
# A joiner has a meaning between letters of scripts without case (Persian, Malayalam) and inside an emoji, nowhere else.
_JOINED_CATEGORIES = frozenset({"Lo", "Mn", "Mc", "So", "Sk"})
_BIDI = {
    "\u202a": "left-to-right embedding",
    "\u202b": "right-to-left embedding",
    "\u202c": "pop directional formatting",
    "\u202d": "left-to-right override",
    "\u202e": "right-to-left override",
    "\u2066": "left-to-right isolate",
    "\u2067": "right-to-left isolate",
    "\u2068": "first strong isolate",
    "\u2069": "pop directional isolate",
}
_LINE_BREAK = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_SPACES = re.compile(r"\s+")
_BLANK_LINES = re.compile(r"\n{3,}")
# Word's symbol fonts arrive as private-use characters; the meaning of these is known, so it is kept.
_WORD_SYMBOLS = str.maketrans({"\uf0b7": "•", "\uf0a7": "•", "\uf0d8": "•", "\uf076": "•", "\uf0e0": "→"})


def clean_line(value: str, *, limit: int = LINE_LIMIT, label: str = "This") -> str:
    """One line of text: spaces folded, ends trimmed, at most `limit` characters (code points after NFC). May be empty.

    `label` begins the sentence of a refusal (“Setting name must be …”). Raises `Refused` with code `nul`,
    `control_character`, `direction_override`, `not_text`, `too_long` or `word_too_long`.
    """
    return _within(_SPACES.sub(" ", visible(value, label=label)).strip(), limit, label)


def clean_name(value: str, *, limit: int = NAME_LIMIT, label: str = "Name") -> str:
    """A person's name as one clean line that is not empty.

    A single letter, an apostrophe, any script and an emoji are all names: who they belong to decides what they are called.
    Raises `Refused` as `clean_line` does, and with code `empty`.
    """
    line = clean_line(value, limit=limit, label=label)
    if not line:
        raise Refused("empty", f"{label} is empty. Enter at least one character.")
    return line


def clean_text(value: str, limit: int = TEXT_LIMIT, *, label: str = "This text") -> str:
    """A longer text with its line breaks: tabs become spaces, line ends become newlines, at most `limit` characters.

    May be empty. Raises `Refused` as `clean_line` does.
    """
    lines = (line.rstrip() for line in visible(value, label=label).split("\n"))
    return _within(_BLANK_LINES.sub("\n\n", "\n".join(lines)).strip(), limit, label)


def plain_to_html(text: str) -> str:
    """A plain text as paragraphs: an empty line begins a new one, a single line end is a `<br>`. All markup is escaped."""
    paragraphs = (part.strip() for part in re.split(r"\n\s*\n", text))
    return "".join(f"<p>{html.escape(part).replace(chr(10), '<br>')}</p>" for part in paragraphs if part)


def visible(value: str, *, label: str) -> str:
    """`value` in NFC without invisible junk, line ends as newlines; refuses what must not be in any text."""
    text = _LINE_BREAK.sub("\n", value).replace("\t", " ").translate(_WORD_SYMBOLS)
    for character in text:
        _refuse(character, label)
    return unicodedata.normalize("NFC", _JOINER.sub(_meant_joiner, INVISIBLE.sub("", text)))


def _refuse(character: str, label: str) -> None:
    if character == "\0":
        raise Refused(
            "nul", f"{label} contains a NUL character, which no text may hold. Type it again by hand."
        )
    if character in _BIDI:
        raise Refused(
            "direction_override",
            f"{label} contains an invisible “{_BIDI[character]}” mark (U+{ord(character):04X}), which makes words read"
            " in another order. Delete the text and type it again.",
        )
    category = unicodedata.category(character)
    if category == "Cc" and character != "\n":
        raise Refused(
            "control_character",
            f"{label} contains a control character (U+{ord(character):04X}). Delete the text and type it again.",
        )
    if category in {"Cs", "Co"} or ord(character) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(character) <= 0xFDEF:
        raise Refused(
            "not_text",
            f"{label} contains something that is not a character (U+{ord(character):04X}). Delete it and type it again.",
        )


def _meant_joiner(match: re.Match[str]) -> str:
    """One joiner where both neighbours can be joined; elsewhere it is only there to make two equal names differ."""
    text, start, end = match.string, match.start(), match.end()
    if start == 0 or end == len(text):
        return ""
    joined = all(unicodedata.category(text[at]) in _JOINED_CATEGORIES for at in (start - 1, end))
    return match.group()[0] if joined else ""


def _within(text: str, limit: int, label: str) -> str:
    return refuse_long_words(refuse_long(text, limit, label=label), label=label)


def refuse_long(text: str, limit: int, *, label: str) -> str:
    """`text` itself when it has at most `limit` characters, else `Refused('too_long')`."""
    if len(text) > limit:
        raise Refused("too_long", f"{label} must be {limit:,} characters or fewer. It now has {len(text):,}.")
    return text


def refuse_long_words(text: str, *, label: str) -> str:
    """`text` itself when none of its words is longer than `WORD_LIMIT`, else `Refused('word_too_long')`."""
    longest = max(map(len, text.split()), default=0)
    if longest > WORD_LIMIT:
        raise Refused(
            "word_too_long",
            f"{label} has a word of {longest:,} characters; a word may have up to {WORD_LIMIT:,}. Add spaces.",
        )
    return text


def is_uuid(text: str) -> bool:
    """Whether a text is a public id as our pages write it."""
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
