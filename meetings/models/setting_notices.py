"""What a setting is to be told: the outcome of a request for a child of its own, and the note of a term."""

import datetime as dt
from typing import ClassVar

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from meetings.models.decisions import Decision
from meetings.models.feedback import settings_of
from panel.models import Denial, Dispatch, InsertOnly, Public, Setting, User
from panel.models.base import InsertOnlyQuerySet
from panel.models.cases import live_grants
from panel.platform.policy import Role

# The message that something is ready to be read, to each of a setting's people with an account.
NOTICE = "setting.notice"
# What never reached anybody.
_TOLD_NOBODY = (Dispatch.State.CANCELLED, Dispatch.State.DEAD)


class SettingNoticeQuerySet(InsertOnlyQuerySet):
    """Every query about notices to settings starts here, from the user."""

    def visible_to(self, user: User, now: dt.datetime) -> "SettingNoticeQuerySet":
        """A clerk's all, a professional's of the settings she works at; never about a case closed to her, nor of an error."""
        rows = self.filter(decision__set_aside=None)
        if Role.CLERK not in user.roles_on(timezone.localdate(now)):
            rows = rows.filter(setting__in=settings_of(user, now))
        denied = Denial.objects.live().filter(case=OuterRef("decision__case"), user=user)
        named = Exists(live_grants(user, now, OuterRef("decision__case")))
        open_to_all = Q(decision=None) | Q(decision__case__restricted=False)
        return rows.filter(open_to_all | named).exclude(Exists(denied))

    def owing(self) -> "SettingNoticeQuerySet":
        """Those that reach nobody by an account, and were not sent on paper: of decisions that stand."""
        told = Dispatch.objects.filter(kind=NOTICE, subject=OuterRef("public_id"))
        rows = self.filter(sent_on=None, decision__superseded_by=None, decision__set_aside=None)
        return rows.exclude(Exists(told.exclude(state__in=_TOLD_NOBODY)))


class SettingNotice(Public, InsertOnly):
    """One thing one setting is to be told, made when it may be: a decision whose letter has gone, or a term that is over."""

    setting = models.ForeignKey(Setting, on_delete=models.PROTECT, related_name="+")
    decision = models.OneToOneField(
        Decision, on_delete=models.PROTECT, null=True, related_name="setting_notice"
    )
    term_begins = models.DateField(null=True)
    at = models.DateTimeField()

    objects: ClassVar[SettingNoticeQuerySet] = SettingNoticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta(InsertOnly.Meta):
        abstract = False
        constraints: ClassVar = [
            models.CheckConstraint(
                name="notice_of_a_decision_or_a_term",
                condition=Q(decision__isnull=False, term_begins__isnull=True)
                | Q(decision__isnull=True, term_begins__isnull=False),
            ),
            models.UniqueConstraint(name="one_note_per_setting_and_term", fields=["setting", "term_begins"]),
        ]

    def __str__(self) -> str:
        return f"notice to a setting {self.public_id}"


class NoticeSent(InsertOnly):
    """The sheet went to a setting that has no account that may read it: when, and in which way."""

    notice = models.OneToOneField(SettingNotice, on_delete=models.PROTECT, related_name="sent_on")
    on = models.DateField()
    how = models.CharField(max_length=200)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(InsertOnly.Meta):
        abstract = False
        constraints: ClassVar = [
            models.CheckConstraint(name="notice_sent_says_how", condition=~Q(how="")),
        ]

    def __str__(self) -> str:
        return f"sent {self.notice_id}"
