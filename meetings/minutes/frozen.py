"""The frozen record a set of minutes is printed from: one meeting sheet without a child's name, one sheet per item.

A record holds references, dates and words, and nothing else: no database ids, no salts, no chain values. So the same panel day
gives the same bytes, the digest in the footer can be recomputed by anybody who holds the record, and each item sheet can be
disposed of alone (practice.md D4, law.md 6.3 and 7.1). The chair's recommendation and the officer's decision stand apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from meetings.minutes.records import plain, sha256, without_absent
from panel.law.reasons import REASON_LABELS, ReasonCode
from panel.law.words import in_words, inside
from panel.platform.policy import Refused

# What came after the first minutes: left out of a record that has none of it.
LATER_FIELDS = {
    "": frozenset(
        {
            "noted",
            "noted_others",
            "risk",
            "entered_later",
            "family_there",
            "withdrawn_because",
            "card",
            "promises",
            "actions_before",
            "quorum_answer",
            "heard_before",
            "told",
        }
    ),
    "recommendation": frozenset(
        {"family_answered", "help_meanwhile", "factors", "factors_words", "corrected"}
    ),
    "deferral": frozenset({"late_because", "no_slot_because"}),
    "decision": frozenset({"limbs", "codes", "corrected", "family_answered", "help_meanwhile"}),
}
FORMAT = 1  # of the canonical record; raised when a field changes its meaning


@dataclass(frozen=True)
class Attendee:
    """A person at the meeting, or expected there. `times` are (arrived, left); no end: stayed to the close."""

    name: str
    seat: str
    agency: str
    status: str
    mode: str = ""
    times: tuple[tuple[datetime, datetime | None], ...] = ()
    substitute_for: str = ""
    votes: bool = True


@dataclass(frozen=True)
class ConflictLine:
    """A conflict of interest and what was done about it. `declared_at` only when it came up in the meeting."""

    name: str
    seat: str
    kind: str
    effect: str
    source: str
    declared_at: datetime | None = None


@dataclass(frozen=True)
class PaperLine:
    """A paper the panel considered; with `not_considered`, one that it did not, and why."""

    title: str
    author: str
    dated_on: date | None
    received_on: date | None
    pages: int | None = None
    sha256: str = ""
    kind: str = ""
    not_considered: str = ""


@dataclass(frozen=True)
class LimbLine:
    """One limb of the legal test: the question in the law's words, the answer, the reasons, the papers they rest on."""

    question: str
    answer: str
    reasons: str
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True)
class DissentLine:
    """A member who did not agree, by seat, and why."""

    seat: str
    reason: str


@dataclass(frozen=True)
class StepLine:
    """A next step: what, who does it, for which agency, by when."""

    what: str
    who: str
    agency: str
    by: date | None


@dataclass(frozen=True)
class RecommendationLine:
    """What the panel advised, as its chair recorded it. `codes`: of a refusal, the main one first.

    `family_answered`: what was said to the family's own words. `help_meanwhile`: the support that goes on whatever is decided.
    `factors`: what the panel had regard to, with a line about it in `factors_words`.
    `corrected`: who put the words right after they were recorded, when and why, each correction in turn.
    """

    outcome: str
    reasons: str
    chair: str
    recorded_at: datetime
    dissent: tuple[DissentLine, ...] = ()
    codes: tuple[str, ...] = ()
    family_answered: str = ""
    help_meanwhile: str = ""
    factors: tuple[str, ...] = ()
    factors_words: str = ""
    corrected: str = ""


@dataclass(frozen=True)
class DecisionLine:
    """What the authority's officer decided. `departs_because` is filled when it is not what the panel advised.

    `limbs` and `codes` are the officer's own: how the legal test was answered for this decision, and the reason codes of a
    refusal, the main one first. Both are empty where the panel's stand for it, and then the panel's own are the findings.
    `family_answered`: the officer's own answer to what the child and the family said, and `help_meanwhile` the officer's own
    words on the support that goes on. `corrected`: as of a recommendation.
    """

    outcome: str
    reasons: str
    officer: str
    role: str
    decided_on: date
    delegation: str = ""
    departs_because: str = ""
    limbs: tuple[LimbLine, ...] = ()
    codes: tuple[str, ...] = ()
    corrected: str = ""
    family_answered: str = ""
    help_meanwhile: str = ""


@dataclass(frozen=True)
class ToldLine:
    """Somebody who is to be told of the decision, by what they are to the child or as a body, and the day their letter or notice went, if it has."""

    who: str
    on: date | None = None


