"""What is typed to set up panels: their rules, who always sits on them, agencies, and who letters name."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils import timezone

from meetings.actions.panels import RuleSet
from meetings.models import NON_VOTING_SEATS, AuthorityContact, Conflict, PanelConfig, Seat
from meetings.rules.circulation import LONGEST_COMMENT_DAYS
from meetings.rules.panels import LONGEST_DEADLINE_DAYS, LONGEST_ITEM_MINUTES, MOST_MEMBERS, Rules
from panel.forms.base import DateField, GovukForm, LineField, WordsField
from panel.models import Agency, User

WEB_ADDRESS = r"^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(/[A-Za-z0-9._~/-]*)?$"
COUNTED_SEATS = [(str(seat), seat.label) for seat in Seat if seat not in NON_VOTING_SEATS]


class NumberField(forms.IntegerField):
    """A whole number in a box as wide as one."""

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Two or three digits, typed on a phone's number pad."""
        return {
            **super().widget_attrs(widget),
            "class": "govuk-input govuk-input--width-3",
            "inputmode": "numeric",
        }


class RulesForm(GovukForm):
    """The rules of a panel from a day on."""

    valid_from = DateField(label="Rules count from")
    purpose = LineField(max_length=300, required=False, label="What the panel is for")
    minimum_total = NumberField(
        label="Voting members for a quorum", min_value=1, max_value=MOST_MEMBERS, initial=5
    )
    required_seats = forms.MultipleChoiceField(
        label="Seats that must be filled",
        choices=COUNTED_SEATS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="No item is decided unless somebody in each of these seats is present for it",
    )
    minimum_agencies = NumberField(
        label="Kinds of agency for a quorum", min_value=0, max_value=len(Agency.Kind), initial=3
    )
    required_agencies = forms.MultipleChoiceField(
        label="Kinds of agency that must each be there",
        choices=Agency.Kind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="No item is decided unless somebody from each of these is present for it, whatever their seat",
    )
    decides = forms.ChoiceField(
        label="Who decides after the panel has advised",
        choices=PanelConfig.Decides.choices,
        widget=forms.RadioSelect,
        initial=PanelConfig.Decides.OFFICER,
    )
    delegation_reference = LineField(
        max_length=100,
        label="Where the scheme of delegation says so",
        help_text="For example, “Scheme of delegation, SEND 4.2”. It is printed with every decision.",
    )
    minutes_per_item = NumberField(
        label="Minutes for an item", min_value=1, max_value=LONGEST_ITEM_MINUTES, initial=9
    )
    paper_deadline_days = NumberField(
        label="Days before the meeting by which papers are in",
        min_value=0,
        max_value=LONGEST_DEADLINE_DAYS,
        initial=7,
    )
    comment_days = NumberField(
        label="Working days in which those who were there correct the draft minutes",
        min_value=0,
        max_value=LONGEST_COMMENT_DAYS,
        initial=0,
        help_text="With 0 the chair may sign as soon as the minutes are prepared. Letters never wait for minutes",
    )
    own_setting_effect = forms.ChoiceField(
        label="A member who works at the child’s setting",
        choices=Conflict.Effect.choices,
        widget=forms.RadioSelect,
        initial=Conflict.Effect.LEAVES,
    )
    own_paper_effect = forms.ChoiceField(
        label="A member who wrote one of the papers",
        choices=Conflict.Effect.choices,
        widget=forms.RadioSelect,
        initial=Conflict.Effect.NO_VOTE,
    )
    pre_views = forms.BooleanField(
        required=False,
        label="Each voting member gives their own view before an item is discussed",
    )
    duty_lead = forms.ModelChoiceField(
        User.objects.none(),
        required=False,
        label="Lead professional on duty",
        empty_label="Nobody",
        help_text="Named where a place is at significant risk, unless the panel names somebody else",
    )
    hold_refusals = forms.BooleanField(
        required=False,
        label="Every refusal is to be moderated before its letter goes",
        help_text="Kept with the rules for the moderators. Nothing is held back by it: moderation comes with a later version",
    )
    hold_agreements_percent = NumberField(
        label="Agreements in a hundred that are to be moderated before their letters go",
        min_value=0,
        max_value=100,
        required=False,
        initial=0,
        help_text="0 or nothing for none",
    )
    staff_names = forms.ChoiceField(
        label="How staff are spoken of in the family’s and the setting’s version of the minutes",
        choices=PanelConfig.StaffNames.choices,
        widget=forms.RadioSelect,
        initial=PanelConfig.StaffNames.ROLES,
        help_text="Moderators never read a name. The minutes themselves name everybody",
    )
    send_label = "Record these rules"

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["duty_lead"]
        field.queryset = people

    def said(self) -> RuleSet:
        """What was entered, as the action takes it."""
        said = self.cleaned_data
        return RuleSet(
            rules=Rules(
                valid_from=said["valid_from"],
                delegation_reference=said["delegation_reference"],
                minimum_total=said["minimum_total"],
                minimum_agencies=said["minimum_agencies"],
                seats=frozenset(said["required_seats"]),
                agencies=frozenset(said["required_agencies"]),
                minutes_per_item=said["minutes_per_item"],
                paper_deadline_days=said["paper_deadline_days"],
                comment_days=said["comment_days"],
                hold_agreements_percent=said["hold_agreements_percent"] or 0,
            ),
            decides=PanelConfig.Decides(said["decides"]),
            own_setting_effect=Conflict.Effect(said["own_setting_effect"]),
            own_paper_effect=Conflict.Effect(said["own_paper_effect"]),
            pre_views=said["pre_views"],
            purpose=said["purpose"],
            duty_lead=said["duty_lead"],
            hold_refusals=said["hold_refusals"],
            staff_names=PanelConfig.StaffNames(said["staff_names"]),
        )


