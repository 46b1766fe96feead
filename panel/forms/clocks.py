"""What is typed about a case's clock: an event that restates it, and why a stage is late."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms

from panel.actions.clocks import REASON_LIMIT, TakenBackBy, Told
from panel.forms.base import DateField, GovukForm, WordsField
from panel.law.clock import Code, OrderKind, UnopposedKind
from panel.law.facts import AGREED_CODES
from panel.law.rules import RULE_SETS
from panel.law.words import in_words
from panel.models import ClockEvent, DelayReason

Kind = ClockEvent.Kind
LABELS = RULE_SETS[-1].label

ORDERED = {
    OrderKind.ASSESS: "to assess",
    OrderKind.MAKE_PLAN: "to make a plan",
    OrderKind.AMEND: "to change what a plan says",
    OrderKind.NAME_SETTING: "to name another setting in a plan",
    OrderKind.RECONSIDER: "to reconsider",
}
APPEALED = {
    UnopposedKind.REFUSAL_TO_ASSESS: "the refusal to assess",
    UnopposedKind.REFUSAL_TO_ISSUE: "the refusal to make a plan",
    UnopposedKind.CONTENTS: "what a plan says",
}
ANSWERED = {
    Told.ASSESS: "there will be an assessment",
    Told.ISSUE: "there will be a plan",
    Told.NOT_ISSUE: "there will be no plan",
}


TAKEN_BACK = {
    TakenBackBy.PARENT: "the parent",
    TakenBackBy.YOUNG_PERSON: "the young person",
    TakenBackBy.SETTING: "the setting that had asked",
}


def _each(kind: str, lead: str, kinds: dict[Any, str]) -> tuple[tuple[str, str], ...]:
    return tuple((f"{kind}:{one}", f"{lead} {words}") for one, words in kinds.items())


EVENTS: tuple[tuple[str, Any], ...] = (
    ("", "Choose what happened"),
    ("A tribunal order", _each(Kind.TRIBUNAL_ORDER, "The tribunal ordered us", ORDERED)),
    ("An appeal we do not oppose", _each(Kind.UNOPPOSED, "We told the tribunal: no opposition on", APPEALED)),
    ("A mediation agreement", _each(Kind.MEDIATION_AGREEMENT, "We agreed in writing", ORDERED)),
    (
        "A change of mind",
        (
            (
                f"{Kind.REVERSED}:",
                "We changed our mind, without an order, agreement or notice to the tribunal",
            ),
        ),
    ),
    ("The new answer", _each(Kind.TOLD, "The family was told:", ANSWERED)),
    ("The request was taken back", _each(Kind.WITHDRAWN, "It was taken back by", TAKEN_BACK)),
    (
        "A later step",
        tuple(
            (f"{kind}:", str(kind.label))
            for kind in (Kind.DRAFT_SERVED, Kind.FINAL_SENT, Kind.CERTIFICATE, Kind.ASSESSMENT_COMPLETED)
        ),
    ),
    ("A mistake here", ((f"{Kind.ERROR}:", str(Kind.ERROR.label)),)),
)


def words_for(event: ClockEvent) -> str:
    """An event as the case page says it."""
    about = str(event.details.get("about") or event.details.get("told") or "")
    every = {value: label for _, group in EVENTS[1:] for value, label in group}
    return every.get(f"{event.kind}:{about}", str(event.get_kind_display()))


def _other(code: Code) -> str:
    label = LABELS[code]
    return f"Another date to {label[:1].lower()}{label[1:]}"


class ClockEventForm(GovukForm):
    """What happened and when; other dates where an order or an agreement names them; and what it corrects, if anything."""

    what = forms.ChoiceField(label="What happened", choices=EVENTS)
    on = DateField(
        label="The day it happened",
        help_text="The date of the order, the agreement or the letter; for a mistake, today",
    )
    other_c1 = DateField(required=False, help_text="", label=_other(AGREED_CODES[0]))
    other_c3 = DateField(required=False, help_text="", label=_other(AGREED_CODES[1]))
    other_c4 = DateField(required=False, help_text="", label=_other(AGREED_CODES[2]))
    other_c6 = DateField(required=False, help_text="", label=_other(AGREED_CODES[3]))
    supersedes = forms.ChoiceField(required=False, label="Earlier entry this corrects or takes back")
    send_label = "Record it"

    def __init__(self, *args: Any, standing: Iterable[ClockEvent], **kwargs: Any) -> None:
        self.standing = {str(event.public_id): event for event in standing}
        super().__init__(*args, **kwargs)
        named = [(key, f"{words_for(event)}, {in_words(event.on)}") for key, event in self.standing.items()]
        field: Any = self.fields["supersedes"]
        field.choices = [("", "None"), *named]

    def layout_parts(self) -> list[Any]:
        """Everything in order; corrections only where there is something to correct."""
        parts = super().layout_parts()
        return parts if self.standing else [part for part in parts if part != "supersedes"]

    def said(self) -> dict[str, Any]:
        """The arguments of the action."""
        typed = self.cleaned_data
        kind, _, about = typed["what"].partition(":")
        others = {code: typed[f"other_{code.lower()}"] for code in AGREED_CODES}
        return {
            "kind": kind,
            "about": about,
            "on": typed["on"],
            "other_dates": {code: day for code, day in others.items() if day},
            "supersedes": self.standing.get(typed["supersedes"]),
        }


class DelayForm(GovukForm):
    """Which stage, why, until when, and whether the family knows."""

    stage = forms.ChoiceField(
        label="Which stage is late",
        choices=[(str(code), LABELS[code]) for code in AGREED_CODES if code in ("C1", "C3", "C6")],
        widget=forms.RadioSelect,
    )
    cause = forms.ChoiceField(label="The main cause", choices=[("", "Choose"), *DelayReason.Cause.choices])
    reason = WordsField(
        max_length=REASON_LIMIT,
        rows=4,
        label="What happened in this case",
        help_text="Kept with the case, for good",
    )
    new_date = DateField(label="The earliest day it can be done")
    apology_told_on = DateField(
        required=False,
        label="The day the family was told of this date, with an apology",
        help_text="Leave empty if they do not know yet",
    )
    send_label = "Record the reason"

    def __init__(self, *args: Any, earliest: date, stage: str, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "initial": {"new_date": earliest, "stage": stage}})
