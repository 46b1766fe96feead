"""The paragraphs of an item's minutes with what is said of them, and what the names and addresses we know propose to say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from meetings.minutes.passages import passages, readers_of
from meetings.minutes.redaction import Ground, Passage, Reader, grounds_for, lapsed
from meetings.models import AgendaItem, ItemRecord, ParagraphTag
from meetings.queries.names import around_of
from meetings.queries.versions import newest_record, sheet_of, signed_record, standing_tags
from meetings.rules.tagging import Proposal, proposal_of
from panel.platform.policy import Refused


@dataclass(frozen=True)
class Words:
    """Words of a record with the places they stand at, what is said of them, what may be, and what is proposed where nobody has
    said anything yet.
    """

    passage: Passage
    places: tuple[str, ...]
    ground: Ground
    choices: tuple[Ground, ...]
    proposal: Proposal | None = None


@dataclass(frozen=True)
class ToTag:
    """Everything the page of an item's paragraphs shows. `gone`: how many left-out paragraphs have other words now.

    `record`: the newest, signed or a draft. `signed`: whether there is a signed one, from which versions are made.
    """

    record: ItemRecord
    signed: bool
    words: tuple[Words, ...]
    gone: int


@dataclass(frozen=True)
class Written:
    """An item's newest record, and every paragraph of it and of the signed one, where that is another."""

    record: ItemRecord
    signed: ItemRecord | None
    passages: tuple[Passage, ...]


def written_of(item: AgendaItem) -> Written:
    """What the minutes say of an item. Refused: `not_prepared`. Two queries."""
    newest, signed = newest_record(item), signed_record(item)
    if newest is None:
        raise Refused("not_prepared", "The minutes of this meeting are not prepared yet.")
    both = [newest] if signed is None or signed.pk == newest.pk else [newest, signed]
    return Written(newest, signed, tuple(one for record in both for one in passages(sheet_of(record))))


def to_tag(item: AgendaItem) -> ToTag:
    """The paragraphs of the newest record and of the signed one, the same words once. Refused: `not_prepared`. Seven queries."""
    written = written_of(item)
    tags = standing_tags(item)
    same: dict[str, list[Passage]] = {}
    for passage in written.passages:
        same.setdefault(passage.sha256, []).append(passage)
    proposed = proposals(item, written.passages, tags)
    return ToTag(
        record=written.record,
        signed=written.signed is not None,
        words=tuple(_words(each, tags.get(digest), proposed.get(digest)) for digest, each in same.items()),
        gone=len(lapsed(written.passages, {words: Ground(tag.ground) for words, tag in tags.items()})),
    )


def _words(same: Sequence[Passage], tag: ParagraphTag | None, proposal: Proposal | None) -> Words:
    readers = frozenset[Reader]().union(*(readers_of(passage.field) for passage in same))
    ground = Ground(tag.ground) if tag else proposal.ground if proposal else Ground.THIS_CHILD
    allowed = {*grounds_for(readers), ground}
    return Words(
        passage=same[0],
        places=tuple(dict.fromkeys(passage.label for passage in same)),
        ground=ground,
        choices=tuple(one for one in Ground if one in allowed),
        proposal=proposal,
    )


def proposals(
    item: AgendaItem, found: Sequence[Passage], tags: Mapping[str, ParagraphTag]
) -> dict[str, Proposal]:
    """What is proposed of paragraphs of which nobody has said anything, by the digests of their words. Four queries."""
    around = around_of(item)
    proposed = {
        passage.sha256: proposal_of(passage.text, around) for passage in found if passage.sha256 not in tags
    }
    return {words: proposal for words, proposal in proposed.items() if proposal is not None}
