"""What the fields of a letter's words ask for where the letter goes to the young person, and what in them is not written so."""

from collections.abc import Iterable
from typing import Any, TypeVar

from meetings.queries.addressed import ToYoungPerson
from meetings.rules.addressing import Spoken, spoken_in
from panel.forms.base import GovukForm

AForm = TypeVar("AForm", bound=GovukForm)
_TO_THEM = (
    ("about this child", "about the young person"),
    ("for this child", "for the young person"),
    ("if this child would", "if the young person would"),
    ("letter to the family", "letter to the young person"),
    ("where the family finds more", "where the young person finds more"),
    ("the child and the family said", "the young person and the family said"),
)


def for_reader(form: AForm, young_person: ToYoungPerson | None) -> AForm:
    """The form, with its labels and hints as they are for words to a young person, and with what a rule says of them; unchanged
    while the letter goes to parents.
    """
    if young_person is not None:
        form.rewordings = _TO_THEM
        for field in form.fields.values():
            field.label = form.reworded(str(field.label or ""))
            field.help_text = form.reworded(str(field.help_text))
            field.error_messages["required"] = form.reworded(str(field.error_messages["required"]))
    return form


def spoken_of(fields: Iterable[Any], young_person: ToYoungPerson | None) -> tuple[Spoken, ...]:
    """The fields in which what stands speaks of the young person it will be printed for; none for any other reader."""
    if young_person is None:
        return ()
    return spoken_in(
        ((str(field.label), str(field.value() or "")) for field in fields), young_person.forename
    )
