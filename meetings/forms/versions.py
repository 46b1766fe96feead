"""What is typed about versions of minutes: what each paragraph is about, whom a version is for, its release, its withdrawal."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms

from meetings.forms.naming import NamesForm
from meetings.minutes.redaction import GROUND_LABELS, READER_LABELS, Ground, Reader
from meetings.queries.tagging import Words
from panel.forms.base import GovukForm, LineField


class TagForm(GovukForm):
    """One choice for each paragraph. `record_sha256` names the record the page showed."""

    record_sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)
    send_label = "Keep what is said of each"

    def __init__(self, *args: Any, words: Sequence[Words], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.words = words
        for one in words:
            self.fields[one.passage.sha256] = forms.ChoiceField(
                label=", ".join(one.places),
                choices=[(str(ground), GROUND_LABELS[ground]) for ground in one.choices],
                widget=forms.RadioSelect,
                initial=str(one.ground),
                error_messages={"required": "Say what this paragraph is about"},
            )

    def paragraphs(self) -> list[tuple[Words, Any]]:
        """Each paragraph with its field, as the page shows them."""
        return [(one, self[one.passage.sha256]) for one in self.words]

    def grounds(self) -> dict[str, Ground]:
        """What was chosen, by the digests of the words."""
        return {one.passage.sha256: Ground(self.cleaned_data[one.passage.sha256]) for one in self.words}


class PrepareVersionForm(GovukForm):
    """Whom the version is for."""

    reader = forms.ChoiceField(
        label="Which version?",
        choices=[(str(reader), READER_LABELS[reader]) for reader in Reader],
        widget=forms.RadioSelect,
    )
    send_label = "Prepare this version"


class PrepareAtOnceForm(GovukForm):
    """For whom the versions of a whole meeting are prepared. Moderators are given theirs in rounds, one at a time."""

    asks: ClassVar[Mapping[str, str]] = {"readers": "Choose for whom the versions are"}
    readers = forms.MultipleChoiceField(
        label="For whom?",
        choices=[(str(reader), READER_LABELS[reader]) for reader in (Reader.FAMILY, Reader.SETTING)],
        widget=forms.CheckboxSelectMultiple,
        initial=[str(Reader.FAMILY), str(Reader.SETTING)],
    )
    send_label = "Prepare what was never prepared"


class ReleaseVersionForm(NamesForm):
    """The digests of what was shown, as the page printed them, and the releaser's word that she read it.

    The tick for names comes up once words were found that may name staff.
    """

    content_sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)
    shown_sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)
    read = forms.BooleanField(
        label="I have read this document. Nothing in it is about another child or for other eyes."
    )
    send_label = "Release this version"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["read"].error_messages["required"] = (
            "Read the document and confirm it before you release it"
        )
        self.fields[
            "names_nobody"
        ].label = (
            "I have read these words where they stand: they name nobody, or the family wrote the name itself"
        )


class WithdrawVersionForm(GovukForm):
    """Why nobody is to read it any more."""

    because = LineField(max_length=300, label="Why it is withdrawn")
    send_label = "Withdraw this version"
