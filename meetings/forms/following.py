"""What is looked for among the actions, and what became of one."""

from collections.abc import Iterable
from typing import Any

from django import forms

from meetings.queries.following import NOBODY, ActionChoices, ActionFilter
from meetings.rules.states import ACTION, ActionState
from panel.forms.base import GovukForm, WordsField

STATES = (
    ("open", "Open"),
    ("late", "Overdue"),
    *((str(state), ACTION.states[state].staff) for state in ActionState if state is not ActionState.OPEN),
    ("all", "All"),
)


class ActionFilterForm(GovukForm):
    """What to look for. Posted and kept in the session, so that nobody's name or key stands in an address or a log."""

    state = forms.ChoiceField(required=False, label="State", choices=STATES)
    panel = forms.ChoiceField(required=False, label="Panel")
    meeting = forms.ChoiceField(required=False, label="Meeting")
    body = forms.ChoiceField(required=False, label="Agency or setting")
    owner = forms.ChoiceField(required=False, label="Who")

    def __init__(self, *args: Any, choices: ActionChoices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer("panel", "Any panel", choices.panels)
        self._offer("meeting", "Any meeting", choices.meetings)
        self._offer("body", "Any of them", choices.bodies)
        self._offer("owner", "Anybody", ((NOBODY, "Nobody with an account"), *choices.owners))

    def _offer(self, name: str, anything: str, pairs: Iterable[tuple[int | str, str]]) -> None:
        field: Any = self.fields[name]
        field.choices = [("", anything), *((str(key), label) for key, label in pairs)]

    def wanted(self) -> ActionFilter:
        """The filter of a valid form."""
        said = self.cleaned_data
        keys = {name: int(said[name]) for name in ("panel", "meeting", "owner") if said[name]}
        return ActionFilter(state=said["state"] or "open", body=said["body"], **keys)


class ReportForm(GovukForm):
    """What became of an action. The sentence is asked for by the rule, with what it is about."""

    state = forms.ChoiceField(label="What became of it?", widget=forms.RadioSelect)
    words = WordsField(label="In a sentence", rows=2, max_length=500, required=False)
    send_label = "Record this"

    def __init__(self, *args: Any, stands: ActionState, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        closing = [one for one in ActionState if one is not ActionState.OPEN]
        field: Any = self.fields["state"]
        field.choices = (
            [(str(one), ACTION.states[one].staff) for one in closing]
            if stands is ActionState.OPEN
            else [(str(ActionState.OPEN), "It is open again")]
        )
        if stands is not ActionState.OPEN:
            field.initial = str(ActionState.OPEN)
