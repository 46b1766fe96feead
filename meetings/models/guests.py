"""The family at the panel: invited to their own child's item and no other, there from one moment to another."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from meetings.models.meetings import AgendaItem, Attendance
from panel.models import Person, Public, User


class FamilyGuest(Public):
    """Somebody with a right to be told who is asked to their own item. Coming again after leaving is a row of its own."""

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="family_guests")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    # What they are to the child, as the minutes name them.
    tie = models.CharField(max_length=60)
    mode = models.CharField(max_length=10, choices=Attendance.Mode.choices, default=Attendance.Mode.ROOM)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField()
    joined_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["item_id", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_open_invitation_per_guest",
                fields=["item", "person"],
                condition=Q(left_at__isnull=True, taken_back_at__isnull=True),
            ),
            models.CheckConstraint(
                name="guest_leaves_after_joining",
                condition=Q(left_at__isnull=True) | Q(joined_at__isnull=False, left_at__gte=F("joined_at")),
            ),
            models.CheckConstraint(
                name="guest_who_came_is_not_taken_back",
                condition=Q(taken_back_at__isnull=True) | Q(joined_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"guest {self.public_id}"
