"""What is typed about a service in the directory of support."""

from collections.abc import Iterable
from typing import Any

from django import forms

from panel.actions.support import Offer
from panel.forms.base import DateField, GovukForm, LineField
from panel.forms.cases import SearchField
from panel.law.support import OLDEST, Sought, districts_in
from panel.models import Need, Support


class SupportSearchForm(GovukForm):
    """What to look for. Posted and kept in the session, as with the cases: words and an age may be those of one child."""

    words = SearchField(required=False, label="Words")
    need = forms.ChoiceField(required=False, label="Need", choices=[("", "Any need"), *Need.choices])
    age = forms.IntegerField(
        required=False,
        label="Age, in years",
        min_value=0,
        max_value=OLDEST,
        widget=forms.NumberInput({"class": "govuk-input", "inputmode": "numeric"}),
        error_messages={
            "invalid": "Enter an age in whole years",
            "min_value": f"Enter an age between 0 and {OLDEST}",
            "max_value": f"Enter an age between 0 and {OLDEST}",
        },
    )
    area = forms.ChoiceField(required=False, label="Area")

    def __init__(self, *args: Any, areas: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["area"]
        field.choices = [("", "Any area"), *((area, area) for area in areas)]

    def said(self) -> list[str]:
        """What a valid form looks for, in the words of its own fields."""
        needs = dict(Need.choices)
        chosen = self.cleaned_data
        return [
            *([f"“{chosen['words']}”"] if chosen["words"] else ()),
            *([str(needs[chosen["need"]])] if chosen["need"] else ()),
            *([f"age {chosen['age']}"] if chosen["age"] is not None else ()),
            *([chosen["area"]] if chosen["area"] else ()),
        ]

    def sought(self) -> Sought:
        """What a valid form looks for."""
        return Sought(**self.cleaned_data)


class SupportForm(GovukForm):
    """What it is, who offers it, for whom, where, and how to get it."""

    name = LineField(label="Name of the service", max_length=100)
    offered_by = LineField(label="Who offers it", max_length=100)
    what = LineField(label="What it is", max_length=300, help_text="In words a family knows")
    how = LineField(
        label="How to get it", max_length=300, help_text="Who asks, and how: “Parents ring to book”"
    )
    contact = LineField(
        label="Contact for the public",
        max_length=200,
        help_text="A telephone number, address or web page that may be printed in a letter",
    )
    needs = forms.MultipleChoiceField(
        label="For which needs",
        choices=Need.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Tick none where it is for every need",
    )
    ages_from = forms.IntegerField(label="From which age, in years", min_value=0, max_value=OLDEST, initial=0)
    ages_to = forms.IntegerField(label="Up to which age", min_value=0, max_value=OLDEST, initial=OLDEST)
    area = LineField(label="Area", max_length=100, required=False, help_text="Empty for the whole county")
    districts = LineField(
        label="Postcodes of that area",
        max_length=200,
        required=False,
        help_text="The first halves, for example ZZ1, ZZ4. Empty for the whole county",
    )
    starts_on = DateField(label="From which day")
    send_label = "Put it in the directory"

    def offer(self) -> Offer:
        """What a valid form says."""
        said = {**self.cleaned_data, "districts": districts_in(self.cleaned_data["districts"])}
        said.pop("starts_on")
        return Offer(**said)


def said_of(support: Support) -> dict[str, Any]:
    """A service as the form's own values, for changing it."""
    names = ("name", "offered_by", "what", "how", "contact", "needs", "ages_from", "ages_to", "area")
    return {**{name: getattr(support, name) for name in names}, "districts": ", ".join(support.districts)}


class EndSupportForm(GovukForm):
    """The last day of a service."""

    last_day = DateField(label="Last day on which it is offered")
    send_label = "Record the last day"
