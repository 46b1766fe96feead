"""A whole case list comes in, or nothing of it does."""

import time
from typing import Any

import pytest
from django.core.files.storage import default_storage

from panel.actions.imports import ImportReport, import_cases
from panel.importing import Problem, parse
from panel.models import (
    Address,
    AuditEntry,
    Case,
    CaseGrant,
    Dispatch,
    Exemption,
    Paper,
    Person,
    PriorOutcome,
    Relationship,
    Restriction,
    Setting,
    User,
)
from panel.platform.policy import Refused, Role
from tests.make import NOW, make_case, make_parent, make_person, make_user
from tests.panel.case_lists import GOOD, TODAY, listed, read

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 a paper"


def bring(
    *rows: dict[str, str], by: User | None = None, known: tuple[str, ...] = (), **more: Any
) -> ImportReport:
    more.setdefault("papers", {})
    return import_cases(parsed=read(*rows, known=known), by=by, now=NOW, **more)


def full_row(**cells: str) -> dict[str, str]:
    return {
        **GOOD,
        "upn": "",
        "child_address1": "1 Example Street",
        "child_postcode": "ZZ1 1ZZ",
        "setting_urn": "900001",
        "setting_name": "Willow Bank School",
        "setting_phase": "primary",
        "year_group": "4",
        "primary_need": "SLCN",
        "contact1_forename": "Alex",
        "contact1_surname": "Brook",
        "contact1_relationship": "mother",
        "contact1_basis": "natural_parent",
        "contact1_how_known": "birth certificate",
        "contact1_since": "2017-05-04",
        "contact1_email": "alex@example.org",
        "contact1_address1": "1 Example Street",
        "contact1_postcode": "ZZ1 1ZZ",
        **cells,
    }


def test_list_comes_in_whole(clerk: User) -> None:
    coordinator = make_user("Corin Coordinator", Role.COORDINATOR)
    row = full_row(
        coordinator_email=coordinator.email,
        assess_outcome="assess",
        assess_decided_on="2026-10-20",
        assess_notified_on="2026-10-22",
        advice1_item="d",
        advice1_body="Psychology service",
        advice1_requested_on="2026-10-22",
        exemption1_duty="C1",
        exemption1_ground="c",
        exemption1_from="2026-10-05",
        exemption1_because="The child was in hospital.",
        papers="a.pdf; b.pdf",
    )
    report = bring(row, by=clerk, papers={"a.pdf": PDF, "b.pdf": PDF})
    assert report == ImportReport(("EHC-1",), (), 2, (), (), stored=True)
    case = Case.objects.get()
    assert (case.state, case.coordinator, case.setting.name, case.child.full_name) == (
        "assessing",
        coordinator,
        "Willow Bank School",
        "Ada Brook",
    )
    assert (str(case.assess_notified_on), case.next_duty, str(case.next_due_on)) == (
        "2026-10-22",
        "C3",
        "2027-01-21",
    )
    assert PriorOutcome.objects.get().outcome == "assess"
    assert case.advice_requests.get().item == "d"
    assert Exemption.objects.get().ground == "c"
    assert Relationship.objects.get().person.full_name == "Alex Brook"
    assert [address.postcode for address in Address.objects.all()] == ["ZZ1 1ZZ"] * 2
    assert [(paper.state, paper.shown_name) for paper in Paper.objects.order_by("id")] == [
        ("checking", "a.pdf"),
        ("checking", "b.pdf"),
    ]
    assert {paper.public_id for paper in Paper.objects.all()} == {
        row.subject for row in Dispatch.objects.all()
    }
    assert sorted(AuditEntry.objects.values_list("verb", flat=True)) == [
        "case.import",
        "paper.upload",
        "paper.upload",
    ]
    for paper in Paper.objects.all():
        with default_storage.open(paper.quarantine_name) as file:
            assert file.read() == PDF


