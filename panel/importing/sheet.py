"""From the bytes of a file to rows of text. The one module of the import that touches a file format.

tablib's readers drop empty lines (so that every later row number is wrong), stop at an over-long row without saying which,
and cannot be told how much of a worksheet to read. The readers beneath them, `csv` and openpyxl, can: see
docs/decisions/reading-case-lists.md.
"""

import csv
import io
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import PurePath

import openpyxl  # type: ignore[import-untyped]
from openpyxl.utils.exceptions import InvalidFileException  # type: ignore[import-untyped]

MAX_BYTES = 50 * 1024 * 1024
MAX_ROWS = 100_000
MAX_COLUMNS = 400
# A worksheet of 100,000 rows by 60 columns is some 200 MB of XML; nothing an authority exports is larger.
MAX_UNPACKED = 300 * 1024 * 1024
MAX_ENTRIES = 1_000

XLSX_SIGNATURE = b"PK\x03\x04"

# openpyxl has no error of its own for a damaged workbook: these are what its readers raise on bytes they cannot follow
# (`SyntaxError` is what both XML parsers derive from, `RuntimeError` what zipfile says to an encrypted entry).
DAMAGED = (
    InvalidFileException,
    zipfile.BadZipFile,
    zlib.error,
    SyntaxError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    ArithmeticError,
    RuntimeError,
    EOFError,
    OSError,
)


class Unreadable(Exception):
    """The file cannot be read on. `row` is where it stopped, 0 for the file as a whole."""

    def __init__(self, reason: str, row: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.row = row


def read_rows(data: bytes, filename: str) -> Iterator[tuple[int, list[str]]]:
    """Each row with its number as a spreadsheet shows it (the header is 1); empty rows keep their number.

    Raises `Unreadable`, possibly after some rows: use nothing of a file that was not read to its end.
    """
    if not data:
        raise Unreadable("The file is empty.")
    if len(data) > MAX_BYTES:
        raise Unreadable(
            f"The file is larger than {MAX_BYTES // 1024 // 1024} MB. Split the list and import it in parts."
        )
    suffix = PurePath(filename).suffix.lower()
    if suffix not in {".csv", ".xlsx"}:
        raise Unreadable("Use a .csv or .xlsx file.")
    if (suffix == ".xlsx") != data.startswith(XLSX_SIGNATURE):
        raise Unreadable(
            f"The name ends in {suffix} but the content is something else. Export the list again."
        )
    rows = _csv_rows(_decoded(data)) if suffix == ".csv" else _xlsx_rows(data)
    for number, cells in enumerate(rows, start=1):
        if number > MAX_ROWS + 1:
            raise Unreadable(
                f"The list has more than {MAX_ROWS:,} rows. Split it and import it in parts.", number
            )
        if len(cells) > MAX_COLUMNS:
            raise Unreadable(f"The row has more than {MAX_COLUMNS} columns.", number)
        yield number, cells


def _decoded(data: bytes) -> str:
    """UTF-8 with or without its mark, and the UTF-16 that Excel calls "Unicode text". No other encoding is guessed:
    a wrong guess would misspell a child's name without anybody noticing.
    """
    try:
        return data.decode(_encoding(data[:4]))
    except UnicodeDecodeError:
        raise Unreadable(
            "The file is not in UTF-8. In Excel choose “Save as” and “CSV UTF-8 (comma delimited)”."
        ) from None


def _encoding(start: bytes) -> str:
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    # A header begins with two plain letters: a NUL among their bytes tells which half of UTF-16 comes first.
    if len(start) == 4 and start[1] == start[3] == 0:
        return "utf-16-le"
    if len(start) == 4 and start[0] == start[2] == 0:
        return "utf-16-be"
    return "utf-8-sig"


def _csv_rows(text: str) -> Iterator[list[str]]:
    first = text[: text.find("\n")] if "\n" in text else text
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    while True:
        number += 1
        try:
            cells = next(reader, None)
        except csv.Error:
            raise Unreadable(
                "A quotation mark here is in the wrong place or never closed, or the cell is far too long.",
                number,
            ) from None
        if cells is None:
            return
        yield cells


def _xlsx_rows(data: bytes) -> Iterator[list[str]]:
    _refuse_bombs(data)
    try:
        # Excel's own files make openpyxl warn about styles and validations; a case list has no use for either.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        if not book.worksheets:
            raise Unreadable("The workbook has no worksheet.")
        # Bounded here: one stray cell in the last corner of a sheet would otherwise make 17 thousand million empty ones.
        cells = book.worksheets[0].iter_rows(max_row=MAX_ROWS + 2, max_col=MAX_COLUMNS + 1, values_only=True)
        while (row := _next_row(cells)) is not None:
            yield [_as_text(value) for value in _without_empty_end(row)]
    except DAMAGED:
        raise Unreadable(
            "The workbook is damaged or protected by a password. Save it again as .xlsx."
        ) from None


def _next_row(cells: Iterator[tuple[object, ...]]) -> tuple[object, ...] | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return next(cells, None)


def _without_empty_end(row: tuple[object, ...]) -> tuple[object, ...]:
    """A worksheet's rows are all as wide as was asked for; a list's rows end with their last word."""
    width = next((at for at in range(len(row), 0, -1) if row[at - 1] is not None), 0)
    return row[:width]


def _refuse_bombs(data: bytes) -> None:
    """Reads only the directory of the archive: nothing is unpacked before its stated sizes are known."""
    try:
        entries = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except DAMAGED:
        raise Unreadable("The workbook is damaged. Save it again as .xlsx.") from None
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise Unreadable(
            "The workbook unpacks to far more than a case list can hold. Save only the list, as .csv."
        )
    if any(entry.filename.endswith("vbaProject.bin") for entry in entries):
        raise Unreadable("The workbook has macros. Save it as .xlsx or .csv without them.")


def _as_text(value: object) -> str:
    """A worksheet's cell as a person would have typed it. A date with a time of day stays one, and is refused as a date."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
