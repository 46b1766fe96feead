"""Panel types and the rules they work under, each valid from a day on. A meeting points to the rules it was held under."""

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import Q

from panel.models import Agency, InsertOnly, Public, User


class Seat(models.TextChoices):
    """What somebody sits on the panel as."""

    CHAIR = "chair", "Chair"
    VICE_CHAIR = "vice_chair", "Vice-chair"
    EDUCATIONAL_PSYCHOLOGIST = "educational_psychologist", "Educational psychologist"
    SEN_LEAD = "sen_lead", "SEN lead"
    SCHOOL = "school", "Head or SENCO"
    EARLY_YEARS = "early_years", "Early years"
    HEALTH = "health", "Health"
    SOCIAL_CARE = "social_care", "Social care"
    POST_16 = "post16", "Post-16"
    PARENT_CARER_REPRESENTATIVE = "parent_carer_representative", "Parent-carer representative"
    OBSERVER = "observer", "Observer"
    MINUTE_TAKER = "minute_taker", "Minute taker"


# These two seats never vote, whatever the roster says (practice.md A10, A11).
NON_VOTING_SEATS = frozenset({Seat.OBSERVER, Seat.MINUTE_TAKER})


class PanelType(Public):
    """A kind of panel, such as the inclusion panel."""

    name = models.CharField(max_length=200, unique=True)

    def __str__(self) -> str:
        return self.name


class PanelConfig(Public, InsertOnly):
    """The rules of a panel type from one day on. Never edited: new rules are a new row."""

    class Decides(models.TextChoices):
        OFFICER = "officer", "The designated officer"
        CHAIR = "chair", "The chair, under delegation"

    class StaffNames(models.TextChoices):
        ROLES = "roles", "By their role alone"
        NAMES = "names", "By name"

    panel_type = models.ForeignKey(PanelType, on_delete=models.PROTECT, related_name="configs")
    valid_from = models.DateField()
    purpose = models.CharField(max_length=300, blank=True)
    decides = models.CharField(max_length=10, choices=Decides.choices, default=Decides.OFFICER)
    delegation_reference = models.CharField(max_length=100)
    minimum_total = models.PositiveSmallIntegerField()
    required_seats = models.JSONField(default=list)
    minimum_agencies = models.PositiveSmallIntegerField()
    # Kinds of agency (`Agency.Kind`) of which somebody must be there, beside how many kinds there must be.
    required_agencies = models.JSONField(default=list)
    paper_deadline_days = models.PositiveSmallIntegerField(default=7)
    minutes_per_item = models.PositiveSmallIntegerField(default=9)
    own_setting_effect = models.CharField(max_length=10, default="leaves")
    own_paper_effect = models.CharField(max_length=10, default="no_vote")
    # Whether each voting member gives a view of their own before an item is discussed.
    pre_views = models.BooleanField(default=False)
    # How many working days those who were there have to correct the draft of the minutes; 0: the chair signs at once.
    comment_days = models.PositiveSmallIntegerField(default=0)
    # Who is named lead professional of a place at risk unless the panel names somebody else.
    duty_lead = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    # Which decisions a second pair of eyes looks at before their letters go: every refusal, so many agreements in a hundred.
    hold_refusals = models.BooleanField(default=False)
    hold_agreements_percent = models.PositiveSmallIntegerField(default=0)
    # How the family's and the setting's version of the minutes speak of staff (practice.md D4: roles unless policy says names).
    staff_names = models.CharField(max_length=5, choices=StaffNames.choices, default=StaffNames.ROLES)

    class Meta(InsertOnly.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_config_per_panel_and_day", fields=["panel_type", "valid_from"]),
            models.CheckConstraint(name="quorum_counts_somebody", condition=Q(minimum_total__gte=1)),
            models.CheckConstraint(
                name="held_agreements_are_a_percentage", condition=Q(hold_agreements_percent__lte=100)
            ),
        ]

    def __str__(self) -> str:
        return f"rules of {self.panel_type_id} from {self.valid_from}"

    @property
    def required_kinds(self) -> tuple[str, ...]:
        """The required agencies in words."""
        return tuple(str(Agency.Kind(kind).label) for kind in self.required_agencies)


def config_on(panel_type: PanelType, day: date) -> PanelConfig | None:
    """The rules in force for a panel type on `day`."""
    return panel_type.configs.filter(valid_from__lte=day).order_by("-valid_from").first()


class AuthorityContact(Public, InsertOnly):
    """Who a letter names, from one day on: the authority, its contact, SENDIASS, mediation, disagreement resolution."""

    class Kind(models.TextChoices):
        AUTHORITY = "authority", "The authority"
        CONTACT = "contact", "Contact for the family"
        SENDIASS = "sendiass", "Information, advice and support service"
        MEDIATION = "mediation", "Mediation adviser"
        DISAGREEMENT = "disagreement", "Disagreement resolution"
        TRIBUNAL = "tribunal", "First-tier Tribunal (SEND)"
        COMPLAINTS = "complaints", "Complaints"

    kind = models.CharField(max_length=20, choices=Kind.choices)
    valid_from = models.DateField()
    name = models.CharField(max_length=200)
    lines = models.TextField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    email = models.CharField(max_length=200, blank=True)
    web = models.CharField(max_length=200, blank=True)

    class Meta(InsertOnly.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_contact_per_kind_and_day", fields=["kind", "valid_from"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.name}"


class StandingMember(Public):
    """Somebody who is invited to every meeting of a panel type, from one day to another."""

    panel_type = models.ForeignKey(PanelType, on_delete=models.PROTECT, related_name="standing_members")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    seat = models.CharField(max_length=30, choices=Seat.choices)
    voting = models.BooleanField(default=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.user_id} as {self.seat}"
