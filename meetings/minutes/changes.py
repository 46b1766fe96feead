"""What one version of the minutes says otherwise than the one before, read off the two frozen records. Pure.

A correction is never hidden: beside the reason somebody gave, every changed word is shown, in the order of the sheet.
"""

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from panel.law.words import in_words

LONDON = ZoneInfo("Europe/London")
# Of the words of the longer text, how many stayed where they were. Below a half more is struck out and put in than stands, and what
# stays are the small words between: nobody reads a sentence out of that, so the two texts are shown one under the other.
MOSTLY_KEPT = 0.5
# A version differs from the last in these by nature; the digest of an item's sheet changes with the item, which is shown.
NOT_SAID = frozenset({"version", "correction", "sheet_sha256", "sha256"})
# Worked out of the clock, the calendar and the letters that went by then each time a record is frozen.
DERIVED = frozenset({"tell_family_by", "tell_family_because", "next_on", "told"})
# What tells which entry of a list is which, where its entries can change places.
KEYS = ("name", "title", "question", "what", "number", "seat", "who")

LABELS: Mapping[str, str] = {
    "attendees": "At the meeting",
    "in_the_room": "In the room for it",
    "family_there": "Of the family",
    "conflicts": "Conflicts of interest",
    "papers": "Papers considered",
    "family_views": "The family’s views",
    "child_views": "The child’s views",
    "discussion": "Discussion",
    "limbs": "Legal test",
    "recommendation": "Recommendation",
    "decision": "Decision",
    "deferral": "Deferral",
    "steps": "Next steps",
    "risk": "Risk to the place",
    "items": "Items",
    "dissent": "Dissent",
    "codes": "Reason codes",
    "evidence": "Papers it rests on",
    "outcome_of_item": "What became of the item",
    "quorum": "Quorum",
    "quorate": "Quorate",
    "quorum_answer": "The chair on the quorum",
    "opened_at": "Opened",
    "closed_at": "Closed",
    "heard_before": "Heard before",
    "told": "Told of the decision",
    "recorded_at": "Recorded",
    "declared_at": "Declared",
    "times": "Times",
    "held_on": "Held on",
    "by": "By",
    "departs_because": "Departs from the advice because",
    "not_considered": "Not considered because",
    "family_answered": "Answer to the family",
    "factors": "Factors had regard to",
    "factors_words": "About the factors",
    "corrected": "Words corrected",
    "late_because": "Late because",
    "no_slot_because": "No meeting named because",
    "card": "Legal-test card",
    "promises": "Promised confidentiality",
    "actions_before": "Actions of earlier meetings",
    "withdrawn_because": "Withdrawn because",
    "minute_taker": "Minute taker",
    "substitute_for": "Substitute for",
    "tell_family_by": "Tell the family by",
    "tell_family_because": "Why later",
    "quorum_rule": "Rule of the quorum",
    "recused": "Recused",
    "shown_by": "Shown by",
    "contact_by": "First contact by",
    "review_on": "Review on",
}


class Mark(StrEnum):
    """What happened to a stretch of words."""

    SAME = "same"
    OUT = "out"
    IN = "in"


@dataclass(frozen=True)
class Stretch:
    """Some words in a row that stayed, went or came."""

    mark: Mark
    words: str


@dataclass(frozen=True)
class Change:
    """One place that says something else now. `where` names it in words, from the outside in."""

    where: str
    was: str
    became: str

    @property
    def stretches(self) -> tuple[Stretch, ...]:
        """The two texts laid over each other, word by word."""
        return tuple(_stretches(self.was, self.became))

    @property
    def mostly_kept(self) -> bool:
        """Whether laying them over each other can be read: most words stayed."""
        kept = sum(_count(part.words) for part in self.stretches if part.mark is Mark.SAME)
        return kept >= MOSTLY_KEPT * max(_count(self.was), _count(self.became))


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Change, ...]:
    """Every place where two records in JSON's own types (`minutes.kept`) differ, in the order of the newer one."""
    return tuple(_of_mapping((), before, after))


