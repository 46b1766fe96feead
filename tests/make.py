"""One call per thing a test needs, with plain defaults. What a test does not name does not matter to it."""

import datetime as dt
import itertools
import uuid
from typing import Any

from panel.models import (
    Address,
    Agency,
    Case,
    Document,
    Membership,
    Paper,
    PaperKind,
    PaperState,
    Person,
    Relationship,
    Setting,
    User,
)
from panel.platform.policy import Role

# A Monday in term time, after the bank-holiday weeks of no month.
NOW = dt.datetime(2026, 11, 23, 10, 0, tzinfo=dt.UTC)
TODAY = NOW.date()
_numbers = itertools.count(1)


def make_user(
    name: str = "Sam Taylor", *roles: Role, setting: Setting | None = None, agency: Agency | None = None
) -> User:
    """Somebody who may sign in, with the roles named, from 2020 on."""
    user = User.objects.create_user(email=f"user{next(_numbers)}@example.org", name=name)
    for role in roles:
        Membership.objects.create(
            user=user, role=role, starts_on=dt.date(2020, 1, 1), setting=setting, agency=agency
        )
    return user


def make_agency(kind: str = "education", name: str | None = None) -> Agency:
    """An agency of a kind."""
    return Agency.objects.create(name=name or f"Agency {next(_numbers)}", kind=kind)


def make_setting(name: str = "Willow Bank School") -> Setting:
    """A primary school with a URN nobody has."""
    return Setting.objects.create(name=name, urn=f"9{next(_numbers):05d}", phase="P")


def make_person(forename: str = "Robin", surname: str = "Ashdown", **fields: Any) -> Person:
    """A person; pass `born_on` for a child."""
    return Person.objects.create(forename=forename, surname=surname, **fields)


def make_address(
    person: Person, lines: str = "1 Example Street\nTestham", postcode: str = "ZZ1 1ZZ", **fields: Any
) -> Address:
    """An address in force since 2020."""
    values: dict[str, Any] = {
        "valid_from": dt.date(2020, 1, 1),
        "recorded_at": NOW,
        "recorded_by": None,
        "how_known": "request form",
    }
    address = Address(person=person, lines=lines, postcode=postcode, **{**values, **fields})
    address.save()
    return address


def make_parent(
    child: Person, forename: str = "Alex", *, basis: str = "natural_parent", **fields: Any
) -> Relationship:
    """A parent of `child` with a known address and a recorded right."""
    parent = make_person(forename, child.surname)
    make_address(parent)
    values: dict[str, Any] = {
        "kind": "parent",
        "basis": basis,
        "since": dt.date(2018, 1, 1),
        "how_known": "request form",
    }
    return Relationship.objects.create(person=parent, child=child, **{**values, **fields})


def make_case(**fields: Any) -> Case:
    """An open case of an eight-year-old, received three weeks before `NOW`, with one parent."""
    child = fields.pop("child", None) or make_person(born_on=dt.date(2018, 5, 4))
    parents = fields.pop("parents", 1)
    values: dict[str, Any] = {
        "reference": f"T{next(_numbers):06d}",
        "child": child,
        "source": "1",
        "received_on": TODAY - dt.timedelta(weeks=3),
        "primary_need": "SLCN",
        "year_group": "3",
        "created_at": NOW,
    }
    case = Case.objects.create(**{**values, **fields})
    for number in range(parents):
        if not Relationship.objects.filter(child=child).exists() or number:
            make_parent(child, f"Parent{number + 1}")
    return case


def make_document(kind: str = "paper", **fields: Any) -> Document:
    """A stored document's row; no file stands behind it."""
    values: dict[str, Any] = {
        "kind": kind,
        "media_type": "application/pdf",
        "sha256": "0" * 64,
        "size": 1000,
        "pages": 1,
        "storage_name": uuid.uuid4().hex,
        "created_at": NOW,
    }
    document = Document(**{**values, **fields})
    document.save()
    return document


def make_paper(case: Case, title: str = "Request form", *, by: User | None = None, **fields: Any) -> Paper:
    """An accepted paper."""
    values: dict[str, Any] = {
        "kind": PaperKind.REQUEST,
        "title": title,
        "author": "J. Writer",
        "dated_on": case.received_on,
        "received_at": NOW,
        "uploaded_by": by,
        "state": PaperState.ACCEPTED,
        "document": make_document(),
        "shown_name": "request.pdf",
    }
    return Paper.objects.create(case=case, **{**values, **fields})
