"""Feedback to settings: on an item, to the people of a setting, and counted for a term."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from meetings.models import AgendaItem, Feedback
from meetings.models.feedback import settings_of
from meetings.queries.decisions import standing_decisions
from meetings.rules.feedback import SEEN_AS_GAP, SEEN_AS_GOOD, Seen, StrandLine, Term, note
from panel.law.legal import OUTCOME_LABELS, STAGE_LABELS, Outcome, Stage
from panel.models import Setting, User

MOST = 200


@dataclass(frozen=True)
class FeedbackLine:
    """The feedback on one request in words. `outcome` is empty where none stands on this item."""

    feedback: Feedback
    good: tuple[str, ...]
    gaps: tuple[str, ...]
    question: str
    outcome: str


@dataclass(frozen=True)
class Note:
    """What a setting's own requests of one term showed, and how many there were."""

    setting: Setting
    requests: int
    strands: tuple[StrandLine, ...]


def feedback_of(item: AgendaItem) -> FeedbackLine | None:
    """What stands for an item, as the panel reads it. One query."""
    found = Feedback.objects.standing().filter(item=item).select_related("by").first()
    return feedback_line(found, item) if found else None


def told_feedback(user: User, now: datetime, *, size: int = MOST) -> tuple[FeedbackLine, ...]:
    """The feedback on requests of the settings this user works at, the newest first. One query, none without a setting."""
    if not settings_of(user, now):
        return ()
    here = standing_decisions().filter(item=OuterRef("item")).order_by("-pk")
    rows = (
        Feedback.objects.for_settings_of(user, now)
        .select_related("setting", "item__case", "item__meeting")
        .annotate(decided=Subquery(here.values("outcome")[:1]))
    )
    return tuple(
        feedback_line(row, row.item, OUTCOME_LABELS[Outcome(row.decided)] if row.decided else "")
        for row in rows.order_by("-item__meeting__starts_at", "-pk")[:size]
    )


def feedback_line(feedback: Feedback, item: AgendaItem, outcome: str = "") -> FeedbackLine:
    """Feedback in words."""
    return FeedbackLine(
        feedback=feedback,
        good=tuple(SEEN_AS_GOOD[one] for one in feedback.good),
        gaps=tuple(SEEN_AS_GAP[one] for one in feedback.gaps),
        question=STAGE_LABELS[Stage(item.stage)],
        outcome=outcome,
    )


def notes_of(user: User, term: Term, now: datetime) -> tuple[Note, ...]:
    """A note for each setting this user works at, of the requests heard in `term`. Two queries, none without a setting.

    Her own setting's numbers are those she can read one by one. Others are counted whole, whoever asks: small ones are not said.
    """
    places = settings_of(user, now)
    if not places:
        return ()
    heard = heard_in(term)
    mine = Feedback.objects.for_settings_of(user, now).filter(heard)
    theirs = Feedback.objects.standing().told().filter(heard).exclude(setting__in=places)
    own, others = _all_seen(mine), _all_seen(theirs)
    return tuple(_note(place, own, others) for place in places)


def note_of_setting(setting: Setting, term: Term, user: User, now: datetime) -> Note:
    """The note of one setting as it is sent to it: of the requests its reader may see, or for a clerk of those open to all. Two queries."""
    works_there = setting in settings_of(user, now)
    told = Feedback.objects.standing().told().filter(heard_in(term))
    open_to_all = told.filter(setting=setting, item__case__restricted=False)
    mine = Feedback.objects.for_settings_of(user, now).filter(heard_in(term)) if works_there else open_to_all
    return _note(setting, _all_seen(mine), _all_seen(told.exclude(setting=setting)))


def heard_in(term: Term) -> Q:
    """A condition on feedback: its panel sat in this term."""
    begins, ends = (timezone.make_aware(datetime.combine(day, time())) for day in (term.begins, term.ends))
    return Q(item__meeting__starts_at__gte=begins, item__meeting__starts_at__lt=ends)


def _note(place: Setting, own: Sequence[Seen], others: Sequence[Seen]) -> Note:
    here = [row for row in own if row.setting == place.pk]
    return Note(setting=place, requests=len(here), strands=note(place.pk, [*here, *others]))


def _all_seen(rows: QuerySet[Any]) -> list[Seen]:
    return [_seen(*row) for row in rows.values_list("setting", "good", "gaps")]


def _seen(setting: int, good: list[str], gaps: list[str]) -> Seen:
    return Seen(setting, frozenset(good), frozenset(gaps))
