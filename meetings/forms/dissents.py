"""What is typed to put a member's dissent on record, or right, once the item is over."""

from collections.abc import Iterable
from typing import Any

from django import forms

from meetings.models import RosterEntry
from panel.forms.base import GovukForm, LineField, WordsField
from panel.law.words import inside


class DissentForm(GovukForm):
    """Whose dissent, in their own words, and why it is written only now. No words take it back."""

    entry = forms.ModelChoiceField(
        queryset=RosterEntry.objects.none(), label="Who did not agree", empty_label="Choose"
    )
    text = WordsField(
        rows=4,
        required=False,
        label="Why, in their own words",
        help_text="Leave it empty to say that this member did agree after all.",
    )
    because = LineField(
        max_length=500,
        label="Why it is put right",
        help_text="Kept in the record. For example: it was said at the table and not taken down.",
    )
    send_label = "Put it on record"

    def __init__(self, *args: Any, members: Iterable[RosterEntry], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seats = tuple(members)
        field: Any = self.fields["entry"]
        field.queryset = RosterEntry.objects.filter(pk__in=[seat.pk for seat in seats])
        field.choices = [
            ("", "Choose"),
            *((seat.pk, f"{seat.user.name}, {inside(seat.get_seat_display())}") for seat in seats),
        ]
