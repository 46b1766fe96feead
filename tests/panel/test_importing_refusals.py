"""What every kind of bad cell is answered with, and rows that contradict themselves or each other."""

import pytest

from panel.importing import Problem
from tests.panel.case_lists import GOOD, read


def reasons(**cells: str) -> list[tuple[str, str]]:
    parsed = read(GOOD | cells)
    assert all(problem.row == 2 for problem in parsed.problems)
    assert bool(parsed.rows) != bool(parsed.problems)
    return [(problem.column, problem.reason) for problem in parsed.problems]


DATE_HOW = "Write the date as YYYY-MM-DD or DD/MM/YYYY."
LATE = "This cannot be after today."
EMPTY = "This is needed and was left empty."
OLD = (
    "This person was 25 or older when the request was received."
    " An assessment is for people under 25 (Children and Families Act 2014 s83)."
)
SOURCES = (
    "Use one of: 1, 2, 3, 4, 5, parent, young_person, school, setting, early_years, post_16, health, social_care,"
    " youth_justice, la, other."
)
ONE_EMAIL = "Enter one e-mail address, like name@example.org, in plain letters and without spaces."
BARE = "Use the bare name of a .pdf, .png or .jpg file, without folders."


@pytest.mark.parametrize(
    ("column", "cell", "reason"),
    [
        ("reference", "", EMPTY),
        ("reference", "EHC 1", "Use up to 30 letters, digits, dots, dashes, slashes or underscores."),
        ("reference", "E" * 31, "Use up to 30 letters, digits, dots, dashes, slashes or underscores."),
        ("child_surname", "  ", EMPTY),
        ("child_forename", "x" * 201, "This must be 200 characters or fewer. It now has 201."),
        ("child_forename", "x" * 10_000, "This must be 200 characters or fewer. It now has 10,000."),
        ("born_on", "2026-11-23", "Date of birth must be in the past."),
        (
            "born_on",
            "2001-10-01",
            OLD,
        ),
        ("born_on", "31/02/2016", "Enter a real date: the calendar has no such day."),
        ("born_on", "2019-02-29", "Enter a real date: the calendar has no such day."),
        ("born_on", "03/04/16", f"Write the year with four digits. {DATE_HOW}"),
        ("born_on", "2016-13-01", "Enter a real date: the calendar has no such day."),
        ("born_on", "12/31/2016", "Enter a real date: the calendar has no such day."),
        ("born_on", "0001-01-01", "Enter a year between 1990 and 2100."),
        ("born_on", "9999-01-01", "Enter a year between 1990 and 2100."),
        ("born_on", "20226-01-01", DATE_HOW),
        ("born_on", "3 May 2016", DATE_HOW),
        ("born_on", "2016-05-03T10:00:00", DATE_HOW),
        ("born_on", "٢٠١٦-٠٥-٠٣", DATE_HOW),
        ("received_on", "2026-11-24", "The request cannot have been received after today."),
        ("received_on", "2017-05-03", "The date the request was received is before the date of birth."),
        (
            "request_source",
            "6",
            SOURCES,
        ),
        ("request_source", "", EMPTY),
        ("sex", "x", "Use one of: F, M, female, girl, male, boy."),
        ("upn", "A801200005001", "Check the UPN: the check letter does not match."),
        (
            "upn",
            "B80120000500",
            "A UPN is a capital letter and twelve digits (the last may be a letter in a temporary one).",
        ),
        (
            "child_email",
            "a@b.example, c@d.example",
            ONE_EMAIL,
        ),
        (
            "coordinator_email",
            "a@ехample.org",
            ONE_EMAIL,
        ),
        (
            "coordinator_email",
            "a@b.example\nBcc: c@d.example",
            ONE_EMAIL,
        ),
        (
            "year_group",
            "15",
            "Use one of: N1, N2, R, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, X, reception, year_1.",
        ),
        (
            "primary_need",
            "ADHD",
            "Use one of: SPLD, MLD, SLD, PMLD, SEMH, SLCN, HI, VI, MSI, PD, ASD, DS, OTH.",
        ),
        ("restricted", "maybe", "Write yes or no."),
        (
            "papers",
            "a.pdf;../b.pdf",
            "Use the bare name of a .pdf, .png or .jpg file, without folders. Put a semicolon between two names.",
        ),
        ("papers", "a.pdf;a.pdf", "The same paper is named twice in this row."),
        ("paper1_file", "c:\\x.pdf", BARE),
        ("paper1_file", "letter.docx", BARE),
        ("paper1_file", ".hidden.pdf", BARE),
        ("child_postcode", "SW1A", None),
        ("child_address1", "1 Harbour Row", None),
        ("child_address_confidential", "yes", "There is no address to keep confidential."),
        ("setting_urn", "12345", None),
        ("exemption1_because", "Away", None),
        ("assess_outcome", "assess", None),
        ("assess_decided_on", "2026-10-20", None),
        ("final_sent_on", "2026-11-01", None),
        ("previous_reference", "EHC-1", None),
    ],
)
def test_parse_refuses_a_bad_cell_without_repeating_it(column, cell, reason):
    found = reasons(**{column: cell})
    if reason is not None:
        assert found == [(column, reason)]
    assert found
    assert not any(
        cell.strip() and len(cell) > 3 and cell in reason
        for _, reason in found
        if column != "previous_reference"
    )


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ({"child_postcode": "SW1A", "child_address1": "x"}, ("child_postcode", "Enter a full UK postcode, like ZZ1 1AA. Leave an address abroad out and add it on the case.")),
        ({"child_address1": "x"}, ("child_postcode", "An address needs its postcode.")),
        ({"child_postcode": "ZZ1 1AA"}, ("child_address1", "An address needs at least one line beside its postcode.")),
        ({"setting_urn": "900001", "setting_phase": "P"}, ("setting_name", EMPTY)),
        ({"assess_outcome": "Y"}, ("assess_notified_on", "Say when this was decided, or when the family was told.")),
        ({"assess_notified_on": "2026-10-20"}, ("assess_outcome", EMPTY)),
        ({"assess_outcome": "issue", "assess_notified_on": "2026-10-20"}, ("assess_outcome", "Use one of: assess, not_assess.")),
        ({"assess_outcome": "Y", "assess_notified_on": "2026-09-20"}, ("assess_notified_on", "This is before received_on.")),
        ({"assess_outcome": "Y", "assess_notified_on": "2026-11-24"}, ("assess_notified_on", LATE)),
        ({"assess_outcome": "Y", "assess_decided_on": "2026-10-20", "assess_notified_on": "2026-10-19"}, ("assess_notified_on", "This is before assess_decided_on.")),
        ({"issue_outcome": "Y", "issue_notified_on": "2026-10-20"}, ("issue_outcome", "This needs a decision to assess before it: fill in the assess_ columns of this row.")),
        ({"assess_outcome": "N", "assess_notified_on": "2026-10-20", "issue_outcome": "Y", "issue_notified_on": "2026-10-20"}, ("issue_outcome", "This needs a decision to assess before it: fill in the assess_ columns of this row.")),
        ({"assess_outcome": "Y", "assess_notified_on": "2026-10-20", "final_sent_on": "2026-10-20"}, ("final_sent_on", "This needs a decision to issue before it: fill in the issue_ columns of this row.")),
        ({"advice1_item": "z", "advice1_body": "x", "advice1_requested_on": "2026-10-20"}, ("advice1_item", "Use one of: a, b, c, d, e, f, g, h.")),
        ({"advice1_item": "d", "advice1_body": "x"}, ("advice1_requested_on", EMPTY)),
        ({"advice1_item": "d", "advice1_body": "x", "advice1_requested_on": "2026-10-20", "advice1_received_on": "2026-10-19"}, ("advice1_received_on", "This is before advice1_requested_on.")),
        ({"exemption1_duty": "C2", "exemption1_ground": "d", "exemption1_from": "2026-10-20", "exemption1_because": "x"}, ("exemption1_ground", "The regulation that excuses this duty has no such ground.")),
        ({"exemption1_duty": "C1", "exemption1_ground": "d", "exemption1_from": "2026-10-20"}, ("exemption1_because", "Say why it was impractical to act in time.")),
        ({"exemption1_duty": "C1", "exemption1_ground": "d", "exemption1_from": "2026-10-20", "exemption1_to": "2026-10-19", "exemption1_because": "x"}, ("exemption1_to", "This is before the day it starts.")),
        ({"contact1_forename": "Jo", "contact1_surname": "B", "contact1_relationship": "Father", "contact1_basis": "natural_parent", "contact1_since": "2017-05-04"}, ("contact1_how_known", EMPTY)),
        ({"contact1_forename": "Jo", "contact1_surname": "B", "contact1_relationship": "Father", "contact1_restriction": "safety", "contact1_restriction_from": "2026-01-01"}, ("contact1_restriction_how_known", EMPTY)),
        ({"contact1_forename": "Jo", "contact1_surname": "B", "contact1_relationship": "Father", "contact2_forename": "jo", "contact2_surname": "b", "contact2_relationship": "father"}, ("contact2_surname", "This person is already a contact of this child.")),
        ({"paper1_file": "a.pdf", "paper1_dated_on": "2026-11-24"}, ("paper1_dated_on", LATE)),
        ({"previous_reference": "EHC-0"}, ("previous_reference", "No other case of this reference is in the list or already here.")),
        ({"previous_reference": "EHC-1"}, ("previous_reference", "No other case of this reference is in the list or already here.")),
    ],
)  # fmt: skip
def test_parse_refuses_cells_that_contradict_each_other(cells, problem):
    parsed = read(GOOD | cells)
    assert [(found.column, found.reason) for found in parsed.problems] == [problem]