def test_dry_run_changes_nothing(clerk: User) -> None:
    report = bring(full_row(papers="a.pdf"), by=clerk, papers={"a.pdf": PDF}, dry_run=True)
    assert report == ImportReport(("EHC-1",), (), 1, (), (), stored=False)
    assert (
        Case.objects.count(),
        Person.objects.count(),
        Setting.objects.count(),
        AuditEntry.objects.count(),
    ) == (0,) * 4
    assert not default_storage.exists("quarantine")


def test_one_bad_row_stores_nothing(clerk: User) -> None:
    report = bring(full_row(), {**GOOD, "reference": "EHC-2", "born_on": "2030-01-01"}, by=clerk)
    assert report.problems == (Problem(3, "born_on", "Date of birth must be in the past."),)
    assert (report.created, report.stored, Case.objects.count()) == ((), False, 0)


def test_problem_found_here_stores_nothing_and_removes_papers(clerk: User) -> None:
    report = bring(
        full_row(coordinator_email="nobody@example.org", papers="a.pdf"), by=clerk, papers={"a.pdf": PDF}
    )
    assert [(problem.row, problem.column) for problem in report.problems] == [(2, "coordinator_email")]
    assert "nobody@example.org" not in report.problems[0].reason
    assert (Case.objects.count(), Paper.objects.count()) == (0, 0)
    assert default_storage.listdir("quarantine") == ([], [])


def test_missing_and_empty_papers_are_named_by_row(clerk: User) -> None:
    report = bring(full_row(papers="a.pdf; b.pdf"), by=clerk, papers={"b.pdf": b""})
    assert report.problems == (
        Problem(2, "papers", "A paper named in this row is not in the papers folder."),
        Problem(2, "papers", "The file is empty."),
    )


def test_known_reference_is_reported_and_left(clerk: User) -> None:
    case = make_case(reference="EHC-1")
    report = bring(full_row(), {**GOOD, "reference": "EHC-2"}, by=clerk, known=("EHC-1",))
    assert (report.created, report.known) == (("EHC-2",), ("EHC-1",))
    case.refresh_from_db()
    assert case.child.full_name == "Robin Ashdown"


def test_reference_that_came_in_since_reading_is_left(clerk: User) -> None:
    parsed = read(full_row(papers="a.pdf"))
    make_case(reference="ehc-1")
    report = import_cases(parsed=parsed, papers={"a.pdf": PDF}, by=clerk, now=NOW)
    assert report == ImportReport((), ("EHC-1",), 0, (), (), stored=True)
    assert default_storage.listdir("quarantine") == ([], [])


def test_twins_stay_two_persons_with_one_mother(clerk: User) -> None:
    twin = full_row(reference="EHC-2", child_forename="Bea")
    bring(full_row(), twin, by=clerk)
    first, second = Case.objects.order_by("reference")
    assert first.child != second.child
    assert [tie.person.full_name for tie in Relationship.objects.all()] == ["Alex Brook"] * 2
    assert Relationship.objects.values("person").distinct().count() == 1


def test_same_name_without_the_same_mail_is_another_person(clerk: User) -> None:
    bring(full_row(), full_row(reference="EHC-2", child_forename="Bea", contact1_email=""), by=clerk)
    assert Relationship.objects.values("person").distinct().count() == 2


def test_mother_with_two_addresses_is_asked_about(clerk: User) -> None:
    twin = full_row(reference="EHC-2", child_forename="Bea", contact1_postcode="ZZ2 2ZZ")
    report = bring(full_row(), twin, by=clerk)
    assert report.problems == (
        Problem(3, "contact1_address1", "Row 2 gives this person another address. Say where they live once."),
    )


def test_repeat_is_a_new_case_of_the_same_child_linked_to_the_first(clerk: User) -> None:
    earlier = full_row(received_on="2025-09-01", assess_outcome="not_assess", assess_notified_on="2025-10-10")
    bring(full_row(reference="EHC-2"), earlier, by=clerk)
    first, second = Case.objects.order_by("received_on")
    assert (second.previous, second.child) == (first, first.child)
    assert Relationship.objects.count() == 1


