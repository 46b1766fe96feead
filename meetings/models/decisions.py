"""What the panel advised, what the authority decided, and what follows: rows that are made once and kept.

The recommendation is the chair's, the decision the officer's (or a delegated chair's). A newer row names the one it
supersedes; the older stays as it was. Answers to the legal test are a list of
`{"limb", "answer", "reasons", "papers"}`, in the words and under the version of `panel.law.legal`.
"""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from meetings.models.meetings import AgendaItem, RosterEntry
from meetings.models.panels import PanelConfig
from meetings.rules.pre_views import PUT_OFF, PUT_OFF_LABEL
from panel.law.legal import Stage
from panel.models import Case, CaseState, InsertOnly, Public, User
from panel.models.base import InsertOnlyQuerySet

STAGES = [("assess", "Whether to assess"), ("issue", "Whether to issue a plan")]
OUTCOMES = [
    ("assess", "Assess"),
    ("not_assess", "Do not assess"),
    ("issue", "Issue a plan"),
    ("not_issue", "Do not issue a plan"),
]
OUTCOME_FITS_STAGE = Q(stage="assess", outcome__in=["assess", "not_assess"]) | Q(
    stage="issue", outcome__in=["issue", "not_issue"]
)
# Coded reasons belong to a refusal and to nothing else; there is no R7 (practice.md A6).
CODED_IF_REFUSAL = Q(outcome__in=["assess", "issue"], primary_reason="") | Q(
    outcome__in=["not_assess", "not_issue"], primary_reason__in=["", "R1", "R2", "R3", "R4", "R5", "R6", "R8"]
)

# The state in which a case waits for each question.
WAITS_IN = {Stage.ASSESS: CaseState.REQUESTED, Stage.ISSUE: CaseState.ASSESSING}


class PreView(InsertOnly):
    """A voting member's own view of an item before its discussion. Until the chair opens them all, nobody else reads it.

    `answers` holds one answer per limb, `in_words` what was considered of a question that is answered in words, `confidence` runs
    from 1 (unsure) to 5 (sure). `outcome` may also be that the question is put off (`rules.pre_views`). A later one of the same member
    supersedes; after the opening none is given.
    """

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="pre_views")
    entry = models.ForeignKey(RosterEntry, on_delete=models.PROTECT, related_name="pre_views")
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="superseded_by"
    )
    answers = models.JSONField()
    in_words = models.JSONField(default=dict)
    outcome = models.CharField(max_length=20, choices=[*OUTCOMES, (PUT_OFF, PUT_OFF_LABEL)])
    confidence = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta(InsertOnly.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_first_pre_view_per_member",
                fields=["item", "entry"],
                condition=Q(supersedes__isnull=True),
            ),
            models.CheckConstraint(
                name="pre_view_confidence_from_one_to_five", condition=Q(confidence__range=(1, 5))
            ),
        ]

    def __str__(self) -> str:
        return f"pre-view {self.pk}"


class Recommendation(Public, InsertOnly):
    """The panel's advice on one item, given by its chair, with the quorum as it stood."""

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="recommendations")
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="superseded_by"
    )
    stage = models.CharField(max_length=10, choices=STAGES)
    outcome = models.CharField(max_length=20, choices=OUTCOMES)
    test_version = models.CharField(max_length=30)
    answers = models.JSONField()
    reasons = models.TextField()
    family_views_answered = models.TextField(blank=True)
    # What help goes on or begins meanwhile, whatever the outcome; printed in the letter.
    support_meanwhile = models.TextField(blank=True)
    primary_reason = models.CharField(max_length=2, blank=True)
    other_reasons = models.JSONField(default=list)
    evidence_sought = models.CharField(max_length=300, blank=True)
    # What was had regard to (`panel.law.legal.Factor`), and a line about it: recorded, never weighed by the system.
    factors = models.JSONField(default=list)
    factors_words = models.CharField(max_length=500, blank=True)
    # Accepted papers that were not considered: `{"paper", "because"}`, the paper by its public id.
    papers_left_out = models.JSONField(default=list)
    quorum = models.JSONField()
    # Kept to its key reasons in the room: a letter needs more words, which are finished afterwards.
    unfinished = models.BooleanField(default=False)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    # When it was recorded, where the panel gave it on paper and `at` is earlier.
    entered_at = models.DateTimeField(null=True, blank=True)

    class Meta(InsertOnly.Meta):
        abstract = False
        constraints: ClassVar = [
            models.CheckConstraint(
                name="recommendation_entered_after_given",
                condition=Q(entered_at__isnull=True) | Q(entered_at__gte=F("at")),
            ),
            models.UniqueConstraint(
                name="one_first_recommendation_per_item",
                fields=["item"],
                condition=Q(supersedes__isnull=True),
            ),
            models.CheckConstraint(name="recommendation_fits_stage", condition=OUTCOME_FITS_STAGE),
            models.CheckConstraint(name="recommendation_coded_if_refusal", condition=CODED_IF_REFUSAL),
            models.CheckConstraint(name="recommendation_has_reasons", condition=~Q(reasons="")),
        ]

    def __str__(self) -> str:
        return f"recommendation {self.public_id}"


