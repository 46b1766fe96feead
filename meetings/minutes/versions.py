"""The versions of one item's minutes for a reader each: the family's, the setting's, the moderators'. Pure.

Composed from the frozen record and the tags of its paragraphs alone, never from rows that may have changed since. What a reader
is not to have is not hidden in a version, it is not in its type: the setting's has no field for what the family said, and the
moderators' is blind by construction. Staff are named by role in all of them; where the panel's rules say names, not to moderators.

Blind means more than leaving the outcome out. The answers to the test decide the outcome, reasons are written to carry an answer,
a discussion ends in one, and how many papers an answer rests on, what follows and who took the chair all point to it. A moderator
rates the case from the question, the papers and the views (practice.md B2), so that is what this version has: no limb reasons, no
discussion, no day of the meeting, and the case not even by its reference.
"""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from meetings.minutes.frozen import Attendee, ItemSheet, LimbLine
from meetings.minutes.frozen import spaced as spaced_digest
from meetings.minutes.passages import one_line, passages
from meetings.minutes.records import plain, sha256, with_each_text, without_absent
from meetings.minutes.redaction import (
    READER_LABELS,
    Paragraph,
    Reader,
    Tags,
    by_role,
    ground_of,
    is_hidden,
    lapsed,
    remains,
    shown,
    without_names,
)
from meetings.minutes.speaking import roles_of, without_staff_names
from meetings.minutes.version_fields import (
    Advised,
    Answered,
    Decided,
    Dissented,
    FamilyVersion,
    ModeratorVersion,
    PaperOfKind,
    PlaceAtRisk,
    PutOff,
    SeenPaper,
    SettingVersion,
    Step,
    Version,
)
from panel.law.words import in_words
from panel.platform.policy import Refused

FORMAT = 1  # of the composed record; raised when a field changes its meaning
# What came after the first versions: left out of one that has none of it.
LATER_FIELDS = {
    "": frozenset({"withdrawn_because", "help_meanwhile", "factors", "by_name"}),
    "recommendation": frozenset({"family_answered", "help_meanwhile", "factors", "factors_words"}),
    "decision": frozenset({"limbs", "family_answered", "help_meanwhile"}),
    "deferral": frozenset({"late_because"}),
}


def compose(
    sheet: ItemSheet,
    reader: Reader,
    tags: Tags,
    *,
    people: Sequence[Attendee] = (),
    names: Sequence[str] = (),
    staff: Mapping[str, str] = MappingProxyType({}),
    by_name: bool = False,
) -> Version:
    """The version of `sheet` for `reader`.

    `people`: everybody at the meeting, put by role wherever they are named; `staff`: the roles of others, by their names. Not so
    where the panel's rules say names (`by_name`), but for moderators always. `names`: those of the child and the family, taken
    out for moderators. Refused: `tag_lapsed` when words to be left out are in the record no more, `no_decision`, `not_advised`,
    `words_remain` when a paragraph that is left out stands inside another one that is not.
    """
    found = passages(sheet)
    if lapsed(found, tags):
        raise Refused(
            "tag_lapsed",
            "A paragraph that was left out has other words now. Look at the paragraphs again and say what each is about.",
        )
    named = by_name and reader is not Reader.MODERATOR
    roles = roles_of(sheet, people, staff)
    composed = _COMPOSERS[reader](sheet if named else without_staff_names(sheet, roles), tags)
    if not named:
        composed = with_each_text(composed, lambda text: by_role(text, roles))
    if isinstance(composed, FamilyVersion):
        composed = dataclasses.replace(composed, by_name=named)
    if isinstance(composed, ModeratorVersion):
        composed = dataclasses.replace(
            composed,
            child_views=with_each_text(composed.child_views, lambda text: without_names(text, names)),
            family_views=with_each_text(composed.family_views, lambda text: without_names(text, names)),
        )
    left = remains(texts_of(composed), found, reader, tags)
    if left:
        raise Refused(
            "words_remain",
            f"Words that are left out ({left[0].label}) stand inside another paragraph. Leave that one out as well.",
        )
    return composed


