"""From the bytes of a case list to rows, known references and problems. Nothing is stored and nothing is looked up here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from panel.importing.case import read_case
from panel.importing.cells import Cells
from panel.importing.columns import read_header
from panel.importing.rows import CaseRow, Parsed, Problem
from panel.importing.sheet import Unreadable, read_rows

MAX_PROBLEMS = 1_000
Key = tuple[object, ...]


def parse(data: bytes, filename: str, *, today: date, known_references: Iterable[str] = ()) -> Parsed:
    """Read a .csv or .xlsx case list. Never raises on what a file may hold: every fault is a `Problem`.

    `today` bounds the dates that lie in the past; a row whose reference is in `known_references` is named in `known` and
    read no further. An import is all or nothing: where there is any problem, `rows` is empty.
    """
    reading = _Reading(today, {reference.casefold() for reference in known_references})
    try:
        for number, cells in read_rows(data, filename):
            reading.take(number, cells)
            if reading.stopped:
                break
    except Unreadable as fault:
        reading.problems.append(Problem(fault.row, "", fault.reason))
    return reading.result()


@dataclass(slots=True)
class _Reading:
    """What has been read so far, and what later rows must agree with."""

    today: date
    known_references: set[str]
    references: set[str] = field(default_factory=set)
    columns: tuple[str, ...] = ()
    rows: list[CaseRow] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    rows_read: int = 0
    stopped: bool = False
    seen: dict[Key, int] = field(default_factory=dict)
    facts: dict[Key, tuple[object, int]] = field(default_factory=dict)

    def take(self, number: int, cells: Sequence[str]) -> None:
        """The next row of the file, the first being the header."""
        if number == 1:
            self.columns, problems = read_header(cells)
            self.problems.extend(problems)
            self.stopped = bool(problems)
        elif any(cell.strip() for cell in cells):
            self.rows_read += 1
            self._take_case(number, cells)
        if len(self.problems) >= MAX_PROBLEMS:
            self.problems[MAX_PROBLEMS - 1 :] = [
                Problem(number, "", "Reading stopped here: mend the problems above first.")
            ]
            self.stopped = True

    def _take_case(self, number: int, cells: Sequence[str]) -> None:
        if len(cells) > len(self.columns):
            reason = "The row has more cells than there are columns. Put text that holds a comma in quotation marks."
            self.problems.append(Problem(number, "", reason))
            return
        row = Cells(number, dict(zip(self.columns, cells, strict=False)), self.problems)
        written = row.values.get("reference", "").strip()
        self.references.add(written.casefold())
        if written.casefold() in self.known_references:
            self._once(row, "reference", ("reference", written.casefold()), "This reference")
            self.known.append(written)
            return
        case = read_case(row, self.columns, self.today)
        if case is not None and self._fits(row, case):
            self.rows.append(case)

    def _fits(self, row: Cells, case: CaseRow) -> bool:
        """Whether the row agrees with those before it. Two requests of one child are two rows, on different days."""
        before = len(self.problems)
        child = (case.child.forename.casefold(), case.child.surname.casefold(), case.child.born_on)
        self._once(row, "reference", ("reference", case.reference.casefold()), "This reference")
        self._once(
            row, "received_on", ("request", *child, case.received_on), "A request for this child on this day"
        )
        for paper in case.papers:
            self._once(row, "papers", ("paper", paper.file), "A paper of this name")
        if case.child.upn:
            self._same(row, "upn", ("upn", case.child.upn), child, "This UPN belongs to another child")
        if case.setting is not None and case.setting.urn:
            place = (case.setting.name, case.setting.phase)
            self._same(
                row, "setting_urn", ("urn", case.setting.urn), place, "This URN has another name or phase"
            )
        return len(self.problems) == before

    def _once(self, row: Cells, column: str, key: Key, what: str) -> None:
        first = self.seen.setdefault(key, row.row)
        if first != row.row:
            row.bad(column, f"{what} is already in row {first}.")

    def _same(self, row: Cells, column: str, key: Key, value: object, reason: str) -> None:
        stated, first = self.facts.setdefault(key, (value, row.row))
        if stated != value:
            row.bad(column, f"{reason} in row {first}.")

    def result(self) -> Parsed:
        """The whole list, once every row is in: only now can a link between rows be followed."""
        if not self.columns and not self.problems:
            self.problems.append(Problem(0, "", "The file is empty."))
        there = self.known_references | self.references
        self.problems.extend(
            Problem(
                case.row,
                "previous_reference",
                "No other case of this reference is in the list or already here.",
            )
            for case in self.rows
            if case.previous_reference
            and case.previous_reference.casefold() not in there - {case.reference.casefold()}
        )
        rows = () if self.problems else tuple(self.rows)
        return Parsed(rows, tuple(self.known), tuple(self.problems), self.rows_read)