def corrections(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Change, ...]:
    """The places where the newer record of an item says otherwise what the older one said, so that somebody has to look again.

    A decision that came since was no part of the older record and corrects nothing in it; a decision that is another one by now
    does. Days worked out afresh at each freezing (`DERIVED`) are nobody's words.
    """
    came = before.get("decision") is None
    return changes(_written(before), _written({**after, "decision": None} if came else after))


def _written(record: Mapping[str, Any]) -> dict[str, Any]:
    """A record without what is worked out when it is frozen, of the item itself and of its deferral."""
    bare = {name: value for name, value in record.items() if name not in DERIVED}
    put_off = bare.get("deferral")
    if isinstance(put_off, Mapping):
        bare["deferral"] = {name: value for name, value in put_off.items() if name not in DERIVED}
    return bare


def _of_mapping(
    path: tuple[str, ...], before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[Change]:
    for name in [*after, *(name for name in before if name not in after)]:
        if name not in NOT_SAID:
            yield from _of_value((*path, label(name)), before.get(name), after.get(name))


def _of_value(path: tuple[str, ...], before: Any, after: Any) -> Iterator[Change]:
    if before == after:
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        yield from _of_mapping(path, before, after)
    elif _is_list_of_records(before) and _is_list_of_records(after):
        yield from _of_list(path, before or (), after or ())
    else:
        was, became = said(before), said(after)
        if was != became:
            yield Change(": ".join(path), was, became)


def _is_list_of_records(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(entry, Mapping) for entry in value)


def _of_list(
    path: tuple[str, ...], before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]
) -> Iterator[Change]:
    """Entries are matched by what names them; two of one name are told apart by their order."""
    old, new = _named(before), _named(after)
    for name in [*new, *(name for name in old if name not in new)]:
        called = (*path, name[0])
        if name in old and name in new:
            yield from _of_mapping(called, old[name], new[name])
        else:
            yield Change(": ".join(path), said(old.get(name)), said(new.get(name)))


def _named(entries: Sequence[Mapping[str, Any]]) -> dict[tuple[str, int], Mapping[str, Any]]:
    found: dict[tuple[str, int], Mapping[str, Any]] = {}
    for entry in entries:
        key = next((key for key in KEYS if key in entry), "")
        name = f"item {entry[key]}" if key == "number" else str(entry.get(key, ""))
        found[(name, sum(1 for taken, _ in found if taken == name))] = entry
    return found


def label(name: str) -> str:
    """A field's name as people read it."""
    return LABELS.get(name, name.replace("_", " ").capitalize())


def said(value: Any) -> str:
    """A value of a record as a person would write it; nothing is the empty text."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ", ".join(
            text for name, inner in value.items() if name not in NOT_SAID and (text := said(inner))
        )
    if isinstance(value, list):
        return "; ".join(text for inner in value if (text := said(inner)))
    return _moment(str(value))


def _moment(text: str) -> str:
    """Days and moments as people write them, in London's time; any other words as they are."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return in_words(date.fromisoformat(text))
    if re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", text):
        moment = datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).astimezone(LONDON)
        return f"{moment:%H:%M} on {in_words(moment.date())}"
    return text


def _count(words: str) -> int:
    return len(words.split())


def _stretches(was: str, became: str) -> Iterator[Stretch]:
    """Word by word, so that one comma does not mark a whole page as new."""
    old, new = re.findall(r"\s*\S+", was), re.findall(r"\s*\S+", became)
    for kind, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            yield Stretch(Mark.SAME, "".join(old[a:b]))
            continue
        if b > a:
            yield Stretch(Mark.OUT, "".join(old[a:b]))
        if d > c:
            yield Stretch(Mark.IN, "".join(new[c:d]))
