"""The legal test as fields of a form: for each question an answer, reasons and the papers it rests on."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms

from panel.forms.base import WordsField
from panel.law.legal import ANSWER_LABELS, Answer, LegalTest, Limb, LimbAnswer

SAID = {Answer.YES: "yes", Answer.NO: "no", Answer.CANNOT_TELL: "unsure"}


@dataclass(frozen=True)
class LimbPart:
    """One question of the legal test as it is shown; `said` names the mark at its side.

    One that is answered in words has neither `answer` nor `papers`.
    """

    limb: Limb
    answer: Any
    reasons: Any
    papers: Any
    said: str


def add_limbs(form: forms.Form, test: LegalTest, papers: Iterable[Any]) -> None:
    """Fields for every question of `test`; none is required here: the rule says which are missing, beside each."""
    for limb in test.limbs:
        if limb.in_words:
            form.fields[f"limbs-{limb.code}_reasons"] = WordsField(
                rows=3, label=limb.question, help_text=limb.help, required=False
            )
            continue
        form.fields[f"limbs-{limb.code}_answer"] = forms.ChoiceField(
            label=limb.question,
            help_text=limb.help,
            choices=[(answer.value, ANSWER_LABELS[answer]) for answer in Answer],
            widget=forms.RadioSelect,
            required=False,
        )
        form.fields[f"limbs-{limb.code}_reasons"] = WordsField(
            rows=3, label="Why, and what in the papers shows it", required=False
        )
        form.fields[f"limbs-{limb.code}_papers"] = forms.MultipleChoiceField(
            label="It rests on", widget=forms.CheckboxSelectMultiple, required=False
        )
    offer_papers(form, test, papers)


def offer_papers(form: forms.Form, test: LegalTest, papers: Iterable[Any]) -> None:
    """Let each answer rest on these papers."""
    for limb in test.deciding:
        field: Any = form.fields[f"limbs-{limb.code}_papers"]
        field.choices = [(str(paper.public_id), paper.title) for paper in papers]


def limb_parts(form: forms.Form, test: LegalTest) -> list[LimbPart]:
    """The questions with their fields, as a page shows them."""
    said = answers_now(form, test)
    return [
        LimbPart(limb, None, form[f"limbs-{limb.code}_reasons"], None, "")
        if limb.in_words
        else LimbPart(
            limb,
            form[f"limbs-{limb.code}_answer"],
            form[f"limbs-{limb.code}_reasons"],
            form[f"limbs-{limb.code}_papers"],
            SAID[now] if (now := said[limb.code]) else "",
        )
        for limb in test.limbs
    ]


def answers_now(form: forms.Form, test: LegalTest) -> dict[str, Answer | None]:
    """The answers as they stand on the page, checked or not."""
    return {limb.code: as_answer(form[f"limbs-{limb.code}_answer"].value()) for limb in test.deciding}


def answers_given(form: forms.Form, test: LegalTest) -> tuple[LimbAnswer, ...]:
    """The answers of a form that was cleaned."""
    said = form.cleaned_data
    return tuple(
        LimbAnswer(
            limb.code,
            as_answer(said.get(f"limbs-{limb.code}_answer")),
            said.get(f"limbs-{limb.code}_reasons", ""),
            tuple(said.get(f"limbs-{limb.code}_papers", ())),
        )
        for limb in test.limbs
        if not limb.in_words or said.get(f"limbs-{limb.code}_reasons")
    )


def as_answer(value: Any) -> Answer | None:
    """A posted value as an answer; anything else is none."""
    return Answer(value) if value in set(Answer) else None


def limb_field(named: str) -> str:
    """The field a rule means by `answers.a` or `answers.a.reasons`."""
    parts = named.split(".")
    if parts[0] != "answers" or len(parts) < 2:
        return named
    return f"limbs-{parts[1]}_{parts[2] if len(parts) > 2 else 'answer'}"
