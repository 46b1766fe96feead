"""What one row of a case list says, once every cell of it has been found good."""

from dataclasses import dataclass
from datetime import date

from panel.importing import codes


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of the list. `row` counts as a spreadsheet does: 1 is the header, 0 the file as a whole.

    `reason` never holds what the cell held: these lines are printed, mailed and logged.
    """

    row: int
    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class AddressRow:
    """Where a person can be written to. Lines and postcode are both there, or there is no address at all."""

    lines: tuple[str, ...]
    postcode: str
    confidential: bool


@dataclass(frozen=True, slots=True)
class ChildRow:
    """The child or young person the request is about."""

    forename: str
    surname: str
    born_on: date
    sex: codes.Sex | None
    upn: str
    email: str
    letter_format: codes.LetterFormat
    address: AddressRow | None


@dataclass(frozen=True, slots=True)
class SettingRow:
    """Where the child learns. `urn` is empty for a place that has none."""

    urn: str
    name: str
    phase: codes.Phase


@dataclass(frozen=True, slots=True)
class RestrictionRow:
    """An order or another restriction, on a contact's way to the child's papers."""

    kind: codes.RestrictionKind
    how_known: str
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class ContactRow:
    """A person tied to the child. Where `basis` is not `none`, how and since when it is known are there as well."""

    n: int
    forename: str
    surname: str
    relationship: str
    basis: codes.Basis
    how_known: str
    since: date | None
    email: str
    letter_format: codes.LetterFormat
    identity_known: bool
    disputed: bool
    address: AddressRow | None
    restriction: RestrictionRow | None


@dataclass(frozen=True, slots=True)
class PriorOutcomeRow:
    """A decision the authority made before it used this system; at least one of the dates is there."""

    stage: codes.Stage
    outcome: codes.Outcome
    decided_on: date | None
    notified_on: date | None


@dataclass(frozen=True, slots=True)
class AdviceRow:
    """One request for advice under reg 6(1)."""

    n: int
    item: codes.AdviceItem
    body: str
    requested_on: date
    received_by_body_on: date | None
    received_on: date | None


@dataclass(frozen=True, slots=True)
class ExemptionRow:
    """A ground that excuses one duty of the case; it moves no date."""

    n: int
    duty: codes.Duty
    ground: codes.Ground
    starts_on: date
    ends_on: date | None
    because: str
    told_family_on: date | None


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A file beside the list, by its bare name."""

    file: str
    kind: codes.PaperKind
    title: str
    dated_on: date | None
    author: str
    agency: str


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One request of one person."""

    row: int
    reference: str
    previous_reference: str
    child: ChildRow
    received_on: date
    source: codes.Source
    setting: SettingRow | None
    year_group: codes.YearGroup | None
    primary_need: codes.Need | None
    coordinator_email: str
    restricted: bool
    family_views: str
    child_views: str
    contacts: tuple[ContactRow, ...]
    prior: tuple[PriorOutcomeRow, ...]
    final_sent_on: date | None
    advice: tuple[AdviceRow, ...]
    exemptions: tuple[ExemptionRow, ...]
    papers: tuple[PaperRow, ...]


@dataclass(frozen=True, slots=True)
class Parsed:
    """The whole list. `known` are references the authority already has here; their rows were not read further.

    `rows` is empty as soon as there is one problem; `rows_read` counts every row that was not blank, good or bad.
    """

    rows: tuple[CaseRow, ...]
    known: tuple[str, ...]
    problems: tuple[Problem, ...]
    rows_read: int
