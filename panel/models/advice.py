"""Advice asked for an assessment (SEND Regulations 2014, regs 6 and 8)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from panel.models.base import Public
from panel.models.cases import Case
from panel.models.people import User


class AdviceRequest(Public):
    """One request for advice under reg 6(1). When it is due is derived: six weeks from the body's receipt (reg 8(1))."""

    class Item(models.TextChoices):
        FAMILY = "a", "Parent or young person"
        SETTING = "b", "Setting"
        HEALTH = "c", "Health"
        PSYCHOLOGIST = "d", "Educational psychologist"
        SOCIAL_CARE = "e", "Social care"
        OTHER = "f", "Another person the authority thinks appropriate"
        ADULTHOOD = "g", "Preparation for adulthood"
        REQUESTED = "h", "Someone the family asked for"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="advice_requests")
    item = models.CharField(max_length=1, choices=Item.choices)
    body = models.CharField("who is asked", max_length=200)
    adviser = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="advice_asked"
    )
    requested_on = models.DateField()
    received_by_body_on = models.DateField(null=True, blank=True)
    received_on = models.DateField(null=True, blank=True)
    # Advice given before for any purpose and used again: only where all three say that it is enough (reg 6(4)).
    reused_from = models.CharField(max_length=200, blank=True)
    adviser_content_on = models.DateField(null=True, blank=True)
    authority_content_on = models.DateField(null=True, blank=True)
    family_content_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["case_id", "item", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="advice_comes_after_asking",
                condition=Q(received_on__isnull=True) | Q(received_on__gte=F("requested_on")),
            ),
            models.CheckConstraint(
                name="advice_used_again_satisfies_all_three",
                condition=Q(
                    reused_from="",
                    adviser_content_on__isnull=True,
                    authority_content_on__isnull=True,
                    family_content_on__isnull=True,
                )
                | (
                    ~Q(reused_from="")
                    & ~Q(item="a")
                    & Q(
                        adviser_content_on__isnull=False,
                        authority_content_on__isnull=False,
                        family_content_on__isnull=False,
                    )
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"advice {self.public_id}"
