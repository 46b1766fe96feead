"""The child and the people tied to her, as a row of the list has them."""

from collections.abc import Sequence
from datetime import date

from panel.importing import codes
from panel.importing.cells import Cells
from panel.importing.columns import ADDRESS_LINES, NUMBERED
from panel.importing.rows import AddressRow, ChildRow, ContactRow, RestrictionRow
from panel.law.rights import AGE_RIGHTS_END, age_on
from panel.platform.text import NAME_LIMIT

KIND_LIMIT = 60


def read_child(cells: Cells, received_on: date | None, today: date) -> ChildRow | None:
    """The child, with her age checked on the day the request was received."""
    forename = cells.line("child_forename", limit=NAME_LIMIT, required=True)
    surname = cells.line("child_surname", limit=NAME_LIMIT, required=True)
    born_on = _born_on(cells, received_on, today)
    sex = cells.code("sex", codes.Sex, codes.SEX_WORDS)
    upn = cells.upn("upn")
    email = cells.email("child_email")
    letter_format = cells.code("child_format", codes.LetterFormat) or codes.LetterFormat.STANDARD
    address = _address(cells, "child")
    if not (forename and surname and born_on):
        return None
    return ChildRow(forename, surname, born_on, sex, upn, email, letter_format, address)


def read_contacts(cells: Cells, numbers: Sequence[int], today: date) -> tuple[ContactRow, ...]:
    """Every contact the row names, each person once."""
    contacts = [contact for n in numbers if (contact := _contact(cells, n, today))]
    seen: set[tuple[str, str, str]] = set()
    for contact in contacts:
        person = (contact.forename.casefold(), contact.surname.casefold(), contact.relationship.casefold())
        if person in seen:
            cells.bad(f"contact{contact.n}_surname", "This person is already a contact of this child.")
        seen.add(person)
    return tuple(contacts)


def _born_on(cells: Cells, received_on: date | None, today: date) -> date | None:
    born_on = cells.day("born_on", required=True)
    if born_on is None:
        return None
    if born_on >= today:
        cells.bad("born_on", "Date of birth must be in the past.")
    elif received_on is not None and received_on < born_on:
        cells.bad("received_on", "The date the request was received is before the date of birth.")
    elif received_on is not None and age_on(born_on, received_on) >= AGE_RIGHTS_END:
        reason = f"This person was {AGE_RIGHTS_END} or older when the request was received."
        cells.bad(
            "born_on",
            f"{reason} An assessment is for people under {AGE_RIGHTS_END} (Children and Families Act 2014 s83).",
        )
    return born_on


def _contact(cells: Cells, n: int, today: date) -> ContactRow | None:
    at = f"contact{n}_"
    if not any(cells.given(at + name) for name in NUMBERED["contact"]):
        return None
    forename = cells.line(at + "forename", limit=NAME_LIMIT, required=True)
    surname = cells.line(at + "surname", limit=NAME_LIMIT, required=True)
    relationship = cells.line(at + "relationship", limit=KIND_LIMIT, required=True)
    basis = cells.code(at + "basis", codes.Basis) or codes.Basis.NONE
    # A right nobody can say the origin of is no recorded right: leave the basis empty, and letters wait for it.
    how_known = cells.line(at + "how_known", required=basis != codes.Basis.NONE)
    since = cells.day(at + "since", required=basis != codes.Basis.NONE)
    if since is not None and since > today:
        cells.bad(at + "since", "This cannot be after today.")
    return ContactRow(
        n=n,
        forename=forename,
        surname=surname,
        relationship=relationship,
        basis=basis,
        how_known=how_known,
        since=since,
        email=cells.email(at + "email"),
        letter_format=cells.code(at + "format", codes.LetterFormat) or codes.LetterFormat.STANDARD,
        identity_known=cells.flag(at + "identity_known", default=True),
        disputed=cells.flag(at + "disputed"),
        address=_address(cells, f"contact{n}"),
        restriction=_restriction(cells, at),
    )


def _restriction(cells: Cells, at: str) -> RestrictionRow | None:
    columns = [
        at + name for name in ("restriction", "restriction_how_known", "restriction_from", "restriction_to")
    ]
    if not any(map(cells.given, columns)):
        return None
    kind = cells.code(columns[0], codes.RestrictionKind, required=True)
    how_known = cells.line(columns[1], required=True)
    starts_on = cells.day(columns[2], required=True)
    ends_on = cells.day(columns[3])
    if starts_on and ends_on and ends_on < starts_on:
        cells.bad(columns[3], "This is before the day it starts.")
    return RestrictionRow(kind, how_known, starts_on, ends_on) if kind and starts_on else None


def _address(cells: Cells, whose: str) -> AddressRow | None:
    """None when no cell is filled: the address is not known, and letters wait for it."""
    lines = tuple(line for name in ADDRESS_LINES if (line := cells.line(f"{whose}_{name}")))
    postcode = cells.postcode(f"{whose}_postcode")
    confidential = cells.flag(f"{whose}_address_confidential")
    if lines and not cells.given(f"{whose}_postcode"):
        cells.bad(f"{whose}_postcode", "An address needs its postcode.")
    if not lines and cells.given(f"{whose}_postcode"):
        cells.bad(f"{whose}_address1", "An address needs at least one line beside its postcode.")
    if confidential and not lines:
        cells.bad(f"{whose}_address_confidential", "There is no address to keep confidential.")
    return AddressRow(lines, postcode, confidential) if lines and postcode else None
