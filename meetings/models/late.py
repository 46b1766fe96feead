"""What was written on paper when the network failed, entered afterwards with its true times."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from meetings.models.meetings import AgendaItem, Meeting
from panel.models import InsertOnly, Public, User


class LateEntry(Public, InsertOnly):
    """The true times of a meeting (`item` null) or of one item, who entered them and when. A correction supersedes.

    An item's entry counts while the item's own beginning is the entry's: taken up by screen after all, it is heard live.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="late_entries")
    item = models.ForeignKey(
        AgendaItem, on_delete=models.PROTECT, null=True, blank=True, related_name="late_entries"
    )
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )
    began_at = models.DateTimeField()
    # Null for a meeting that went on by screen once the network was back.
    ended_at = models.DateTimeField(null=True, blank=True)
    because = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    by_role = models.CharField(max_length=30)
    at = models.DateTimeField()

    class Meta(InsertOnly.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_first_late_entry_per_meeting",
                fields=["meeting"],
                condition=Q(item__isnull=True, supersedes__isnull=True),
            ),
            models.UniqueConstraint(
                name="one_first_late_entry_per_item",
                fields=["item"],
                condition=Q(item__isnull=False, supersedes__isnull=True),
            ),
            models.CheckConstraint(
                name="late_entry_ends_after_it_began",
                condition=Q(item__isnull=True, ended_at__isnull=True) | Q(ended_at__gt=F("began_at")),
            ),
            models.CheckConstraint(
                name="late_entry_is_made_afterwards",
                condition=Q(at__gte=F("began_at")) & (Q(ended_at__isnull=True) | Q(at__gte=F("ended_at"))),
            ),
        ]

    def __str__(self) -> str:
        return f"late entry {self.public_id}"
