"""Minutes: a frozen record per version, its rendered sheets, the chair's signature and the seals. All insert-only.

Where a version stands is read off its rows: no sheets yet is a draft being prepared, sheets are ready to sign, a signature
makes it signed. A correction, before or after, is a new version that supersedes.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from meetings.models.meetings import AgendaItem, Meeting
from panel.models import Document, InsertOnly, Public, User


class Minutes(Public, InsertOnly):
    """One version of a meeting's minutes: the record as it was frozen, without a child's name in the meeting's part."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="minutes")
    version = models.PositiveSmallIntegerField()
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="superseded_by"
    )
    because = models.CharField(max_length=500, blank=True)
    record = models.JSONField()
    record_sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(InsertOnly.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_minutes_per_version", fields=["meeting", "version"]),
            models.CheckConstraint(
                name="new_version_says_why",
                condition=Q(version=1, supersedes__isnull=True) | (Q(version__gt=1) & ~Q(because="")),
            ),
        ]

    def __str__(self) -> str:
        return f"minutes {self.public_id}"


class ItemRecord(InsertOnly):
    """The part of the minutes that is about one child, kept apart so that it can be disposed of alone."""

    minutes = models.ForeignKey(Minutes, on_delete=models.PROTECT, related_name="item_records")
    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="records")
    position = models.PositiveSmallIntegerField()
    record = models.JSONField()
    record_sha256 = models.CharField(max_length=64)

    class Meta(InsertOnly.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_record_per_item", fields=["minutes", "item"])
        ]

    def __str__(self) -> str:
        return f"record of item {self.item_id}"


class MinutesSheet(InsertOnly):
    """A rendered part: the meeting sheet, one item's sheet, or all of it joined; unsealed and sealed bytes are two rows."""

    class Part(models.TextChoices):
        MEETING = "meeting", "Meeting sheet"
        ITEM = "item", "Item sheet"
        JOINED = "joined", "All of it"
        MEETING_SEALED = "meeting_sealed", "Meeting sheet, sealed"
        JOINED_SEALED = "joined_sealed", "All of it, sealed"

    minutes = models.ForeignKey(Minutes, on_delete=models.PROTECT, related_name="sheets")
    part = models.CharField(max_length=20, choices=Part.choices)
    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, null=True, related_name="sheets")
    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="minutes_sheet")

    class Meta(InsertOnly.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_sheet_per_part", fields=["minutes", "part"], condition=Q(item__isnull=True)
            ),
            models.UniqueConstraint(
                name="one_sheet_per_minutes_item", fields=["minutes", "item"], condition=Q(item__isnull=False)
            ),
            models.CheckConstraint(
                name="item_sheet_names_its_item",
                condition=Q(part="item", item__isnull=False) | (~Q(part="item") & Q(item__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.part} of minutes {self.minutes_id}"


class Reissue(InsertOnly):
    """Signed minutes were corrected in an item about which letters had gone: whether the family gets a corrected one, and why.

    `words`: with a corrected letter, what it says was wrong; without one, the reason. The last row about an item counts, once
    the amendment it was said of, or a later one, is signed.
    """

    minutes = models.ForeignKey(Minutes, on_delete=models.PROTECT, related_name="reissues")
    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="reissues")
    again = models.BooleanField()
    words = models.CharField(max_length=500)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(InsertOnly.Meta):
        abstract = False
        constraints: ClassVar = [
            models.CheckConstraint(name="corrected_letter_says_why", condition=~Q(words="")),
        ]

    def __str__(self) -> str:
        return f"corrected letter about item {self.item_id}: {self.again}"


class ItemSignOff(InsertOnly):
    """Whoever led an item the chair took no part in vouches for the very bytes of its sheet, before the chair signs the whole.

    `in_place_of`: the deputy who led it and could sign no more, where somebody else who was there for it does so.
    `confirmed_at`: as with the chair's signature.
    """

    record = models.OneToOneField(ItemRecord, on_delete=models.PROTECT, related_name="sign_off")
    shown_sha256 = models.CharField(max_length=64)
    confirmed_at = models.DateTimeField(null=True)
    in_place_of = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(InsertOnly.Meta):
        abstract = False
        constraints: ClassVar = [
            models.CheckConstraint(
                name="sign_off_in_place_of_another",
                condition=Q(in_place_of__isnull=True) | ~Q(in_place_of=models.F("by")),
            )
        ]

    def __str__(self) -> str:
        return f"sign-off of record {self.record_id}"


class MinutesSignature(InsertOnly):
    """The chair signed these very bytes. `confirmed_at`: when they last proved who they are; None in a demonstration."""

    minutes = models.OneToOneField(Minutes, on_delete=models.PROTECT, related_name="signature")
    shown_sha256 = models.CharField(max_length=64)
    confirmed_at = models.DateTimeField(null=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(InsertOnly.Meta):
        abstract = False

    def __str__(self) -> str:
        return f"signature of minutes {self.minutes_id}"
