"""The children of a list: each one found here or made, never merged with another."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import TypeVar

from panel.actions.imports.report import Findings
from panel.importing import CaseRow
from panel.models import Person

CHUNK = 5_000
Identity = tuple[str, str, date]
T = TypeVar("T")


class Children:
    """Finds the child of each row: by UPN, else by name and date of birth. Twins differ in forename and stay two."""

    def __init__(self, rows: Sequence[CaseRow], findings: Findings) -> None:
        self.findings = findings
        self.new: list[Person] = []
        self.completed: list[Person] = []
        self._by_upn = {
            person.upn: person
            for chunk in chunks({row.child.upn for row in rows if row.child.upn})
            for person in Person.objects.filter(upn__in=chunk).prefetch_related("addresses")
        }
        self._by_identity: dict[Identity, list[Person]] = defaultdict(list)
        known = {person.pk: person for person in self._by_upn.values()}
        for chunk in chunks({row.child.born_on for row in rows}):
            for person in (
                Person.objects.filter(born_on__in=chunk).prefetch_related("addresses").order_by("pk")
            ):
                self._by_identity[_identity(person)].append(known.get(person.pk, person))

    def of(self, row: CaseRow) -> Person:
        """The child of this row, saved or among `new`."""
        child = row.child
        identity = (child.forename.casefold(), child.surname.casefold(), child.born_on)
        found = self._by_upn.get(child.upn) if child.upn else None
        if found is not None:
            if _identity(found) != identity:
                reason = "This UPN belongs to a child recorded here under another name or date of birth. Check both."
                self.findings.bad(row.row, "upn", reason)
            return found
        alike = [one for one in self._by_identity[identity] if not (one.upn and child.upn)]
        if len(alike) > 1:
            reason = (
                "More than one child of this name and date of birth is recorded here. Say which by the UPN."
            )
            self.findings.bad(row.row, "upn", reason)
        return self._complete(alike[0], row) if alike else self._make(row, identity)

    def _complete(self, person: Person, row: CaseRow) -> Person:
        if row.child.upn:
            person.upn = row.child.upn
            self._by_upn[person.upn] = person
            if person.pk:
                self.completed.append(person)
        return person

    def _make(self, row: CaseRow, identity: Identity) -> Person:
        child = row.child
        person = Person(
            forename=child.forename,
            surname=child.surname,
            born_on=child.born_on,
            sex=child.sex or "",
            upn=child.upn,
            email=child.email,
            letter_format=child.letter_format,
        )
        self.new.append(person)
        self._by_identity[identity].append(person)
        if child.upn:
            self._by_upn[child.upn] = person
        return person


def chunks(values: Iterable[T]) -> list[list[T]]:
    """Lists short enough for one `IN` of either database."""
    every = list(values)
    return [every[at : at + CHUNK] for at in range(0, len(every), CHUNK)]


def _identity(person: Person) -> Identity:
    return person.forename.casefold(), person.surname.casefold(), person.born_on or date.min
