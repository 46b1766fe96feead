"""That health and social care were told of a decision (regs 5(2) and 10(2)). Whom it is owed to is read off the law, not kept."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from meetings.models.decisions import Decision
from panel.law.notices import BODIES
from panel.models import InsertOnly, User
from panel.models.base import InsertOnlyQuerySet


class BodyToldQuerySet(InsertOnlyQuerySet):
    """What counts: a row that was recorded by mistake is kept and counts nowhere."""

    def standing(self) -> "BodyToldQuerySet":
        """Those that were not recorded by mistake; one of a decision and a body at most."""
        return self.filter(mistake__isnull=True)


class BodyTold(InsertOnly):
    """One body was told of one decision: on which day, in which way, and who says so.

    Told after all, after a row that was a mistake (`BodyToldMistake`), the new row `supersedes` it.
    """

    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="superseded_by"
    )
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="bodies_told")
    body = models.CharField(max_length=20, choices=[(body.value, name) for body, name in BODIES.items()])
    on = models.DateField()
    how = models.CharField(max_length=200)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects: ClassVar[BodyToldQuerySet] = BodyToldQuerySet.as_manager()  # type: ignore[assignment]

    class Meta(InsertOnly.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="body_is_told_once_of_a_decision",
                fields=["decision", "body"],
                condition=Q(supersedes__isnull=True),
            ),
            models.CheckConstraint(name="body_told_says_how", condition=~Q(how="")),
        ]

    def __str__(self) -> str:
        return f"{self.body} told of decision {self.decision_id}"


class BodyToldMistake(InsertOnly):
    """That a body was told was recorded by mistake: the notice is owed again. The row it is about is kept."""

    told = models.OneToOneField(BodyTold, on_delete=models.PROTECT, related_name="mistake")
    because = models.CharField(max_length=500)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(InsertOnly.Meta):
        abstract = False
        constraints: ClassVar = [
            models.CheckConstraint(name="body_told_mistake_says_why", condition=~Q(because="")),
        ]

    def __str__(self) -> str:
        return f"mistake in {self.told_id}"


class BodiesRecorded(InsertOnly):
    """Since which day this database keeps that bodies were told, where letters had gone to families before.

    Of those older letters it does not know it, so nobody is counted as owed notice for them. Written once, by the migration that
    brought it; no row where every letter went later.
    """

    only = models.BooleanField(default=True, unique=True)
    since = models.DateField()

    class Meta(InsertOnly.Meta):
        abstract = False
        constraints: ClassVar = [models.CheckConstraint(name="bodies_recorded_once", condition=Q(only=True))]

    def __str__(self) -> str:
        return f"recorded since {self.since}"
