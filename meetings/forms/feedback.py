"""What a panel says to a setting about its practice."""

from collections.abc import Mapping
from typing import ClassVar

from django import forms

from meetings.forms.naming import NamesForm
from meetings.rules.feedback import SEEN_AS_GAP, SEEN_AS_GOOD
from panel.forms.base import DateField, GovukForm, LineField, WordsField


class FeedbackForm(NamesForm):
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
    send_label = "Keep this feedback"


class NoticeSentForm(GovukForm):
    """When and how a sheet went to a setting."""

    asks: ClassVar[Mapping[str, str]] = {"on": "Enter the day the sheet went"}
    on = DateField(label="The day it went")
    how = LineField(
        label="How it went", max_length=200, help_text="For example: by post to the head, or handed over"
    )
    send_label = "Record that it went"
