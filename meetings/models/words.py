"""Words put right after they were recorded: of a recommendation by whoever led the item, of a decision by the officer.

The row that was corrected stays as it was given. Outcome, answers, codes and dates are never among the words.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from meetings.models.decisions import Decision, Recommendation
from panel.models import InsertOnly, User


class _Words(InsertOnly):
    """All the words of one row as they stand from now on, by whom they were put right, and why."""

    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="superseded_by"
    )
    words = models.JSONField()
    because = models.CharField(max_length=500)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(InsertOnly.Meta):
        abstract = True


class WordsDraft(InsertOnly):
    """The words of a recommendation as a clerk finished them, for whoever led the item to confirm; shaped as `RecommendationWords`.

    They stand for nothing until then. The last one counts; it waits until words that take it up are recorded, or until it is
    returned.
    """

    recommendation = models.ForeignKey(Recommendation, on_delete=models.PROTECT, related_name="drafts")
    words = models.JSONField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(InsertOnly.Meta):
        abstract = False

    def __str__(self) -> str:
        return f"finished words of recommendation {self.recommendation_id}"


class WordsReturned(InsertOnly):
    """Whoever led the item does not confirm a clerk’s draft: what is to be said otherwise. The draft is kept, and waits no more."""

    draft = models.OneToOneField(WordsDraft, on_delete=models.PROTECT, related_name="returned")
    because = models.CharField(max_length=500)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(InsertOnly.Meta):
        abstract = False
        constraints: ClassVar = [
            models.CheckConstraint(name="words_returned_say_why", condition=~Q(because=""))
        ]

    def __str__(self) -> str:
        return f"draft {self.draft_id} returned"


class RecommendationWords(_Words):
    """Those of a recommendation: `{"limbs": {limb: reasons}, "reasons", "family_views_answered", "support_meanwhile"}`.

    `takes_up`: the draft of a clerk that was read before, whether or not its words were kept.
    """

    recommendation = models.ForeignKey(Recommendation, on_delete=models.PROTECT, related_name="words")
    takes_up = models.ForeignKey(WordsDraft, on_delete=models.PROTECT, null=True, related_name="taken_up_by")

    class Meta(_Words.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_first_correction_per_recommendation",
                fields=["recommendation"],
                condition=Q(supersedes__isnull=True),
            ),
            models.CheckConstraint(name="recommendation_words_say_why", condition=~Q(because="")),
        ]

    def __str__(self) -> str:
        return f"words of recommendation {self.recommendation_id}"


class DecisionWords(_Words):
    """Those of a decision: `{"limbs": {limb: reasons}, "reasons", "support_meanwhile", "departs_because", "no_panel_because"}`."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="words")

    class Meta(_Words.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_first_correction_per_decision",
                fields=["decision"],
                condition=Q(supersedes__isnull=True),
            ),
            models.CheckConstraint(name="decision_words_say_why", condition=~Q(because="")),
        ]

    def __str__(self) -> str:
        return f"words of decision {self.decision_id}"
