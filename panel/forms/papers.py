"""What is typed about a paper, and why one is withdrawn."""

from typing import Any

from django import forms

from panel.forms.base import DateField, GovukForm, LineField
from panel.models import PaperKind

MEGABYTE = 1024 * 1024


class PaperForm(GovukForm):
    """One paper: what it is, who wrote it, and the file itself."""

    kind = forms.ChoiceField(label="What kind of paper this is", choices=(("", "Choose"), *PaperKind.choices))
    title = LineField(label="Title", help_text="As it stands on the paper")
    author = LineField(required=False, label="Author")
    author_agency = LineField(required=False, label="The author’s service or agency")
    dated_on = DateField(required=False, label="Date on the paper")
    file = forms.FileField(
        label="File",
        allow_empty_file=True,  # an empty file is refused by the action, in its own words
        help_text="One PDF, PNG or JPEG",
        widget=forms.FileInput(attrs={"class": "govuk-file-upload", "accept": ".pdf,.png,.jpg,.jpeg"}),
    )
    send_label = "Upload"

    def __init__(self, *args: Any, limit_bytes: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        megabytes = limit_bytes // MEGABYTE
        file = self.fields["file"]
        file.help_text = f"One PDF, PNG or JPEG of {megabytes} MB at most"
        file.error_messages["required"] = "Choose the file"
        file.error_messages["invalid"] = "Choose the file"
        # The page keeps the chosen file over an answer with errors; without script it has to be chosen again.
        file.widget.attrs |= {"data-limit-bytes": str(limit_bytes), "hx-preserve": "true"}


class WithdrawPaperForm(GovukForm):
    """Why a paper is taken out of use."""

    reason = LineField(max_length=300, label="Why the paper is withdrawn")
    send_label = "Withdraw the paper"
