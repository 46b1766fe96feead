"""The file around the list: formats, encodings, limits, and that nothing at all makes the reader fall over."""

import io
import re
import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panel.importing import Problem, columns, parse, sheet

TODAY = date(2026, 11, 23)
HEADER = "reference,child_forename,child_surname,born_on,received_on,request_source"
ROW = "EHC-1,Żaneta,Ŵyn,2017-05-04,2026-10-01,parent"
BORN = datetime(2017, 5, 4)  # noqa: DTZ001 (a spreadsheet knows no time zones)
TEXT = f"{HEADER}\n{ROW}\n"


def workbook(*rows: list[object]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def problem_of(data: bytes, filename: str = "cases.csv") -> Problem:
    parsed = parse(data, filename, today=TODAY)
    assert parsed.rows == ()
    (problem,) = parsed.problems
    return problem


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("utf-16"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-16-be"),
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace("\n", "\r").encode(),
        TEXT.replace(",", ";").encode(),
        TEXT.replace(",", "\t").encode("utf-16"),
        TEXT.replace("reference", " Reference ").replace("child_forename", "Child forename").encode(),
        TEXT.strip().encode(),
    ],
)
def test_parse_reads_what_spreadsheets_write(data):
    (case,) = parse(data, "Cases.CSV", today=TODAY).rows
    assert (case.row, case.child.forename, case.child.surname) == (2, "Żaneta", "Ŵyn")


def test_parse_reads_a_workbook_with_real_dates_and_numbers():
    cells = {
        "born_on": BORN,
        "received_on": date(2026, 10, 1),
        "request_source": 1,
        "setting_urn": 900001.0,
        "setting_name": "Saltmere",
        "setting_phase": "P",
        "restricted": True,
    }
    row = dict(zip(HEADER.split(","), ROW.split(","), strict=True)) | cells
    parsed = parse(workbook(list(row), list(row.values()), [], [None, None]), "cases.xlsx", today=TODAY)
    assert parsed.problems == ()
    (case,) = parsed.rows
    assert (case.child.born_on, case.received_on) == (date(2017, 5, 4), date(2026, 10, 1))
    assert (case.source, case.setting.urn, case.restricted) == ("1", "900001", True)


def test_parse_refuses_a_time_of_day_instead_of_dropping_it():
    row = ["EHC-1", "A", "B", BORN, BORN.replace(year=2026, hour=23), "parent"]
    assert problem_of(workbook(HEADER.split(","), row), "c.xlsx") == Problem(
        2, "received_on", "Write the date as YYYY-MM-DD or DD/MM/YYYY."
    )


def test_parse_numbers_rows_as_the_spreadsheet_does():
    text = f'{HEADER},family_views\n\n{ROW},"two\nlines"\n\n'
    assert [case.row for case in parse(text.encode(), "c.csv", today=TODAY).rows] == [3]
    assert {problem.row for problem in parse(f"{text}EHC-2\n".encode(), "c.csv", today=TODAY).problems} == {5}