@pytest.mark.parametrize("mark", ["\u202e", "\u2066", "\x00", "\x07"])
def test_parse_refuses_marks_that_change_what_is_read(mark):
    (problem,) = read(GOOD | {"child_surname": f"Br{mark}ook"}).problems
    assert (problem.row, problem.column) == (2, "child_surname")
    assert "ook" not in problem.reason


def test_parse_reports_every_fault_of_a_row_at_once():
    assert [column for column, _ in reasons(born_on="x", request_source="x", sex="x", upn="x")] == [
        "born_on",
        "sex",
        "upn",
        "request_source",
    ]


def test_parse_reports_a_known_reference_and_reads_it_no_further():
    parsed = read(GOOD | {"born_on": "nonsense"}, GOOD | {"reference": "EHC-2"}, known=("ehc-1",))
    assert (parsed.known, parsed.problems) == (("EHC-1",), ())
    assert [row.reference for row in parsed.rows] == ["EHC-2"]


def test_parse_follows_a_link_to_an_earlier_request():
    later = GOOD | {"reference": "EHC-2", "received_on": "2026-11-01"}
    parsed = read(
        later | {"previous_reference": "EHC-1"},
        GOOD,
        later | {"reference": "EHC-3", "received_on": "2026-11-02", "previous_reference": "OLD-1"},
        known=("OLD-1",),
    )
    assert parsed.problems == ()
    assert [row.previous_reference for row in parsed.rows] == ["EHC-1", "", "OLD-1"]


