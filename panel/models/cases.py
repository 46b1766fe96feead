"""A case is one request about one person; a repeat is a new case linked to the one before."""

import datetime as dt
from enum import StrEnum
from typing import Any, ClassVar

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from panel.law.rules import RULE_SETS, Code
from panel.law.words import school_year
from panel.models.base import InsertOnly, Public
from panel.models.people import Person, Setting, User
from panel.models.platform import CaseGrant
from panel.platform.machine import Labels, Machine, Transition
from panel.platform.policy import Role


class CaseState(StrEnum):
    """Where the authority's own decisions have brought the case. What the family sees hangs on notified dates instead."""

    REQUESTED = "requested"
    ASSESSING = "assessing"
    NOT_ASSESSED = "not_assessed"
    DRAFTING = "drafting"
    NOT_ISSUED = "not_issued"
    ISSUED = "issued"
    WITHDRAWN = "withdrawn"


CASE_MACHINE = Machine(
    name="case",
    states={
        CaseState.REQUESTED: Labels("Deciding whether to assess", "We are deciding whether to assess"),
        CaseState.ASSESSING: Labels("Being assessed", "We are gathering advice for the assessment"),
        CaseState.NOT_ASSESSED: Labels("Not assessed", "We decided not to assess"),
        CaseState.DRAFTING: Labels("Plan being written", "We are writing the plan"),
        CaseState.NOT_ISSUED: Labels("Plan not issued", "We decided not to issue a plan"),
        CaseState.ISSUED: Labels("Plan issued", "The plan has been issued"),
        CaseState.WITHDRAWN: Labels("Withdrawn", "The request was withdrawn"),
    },
    initial=CaseState.REQUESTED,
    transitions=(
        Transition(
            "case.assess", frozenset({CaseState.REQUESTED}), CaseState.ASSESSING, "decision to assess"
        ),
        Transition(
            "case.not_assess",
            frozenset({CaseState.REQUESTED}),
            CaseState.NOT_ASSESSED,
            "decision not to assess",
        ),
        Transition("case.issue", frozenset({CaseState.ASSESSING}), CaseState.DRAFTING, "decision to issue"),
        Transition(
            "case.not_issue", frozenset({CaseState.ASSESSING}), CaseState.NOT_ISSUED, "decision not to issue"
        ),
        Transition(
            "case.set_aside_assess",
            frozenset({CaseState.ASSESSING, CaseState.NOT_ASSESSED}),
            CaseState.REQUESTED,
            "the decision was entered in error and set aside by two people before the family was told",
        ),
        Transition(
            "case.set_aside_issue",
            frozenset({CaseState.DRAFTING, CaseState.NOT_ISSUED}),
            CaseState.ASSESSING,
            "the decision was entered in error and set aside by two people before the family was told",
        ),
        Transition(
            "case.reopen_assess",
            frozenset({CaseState.NOT_ASSESSED}),
            CaseState.ASSESSING,
            "an order, an agreement, an appeal not opposed or a change of mind after the refusal",
        ),
        Transition(
            "case.reopen_issue",
            frozenset({CaseState.NOT_ISSUED}),
            CaseState.DRAFTING,
            "an order, an agreement, an appeal not opposed or a change of mind after the refusal",
        ),
        Transition(
            "case.refusal_stands_assess",
            frozenset({CaseState.ASSESSING}),
            CaseState.NOT_ASSESSED,
            "what had reopened the case was entered in error",
        ),
        Transition(
            "case.withdraw",
            frozenset({CaseState.REQUESTED, CaseState.ASSESSING}),
            CaseState.WITHDRAWN,
            "whoever made the request took it back",
        ),
        Transition(
            "case.resume_assess",
            frozenset({CaseState.WITHDRAWN}),
            CaseState.REQUESTED,
            "that the request was taken back was entered in error",
        ),
        Transition(
            "case.resume_issue",
            frozenset({CaseState.WITHDRAWN}),
            CaseState.ASSESSING,
            "that the request was taken back was entered in error",
        ),
        Transition(
            "case.refusal_stands_issue",
            frozenset({CaseState.DRAFTING}),
            CaseState.NOT_ISSUED,
            "what had reopened the case was entered in error",
        ),
    ),
)

_AFTER_ASSESS = (CaseState.ASSESSING.value, CaseState.NOT_ASSESSED.value)
_AFTER_ISSUE = (CaseState.DRAFTING.value, CaseState.NOT_ISSUED.value)
OPEN_STATES = (CaseState.REQUESTED, CaseState.ASSESSING, CaseState.DRAFTING)