def _family(sheet: ItemSheet, tags: Tags) -> FamilyVersion:
    reader = Reader.FAMILY
    advised, risk = sheet.recommendation, sheet.risk
    return FamilyVersion(
        reference=sheet.reference,
        panel=sheet.panel,
        held_on=sheet.held_on,
        minutes_version=sheet.version,
        question=sheet.stage,
        received_on=sheet.received_on,
        result=sheet.outcome_of_item,
        quorum=sheet.quorum,
        seats=tuple(_joined(one.name, one.seat, one.agency) for one in sheet.in_the_room),
        conflicts=tuple(f"{_joined(line.name, line.seat)}: {line.effect}" for line in sheet.conflicts),
        papers=tuple(
            SeenPaper(
                (paper.kind or "A paper") if is_hidden(ground_of(paper.title, tags), reader) else paper.title,
                paper.dated_on,
                shown(one_line(paper.not_considered), reader, tags),
            )
            for paper in sheet.papers
        ),
        child_views=shown(sheet.child_views, reader, tags),
        family_views=shown(sheet.family_views, reader, tags),
        discussion=shown(sheet.discussion, reader, tags),
        limbs=_limbs(sheet.limbs, reader, tags),
        recommendation=Advised(
            outcome=advised.outcome,
            reasons=shown(advised.reasons, reader, tags),
            dissent=tuple(Dissented(one.seat, shown(one.reason, reader, tags)) for one in advised.dissent),
            family_answered=shown(advised.family_answered, reader, tags),
            help_meanwhile=shown(advised.help_meanwhile, reader, tags),
            factors=advised.factors,
            factors_words=shown(one_line(advised.factors_words), reader, tags),
        )
        if advised
        else None,
        decision=_decided(sheet, reader, tags),
        deferral=_put_off(sheet, reader, tags),
        steps=_steps(sheet, reader, tags),
        risk=PlaceAtRisk(
            risk.level, risk.shown_by, shown(risk.words, reader, tags), risk.lead, risk.review_on
        )
        if risk
        else None,
        withdrawn_because=shown(one_line(sheet.withdrawn_because), reader, tags),
    )


def _joined(*parts: str) -> str:
    return ", ".join(filter(None, parts))


def _setting(sheet: ItemSheet, tags: Tags) -> SettingVersion:
    if sheet.decision is None and sheet.deferral is None:
        raise Refused(
            "no_decision",
            "The signed minutes hold no decision to tell the setting. Once the officer has decided, start an amendment"
            " of the minutes, have it signed, and prepare this version then.",
        )
    reader = Reader.SETTING
    return SettingVersion(
        reference=sheet.reference,
        panel=sheet.panel,
        held_on=sheet.held_on,
        minutes_version=sheet.version,
        question=sheet.stage,
        limbs=_limbs(sheet.limbs, reader, tags) if _panel_answers(sheet) else (),
        decision=_decided(sheet, reader, tags),
        deferral=_put_off(sheet, reader, tags, why_late=False),
        steps=_steps(sheet, reader, tags) if _as_advised(sheet) else (),
        help_meanwhile=shown(sheet.recommendation.help_meanwhile, reader, tags)
        if sheet.recommendation and _as_advised(sheet)
        else (),
        factors=sheet.recommendation.factors if sheet.recommendation else (),
    )


def _as_advised(sheet: ItemSheet) -> bool:
    """Whether what the panel advised still stands: next steps and help of another outcome are no news for a setting."""
    advised, decided = sheet.recommendation, sheet.decision
    return advised is None or decided is None or advised.outcome == decided.outcome


def _panel_answers(sheet: ItemSheet) -> bool:
    """Whether the panel's answers to the test are those of the decision: a setting is told no others.

    Records from before a decision's own answers were kept have none to give where it departs; the panel's would contradict it.
    """
    return _as_advised(sheet) and not (sheet.decision and sheet.decision.limbs)


