"""A member's own view before the discussion."""

from typing import Any

from crispy_forms_gds.layout import Layout
from django import forms

from meetings.actions.previews import WORDS_LIMIT
from meetings.rules.pre_views import choices_of
from panel.forms.base import GovukForm, WordsField
from panel.law.legal import ANSWER_LABELS, Answer, LegalTest, Limb

SURE = {1: "1: not sure at all", 2: "2", 3: "3: fairly sure", 4: "4", 5: "5: quite sure"}


class PreViewForm(GovukForm):
    """One answer per question of the legal test, what follows or that it is put off, and how sure the member is."""

    send_label = "Keep my view"

    confidence = forms.TypedChoiceField(
        label="How sure you are", coerce=int, choices=list(SURE.items()), widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, test: LegalTest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.test = test
        limbs: dict[str, forms.Field] = {
            f"limb_{limb.code}": _in_words(limb) if limb.in_words else _chosen(limb) for limb in test.limbs
        }
        outcome = forms.ChoiceField(
            label="What you would recommend",
            choices=choices_of(test),
            widget=forms.RadioSelect,
            error_messages={"required": "Choose what you would recommend"},
        )
        self.fields = {**limbs, "outcome": outcome, **self.fields}
        self.helper.layout = Layout(*self.layout_parts())

    def said(self) -> dict[str, Any]:
        """The arguments of the action."""
        typed = self.cleaned_data
        return {
            "answers": {limb.code: Answer(typed[f"limb_{limb.code}"]) for limb in self.test.deciding},
            "in_words": {limb.code: typed[f"limb_{limb.code}"] for limb in self.test.limbs if limb.in_words},
            "outcome": typed["outcome"],
            "confidence": typed["confidence"],
        }


def _chosen(limb: Limb) -> forms.Field:
    return forms.ChoiceField(
        label=limb.question,
        choices=[(answer.value, ANSWER_LABELS[answer]) for answer in Answer],
        widget=forms.RadioSelect,
        error_messages={"required": f"Answer the question “{limb.question}”"},
    )


def _in_words(limb: Limb) -> forms.Field:
    # The action says what is missing, in the words of the law.
    return WordsField(
        rows=3, max_length=WORDS_LIMIT, label=limb.question, help_text=limb.help, required=False
    )
