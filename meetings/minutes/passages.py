"""The free texts of one item's record, paragraph by paragraph, and in whose versions each may come to stand. Pure."""

from collections.abc import Iterable

from meetings.minutes.frozen import ItemSheet
from meetings.minutes.redaction import Passage, Reader, paragraphs
from panel.law.words import inside


def passages(sheet: ItemSheet) -> tuple[Passage, ...]:
    """Every paragraph of free text in an item's record, in the order of its sheet."""
    return tuple(
        Passage(field, ordinal, label, text)
        for field, label, whole in _texts(sheet)
        for ordinal, text in enumerate(paragraphs(whole), start=1)
    )


def _texts(sheet: ItemSheet) -> Iterable[tuple[str, str, str]]:
    """Each free text of a record: the name of its field, that name for people, and the words."""
    yield "child_views", "The child or young person’s view", sheet.child_views
    yield "family_views", "The family’s view", sheet.family_views
    yield "discussion", "Discussion", sheet.discussion
    for n, limb in enumerate(sheet.limbs, start=1):
        yield f"limb_{n}", f"The legal test, reasons {n}", limb.reasons
    if sheet.recommendation:
        yield "recommendation", "Recommendation", sheet.recommendation.reasons
        yield "answered", "Answer to the family", sheet.recommendation.family_answered
        yield "meanwhile", "Help meanwhile", sheet.recommendation.help_meanwhile
        yield "factors", "About the factors", one_line(sheet.recommendation.factors_words)
        for n, line in enumerate(sheet.recommendation.dissent, start=1):
            yield f"dissent_{n}", f"Dissent, {inside(line.seat)}", line.reason
    if sheet.deferral:
        yield "missing", "What is missing", sheet.deferral.missing
        yield "late", "Why the answer will be late", one_line(sheet.deferral.late_because)
    yield "withdrawn", "Why it was withdrawn", one_line(sheet.withdrawn_because)
    for n, step in enumerate(sheet.steps, start=1):
        yield f"step_{n}", f"Next step {n}", one_line(step.what)
    if sheet.risk:
        yield "risk", "Risk to the school place", sheet.risk.words
    if sheet.decision:
        yield "decision", "Decision", sheet.decision.reasons
        yield "own_answer", "The authority’s answer to the family", sheet.decision.family_answered
        yield "own_help", "Help meanwhile, from the authority", sheet.decision.help_meanwhile
        yield "departs", "Why it is not what the panel advised", sheet.decision.departs_because
        for n, limb in enumerate(sheet.decision.limbs, start=1):
            yield f"decision_limb_{n}", f"The legal test for the decision, reasons {n}", limb.reasons
    for n, paper in enumerate(sheet.papers, start=1):
        yield f"paper_{n}", f"Title of paper {n}", one_line(paper.title)
        yield f"left_out_{n}", f"Why paper {n} was not considered", one_line(paper.not_considered)


# Where the words of a field may come to stand, beside the family's version, which has all of them.
_OF_SETTING = ("limb_", "decision", "departs", "own_help", "missing", "meanwhile", "step_")
_OF_MODERATORS = ("child_views", "family_views")


def readers_of(field: str) -> frozenset[Reader]:
    """Whose versions have the words of a field."""
    others = {Reader.SETTING: _OF_SETTING, Reader.MODERATOR: _OF_MODERATORS}
    return frozenset({Reader.FAMILY, *(one for one, fields in others.items() if field.startswith(fields))})


def one_line(text: str) -> str:
    """Words that are one line by their nature, as one paragraph."""
    return " ".join(text.split())