def test_parse_allows_twins():
    twin = GOOD | {"reference": "EHC-2", "child_forename": "Ida"}
    assert [row.child.forename for row in read(GOOD, twin).rows] == ["Ada", "Ida"]


@pytest.mark.parametrize(
    ("first", "second", "problem"),
    [
        ({}, {"reference": "ehc-1", "child_forename": "Ida"}, ("reference", "This reference is already in row 2.")),
        ({}, {"reference": "EHC-2"}, ("received_on", "A request for this child on this day is already in row 2.")),
        ({"upn": "B801200005001"}, {"reference": "EHC-2", "child_forename": "Ida", "upn": "B801200005001"}, ("upn", "This UPN belongs to another child in row 2.")),
        ({"setting_urn": "900001", "setting_name": "A", "setting_phase": "P"}, {"reference": "EHC-2", "child_forename": "Ida", "setting_urn": "900001", "setting_name": "B", "setting_phase": "P"}, ("setting_urn", "This URN has another name or phase in row 2.")),
        ({"papers": "a.pdf"}, {"reference": "EHC-2", "child_forename": "Ida", "papers": "a.pdf"}, ("papers", "A paper of this name is already in row 2.")),
    ],
)  # fmt: skip
def test_parse_refuses_rows_that_contradict_each_other(first, second, problem):
    parsed = read(GOOD | first, GOOD | second)
    assert parsed.problems == (Problem(3, *problem),)
