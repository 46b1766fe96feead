"""What somebody enters on the public page of deadlines. Only the first date is needed; nothing is kept."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from crispy_forms_gds.layout import HTML, Button, Div
from django import forms

from panel.forms.base import DateField, GovukForm, LineField
from panel.law.clock import Code, OrderKind, UnopposedKind
from panel.law.facts import GROUNDS, BadFacts, Facts, parse
from panel.law.problems import Problem
from panel.law.rules import Ground

STAGES = (
    ("", "No stage"),
    (Code.C1, "Telling you whether there will be an assessment"),
    (Code.C2, "Getting advice"),
    (Code.C3, "Telling you that there will be no plan"),
    (Code.C6, "Sending the final plan"),
)
EXEMPTED_BY = (
    ("", "No reason"),
    (Ground.CLOSURE, "The school was closed for four weeks or more"),
    (Ground.EXCEPTIONAL, "Something exceptional happened to the child, a parent or the young person"),
    (Ground.ABSENCE, "The family was away for four weeks or more"),
    (Ground.MISSED_APPOINTMENT, "An appointment for the assessment was missed"),
)
NONE, ORDER, AGREED, NOT_OPPOSED, REVERSED = "", "order", "agreed", "not_opposed", "reversed"
CHANGES = (
    (NONE, "Nothing of this"),
    (f"{ORDER}:{OrderKind.ASSESS}", "The tribunal ordered an assessment"),
    (f"{ORDER}:{OrderKind.MAKE_PLAN}", "The tribunal ordered a plan"),
    (f"{ORDER}:{OrderKind.AMEND}", "The tribunal ordered changes to a plan"),
    (f"{ORDER}:{OrderKind.NAME_SETTING}", "The tribunal ordered another school or college in a plan"),
    (f"{ORDER}:{OrderKind.RECONSIDER}", "The tribunal told the council to think again"),
    (f"{AGREED}:{OrderKind.ASSESS}", "Mediation: agreed to assess"),
    (f"{AGREED}:{OrderKind.MAKE_PLAN}", "Mediation: agreed to make a plan"),
    (f"{AGREED}:{OrderKind.AMEND}", "Mediation: agreed to change a plan"),
    (
        f"{NOT_OPPOSED}:{UnopposedKind.REFUSAL_TO_ASSESS}",
        "The council does not oppose an appeal about assessing",
    ),
    (
        f"{NOT_OPPOSED}:{UnopposedKind.REFUSAL_TO_ISSUE}",
        "The council does not oppose an appeal about making a plan",
    ),
    (
        f"{NOT_OPPOSED}:{UnopposedKind.CONTENTS}",
        "The council does not oppose an appeal about what a plan says",
    ),
    (REVERSED, "The council changed its mind by itself"),
)

# Heading, its first words, and the fields of each part that opens when it is wanted.
SECTIONS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        "Add what has happened so far",
        "Give the dates you know and leave the others empty. A letter’s date is usually the day it was sent.",
        (
            "assess_notified_on",
            "refused_notified_on",
            "certificate_on",
            "advice_asked_on",
            "not_issue_notified_on",
            "draft_served_on",
            "final_sent_on",
        ),
    ),
    (
        "Add a date of birth",
        "Some rights pass from the parent to the young person at the end of compulsory school age.",
        ("born_on",),
    ),
    (
        "Add an exemption or a long school closure",
        "The council can be excused for one stage, with a reason about this child or family. No date moves.",
        (
            "exemption_stage",
            "exemption_ground",
            "exemption_from",
            "exemption_to",
            "exemption_because",
            "closed_from",
            "reopens_on",
        ),
    ),
    (
        "Add a tribunal order, a mediation agreement or a change of mind",
        "Each of these can set new dates.",
        ("change", "changed_on", "other_final_on"),
    ),
    (
        "Add an earlier assessment",
        "A new request soon after an assessment, or about somebody who has a plan, is treated differently.",
        ("assessment_completed_on", "reassessment"),
    ),
)
STEPS_OF_FORM = SECTIONS[0][2]

# Where a wrong fact was typed, by the name the rules know it under.
TYPED_IN = {
    "school_closures[0].closed_from": "closed_from",
    "school_closures[0].reopens_on": "reopens_on",
    "exemptions[0].stage": "exemption_stage",
    "exemptions[0].ground": "exemption_ground",
    "exemptions[0].from": "exemption_from",
    "exemptions[0].to": "exemption_to",
    "exemptions[0].impractical_because": "exemption_because",
    "tribunal_order.ordered_on": "changed_on",
    "mediation_agreement.agreed_on": "changed_on",
    "unopposed.notified_on": "changed_on",
    "reversed_on": "changed_on",
    "tribunal_order.other_dates.C6": "other_final_on",
    "mediation_agreement.other_dates.C6": "other_final_on",
}
# Sentences that speak of facts by their names, in words for this page.
IN_PLAIN_WORDS = {
    "missing": "Enter this date",
    "unknown_ground": "This reason does not exist for this stage. Choose another one",
    "unknown_stage": "Choose which stage the exemption is for",
    "out_of_order": "This day is before the letter it follows. Check both dates",
}


class DeadlinesForm(GovukForm):
    """The request's date first; everything else waits in parts that are closed until they are wanted."""

    received_on = DateField(
        label="When did the council get the request?",
        help_text="The day it reached any part of the council, by letter, e-mail or telephone. For example, 27 3 2026",
    )
    assess_notified_on = DateField(
        required=False, help_text="", label="You were told that there will be an assessment"
    )
    refused_notified_on = DateField(
        required=False,
        label="You were told that there will be no assessment",
        help_text="The date on the letter. The time to appeal is counted from it.",
    )
    certificate_on = DateField(required=False, help_text="", label="The date on a mediation certificate")
    advice_asked_on = DateField(required=False, help_text="", label="The council asked for advice")
    not_issue_notified_on = DateField(
        required=False,
        label="You were told that there will be no plan",
        help_text="The date on the letter. The time to appeal is counted from it.",
    )
    draft_served_on = DateField(required=False, help_text="", label="You got the draft plan")
    final_sent_on = DateField(required=False, help_text="", label="The final plan was sent")
    born_on = DateField(required=False, help_text="", label="Date of birth of the child or young person")
    exemption_stage = forms.ChoiceField(required=False, label="Which stage is excused", choices=STAGES)
    exemption_ground = forms.ChoiceField(required=False, label="The reason given", choices=EXEMPTED_BY)
    exemption_from = DateField(required=False, help_text="", label="The reason began on")
    exemption_to = DateField(
        required=False, label="The reason ended on", help_text="Leave empty if it still lasts"
    )
    exemption_because = LineField(
        required=False, max_length=500, label="Why this made it impractical to keep the time limit"
    )
    closed_from = DateField(required=False, help_text="", label="The first day the school was closed")
    reopens_on = DateField(required=False, help_text="", label="The day the school opens again")
    change = forms.ChoiceField(required=False, label="What happened", choices=CHANGES)
    changed_on = DateField(required=False, help_text="", label="The day it happened")
    other_final_on = DateField(
        required=False,
        help_text="",
        label="Another date for the final plan, if the order or the agreement names one",
    )
    assessment_completed_on = DateField(
        required=False, help_text="", label="An earlier assessment was completed on"
    )
    reassessment = forms.BooleanField(
        required=False, label="This was a request to assess again somebody who has a plan"
    )
    send_label = "Show the dates"

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        self.today = today
        super().__init__(*args, **kwargs)
        self.facts: Facts | None = None

    def layout_parts(self) -> list[Any]:
        """The first date, a part for each section, and the button. A part with something typed in it stands open."""
        sections = [self._section(*section) for section in SECTIONS]
        return [self._part("received_on"), *sections, Button.primary("send", self.send_label)]

    def _section(self, heading: str, hint: str, names: tuple[str, ...]) -> Any:
        is_open = " open" if any(self._typed(name) for name in names) else ""
        head = (
            f'<details class="govuk-details app-more"{is_open}><summary class="govuk-details__summary">'
            f'<span class="govuk-details__summary-text">{heading}</span></summary>'
            f'<div class="govuk-details__text"><p class="govuk-body">{hint}</p>'
        )
        parts = [Div(self._part(name)) for name in names]
        return Div(HTML(head), *parts, HTML("</div></details>"))

    def _typed(self, name: str) -> bool:
        return any(
            str(value).strip()
            for key, value in self.data.items()
            if key == name or (key.startswith(f"{name}_") and key.removeprefix(f"{name}_").isdigit())
        )

    def clean(self) -> dict[str, Any]:
        """The facts these dates are (`self.facts`), with whatever is wrong beside the field it was typed in."""
        said: dict[str, Any] = super().clean() or {}
        self._not_yet(said)
        self._belongs_together(said)
        if not self.errors:
            try:
                self.facts = parse(self._given(said), today=max(self.today, said["received_on"]))
            except BadFacts as wrong:
                self._say(wrong.problems)
        return said

    def _not_yet(self, said: dict[str, Any]) -> None:
        for name in (*STEPS_OF_FORM, "changed_on", "born_on"):
            if said.get(name) and said[name] > self.today:
                self.add_error(name, "This day has not come yet. Add it when it has")

    def _belongs_together(self, said: dict[str, Any]) -> None:
        for one, others, sentence in (
            (
                "exemption_stage",
                ("exemption_ground", "exemption_from", "exemption_because"),
                IN_PLAIN_WORDS["unknown_stage"],
            ),
            ("change", ("changed_on", "other_final_on"), "Choose what happened on this day"),
            ("changed_on", ("change",), "Enter the day it happened"),
            ("closed_from", ("reopens_on",), "Enter the first day the school was closed"),
            ("reopens_on", ("closed_from",), "Enter the day the school opens again"),
        ):
            if not said.get(one) and one not in self.errors and any(said.get(other) for other in others):
                self.add_error(one, sentence)
        if said.get("other_final_on") and said.get("change", "").split(":")[0] not in {NONE, ORDER, AGREED}:
            self.add_error(
                "other_final_on", "Only an order or an agreement names other dates. Leave this empty"
            )

    def _given(self, said: dict[str, Any]) -> dict[str, Any]:
        names = ("received_on", "born_on", *STEPS_OF_FORM, "assessment_completed_on")
        given: dict[str, Any] = {name: said[name] for name in names}
        given["reassessment"] = said["reassessment"]
        if said["closed_from"]:
            given["school_closures"] = [
                {"closed_from": said["closed_from"], "reopens_on": said["reopens_on"]}
            ]
        if said["exemption_stage"]:
            given["exemptions"] = [_exemption(said)]
        return {**given, **_change(said)}

    def _say(self, problems: Iterable[Problem]) -> None:
        for problem in problems:
            name = TYPED_IN.get(problem.field, problem.field)
            sentence = IN_PLAIN_WORDS.get(problem.code, problem.sentence)
            self.add_error(name if name in self.fields else None, sentence)


def _exemption(said: dict[str, Any]) -> dict[str, Any]:
    stage = Code(said["exemption_stage"])
    letters = {ground: letter for letter, ground in reversed(list(GROUNDS[stage].items()))}
    return {
        "stage": stage,
        "ground": letters.get(said["exemption_ground"], ""),
        "from": said["exemption_from"],
        "to": said["exemption_to"],
        "impractical_because": said["exemption_because"],
    }


def _change(said: dict[str, Any]) -> dict[str, Any]:
    what, _, kind = said["change"].partition(":")
    on, others = said["changed_on"], {Code.C6: said["other_final_on"]} if said["other_final_on"] else {}
    match what:
        case "order":
            return {"tribunal_order": {"kind": kind, "ordered_on": on, "other_dates": others}}
        case "agreed":
            return {"mediation_agreement": {"kind": kind, "agreed_on": on, "other_dates": others}}
        case "not_opposed":
            return {"unopposed": {"kind": kind, "notified_on": on}}
        case "reversed":
            return {"reversed_on": on}
    return {}
