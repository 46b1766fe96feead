"""What a paragraph seems to be about: proposed from names and addresses we know, and why."""

import pytest

from meetings.minutes.redaction import Ground
from meetings.rules.tagging import Around, proposal_of

AROUND = Around(
    own=("Robin Ashdown", "Robin", "Ashdown", "Grace Ashdown", "Grace"),
    children=("Sidney Vale", "Robin Mole"),
    others=("Vera Vale", "Grace Mole"),
    addresses=("ZZ1 1ZZ", "12 High Street", "ZZ2 2ZZ"),
    protected=("ZZ2 2ZZ",),
)


@pytest.mark.parametrize(
    ("words", "ground"),
    [
        ("She joins in when the group is small.", None),
        ("Another pupil, Sidney Vale, had bitten him.", Ground.ANOTHER_CHILD),
        ("What sidney did upset her.", Ground.ANOTHER_CHILD),
        ("Robin and Grace came home tired.", None),
        ("Robin Mole joined in.", Ground.ANOTHER_CHILD),
        ("Vera complained about it.", Ground.THIRD_PARTY),
        ("They moved to 12, High Street in May.", Ground.PROTECTED_ADDRESS),
        ("She stays at zz11zz at weekends.", Ground.PROTECTED_ADDRESS),
        ("Bus 12 stops in the High Street.", None),
        ("Sidney lives at ZZ2 2ZZ.", Ground.PROTECTED_ADDRESS),
    ],
)
def test_what_a_paragraph_seems_to_be_about(words: str, ground: Ground | None) -> None:
    found = proposal_of(words, AROUND)
    assert (found.ground if found else None) == ground


def test_reason_says_what_was_found() -> None:
    assert (
        proposal_of("At ZZ2 2ZZ.", AROUND).because == "It holds a protected address of this child’s family."
    )
    assert proposal_of("At ZZ1 1ZZ.", AROUND).because == "It holds an address of this child’s family."
    named = "“Vera Vale” is a name of somebody of another child’s family."
    assert proposal_of("Vera Vale wrote.", AROUND).because == named


def test_nothing_is_proposed_where_nobody_is_known() -> None:
    assert proposal_of("Sidney Vale lives at ZZ1 1ZZ.", Around()) is None
