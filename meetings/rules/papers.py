"""Papers that were there and were not considered: each says why, and no answer rests on it (law.md 7, row 5). Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from panel.law.legal import LimbAnswer, says_something, too_little
from panel.law.problems import Problem


@dataclass(frozen=True)
class LeftOut:
    """A paper, by its public id, that the panel did not consider, and why."""

    paper: str
    because: str


def left_out_problems(left_out: Iterable[LeftOut], answers: Sequence[LimbAnswer]) -> tuple[Problem, ...]:
    """What is wrong with leaving papers out, each beside its paper: a reason of less than two words, or an answer that rests on it."""
    rests_on = {paper for answer in answers for paper in answer.papers}
    found = []
    for one in left_out:
        if not says_something(one.because):
            sentence = (
                f"{too_little(one.because)}Say in a few words why the panel did not consider this paper."
            )
            found.append(Problem("left_out_without_reason", f"papers.{one.paper}", sentence))
        if one.paper in rests_on:
            sentence = "An answer of the legal test rests on this paper, so it was considered. Untick it there, or take this line out."
            found.append(Problem("left_out_and_relied_on", f"papers.{one.paper}", sentence))
    return tuple(found)