def test_second_active_request_is_warned_of(clerk: User) -> None:
    report = bring(full_row(), full_row(reference="EHC-2", received_on="2026-11-02"), by=clerk)
    assert report.warnings == (
        Problem(2, "reference", "There is another active request for this child."),
        Problem(3, "reference", "There is another active request for this child."),
    )
    assert report.stored


def test_earlier_case_of_another_child_is_refused(clerk: User) -> None:
    make_case(reference="OLD-1")
    report = bring({**GOOD, "previous_reference": "OLD-1"}, by=clerk, known=("OLD-1",))
    assert report.problems == (Problem(2, "previous_reference", "The earlier case is about another child."),)


def test_child_here_is_found_and_their_contacts_are_not_doubled(clerk: User) -> None:
    child = make_person("Ada", "Brook", born_on=TODAY.replace(year=2017, month=5, day=4))
    make_parent(child, "Alex")
    report = bring(full_row(contact1_email=""), by=clerk)
    assert Case.objects.get().child == child
    assert (Relationship.objects.count(), report.warnings) == (
        1,
        (
            Problem(
                2,
                "child_address1",
                "This person’s address is recorded here in another way, and was left so. Change it on the case.",
            ),
        ),
    )


def test_restriction_for_a_recorded_contact_stops_the_import(clerk: User) -> None:
    child = make_person("Ada", "Brook", born_on=TODAY.replace(year=2017, month=5, day=4))
    make_parent(child, "Alex")
    row = full_row(
        contact1_restriction="no_contact",
        contact1_restriction_how_known="order",
        contact1_restriction_from="2026-01-01",
    )
    report = bring(row, by=clerk)
    assert [(problem.row, problem.column) for problem in report.problems] == [(2, "contact1_surname")]


def test_restriction_of_a_new_contact_is_stored(clerk: User) -> None:
    row = full_row(
        contact1_restriction="no_contact",
        contact1_restriction_how_known="order",
        contact1_restriction_from="2026-01-01",
    )
    bring(row, by=clerk)
    restriction = Restriction.objects.get()
    assert (restriction.person.full_name, restriction.child.full_name, restriction.recorded_by) == (
        "Alex Brook",
        "Ada Brook",
        clerk,
    )


def test_restricted_case_is_open_to_its_coordinator_alone(clerk: User) -> None:
    coordinator = make_user("Corin Coordinator", Role.COORDINATOR)
    bring(full_row(restricted="yes", coordinator_email=coordinator.email), by=clerk)
    assert CaseGrant.objects.get().user == coordinator
    assert list(Case.objects.visible_to(coordinator, NOW)) == [Case.objects.get()]
    assert list(Case.objects.visible_to(clerk, NOW)) == []


def test_young_person_is_their_own_contact(clerk: User) -> None:
    bring({**GOOD, "born_on": "2009-10-01"}, by=clerk)
    tie = Relationship.objects.get()
    assert (tie.person, tie.basis, str(tie.since)) == (Case.objects.get().child, "self", "2026-06-27")


def test_only_a_clerk_or_the_host_imports(member: User) -> None:
    with pytest.raises(Refused) as no:
        bring(GOOD, by=member)
    assert no.value.code == "not_allowed"
    assert bring(GOOD).stored


@pytest.mark.slow
def test_four_hundred_cases_come_in_within_seconds(clerk: User) -> None:
    rows = [
        full_row(
            reference=f"EHC-{n}",
            child_surname=f"Brook{n}",
            contact1_email=f"parent{n}@example.org",
            papers=";".join(f"{n}-{m}.pdf" for m in range(6)),
            received_on="2026-10-01",
        )
        for n in range(400)
    ]
    papers = {f"{n}-{m}.pdf": PDF * 100 for n in range(400) for m in range(6)}
    began = time.perf_counter()
    report = import_cases(
        parsed=parse(listed(*rows), "cases.csv", today=TODAY), papers=papers, by=clerk, now=NOW
    )
    took = time.perf_counter() - began
    assert (len(report.created), report.papers, report.problems) == (400, 2400, ())
    assert took < 15
