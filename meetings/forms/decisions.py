"""What the officer types: agree with the panel or depart from it, decide without one, set a wrong key aside."""

import datetime as dt
from dataclasses import replace
from typing import Any, ClassVar

from django import forms
from django.utils import timezone

from meetings.actions.recommend import answers_of
from meetings.forms.limbs import LimbPart, add_limbs, answers_given, answers_now, limb_field, limb_parts
from meetings.forms.meanwhile import meanwhile_field
from meetings.forms.reasons import NAMES as CODE_NAMES
from meetings.forms.reasons import add_codes, code_fields, codes_given
from meetings.models import Recommendation, Reconsideration
from meetings.queries.finishing import is_unfinished
from meetings.rules.answering import Views, owes_an_answer
from meetings.rules.decisions import missing_no_panel
from panel.forms.base import DateField, GovukForm, LineField, WordsField
from panel.law.legal import (
    ANSWER_LABELS,
    OUTCOME_LABELS,
    OUTCOMES_OF,
    Answer,
    LegalTest,
    LimbAnswer,
    Outcome,
    Stage,
    limb_problems,
    missing_outcome,
    missing_reasons,
)
from panel.law.problems import Problem
from panel.law.reasons import AGREEMENT_HINT, REASONS_HINT, REASONS_WORDS, Coded

AGREE, DEPART = "agree", "depart"
NOON = dt.time(12)


def _answer_field() -> WordsField:
    return WordsField(
        rows=3,
        required=False,
        label="How this answers what the child and the family said",
        help_text="A refusal owes them an answer. The letter prints it under their words.",
    )


class _Deciding(GovukForm):
    """What every decision has: its day and the delegation it is made under."""

    decided_on = DateField(label="Day of the decision")
    delegation_reference = LineField(max_length=100, label="Delegation it is made under")

    def layout_parts(self) -> list[Any]:
        """The page lays its parts out itself."""
        return []

    def codes(self) -> list[Any]:
        """The coded reasons of a refusal."""
        return code_fields(self)

    def coded(self) -> Coded:
        """The coded reasons that were chosen."""
        return codes_given(self)

    def decided_at(self, now: dt.datetime) -> dt.datetime:
        """Now for a decision of today; noon for one that is entered later."""
        day = self.cleaned_data["decided_on"]
        if day == timezone.localdate(now):
            return now
        return timezone.make_aware(dt.datetime.combine(day, NOON))

    def answer(self) -> str:
        """How the decision answers what the child and the family said, where the page asks for it."""
        return str(self.cleaned_data.get("family_views_answered", ""))

    def order_as_shown(self) -> None:
        """The fields in the order of the page, which is the order of the error summary."""
        limbs = [name for name in self.fields if name.startswith("limbs-")]
        self.order_fields(
            [
                "does",
                "departs_because",
                "no_panel_because",
                *limbs,
                "outcome",
                *CODE_NAMES,
                "reasons",
                "family_views_answered",
                "support_meanwhile",
            ]
        )

    def field_of(self, named: str) -> str:
        """Where the page has what a rule names."""
        return "decided_on" if named == "decided_at" else limb_field(named)