@pytest.mark.parametrize(
    ("data", "filename", "problem"),
    [
        (b"", "c.csv", Problem(0, "", "The file is empty.")),
        (b"\xef\xbb\xbf", "c.csv", Problem(0, "", "The file is empty.")),
        (b"\n\n", "c.csv", Problem(1, "", "The first row must hold the names of the columns. They are in docs/importing.md.")),
        (TEXT.encode(), "c.ods", Problem(0, "", "Use a .csv or .xlsx file.")),
        (TEXT.encode(), "c.xlsx", Problem(0, "", "The name ends in .xlsx but the content is something else. Export the list again.")),
        (workbook(["a"]), "c.csv", Problem(0, "", "The name ends in .csv but the content is something else. Export the list again.")),
        (b"PK\x03\x04 nothing", "c.xlsx", Problem(0, "", "The workbook is damaged. Save it again as .xlsx.")),
        (TEXT.replace("Żaneta", "Zoë").replace("Ŵ", "W").encode("cp1252"), "c.csv", Problem(0, "", "The file is not in UTF-8. In Excel choose “Save as” and “CSV UTF-8 (comma delimited)”.")),
        (f'{HEADER}\n"EHC-1,never closed'.encode(), "c.csv", Problem(2, "", "A quotation mark here is in the wrong place or never closed, or the cell is far too long.")),
        (f"{TEXT}EHC-2,a,b,2017-05-04,2026-10-01,parent,extra\n".encode(), "c.csv", None),
        (b"Amelia,Jones,2017-05-04", "c.csv", Problem(1, "", "The first row must hold the names of the columns. They are in docs/importing.md.")),
        (f"{HEADER},sex,Sex".encode(), "c.csv", Problem(1, "sex", "This column is there twice.")),
        (f"{HEADER},child_postcod".encode(), "c.csv", Problem(1, "child_postcod", "No such column. Did you mean child_postcode?")),
        (f"{HEADER},contact1_adress1".encode(), "c.csv", Problem(1, "contact1_adress1", "No such column. Did you mean contact1_address1?")),
        (f"{HEADER},contact0_email".encode(), "c.csv", Problem(1, "contact0_email", "No such column. Did you mean contact1_email?")),
        (f"{HEADER},,".encode(), "c.csv", None),
        (f"{HEADER},Zoë Smith's hat".encode(), "c.csv", Problem(1, "zo?_smith?s_hat", "No such column. The columns are in docs/importing.md.")),
        (HEADER.replace("born_on,", "").encode(), "c.csv", Problem(1, "born_on", "This column is missing.")),
        (",".join(["reference"] * 401).encode(), "c.csv", Problem(1, "", "The row has more than 400 columns.")),
    ],
)  # fmt: skip
def test_parse_refuses_a_file_it_cannot_read(data, filename, problem):
    parsed = parse(data, filename, today=TODAY)
    if problem is None:
        assert len(parsed.problems) > 0
    else:
        assert parsed.problems == (problem,)


def test_parse_refuses_a_row_wider_than_the_header():
    parsed = parse(f"{HEADER}\n{ROW},Smith, the second\n".encode(), "c.csv", today=TODAY)
    reason = "The row has more cells than there are columns. Put text that holds a comma in quotation marks."
    assert parsed.problems == (Problem(2, "", reason),)


def test_parse_refuses_a_list_longer_than_the_limit(monkeypatch):
    monkeypatch.setattr(sheet, "MAX_ROWS", 3)
    rows = "".join(
        f"{ROW.replace('EHC-1', f'EHC-{n}').replace('2017-05-04', f'2017-05-0{n}')}\n" for n in range(1, 5)
    )
    parsed = parse(f"{HEADER}\n{rows}".encode(), "c.csv", today=TODAY)
    assert parsed.problems == (
        Problem(5, "", "The list has more than 3 rows. Split it and import it in parts."),
    )


def test_parse_refuses_a_file_larger_than_the_limit(monkeypatch):
    monkeypatch.setattr(sheet, "MAX_BYTES", 1024 * 1024)
    reason = "The file is larger than 1 MB. Split the list and import it in parts."
    assert problem_of(b"x" * 1024 * 1024 + b"x") == Problem(0, "", reason)


def test_parse_stops_when_everything_is_wrong():
    parsed = parse((f"{HEADER}\n" + "x\n" * 2000).encode(), "c.csv", today=TODAY)
    assert len(parsed.problems) == 1000
    assert parsed.problems[-1].reason == "Reading stopped here: mend the problems above first."


