"""What a good case list becomes, and what every kind of bad cell is answered with."""

from datetime import date

import pytest

from panel.importing import (
    AddressRow,
    AdviceRow,
    CaseRow,
    ChildRow,
    ContactRow,
    ExemptionRow,
    PaperRow,
    Parsed,
    PriorOutcomeRow,
    RestrictionRow,
    SettingRow,
    codes,
)
from panel.importing.cells import upn_check_letter
from panel.models.advice import AdviceRequest
from panel.models.cases import Need, RequestSource
from panel.models.papers import PaperKind
from panel.models.people import Person, Relationship, Restriction, Setting
from tests.panel.case_lists import GOOD, read


def test_parse_reads_the_least_a_row_can_say():
    assert read(GOOD) == Parsed(
        rows=(
            CaseRow(
                row=2,
                reference="EHC-1",
                previous_reference="",
                child=ChildRow(
                    "Ada", "Brook", date(2017, 5, 4), None, "", "", codes.LetterFormat.STANDARD, None
                ),
                received_on=date(2026, 10, 1),
                source=codes.Source.SETTING,
                setting=None,
                year_group=None,
                primary_need=None,
                coordinator_email="",
                restricted=False,
                family_views="",
                child_views="",
                contacts=(),
                prior=(),
                final_sent_on=None,
                advice=(),
                exemptions=(),
                papers=(),
            ),
        ),
        known=(),
        problems=(),
        rows_read=1,
    )


def test_parse_reads_the_child_and_where_she_learns():
    (case,) = read(
        GOOD
        | {
            "sex": "girl",
            "upn": "B801200005001",
            "child_email": "Ada@Family.example",
            "child_format": "large print",
            "child_address1": "1 Harbour Row",
            "child_address2": "Saltmere",
            "child_postcode": "zz1 1aa",
            "child_address_confidential": "yes",
            "setting_urn": "900001",
            "setting_name": "Saltmere Primary School",
            "setting_phase": "primary",
            "year_group": "Year 4",
            "primary_need": "slcn",
            "coordinator_email": "co@authority.example",
            "restricted": "y",
        }
    ).rows
    assert case.child == ChildRow(
        "Ada",
        "Brook",
        date(2017, 5, 4),
        codes.Sex.FEMALE,
        "B801200005001",
        "ada@family.example",
        codes.LetterFormat.LARGE_PRINT,
        AddressRow(("1 Harbour Row", "Saltmere"), "ZZ1 1AA", confidential=True),
    )
    assert case.setting == SettingRow("900001", "Saltmere Primary School", codes.Phase.PRIMARY)
    assert (case.year_group, case.primary_need) == (codes.YearGroup.Y4, codes.Need.SLCN)
    assert (case.coordinator_email, case.restricted) == ("co@authority.example", True)


def test_parse_reads_contacts_with_their_rights_and_restrictions():
    contact = {
        "forename": "Jo",
        "surname": "Brook",
        "relationship": "Father",
        "basis": "natural parent",
        "how_known": "Birth certificate seen",
        "since": "2017-05-04",
        "email": "jo@family.example",
        "address1": "2 Quay Street",
        "postcode": "ZZ12AB",
        "address_confidential": "no",
        "disputed": "yes",
        "restriction": "order",
        "restriction_how_known": "Order of the family court",
        "restriction_from": "2026-01-05",
    }
    (case,) = read(
        GOOD
        | {f"contact1_{name}": cell for name, cell in contact.items()}
        | {"contact3_forename": "Ann", "contact3_surname": "Brook", "contact3_relationship": "Aunt"}
    ).rows
    assert case.contacts == (
        ContactRow(
            n=1,
            forename="Jo",
            surname="Brook",
            relationship="Father",
            basis=codes.Basis.NATURAL_PARENT,
            how_known="Birth certificate seen",
            since=date(2017, 5, 4),
            email="jo@family.example",
            letter_format=codes.LetterFormat.STANDARD,
            identity_known=True,
            disputed=True,
            address=AddressRow(("2 Quay Street",), "ZZ1 2AB", confidential=False),
            restriction=RestrictionRow(
                codes.RestrictionKind.ORDER, "Order of the family court", date(2026, 1, 5), None
            ),
        ),
        ContactRow(
            n=3,
            forename="Ann",
            surname="Brook",
            relationship="Aunt",
            basis=codes.Basis.NONE,
            how_known="",
            since=None,
            email="",
            letter_format=codes.LetterFormat.STANDARD,
            identity_known=True,
            disputed=False,
            address=None,
            restriction=None,
        ),
    )


