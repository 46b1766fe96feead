"""The words of a recommendation or a decision as they stand now: as they were first given, or as they were put right since.

Every reader of such a row takes it through `as_it_reads`: pages, the minutes, the letters, and what an officer agrees to.
"""

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone

from meetings.minutes.changes import Change
from meetings.models import (
    Decision,
    DecisionWords,
    Meeting,
    Minutes,
    Recommendation,
    RecommendationWords,
)
from panel.law.legal import legal_test_of
from panel.law.words import in_words

Row = TypeVar("Row", Recommendation, Decision)

# What of a row may be put right beside the reasons of each answer, as people read it.
OF_ADVICE = {
    "reasons": "Reasons",
    "family_views_answered": "Answer to the family’s views",
    "support_meanwhile": "Help meanwhile",
}
OF_DECISION = {
    "reasons": "Reasons",
    "support_meanwhile": "Help meanwhile",
    "departs_because": "Why otherwise than the panel",
    "no_panel_because": "Why without a panel",
}


@dataclass(frozen=True)
class Corrected:
    """One correction: who made it, when and why, and every place that says something else since."""

    by: str
    at: datetime
    because: str
    lines: tuple[Change, ...]


def advice_with_words(rows: QuerySet[Recommendation]) -> QuerySet[Recommendation]:
    """Recommendations with what `as_it_reads` asks for, read along with them: no query more."""
    return _with_words(rows, RecommendationWords.objects.filter(recommendation=OuterRef("pk")))


def decisions_with_words(rows: QuerySet[Decision]) -> QuerySet[Decision]:
    """Decisions with what `as_it_reads` asks for, read along with them: no query more."""
    return _with_words(rows, DecisionWords.objects.filter(decision=OuterRef("pk")))


def _with_words(rows: QuerySet[Any], words: QuerySet[Any]) -> QuerySet[Any]:
    last = words.order_by("-pk")
    return rows.annotate(
        last_words=Subquery(last.values("pk")[:1]), words_now=Subquery(last.values("words")[:1])
    )


def as_it_reads(row: Row) -> Row:
    """A copy of the row with its words as they stand now, to be read and never kept. A query where they were not read along."""
    if hasattr(row, "first_words"):
        return row
    found = row.words_now if hasattr(row, "words_now") else _last(row)
    read = copy(row)
    read.first_words = words_of(row)  # type: ignore[attr-defined]
    if found:
        read.answers = [
            {**one, "reasons": found["limbs"].get(one["limb"], one["reasons"])} for one in row.answers
        ]
        for name in _names(row):
            # What a decision says of the help came after the first corrections.
            setattr(read, name, found.get(name, getattr(row, name)))
    return read


def decision_as_it_reads(decision: Decision) -> Decision:
    """A decision with its own words, and those of the advice it rests on, as they stand now. At most two queries."""
    read = as_it_reads(decision)
    if read.recommendation is not None:
        read.recommendation = as_it_reads(read.recommendation)
    return read


def keeps_old_reasons(read: Decision) -> bool:
    """Whether a decision read by `decision_as_it_reads` gives the panel's reasons as they were before they were corrected."""
    advice = read.recommendation
    if advice is None:
        return False
    first, now, own = _first(advice), words_of(advice), words_of(read)
    return any(own[name] == first[name] != now[name] for name in ("limbs", "reasons"))


def _first(row: Recommendation | Decision) -> Mapping[str, Any]:
    """The words as they were first recorded, of a row read by `as_it_reads`."""
    found: Mapping[str, Any] = getattr(row, "first_words", None) or words_of(row)
    return found


def last_correction(row: Recommendation | Decision) -> int:
    """The key of the last correction of a row that was read along with its words; 0 where there is none."""
    return int(getattr(row, "last_words", None) or 0)


def _last(row: Recommendation | Decision) -> Mapping[str, Any] | None:
    last = row.words.order_by("-pk").values_list("words", flat=True).first()
    return last if last is None else dict(last)


def words_of(row: Recommendation | Decision) -> dict[str, Any]:
    """The words a row holds, as a correction keeps them."""
    limbs = {one["limb"]: one["reasons"] for one in row.answers}
    return {"limbs": limbs, **{name: getattr(row, name) for name in _names(row)}}


