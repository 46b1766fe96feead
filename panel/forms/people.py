"""What is typed about the people around a child."""

from collections.abc import Sequence
from typing import Any

from django import forms

from panel.forms.base import DateField, GovukForm, LineField, WordsField
from panel.models import Person, Relationship, Restriction

HOW_KNOWN_HELP = "For example: birth certificate seen, court order of 3 June 2026, request form"


def _bases() -> list[tuple[str, str]]:
    """Everything but the young person's own tie, which follows from the date of birth."""
    return [choice for choice in Relationship.Basis.choices if choice[0] != Relationship.Basis.SELF]


class AddPersonForm(GovukForm):
    """An adult around the child, and what their right to be told rests on."""

    forename = LineField(label="Forename")
    surname = LineField(label="Surname")
    kind = LineField(
        max_length=60, label="Relationship to the child", help_text="For example: mother, foster carer"
    )
    basis = forms.ChoiceField(
        label="What their right to be told rests on", choices=_bases, widget=forms.RadioSelect
    )
    how_known = LineField(required=False, label="How this is known", help_text=HOW_KNOWN_HELP)
    since = DateField(label="Since when", help_text="For a natural parent, the date of birth of the child")
    email = LineField(
        required=False,
        label="E-mail address",
        help_text="Only if letters may be announced there. Nobody else may share it.",
    )
    letter_format = forms.ChoiceField(
        label="How they want to be written to",
        choices=Person.Format.choices,
        initial=Person.Format.STANDARD,
        widget=forms.RadioSelect,
    )
    identity_known = forms.BooleanField(
        required=False, initial=True, label="Somebody has made sure who this person is"
    )
    send_label = "Add this person"


class YoungPersonForm(GovukForm):
    """How and where a young person is written to in their own right."""

    letter_format = forms.ChoiceField(
        label="How they want to be written to", choices=Person.Format.choices, widget=forms.RadioSelect
    )
    email = LineField(
        required=False,
        label="E-mail address",
        help_text="Their own, only if letters may be announced there. Without one, letters go by post.",
    )
    lines = WordsField(
        required=False, max_length=500, rows=4, label="Address", help_text="Without the postcode"
    )
    postcode = LineField(max_length=10, required=False, label="Postcode")
    confidential = forms.BooleanField(
        required=False, label="Keep this address from everybody else around them"
    )
    how_known = LineField(required=False, label="How the address is known", help_text=HOW_KNOWN_HELP)
    send_label = "Record them"

    def __init__(self, *args: Any, address_known: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if address_known:
            self.fields[
                "lines"
            ].help_text = "Without the postcode. Leave it empty to keep the address that is recorded."


class ContactForm(GovukForm):
    """Where letters are announced to somebody, and in what print they come."""

    email = LineField(
        required=False,
        label="E-mail address",
        help_text="Only if letters may be announced there. Nobody else may share it. Without one, letters go by post.",
    )
    letter_format = forms.ChoiceField(
        label="How they want to be written to", choices=Person.Format.choices, widget=forms.RadioSelect
    )
    # What the page showed when it was opened.
    seen = forms.CharField(required=False, max_length=16, widget=forms.HiddenInput)
    send_label = "Record this"


class AddressForm(GovukForm):
    """Where a person can be written to from a day on; both parts empty say that it is not known any more."""

    lines = WordsField(
        required=False,
        max_length=500,
        rows=4,
        label="Address",
        help_text="Without the postcode. Leave both empty if the address is not known any more.",
    )
    postcode = LineField(max_length=10, required=False, label="Postcode")
    confidential = forms.BooleanField(
        required=False, label="Keep this address from everybody else around the child"
    )
    valid_from = DateField(label="From which day")
    how_known = LineField(label="How this is known", help_text=HOW_KNOWN_HELP)
    send_label = "Record this address"


class DisputeForm(GovukForm):
    """Why a right is disputed."""

    because = LineField(max_length=500, label="What is disputed, and by whom")
    send_label = "Record the dispute"


class ResolveForm(GovukForm):
    """How a dispute ended."""

    because = LineField(max_length=500, label="How it was resolved")
    send_label = "Record that it is resolved"


class RestrictForm(GovukForm):
    """An order or another restriction."""

    kind = forms.ChoiceField(label="What it is", choices=Restriction.Kind.choices, widget=forms.RadioSelect)
    how_known = LineField(label="How this is known", help_text=HOW_KNOWN_HELP)
    starts_on = DateField(label="First day")
    ends_on = DateField(required=False, label="Last day", help_text="Leave empty if it has no end")
    send_label = "Record the restriction"


class LiftForm(GovukForm):
    """Which restriction is lifted, and why."""

    restriction = forms.ChoiceField(label="Which restriction", widget=forms.RadioSelect)
    because = LineField(max_length=500, label="Why it is lifted")
    send_label = "Lift the restriction"

    def __init__(self, *args: Any, standing: Sequence[Restriction], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["restriction"]
        field.choices = [
            (str(one.public_id), f"{one.get_kind_display()}, from {one.starts_on:%-d %B %Y}")
            for one in standing
        ]
        if len(standing) == 1:
            field.initial = str(standing[0].public_id)


class IdentityForm(GovukForm):
    """How it is known who somebody is."""

    how_known = LineField(label="How you know who this person is", help_text="For example: passport seen")
    send_label = "Confirm the identity"


class EndForm(GovukForm):
    """The last day a relationship held."""

    until = DateField(label="Last day")
    send_label = "End this entry"
