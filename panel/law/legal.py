"""The two legal tests as effective-dated data, and what a lawful record of an answer to them holds. Pure.

Assess: Children and Families Act 2014 s36(8), two limbs, both predictive. Issue: s37(1), one question. The limbs come first;
the outcome follows from the answers. A refusal rests on a limb answered no with reasons; "cannot tell" is never a refusal.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from panel.law.problems import Problem
from panel.law.words import in_words


class Stage(StrEnum):
    """Which of the two questions is asked."""

    ASSESS = "assess"
    ISSUE = "issue"


class Outcome(StrEnum):
    """What may be recommended and decided."""

    ASSESS = "assess"
    NOT_ASSESS = "not_assess"
    ISSUE = "issue"
    NOT_ISSUE = "not_issue"


class Answer(StrEnum):
    """What may be answered to a limb."""

    YES = "yes"
    NO = "no"
    CANNOT_TELL = "cannot_tell"


STAGE_LABELS: Mapping[Stage, str] = {
    Stage.ASSESS: "Whether to assess",
    Stage.ISSUE: "Whether to issue a plan",
}
OUTCOME_LABELS: Mapping[Outcome, str] = {
    Outcome.ASSESS: "Assess",
    Outcome.NOT_ASSESS: "Do not assess",
    Outcome.ISSUE: "Issue a plan",
    Outcome.NOT_ISSUE: "Do not issue a plan",
}
ANSWER_LABELS: Mapping[Answer, str] = {
    Answer.YES: "Yes",
    Answer.NO: "No",
    Answer.CANNOT_TELL: "Cannot tell",
}
OUTCOMES_OF: Mapping[Stage, tuple[Outcome, Outcome]] = {
    Stage.ASSESS: (Outcome.ASSESS, Outcome.NOT_ASSESS),
    Stage.ISSUE: (Outcome.ISSUE, Outcome.NOT_ISSUE),
}
REFUSALS = frozenset({Outcome.NOT_ASSESS, Outcome.NOT_ISSUE})


class Factor(StrEnum):
    """What the SEND Code of Practice, 9.14, asks to be looked at: evidence to have regard to, never a gate."""

    PROGRESS = "progress"
    NEEDS = "needs"
    DONE = "done"
    MORE_HELP = "more_help"
    DEVELOPMENT = "development"
    OUTCOMES = "outcomes"


FACTOR_LABELS: Mapping[Factor, str] = {
    Factor.PROGRESS: "Attainment and rate of progress",
    Factor.NEEDS: "Nature, extent and context of the needs",
    Factor.DONE: "What the setting has done already",
    Factor.MORE_HELP: "Progress only with much more help than is usual",
    Factor.DEVELOPMENT: "Physical, emotional, social and health needs",
    Factor.OUTCOMES: "Whether the outcomes of the plan or the support so far have been reached (from 19)",
}
OUTCOMES_FROM_AGE = 19


def factors_at(age: int | None) -> tuple[Factor, ...]:
    """The factors for somebody of this age in years; None where it is not known. Outcomes are looked at from 19 on."""
    grown = age is not None and age >= OUTCOMES_FROM_AGE
    return tuple(factor for factor in Factor if grown or factor is not Factor.OUTCOMES)


@dataclass(frozen=True, slots=True)
class Limb:
    """One question of a test. `question` is put to the panel, `plain` to the family; `help` reminds of the height of the bar.

    `in_words`: it is to be considered, and decides nothing. Its answer is what was thought of it, neither yes nor no.
    """

    code: str
    label: str
    question: str
    plain: str
    help: str
    authority: str
    in_words: bool = False


@dataclass(frozen=True, slots=True)
class LegalTest:
    """A test as it stood from `effective_from`; a request keeps the test of the day it was received.

    `over_18`: what the law asks besides of somebody over 18; one of the `limbs` only where it is asked (`asked_at`).
    """

    version: str
    stage: Stage
    effective_from: date
    authority: str
    limbs: tuple[Limb, ...]
    cannot_tell_allows_yes: bool
    over_18: Limb | None = None

    @property
    def deciding(self) -> tuple[Limb, ...]:
        """The questions from whose answers the outcome follows."""
        return tuple(limb for limb in self.limbs if not limb.in_words)

    @property
    def questions(self) -> dict[str, str]:
        """Every question a record under this test may answer, by its code."""
        return {limb.code: limb.question for limb in (*self.limbs, *([self.over_18] if self.over_18 else []))}


OVER_18 = 18
ADDITIONAL_TIME = Limb(
    "time",
    "Additional time",
    "Does the young person need additional time, compared with most others of the same age who do not have special educational "
    "needs, to complete their education or training?",
    "Do you need more time than most people of your age to finish your education or training?",
    "Asked of everybody over 18, and answered in words: what was considered, and what shows it. It binds nobody to an outcome.",
    "s36(10)",
    in_words=True,
)


# Part 3 of the Act came into force on 1 September 2014. Reform is added as a further row, never by editing one of these.
TESTS: tuple[LegalTest, ...] = (
    LegalTest(
        version="cfa2014-s36-8",
        stage=Stage.ASSESS,
        effective_from=date(2014, 9, 1),
        authority="Children and Families Act 2014 s36(8)",
        limbs=(
            Limb(
                "a",
                "Limb (a)",
                "Does the child or young person have, or might they have, special educational needs?",
                "Does your child have special educational needs, or might they?",
                "“May have” is enough. No diagnosis is needed.",
                "s36(8)(a)",
            ),
            Limb(
                "b",
                "Limb (b)",
                "Might it be necessary for special educational provision to be made in accordance with a plan?",
                "Might the help your child needs have to be set out in an education, health and care plan?",
                "“May be” is a low bar, and it looks ahead. What has been tried, spent or written so far is evidence, not a "
                "condition.",
                "s36(8)(b)",
            ),
        ),
        # Where one cannot say that it is not so, it may be so: that is what the low bar means.
        cannot_tell_allows_yes=True,
        over_18=ADDITIONAL_TIME,
    ),
    LegalTest(
        version="cfa2014-s37-1",
        stage=Stage.ISSUE,
        effective_from=date(2014, 9, 1),
        authority="Children and Families Act 2014 s37(1)",
        limbs=(
            Limb(
                "necessary",
                "The question",
                "In the light of the assessment, is it necessary for special educational provision to be made in accordance "
                "with a plan?",
                "Now that we have assessed your child, does the help they need have to be set out in an education, health and "
                "care plan?",
                "Set all the advice beside what was known before. What a setting could give counts only if this child would "
                "get it there; what it would cost the authority does not count.",
                "s37(1)",
            ),
        ),
        cannot_tell_allows_yes=False,
    ),
)


def legal_test(stage: Stage, received_on: date) -> LegalTest:
    """The test that governs a request received on `received_on`; the oldest for anything earlier still."""
    rows = sorted((test for test in TESTS if test.stage == stage), key=lambda test: test.effective_from)
    begun = [test for test in rows if test.effective_from <= received_on]
    return begun[-1] if begun else rows[0]


def asked_at(test: LegalTest, age: int | None) -> LegalTest:
    """The test as it is asked of somebody of this age in years: from the eighteenth birthday on with its further question.

    Where the age is not known it is not asked.
    """
    if test.over_18 is None or age is None or age < OVER_18:
        return test
    return replace(test, limbs=(*test.limbs, test.over_18))


def answer_label(answer: str | None) -> str:
    """A stored answer as people read it; nothing of a question that is answered in words."""
    return ANSWER_LABELS[Answer(answer)] if answer else ""


def legal_test_of(version: str) -> LegalTest:
    """The test a stored record was made under. KeyError for a version that never was."""
    return {test.version: test for test in TESTS}[version]


@dataclass(frozen=True, slots=True)
class LimbAnswer:
    """What was answered to one limb, why, and on which papers it rests (their public ids)."""

    limb: str
    answer: Answer | None
    reasons: str = ""
    papers: tuple[str, ...] = ()


def lawful_outcomes(
    stage: Stage, answers: Mapping[str, Answer | None], *, test: LegalTest | None = None
) -> frozenset[Outcome]:
    """The outcomes that follow from the answers (limb code to answer). Empty while a limb is unanswered.

    All yes: only yes. A no: only the refusal. "Cannot tell" without a no: to assess, because the bar is "may"; for a plan
    neither outcome, because "is necessary" must be found: get what is missing, or defer while the clock allows.
    """
    law = test or legal_test(stage, date.max)
    given = [answers.get(limb.code) for limb in law.deciding]
    yes, no = OUTCOMES_OF[stage]
    if None in given:
        return frozenset()
    if Answer.NO in given:
        return frozenset({no})
    if Answer.CANNOT_TELL in given and not law.cannot_tell_allows_yes:
        return frozenset()
    return frozenset({yes})


@dataclass(frozen=True, slots=True)
class Record:
    """What a recommendation or a decision says, before it is kept. Dates that do not apply are None.

    `heard_on` is the day of the meeting that heard it, `assessed_on` the day it was decided to assess (issue stage only),
    `age` that of the child or young person in years on the day it is decided.
    """

    stage: Stage
    outcome: Outcome | None
    answers: Sequence[LimbAnswer]
    reasons: str
    received_on: date
    decided_on: date
    heard_on: date | None = None
    assessed_on: date | None = None
    assess_decided: bool = False
    # Advice of reg 6(1) that applies and was neither asked for nor used again; asked only where a plan is refused.
    advice_lacking: tuple[str, ...] = ()
    age: int | None = None


def check_record(record: Record) -> list[Problem]:
    """Everything that keeps a record from being lawful, in the order of the form. An empty list means it may be kept.

    Reliability rows 6 (order of dates), 55 (reasons) and 56 (a plan only after a decision to assess); fields are named
    `answers.<limb>`, `answers.<limb>.reasons`, `outcome`, `reasons`, `decided_on`.
    """
    law = legal_test(record.stage, record.received_on)
    # Once it was answered its words stand, whatever is known of the age since.
    answered = law.over_18 is not None and law.over_18.code in {one.limb for one in record.answers}
    law = asked_at(law, OVER_18 if answered else record.age)
    return [
        *limb_problems(law, record.answers),
        *_outcome_problems(law, record),
        *_date_problems(record),
    ]


def limb_problems(law: LegalTest, answers: Sequence[LimbAnswer]) -> list[Problem]:
    """What is missing of the answers to this test, in the order of its questions, and answers to what it does not ask."""
    found: list[Problem] = []
    given = {answer.limb: answer for answer in answers}
    for limb in law.limbs:
        answer = given.get(limb.code)
        if limb.in_words:
            found += considered_problems(limb, answer)
        elif answer is None or answer.answer is None:
            sentence = f"Answer {limb.label.lower()} before choosing an outcome: {limb.question}"
            found.append(Problem("limb_unanswered", f"answers.{limb.code}", sentence))
        elif not says_something(answer.reasons):
            sentence = (
                f"{too_little(answer.reasons)}Give the reasons for “{ANSWER_LABELS[answer.answer].lower()}” to {limb.label.lower()}, "
                "with what in the papers shows it."
            )
            found.append(Problem("limb_without_reasons", f"answers.{limb.code}.reasons", sentence))
    known = {limb.code for limb in law.limbs}
    found += [
        Problem("limb_unknown", "answers", f"The test under {law.authority} has no limb “{code}”.")
        for code in given
        if code not in known
    ]
    return found


def considered_problems(limb: Limb, answer: LimbAnswer | None) -> tuple[Problem, ...]:
    """What is wrong with the answer to a question that is answered in words: that it says nothing."""
    if answer is not None and says_something(answer.reasons):
        return ()
    sentence = (
        f"{too_little(answer.reasons if answer else '')}This young person is over 18. Say what was considered about the additional time they may need, compared "
        f"with most others of the same age, to complete their education or training ({limb.authority})."
    )
    return (Problem("time_not_considered", f"answers.{limb.code}.reasons", sentence),)


def says_something(reasons: str) -> bool:
    """Whether there are at least two words: a dash, a full stop or "n/a" is no reason."""
    return _words(reasons) > 1


def _words(reasons: str) -> int:
    return sum(any(sign.isalpha() for sign in word) for word in reasons.split())


def too_little(said: str) -> str:
    """What goes before a sentence that asks for reasons, where one word was typed: why the field is not taken for filled in."""
    return "One word is too little. " if _words(said) == 1 else ""


def _outcome_problems(law: LegalTest, record: Record) -> list[Problem]:
    found: list[Problem] = []
    answers = {answer.limb: answer.answer for answer in record.answers}
    answered = all(answers.get(limb.code) is not None for limb in law.deciding)
    if record.outcome is None:
        found.append(missing_outcome(law, answers))
    elif record.outcome not in OUTCOMES_OF[record.stage]:
        sentence = (
            f"“{OUTCOME_LABELS[record.outcome]}” does not answer “{STAGE_LABELS[record.stage].lower()}”."
        )
        found.append(Problem("outcome_of_other_stage", "outcome", sentence))
    elif answered and record.outcome not in lawful_outcomes(record.stage, answers, test=law):
        found.append(Problem(*_contradiction(law, record.outcome, answers)))
    if record.outcome is Outcome.NOT_ISSUE and record.advice_lacking:
        sentence = (
            f"Advice was neither asked for nor used again: {'; '.join(record.advice_lacking)}. Regulation 6(1) asks for it before"
            " a plan can be refused. Ask for it, or record the earlier advice that is used again."
        )
        found.append(Problem("advice_not_sought", "outcome", sentence))
    return [*found, *missing_reasons(record.reasons)]


def missing_reasons(reasons: str) -> tuple[Problem, ...]:
    """What to say where the reasons of the outcome say nothing."""
    sentence = f"{too_little(reasons)}Say why, in words about this child."
    return () if says_something(reasons) else (Problem("reasons_missing", "reasons", sentence),)


def missing_outcome(law: LegalTest, answers: Mapping[str, Answer | None]) -> Problem:
    """What to say where no outcome is chosen: what follows from the answers, for a browser does not send a choice they exclude."""
    given = [answers.get(limb.code) for limb in law.deciding]
    yes, no = OUTCOMES_OF[law.stage]
    if None in given:
        return Problem("outcome_missing", "outcome", "Choose an outcome.")
    if Answer.NO in given:
        sentence = f"Choose an outcome. An answer is no, and “{OUTCOME_LABELS[no].lower()}” follows from it."
        return Problem("outcome_missing", "outcome", sentence)
    if Answer.CANNOT_TELL not in given:
        return Problem("outcome_missing", "outcome", f"Choose an outcome. {_must(law)}")
    if not law.cannot_tell_allows_yes:
        return Problem(*_contradiction(law, yes, answers))
    sentence = f"{_NEVER_A_REFUSAL} From these answers follows “{OUTCOME_LABELS[yes].lower()}”: choose it, or put the question off."
    return Problem("outcome_missing", "outcome", sentence)


_NEVER_A_REFUSAL = "“Cannot tell” is never a refusal. A refusal needs an answer of no, with reasons."


def _must(law: LegalTest) -> str:
    must = "assess" if law.stage == Stage.ASSESS else "issue a plan"
    return f"With every answer yes the authority must {must} ({law.authority})."


def _contradiction(
    law: LegalTest, outcome: Outcome, answers: Mapping[str, Answer | None]
) -> tuple[str, str, str]:
    refused = outcome in REFUSALS
    given = [answers[limb.code] for limb in law.deciding]
    if Answer.NO in given:
        sentence = (
            f"An answer is no, and “{OUTCOME_LABELS[outcome].lower()}” does not follow from it. "
            "Change the answer or the outcome."
        )
        return "no_excludes_outcome", "outcome", sentence
    if Answer.CANNOT_TELL in given and refused:
        sentence = f"{_NEVER_A_REFUSAL} Ask for what is missing, or defer while the date allows."
        return "cannot_tell_is_no_refusal", "outcome", sentence
    if Answer.CANNOT_TELL in given:
        sentence = (
            f"{law.authority} asks whether a plan is necessary, so “cannot tell” settles nothing. Get the advice that is "
            "missing, or defer while the date allows."
        )
        return "cannot_tell_settles_nothing", "outcome", sentence
    sentence = f"{_must(law)} Change an answer, or choose that."
    return "yes_excludes_refusal", "outcome", sentence


def _date_problems(record: Record) -> list[Problem]:
    found: list[Problem] = []
    decided = in_words(record.decided_on)
    if record.decided_on < record.received_on:
        sentence = f"The decision is dated {decided}, before the request was received on {in_words(record.received_on)}."
        found.append(Problem("decided_before_request", "decided_on", sentence))
    if record.heard_on is not None and record.decided_on < record.heard_on:
        sentence = f"The decision is dated {decided}, before the meeting on {in_words(record.heard_on)}."
        found.append(Problem("decided_before_meeting", "decided_on", sentence))
    if record.stage != Stage.ISSUE:
        return found
    if not record.assess_decided:
        sentence = (
            "No decision to assess is recorded for this request, so a plan cannot be decided yet. "
            "Look at the history of the case."
        )
        found.append(Problem("not_assessed", "stage", sentence))
    elif record.assessed_on is not None and record.decided_on < record.assessed_on:
        sentence = f"The decision is dated {decided}, before the decision to assess of {in_words(record.assessed_on)}."
        found.append(Problem("decided_before_assess", "decided_on", sentence))
    return found