class DecideForm(_Deciding):
    """Agree with what the panel recommends, or depart from it with answers and reasons of one's own."""

    does = forms.ChoiceField(
        label="Your decision",
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether you agree with the panel"},
    )
    departs_because = WordsField(
        rows=3, required=False, label="Why the authority decides otherwise than the panel recommends"
    )
    reasons = WordsField(
        rows=4,
        required=False,
        label="Reasons for the decision, in words about this child",
        help_text=REASONS_HINT,
        words_wanted=REASONS_WORDS,
    )
    family_views_answered = _answer_field()
    support_meanwhile = meanwhile_field()

    def __init__(
        self, *args: Any, advice: Recommendation, test: LegalTest, papers: Any, **kwargs: Any
    ) -> None:
        self.test, self.recommended = test, Outcome(advice.outcome)
        self.unfinished = is_unfinished(advice)
        # Also whoever agrees has to answer what was said, where the panel did not.
        self.lacks_answer = owes_an_answer(self.recommended, Views(True, advice.family_views_answered))
        # And what has to be considered about somebody who was not over 18 yet when the panel sat.
        said = {row["limb"] for row in advice.answers}
        self.owed = tuple(limb for limb in test.limbs if limb.in_words and limb.code not in said)
        self.advised = answers_of(advice.answers)
        # Not the panel's reasons: they argue for the outcome that is departed from, and the letter prints them.
        # The help goes on whatever is decided, so the panel’s words about it are a start.
        given: dict[str, Any] = {"support_meanwhile": advice.support_meanwhile}
        for row in advice.answers:
            given |= {
                f"limbs-{row['limb']}_answer": row["answer"],
                f"limbs-{row['limb']}_reasons": row["reasons"],
                f"limbs-{row['limb']}_papers": row["papers"],
            }
        super().__init__(*args, **{**kwargs, "initial": {**given, **kwargs.get("initial", {})}})
        add_limbs(self, test, papers)
        add_codes(self, Stage(test.stage))
        choice: Any = self.fields["does"]
        choice.error_messages["required"] = "Say whether you agree with the panel"
        choice.choices = [
            (AGREE, f"I agree: {OUTCOME_LABELS[self.recommended].lower()}"),
            (DEPART, f"I depart from it: {OUTCOME_LABELS[self.other].lower()}"),
        ]
        self.order_as_shown()

    @property
    def other(self) -> Outcome:
        """The outcome the panel did not recommend."""
        return next(each for each in OUTCOMES_OF[self.test.stage] if each is not self.recommended)

    def limbs(self) -> list[LimbPart]:
        """The questions of the legal test with their fields, but for what is owed whether one agrees or departs."""
        return [part for part in limb_parts(self, self.test) if part.limb not in self.owed]

    def owed_words(self) -> list[Any]:
        """The fields for what is owed."""
        return [self[f"limbs-{limb.code}_reasons"] for limb in self.owed]

    def field_of(self, named: str) -> str:
        """The outcome is the choice itself; and whoever agrees sees none of the fields in which one departs."""
        name = super().field_of(named)
        return "does" if name == "outcome" or self._hidden(name) else name

    def clean(self) -> dict[str, Any]:
        """A browser sends the fields of departing also when one agrees: what is wrong there is nobody's fault, and not used."""
        for name in [name for name in self.errors if self._hidden(name)]:
            del self.errors[name]
        return self.cleaned_data

    def _hidden(self, name: str) -> bool:
        """Whether a field shows only to who departs, and this officer agrees."""
        shown = {*_Deciding.base_fields, "does", *(["family_views_answered"] if self.lacks_answer else [])}
        shown |= {f"limbs-{limb.code}_reasons" for limb in self.owed}
        shown |= {"reasons"} if self.unfinished else set()
        return self["does"].value() == AGREE and name in self.fields and name not in shown

    def said(self) -> dict[str, Any]:
        """The action's own words: answers and reasons are the panel's unless one departs from it, or its words are not finished and
        the officer gives her own.
        """
        if self.cleaned_data["does"] == AGREE:
            answer = self.answer() if self.lacks_answer else ""
            agreed = {"outcome": self.recommended, "family_views_answered": answer}
            owed = [
                one for one in answers_given(self, self.test) if one.limb in {limb.code for limb in self.owed}
            ]
            own = self.cleaned_data["reasons"] if self.unfinished else ""
            agreed |= {"reasons": own} if own else {}
            return {**agreed, "answers": (*self.advised, *owed)} if owed else agreed
        return {
            "outcome": self.other,
            "answers": answers_given(self, self.test),
            "reasons": self.cleaned_data["reasons"],
            "coded": self.coded(),
            "family_views_answered": self.answer(),
            "support_meanwhile": self.cleaned_data["support_meanwhile"],
            "departs_because": self.cleaned_data["departs_because"],
        }


class _Alone(_Deciding):
    """A decision without a panel's advice: the legal test answered in full by the officer."""

    reasons = WordsField(
        rows=4,
        required=False,
        label="Reasons, in words about this child",
        help_text=REASONS_HINT,
        words_wanted=REASONS_WORDS,
    )
    support_meanwhile = meanwhile_field()

    def __init__(self, *args: Any, test: LegalTest, papers: Any, **kwargs: Any) -> None:
        self.test = test
        super().__init__(*args, **kwargs)
        add_limbs(self, test, papers)
        self.order_as_shown()

    def limbs(self) -> list[LimbPart]:
        """The questions of the legal test with their fields."""
        return limb_parts(self, self.test)

    def words(self) -> list[Any]:
        """The fields whose words a letter may print."""
        return [self[name] for name, field in self.fields.items() if isinstance(field, WordsField)]

    def answers(self) -> tuple[LimbAnswer, ...]:
        """The answers with their reasons and papers."""
        return answers_given(self, self.test)


