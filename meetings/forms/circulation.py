"""What is typed about a draft of the minutes: until when to comment, a comment, and what becomes of it."""

from datetime import date
from typing import Any

from django import forms

from meetings.actions.circulation import ANSWER_LIMIT, WORDS_LIMIT
from meetings.models import AgendaItem, CommentAnswer
from panel.forms.base import DateField, GovukForm, LineField, WordsField

NOTHING, SOMETHING = "nothing", "something"
CORRECT, KEEP = "correct", "keep"
AGAIN, NOT_AGAIN = "again", "not_again"


class CirculateForm(GovukForm):
    """The last day to comment."""

    until_on = DateField(label="Last day to comment", help_text="They have until the end of this day")
    send_label = "Lock the draft and ask for comments"

    def __init__(self, *args: Any, last_day: date, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"until_on": last_day}, **kwargs})


class TakeBackDraftForm(GovukForm):
    """Why a draft that was locked is opened again."""

    because = LineField(
        max_length=500,
        label="Why the draft is taken back",
        help_text="Everybody who was asked can read this, so name no child. For example: it was locked before item 4 was written down",
    )
    send_label = "Take the draft back"


class CommentForm(GovukForm):
    """Whether the draft is a true record, and what is not as it was."""

    said = forms.ChoiceField(
        label="Is the draft a true record of the meeting?",
        choices=((NOTHING, "Yes, I have nothing to correct"), (SOMETHING, "No, something is not as it was")),
        widget=forms.RadioSelect,
    )
    item = forms.ModelChoiceField(
        AgendaItem.objects.none(), required=False, label="Where", empty_label="The meeting as a whole"
    )
    words = WordsField(
        label="What is not as it was",
        required=False,
        max_length=WORDS_LIMIT,
        help_text="Quote the words, and say what they should be. Corrections are of fact: the advice itself stays as given",
    )
    send_label = "Send"

    def __init__(self, *args: Any, items: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["item"]
        field.queryset = items
        field.label_from_instance = lambda item: f"Item {item.position}: {item.case.reference}"

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("said") == SOMETHING and not said.get("words") and "words" not in self.errors:
            self.add_error("words", "Say what is not as it was")
        return said

    @property
    def comment(self) -> dict[str, Any]:
        """What was said, as the action takes it; whoever has nothing to correct says nothing else."""
        said = self.cleaned_data
        if said["said"] == NOTHING:
            return {"words": "", "item": None}
        return {"words": said["words"], "item": said["item"]}


class ReissueForm(GovukForm):
    """Whether the family gets a corrected letter."""

    again = forms.ChoiceField(
        label="Does the family get a corrected letter?",
        choices=((AGAIN, "Yes, the letter has to be corrected"), (NOT_AGAIN, "No, the letter was right")),
        widget=forms.RadioSelect,
    )
    words = LineField(
        label="What was wrong in the letter and what is right, or why none is needed",
        max_length=ANSWER_LIMIT,
        help_text="A corrected letter prints this as it stands. Write it for the family",
    )
    send_label = "Record the answer"


class AnswerForm(GovukForm):
    """What becomes of a comment."""

    becomes = forms.ChoiceField(
        label="What becomes of it",
        choices=((CORRECT, "The record is corrected"), (KEEP, "The record stays as it is")),
        widget=forms.RadioSelect,
    )
    words = LineField(
        label="Answer",
        required=False,
        max_length=ANSWER_LIMIT,
        help_text="Say why, where the record stays as it is. Everybody who reads the minutes can read this",
    )
    instead_of = forms.IntegerField(widget=forms.HiddenInput, required=False)
    send_label = "Answer"

    def __init__(self, *args: Any, instead_of: CommentAnswer | None = None, **kwargs: Any) -> None:
        super().__init__(
            *args, **{"initial": {"instead_of": instead_of.pk if instead_of else None}, **kwargs}
        )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("becomes") == KEEP and not said.get("words") and "words" not in self.errors:
            self.add_error("words", "Say why the record stays as it is")
        elif said.get("instead_of") and not said.get("words") and "words" not in self.errors:
            self.add_error("words", "Say why the comment is answered otherwise now")
        return said
