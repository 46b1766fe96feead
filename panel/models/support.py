"""The directory of support: what there is for children and families without a plan, or while they wait."""

from datetime import date, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from panel.law.support import OLDEST, Scope
from panel.law.words import ended
from panel.models.base import Public
from panel.models.cases import Need
from panel.models.people import User


class SupportQuerySet(models.QuerySet["Support"]):
    """Services by date."""

    def live(self, day: date) -> "SupportQuerySet":
        """Begun on or before `day` and not ended before it. The last day counts."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day)


class Support(Public):
    """One service as it is offered from one day to another, both inclusive. A change is a new row that begins as this ends.

    `districts`: first halves of postcodes; none for the whole county. `needs`: codes of `Need`; none for every need.
    """

    name = models.CharField(max_length=100)
    offered_by = models.CharField(max_length=100)
    what = models.CharField(max_length=300)
    contact = models.CharField(max_length=200)
    how = models.CharField(max_length=300)
    needs = models.JSONField(default=list, blank=True)
    ages_from = models.PositiveSmallIntegerField(default=0)
    ages_to = models.PositiveSmallIntegerField(default=OLDEST)
    area = models.CharField(max_length=100, blank=True)
    districts = models.JSONField(default=list, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )
    recorded_at = models.DateTimeField()
    # Null for what came with the demonstration.
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = SupportQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="support_ends_after_start",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
            ),
            models.CheckConstraint(
                name="support_ages_in_order",
                condition=Q(ages_from__lte=F("ages_to")) & Q(ages_to__lte=OLDEST),
            ),
            models.CheckConstraint(
                name="support_says_what_and_how", condition=~Q(what="") & ~Q(how="") & ~Q(contact="")
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def scope(self) -> Scope:
        """For whom it is."""
        return Scope(frozenset(self.needs), self.ages_from, self.ages_to, frozenset(self.districts))

    @property
    def for_whom(self) -> str:
        """For whom it is, in words."""
        labels = [str(Need(code).label) for code in self.needs] or ["Any need"]
        return "; ".join([*labels, f"{self.ages_from} to {self.ages_to} years"])

    @property
    def where(self) -> str:
        """The area it serves, in words."""
        return self.area or ", ".join(self.districts) or "Whole county"

    @property
    def everywhere(self) -> bool:
        """Whether it serves the whole county."""
        return not self.area and not self.districts

    @property
    def text(self) -> str:
        """Everything somebody may look for it by."""
        said = (self.name, self.offered_by, self.what, self.how, self.contact, self.for_whom, self.where)
        return " ".join((*said, *self.districts))

    @property
    def sentence(self) -> str:
        """What a family is told of it: what it is, who offers it, how to get it and whom to ask."""
        return f"{self.name} ({self.offered_by}): {ended(self.what)} {ended(self.how)} Contact: {ended(self.contact)}"

    @property
    def step(self) -> str:
        """What a next step that uses it says."""
        return f"{self.name}: {ended(self.how)} Contact: {ended(self.contact)}"


def day_before(day: date) -> date:
    """The last day of what a row beginning on `day` replaces."""
    return day - timedelta(days=1)