# Which answer keeps an agreement from following, by what the rule calls it.
_EXCLUDES = {"no_excludes_outcome": Answer.NO, "cannot_tell_settles_nothing": Answer.CANNOT_TELL}


class _Agreeing(_Alone):
    """An agreement, with no outcome to choose. `else_do`: what there is to do where an answer leads to none."""

    else_do: ClassVar[str]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reasons"].help_text = AGREEMENT_HINT

    def place(self, problem: Problem) -> None:
        """A rule speaks of limbs, and of outcomes to choose; here the question is named, with what its answer leads to."""
        if problem.code in _EXCLUDES:
            answers = answers_now(self, self.test)
            excludes = [limb for limb in self.test.deciding if answers[limb.code] is _EXCLUDES[problem.code]]
            for limb in excludes:
                label = ANSWER_LABELS[_EXCLUDES[problem.code]].lower()
                sentence = f"The answer “{label}” to “{limb.question}” leads to no agreement. {self.else_do}"
                super().place(Problem(problem.code, f"answers.{limb.code}", sentence))
            return
        for limb in self.test.limbs:
            if problem.field == f"answers.{limb.code}":
                problem = replace(problem, sentence=f"Answer “{limb.question}”")
            elif problem.field == f"answers.{limb.code}.reasons":
                named = problem.sentence.replace(f"to {limb.label.lower()},", f"to “{limb.question}”,")
                problem = replace(problem, sentence=named)
        super().place(problem)


class FastTrackForm(_Agreeing):
    """A clear agreement."""

    else_do = "Change the answer, or put the question to a panel."


class AgreeAgainForm(_Agreeing):
    """An agreement on looking again at a refusal."""

    else_do = "Change the answer, or let the refusal stand."


class LookAgainForm(GovukForm):
    """Why the authority looks again at a refusal."""

    cause = forms.ChoiceField(
        label="What it is looked at again for",
        choices=Reconsideration.Cause.choices,
        widget=forms.RadioSelect,
    )
    because = WordsField(rows=3, label="Why, in words about this child")
    send_label = "Begin to look again"


class StandsForm(GovukForm):
    """Why a refusal stands after it was looked at again."""

    stands_because = WordsField(rows=3, label="Why the refusal stands, in words about this child")
    send_label = "Let the refusal stand"


class WithoutPanelForm(_Alone):
    """A decision where no panel can sit in time."""

    no_panel_because = WordsField(rows=3, required=False, label="Why no panel can hear it in time")
    outcome = forms.ChoiceField(label="Decision", required=False, widget=forms.RadioSelect)
    family_views_answered = _answer_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        add_codes(self, Stage(self.test.stage))
        choice: Any = self.fields["outcome"]
        choice.choices = [(each.value, OUTCOME_LABELS[each]) for each in OUTCOMES_OF[Stage(self.test.stage)]]
        self.order_as_shown()

    def clean(self) -> dict[str, Any]:
        """An outcome has to be chosen before the whole rule can be asked; where none is, all that is missing is said at once."""
        said: dict[str, Any] = super().clean() or {}
        if not said.get("outcome"):
            for problem in self._missing(said):
                if self.field_of(problem.field) not in self.errors:
                    self.place(problem)
        return said

    def _missing(self, said: dict[str, Any]) -> tuple[Problem, ...]:
        return (
            *missing_no_panel(said.get("no_panel_because", "")),
            *limb_problems(self.test, answers_given(self, self.test)),
            missing_outcome(self.test, answers_now(self, self.test)),
            *missing_reasons(said.get("reasons", "")),
        )


class SendBackForm(GovukForm):
    """What the panel should look at again."""

    because = LineField(
        max_length=500,
        label="What the panel should look at again",
        help_text="The clock runs on. Whoever is at the panel that looks at it again reads these words, and so does the clerk.",
    )
    send_label = "Send it back to the panel"


class SetAsideForm(GovukForm):
    """What was entered wrongly."""

    reason = LineField(max_length=500, label="What was entered wrongly")
    send_label = "Propose to set it aside"


class ConfirmForm(GovukForm):
    """A second person's word that the record was a wrong key."""

    sure = forms.BooleanField(label="I have looked at the record, and it was entered in error")
    send_label = "Set this decision aside"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sure"].error_messages["required"] = "Look at the record and confirm it"
