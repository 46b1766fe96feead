"""What is typed about coming to a meeting: an answer, a promise of confidentiality, why a meeting falls away."""

from typing import Any

from django import forms

from meetings.rules.invitations import SAID_LABELS, Said
from panel.forms.base import GovukForm, LineField, WordsField
from panel.models import User


class AnswerForm(GovukForm):
    """Whether somebody comes; who could come instead is asked only where there is somebody to choose."""

    said = forms.ChoiceField(
        label="Will you come?",
        choices=[(str(one), SAID_LABELS[one]) for one in Said],
        widget=forms.RadioSelect,
    )
    substitute = forms.ModelChoiceField(
        User.objects.none(),
        required=False,
        label="If not: who of your agency could come instead?",
        empty_label="Nobody",
        help_text="The clerk asks them. They need not be told by you.",
    )
    written_view = WordsField(
        label="Your written view, if you send one",
        rows=5,
        max_length=10_000,
        required=False,
        help_text="It is put before the meeting as it stands. A view does not count as a vote.",
    )
    send_label = "Send my answer"

    def __init__(self, *args: Any, substitutes: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["said"].error_messages["required"] = "Say whether you will come"
        field: Any = self.fields["substitute"]
        field.queryset = substitutes
        if not substitutes:
            del self.fields["substitute"]
            self.helper.layout = type(self.helper.layout)(*self.layout_parts())


class PromiseForm(GovukForm):
    """An observer’s promise. The version of the text she read goes with it."""

    version = forms.CharField(widget=forms.HiddenInput)
    send_label = "I promise this"


class CancelForm(GovukForm):
    """Why a meeting does not take place."""

    because = LineField(label="Why it does not take place", max_length=500)
    send_label = "Cancel the meeting"
