"""Who was asked to a meeting and what they answered; what an observer promised before anything was opened to her."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from meetings.models.meetings import Meeting
from meetings.rules.invitations import CONFIDENTIALITY, SAID_SHORT, Occasion, Said
from panel.models import InsertOnly, Public, User


class Invitation(Public, InsertOnly):
    """One message about a meeting to one person: come, come at this other time, or do not come.

    It names the user, not the seat: a seat may be taken away, and what was sent stays. `sequence` is the calendar’s own
    count of the versions of an entry, which goes up with each message.
    """

    class Kind(models.TextChoices):
        REQUEST = "request", "Invited"
        CANCEL = "cancel", "Called off"

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="invitations")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    sequence = models.PositiveIntegerField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    venue = models.CharField(max_length=200)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(InsertOnly.Meta):
        abstract = False
        ordering: ClassVar = ["meeting_id", "user_id", "sequence"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_invitation_per_sequence", fields=["meeting", "user", "sequence"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.sequence} of meeting {self.meeting_id}"

    @property
    def occasion(self) -> Occasion:
        """When and where it said the meeting is."""
        return Occasion(self.starts_at, self.ends_at, self.venue)


class InvitationAnswer(Public, InsertOnly):
    """What somebody answers. A new answer supersedes the last; one given for another time of the meeting counts no more."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="answers")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    said = models.CharField(max_length=10, choices=[(str(one), SAID_SHORT[one]) for one in Said])
    starts_at = models.DateTimeField()
    substitute = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    written_view = models.TextField(blank=True)
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )
    at = models.DateTimeField()

    class Meta(InsertOnly.Meta):
        abstract = False
        constraints: ClassVar = [
            models.CheckConstraint(
                name="whoever_comes_sends_nobody",
                condition=Q(substitute__isnull=True) | ~Q(said__in=["room", "video"]),
            ),
            models.UniqueConstraint(
                name="one_first_answer", fields=["meeting", "user"], condition=Q(supersedes__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"answer {self.public_id}"


class Acknowledgement(InsertOnly):
    """Somebody’s promise to keep confidential what she learns at one meeting, and the version of the text she read."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="acknowledgements")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    text_version = models.CharField(max_length=20, choices=[(one, one) for one in CONFIDENTIALITY])
    at = models.DateTimeField()
    # Signed on paper: on which day, and who entered it. Both are empty where she promised it by screen herself.
    signed_on = models.DateField(null=True, blank=True)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta(InsertOnly.Meta):
        abstract = False
        constraints: ClassVar = [
            models.CheckConstraint(
                name="a_promise_on_paper_has_its_day_and_its_clerk",
                condition=Q(signed_on__isnull=True, recorded_by__isnull=True)
                | Q(signed_on__isnull=False, recorded_by__isnull=False),
            ),
            models.UniqueConstraint(
                name="one_acknowledgement_per_meeting_and_person", fields=["meeting", "user"]
            ),
        ]

    def __str__(self) -> str:
        return f"acknowledgement {self.text_version} of {self.user_id}"
