"""To whom the letter about a case will be written, for those who write its words."""

from dataclasses import dataclass
from datetime import date

from panel.law.rights import Holder, age_on, holder_on
from panel.models import Case


@dataclass(frozen=True)
class ToYoungPerson:
    """The letter goes to the young person: by which first name, and at what age on that day."""

    forename: str
    age: int


def to_young_person(case: Case, on: date) -> ToYoungPerson | None:
    """The young person, once the rights are theirs (`panel.law.rights.holder_on`, as the letter's recipients are found); None while
    it goes to parents or nobody knows the date of birth. No query of its own.
    """
    child = case.child
    if child.born_on is None or holder_on(child.born_on, on) is not Holder.YOUNG_PERSON:
        return None
    return ToYoungPerson(child.forename, age_on(child.born_on, on))
