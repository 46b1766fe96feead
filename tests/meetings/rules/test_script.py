"""The chair's script: its order, and which step counts as done by what is recorded."""

import datetime as dt
from dataclasses import replace

import pytest

from meetings.forms.steps import with_standard
from meetings.rules.script import Heard, LimbHeard, StepHeard, script
from meetings.rules.standard_steps import FOLLOWS, TELL_THE_FAMILY, standard_steps, told_to_family
from panel.law.legal import Outcome

NOTHING = Heard(
    child="",
    family="",
    pre_views=False,
    limbs=(LimbHeard("a", "Limb (a)", False, ""), LimbHeard("b", "Limb (b)", False, "")),
    factors=False,
    outcome=None,
    reasons="",
    answered="",
    help_meanwhile="",
    dissents=False,
    nobody_dissents=False,
    half_a_dissent=False,
    read_back=False,
    steps=(),
    risk_recorded=False,
    no_risk=False,
)
ORDER = ["child", "family", "pre_views", "limba", "limbb", "factors", "recommendation", "help"]
ORDER += ["dissent", "read_back", "steps", "risk", "told"]


def done(**heard) -> list[str]:
    return [f"{line.cue}{line.limb}" for line in script(replace(NOTHING, **heard)) if line.done]


def test_script_has_the_order_in_which_it_is_spoken_and_nothing_is_done_at_first() -> None:
    assert [f"{line.cue}{line.limb}" for line in script(NOTHING)] == ORDER
    assert done() == []


def test_panel_without_views_before_the_discussion_is_not_asked_for_them() -> None:
    assert "pre_views" not in [line.cue for line in script(replace(NOTHING, pre_views=None))]


@pytest.mark.parametrize(
    ("heard", "cues"),
    [
        ({"child": "I like science."}, ["child"]),
        ({"family": "We worry."}, ["family"]),
        ({"family": "  "}, []),
        ({"pre_views": True}, ["pre_views"]),
        ({"limbs": (LimbHeard("a", "Limb (a)", True, ""),)}, []),
        ({"limbs": (LimbHeard("a", "Limb (a)", True, "Single words only."),)}, ["limba"]),
        ({"limbs": (LimbHeard("a", "Limb (a)", False, "Single words only."),)}, []),
        ({"factors": True}, ["factors"]),
        ({"outcome": Outcome.ASSESS}, []),
        ({"outcome": Outcome.ASSESS, "reasons": "Her speech is far behind."}, []),
        ({"outcome": Outcome.ASSESS, "reasons": "word " * 59}, []),
        ({"outcome": Outcome.ASSESS, "reasons": "word " * 60}, ["recommendation"]),
        ({"answered": "She cries, and the club helps with that."}, []),
        ({"help_meanwhile": "The lunch club goes on."}, ["help"]),
        ({"help_meanwhile": "n/a"}, []),
        ({"dissents": True}, ["dissent"]),
        ({"dissents": True, "half_a_dissent": True}, []),
        ({"nobody_dissents": True}, ["dissent"]),
        ({"read_back": True}, ["read_back"]),
        ({"risk_recorded": True}, ["risk"]),
        ({"no_risk": True}, ["risk"]),
        ({"steps": (StepHeard("Ask for advice", True),)}, ["steps"]),
        ({"steps": (StepHeard("Ask for advice", False),)}, []),
        ({"steps": (StepHeard("Tell the family", True),)}, ["told"]),
        ({"steps": (StepHeard(" tell the Family today", False),)}, []),
    ],
)
def test_step_is_done_by_what_is_recorded(heard: dict, cues: list[str]) -> None:
    assert done(**heard) == cues


@pytest.mark.parametrize("outcome", [*Outcome, None])
def test_standard_steps_name_who_does_what_after_the_meeting_and_tell_the_family(outcome) -> None:
    friday = dt.date(2026, 3, 13)
    steps = standard_steps(outcome, coordinator="Cora Coordinator", heard_on=friday)
    assert {(step.owner, step.agency) for step in steps} == {("Cora Coordinator", "The authority")}
    assert (steps[0].what, steps[0].due_on) == (TELL_THE_FAMILY, dt.date(2026, 3, 16))
    assert len(steps) == (1 if outcome is None else 2)
    told = script(replace(NOTHING, steps=tuple(StepHeard(step.what, True) for step in steps)))
    assert [line.cue for line in told if line.done] == (["told"] if outcome is None else ["steps", "told"])


