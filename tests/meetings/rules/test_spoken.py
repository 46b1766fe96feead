"""Who does a thing, without a name: what is a role and what may be somebody's name."""

import pytest

from meetings.rules.spoken import by_what_they_do, is_role


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("SENCO", True),
        ("the case coordinator", True),
        ("Class teacher", True),
        ("Head of year", True),
        ("Educational psychologist", True),
        ("Tessa Teacher", False),
        ("Mrs Hale", False),
        ("Tessa", False),
        ("Elm School", False),
        ("", False),
    ],
)
def test_words_are_a_role_only_where_none_of_them_can_be_a_name(words: str, *, wanted: bool) -> None:
    assert is_role(words) is wanted


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("Dr Nia Nurse", "A panel member (health)"),
        ("SENCO", "SENCO"),
        ("", ""),
        ("Somebody Else", "nobody we know"),
    ],
)
def test_person_we_know_stands_by_her_role_and_another_by_none(words: str, wanted: str) -> None:
    roles = {"Nia Nurse": "a panel member (health)"}
    assert by_what_they_do(words, roles, otherwise="nobody we know") == wanted
