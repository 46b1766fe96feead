"""The people tied to the children of a list: each one found or made, with where they live and what stands in their way."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from panel.actions.imports.children import Children, chunks
from panel.actions.imports.report import Findings
from panel.importing import AddressRow, CaseRow, ContactRow
from panel.models import Address, Person, Relationship, Restriction, User, current_address

Name = tuple[str, str]
NOT_KNOWN_SO = "the case list of another system"


class Families:
    """Who is tied to whom by this list. Nobody recorded here before is changed: what differs is said, row by row."""

    def __init__(self, rows: Sequence[CaseRow], children: Children, findings: Findings, today: date) -> None:
        self.findings = findings
        self.today = today
        self.new: list[Person] = []
        self.ties: list[Relationship] = []
        self.restrictions: list[Restriction] = []
        self.addresses: list[Address] = []
        self._children = {row.row: children.of(row) for row in rows}
        self._recorded = _recorded_ties([child for child in self._children.values() if child.pk])
        self._listed: dict[tuple[int, Name], tuple[ContactRow, int]] = {}
        self._by_mail = _people_by_mail(rows)
        self._lives: dict[int, tuple[AddressRow, int]] = {}

    def child(self, row: CaseRow) -> Person:
        """The child of this row, and where they live if that is new."""
        child = self._children[row.row]
        self._take_address(child, row.child.address, row, "child_address1")
        return child

    def take(self, row: CaseRow, contact: ContactRow) -> None:
        """One contact of one row: a new tie, unless this child has the very contact already."""
        child = self._children[row.row]
        name = (contact.forename.casefold(), contact.surname.casefold())
        if recorded := self._recorded.get((child.pk, name)):
            self._compare(recorded, row, contact)
            return
        first, at = self._listed.setdefault((id(child), name), (contact, row.row))
        if at != row.row:
            if replace(first, n=contact.n) != contact:
                reason = f"Row {at} describes this contact of the same child in another way."
                self.findings.bad(row.row, f"contact{contact.n}_surname", reason)
            return
        self._tie(child, row, contact)

    def _tie(self, child: Person, row: CaseRow, contact: ContactRow) -> None:
        person = self._person(contact)
        if person is child:
            self.findings.bad(row.row, f"contact{contact.n}_surname", "A child cannot be their own contact.")
            return
        self._take_address(person, contact.address, row, f"contact{contact.n}_address1")
        self.ties.append(
            Relationship(
                person=person,
                child=child,
                kind=contact.relationship,
                basis=contact.basis,
                how_known=contact.how_known,
                since=contact.since or row.received_on,
                disputed=contact.disputed,
            )
        )
        if barrier := contact.restriction:
            self.restrictions.append(
                Restriction(
                    person=person,
                    child=child,
                    kind=barrier.kind,
                    how_known=barrier.how_known,
                    starts_on=barrier.starts_on,
                    ends_on=barrier.ends_on,
                )
            )

    def _person(self, contact: ContactRow) -> Person:
        """A known person of the same name *and* e-mail address, as a mother of two; a name alone is never enough."""
        key = (contact.forename.casefold(), contact.surname.casefold(), contact.email)
        sure = bool(contact.email) and contact.identity_known
        if sure and key in self._by_mail:
            return self._by_mail[key]
        person = Person(
            forename=contact.forename,
            surname=contact.surname,
            email=contact.email,
            letter_format=contact.letter_format,
            identity_known=contact.identity_known,
        )
        self.new.append(person)
        if sure:
            self._by_mail[key] = person
        return person

    def _take_address(self, person: Person, given: AddressRow | None, row: CaseRow, column: str) -> None:
        if given is None:
            return
        if person.pk:
            self._compare_address(current_address(person, self.today), given, row, column)
            return
        first, at = self._lives.setdefault(id(person), (given, row.row))
        if first != given:
            self.findings.bad(
                row.row, column, f"Row {at} gives this person another address. Say where they live once."
            )
        elif at == row.row:
            self.addresses.append(
                Address(
                    person=person,
                    lines="\n".join(given.lines),
                    postcode=given.postcode,
                    confidential=given.confidential,
                    valid_from=row.received_on,
                    how_known=NOT_KNOWN_SO,
                )
            )

    def _compare_address(
        self, recorded: Address | None, given: AddressRow, row: CaseRow, column: str
    ) -> None:
        if recorded is not None and _as_row(recorded) == given:
            return
        if given.confidential and not (recorded and recorded.confidential):
            # Passing over what keeps a family safe would be worse than stopping the import.
            reason = "This person is already recorded here without a confidential address. Record it on their case first."
            self.findings.bad(row.row, column, reason)
        else:
            reason = "This person’s address is recorded here in another way, and was left so. Change it on the case."
            self.findings.warn(row.row, column, reason)

    def _compare(self, recorded: Relationship, row: CaseRow, contact: ContactRow) -> None:
        column = f"contact{contact.n}_surname"
        if contact.restriction or (contact.disputed and not recorded.disputed):
            reason = (
                "This contact is already recorded for this child. Record the dispute or restriction on the case, then"
                " leave it out of this row."
            )
            self.findings.bad(row.row, column, reason)
        elif recorded.basis != contact.basis:
            reason = "This contact’s right is recorded here in another way, and was left so. Change it on the case."
            self.findings.warn(row.row, column, reason)

    def stamp(self, by: User | None, now: datetime) -> None:
        """Say who recorded the new rows, and when."""
        for address in self.addresses:
            address.recorded_at, address.recorded_by = now, by
        for barrier in self.restrictions:
            barrier.recorded_at, barrier.recorded_by = now, by


def _as_row(address: Address) -> AddressRow:
    return AddressRow(tuple(address.lines.split("\n")), address.postcode, address.confidential)


def _recorded_ties(children: Sequence[Person]) -> Mapping[tuple[int, Name], Relationship]:
    ties = [
        tie
        for chunk in chunks({child.pk for child in children})
        for tie in Relationship.objects.filter(child__in=chunk, until__isnull=True).select_related("person")
    ]
    return {
        (tie.child_id, (tie.person.forename.casefold(), tie.person.surname.casefold())): tie for tie in ties
    }


def _people_by_mail(rows: Sequence[CaseRow]) -> dict[tuple[str, str, str], Person]:
    mails = {contact.email for row in rows for contact in row.contacts if contact.email}
    known = Person.objects.filter(identity_known=True).prefetch_related("addresses").order_by("-pk")
    people = [person for chunk in chunks(mails) for person in known.filter(email__in=chunk)]
    return {(one.forename.casefold(), one.surname.casefold(), one.email.lower()): one for one in people}
