"""A draft of the minutes lies before those who were there: until when, what they said, what was answered. All insert-only."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from meetings.models.meetings import AgendaItem
from meetings.models.minutes import Minutes
from panel.law.words import ended
from panel.models import InsertOnly, Public, User


class Circulation(Public, InsertOnly):
    """The clerk locked one version and put it before those who were there, who may comment until the end of a day.

    Put before them once more after that was taken back (`CirculationTakenBack`), the new row `supersedes` the one taken back.
    """

    minutes = models.ForeignKey(Minutes, on_delete=models.PROTECT, related_name="circulations")
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="superseded_by"
    )
    until_on = models.DateField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(InsertOnly.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_first_circulation_per_version",
                fields=["minutes"],
                condition=Q(supersedes__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"circulation {self.public_id}"


class CirculationTakenBack(InsertOnly):
    """A draft was locked by mistake: by whom that was taken back, when and why. What was said of it is kept."""

    circulation = models.OneToOneField(Circulation, on_delete=models.PROTECT, related_name="taken_back")
    because = models.CharField(max_length=500)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(InsertOnly.Meta):
        abstract = False
        constraints: ClassVar = [
            models.CheckConstraint(name="circulation_taken_back_says_why", condition=~Q(because=""))
        ]

    def __str__(self) -> str:
        return f"circulation {self.circulation_id} taken back"

    @property
    def sentence(self) -> str:
        """Why, as a sentence that others follow."""
        return ended(self.because)


class MinutesComment(Public, InsertOnly):
    """What somebody who was there says is not as it was, of the meeting or of one item. No words: nothing to correct."""

    circulation = models.ForeignKey(Circulation, on_delete=models.PROTECT, related_name="comments")
    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, null=True, related_name="+")
    words = models.TextField(blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(InsertOnly.Meta):
        abstract = False
        ordering: ClassVar = ["at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="nothing_to_correct_once", fields=["circulation", "by"], condition=Q(words="")
            ),
            models.CheckConstraint(
                name="nothing_to_correct_is_of_the_whole", condition=~Q(words="") | Q(item__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"comment {self.public_id}"

    @property
    def answer(self) -> "CommentAnswer | None":
        """What was said last of what becomes of it."""
        said = tuple(self.answers.all())
        return said[-1] if said else None


class CommentAnswer(InsertOnly):
    """What becomes of a comment: the record is corrected, or it stays as it is and why. A later one takes its place and says why."""

    comment = models.ForeignKey(MinutesComment, on_delete=models.PROTECT, related_name="answers")
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="superseded_by"
    )
    taken_up = models.BooleanField()
    words = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(InsertOnly.Meta):
        abstract = False
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="comment_not_taken_up_says_why", condition=Q(taken_up=True) | ~Q(words="")
            ),
            models.UniqueConstraint(
                name="one_first_answer_per_comment", fields=["comment"], condition=Q(supersedes__isnull=True)
            ),
            models.CheckConstraint(
                name="comment_answered_anew_says_why", condition=Q(supersedes__isnull=True) | ~Q(words="")
            ),
        ]

    def __str__(self) -> str:
        return f"answer to comment {self.comment_id}"
