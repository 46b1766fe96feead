"""Feedback to settings: on an item, to the people of a setting, and counted for a term."""

from dataclasses import dataclass
from datetime import datetime, time

from django.db.models import Prefetch
from django.utils import timezone

from meetings.models import AgendaItem, Decision, Feedback
from meetings.models.feedback import settings_of
from meetings.queries.decisions import standing_decisions
from meetings.rules.feedback import SEEN_AS_GAP, SEEN_AS_GOOD, Seen, StrandLine, Term, note
from panel.law.legal import STAGE_LABELS, Stage
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
    return _line(found, item, "") if found else None


def told_feedback(user: User, now: datetime, *, size: int = MOST) -> tuple[FeedbackLine, ...]:
    """The feedback on requests of the settings this user works at, the newest first. Two queries, none without a setting."""
    if not settings_of(user, now):
        return ()
    rows = (
        Feedback.objects.for_settings_of(user, now)
        .select_related("setting", "item__case", "item__meeting")
        .prefetch_related(
            Prefetch("item__decisions", standing_decisions().order_by("-pk"), to_attr="standing_here")
        )
    )
    lines = []
    for feedback in rows.order_by("-item__meeting__starts_at", "-pk")[:size]:
        here: list[Decision] = feedback.item.standing_here
        lines.append(_line(feedback, feedback.item, here[0].get_outcome_display() if here else ""))
    return tuple(lines)


def _line(feedback: Feedback, item: AgendaItem, outcome: str) -> FeedbackLine:
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
    begins, ends = (timezone.make_aware(datetime.combine(day, time())) for day in (term.begins, term.ends))
    heard = {"item__meeting__starts_at__gte": begins, "item__meeting__starts_at__lt": ends}
    keys = ("setting", "good", "gaps")
    mine = Feedback.objects.for_settings_of(user, now).filter(**heard).values_list(*keys)
    all_told = Feedback.objects.standing().told().filter(**heard)
    theirs = all_told.exclude(setting__in=places).values_list(*keys)
    own, others = ([_seen(*row) for row in rows] for rows in (mine, theirs))
    return tuple(
        Note(
            setting=place,
            requests=sum(row.setting == place.pk for row in own),
            strands=note(place.pk, [*(row for row in own if row.setting == place.pk), *others]),
        )
        for place in places
    )


def _seen(setting: int, good: list[str], gaps: list[str]) -> Seen:
    return Seen(setting, frozenset(good), frozenset(gaps))
