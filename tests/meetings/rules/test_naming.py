"""Names are looked for as people write them, and what was found is answered for by name."""

import pytest

from meetings.rules.naming import Named, names_said, naming_problems

ROBIN = ("Robin Smith-Jones", "Robin", "Smith-Jones")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("robin did well.", ("Robin",)),
        ("Robins reading grew.", ("Robin",)),
        ("Robin’s reading grew, and robin's writing.", ("Robin",)),
        ("ROBIN grew.", ("Robin",)),
        ("Robin-Lee came.", ("Robin",)),
        ("Mrs Smith Jones came.", ("Smith-Jones",)),
        ("R. Smith–Jones came.", ("Smith-Jones",)),
        ("Mrs Jones came with mr smith.", ("Jones", "Smith")),
        ("Robin smith-jones and Robin", ("Robin Smith-Jones", "Robin")),
        ("Robin Smith-Jones came.", ("Robin Smith-Jones",)),
        ("Robinson and a Smithy.", ()),
        ("", ()),
    ],
)
def test_name_is_found_as_people_write_it(text: str, found: tuple[str, ...]) -> None:
    assert names_said(text, ROBIN) == found


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("Will Ashdown", "It will help.", ()),
        ("Will Ashdown", "Will it help?", ("Will",)),
        ("Will Ashdown", "WILL helped.", ("Will",)),
        ("Will Ashdown", "As will ashdown said.", ("Will Ashdown",)),
        ("May Hope", "We may hope for grace.", ("May Hope",)),
        ("May", "It may; in May it did.", ("May",)),
        ("Grace Marks", "With grace, by marks.", ()),
        ("Jo Nurse", "jo, the nurse.", ()),
        ("Jo Nurse", "Jo’s diary.", ("Jo",)),
        ("Dr Ann O’Neill", "the diary of ann oneill", ("Ann O’Neill",)),
        ("Dr Ann O’Neill", "The doctor, Dr O'Neill", ("O’Neill",)),
        ("Zoe\u0308 Bronte\u0308", "Zoé and bronte", ("Bronte\u0308", "Zoe\u0308")),
        ("李明", "和李明 一起 李明", ("李明",)),
        ("A", "As it was.", ()),
        ("A B", "Nobody else.", ()),
        ("  ", "Nobody.", ()),
    ],
)
def test_words_that_are_names_too_count_with_a_capital_alone(
    name: str, text: str, found: tuple[str, ...]
) -> None:
    assert names_said(text, [name]) == found


def problems(names: list[str], others: list[str], said: tuple[str, ...], **marks: list[str]) -> list[Named]:
    read_by = "The setting reads this"
    return list(naming_problems("words", names, others, **marks, read_by=read_by, names_nobody=said))


def test_other_cases_are_never_named_and_known_names_only_when_they_name_nobody() -> None:
    assert problems([], [], ()) == []
    (asked,) = problems(["May"], [], ())
    assert (asked.code, asked.field, asked.names) == ("names", "words", ("May",))
    assert problems(["May"], [], ("May",)) == []
    assert [one.code for one in problems(["May"], ["It is of another case."], ("May",))] == ["another_case"]


def test_one_name_that_was_looked_at_lets_no_other_through() -> None:
    (asked,) = problems(["Will Ashdown", "Will"], [], ("Will",))
    assert asked.names == ("Will Ashdown",)
    assert asked.sentence.startswith("“Will Ashdown” is a name we know")


def test_birthday_number_and_reference_are_asked_about_like_names() -> None:
    (asked,) = problems(["May"], [], ("May",), marks=["04/05/2018"])
    assert asked.names == ("04/05/2018",)
    assert asked.sentence.startswith("“04/05/2018” tells which child this is. The setting reads this: ")
    assert problems(["May"], [], ("May", "04/05/2018"), marks=["04/05/2018"]) == []
