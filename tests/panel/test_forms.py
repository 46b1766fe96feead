"""What every form says of its fields: by their labels, in whole sentences."""

import pytest
from django import forms

from panel.forms.base import DateField, GovukForm, LineField, WordsField


class Sample(GovukForm):
    """One field for each way a label reads."""

    postcode = LineField(label="Postcode", max_length=10)
    because = WordsField(label="Why, in words about this child", max_length=20)
    delegation = LineField(label="Delegation it is made under")
    email = LineField(label="E-mail address")
    told = LineField(label="What was said?")
    sure = forms.BooleanField(label="I have looked at it")
    kind = forms.ChoiceField(label="What it is", choices=[("a", "A")])
    on = DateField(label="Day")


def errors(**typed: str) -> dict[str, list[str]]:
    return {name: [str(one) for one in said] for name, said in Sample(typed).errors.items()}


def test_field_that_is_empty_is_asked_for_in_a_whole_sentence() -> None:
    assert errors() == {
        "postcode": ["Enter postcode."],
        "because": ["Fill in “Why, in words about this child”."],
        "delegation": ["Fill in “Delegation it is made under”."],
        "email": ["Enter e-mail address."],
        "told": ["Answer “What was said?”"],
        "sure": ["Tick “I have looked at it”."],
        "kind": ["Choose what it is."],
        "on": ["Enter the day, month and year."],
    }


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("postcode", "x" * 11, "Postcode must be 10 characters or fewer. It now has 11."),
        (
            "because",
            "x" * 21,
            "“Why, in words about this child” must be 20 characters or fewer. It now has 21.",
        ),
        (
            "delegation",
            "a\x07b",
            "“Delegation it is made under” contains a control character (U+0007). Delete the text and type it again.",
        ),
        ("kind", "b", "Select a valid choice. b is not one of the available choices."),
    ],
)
def test_what_is_wrong_is_said_of_the_field_by_its_label(field: str, typed: str, said: str) -> None:
    assert errors(**{field: typed})[field] == [said]


def test_message_that_is_put_together_from_its_parameters_is_shown_whole() -> None:
    class Bounded(GovukForm):
        said = forms.CharField(max_length=3)

    assert Bounded({"said": "four"}).errors["said"] == [
        "Ensure this value has at most 3 characters (it has 4)."
    ]
