"""The columns a case list may have. Described for people in docs/importing.md; a test compares the two."""

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from panel.importing.rows import Problem

REQUIRED = ("reference", "child_forename", "child_surname", "born_on", "received_on", "request_source")
ADDRESS_LINES = ("address1", "address2", "address3", "address4")
SINGLE = (
    *REQUIRED,
    "previous_reference",
    "sex",
    "upn",
    "child_email",
    "child_format",
    *(f"child_{line}" for line in ADDRESS_LINES),
    "child_postcode",
    "child_address_confidential",
    "setting_urn",
    "setting_name",
    "setting_phase",
    "year_group",
    "primary_need",
    "coordinator_email",
    "restricted",
    "family_views",
    "child_views",
    "assess_outcome",
    "assess_decided_on",
    "assess_notified_on",
    "issue_outcome",
    "issue_decided_on",
    "issue_notified_on",
    "final_sent_on",
    "papers",
)
# Groups of columns that may come any number of times, each set with its number: contact1_surname, contact2_surname, ...
NUMBERED: Mapping[str, tuple[str, ...]] = {
    "contact": (
        "forename",
        "surname",
        "relationship",
        "basis",
        "how_known",
        "since",
        "email",
        "format",
        *ADDRESS_LINES,
        "postcode",
        "address_confidential",
        "identity_known",
        "disputed",
        "restriction",
        "restriction_how_known",
        "restriction_from",
        "restriction_to",
    ),
    "advice": ("item", "body", "requested_on", "received_by_body_on", "received_on"),
    "exemption": ("duty", "ground", "from", "to", "because", "told_family_on"),
    "paper": ("file", "kind", "title", "dated_on", "author", "agency"),
}
NUMBERED_COLUMN = re.compile(r"(contact|advice|exemption|paper)([1-9][0-9]?)_([a-z0-9_]+)")
SHOWN = 40


def read_header(cells: Sequence[str]) -> tuple[tuple[str, ...], list[Problem]]:
    """The columns in their order, and what is wrong with them. A column nobody knows is never passed over: it may be a
    misspelt `contact1_address_confidential`.
    """
    columns = tuple(re.sub(r"[ -]+", "_", cell.strip().casefold()) for cell in cells)
    if not any(map(_known, columns)):
        # Not repeated: without a header the first row is a family's.
        return columns, [
            Problem(1, "", "The first row must hold the names of the columns. They are in docs/importing.md.")
        ]
    problems = [
        Problem(1, "", f"Column {at} has no name.")
        for at, column in enumerate(columns, start=1)
        if not column
    ]
    seen: set[str] = set()
    for column in filter(None, columns):
        if column in seen:
            problems.append(Problem(1, _shown(column), "This column is there twice."))
        elif not _known(column):
            problems.append(Problem(1, _shown(column), _unknown(column)))
        seen.add(column)
    problems.extend(
        Problem(1, column, "This column is missing.") for column in REQUIRED if column not in seen
    )
    return columns, problems


def numbers(columns: Sequence[str], group: str) -> tuple[int, ...]:
    """Which numbers of a group the list has columns for, in order."""
    found = (NUMBERED_COLUMN.fullmatch(column) for column in columns)
    return tuple(sorted({int(match[2]) for match in found if match and match[1] == group}))


def _known(column: str) -> bool:
    match = NUMBERED_COLUMN.fullmatch(column)
    return column in SINGLE or (match is not None and match[3] in NUMBERED[match[1]])


def _unknown(column: str) -> str:
    every = [*SINGLE, *(f"{group}1_{field}" for group, fields in NUMBERED.items() for field in fields)]
    near = get_close_matches(column[:SHOWN], every, n=1)
    return (
        f"No such column. Did you mean {near[0]}?"
        if near
        else "No such column. The columns are in docs/importing.md."
    )


def _shown(column: str) -> str:
    """A header may be anything: only what could be a column name is repeated."""
    return re.sub(r"[^a-z0-9_]", "?", column)[:SHOWN]
