"""What the fields of a letter's words ask for where the letter goes to the young person, and what in them is not written so."""

from collections.abc import Iterable
from typing import Any, TypeVar

from meetings.queries.addressed import ToYoungPerson
from meetings.rules.addressing import Spoken, spoken_in
from panel.forms.base import GovukForm

AForm = TypeVar("AForm", bound=GovukForm)
_TO_THEM = (
    ("about this child", "about the young person"),
    ("letter to the family", "letter to the young person"),
    ("where the family finds more", "where the young person finds more"),
    ("the child and the family said", "the young person and the family said"),
)


def for_reader(form: AForm, young_person: ToYoungPerson | None) -> AForm:
    """The form, with its labels and hints as they are for words to a young person; unchanged while the letter goes to parents."""
    if young_person is not None:
        for field in form.fields.values():
            for of_child, of_them in _TO_THEM:
                field.label = str(field.label or "").replace(of_child, of_them)
                field.help_text = str(field.help_text).replace(of_child, of_them)
    return form


def spoken_of(fields: Iterable[Any], young_person: ToYoungPerson | None) -> tuple[Spoken, ...]:
    """The fields in which what stands speaks of the young person it will be printed for; none for any other reader."""
    if young_person is None:
        return ()
    return spoken_in(
        ((str(field.label), str(field.value() or "")) for field in fields), young_person.forename
    )
