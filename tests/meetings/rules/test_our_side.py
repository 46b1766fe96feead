"""Who may be named to fetch what is missing: nobody of the child's family."""

import pytest

from meetings.rules.our_side import on_the_family_side

FAMILY = ("Robin Ashdown", "Kim Ashdown", "Grace O’Neill-Ashdown")


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("Her mother, Kim Ashdown", "mother"),
        ("Mum", "Mum"),
        ("the parents", "parents"),
        ("The family", "family"),
        ("Foster carer", "carer"),
        ("Parent or carer", "Parent"),
        ("Kim Ashdown", "Kim Ashdown"),
        ("kim ashdown, by e-mail", "Kim Ashdown"),
        ("Mrs Grace O'Neill Ashdown", "Grace O’Neill-Ashdown"),
        ("Mr Ashdown", "Robin Ashdown"),
        ("Robin", "Robin Ashdown"),
        ("Ines Ward", ""),
        ("Grace Lee, educational psychologist", ""),
        ("Ines Ashdown", ""),
        ("The case coordinator", ""),
        ("Family support worker", ""),
        ("The parent carer forum", ""),
        ("Young carers team", ""),
        ("The Carers Trust", ""),
        ("The family’s social worker", ""),
        ("Sister Benedict, school nurse", ""),
        ("", ""),
    ],
)
def test_family_is_known_by_its_names_and_by_what_it_is_to_the_child(words: str, found: str) -> None:
    assert on_the_family_side(words, FAMILY) == found
