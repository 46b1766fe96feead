"""The risk that a child's school place breaks down, and the lead professional who takes it on."""

import datetime as dt
from typing import ClassVar

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from meetings.models.decisions import Decision
from meetings.models.letters import Letter
from meetings.models.meetings import AgendaItem
from meetings.rules.risk import LEVEL_LABELS, Level
from meetings.rules.states import ItemState
from panel.models import Case, Denial, InsertOnly, Membership, Public, User
from panel.models.base import InsertOnlyQuerySet
from panel.models.cases import live_grants
from panel.platform.policy import TABLE, Role, Verb


class RiskQuerySet(InsertOnlyQuerySet):
    """Every query about risks starts here, from the user."""

    def visible_to(self, user: User, now: dt.datetime) -> "RiskQuerySet":
        """Risks raised at the items this user may see, those of the cases they answer for, and those in their own hands.

        Never one of a case closed to them. A school that sent a request in learns of it from the lead professional.
        """
        roles = user.roles_on(timezone.localdate(now))
        items = AgendaItem.objects.visible_to(user, now)
        cases = Case.objects.visible_to(user, now)
        if not roles & {Role.CLERK, Role.OFFICER}:
            cases = cases.filter(coordinator=user) if Role.COORDINATOR in roles else Case.objects.none()
        named = Q(case__restricted=False) | Q(Exists(live_grants(user, now, OuterRef("case"))))
        seen = self.filter(Q(lead=user) & named | Q(case__in=cases) | Q(item__in=items))
        return seen.exclude(Exists(Denial.objects.live().filter(case=OuterRef("case"), user=user)))

    def led_by(self, user: User, now: dt.datetime) -> "RiskQuerySet":
        """Those of `visible_to` that are in this user's own hands: whatever else opens a case, it names her where that is needed."""
        named = Q(case__restricted=False) | Q(Exists(live_grants(user, now, OuterRef("case"))))
        denied = Denial.objects.live().filter(case=OuterRef("case"), user=user)
        return self.filter(named, lead=user).exclude(Exists(denied))

    def with_lead_now(self, now: dt.datetime) -> "RiskQuerySet":
        """With `shut_out`: the lead professional may not see the case any more, or holds no role to lead it in."""
        lead = OuterRef("lead")
        denied = Denial.objects.live().filter(case=OuterRef("case"), user=lead)
        holding = Membership.objects.live(timezone.localdate(now)).filter(
            user=lead, role__in=list(TABLE[Verb.RISK_ANSWER])
        )
        unnamed = Q(case__restricted=True) & ~Q(Exists(live_grants(lead, now, OuterRef("case"))))
        gone = Q(Exists(denied)) | ~Q(Exists(holding)) | unnamed
        return self.annotate(
            shut_out=models.Case(
                models.When(Q(lead__isnull=False) & gone, then=True),
                default=False,
                output_field=models.BooleanField(),
            )
        )

    def with_letter_coming(self) -> "RiskQuerySet":
        """With `letter_coming`: a panel of the case is at its answer, or it is decided and no letter about it has gone yet."""
        standing = Decision.objects.filter(superseded_by=None, set_aside=None)
        answered = standing.filter(case=OuterRef("case"), stage=OuterRef("stage"))
        heard = AgendaItem.objects.filter(
            case=OuterRef("case"), state__in=[ItemState.IN_DISCUSSION, ItemState.RECOMMENDED]
        ).exclude(Exists(answered))
        written = Letter.objects.filter(decision=OuterRef("pk"), sent__isnull=False)
        decided = standing.filter(case=OuterRef("case")).exclude(Exists(written))
        return self.annotate(letter_coming=Exists(heard) | Exists(decided))

    def standing(self) -> "RiskQuerySet":
        """The last word on each case, whatever its level."""
        return self.filter(superseded_by=None)

    def open(self) -> "RiskQuerySet":
        """The risks that stand and are not over."""
        return self.standing().exclude(level=Level.NONE)


class Risk(Public, InsertOnly):
    """One judgement of the risk to a place. A new one supersedes the last: levels and leads are never edited."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="risks")
    # The panel's item in which it was raised; null where a coordinator or officer raised it between panels.
    item = models.ForeignKey(
        AgendaItem, on_delete=models.PROTECT, null=True, blank=True, related_name="risks"
    )
    level = models.CharField(max_length=12, choices=[(str(one), LEVEL_LABELS[one]) for one in Level])
    indicators = models.JSONField(default=list)
    words = models.TextField(blank=True)
    lead = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="led_risks")
    accept_by = models.DateField(null=True, blank=True)
    contact_by = models.DateField(null=True, blank=True)
    review_on = models.DateField(null=True, blank=True)
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects: ClassVar[RiskQuerySet] = RiskQuerySet.as_manager()  # type: ignore[assignment]

    class Meta(InsertOnly.Meta):
        abstract = False
        constraints: ClassVar = [
            models.CheckConstraint(
                name="lead_of_a_significant_risk",
                condition=Q(level__in=[Level.NONE, Level.WATCH])
                | Q(lead__isnull=False, review_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"risk {self.public_id}"


class RiskStep(Public, InsertOnly):
    """What the lead professional did: said yes, said no, reached the family. And that somebody told the family who she is."""

    class Kind(models.TextChoices):
        ACCEPTED = "accepted", "Taken on"
        DECLINED = "declined", "Not taken on"
        CONTACTED = "contacted", "Family contacted"
        TOLD = "told", "Family told who leads"

    risk = models.ForeignKey(Risk, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    on = models.DateField()
    words = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(InsertOnly.Meta):
        abstract = False
        ordering: ClassVar = ["risk_id", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="each_step_of_a_risk_once", fields=["risk", "kind"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.risk_id}"