@dataclass(frozen=True)
class HeardLine:
    """A time in which the item was heard before it was set back on the list, or its advice taken up again."""

    began: datetime
    ended: datetime


@dataclass(frozen=True)
class DeferralLine:
    """Why an item was put off, what is missing, who gets it by when, and when the panel looks again.

    `late_because`: why that is after the last day on which the family could still have been told in time. `no_slot_because`: why
    no meeting was named although one could have been in time.
    """

    reason: str
    missing: str = ""
    owner: str = ""
    by: date | None = None
    next_on: date | None = None
    late_because: str = ""
    no_slot_because: str = ""


@dataclass(frozen=True)
class RiskLine:
    """The risk to the child's school place as the panel judged it, and who was asked to take it on."""

    level: str
    shown_by: tuple[str, ...] = ()
    words: str = ""
    lead: str = ""
    contact_by: date | None = None
    review_on: date | None = None


@dataclass(frozen=True)
class FamilyLine:
    """Somebody of the family at their own item, by what they are to the child, with when they came and went."""

    who: str
    mode: str
    arrived: datetime
    left: datetime | None


@dataclass(frozen=True)
class ItemSheet:
    """Everything the minutes keep of one item. Names the case by reference only."""

    number: int
    version: int
    panel: str
    held_on: date
    reference: str
    stage: str
    received_on: date
    tell_family_by: date
    outcome_of_item: str
    quorum: str
    quorate: bool | None
    # What the chair said where attendance, as it was put right, shows no quorum for advice that was given with one.
    quorum_answer: str = ""
    tell_family_because: str = ""
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    heard_before: tuple[HeardLine, ...] = ()
    in_the_room: tuple[Attendee, ...] = ()
    family_there: tuple[FamilyLine, ...] = ()
    conflicts: tuple[ConflictLine, ...] = ()
    papers: tuple[PaperLine, ...] = ()
    family_views: str = ""
    child_views: str = ""
    discussion: str = ""
    limbs: tuple[LimbLine, ...] = ()
    recommendation: RecommendationLine | None = None
    decision: DecisionLine | None = None
    # What the record knew of it when it was frozen: a letter that goes later changes no minutes.
    told: tuple[ToldLine, ...] = ()
    deferral: DeferralLine | None = None
    withdrawn_because: str = ""
    steps: tuple[StepLine, ...] = ()
    risk: RiskLine | None = None
    correction: str = ""
    entered_later: str = ""


@dataclass(frozen=True)
class ItemLine:
    """What the meeting sheet says of an item: nothing that tells who the child is, and the digest of its sheet's record."""

    number: int
    reference: str
    stage: str
    outcome_of_item: str
    quorum: str
    quorate: bool | None
    opened_at: datetime | None
    closed_at: datetime | None
    recused: tuple[str, ...]
    sheet_sha256: str
    heard_before: tuple[HeardLine, ...] = ()


@dataclass(frozen=True)
class NotedLine:
    """What was decided without the panel and noted at the meeting, by reference and without the outcome."""

    reference: str
    stage: str
    route: str
    on: date


@dataclass(frozen=True)
class CardLine:
    """The legal-test card that was read out at the opening. `known` of `asked` voting members there said that they know it."""

    version: str
    read_by: str
    known: int
    asked: int


@dataclass(frozen=True)
class PromiseLine:
    """Somebody who promised to keep confidential what she learns at the meeting, the text she read, and when."""

    name: str
    seat: str
    text: str
    at: datetime

    @property
    def seat_inside(self) -> str:
        """The seat in the middle of a sentence."""
        return inside(self.seat)


@dataclass(frozen=True)
class ActionsBefore:
    """Actions of the panel's earlier meetings, in numbers: closed since the one before, and open when this one closed.

    `overtaken`: not done because circumstances changed; `not_done`: by whoever was to do it (practice.md D4). `overdue`: of
    those open, how many were past their day.
    """

    done: int
    overtaken: int
    not_done: int
    open: int
    overdue: int


@dataclass(frozen=True)
class MeetingSheet:
    """The sheet about the meeting itself."""

    version: int
    panel: str
    held_on: date
    place: str
    chair: str
    minute_taker: str
    opened_at: datetime
    closed_at: datetime
    attendees: tuple[Attendee, ...]
    items: tuple[ItemLine, ...]
    quorum_rule: str = ""
    notes: str = ""
    noted: tuple[NotedLine, ...] = ()
    # How many more were noted, of cases closed to somebody who reads this sheet.
    noted_others: int = 0
    card: CardLine | None = None
    promises: tuple[PromiseLine, ...] = ()
    actions_before: ActionsBefore | None = None
    correction: str = ""
    entered_later: str = ""


