"""What is typed to ask a family to its own item."""

from typing import Any

from django import forms

from meetings.models import Attendance
from panel.forms.base import GovukForm
from panel.models import Person


class GuestForm(GovukForm):
    """Who is asked, and how they come."""

    person = forms.ModelChoiceField(
        Person.objects.none(), label="Who is asked", empty_label="Choose a person"
    )
    mode = forms.ChoiceField(
        label="How they come",
        choices=Attendance.Mode.choices,
        widget=forms.RadioSelect,
        initial=Attendance.Mode.ROOM,
    )
    send_label = "Ask them"

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["person"]
        field.queryset = people
        field.label_from_instance = lambda person: person.full_name
