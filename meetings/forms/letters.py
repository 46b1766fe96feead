"""What is typed about letters: a reason, a day of posting, the digests of the very letter that was read."""

from typing import Any

from django import forms

from panel.forms.base import DateField, GovukForm, LineField

REASON_LIMIT = 300


class ReleaseForm(GovukForm):
    """The digests of what was shown, as the page printed them, and the releaser's word that she read it."""

    content_sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)
    shown_sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)
    read = forms.BooleanField(label="I have read this letter. It is right, and it is for this person.")
    send_label = "Release this letter"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["read"].error_messages["required"] = (
            "Read the letter and confirm it before you release it"
        )


class GuardedReleaseForm(ReleaseForm):
    """The same where the case or the address is protected: the releaser types whom it goes to."""

    retyped = LineField(
        label="Surname and postcode of the person it goes to",
        help_text="This case or address is protected. Type them as they stand on the letter.",
    )


class WithdrawForm(GovukForm):
    """Why a letter is not to go."""

    because = LineField(max_length=REASON_LIMIT, label="Why it is withdrawn")
    send_label = "Withdraw this letter"


class OmitForm(GovukForm):
    """Why an entitled person gets no letter."""

    because = LineField(
        max_length=REASON_LIMIT,
        label="Why this person gets no letter",
        help_text="The reason is kept with the decision.",
    )
    send_label = "Leave this person out"


class PostedForm(GovukForm):
    """The day the letter went into the post."""

    posted_on = DateField(label="Day it was posted")
    send_label = "Record as posted"
