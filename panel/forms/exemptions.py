"""What is typed about exemptions and school closures."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms

from panel.actions.exemptions import REASON_LIMIT
from panel.forms.base import DateField, GovukForm, LineField, WordsField
from panel.law.clock import Code
from panel.law.rules import RULE_SETS, Ground
from panel.models import Setting

RULES = RULE_SETS[-1]
GROUND_WORDS = {
    Ground.EXCEPTIONAL: "Exceptional circumstances of the child, a parent or the young person",
    Ground.ABSENCE: "They were away from the area for at least four weeks in one go",
    Ground.MISSED_APPOINTMENT: "An examination or test was missed",
}
# The two closures differ by whom the advice was asked of (regs 5(4) and 10(4)).
CLOSURE_WORDS = {
    "a": "Advice was asked of a school or college that was closed for at least four weeks",
    "b": "Advice was asked of an early years setting that was closed for at least four weeks",
}


def ground_words(stage: str, ground: str) -> str:
    """A ground as the regulation of its stage knows it."""
    found = RULES.grounds[Code(stage)].get(ground)
    if found is None:
        return ground
    return CLOSURE_WORDS[ground] if found is Ground.CLOSURE else GROUND_WORDS[found]


def _choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Grouped by the stage in words; every line with its own regulation."""
    return [
        (
            RULES.label[code],
            [
                (
                    f"{code}:{letter}",
                    f"{ground_words(code, letter)} ({RULES.exemption_authority[code]}({letter}))",
                )
                for letter in grounds
            ],
        )
        for code, grounds in RULES.grounds.items()
    ]


class ExemptionForm(GovukForm):
    """Which stage and ground, since when, and what made it impractical in this case."""

    asks: ClassVar[Mapping[str, str]] = {"starts_on": "Enter the day it began"}
    what = forms.ChoiceField(label="Which stage, and on which ground", choices=[("", "Choose"), *_choices()])
    starts_on = DateField(label="It began on")
    ends_on = DateField(required=False, label="It ended on", help_text="Leave empty while it lasts")
    because = WordsField(
        max_length=REASON_LIMIT,
        rows=4,
        label="What made it impractical to keep the time limit in this case",
        help_text="A shortage of staff, a panel’s dates or missing paperwork are no grounds. Kept with the case.",
    )
    told_family_on = DateField(
        required=False,
        label="The day the family was told of it",
        help_text="They are owed the ground, why, and when to expect the answer",
    )
    send_label = "Record the exemption"

    def said(self) -> dict[str, Any]:
        """The arguments of the action."""
        typed = self.cleaned_data
        stage, _, ground = typed["what"].partition(":")
        return {
            "stage": stage,
            "ground": ground,
            **{name: typed[name] for name in ("starts_on", "ends_on", "because", "told_family_on")},
        }


class ExemptionChangeForm(GovukForm):
    """When it ended, when the family was told; or that it was entered in error."""

    ends_on = DateField(required=False, label="It ended on", help_text="Leave empty while it lasts")
    told_family_on = DateField(required=False, label="The day the family was told of it")
    error_because = LineField(
        required=False,
        max_length=300,
        label="If it was entered in error: why",
        help_text="It then excuses nothing, and stays in the record",
    )
    send_label = "Save"


class ClosureForm(GovukForm):
    """One setting, or every one, and its closed days."""

    setting = forms.ModelChoiceField(
        queryset=Setting.objects.order_by("name"),
        required=False,
        label="Which setting",
        empty_label="Every setting of the authority",
    )
    closed_from = DateField(label="The first day it is closed")
    reopens_on = DateField(label="The first day it is open again")
    send_label = "Put it on the list"
