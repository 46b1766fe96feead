"""An item put off to another panel: why, what is missing and who gets it, that the family was told, or that it was taken back."""

from typing import ClassVar

from django.db import models
from django.db.models import Exists, OuterRef, Q

from meetings.models.decisions import question_waits
from meetings.models.meetings import AgendaItem, Meeting
from panel.models import InsertOnly, User
from panel.models.base import InsertOnlyQuerySet


class DeferralQuerySet(InsertOnlyQuerySet):
    """Deferrals by what has become of the question that was put off. One that was taken back is kept, and counts nowhere."""

    def standing(self) -> "DeferralQuerySet":
        """Those that were not taken back; one of an item at most."""
        return self.filter(taken_back__isnull=True)

    def unanswered(self) -> "DeferralQuerySet":
        """Those whose question still waits for a panel: it was neither decided nor withdrawn since."""
        return self.standing().filter(question_waits("item"))

    def last_word(self) -> "DeferralQuerySet":
        """Of a question put off more than once, the last time."""
        return self.standing().exclude(Exists(Deferral.objects.later()))

    def later(self) -> "DeferralQuerySet":
        """For an `Exists` over deferrals: those by which the same question was put off again since."""
        return self.standing().filter(
            item__case=OuterRef("item__case"), item__stage=OuterRef("item__stage"), pk__gt=OuterRef("pk")
        )

    def owing_a_word(self) -> "DeferralQuerySet":
        """Those of which a family is to be told: their answer will be late, and nobody has said so yet."""
        return self.unanswered().last_word().filter(makes_late=True, notice__isnull=True)


class Deferral(InsertOnly):
    """Why an item was put off, what is missing, who on the authority's side gets it and by when. The clock runs on.

    `next_meeting` has the question on its list again. `makes_late`: as things stood, the family's answer would come after its
    legal date; then the family is owed a word (`DeferralNotice`). `late_because` says why that is so, or why there is no meeting yet.
    Put off once more after that was taken back (`DeferralTakenBack`), the new row `supersedes` the one taken back.
    """

    class Reason(models.TextChoices):
        INFORMATION = "info", "Information is missing"
        QUORUM = "quorum", "No quorum"
        TIME = "time", "No time"

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="deferrals")
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="superseded_by"
    )
    reason = models.CharField(max_length=10, choices=Reason.choices)
    missing = models.CharField(max_length=500, blank=True)
    owner = models.CharField(max_length=200, blank=True)
    by_when = models.DateField(null=True)
    next_meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, null=True, related_name="+")
    makes_late = models.BooleanField(default=False)
    late_because = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects: ClassVar[DeferralQuerySet] = DeferralQuerySet.as_manager()  # type: ignore[assignment]

    class Meta(InsertOnly.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_first_deferral_per_item", fields=["item"], condition=Q(supersedes__isnull=True)
            ),
            models.CheckConstraint(
                name="deferral_to_a_late_meeting_says_why",
                condition=Q(makes_late=False) | Q(next_meeting__isnull=True) | ~Q(late_because=""),
            ),
            models.CheckConstraint(
                name="deferral_for_information_names_it",
                condition=~Q(reason="info") | (~Q(missing="") & ~Q(owner="") & Q(by_when__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"deferral of item {self.item_id}"


class DeferralTakenBack(InsertOnly):
    """An item was put off by mistake: by whom that was taken back, when and why. The deferral is kept, and counts no more."""

    deferral = models.OneToOneField(Deferral, on_delete=models.PROTECT, related_name="taken_back")
    because = models.CharField(max_length=500)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(InsertOnly.Meta):
        abstract = False
        constraints: ClassVar = [
            models.CheckConstraint(name="deferral_taken_back_says_why", condition=~Q(because=""))
        ]

    def __str__(self) -> str:
        return f"deferral {self.deferral_id} taken back"


class DeferralNotice(InsertOnly):
    """The family was told that their answer will be later than the law says, and when it is now expected."""

    deferral = models.OneToOneField(Deferral, on_delete=models.PROTECT, related_name="notice")
    told_on = models.DateField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(InsertOnly.Meta):
        abstract = False

    def __str__(self) -> str:
        return f"notice of deferral {self.deferral_id}"
