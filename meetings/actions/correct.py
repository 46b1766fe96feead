"""The words of a recommendation or a decision, put right after they were recorded. What was advised and decided stands.

Whoever led the item corrects what the panel said; the officer corrects what the authority said, for a decision keeps words of
its own. Neither rewrites the other, and what was first written is kept (practice.md A10, A5).
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from meetings.actions.leading import led_it, standing_advice
from meetings.actions.live import audit_item
from meetings.actions.locks import lock_case, lock_question, not_signed
from meetings.actions.recommend import REASONS_LIMIT, SUPPORT_LIMIT, answers_of
from meetings.models import (
    AgendaItem,
    Decision,
    DecisionWords,
    Recommendation,
    RecommendationWords,
)
from meetings.queries.finishing import Drafted, drafted, is_unfinished
from meetings.queries.recused import takes_no_part
from meetings.queries.room import load_room
from meetings.queries.said import said_at
from meetings.queries.words import as_it_reads, words_of
from meetings.rules.answering import Views, views_problems
from meetings.rules.correcting import kept_problems, words_problems
from meetings.rules.decisions import refuse
from panel.law.legal import Outcome, Record, Stage
from panel.models import Case, User
from panel.platform import access, audit
from panel.platform.policy import Refused, Role, Verb
from panel.platform.text import clean_line, clean_text

CHANGED_SINCE = "Somebody has corrected these words since you opened the page. Read them again."


def correct_recommendation(
    *,
    item: AgendaItem,
    limbs: Mapping[str, str],
    reasons: str,
    family_views_answered: str = "",
    support_meanwhile: str = "",
    because: str = "",
    stands: int | None = None,
    draft: int | None = None,
    correcting: bool = False,
    by: User,
    now: datetime,
) -> RecommendationWords:
    """Whoever led the item puts right what was written, or confirms what the clerk finished: `limbs`, the reasons by the code of
    each answer, and the rest.

    Outcome, answers, codes, dissents and a decision made on it stand; the officer who has not decided yet has to read it again.
    Why is not asked of words that are finished only. `stands`, `draft`: the keys of the last correction and of the clerk's draft the
    page showed, 0 for none. The same words sent twice are one. Refused: `no_recommendation`, `not_the_chair`, `recused`,
    `no_reason`, `stale`, `nothing_changed`, `signed` (unless `correcting` for an amendment), and everything of `words_problems` and
    `views_problems`. Audits `recommendation.correct`.
    """
    access.require(by, Verb.RECOMMENDATION_RECORD, item, now=now)
    words = given_words(limbs, reasons, family_views_answered, support_meanwhile)
    with transaction.atomic():
        # The case as well: a letter is released and sent either wholly before these words or after them.
        locked = lock_question(item)
        not_signed(locked.meeting, correcting=correcting)
        advice = standing_advice(locked)
        led_it(locked, advice, load_room(locked.meeting), by, now)
        before: RecommendationWords | None = advice.words.order_by("-pk").first()
        sent = drafted(advice)
        waits = sent.waits
        if before is not None and before.words == words and sent == Drafted():
            return before
        if draft is not None and draft != (waits.pk if waits else 0):
            raise Refused("stale", CHANGED_SINCE)
        reason = _why_these(because, advice, words, sent)
        # What the clerk wrote may be left out, returned or not: then the words stand, and nobody waits for it any more.
        _differs(advice, words, before.pk if before else 0, stands, may_stand=sent != Drafted())
        check_words(advice, locked, words)
        # Words written by whoever returned the clerk's: hers are owed no more.
        taken_up = waits or (sent.returned.draft if sent.returned else None)
        made = RecommendationWords(recommendation=advice, supersedes=before, words=words, takes_up=taken_up)
        made.because, made.by, made.at = reason, by, now
        made.save()
        audit_item("recommendation.correct", locked, by, now, {"because": reason})
        return made


def correct_decision(
    *,
    decision: Decision,
    limbs: Mapping[str, str],
    reasons: str,
    support_meanwhile: str = "",
    departs_because: str = "",
    no_panel_because: str = "",
    because: str,
    stands: int | None = None,
    by: User,
    now: datetime,
) -> DecisionWords:
    """The designated officer, or the chair who decided under delegation, puts right the words of a decision that stands.

    Outcome, answers, codes, day and officer stay. Its letters read the new words once they are drafted again. `stands` as of a
    recommendation. The same words sent twice are one. Refused: `not_the_decider`, `recused`, `decision_superseded`,
    `no_reason`, `stale`, `nothing_changed`, and everything of `words_problems` and `kept_problems`. Audits `decision.correct`.
    """
    access.require(by, Verb.DECISION_RECORD, decision.item or decision.case, now=now)
    reason = _why(because)
    words = {
        **_reasoned(limbs, reasons),
        "support_meanwhile": clean_text(support_meanwhile, SUPPORT_LIMIT, label="The help meanwhile"),
        "departs_because": clean_text(departs_because, REASONS_LIMIT, label="The reason for departing"),
        "no_panel_because": clean_text(no_panel_because, REASONS_LIMIT, label="The reason"),
    }
    with transaction.atomic():
        case = lock_question(decision.item).case if decision.item else lock_case(decision.case)
        found = as_it_reads(Decision.objects.get(pk=decision.pk))
        _may_correct(found, case, by, now)
        before: DecisionWords | None = found.words.order_by("-pk").first()
        if before is not None and before.words == words:
            return before
        _differs(found, words, before.pk if before else 0, stands)
        refuse(
            (
                *kept_problems(words_of(found), words),
                *words_problems(_record(found, case, found.decided_at, words)),
            )
        )
        made = DecisionWords(decision=found, supersedes=before, words=words, because=reason, by=by, at=now)
        made.save()
        audit.record(
            verb="decision.correct",
            by=by,
            at=now,
            subject_kind="decision",
            subject=found.public_id,
            case=case.public_id,
            values={"because": reason},
        )
        return made


def given_words(limbs: Mapping[str, str], reasons: str, answered: str, meanwhile: str) -> dict[str, Any]:
    """The words of a recommendation through the text gate, as they are kept."""
    return {
        **_reasoned(limbs, reasons),
        "family_views_answered": clean_text(
            answered, REASONS_LIMIT, label="The answer to the family’s views"
        ),
        "support_meanwhile": clean_text(meanwhile, SUPPORT_LIMIT, label="The help meanwhile"),
    }


def check_words(advice: Recommendation, item: AgendaItem, words: Mapping[str, Any]) -> None:
    """Refuse words that could not stand for this recommendation: everything of `words_problems` and `views_problems`."""
    views = Views(bool(said_at(item.case, item)), words["family_views_answered"])
    refuse(
        (
            *words_problems(_record(advice, item.case, advice.at, words)),
            *views_problems(Outcome(advice.outcome), views),
        )
    )


def same_answers(row: Recommendation | Decision, words: Mapping[str, Any]) -> None:
    """Refuse words about other answers than the row has."""
    if set(words["limbs"]) != {one["limb"] for one in row.answers}:
        raise Refused("limb_unknown", "The answers to the legal test stand. Reload the page.")


def _why_these(because: str, advice: Recommendation, words: Mapping[str, Any], sent: Drafted) -> str:
    """The reason as the minutes give it: of words that are only finished, that they are, and by whom; of a clerk’s that are left
    out, that those before them stand.
    """
    if because.strip():
        return _why(because)
    if sent != Drafted() and words == words_of(advice):
        return "Read again, and left as they stood."
    if sent.waits is not None:
        return f"The panel’s key reasons, written out in full by {sent.waits.by.name} and confirmed."
    return "The panel’s key reasons, written out in full." if is_unfinished(advice) else _why(because)


def _why(because: str) -> str:
    reason = clean_line(because, limit=500, label="The reason")
    if not reason:
        raise Refused("no_reason", "Say why the words are put right.", field="because")
    return reason


def _reasoned(limbs: Mapping[str, str], reasons: str) -> dict[str, Any]:
    return {
        "limbs": {code: clean_text(said, REASONS_LIMIT, label="The reasons") for code, said in limbs.items()},
        "reasons": clean_text(reasons, REASONS_LIMIT, label="The reasons"),
    }


def _differs(
    row: Recommendation | Decision,
    words: Mapping[str, Any],
    last: int,
    stands: int | None,
    *,
    may_stand: bool = False,
) -> None:
    """Refuse words about other answers, words that change nothing, and those typed over words nobody had read."""
    if stands is not None and stands != last:
        raise Refused("stale", CHANGED_SINCE)
    same_answers(row, words)
    if words == words_of(row) and not may_stand:
        raise Refused(
            "nothing_changed", "These are the words as they stand. Change what is wrong, then save."
        )


def _record(row: Recommendation | Decision, case: Case, at: datetime, words: Mapping[str, Any]) -> Record:
    """The record as it stands with these words: the facts of the case are not asked again."""
    return Record(
        stage=Stage(row.stage),
        outcome=Outcome(row.outcome),
        answers=[replace(one, reasons=words["limbs"][one.limb]) for one in answers_of(row.answers)],
        reasons=words["reasons"],
        received_on=case.received_on,
        decided_on=timezone.localdate(at),
    )


def _may_correct(decision: Decision, case: Case, by: User, now: datetime) -> None:
    if hasattr(decision, "superseded_by") or hasattr(decision, "set_aside"):
        raise Refused("decision_superseded", "This decision was replaced or set aside. Its words stay.")
    if takes_no_part(case, decision.stage, by):
        raise Refused(
            "recused", "You are recused from this case. Another designated officer puts its words right."
        )
    if Role.OFFICER not in by.roles_on(timezone.localdate(now)) and decision.by_id != by.pk:
        raise Refused("not_the_decider", "Only the designated officer puts the words of a decision right.")
