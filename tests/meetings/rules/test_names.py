"""When a paper’s written author may be a member: a question is asked, nothing is concluded."""

import pytest

from meetings.rules.names import same_person, written_by


@pytest.mark.parametrize(
    "author",
    [
        "Anna Marsh",
        "Dr Anna Marsh",
        "Dr. ANNA  MARSH",
        "Mrs A\u0301nna Marsh",
        "Professor Dame Anna Marsh",
        "Anna J. Marsh",
        "Anna Marsh, Educational Psychologist",
        "Marsh, Anna",
        "Marsh, Dr Anna",
        "Anna Marsh (trainee)",
        "Bob Field and Dr Anna Marsh",
        "Bob Field; Anna Marsh",
        "B Field / Anna Marsh",
        "Anna Marsh - EP",
        "Anna Marsh – educational psychologist",
        "Anna Marsh: EP",
        "Anna Marsh EP",
        "Anna Marsh\nEP",
        "Bob Field, Anna Marsh",
        "Bob Field, Carol Lee, Dr Anna Marsh, EP",
        "MARSH Anna",
        "Marsh, Anna, EP",
        "Marsh, A.",
        "Marsh A",
        "A. Marsh",
        "Ms. A Marsh",
        "A. J. Marsh",
        "EP: Anna Marsh",
    ],
)
def test_the_same_name_is_asked_about(author: str) -> None:
    assert written_by(author, "Anna Marsh")


@pytest.mark.parametrize(
    "author",
    [
        "",
        "Marsh",
        "Anna",
        "B Marsh",
        "Anna Marshall",
        "Anna, Bob Marsh",
        "Bob Field, EP",
        "Anna-Marie Marsh",
        "Hannah Marsh",
        "Anna Louise Marsh",
        "Alexandra Marsh",
        "Dr Marsh",
    ],
)
def test_another_name_is_not(author: str) -> None:
    assert not written_by(author, "Anna Marsh")


@pytest.mark.parametrize(
    ("author", "name", "asked"),
    [
        ("Sean O'Neill", "Seán O’Neill", True),
        ("Anna Smith Jones", "Anna Smith-Jones", True),
        ("Anna L Marsh", "Anna Louise Marsh", True),
        ("Anna K Marsh", "Anna Louise Marsh", False),
        ("Anna K Marsh", "Anna L Marsh", False),
        ("Anna Kay Marsh", "Anna Louise Marsh", False),
        ("Anna Marsh", "Marsh", False),
        ("Andy Sand", "Andy Sand", True),
    ],
)
def test_middle_names_accents_and_hyphens(author: str, name: str, *, asked: bool) -> None:
    assert written_by(author, name) is asked


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("Imelda Farrow", True),
        ("dr imelda farrow", True),
        ("Doctor Imelda Farrow", True),
        ("Dr Farrow", False),
        ("Imelda", False),
        ("Imelda Farrow-Smith", False),
    ],
)
def test_a_title_is_no_part_of_a_name(words: str, named: bool) -> None:  # noqa: FBT001 (a parameter)
    assert same_person(words, "Dr Imelda Farrow") is named
