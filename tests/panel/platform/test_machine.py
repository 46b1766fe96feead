"""The case's and the paper's tables, every cell; what a table refuses to be."""

import pytest

from panel.models import CASE_MACHINE, PAPER_MACHINE
from panel.platform.machine import Labels, Machine, Transition
from panel.platform.policy import Refused

CELLS = [
    (machine, state, verb, target)
    for machine in (CASE_MACHINE, PAPER_MACHINE)
    for state, verb, target in machine.cells()
]

LEGAL = {
    ("case", "requested", "case.assess", "assessing"),
    ("case", "requested", "case.not_assess", "not_assessed"),
    ("case", "assessing", "case.issue", "drafting"),
    ("case", "assessing", "case.not_issue", "not_issued"),
    ("case", "assessing", "case.set_aside_assess", "requested"),
    ("case", "not_assessed", "case.set_aside_assess", "requested"),
    ("case", "drafting", "case.set_aside_issue", "assessing"),
    ("case", "not_issued", "case.set_aside_issue", "assessing"),
    ("case", "not_assessed", "case.reopen_assess", "assessing"),
    ("case", "not_issued", "case.reopen_issue", "drafting"),
    ("case", "assessing", "case.refusal_stands_assess", "not_assessed"),
    ("case", "drafting", "case.refusal_stands_issue", "not_issued"),
    ("case", "requested", "case.withdraw", "withdrawn"),
    ("case", "assessing", "case.withdraw", "withdrawn"),
    ("case", "withdrawn", "case.resume_assess", "requested"),
    ("case", "withdrawn", "case.resume_issue", "assessing"),
    ("paper", "checking", "paper.accept", "accepted"),
    ("paper", "checking", "paper.refuse", "refused"),
    ("paper", "accepted", "paper.withdraw", "withdrawn"),
}


@pytest.mark.parametrize(("machine", "state", "verb", "target"), CELLS)
def test_every_cell_is_as_the_law_has_it(machine: Machine, state: str, verb: str, target: str | None) -> None:
    wanted = next((to for name, at, by, to in LEGAL if (name, at, by) == (machine.name, state, verb)), None)
    assert target == wanted
    if wanted is None:
        with pytest.raises(Refused) as no:
            machine.target(state, verb)
        assert no.value.code == "wrong_state"
    else:
        assert verb in machine.verbs(state)


def test_table_with_an_unknown_state_is_refused_when_written() -> None:
    with pytest.raises(ValueError, match="gone"):
        Machine(
            "thing",
            {"here": Labels("Here", "Here")},
            "here",
            (Transition("go", frozenset({"here"}), "gone"),),
        )
