"""That health and social care were told of a decision (regs 5(2) and 10(2)). Whom it is owed to is read off the law, not kept."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from meetings.models.decisions import Decision
from panel.law.notices import BODIES
from panel.models import InsertOnly, User


class BodyTold(InsertOnly):
    """One body was told of one decision: on which day, in which way, and who says so."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="bodies_told")
    body = models.CharField(max_length=20, choices=[(body.value, name) for body, name in BODIES.items()])
    on = models.DateField()
    how = models.CharField(max_length=200)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(InsertOnly.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(name="body_is_told_once_of_a_decision", fields=["decision", "body"]),
            models.CheckConstraint(name="body_told_says_how", condition=~Q(how="")),
        ]

    def __str__(self) -> str:
        return f"{self.body} told of decision {self.decision_id}"
