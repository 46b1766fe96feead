"""A paper that was not considered says why, and nothing rests on it."""

import pytest

from meetings.rules.papers import LeftOut, left_out_problems
from panel.law.legal import Answer, LimbAnswer

ANSWERS = (LimbAnswer("a", Answer.YES, "She speaks in single words.", ("one",)),)


@pytest.mark.parametrize(
    ("left_out", "codes"),
    [
        ((), []),
        ((LeftOut("two", "It is about her brother."),), []),
        ((LeftOut("two", ""),), ["left_out_without_reason"]),
        ((LeftOut("two", "n/a"),), ["left_out_without_reason"]),
        ((LeftOut("one", "It is about her brother."),), ["left_out_and_relied_on"]),
        (
            (LeftOut("one", "-"), LeftOut("two", "-")),
            ["left_out_without_reason", "left_out_and_relied_on", "left_out_without_reason"],
        ),
    ],
)
def test_paper_left_out_says_why_beside_it(left_out: tuple[LeftOut, ...], codes: list[str]) -> None:
    found = left_out_problems(left_out, ANSWERS)
    assert [problem.code for problem in found] == codes
    assert {problem.field for problem in found} <= {"papers.one", "papers.two"}
