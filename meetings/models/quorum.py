"""What the chair says of advice whose quorum the attendance sheet, as it was put right since, does not show."""

from typing import ClassVar

from django.db import models

from meetings.models.decisions import Recommendation
from panel.models import InsertOnly, Public, User


class QuorumAnswer(Public, InsertOnly):
    """How it stands that the panel advised with a quorum which its attendance sheet does not show any more.

    It answers for the count it names; another change of the sheet asks anew.
    """

    recommendation = models.ForeignKey(
        Recommendation, on_delete=models.PROTECT, related_name="quorum_answers"
    )
    # The quorum as the sheet shows it now, in the words of the rule.
    sentence = models.CharField(max_length=500)
    because = models.CharField(max_length=500)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(InsertOnly.Meta):
        abstract = False
        constraints: ClassVar = [
            models.CheckConstraint(name="a_lost_quorum_is_answered_in_words", condition=~models.Q(because=""))
        ]

    def __str__(self) -> str:
        return f"answer {self.public_id}"
