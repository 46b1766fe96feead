"""What is typed about the risk to a school place."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms

from meetings.rules.risk import INDICATORS, LEVEL_LABELS, Level
from panel.forms.base import DateField, GovukForm, LineField, WordsField
from panel.models import User


class RiskForm(GovukForm):
    """How much at risk, what shows it, in whose hands, until when."""

    level = forms.ChoiceField(
        label="How much is the place at risk?",
        choices=[(str(one), LEVEL_LABELS[one]) for one in Level],
        widget=forms.RadioSelect,
        help_text="From “significant” on somebody is named who takes it on and reaches the family within five working days",
    )
    indicators = forms.MultipleChoiceField(
        label="What shows it",
        choices=list(INDICATORS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    words = WordsField(label="What is known", rows=4, max_length=2_000, required=False)
    lead = forms.ModelChoiceField(
        User.objects.none(), required=False, label="Lead professional", empty_label="Nobody"
    )
    review_on = DateField(label="Look again on", required=False)
    send_label = "Record the risk"

    def __init__(self, *args: Any, people: Any, stands: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not stands:
            # Only a risk that was recorded can be over.
            level: Any = self.fields["level"]
            level.choices = [choice for choice in level.choices if choice[0] != Level.NONE]
        field: Any = self.fields["lead"]
        field.queryset = people


class ContactedForm(GovukForm):
    """The day the family was first reached."""

    asks: ClassVar[Mapping[str, str]] = {"on": "Enter the day the family was first reached"}
    on = DateField(label="First reached the family on")
    send_label = "Note this day"


class DeclineForm(GovukForm):
    """Why a lead professional cannot take it on."""

    words = LineField(label="Why you cannot", max_length=500)
    send_label = "I cannot take this on"


class LeadToldForm(GovukForm):
    """When and how the family was told who the lead professional is."""

    asks: ClassVar[Mapping[str, str]] = {"told_on": "Enter the day the family was told"}
    told_on = DateField(label="The day the family was told")
    how = LineField(
        label="How they were told",
        max_length=500,
        help_text="For example: by telephone, or in a letter of ours",
    )
    send_label = "Record that the family knows"
