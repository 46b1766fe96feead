"""Words for a young person's own letter that speak of them as of somebody else."""

import pytest

from meetings.rules.addressing import Spoken, in_words, speaks_of, spoken_in


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Charlie has worked hard since spring.", ("Charlie",)),
        ("Charlie’s teacher and Charlie's tutor agree.", ("Charlie",)),
        ("He reads well, and he asks for help.", ("he",)),
        ("We asked him what his plans are.", ("him", "his")),
        ("The help is hers; she chose it herself.", ("hers", "she", "herself")),
        ("He’s at college, and she'll join.", ("he", "she")),
        ("The young man goes to college.", ("the young man",)),
        ("We met the young woman and this young person.", ("the young woman", "this young person")),
        ("The young\nperson said so. The young person stays.", ("the young person",)),
        ("The student and the child.", ("the student", "the child")),
        ("CHARLIE is his name; Charlie Brook.", ("his", "Charlie")),
        ("Your tutor said: “He joins in.”", ()),
        ('The report says "Charlie joins in" of you.', ()),
        ("You told us that you like college.", ()),
        ("Then we heard the others; they thought so too.", ()),
        ("Sheila, Charlier and Theo helped. The HE course starts in May.", ()),
        ("Young people and students of your age.", ()),
        ("", ()),
    ],
)
def test_what_speaks_of_the_reader_is_found_once_each_and_quotes_are_left_alone(text, found):
    assert sorted(speaks_of(text, "Charlie")) == sorted(found)


def test_a_forename_is_a_name_and_no_pattern_and_no_common_word():
    assert speaks_of("Zoë will start. Mary Jane, too.", "Zoë") == ("Zoë",)
    assert speaks_of("You will start in may.", "Will") == ()
    assert speaks_of("You (and A.J.) meet AxJ.", "A.J.") == ("A.J.",)
    assert speaks_of("You meet others.", "") == ()


def test_each_place_is_named_with_its_words_and_a_quiet_one_is_not():
    found = spoken_in(
        [("Reasons", "Charlie reads."), ("Help meanwhile", "You talk to us."), ("Next steps", "He rings.")],
        "Charlie",
    )
    assert found == (Spoken("Reasons", ("Charlie",)), Spoken("Next steps", ("he",)))
    assert in_words(found) == "“Charlie” in Reasons; “he” in Next steps"


def test_one_place_that_speaks_twice_is_named_once():
    found = spoken_in([("Next steps", "Charlie rings."), ("Next steps", "He rings Charlie.")], "Charlie")
    assert in_words(found) == "“Charlie”, “he” in Next steps"
