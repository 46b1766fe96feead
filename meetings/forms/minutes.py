"""What is typed about minutes: why a new version is made, and the chair's signature under the bytes that were shown."""

from typing import Any

from crispy_forms_gds.layout import Layout
from django import forms

from panel.forms.base import GovukForm, LineField, WordsField
from panel.platform.policy import Refused


class PrepareForm(GovukForm):
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
    names_nobody = forms.BooleanField(label="I have read the words again: they name nobody", required=False)
    send_label = "Prepare a new version"

    def __init__(self, *args: Any, first: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if first:
            del self.fields["because"]
            self.send_label = "Prepare the minutes"
            self.helper.layout = Layout(*self.layout_parts())

    def layout_parts(self) -> list[Any]:
        """The tick is asked for only once words were taken for a name."""
        parts = super().layout_parts()
        return parts if "names_nobody" in self.data else [part for part in parts if part != "names_nobody"]

    def refuse(self, no: Refused) -> None:
        """As every form; words taken for a name bring up the tick."""
        super().refuse(no)
        if no.code == "names":
            self.helper.layout = Layout(*super().layout_parts())


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
