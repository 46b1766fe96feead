"""What a panel says to a setting about its practice."""

from typing import Any

from crispy_forms_gds.layout import Layout
from django import forms

from meetings.rules.feedback import SEEN_AS_GAP, SEEN_AS_GOOD
from panel.forms.base import GovukForm, WordsField
from panel.platform.policy import Refused


class FeedbackForm(GovukForm):
    """Good practice and gaps, each by strand and in words."""

    good = forms.MultipleChoiceField(
        label="Good practice the panel saw",
        help_text="The graduated approach first, then what is ordinarily available",
        choices=list(SEEN_AS_GOOD.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    good_words = WordsField(label="In words", rows=3, max_length=2_000, required=False)
    gaps = forms.MultipleChoiceField(
        label="Gaps the panel saw",
        help_text="Feedback for the setting. A gap is never a reason to refuse a child",
        choices=list(SEEN_AS_GAP.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    gaps_words = WordsField(
        label="In words, and what would help",
        rows=3,
        max_length=2_000,
        required=False,
        help_text="Everybody who works with requests at the setting reads this: name no child and no colleague",
    )
    names_nobody = forms.BooleanField(label="I have read the words again: they name nobody", required=False)
    send_label = "Keep this feedback"

    def layout_parts(self) -> list[Any]:
        """The tick is asked for only once words were taken for a name."""
        parts = super().layout_parts()
        return parts if "names_nobody" in self.data else [part for part in parts if part != "names_nobody"]

    def refuse(self, no: Refused) -> None:
        """As every form; words taken for a name bring up the tick."""
        super().refuse(no)
        if no.code == "names":
            self.helper.layout = Layout(*super().layout_parts())