class Need(models.TextChoices):
    """Primary need, in the codes of DfE's SEN2 return."""

    SPLD = "SPLD", "Specific learning difficulty"
    MLD = "MLD", "Moderate learning difficulty"
    SLD = "SLD", "Severe learning difficulty"
    PMLD = "PMLD", "Profound and multiple learning difficulty"
    SEMH = "SEMH", "Social, emotional and mental health"
    SLCN = "SLCN", "Speech, language and communication"
    HI = "HI", "Hearing impairment"
    VI = "VI", "Vision impairment"
    MSI = "MSI", "Multi-sensory impairment"
    PD = "PD", "Physical disability"
    ASD = "ASD", "Autism"
    DS = "DS", "Down syndrome"
    OTH = "OTH", "Other difficulty"


class RequestSource(models.TextChoices):
    """Who asked, in the codes of DfE's SEN2 return (RequestSource, mandatory from 2026)."""

    FAMILY = "1", "Parent or young person"
    SETTING = "2", "School or other setting"
    HEALTH = "3", "Health professional"
    SOCIAL_CARE = "4", "Social care professional"
    OTHER = "5", "Other"


class CaseQuerySet(models.QuerySet["Case"]):
    """Every query about cases starts here, from the user."""

    def visible_to(self, user: User, now: dt.datetime) -> "CaseQuerySet":
        """The cases `user` may list and open as staff. Denials and restrictions are subtracted for everyone, first.

        The same facts as `panel.platform.access.case_facts`; a test compares the two for every role. Panel members and
        families have no row here: they come in through their meeting's items and the family page.
        """
        roles = user.roles_on(timezone.localdate(now))
        reach = Q(pk__in=[])
        if Role.COORDINATOR in roles:
            reach |= Q(coordinator=user)
        if Role.PROFESSIONAL in roles:
            reach |= Q(submitted_by=user) | Q(pk__in=_paper_cases(user)) | Q(pk__in=_advice_cases(user))
        cases = self if roles & {Role.CLERK, Role.OFFICER} else self.filter(reach)
        return cases.filter(Q(restricted=False) | Exists(live_grants(user, now))).exclude(
            Exists(Denial.objects.live().filter(case=OuterRef("pk"), user=user))
        )

    def as_known_to(self, user: User, now: dt.datetime) -> "CaseQuerySet":
        """The same cases with `known_state`: to a professional a decision shows once the family was told of it, not before."""
        roles = user.roles_on(timezone.localdate(now))
        if roles & {Role.CLERK, Role.OFFICER}:
            return self.annotate(known_state=F("state"))
        own = Q(coordinator=user) if Role.COORDINATOR in roles else Q(pk__in=[])
        untold = models.Case(
            models.When(own, then=F("state")),
            models.When(
                assess_notified_on__isnull=True,
                state__in=[*_AFTER_ASSESS, *_AFTER_ISSUE],
                then=models.Value(CaseState.REQUESTED.value),
            ),
            models.When(
                issue_notified_on__isnull=True,
                state__in=_AFTER_ISSUE,
                then=models.Value(CaseState.ASSESSING.value),
            ),
            default=F("state"),
            output_field=models.CharField(),
        )
        return self.annotate(known_state=untold)


def live_grants(user: Any, now: dt.datetime, case: Any = None) -> models.QuerySet[CaseGrant]:
    """Grants of `user` in force at `now`, for an `Exists` over cases; `case`: of this case, or a reference to one."""
    about = OuterRef("pk") if case is None else case
    return CaseGrant.objects.filter(content_object=about, user=user, starts_at__lte=now, expires_at__gt=now)


def _paper_cases(user: User) -> Any:
    return Case.objects.filter(papers__uploaded_by=user).values("pk")


def _advice_cases(user: User) -> Any:
    return Case.objects.filter(advice_requests__adviser=user).values("pk")