class PanelForm(RulesForm):
    """A new panel and its first rules."""

    name = LineField(label="Name of the panel", help_text="As minutes and letters call it")
    field_order = ("name", "purpose")
    send_label = "Set up this panel"


class StandingForm(GovukForm):
    """Somebody who is invited to every meeting of a panel."""

    user = forms.ModelChoiceField(User.objects.none(), label="Person", empty_label="Choose a person")
    seat = forms.ChoiceField(label="Sits as", choices=(("", "Choose a seat"), *Seat.choices))
    votes = forms.ChoiceField(
        label="Votes",
        choices=(("yes", "Yes"), ("no", "No, attends only")),
        widget=forms.RadioSelect,
        initial="yes",
        help_text="Observers and minute takers never vote",
    )
    starts_on = DateField(label="From")
    send_label = "Make them a standing member"

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"starts_on": timezone.localdate()}, **kwargs})
        field: Any = self.fields["user"]
        field.queryset = people

    @property
    def voting(self) -> bool:
        """Whether they vote: never in a seat that has no vote."""
        said = self.cleaned_data
        return said["votes"] == "yes" and Seat(said["seat"]) not in NON_VOTING_SEATS


class EndStandingForm(GovukForm):
    """The last day of a standing membership."""

    last_day = DateField(label="Last day")
    send_label = "End it on this day"


class AgencyForm(GovukForm):
    """A body that sends people to a panel."""

    name = LineField(label="Name", help_text="For example, “Children’s therapies”")
    kind = forms.ChoiceField(
        label="Kind",
        choices=Agency.Kind.choices,
        widget=forms.RadioSelect,
        help_text="The kinds are what a quorum counts",
    )
    send_label = "Put it on the list"


class ContactForm(GovukForm):
    """Who letters name for one purpose."""

    kind = forms.ChoiceField(label="Named as", choices=(("", "Choose one"), *AuthorityContact.Kind.choices))
    name = LineField(label="Name")
    lines = WordsField(label="Address", rows=4, max_length=500, required=False)
    phone = LineField(label="Telephone", max_length=40, required=False)
    email = forms.EmailField(
        label="E-mail address",
        required=False,
        error_messages={"invalid": "Enter an e-mail address like name@example.org"},
    )
    web = LineField(
        label="Web address",
        required=False,
        help_text="As it is printed, without “https://”",
        validators=[RegexValidator(WEB_ADDRESS, "Enter a web address like www.example.org/help")],
    )
    valid_from = DateField(
        label="In letters from", help_text="Letters made before this day keep what they say"
    )
    send_label = "Name them in letters"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"valid_from": timezone.localdate(), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
