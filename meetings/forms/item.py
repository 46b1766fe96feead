"""What is written about one item while it is heard: saved group by group as it is typed, recorded as a whole by the chair.

Every field is named `<group>-<field>`, so that one page is one form, one group is one history, and nothing typed is lost
between the two. What is shown comes from the last saved revision, or from what was posted.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils import timezone

from meetings.actions.dissents import Dissenting
from meetings.actions.recommend import FACTORS_LIMIT, LEFT_OUT_LIMIT, Step, legal_record
from meetings.forms.addressed import for_reader
from meetings.forms.limbs import LimbPart, add_limbs, answers_given, answers_now, limb_field, limb_parts
from meetings.forms.meanwhile import meanwhile_field
from meetings.forms.reasons import add_codes, code_fields, codes_given
from meetings.models import PanelConfig, RosterEntry
from meetings.queries.addressed import to_young_person
from meetings.queries.hands import suggested_bodies, suggested_owners
from meetings.queries.item import ItemPage, factors_of
from meetings.queries.said import said_in
from meetings.rules.answering import Views
from meetings.rules.decisions import in_the_room, written_problems
from meetings.rules.outcomes import what_follows
from meetings.rules.papers import LeftOut, left_out_problems
from panel.forms.base import DateField, GovukForm, LineField, WordsField
from panel.law.legal import (
    FACTOR_LABELS,
    OUTCOME_LABELS,
    OUTCOMES_OF,
    Factor,
    LimbAnswer,
    Outcome,
    Stage,
    lawful_outcomes,
)
from panel.law.problems import Problem
from panel.law.reasons import REASONS_HINT, REASONS_WORDS, Coded

GROUP_LABELS: Mapping[str, str] = {
    "views": "What the child and the family said",
    "discussion": "Discussion",
    "limbs": "The legal test",
    "factors": "Factors had regard to",
    "considered": "Papers considered",
    "recommendation": "Recommendation",
    "dissent": "Dissent",
    "steps": "Next steps",
    "closing": "Before it is recorded",
}
MOST_ROWS = 12
FACTORS_HINT = (
    "Tick what the panel looked at. It is evidence, never a condition, and nothing has to be ticked."
)
KEY_REASONS = "Key reasons are enough in the room: the clerk finishes the words the same day, and whoever leads the item confirms them."
DISCUSSION_HINT = "What was weighed, in short. Write each line so that the family can read it."


@dataclass(frozen=True)
class RowPart:
    """One line that can be added to: the fields of a dissent or of a next step."""

    number: int
    fields: tuple[Any, ...]


class HearingForm(GovukForm):
    """Views, discussion, the legal test, the recommendation, dissent and next steps of one item.

    `page` is the item as this user sees it; `rows` says how many empty lines are wanted. Unbound, it shows what was saved last.
    """

    def __init__(
        self, *args: Any, page: ItemPage, rows: Mapping[str, int] | None = None, **kwargs: Any
    ) -> None:
        self.page = page
        self.stage = Stage(page.item.stage)
        self.counts = {
            group: self._count(group, rows or {}, args[0] if args else None) for group in ("dissent", "steps")
        }
        super().__init__(*args, initial=_initial(page), **kwargs)
        self._add_words()
        add_limbs(self, page.test, page.papers)
        self._add_factors()
        self._add_papers()
        self._add_recommendation()
        self._add_rows()
        self._add_ticks()
        for field in self.fields.values():
            field.required = False
        for_reader(self, to_young_person(page.case, timezone.localdate()))

    def _count(self, group: str, rows: Mapping[str, int], data: Any) -> int:
        """As many lines as were saved or posted, and as many as were asked for."""
        names = list(self.page.written[group].data) if group in self.page.written else []
        if data is not None:
            names += [key.removeprefix(f"{group}-") for key in data if key.startswith(f"{group}-")]
        used = [int(name.split("_")[0]) + 1 for name in names if name.split("_")[0].isdigit()]
        return min(MOST_ROWS, max([1, rows.get(group, 1), *used]))

    def _add_words(self) -> None:
        self.fields["views-child"] = WordsField(rows=3, label="What the child or young person says")
        self.fields["views-family"] = WordsField(rows=3, label="What the family says")
        self.fields["discussion-text"] = WordsField(
            max_length=20_000, rows=8, label="What was discussed", help_text=DISCUSSION_HINT
        )

    def _add_factors(self) -> None:
        self.fields["factors-regard_codes"] = forms.MultipleChoiceField(
            label="The panel had regard to",
            help_text=FACTORS_HINT,
            choices=[(str(factor), FACTOR_LABELS[factor]) for factor in factors_of(self.page.item)],
            widget=forms.CheckboxSelectMultiple,
        )
        self.fields["factors-words"] = LineField(
            max_length=FACTORS_LIMIT, label="Anything to say about them, in one line"
        )

    def _add_papers(self) -> None:
        for paper in self.page.papers:
            self.fields[f"considered-{paper.public_id}_because"] = LineField(
                max_length=LEFT_OUT_LIMIT, label=f"“{paper.title}” was not considered because"
            )

    def _add_recommendation(self) -> None:
        self.fields["recommendation-outcome"] = forms.ChoiceField(
            label="What the panel recommends",
            choices=[(outcome.value, OUTCOME_LABELS[outcome]) for outcome in OUTCOMES_OF[self.stage]],
            widget=forms.RadioSelect,
        )
        add_codes(self, self.stage, "recommendation-")
        self.fields["recommendation-reasons"] = WordsField(
            rows=4,
            label="Reasons, in words about this child",
            help_text=REASONS_HINT if self._decides_here() else f"{KEY_REASONS} {REASONS_HINT}",
            words_wanted=REASONS_WORDS,
        )
        self.fields["recommendation-family_views_answered"] = WordsField(
            rows=3, label="How this answers what the child and the family said"
        )
        self.fields["recommendation-support_meanwhile"] = meanwhile_field()

    def _add_rows(self) -> None:
        people = [
            ("", "Nobody"),
            *((str(e.public_id), e.user.name) for e in self.page.room.entries if e.voting),
        ]
        for number in range(self.counts["dissent"]):
            self.fields[f"dissent-{number}_entry"] = forms.ChoiceField(
                label="Who does not agree", choices=people
            )
            self.fields[f"dissent-{number}_text"] = WordsField(rows=2, label="Why, in their own words")
        for number in range(self.counts["steps"]):
            self.fields[f"steps-{number}_what"] = LineField(max_length=500, label="What")
            # Suggested, not prescribed: what names an account or a body is followed up in its hands, other words by the clerk.
            self.fields[f"steps-{number}_owner"] = LineField(
                label="Who", widget=forms.TextInput({"list": "step-owners"})
            )
            self.fields[f"steps-{number}_agency"] = LineField(
                label="For which agency", widget=forms.TextInput({"list": "step-agencies"})
            )
            self.fields[f"steps-{number}_due"] = DateField(label="By", help_text="")

    def _add_ticks(self) -> None:
        self.fields["dissent-none"] = forms.BooleanField(label="Nobody disagrees")
        self.fields["closing-read_back"] = forms.BooleanField(label="The reasons were read back to the panel")
        self.fields["closing-no_risk"] = forms.BooleanField(
            label="The panel sees no risk to the school place"
        )

    def layout_parts(self) -> list[Any]:
        """The page lays its parts out itself."""
        return []

    # What the page shows

    def part(self, group: str) -> list[Any]:
        """The fields of one group, in order."""
        return [self[name] for name in self.fields if name.startswith(f"{group}-")]

    def views(self) -> list[Any]:
        """The fields for what the child and the family said."""
        return self.part("views")

    def discussion(self) -> list[Any]:
        """The field for the discussion."""
        return self.part("discussion")

    def limbs(self) -> list[LimbPart]:
        """The questions of the legal test with their fields."""
        return limb_parts(self, self.page.test)

    def factors(self) -> list[Any]:
        """The ticks for what was looked at, and a line about them."""
        return self.part("factors")

    def regard(self) -> tuple[Factor, ...]:
        """The factors that were ticked."""
        return tuple(Factor(code) for code in self.cleaned_data.get("factors-regard_codes") or ())

    def papers_left_out(self) -> list[Any]:
        """For each paper the line that says why it was not considered."""
        return self.part("considered")

    def any_left_out(self) -> bool:
        """Whether a paper is left out already, or something is wrong with one."""
        return any(field.value() or field.errors for field in self.papers_left_out())

    def left_out(self) -> tuple[LeftOut, ...]:
        """The papers that were not considered, with the reasons."""
        lines = (
            LeftOut(
                str(paper.public_id), self.cleaned_data.get(f"considered-{paper.public_id}_because") or ""
            )
            for paper in self.page.papers
        )
        return tuple(one for one in lines if one.because)

    def outcome(self) -> Any:
        """The choice of what is recommended."""
        return self["recommendation-outcome"]

    def words(self) -> list[Any]:
        """The reasons and the answer to the family."""
        return [
            self["recommendation-reasons"],
            self["recommendation-family_views_answered"],
            self["recommendation-support_meanwhile"],
        ]

    def codes(self) -> list[Any]:
        """The coded reasons of a refusal."""
        return code_fields(self, "recommendation-")

    def coded(self) -> Coded:
        """The coded reasons that were chosen."""
        return codes_given(self, "recommendation-")

    def dissent_rows(self) -> list[RowPart]:
        """Lines for members who do not agree."""
        return self._rows("dissent")

    def nobody_dissents(self) -> Any:
        """The tick that nobody disagrees."""
        return self["dissent-none"]

    def closing(self) -> list[Any]:
        """The ticks before it is recorded."""
        return self.part("closing")

    def step_rows(self) -> list[RowPart]:
        """Lines for next steps."""
        return self._rows("steps")

    def step_owners(self) -> list[str]:
        """Names to choose from: the people of the case and those at the table."""
        return suggested_owners(self.page.case, self.page.room.entries)

    def step_agencies(self) -> list[str]:
        """Bodies to choose from: the setting, and the agencies at the table."""
        return suggested_bodies(self.page.case, self.page.room.entries)

    def _rows(self, group: str) -> list[RowPart]:
        return [
            RowPart(n, tuple(self[name] for name in self.fields if name.startswith(f"{group}-{n}_")))
            for n in range(self.counts[group])
        ]

    def lawful(self) -> frozenset[Outcome]:
        """The outcomes that follow from the answers."""
        return lawful_outcomes(self.stage, answers_now(self, self.page.test), test=self.page.test)

    def unlawful(self) -> frozenset[str]:
        """The outcomes the answers leave no room for: shown, and not to be chosen. None while a question is open."""
        lawful = self.lawful()
        return frozenset(set(OUTCOMES_OF[self.stage]) - lawful) if lawful else frozenset()

    def what_follows(self) -> str:
        """In words what the answers lead to, and that what was chosen cannot stand where they exclude it."""
        chosen = self.outcome().value()
        return what_follows(
            self.page.test,
            answers_now(self, self.page.test),
            Outcome(chosen) if chosen in self.unlawful() else None,
        )

    # What is recorded

    def clean(self) -> dict[str, Any]:
        """The legal record's own faults, each beside its cause; the action asks again, with quorum and person."""
        said: dict[str, Any] = super().clean() or {}
        record = legal_record(
            self.page.case,
            self.stage,
            self.chosen(),  # type: ignore[arg-type]
            self.answers(),
            said.get("recommendation-reasons", ""),
            decided_on=timezone.localdate(),
            heard_on=timezone.localdate(self.page.item.meeting.starts_at),
        )
        found = (
            *self._stops(written_problems(record, self.coded(), self._views(said))),
            *left_out_problems(self.left_out(), self.answers()),
        )
        for problem in found:
            self.place(problem)
        self._check_rows(said)
        return said

    def _stops(self, found: tuple[Problem, ...]) -> tuple[Problem, ...]:
        """Key reasons are enough in the room, unless the chair decides here: the letter is written from these very words then."""
        return found if self._decides_here() else in_the_room(found)

    def _decides_here(self) -> bool:
        return bool(self.page.item.meeting.config.decides == PanelConfig.Decides.CHAIR)

    def _views(self, said: Mapping[str, Any]) -> Views:
        words = {"child": said.get("views-child"), "family": said.get("views-family")}
        answered = said.get("recommendation-family_views_answered", "")
        return Views(bool(said_in(self.page.case, words)), answered)

    def _check_rows(self, said: Mapping[str, Any]) -> None:
        if said.get("dissent-none") and any(
            said.get(f"dissent-{n}_entry") for n in range(self.counts["dissent"])
        ):
            self.add_error("dissent-none", "Untick this, or take out the member who does not agree")
        for number in range(self.counts["dissent"]):
            who, why = said.get(f"dissent-{number}_entry"), said.get(f"dissent-{number}_text")
            if why and not who:
                self.add_error(f"dissent-{number}_entry", "Say who does not agree")
            if who and not why and f"dissent-{number}_text" not in self.errors:
                self.add_error(f"dissent-{number}_text", "Write down what the member said")
        for number in self._filled_steps(said):
            asked = {
                "what": "Enter what is to be done",
                "owner": "Enter who does it",
                "agency": "Enter the agency",
            }
            for name, sentence in {**asked, "due": "Enter the day by which it is done"}.items():
                key = f"steps-{number}_{name}"
                if not said.get(key) and key not in self.errors:
                    self.add_error(key, sentence)

    def _filled_steps(self, said: Mapping[str, Any]) -> list[int]:
        parts = ("what", "owner", "agency", "due")
        return [
            n for n in range(self.counts["steps"]) if any(said.get(f"steps-{n}_{part}") for part in parts)
        ]

    def chosen(self) -> Outcome | None:
        """The outcome that was chosen."""
        value = self.cleaned_data.get("recommendation-outcome")
        return Outcome(value) if value else None

    def answers(self) -> tuple[LimbAnswer, ...]:
        """The answers with their reasons and papers."""
        return answers_given(self, self.page.test)

    def dissents(self) -> list[Dissenting]:
        """The members who do not agree, each with their words."""
        seats: dict[str, RosterEntry] = {str(entry.public_id): entry for entry in self.page.room.entries}
        rows = [
            (self.cleaned_data[f"dissent-{n}_entry"], self.cleaned_data[f"dissent-{n}_text"])
            for n in range(self.counts["dissent"])
        ]
        return [Dissenting(seats[who], why) for who, why in rows if who]

    def next_steps(self) -> list[Step]:
        """The next steps that were filled in."""
        said = self.cleaned_data
        return [
            Step(
                said[f"steps-{n}_what"],
                said[f"steps-{n}_owner"],
                said[f"steps-{n}_agency"],
                said[f"steps-{n}_due"],
            )
            for n in self._filled_steps(said)
        ]

    def field_of(self, named: str) -> str:
        """Where the page has what a rule names: the rules say `answers.a.reasons`, the page `limbs-a_reasons`."""
        parts = named.split(".")
        if parts[0] == "answers":
            return limb_field(named)
        if parts[0] == "dissents":
            return f"dissent-{parts[1]}_{parts[2]}"
        if parts[0] == "papers":
            return f"considered-{parts[-1]}_because"
        if named == "steps":
            return "steps-0_what"
        if named == "factors":
            return "factors-regard_codes"
        return f"recommendation-{named}" if named else ""


def _initial(page: ItemPage) -> dict[str, Any]:
    """What was saved last, as the form's own values: the three boxes of a date become one again."""
    found: dict[str, Any] = {"views-child": page.case.child_views, "views-family": page.case.family_views}
    for group, written in page.written.items():
        for name, value in written.data.items():
            stem, _, box = name.rpartition("_")
            if stem.endswith("_due") and box.isdigit():
                boxes = found.setdefault(f"{group}-{stem}", ["", "", ""])
                if int(box) < len(boxes):
                    boxes[int(box)] = value
            else:
                found[f"{group}-{name}"] = value
    return found


def rows_wanted(asked: Mapping[str, str]) -> dict[str, int]:
    """How many lines of dissents and steps an address asks for; anything that is no number asks for none."""
    return {
        group: int(asked[group])
        for group in ("dissent", "steps")
        if asked.get(group, "").isascii() and asked.get(group, "").isdigit() and len(asked[group]) < 3
    }


def titles(papers: Iterable[Any]) -> dict[str, str]:
    """Titles of papers by the id that answers name."""
    return {str(paper.public_id): paper.title for paper in papers}