def test_parse_reads_a_case_in_flight():
    (case,) = read(
        GOOD
        | {
            "received_on": "2026-03-02",
            "assess_outcome": "Y",
            "assess_decided_on": "2026-04-01",
            "assess_notified_on": "2026-04-03",
            "issue_outcome": "issue",
            "issue_notified_on": "2026-06-30",
            "final_sent_on": "2026-08-01",
            "advice1_item": "D",
            "advice1_body": "Psychology service",
            "advice1_requested_on": "2026-04-03",
            "advice1_received_by_body_on": "2026-04-07",
            "advice1_received_on": "2026-06-01",
            "exemption1_duty": "C1",
            "exemption1_ground": "d",
            "exemption1_from": "2026-03-10",
            "exemption1_to": "2026-04-12",
            "exemption1_because": "The family was away.\nNobody could be asked.",
            "exemption1_told_family_on": "2026-03-12",
        }
    ).rows
    assert case.prior == (
        PriorOutcomeRow(codes.Stage.ASSESS, codes.Outcome.ASSESS, date(2026, 4, 1), date(2026, 4, 3)),
        PriorOutcomeRow(codes.Stage.ISSUE, codes.Outcome.ISSUE, None, date(2026, 6, 30)),
    )
    assert case.final_sent_on == date(2026, 8, 1)
    assert case.advice == (
        AdviceRow(
            1,
            codes.AdviceItem.PSYCHOLOGIST,
            "Psychology service",
            date(2026, 4, 3),
            date(2026, 4, 7),
            date(2026, 6, 1),
        ),
    )
    assert case.exemptions == (
        ExemptionRow(
            1,
            codes.Duty.C1,
            codes.Ground.D,
            date(2026, 3, 10),
            date(2026, 4, 12),
            "The family was away.\nNobody could be asked.",
            date(2026, 3, 12),
        ),
    )


def test_parse_reads_papers_by_number_and_by_name():
    (case,) = read(
        GOOD
        | {
            "paper1_file": "0001-request.pdf",
            "paper1_kind": "request",
            "paper1_title": "Request form",
            "paper1_dated_on": "30/09/2026",
            "paper1_author": "A Teacher",
            "paper1_agency": "Saltmere Primary School",
            "paper2_file": "school_views.PDF",
            "papers": "photo.png; Scan 2.jpg;",
        }
    ).rows
    assert case.papers == (
        PaperRow(
            "0001-request.pdf",
            codes.PaperKind.REQUEST,
            "Request form",
            date(2026, 9, 30),
            "A Teacher",
            "Saltmere Primary School",
        ),
        PaperRow("school_views.PDF", codes.PaperKind.OTHER, "school views", None, "", ""),
        PaperRow("photo.png", codes.PaperKind.OTHER, "photo", None, "", ""),
        PaperRow("Scan 2.jpg", codes.PaperKind.OTHER, "Scan 2", None, "", ""),
    )


@pytest.mark.parametrize(
    "name", ["O’Connor-Ŵyn", "Ł", "Żółć", "عبد الرحمن", "李", "x" * 200, "D'Arcy", "José"]
)
def test_parse_accepts_every_name(name):
    (case,) = read(GOOD | {"child_surname": name}).rows
    assert case.child.surname == name


def test_parse_writes_one_name_typed_two_ways_the_same():
    first, second = read(
        GOOD | {"child_surname": "Ŵyn"},
        GOOD | {"child_surname": "Ŵyn", "reference": "EHC-2", "received_on": "2026-10-02"},
    ).rows
    assert first.child.surname == second.child.surname == "Ŵyn"


def test_upn_check_letter_is_the_published_one():
    assert upn_check_letter("801200005001") == "B"  # the example of public software for UPNs
    assert upn_check_letter("80120000500A") == "M"  # by hand: 2·8 + 4·1 + 5·2 + 10·5 + 13·0 = 80 = 3·23 + 11


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (codes.Source, RequestSource.values),
        (codes.Need, Need.values),
        (codes.Sex, Person.Sex.values),
        (codes.LetterFormat, Person.Format.values),
        (codes.Phase, Setting.Phase.values),
        (codes.Basis, [basis for basis in Relationship.Basis.values if basis != "self"]),
        (codes.RestrictionKind, Restriction.Kind.values),
        (codes.AdviceItem, AdviceRequest.Item.values),
        (codes.PaperKind, PaperKind.values),
    ],
)
def test_codes_are_those_of_the_models(ours, theirs):
    assert [str(code) for code in ours] == theirs