class SentBack(InsertOnly):
    """The officer wants the panel to look again before deciding, and why. The recommendation is kept as it was given."""

    recommendation = models.OneToOneField(Recommendation, on_delete=models.PROTECT, related_name="sent_back")
    because = models.CharField(max_length=500)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(InsertOnly.Meta):
        abstract = False
        constraints: ClassVar = [models.CheckConstraint(name="sent_back_says_why", condition=~Q(because=""))]

    def __str__(self) -> str:
        return f"recommendation {self.recommendation_id} sent back"


class DissentQuerySet(InsertOnlyQuerySet):
    """Dissents; what was put right since is kept, and no longer counts."""

    def standing(self) -> "DissentQuerySet":
        """What each member's dissent is now, in the order they were recorded."""
        return self.filter(superseded_by=None).exclude(text="").order_by("pk")


class Dissent(InsertOnly):
    """A member's disagreement with a recommendation, in their own words.

    `because`, `by` and `at` are of one that was put on record or put right after the item: by whom, when, and why not at the table.
    Without words it says that the member did not dissent after all.
    """

    recommendation = models.ForeignKey(Recommendation, on_delete=models.PROTECT, related_name="dissents")
    entry = models.ForeignKey(RosterEntry, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(blank=True)
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="superseded_by"
    )
    because = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = DissentQuerySet.as_manager()

    class Meta(InsertOnly.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_first_dissent_per_member",
                fields=["recommendation", "entry"],
                condition=Q(supersedes__isnull=True),
            ),
            models.CheckConstraint(
                name="dissent_says_why", condition=~Q(text="") | Q(supersedes__isnull=False)
            ),
            models.CheckConstraint(
                name="dissent_put_right_says_by_whom_and_why",
                condition=Q(supersedes__isnull=True, because="", by__isnull=True, at__isnull=True)
                | (~Q(because="") & Q(by__isnull=False, at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"dissent {self.pk}"


class NextStep(InsertOnly):
    """Who does what by when, as the panel agreed it."""

    recommendation = models.ForeignKey(Recommendation, on_delete=models.PROTECT, related_name="next_steps")
    position = models.PositiveSmallIntegerField()
    what = models.CharField(max_length=500)
    owner = models.CharField(max_length=200)
    agency = models.CharField(max_length=200)
    due_on = models.DateField()

    class Meta(InsertOnly.Meta):
        abstract = False
        ordering: ClassVar = ["recommendation_id", "position"]

    def __str__(self) -> str:
        return f"next step {self.pk}"


def question_waits(item: str) -> Q:
    """Whether the case of an agenda item, reached through `item`, still waits for the item's question to be answered."""
    found = Q()
    for stage, state in WAITS_IN.items():
        found |= Q(**{f"{item}__stage": stage.value, f"{item}__case__state": state.value})
    return found


class ItemWithdrawal(InsertOnly):
    """Why an item was taken off the day without being heard. The minutes give it; the request itself goes on."""

    item = models.OneToOneField(AgendaItem, on_delete=models.PROTECT, related_name="withdrawal")
    because = models.CharField(max_length=500)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(InsertOnly.Meta):
        abstract = False
        constraints: ClassVar = [
            models.CheckConstraint(name="item_withdrawal_says_why", condition=~Q(because=""))
        ]

    def __str__(self) -> str:
        return f"withdrawal of item {self.item_id}"


class Decision(Public, InsertOnly):
    """The authority's decision on one question about one case, by a named person under a named delegation."""

    class Route(models.TextChoices):
        PANEL = "panel", "After a panel"
        OFFICER = "officer", "Without a panel: none could sit in time"
        FAST_TRACK = "fast_track", "Without a panel: a clear agreement"
        RECONSIDERED = "reconsider", "On looking again at a refusal"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="decisions")
    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, null=True, related_name="decisions")
    recommendation = models.ForeignKey(
        Recommendation, on_delete=models.PROTECT, null=True, related_name="decisions"
    )
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="superseded_by"
    )
    config = models.ForeignKey(PanelConfig, on_delete=models.PROTECT, related_name="+")
    stage = models.CharField(max_length=10, choices=STAGES)
    route = models.CharField(max_length=10, choices=Route.choices)
    outcome = models.CharField(max_length=20, choices=OUTCOMES)
    test_version = models.CharField(max_length=30)
    answers = models.JSONField()
    reasons = models.TextField()
    primary_reason = models.CharField(max_length=2, blank=True)
    other_reasons = models.JSONField(default=list)
    evidence_sought = models.CharField(max_length=300, blank=True)
    # The officer's own answer to what the child and the family said; the panel's stands where its advice is followed.
    family_views_answered = models.TextField(blank=True)
    # What help goes on meanwhile, of an officer who departs or decides alone; else the panel's stands.
    support_meanwhile = models.TextField(blank=True)
    departs_because = models.TextField(blank=True)
    no_panel_because = models.TextField(blank=True)
    delegation_reference = models.CharField(max_length=100)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    by_role = models.CharField(max_length=30)
    decided_at = models.DateTimeField()
    entered_at = models.DateTimeField()

    class Meta(InsertOnly.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_first_decision_per_question",
                fields=["case", "stage"],
                condition=Q(supersedes__isnull=True),
            ),
            models.CheckConstraint(name="decision_fits_stage", condition=OUTCOME_FITS_STAGE),
            models.CheckConstraint(name="decision_coded_if_refusal", condition=CODED_IF_REFUSAL),
            models.CheckConstraint(
                name="decided_means_reasons_and_delegation",
                condition=~Q(reasons="") & ~Q(delegation_reference=""),
            ),
            models.CheckConstraint(
                name="panel_decision_rests_on_a_recommendation",
                condition=Q(route="panel", item__isnull=False, recommendation__isnull=False)
                | (Q(route="officer", recommendation__isnull=True) & ~Q(no_panel_because=""))
                | Q(route="fast_track", recommendation__isnull=True)
                | Q(route="reconsider", recommendation__isnull=True, item__isnull=True),
            ),
            models.CheckConstraint(
                name="refusals_are_never_fast_tracked",
                condition=~Q(route__in=["fast_track", "reconsider"]) | Q(outcome__in=["assess", "issue"]),
            ),
            models.CheckConstraint(
                name="decision_entered_after_made", condition=Q(entered_at__gte=F("decided_at"))
            ),
        ]
        # The few that went around a panel are looked for at each of its meetings.
        indexes: ClassVar = [models.Index(fields=["route", "decided_at"])]

    def __str__(self) -> str:
        return f"decision {self.public_id}"