def test_parse_refuses_one_bad_row_in_five_hundred_and_says_which():
    rows = [f"EHC-{n},Child{n},Brook,2017-05-04,2026-10-01,parent" for n in range(2, 502)]
    rows[321] = rows[321].replace("2017-05-04", "2017-15-04")
    parsed = parse("\n".join([HEADER, *rows]).encode(), "c.csv", today=TODAY)
    assert parsed.problems == (Problem(323, "born_on", "Enter a real date: the calendar has no such day."),)


def test_parse_refuses_a_workbook_that_would_unpack_to_too_much(monkeypatch):
    monkeypatch.setattr(sheet, "MAX_UNPACKED", 1024 * 1024)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bomb:
        for n in range(2):
            bomb.writestr(f"xl/worksheets/sheet{n}.xml", b"\0" * (1024 * 1024))
    reason = "The workbook unpacks to far more than a case list can hold. Save only the list, as .csv."
    assert problem_of(out.getvalue(), "c.xlsx") == Problem(0, "", reason)


def test_parse_refuses_a_workbook_with_macros():
    out = io.BytesIO(workbook(HEADER.split(",")))
    with zipfile.ZipFile(out, "a") as book:
        book.writestr("xl/vbaProject.bin", b"x")
    assert (
        problem_of(out.getvalue(), "c.xlsx").reason
        == "The workbook has macros. Save it as .xlsx or .csv without them."
    )


def test_parse_is_not_led_astray_by_a_stray_cell_in_the_last_corner(monkeypatch):
    monkeypatch.setattr(sheet, "MAX_ROWS", 1000)
    book = openpyxl.Workbook()
    book.active.append(HEADER.split(","))
    book.active.cell(1_048_576, 16_384, "x")
    out = io.BytesIO()
    book.save(out)
    reason = "The list has more than 1,000 rows. Split it and import it in parts."
    assert problem_of(out.getvalue(), "c.xlsx") == Problem(1_002, "", reason)


def test_parse_refuses_a_damaged_workbook():
    good = workbook(HEADER.split(","), ROW.split(","))
    with zipfile.ZipFile(io.BytesIO(good)) as book:
        entries = {name: book.read(name) for name in book.namelist()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        for name, content in entries.items():
            book.writestr(name, content[: len(content) // 2] if name.endswith("sheet1.xml") else content)
    assert problem_of(out.getvalue(), "c.xlsx").reason.startswith("The workbook is damaged or protected")


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(["a.csv", "a.xlsx", "a"]))
def test_parse_never_raises_on_bytes(data, filename):
    parse(data, filename, today=TODAY)
    parse(TEXT.encode() + data, filename, today=TODAY)


EVERY_COLUMN = [
    *columns.SINGLE,
    *(f"{group}{n}_{name}" for group, names in columns.NUMBERED.items() for name in names for n in (1, 2)),
]


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(EVERY_COLUMN), st.text(max_size=30), max_size=30))
def test_parse_never_raises_on_cells(cells):
    row = dict(zip(HEADER.split(","), ROW.split(","), strict=True)) | cells
    book = [",".join(row), ",".join('"{}"'.format(cell.replace('"', '""')) for cell in row.values())]
    parsed = parse("\n".join(book).encode("utf-8", "surrogatepass"), "c.csv", today=TODAY)
    assert not (parsed.rows and parsed.problems)


@settings(max_examples=25, deadline=None)
@given(st.binary(min_size=1, max_size=20), st.integers(min_value=0))
def test_parse_never_raises_on_a_broken_workbook(noise, place):
    good = bytearray(workbook(HEADER.split(","), ROW.split(",")))
    at = place % len(good)
    good[at : at + len(noise)] = noise
    parse(bytes(good), "c.xlsx", today=TODAY)


def test_every_column_is_described_for_people():
    text = (Path(__file__).parents[2] / "docs" / "importing.md").read_text()
    described = set(re.findall(r"`([a-z0-9_]+)`", text))
    generic = {f"{group}1_{name}" for group, names in columns.NUMBERED.items() for name in names}
    assert (set(columns.SINGLE) | generic) - described == set()
