"""Versions of an item's minutes for the family, the setting and moderators: what is left out, what was composed, who let it go.

All insert-only. Where a version stands is read off its rows: composed, made (its rendering is done), released, withdrawn.
"""

import datetime as dt
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from meetings.minutes.redaction import GROUND_LABELS, READER_LABELS, Ground, Reader
from meetings.models.decisions import Decision
from meetings.models.meetings import AgendaItem
from meetings.models.minutes import ItemRecord
from meetings.models.release import TwoHands
from panel.models import InsertOnly, Public, Setting, User
from panel.models.base import InsertOnlyQuerySet
from panel.platform.policy import Role


class ParagraphTag(InsertOnly):
    """What a paragraph of an item's record is about. It names where the words stood, and holds for these words and no others."""

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="paragraph_tags")
    field = models.CharField(max_length=30)
    ordinal = models.PositiveSmallIntegerField()
    words_sha256 = models.CharField(max_length=64)
    ground = models.CharField(max_length=20, choices=[(str(one), GROUND_LABELS[one]) for one in Ground])
    # What the removal rests on, in the words of its day; empty where nothing is left out, and in tags from before it was kept.
    exemption = models.CharField(max_length=200, blank=True)
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="superseded_by"
    )
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(InsertOnly.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_first_tag_per_words",
                fields=["item", "words_sha256"],
                condition=Q(supersedes__isnull=True),
            ),
            models.CheckConstraint(name="tag_counts_paragraphs_from_one", condition=Q(ordinal__gte=1)),
        ]

    def __str__(self) -> str:
        return f"tag {self.pk}"


class ItemVersionQuerySet(InsertOnlyQuerySet):
    """Every query about versions starts here, from the user."""

    def visible_to(self, user: User, now: dt.datetime) -> "ItemVersionQuerySet":
        """Versions of the items a clerk or an officer may see. Families and settings come in through their own queries."""
        if not user.roles_on(timezone.localdate(now)) & {Role.CLERK, Role.OFFICER}:
            return self.none()
        return self.filter(item__in=AgendaItem.objects.visible_to(user, now))

    def released(self) -> "ItemVersionQuerySet":
        """Versions that a second person let go and nobody has withdrawn."""
        return self.filter(release__isnull=False, withdrawal__isnull=True)


class ItemVersion(Public, InsertOnly):
    """One version of one item for one reader, as composed from a signed record. A later one supersedes."""

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="versions")
    item_record = models.ForeignKey(ItemRecord, on_delete=models.PROTECT, related_name="versions")
    reader = models.CharField(max_length=10, choices=[(str(one), READER_LABELS[one]) for one in Reader])
    number = models.PositiveSmallIntegerField()
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="superseded_by"
    )
    # Whose letter comes first: nobody learns of a decision from its minutes. Null where the record holds none.
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, null=True, related_name="+")
    # Whose professionals may read it: the setting the child was at when it was prepared.
    setting = models.ForeignKey(Setting, on_delete=models.PROTECT, null=True, related_name="+")
    content = models.JSONField()
    content_sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects: ClassVar[Any] = ItemVersionQuerySet.as_manager()

    class Meta(InsertOnly.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_item_version_per_number", fields=["item", "reader", "number"]),
            models.CheckConstraint(
                name="setting_version_names_its_setting",
                condition=Q(reader="setting", setting__isnull=False)
                | (~Q(reader="setting") & Q(setting__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.public_id}"


class VersionRelease(TwoHands):
    """A second person looked at these very bytes and let them go."""

    version = models.OneToOneField(ItemVersion, on_delete=models.PROTECT, related_name="release")

    class Meta(TwoHands.Meta):
        abstract = False
        constraints: ClassVar = [
            models.CheckConstraint(name="version_releaser_is_not_its_author", condition=~Q(by=F("author")))
        ]

    def __str__(self) -> str:
        return f"release of version {self.version_id}"


class VersionWithdrawal(InsertOnly):
    """A version that nobody may read any more, and why. From this moment it is on no page."""

    version = models.OneToOneField(ItemVersion, on_delete=models.PROTECT, related_name="withdrawal")
    because = models.CharField(max_length=300)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(InsertOnly.Meta):
        abstract = False
        constraints: ClassVar = [
            models.CheckConstraint(name="version_withdrawal_says_why", condition=~Q(because=""))
        ]

    def __str__(self) -> str:
        return f"withdrawal of version {self.version_id}"
