"""What a panel says to a setting about its practice, as seen in one request."""

import datetime as dt
from typing import ClassVar

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from meetings.models.letters import outcome_sent
from meetings.models.meetings import AgendaItem
from panel.models import Denial, InsertOnly, Public, Setting, User
from panel.models.base import InsertOnlyQuerySet
from panel.models.cases import live_grants
from panel.platform.policy import Role


class FeedbackQuerySet(InsertOnlyQuerySet):
    """Feedback as settings read it; panels read it through the item."""

    def standing(self) -> "FeedbackQuerySet":
        """The last word on each item."""
        return self.filter(superseded_by=None)

    def told(self) -> "FeedbackQuerySet":
        """Feedback whose outcome has gone out: a letter about the decision on that item was sent."""
        return self.filter(Exists(outcome_sent()))

    def for_settings_of(self, user: User, now: dt.datetime) -> "FeedbackQuerySet":
        """What was told to the settings this professional works at, less the cases closed to her."""
        denied = Denial.objects.live().filter(case=OuterRef("item__case"), user=user)
        named = Exists(live_grants(user, now, OuterRef("item__case")))
        rows = self.standing().told().filter(setting__in=settings_of(user, now))
        return rows.filter(Q(item__case__restricted=False) | Q(named)).exclude(Exists(denied))


def settings_of(user: User, now: dt.datetime) -> list[Setting]:
    """Where somebody works as a professional today, by name."""
    found = {
        one.setting
        for one in user.memberships_on(timezone.localdate(now))
        if one.role == Role.PROFESSIONAL and one.setting is not None
    }
    return sorted(found, key=lambda setting: (setting.name, setting.pk))


class Feedback(Public, InsertOnly):
    """Good practice and gaps seen in one request, by strand and in words. A newer row takes the place of the last."""

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="feedback")
    # The setting whose practice it is about: it stays theirs when the child moves on.
    setting = models.ForeignKey(Setting, on_delete=models.PROTECT, related_name="+")
    good = models.JSONField(default=list)
    gaps = models.JSONField(default=list)
    good_words = models.TextField(blank=True)
    gaps_words = models.TextField(blank=True)
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects: ClassVar[FeedbackQuerySet] = FeedbackQuerySet.as_manager()  # type: ignore[assignment]

    class Meta(InsertOnly.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_first_feedback_per_item", fields=["item"], condition=Q(supersedes__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"feedback {self.public_id}"