class Case(Public):
    """One request. Legal dates are derived from what is recorded here.

    `next_duty`, `next_due_on` and the two restated days are an index, recomputed on change: a restated day is the one an order,
    an agreement or the like has put in the place of the day that follows from the request; null where that day counts.
    """

    reference = models.CharField(max_length=30, unique=True)
    child = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="cases")
    previous = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="later"
    )
    source = models.CharField("request made by", max_length=1, choices=RequestSource.choices)
    received_on = models.DateField("request received on")
    setting = models.ForeignKey(Setting, on_delete=models.PROTECT, null=True, blank=True)
    year_group = models.CharField(max_length=4, blank=True)
    primary_need = models.CharField(max_length=4, choices=Need.choices, blank=True)
    coordinator = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="coordinated"
    )
    submitted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="submitted"
    )
    state = models.CharField(
        max_length=20,
        choices=[(s.value, CASE_MACHINE.states[s].staff) for s in CaseState],
        default=CaseState.REQUESTED,
    )
    restricted = models.BooleanField(default=False)
    assess_notified_on = models.DateField(null=True, blank=True)
    issue_notified_on = models.DateField(null=True, blank=True)
    final_sent_on = models.DateField(null=True, blank=True)
    family_views = models.TextField(blank=True)
    child_views = models.TextField(blank=True)
    next_duty = models.CharField(max_length=4, blank=True)
    next_due_on = models.DateField(null=True, blank=True)
    assess_restated_on = models.DateField(null=True, blank=True)
    issue_restated_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField()

    objects = CaseQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["next_due_on", "id"]
        # Stored with each `CaseGrant`; asked for by nothing but `panel.platform.access`.
        permissions: ClassVar = [("view_restricted", "May see this restricted case")]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="case_notified_after_received",
                condition=(Q(assess_notified_on__isnull=True) | Q(assess_notified_on__gte=F("received_on")))
                & (Q(issue_notified_on__isnull=True) | Q(issue_notified_on__gte=F("received_on")))
                & (Q(final_sent_on__isnull=True) | Q(final_sent_on__gte=F("received_on"))),
            ),
            models.CheckConstraint(
                name="case_known_state", condition=Q(state__in=[s.value for s in CaseState])
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "next_due_on", "id"]),
            models.Index(fields=["next_due_on", "id"]),
            models.Index(fields=["coordinator", "next_due_on"]),
            models.Index(fields=["received_on", "id"]),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def year_words(self) -> str:
        """The school year in words; empty where none is recorded or none applies."""
        return school_year(self.year_group)

    @property
    def is_open(self) -> bool:
        """Whether its question is not answered yet. A case decided and not yet told owes the family the letter (`next_due_on`)."""
        return self.state in OPEN_STATES


class PriorOutcome(Public, InsertOnly):
    """A decision made before this system was in use, carried in by the import. Never a `Decision`."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="prior_outcomes")
    stage = models.CharField(max_length=10, choices=[("assess", "Assess"), ("issue", "Issue")])
    outcome = models.CharField(max_length=20)
    decided_on = models.DateField(null=True)
    notified_on = models.DateField(null=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True)

    class Meta(InsertOnly.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_prior_outcome_per_stage", fields=["case", "stage"]),
            models.CheckConstraint(
                name="prior_outcome_fits_stage",
                condition=Q(stage="assess", outcome__in=["assess", "not_assess"])
                | Q(stage="issue", outcome__in=["issue", "not_issue"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stage}: {self.outcome}"


class ExemptionQuerySet(models.QuerySet["Exemption"]):
    """Exemptions by whether they still stand."""

    def standing(self) -> "ExemptionQuerySet":
        """Those not taken back as entered in error."""
        return self.filter(taken_back_at__isnull=True)


class Exemption(Public):
    """A ground that excuses one stage of one case. It never moves a date (regs 5(4), 8(2), 10(4), 13(3)).

    Its end and the day the family was told may be filled in later. One entered in error is taken back with the reason, and
    stays as a row.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="exemptions")
    stage = models.CharField(max_length=2, choices=[(c, c) for c in ("C1", "C2", "C3", "C6")])
    ground = models.CharField(max_length=1, choices=[(c, c) for c in "abcd"])
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    impractical_because = models.TextField()
    told_family_on = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True)
    taken_back_at = models.DateTimeField(null=True, blank=True)
    taken_back_because = models.CharField(max_length=300, blank=True)

    objects = ExemptionQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="exemption_says_why", condition=~Q(impractical_because="")),
            models.CheckConstraint(
                name="exemption_taken_back_says_why",
                condition=Q(taken_back_at__isnull=True, taken_back_because="")
                | (Q(taken_back_at__isnull=False) & ~Q(taken_back_because="")),
            ),
            models.CheckConstraint(
                name="exemption_ends_after_start",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stage}({self.ground})"

    @property
    def stage_words(self) -> str:
        """What the stage owes, in words."""
        return RULE_SETS[-1].label[Code(self.stage)]


class DenialQuerySet(models.QuerySet["Denial"]):
    """Denials by whether they still stand."""

    def live(self) -> "DenialQuerySet":
        """Those not lifted."""
        return self.filter(lifted_at__isnull=True)


class Denial(Public):
    """This user is shut out of this case, whatever roles or grants say. Written by meetings, through an action here."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="denials")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="denials")
    source = models.CharField(max_length=60)
    since = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True)

    objects = DenialQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_live_denial", fields=["case", "user", "source"], condition=Q(lifted_at__isnull=True)
            )
        ]
        indexes: ClassVar = [models.Index(fields=["user", "case"])]

    def __str__(self) -> str:
        return f"denial {self.public_id}"
