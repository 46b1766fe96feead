"""The legal-test card: that it was read out when a meeting was opened, and who has said that they know it."""

from typing import ClassVar

from django.db import models

from meetings.models.meetings import Meeting, RosterEntry
from panel.models import InsertOnly, User


class CardReading(InsertOnly):
    """The card was read out to the panel: which wording, by whom, when. Written with the opening of the meeting, once."""

    meeting = models.OneToOneField(Meeting, on_delete=models.PROTECT, related_name="card_reading")
    version = models.CharField(max_length=40)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(InsertOnly.Meta):
        abstract = False

    def __str__(self) -> str:
        return f"{self.version} at meeting {self.meeting_id}"


class CardAcknowledgement(InsertOnly):
    """One person at the meeting says that they know the test on the card."""

    entry = models.ForeignKey(RosterEntry, on_delete=models.PROTECT, related_name="card_acknowledgements")
    version = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta(InsertOnly.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(name="each_seat_acknowledges_a_card_once", fields=["entry", "version"]),
        ]

    def __str__(self) -> str:
        return f"{self.version} by seat {self.entry_id}"
