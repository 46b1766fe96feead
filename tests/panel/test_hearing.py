"""What an invented panel says of somebody, in words that go into a letter: by name to a parent, “you” to the young person."""

import datetime as dt
import re

import pytest

from panel.demonstration.hearing import said
from panel.law.legal import Outcome


def words(outcome: Outcome, *, to_them: bool) -> str:
    spoken = said(
        name="Charlie",
        to_them=to_them,
        need="learning",
        setting="Elm College",
        outcome=outcome,
        day=dt.date(2026, 11, 24),
        papers=(),
    )
    return " ".join([*(one.reasons for one in spoken.answers), spoken.reasons, spoken.meanwhile])


@pytest.mark.parametrize("outcome", list(Outcome))
def test_young_person_is_spoken_to_and_nobody_else_is(outcome: Outcome) -> None:
    to_them, of_them = words(outcome, to_them=True), words(outcome, to_them=False)
    assert ("Charlie" in to_them, "{" in to_them, "the family" in to_them) == (False, False, False)
    assert re.findall(r"\b[Yy]ou (?:finds|has|takes|needs|is)\b", to_them) == []
    assert (of_them.count("Charlie") > 1, re.findall(r"Charlie (?:find|have|take|need|are)\b", of_them)) == (
        True,
        [],
    )