class SetAsideProposal(Public, InsertOnly):
    """Somebody says a decision was keyed wrongly. Nothing changes until a second person confirms."""

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="set_aside_proposal")
    reason = models.CharField(max_length=500)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(InsertOnly.Meta):
        abstract = False
        constraints: ClassVar = [models.CheckConstraint(name="set_aside_says_why", condition=~Q(reason=""))]

    def __str__(self) -> str:
        return f"proposal to set aside decision {self.decision_id}"


class SetAside(Public, InsertOnly):
    """Two people agreed that a decision was entered in error, before anybody was told of it. Both rows are kept."""

    proposal = models.OneToOneField(SetAsideProposal, on_delete=models.PROTECT, related_name="confirmed")
    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="set_aside")
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(InsertOnly.Meta):
        abstract = False
        constraints: ClassVar = [
            models.CheckConstraint(name="set_aside_by_two_people", condition=~Q(by=F("proposed_by")))
        ]

    def __str__(self) -> str:
        return f"decision {self.decision_id} set aside"


class PlanningOffer(Public):
    """The offer of an Inclusion Planning Meeting that goes with every refusal. Held, it turns the no into support."""

    class Reply(models.TextChoices):
        NONE = "none", "No reply yet"
        ACCEPTED = "accepted", "Accepted"
        DECLINED = "declined", "Declined"

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="planning_offer")
    lead = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="planning_led"
    )
    offered_on = models.DateField(null=True, blank=True)
    reply = models.CharField(max_length=10, choices=Reply.choices, default=Reply.NONE)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"offer {self.public_id}"
