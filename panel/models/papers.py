"""Papers sent in about a case."""

import datetime as dt
from enum import StrEnum
from typing import ClassVar

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from panel.models.base import Public
from panel.models.cases import Case
from panel.models.people import User
from panel.models.platform import Document
from panel.platform.machine import Labels, Machine, Transition
from panel.platform.policy import Role


class PaperState(StrEnum):
    """Uploads are looked at by a child process first; nobody can open a paper before it is accepted."""

    CHECKING = "checking"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


PAPER_MACHINE = Machine(
    name="paper",
    states={
        PaperState.CHECKING: Labels("Being checked", "Being checked"),
        PaperState.ACCEPTED: Labels("Ready to read", "Received"),
        PaperState.REFUSED: Labels("Not accepted", "Not accepted"),
        PaperState.WITHDRAWN: Labels("Withdrawn", "Withdrawn"),
    },
    initial=PaperState.CHECKING,
    transitions=(
        Transition(
            "paper.accept",
            frozenset({PaperState.CHECKING}),
            PaperState.ACCEPTED,
            "the inspection found it safe",
        ),
        Transition(
            "paper.refuse",
            frozenset({PaperState.CHECKING}),
            PaperState.REFUSED,
            "the inspection found a fault",
        ),
        Transition("paper.withdraw", frozenset({PaperState.ACCEPTED}), PaperState.WITHDRAWN, "a reason"),
    ),
)


class PaperKind(models.TextChoices):
    """What a paper is."""

    REQUEST = "request", "Request form"
    PARENT_VIEWS = "parent_views", "Parent or carer’s views"
    CHILD_VIEWS = "child_views", "Child or young person’s views"
    CYCLE = "cycle", "Assess, plan, do, review record"
    INDIVIDUAL_PLAN = "individual_plan", "Individual support plan"
    PROVISION_MAP = "provision_map", "Costed provision map"
    ATTAINMENT = "attainment", "Attainment"
    ATTENDANCE = "attendance", "School attendance"
    BEHAVIOUR = "behaviour", "Behaviour and suspensions"
    EP_ADVICE = "ep_advice", "Educational psychologist’s advice"
    THERAPY = "therapy", "Therapy report"
    MEDICAL = "medical", "Medical report"
    SPECIALIST_TEACHER = "specialist_teacher", "Specialist teacher’s report"
    SOCIAL_CARE = "social_care", "Social care or early help"
    CHRONOLOGY = "chronology", "School chronology"
    PRIVATE_REPORT = "private_report", "Private report"
    OTHER = "other", "Other"


class PaperQuerySet(models.QuerySet["Paper"]):
    """Every query about papers starts here, from the user."""

    def visible_to(self, user: User, now: dt.datetime) -> "PaperQuerySet":
        """Papers `user` may read outside a meeting: a clerk or officer those of every case she may see, a coordinator those of
        her own cases, and everyone what she sent in herself, recused or not. A professional sees nobody else's.
        """
        roles = user.roles_on(timezone.localdate(now))
        everywhere = bool(roles & {Role.CLERK, Role.OFFICER})
        coordinated = Q(case__coordinator=user) if Role.COORDINATOR in roles else Q(pk__in=[])
        reach = Q() if everywhere else coordinated
        own = Q() if everywhere or Role.PROFESSIONAL in roles else coordinated
        # Asked paper by paper: a page shows few of them, while the cases may be a hundred thousand.
        visible = Q(Exists(Case.objects.visible_to(user, now).filter(pk=OuterRef("case"))))
        return self.filter((visible & reach) | (Q(uploaded_by=user) & own))


class Paper(Public):
    """One paper. Its title and author are as written on it; its bytes live in a `Document` once accepted."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="papers")
    kind = models.CharField(max_length=20, choices=PaperKind.choices)
    title = models.CharField(max_length=200)
    author = models.CharField(max_length=200, blank=True)
    author_agency = models.CharField(max_length=200, blank=True)
    dated_on = models.DateField("date on the paper", null=True, blank=True)
    received_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="papers")
    state = models.CharField(
        max_length=20,
        choices=[(s.value, PAPER_MACHINE.states[s].staff) for s in PaperState],
        default=PaperState.CHECKING,
    )
    # The bytes as they came in, unread and unopenable, until the inspection has made `document` of them.
    quarantine_name = models.CharField(max_length=100, blank=True)
    document = models.OneToOneField(Document, on_delete=models.PROTECT, null=True, related_name="paper")
    shown_name = models.CharField(max_length=200)
    refusal = models.CharField(max_length=300, blank=True)
    withdrawn_because = models.CharField(max_length=300, blank=True)

    objects = PaperQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["case_id", "kind", "id"]
        indexes: ClassVar = [models.Index(fields=["state", "received_at"])]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="accepted_paper_has_document",
                condition=(Q(state__in=["accepted", "withdrawn"]) & Q(document__isnull=False))
                | (Q(state__in=["checking", "refused"]) & Q(document__isnull=True)),
            ),
            models.CheckConstraint(
                name="withdrawn_paper_says_why", condition=~Q(state="withdrawn") | ~Q(withdrawn_because="")
            ),
        ]

    def __str__(self) -> str:
        return f"paper {self.public_id}"
