"""The coded reasons of a refusal as fields of a form: the main one, the others, and what the authority had asked for."""

from typing import Any

from django import forms

from panel.forms.base import LineField
from panel.law.legal import Stage
from panel.law.reasons import REASON_LABELS, Coded, codes_of

NAMES = ("primary_reason", "other_codes", "evidence_sought")


def add_codes(form: forms.Form, stage: Stage, prefix: str = "") -> None:
    """Three fields, none of them required here: the rule says what is missing, beside it."""
    choices = [(str(code), f"{code}: {REASON_LABELS[code]}") for code in codes_of(stage)]
    form.fields[f"{prefix}primary_reason"] = forms.ChoiceField(
        label="Main reason", choices=[("", "Choose, if it is a refusal"), *choices], required=False
    )
    form.fields[f"{prefix}other_codes"] = forms.MultipleChoiceField(
        label="Other reasons", choices=choices, widget=forms.CheckboxSelectMultiple, required=False
    )
    form.fields[f"{prefix}evidence_sought"] = LineField(
        max_length=300,
        required=False,
        label="If the evidence is too thin (R5): what we asked for",
    )


def code_fields(form: Any, prefix: str = "") -> list[Any]:
    """The three bound fields, as a page shows them."""
    return [form[f"{prefix}{name}"] for name in NAMES]


def codes_given(form: Any, prefix: str = "") -> Coded:
    """What was chosen."""
    said = form.cleaned_data
    return Coded(
        said.get(f"{prefix}primary_reason") or "",
        tuple(said.get(f"{prefix}other_codes") or ()),
        said.get(f"{prefix}evidence_sought") or "",
    )
