"""What is typed about minutes: why a new version is made, and the chair's signature under the bytes that were shown."""

from typing import Any

from crispy_forms_gds.layout import Layout
from django import forms

from meetings.forms.naming import NamesForm
from panel.forms.base import GovukForm, LineField, WordsField


class PrepareForm(NamesForm):
    """Why there is a new version. The first one needs no reason."""

    because = LineField(
        max_length=500,
        required=False,
        label="What is corrected, and why",
        help_text="It is printed in the new version",
    )
    themes = WordsField(
        rows=3,
        max_length=2_000,
        required=False,
        label="Themes of the day, if there were any",
        help_text="What the panel saw across requests. Everybody at the meeting reads it: name no child, no family and no school",
    )
    send_label = "Prepare a new version"

    def __init__(self, *args: Any, first: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if first:
            del self.fields["because"]
            self.send_label = "Prepare the minutes"
            self.helper.layout = Layout(*self.layout_parts())


class SignForm(GovukForm):
    """The digest of the very bytes the page showed, and the chair's word that they were read."""

    shown_sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)
    read = forms.BooleanField(label="I have read these minutes, and they are a true record of the meeting.")
    send_label = "Sign the minutes"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["read"].error_messages["required"] = (
            "Read the minutes and confirm it before you sign them"
        )


class SignOffForm(SignForm):
    """The same for one item's sheet, by whoever led the item."""

    read = forms.BooleanField(label="I have read this sheet, and it is a true record of the item.")
    send_label = "Sign off the sheet"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["read"].error_messages["required"] = (
            "Read the sheet and confirm it before you sign it off"
        )