def test_refusal_leads_to_an_inclusion_planning_meeting() -> None:
    for outcome in (Outcome.NOT_ASSESS, Outcome.NOT_ISSUE):
        steps = standard_steps(outcome, coordinator="", heard_on=dt.date(2026, 3, 13))
        assert (steps[1].what.startswith("Agree a day for the Inclusion Planning"), steps[1].owner) == (
            True,
            "Case coordinator",
        )


def test_standard_steps_go_under_what_is_there_once_and_never_beyond_the_last_line() -> None:
    steps = standard_steps(Outcome.ASSESS, coordinator="", heard_on=dt.date(2026, 3, 13))
    first = with_standard({"0_what": "Ring the school"}, steps, 12)
    assert (first["0_what"], first["1_what"], first["1_due_0"]) == ("Ring the school", TELL_THE_FAMILY, "16")
    assert with_standard(first, steps, 12) == first
    assert with_standard({"1_what": "Ring the school"}, steps, 2) == {"1_what": "Ring the school"}


@pytest.mark.parametrize(
    ("heard", "needed", "label"),
    [
        (
            {"reasons": "Four words of it."},
            False,
            "Recommendation: 4 of at least 60 words of reasons, the clerk finishes them",
        ),
        ({"reasons": "Yes."}, True, "Recommendation: 1 of at least 60 words of reasons"),
        (
            {"reasons": "Four words of it.", "decided_here": True},
            True,
            "Recommendation: 4 of at least 60 words of reasons",
        ),
        ({"reasons": "Four words of it.", "outcome": None}, True, "Recommendation"),
        (
            {"reasons": "Four words of it.", "outcome": Outcome.NOT_ASSESS, "main_reason": False},
            True,
            "Recommendation: 4 of at least 60 words of reasons, the clerk finishes them, choose the main reason",
        ),
        (
            {"reasons": "word " * 60, "outcome": Outcome.NOT_ISSUE, "main_reason": False},
            True,
            "Recommendation, choose the main reason",
        ),
    ],
)
def test_key_reasons_are_enough_unless_the_chair_decides_here(
    heard: dict, *, needed: bool, label: str
) -> None:
    lines = script(replace(NOTHING, **{"outcome": Outcome.ASSESS, **heard}))
    [line] = [line for line in lines if line.cue == "recommendation"]
    assert (line.needed, line.label, line.done) == (needed, label, False)


def test_half_a_dissent_is_needed_whole() -> None:
    lines = {line.cue: line for line in script(replace(NOTHING, outcome=Outcome.ASSESS))}
    assert not lines["dissent"].needed
    half = {line.cue: line for line in script(replace(NOTHING, nobody_dissents=True, half_a_dissent=True))}
    assert (half["dissent"].done, half["dissent"].needed) == (False, True)


@pytest.mark.parametrize(
    ("heard", "done_already"),
    [
        ({"outcome": Outcome.ASSESS, "family": "We worry."}, None),
        ({"outcome": None, "family": "We worry."}, None),
        ({"outcome": Outcome.NOT_ASSESS}, None),
        ({"outcome": Outcome.NOT_ASSESS, "family": "We worry."}, False),
        ({"outcome": Outcome.NOT_ISSUE, "child": "I like science."}, False),
        ({"outcome": Outcome.NOT_ASSESS, "family": "We worry.", "answered": "-"}, False),
        ({"outcome": Outcome.NOT_ASSESS, "family": "We worry.", "answered": "So do we, and say why."}, True),
    ],
)
def test_refusal_waits_for_an_answer_to_what_was_said(heard: dict, *, done_already: bool | None) -> None:
    lines = [line for line in script(replace(NOTHING, **heard)) if line.cue == "answered"]
    assert [(line.done, line.needed) for line in lines] == (
        [] if done_already is None else [(done_already, True)]
    )


@pytest.mark.parametrize("outcome", list(Outcome))
def test_standard_step_is_told_to_a_family_as_ours_and_never_as_its_own_task(outcome) -> None:
    told = told_to_family(FOLLOWS[outcome][0].lower(), setting="Elm Primary School")
    assert told.startswith("We ")
    assert [part for part in ("regulation", "the family", "{setting}") if part in told] == []


def test_standard_step_names_the_setting_where_it_is_known() -> None:
    what = FOLLOWS[Outcome.ISSUE][0]
    assert [told_to_family(what, setting=name) for name in ("Elm Primary School", "")] == [
        "We write the draft plan with you and Elm Primary School",
        "We write the draft plan with you and the nursery, school or college",
    ]


def test_words_somebody_typed_are_told_as_they_are() -> None:
    assert told_to_family("Ask the therapist for a date", setting="Elm Primary School") == ""