def _moderator(sheet: ItemSheet, tags: Tags) -> ModeratorVersion:
    if sheet.recommendation is None:
        raise Refused(
            "not_advised",
            "The panel gave no advice on this item, so there is nothing for moderators to rate.",
        )
    reader = Reader.MODERATOR
    return ModeratorVersion(
        question=sheet.stage,
        test=tuple(limb.question for limb in sheet.limbs),
        papers=tuple(
            PaperOfKind(paper.kind or "A paper", paper.dated_on, paper.pages)
            for paper in sheet.papers
            if not paper.not_considered
        ),
        child_views=shown(sheet.child_views, reader, tags),
        family_views=shown(sheet.family_views, reader, tags),
    )


_COMPOSERS: Mapping[Reader, Callable[[ItemSheet, Tags], Version]] = {
    Reader.FAMILY: _family,
    Reader.SETTING: _setting,
    Reader.MODERATOR: _moderator,
}


def _limbs(limbs: Sequence[LimbLine], reader: Reader, tags: Tags) -> tuple[Answered, ...]:
    return tuple(Answered(limb.question, limb.answer, shown(limb.reasons, reader, tags)) for limb in limbs)


def _decided(sheet: ItemSheet, reader: Reader, tags: Tags) -> Decided | None:
    line = sheet.decision
    if line is None:
        return None
    return Decided(
        outcome=line.outcome,
        reasons=shown(line.reasons, reader, tags),
        role=line.role,
        decided_on=line.decided_on,
        departs_because=shown(line.departs_because, reader, tags),
        limbs=_limbs(line.limbs, reader, tags),
        family_answered=shown(line.family_answered, reader, tags) if reader is Reader.FAMILY else (),
        help_meanwhile=shown(line.help_meanwhile, reader, tags),
    )


def _put_off(sheet: ItemSheet, reader: Reader, tags: Tags, *, why_late: bool = True) -> PutOff | None:
    """Why an answer is late may be the family's own matter: the setting is not told (`why_late`)."""
    line = sheet.deferral
    if line is None:
        return None
    late = shown(one_line(line.late_because), reader, tags) if why_late else ()
    return PutOff(line.reason, shown(line.missing, reader, tags), line.by, line.next_on, late)


def _steps(sheet: ItemSheet, reader: Reader, tags: Tags) -> tuple[Step, ...]:
    found = []
    for line in sheet.steps:
        [what] = shown(one_line(line.what), reader, tags) or (Paragraph(),)
        found.append(Step(what) if what.left_out else Step(what, line.who, line.agency, line.by))
    return tuple(found)


def texts_of(version: Version) -> list[str]:
    """Every string a version holds."""
    found: list[str] = []

    def note(text: str) -> str:
        found.append(text)
        return text

    with_each_text(version, note)
    return found


def kept(version: Version) -> dict[str, Any]:
    """The version in JSON's own types, as its row keeps it."""
    data: dict[str, Any] = plain(version)
    for paper in data.get("papers", ()):
        if not paper.get("not_considered", True):
            del paper["not_considered"]
    return without_absent(data, LATER_FIELDS)


def digest(version: Version) -> str:
    """SHA-256 of the version's canonical bytes, in hex."""
    return sha256({"format": FORMAT, "kind": type(version).__name__, "record": kept(version)})


def context(version: Version, reader: Reader) -> dict[str, Any]:
    """Context of `pdf/version_<reader>.html`. Title and footer of the moderators' name no case, no panel and no day."""
    if isinstance(version, ModeratorVersion):
        title, about = "A case to moderate", "For moderation"
    else:
        title = f"{READER_LABELS[reader]} of the minutes: {version.reference}"
        about = f"{version.panel}, {in_words(version.held_on)}, {version.reference}"
    return {
        "title": title,
        "version": version,
        "footer": f"{about}. {READER_LABELS[reader]}. Record {spaced_digest(digest(version))}",
    }