def item_line(sheet: ItemSheet) -> ItemLine:
    """The line by which a meeting sheet vouches for an item sheet."""
    return ItemLine(
        number=sheet.number,
        reference=sheet.reference,
        stage=sheet.stage,
        outcome_of_item=sheet.outcome_of_item,
        quorum=sheet.quorum,
        quorate=sheet.quorate,
        opened_at=sheet.opened_at,
        closed_at=sheet.closed_at,
        recused=tuple(f"{line.seat}: {line.effect}" for line in sheet.conflicts),
        sheet_sha256=digest(sheet),
        heard_before=sheet.heard_before,
    )


def kept(record: MeetingSheet | ItemSheet) -> dict[str, Any]:
    """The record in JSON's own types, as its row keeps it and its digest is taken of.

    `LATER_FIELDS` are left out while there is none of them, so that earlier digests stay what they were.
    """
    data: dict[str, Any] = plain(record)
    for paper in data.get("papers", ()):
        for name in ("kind", "not_considered"):
            if not paper[name]:
                del paper[name]
    for line in data.get("items", ()):
        if not line["heard_before"]:
            del line["heard_before"]
    return without_absent(data, LATER_FIELDS)


def digest(record: MeetingSheet | ItemSheet) -> str:
    """SHA-256 of the record's canonical bytes, in hex; what it is a record of is part of them."""
    return sha256({"format": FORMAT, "kind": type(record).__name__, "record": kept(record)})


# What the templates print


def spaced(sha256: str) -> str:
    """A digest in groups of eight, as people compare it."""
    return " ".join(sha256[at : at + 8] for at in range(0, len(sha256), 8))


def item_context(sheet: ItemSheet) -> dict[str, Any]:
    """Context of `pdf/minutes_item.html`."""
    about = f"{sheet.panel}, {in_words(sheet.held_on)}, item {sheet.number}, {sheet.reference}"
    return {
        "title": f"Minutes, item {sheet.number}: {sheet.reference}",
        "sheet": sheet,
        "codes": _codes(sheet.recommendation),
        "decided_codes": _codes(sheet.decision),
        "footer": _footer(about, sheet.version, digest(sheet)),
    }


def _codes(line: RecommendationLine | DecisionLine | None) -> tuple[str, ...]:
    """The reason codes of a refusal with what they stand for; a code is kept alone, and its meaning with the law."""
    return tuple(f"{code}, {REASON_LABELS[ReasonCode(code)]}" for code in line.codes) if line else ()


def meeting_context(sheet: MeetingSheet, files: Sequence[str]) -> dict[str, Any]:
    """Context of `pdf/minutes_meeting.html`: those there, those away, and the items without a name.

    `files`: the SHA-256 of each item sheet's PDF, in the order of the items, so that anyone who holds a sheet's file can find
    it in the sealed meeting sheet.
    """
    about = f"{sheet.panel}, {in_words(sheet.held_on)}"
    return {
        "title": f"Minutes of the {about}",
        "sheet": sheet,
        "footer": _footer(about, sheet.version, digest(sheet)),
        "present": tuple(a for a in sheet.attendees if a.times),
        "away": tuple(a for a in sheet.attendees if not a.times),
        "lines": tuple(
            (line, spaced(line.sheet_sha256), spaced(file))
            for line, file in zip(sheet.items, files, strict=True)
        ),
    }


def joined_context(sheet: MeetingSheet, items: Sequence[ItemSheet], files: Sequence[str]) -> dict[str, Any]:
    """Context of `pdf/minutes_joined.html`: the meeting sheet and every item sheet in one document.

    `Refused('sheets_differ')` when an item sheet is not the one, or not in the order, the meeting sheet vouches for.
    """
    if [line.sheet_sha256 for line in sheet.items] != [digest(item) for item in items]:
        raise Refused(
            "sheets_differ",
            "The item sheets are not the ones this meeting sheet lists. Prepare the minutes again.",
        )
    return {**meeting_context(sheet, files), "parts": tuple(item_context(item) for item in items)}


def _footer(about: str, version: int, sha256: str) -> str:
    return f"{about}. Version {version}. Record {spaced(sha256)}"
