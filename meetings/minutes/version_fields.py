"""The fields of each reader's version of an item's minutes: what a version cannot hold, its reader cannot read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from meetings.minutes.redaction import Paragraph, Reader


@dataclass(frozen=True)
class SeenPaper:
    """A paper the panel considered, or why it did not: its title, or its kind where the title is left out."""

    title: str
    dated_on: date | None
    not_considered: tuple[Paragraph, ...] = ()


@dataclass(frozen=True)
class Answered:
    """One limb of the legal test with its answer and the reasons."""

    question: str
    answer: str
    reasons: tuple[Paragraph, ...]


@dataclass(frozen=True)
class Dissented:
    """A member who did not agree, by seat."""

    seat: str
    reasons: tuple[Paragraph, ...]


@dataclass(frozen=True)
class Advised:
    """What the panel advised."""

    outcome: str
    reasons: tuple[Paragraph, ...]
    dissent: tuple[Dissented, ...] = ()
    family_answered: tuple[Paragraph, ...] = ()
    help_meanwhile: tuple[Paragraph, ...] = ()
    factors: tuple[str, ...] = ()
    factors_words: tuple[Paragraph, ...] = ()


@dataclass(frozen=True)
class Decided:
    """What the authority decided, by the role of who decided. `limbs`: the test as it was answered for it, where that is not
    how the panel answered it. `family_answered`: the officer's own answer to what the family said, for the family alone. `help_meanwhile`:
    the officer's own words on the support that goes on.
    """

    outcome: str
    reasons: tuple[Paragraph, ...]
    role: str
    decided_on: date
    departs_because: tuple[Paragraph, ...] = ()
    limbs: tuple[Answered, ...] = ()
    family_answered: tuple[Paragraph, ...] = ()
    help_meanwhile: tuple[Paragraph, ...] = ()


@dataclass(frozen=True)
class PutOff:
    """Why the item was put off and when the panel looks again."""

    reason: str
    missing: tuple[Paragraph, ...]
    by: date | None
    next_on: date | None
    late_because: tuple[Paragraph, ...] = ()


@dataclass(frozen=True)
class Step:
    """A next step. Left out as a whole where its words are."""

    what: Paragraph
    who: str = ""
    agency: str = ""
    by: date | None = None


@dataclass(frozen=True)
class PlaceAtRisk:
    """The risk to the school place as the panel judged it."""

    level: str
    shown_by: tuple[str, ...]
    words: tuple[Paragraph, ...]
    lead: str
    review_on: date | None


@dataclass(frozen=True)
class FamilyVersion:
    """One child's item for those who hold the child's rights: everything of it but names of members and other people's matters."""

    reference: str
    panel: str
    held_on: date
    minutes_version: int
    question: str
    received_on: date
    result: str
    quorum: str
    seats: tuple[str, ...]
    conflicts: tuple[str, ...]
    papers: tuple[SeenPaper, ...]
    child_views: tuple[Paragraph, ...]
    family_views: tuple[Paragraph, ...]
    discussion: tuple[Paragraph, ...]
    limbs: tuple[Answered, ...]
    recommendation: Advised | None
    decision: Decided | None
    deferral: PutOff | None
    steps: tuple[Step, ...]
    risk: PlaceAtRisk | None
    withdrawn_because: tuple[Paragraph, ...] = ()
    # Whether staff stand in it by their names, as the panel's rules then said.
    by_name: bool = False


@dataclass(frozen=True)
class SettingVersion:
    """What the setting is owed: the outcome, the reasons under the test, and what follows. Nothing the family said, no papers of
    others, no discussion and no dissent; of a risk to the place its lead professional speaks with the setting herself.
    """

    reference: str
    panel: str
    held_on: date
    minutes_version: int
    question: str
    limbs: tuple[Answered, ...]
    decision: Decided | None
    deferral: PutOff | None
    steps: tuple[Step, ...]
    help_meanwhile: tuple[Paragraph, ...] = ()
    factors: tuple[str, ...] = ()


@dataclass(frozen=True)
class PaperOfKind:
    """A paper by kind alone: titles and authors name people."""

    kind: str
    dated_on: date | None
    pages: int | None


@dataclass(frozen=True)
class ModeratorVersion:
    """What a moderator may know before rating: the question, the test in the law's words, the papers by kind, the views."""

    question: str
    test: tuple[str, ...]
    papers: tuple[PaperOfKind, ...]
    child_views: tuple[Paragraph, ...]
    family_views: tuple[Paragraph, ...]


Version = FamilyVersion | SettingVersion | ModeratorVersion
TYPE_OF: Mapping[Reader, type[Version]] = {
    Reader.FAMILY: FamilyVersion,
    Reader.SETTING: SettingVersion,
    Reader.MODERATOR: ModeratorVersion,
}
