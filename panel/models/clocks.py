"""What bears on a case's clock and is no decision of its own, and why a stage is late. Both are only ever added to."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from panel.models.base import InsertOnly, Public
from panel.models.cases import Case
from panel.models.people import Setting, User


class ClockEvent(Public, InsertOnly):
    """An order, an agreement, a change of mind, or a later step of the process. The clock is restated from these rows.

    A request that was taken back is one too: it ends what is owed (practice.md A6, A-WD).

    A wrong one is not changed: a row of kind `error`, or the right row, names it in `supersedes`. `details` holds what the
    kind needs (`ClockFact`), never free text.
    """

    class Kind(models.TextChoices):
        TRIBUNAL_ORDER = "tribunal_order", "The tribunal made an order"
        UNOPPOSED = "unopposed", "We told the tribunal that we do not oppose the appeal"
        MEDIATION_AGREEMENT = "mediation_agreement", "An agreement was made in mediation"
        REVERSED = "reversed", "We changed our mind, with none of these"
        TOLD = "told", "The family was told the new answer"
        DRAFT_SERVED = "draft_served", "The draft plan was sent to the family"
        FINAL_SENT = "final_sent", "The final plan was sent"
        CERTIFICATE = "certificate", "A mediation certificate was issued"
        ASSESSMENT_COMPLETED = "assessment_completed", "An earlier assessment was completed"
        WITHDRAWN = "withdrawn", "The request was taken back"
        ERROR = "error", "An earlier entry here was made in error"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="clock_events")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    on = models.DateField()
    details = models.JSONField(default=dict)
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT)

    class Meta(InsertOnly.Meta):
        abstract = False
        constraints: ClassVar = [
            models.CheckConstraint(
                name="clock_error_names_what", condition=~Q(kind="error") | Q(supersedes__isnull=False)
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["case", "on", "id"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"


class SchoolClosure(Public):
    """A stretch of days a setting is closed, or every setting where none is named: what regs 5(4)(a) and 10(4)(a) ask about.

    `closed_from` is the first closed day, `reopens_on` the first open one. A wrong one is taken off the list and stays as a row.
    """

    setting = models.ForeignKey(
        Setting, on_delete=models.PROTECT, null=True, blank=True, related_name="closures"
    )
    closed_from = models.DateField()
    reopens_on = models.DateField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-closed_from", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="closure_reopens_after_closing", condition=Q(reopens_on__gt=F("closed_from"))
            ),
            models.UniqueConstraint(
                name="one_closure_per_setting_and_day",
                fields=["setting", "closed_from"],
                condition=Q(removed_at__isnull=True, setting__isnull=False),
            ),
            # SQLite and PostgreSQL both hold two empty settings for different ones.
            models.UniqueConstraint(
                name="one_closure_of_every_setting_and_day",
                fields=["closed_from"],
                condition=Q(removed_at__isnull=True, setting__isnull=True),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["setting", "closed_from"])]

    def __str__(self) -> str:
        return f"closure from {self.closed_from}"


class DelayReason(Public, InsertOnly):
    """Why one stage of one case is late, when it can be done at the earliest, and when the family was told so and apologised to."""

    class Cause(models.TextChoices):
        PSYCHOLOGIST = "psychologist", "Educational psychologist’s advice outstanding"
        ADVICE = "advice", "Other advice outstanding"
        PANEL = "panel", "Waiting for a panel"
        STAFF = "staff", "No officer or coordinator free"
        CONSULTATION = "consultation", "A setting has not answered"
        FAMILY = "family", "Something in the family’s life"
        OURS = "ours", "An error of ours"
        OTHER = "other", "Something else"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="delay_reasons")
    stage = models.CharField(max_length=2, choices=[(c, c) for c in ("C1", "C3", "C6")])
    cause = models.CharField(max_length=20, choices=Cause.choices)
    reason = models.TextField()
    new_date = models.DateField()
    apology_told_on = models.DateField(null=True, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT)
    at = models.DateTimeField()

    class Meta(InsertOnly.Meta):
        abstract = False
        constraints: ClassVar = [
            models.CheckConstraint(name="delay_says_why", condition=~Q(reason="")),
        ]
        indexes: ClassVar = [models.Index(fields=["case", "stage", "id"])]

    def __str__(self) -> str:
        return f"{self.stage} {self.public_id}"