def flat_words(words: Mapping[str, Any]) -> dict[str, str]:
    """The same words one by one, under the names of their fields."""
    limbs = {f"limbs-{code}_reasons": said for code, said in words["limbs"].items()}
    return {**limbs, **{name: said for name, said in words.items() if name != "limbs"}}


def _names(row: Recommendation | Decision) -> Mapping[str, str]:
    return OF_ADVICE if isinstance(row, Recommendation) else OF_DECISION


def corrections_of(row: Recommendation | Decision) -> tuple[Corrected, ...]:
    """Everything put right in the words of a row read by `as_it_reads`, the first correction first. One query, none where
    the row was read along with its words and has no correction.
    """
    if getattr(row, "last_words", 0) is None:
        return ()
    before, found = _first(row), []
    for one in row.words.select_related("by").order_by("pk"):
        lines = tuple(_changes(row, before, one.words))
        found.append(Corrected(one.by.name, one.at, one.because, lines))
        before = {**before, **one.words}
    return tuple(found)


@dataclass(frozen=True)
class Corrections:
    """Of the items of one meeting, by key: who put the words of its advice, or of its decision, right, when and why, in a line."""

    advice: Mapping[int, str]
    decisions: Mapping[int, str]

    def of_advice(self, key: int) -> str:
        """The line about a recommendation; empty where nothing was put right."""
        return self.advice.get(key, "")

    def of_decision(self, key: int) -> str:
        """The same about a decision."""
        return self.decisions.get(key, "")


def corrections_at(meeting: Meeting) -> Corrections:
    """Every correction of words at one meeting, as its minutes tell it. Two queries."""
    advice = RecommendationWords.objects.filter(recommendation__item__meeting=meeting)
    decisions = DecisionWords.objects.filter(decision__item__meeting=meeting)
    return Corrections(_told(advice, "recommendation"), _told(decisions, "decision"))


def _told(rows: QuerySet[Any], of: str) -> dict[int, str]:
    found: dict[int, str] = {}
    for key, name, at, because in rows.order_by("pk").values_list(of, "by__name", "at", "because"):
        line = f"on {in_words(timezone.localdate(at))} by {name}: {because}"
        found[key] = f"{found[key]}; {line}" if key in found else line
    return found


def words_unminuted(minutes: Minutes) -> tuple[int, ...]:
    """The numbers of the items whose words were corrected since this version was made. Four queries.

    A decision that came after the version is no correction of it.
    """
    now = corrections_at(minutes.meeting)
    if not now.advice and not now.decisions:
        return ()
    advice = Recommendation.objects.filter(pk__in=now.advice, superseded_by=None)
    of_advice = {item: now.of_advice(key) for key, item in advice.values_list("pk", "item")}
    decisions = Decision.objects.filter(pk__in=now.decisions, set_aside=None)
    of_decision = {item: now.of_decision(key) for key, item in decisions.values_list("pk", "item")}
    records = minutes.item_records.values_list("item", "position", "record").order_by("position")
    return tuple(
        position
        for item, position, record in records
        if _tells_otherwise(record.get("recommendation"), of_advice.get(item, ""))
        or _tells_otherwise(record.get("decision"), of_decision.get(item, ""))
    )


def _tells_otherwise(line: Mapping[str, Any] | None, corrected: str) -> bool:
    return line is not None and bool(corrected) and line.get("corrected", "") != corrected


def changes_between(row: Recommendation | Decision, words: Mapping[str, Any]) -> tuple[Change, ...]:
    """Every place where `words` say otherwise than the row as it reads now."""
    return tuple(_changes(row, words_of(row), words))


def _changes(
    row: Recommendation | Decision, before: Mapping[str, Any], after: Mapping[str, Any]
) -> list[Change]:
    questions = legal_test_of(row.test_version).questions
    places = [(questions[code], words, after["limbs"][code]) for code, words in before["limbs"].items()]
    places += [(label, before[name], after.get(name, before[name])) for name, label in _names(row).items()]
    return [Change(where, was, became) for where, was, became in places if was != became]
