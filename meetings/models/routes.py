"""The ways around a panel's discussion: the consent list, what a panel notes of other routes, and looking at a refusal again."""

from typing import ClassVar, cast

from django.db import models
from django.db.models import Q

from meetings.models.decisions import OUTCOMES, STAGES, Decision, Recommendation
from meetings.models.meetings import AgendaItem, Meeting
from panel.models import Case, ClockEvent, InsertOnly, PriorOutcome, Public, User

AGREEMENTS = ("assess", "issue")


class ConsentEntry(Public):
    """An agreement so clear that the panel may note it together with others, with the answers and reasons it would note.

    It stands until somebody takes it off, to be heard in full, or the chair notes it: then `recommendation` is the panel's own
    record, made as any other. `reasons_by`: whose reasons these are.
    """

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="consent_entries")
    outcome = models.CharField(max_length=20, choices=OUTCOMES)
    answers = models.JSONField()
    reasons = models.TextField()
    support_meanwhile = models.TextField(blank=True)
    reasons_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    taken_off_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    taken_off_at = models.DateTimeField(null=True)
    recommendation = models.OneToOneField(
        Recommendation, on_delete=models.PROTECT, null=True, related_name="consent"
    )

    class Meta:
        ordering: ClassVar = ["item_id", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(name="refusals_are_never_on_consent", condition=Q(outcome__in=AGREEMENTS)),
            models.CheckConstraint(name="consent_has_reasons", condition=~Q(reasons="")),
            models.UniqueConstraint(
                name="one_consent_entry_per_item", fields=["item"], condition=Q(taken_off_at__isnull=True)
            ),
            models.CheckConstraint(
                name="consent_taken_off_by_somebody",
                condition=Q(taken_off_at__isnull=True, taken_off_by__isnull=True)
                | Q(taken_off_at__isnull=False, taken_off_by__isnull=False, recommendation__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"consent entry {self.public_id}"


class Reconsideration(Public, InsertOnly):
    """The authority looks again at a refusal the family was told of, and why. The refusal itself stays as it was made.

    `decision` or, for one from before this system, `prior` is the refusal. What came of it is its `Reconsidered`.
    """

    class Cause(models.TextChoices):
        MEDIATION = "mediation", "An agreement in mediation"
        EVIDENCE = "evidence", "New evidence"
        MODERATION = "moderation", "A finding of moderation"
        TRIBUNAL = "tribunal", "An order of the tribunal"
        CONCESSION = "concession", "We no longer hold to it"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="reconsiderations")
    stage = models.CharField(max_length=10, choices=STAGES)
    decision = models.ForeignKey(
        Decision, on_delete=models.PROTECT, null=True, related_name="reconsiderations"
    )
    prior = models.ForeignKey(
        PriorOutcome, on_delete=models.PROTECT, null=True, related_name="reconsiderations"
    )
    cause = models.CharField(max_length=12, choices=Cause.choices)
    because = models.TextField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(InsertOnly.Meta):
        abstract = False
        constraints: ClassVar = [
            models.CheckConstraint(name="reconsideration_says_why", condition=~Q(because="")),
            models.CheckConstraint(
                name="reconsideration_is_of_one_refusal",
                condition=Q(decision__isnull=False, prior__isnull=True)
                | Q(decision__isnull=True, prior__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"reconsideration {self.public_id}"


class Reconsidered(Public, InsertOnly):
    """What came of looking again: a new decision that agrees, or the refusal stands, with the reason.

    `event` is what restates the case's dates: the order, the agreement, or the change of mind that came with the decision.
    """

    reconsideration = models.OneToOneField(
        Reconsideration, on_delete=models.PROTECT, related_name="reconsidered"
    )
    decision = models.OneToOneField(
        Decision, on_delete=models.PROTECT, null=True, related_name="reconsidered"
    )
    event = models.ForeignKey(ClockEvent, on_delete=models.PROTECT, null=True, related_name="+")
    stands_because = models.TextField(blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(InsertOnly.Meta):
        abstract = False
        constraints: ClassVar = [
            models.CheckConstraint(
                name="reconsidered_decides_or_says_why_not",
                condition=Q(decision__isnull=False, event__isnull=False, stands_because="")
                | (Q(decision__isnull=True, event__isnull=True) & ~Q(stands_because="")),
            ),
        ]

    def __str__(self) -> str:
        return f"outcome of reconsideration {self.reconsideration_id}"


class Noting(Public, InsertOnly):
    """A panel noted at its meeting what was decided without it: a decision, or an order, an agreement or a change of mind."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="notings")
    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, null=True, related_name="noting")
    event = models.OneToOneField(ClockEvent, on_delete=models.PROTECT, null=True, related_name="noting")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(InsertOnly.Meta):
        abstract = False
        constraints: ClassVar = [
            models.CheckConstraint(
                name="noting_is_of_one_thing",
                condition=Q(decision__isnull=False, event__isnull=True)
                | Q(decision__isnull=True, event__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"noting {self.public_id}"

    @property
    def subject(self) -> Decision | ClockEvent:
        """What was noted: always one of the two."""
        return self.decision if self.decision is not None else cast("ClockEvent", self.event)
