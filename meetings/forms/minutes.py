"""What is typed about minutes: why a new version is made, and the chair's signature under the bytes that were shown."""

from typing import Any

from django import forms

from panel.forms.base import GovukForm, LineField


class PrepareForm(GovukForm):
    """Why there is a new version. The first one needs no reason."""

    because = LineField(
        max_length=500,
        required=False,
        label="What is corrected, and why",
        help_text="It is printed in the new version",
    )
    send_label = "Prepare a new version"

    def __init__(self, *args: Any, first: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if first:
            del self.fields["because"]
            self.send_label = "Prepare the minutes"
            self.helper.layout = type(self.helper.layout)(*self.layout_parts())


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
