"""What is typed to put an item on the consent list: the legal test answered, the reasons, and whose they are."""

from typing import Any

from django import forms

from meetings.forms.limbs import LimbPart, add_limbs, answers_given, limb_field, limb_parts
from panel.forms.base import GovukForm, WordsField
from panel.law.legal import Answer, LegalTest
from panel.law.reasons import AGREEMENT_HINT, REASONS_WORDS
from panel.models import User


class ConsentForm(GovukForm):
    """The agreement as the panel would note it. Every answer begins as yes: anything else is heard in full."""

    reasons_by = forms.ModelChoiceField(
        User.objects.none(), label="Whose reasons these are", empty_label="Choose a person"
    )
    reasons = WordsField(
        rows=4,
        required=False,
        label="Reasons, in words about this child",
        help_text=AGREEMENT_HINT,
        words_wanted=REASONS_WORDS,
    )
    support_meanwhile = WordsField(
        rows=2, required=False, label="What help goes on meanwhile", max_length=2_000
    )

    def __init__(self, *args: Any, test: LegalTest, papers: Any, people: Any, **kwargs: Any) -> None:
        self.test = test
        yes = {f"limbs-{limb.code}_answer": Answer.YES.value for limb in test.limbs}
        super().__init__(*args, **{**kwargs, "initial": {**yes, **kwargs.get("initial", {})}})
        add_limbs(self, test, papers)
        person: Any = self.fields["reasons_by"]
        person.queryset = people

    def layout_parts(self) -> list[Any]:
        """The page lays its parts out itself."""
        return []

    def limbs(self) -> list[LimbPart]:
        """The questions of the legal test with their fields."""
        return limb_parts(self, self.test)

    def said(self) -> dict[str, Any]:
        """The arguments of the action."""
        typed = self.cleaned_data
        return {
            "answers": answers_given(self, self.test),
            "reasons": typed["reasons"],
            "reasons_by": typed["reasons_by"],
            "support_meanwhile": typed["support_meanwhile"],
        }

    def field_of(self, named: str) -> str:
        """Where the page has what a rule names."""
        return limb_field(named)
