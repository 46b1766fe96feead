"""What is typed to put words right after they were recorded: those of a recommendation, or of a decision."""

from collections.abc import Mapping
from typing import Any

from django import forms

from meetings.forms.limbs import limb_field
from meetings.models import Decision, Recommendation, WordsDraft, WordsReturned
from meetings.queries.words import OF_ADVICE, OF_DECISION, flat_words, words_of
from panel.forms.base import GovukForm, LineField, WordsField
from panel.law.legal import answer_label, legal_test_of
from panel.law.reasons import REASONS_HINT, REASONS_WORDS

# The fields that say what a page showed.
HIDDEN = ("stands", "draft", "returned")


class WordsForm(GovukForm):
    """The words of a row as they stand, each in its field, and why they are put right. What decides nothing is asked of nobody.

    `draft`: what a clerk wrote and nobody has confirmed, shown in place of the words that stand. `returned`: what she wrote and is
    asked to write otherwise, shown so as well. `unsent`: what she has begun and not sent, by the names of the fields, shown in place
    of all. `says_why`: whether the reason is asked for; of words that are only finished it is not.
    """

    stands = forms.IntegerField(widget=forms.HiddenInput, required=False)
    draft = forms.IntegerField(widget=forms.HiddenInput, required=False)
    send_label = "Save the corrected words"

    def __init__(
        self,
        *args: Any,
        row: Recommendation | Decision,
        last: int,
        draft: WordsDraft | None = None,
        returned: WordsReturned | None = None,
        unsent: Mapping[str, str] | None = None,
        says_why: bool = True,
        send_label: str = "",
        **kwargs: Any,
    ) -> None:
        begun_from = draft or (returned.draft if returned else None)
        given = {
            "stands": last,
            "draft": draft.pk if draft else 0,
            "returned": returned.pk if returned else 0,
            **_shown(flat_words(begun_from.words if begun_from else words_of(row)), unsent),
        }
        self.send_label = send_label or self.send_label
        super().__init__(*args, **{"initial": given, **kwargs})
        self.limbs = [one["limb"] for one in row.answers]
        questions = legal_test_of(row.test_version).questions
        for one in row.answers:
            self.fields[f"limbs-{one['limb']}_reasons"] = WordsField(
                rows=4,
                required=False,
                label=_asks(questions[one["limb"]], answer_label(one["answer"])),
            )
        for name, label in _asked(row).items():
            self.fields[name] = WordsField(
                rows=5,
                required=False,
                label=label,
                help_text=REASONS_HINT if name == "reasons" else "",
                words_wanted=REASONS_WORDS if name == "reasons" else 0,
            )
        if says_why:
            # The action asks for it, which knows the words that were confirmed when the form is sent twice.
            self.fields["because"] = LineField(
                required=False,
                max_length=500,
                label="Why the words are put right",
                help_text="The minutes give it. For example: the comment of a member showed that a report was misquoted.",
            )
        if not isinstance(row, Recommendation):
            del self.fields["draft"]
        self.order_fields([*HIDDEN, *(name for name in self.fields if name not in HIDDEN)])
        self.helper.layout.fields = self.layout_parts()

    def words(self) -> list[Any]:
        """The fields for the words themselves, for a page that lays them out."""
        return [self[name] for name in self._word_names()]

    def unsent(self) -> dict[str, str]:
        """What was posted of the words, checked by nothing yet; what is empty is left out."""
        posted = {name: str(self.data.get(name, "")) for name in self._word_names()}
        said = {name: words.replace("\r\n", "\n").strip() for name, words in posted.items()}
        return {name: words for name, words in said.items() if words}

    def _word_names(self) -> list[str]:
        return [name for name in self.fields if name not in {*HIDDEN, "because"}]

    def field_of(self, named: str) -> str:
        """The field a rule means by `answers.a.reasons`."""
        return limb_field(named)

    def said(self) -> dict[str, Any]:
        """The words as the action takes them; what the form does not ask for is empty."""
        typed = self.cleaned_data
        names = [name for name in ("because", *OF_ADVICE, *OF_DECISION) if name in self.fields]
        return {
            "limbs": {code: typed[f"limbs-{code}_reasons"] for code in self.limbs},
            **{name: typed[name] for name in HIDDEN if name in self.fields},
            **{name: typed[name] for name in names},
        }


class FinishForm(WordsForm):
    """The same for a clerk, who writes out what was advised: the page says as well which note she had read."""

    returned = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def clean_returned(self) -> int:
        """A page that says nothing of a note showed none."""
        return self.cleaned_data["returned"] or 0


def _asks(question: str, answer: str) -> str:
    return f"{question} {answer}, because" if answer else question


def _shown(words: Mapping[str, str], unsent: Mapping[str, str] | None) -> Mapping[str, str]:
    """What was begun and not sent says nothing of a field that was emptied."""
    return words if unsent is None else {name: unsent.get(name, "") for name in words}


def _asked(row: Recommendation | Decision) -> Mapping[str, str]:
    """The fields beside those of the answers: of a decision only the words it has."""
    if isinstance(row, Recommendation):
        return OF_ADVICE
    return {name: label for name, label in OF_DECISION.items() if name == "reasons" or getattr(row, name)}


class ReturnForm(GovukForm):
    """What the clerk should write otherwise."""

    draft = forms.IntegerField(widget=forms.HiddenInput)
    because = LineField(
        max_length=500,
        label="What should be written otherwise",
        help_text="The clerk sees this note beside the words, and on their home page until the question is decided.",
    )
    send_label = "Send the words back"
