"""Notices to settings: who of a setting's people is told, what the sheet says, and which wait to be sent on paper."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from meetings.models import Feedback, SettingNotice
from meetings.models.feedback import settings_of
from meetings.queries.feedback import FeedbackLine, Note, feedback_line, heard_in, note_of_setting
from meetings.rules.feedback import Term, term_of
from panel.law.legal import OUTCOME_LABELS, STAGE_LABELS, Outcome, Stage
from panel.models import Membership, Setting, User
from panel.platform.policy import Role

MOST = 200


@dataclass(frozen=True)
class Sheet:
    """What one notice says. Of a decision: question, outcome, day and feedback, no more than the setting's version may (law.md 1.5).

    Of a term: the note. No name of a member of staff, nothing of what the family said, no reasons. The child is named on the paper
    that goes to the head, and not to everybody of the setting who has an account.
    """

    notice: SettingNotice
    question: str = ""
    outcome: str = ""
    received_on: date | None = None
    decided_on: date | None = None
    feedback: FeedbackLine | None = None
    term: Term | None = None
    note: Note | None = None


def readers_of(notice: SettingNotice, now: datetime) -> list[User]:
    """Who at the setting is told by message: its professionals with an account to whom it is open. A query or two for each."""
    works_there = Membership.objects.live(timezone.localdate(now)).filter(
        role=Role.PROFESSIONAL, setting=notice.setting_id
    )
    people = User.objects.filter(pk__in=works_there.values("user"), is_active=True).order_by("pk")
    return [one for one in people if is_open_to(notice, one, now)]


def is_open_to(notice: SettingNotice, user: User, now: datetime) -> bool:
    """Whether this professional may read it; of a term, whether there is anything in it that she may."""
    if not SettingNotice.objects.visible_to(user, now).filter(pk=notice.pk).exists():
        return False
    if notice.term_begins is None:
        return True
    heard = heard_in(term_of(notice.term_begins))
    return Feedback.objects.for_settings_of(user, now).filter(heard, setting=notice.setting_id).exists()


def settings_with_feedback(term: Term) -> QuerySet[Setting]:
    """The settings to which something was told about requests of this term, and which have no notice of its note. One query."""
    told = Feedback.objects.standing().told().filter(heard_in(term))
    noted = SettingNotice.objects.filter(term_begins=term.begins)
    return (
        Setting.objects.filter(pk__in=told.values("setting"))
        .exclude(pk__in=noted.values("setting"))
        .order_by("pk")
    )


def to_send_on_paper(user: User, now: datetime) -> QuerySet[SettingNotice]:
    """The notices this clerk sends by another way, the oldest first."""
    rows = SettingNotice.objects.visible_to(user, now).owing().select_related("setting", "decision__case")
    found: QuerySet[SettingNotice] = rows.order_by("at", "pk")[:MOST]
    return found


def told_notices(user: User, now: datetime, *, size: int) -> tuple[SettingNotice, ...]:
    """The last notices of the settings this professional works at. One query, none without a setting."""
    if not settings_of(user, now):
        return ()
    rows = SettingNotice.objects.visible_to(user, now).select_related("setting", "decision__case")
    return tuple(rows.order_by("-at", "-pk")[:size])


def sheet_of(notice: SettingNotice, user: User, now: datetime) -> Sheet:
    """The words of one notice, for whoever may open it."""
    if notice.term_begins is not None:
        term = term_of(notice.term_begins)
        return Sheet(notice, term=term, note=note_of_setting(notice.setting, term, user, now))
    decision: Any = notice.decision
    said = Feedback.objects.standing().filter(item=decision.item, setting=notice.setting).first()
    return Sheet(
        notice,
        question=STAGE_LABELS[Stage(decision.stage)],
        outcome=OUTCOME_LABELS[Outcome(decision.outcome)],
        received_on=decision.case.received_on,
        decided_on=timezone.localdate(decision.decided_at),
        feedback=feedback_line(said, decision.item) if said is not None and decision.item else None,
    )
