"""One request at a time: taken in, moved on, marked when the family was told."""

import datetime as dt
from typing import Any

import pytest

from panel.actions import cases
from panel.actions.cases import NewChild, advance, create_case, record_notified
from panel.models import AuditEntry, AuditValue, Case, Denial, Person, Relationship, User
from panel.platform.policy import Refused
from tests.make import NOW, TODAY, make_case, make_person

pytestmark = pytest.mark.django_db
ADA = NewChild("Ada", "Brook", dt.date(2018, 5, 4))


def taken_in(by: User, child: NewChild | Person = ADA, **fields: Any) -> Case:
    return create_case(child=child, by=by, now=NOW, **{"source": "1", "received_on": TODAY, **fields})


def test_request_is_taken_in_with_its_clock_and_its_trail(clerk: User) -> None:
    case = taken_in(clerk)
    case.refresh_from_db()
    assert (case.reference, case.state, case.next_duty, case.next_due_on, case.child.full_name) == (
        "EHC-2026-00001",
        "requested",
        "C1",
        TODAY + dt.timedelta(days=42),
        "Ada Brook",
    )
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.by, entry.case) == ("case.create", clerk.public_id, case.public_id)
    assert AuditValue.objects.get().values["reference"] == "EHC-2026-00001"


def test_references_go_on_from_the_last(clerk: User) -> None:
    make_case(reference="EHC-2026-00041")
    make_case(reference="EHC-2026-OLD")
    assert taken_in(clerk).reference == "EHC-2026-00042"


@pytest.mark.parametrize(
    ("child", "fields", "code", "field"),
    [
        (NewChild("Ada", "Brook", TODAY), {}, "born_in_future", "born_on"),
        (NewChild("Ada", "Brook", dt.date(1999, 11, 23)), {}, "too_old", "born_on"),
        (ADA, {"received_on": TODAY + dt.timedelta(days=1)}, "received_in_future", "received_on"),
        (ADA, {"received_on": dt.date(2018, 5, 3)}, "received_before_birth", "received_on"),
        (NewChild("\0", "Brook", ADA.born_on), {}, "nul", None),
        (NewChild(" ", "Brook", ADA.born_on), {}, "empty", None),
        (NewChild("A" * 10_000, "Brook", ADA.born_on), {}, "too_long", None),
        (NewChild("Ada", "\u202eBrook", ADA.born_on), {}, "direction_override", None),
        (NewChild("Ada", "Brook", ADA.born_on, upn="B123456789012"), {}, "upn", "upn"),
    ],
)
def test_impossible_requests_are_refused(
    clerk: User, child: NewChild, fields: dict[str, Any], code: str, field: str | None
) -> None:
    with pytest.raises(Refused) as no:
        taken_in(clerk, child, **fields)
    assert (no.value.code, no.value.field) == (code, field)
    assert (Case.objects.count(), Person.objects.count(), AuditEntry.objects.count()) == (0, 0, 0)


@pytest.mark.parametrize("name", ["O’Neil", "Anne-Marie", "X", "Ł" * 200, "Llŷr", "Zażółć", "محمد"])
def test_names_of_any_script_are_taken_as_they_are(clerk: User, name: str) -> None:
    assert taken_in(clerk, NewChild(name, name, ADA.born_on)).child.surname == name


def test_who_is_24_on_the_day_is_taken_in(clerk: User) -> None:
    assert taken_in(clerk, NewChild("Ada", "Brook", dt.date(2001, 11, 24))).pk


def test_second_active_request_needs_a_reason_and_is_linked(clerk: User) -> None:
    first = taken_in(clerk)
    with pytest.raises(Refused) as no:
        taken_in(clerk)
    assert (no.value.code, no.value.field) == ("second_request", "reason_to_continue")
    assert first.reference in no.value.sentence
    second = taken_in(clerk, reason_to_continue="The first was about another school.")
    assert (second.child, second.previous) == (first.child, first)
    values = AuditValue.objects.order_by("-pk")[0].values
    assert values["reason"] == "The first was about another school."


def test_warning_does_not_name_a_case_the_clerk_may_not_see(clerk: User) -> None:
    first = taken_in(clerk)
    Denial.objects.create(case=first, user=clerk, source="item:1", since=NOW)
    with pytest.raises(Refused) as no:
        taken_in(clerk)
    assert first.reference not in no.value.sentence


def test_refusal_to_assess_never_stands_in_the_way(clerk: User) -> None:
    earlier = make_case(state="not_assessed", assess_notified_on=TODAY)
    assert taken_in(clerk, earlier.child).previous == earlier


def assessed_until(day: dt.date) -> Case:
    return make_case(state="not_issued", received_on=dt.date(2026, 1, 5), issue_notified_on=day)


def test_request_within_six_months_of_an_assessment_needs_a_reason(clerk: User) -> None:
    earlier = assessed_until(dt.date(2026, 5, 24))
    with pytest.raises(Refused) as no:
        taken_in(clerk, earlier.child)
    assert no.value.code == "second_request"


def test_request_six_months_after_an_assessment_needs_none(clerk: User) -> None:
    earlier = assessed_until(dt.date(2026, 5, 23))
    assert taken_in(clerk, earlier.child).previous == earlier


def test_twins_are_two_children(clerk: User) -> None:
    assert taken_in(clerk).child != taken_in(clerk, NewChild("Bea", "Brook", ADA.born_on)).child


def test_upn_of_another_child_is_refused(clerk: User) -> None:
    make_person("Cy", "Brook", born_on=ADA.born_on, upn="H801200001001")
    with pytest.raises(Refused) as no:
        taken_in(clerk, NewChild("Ada", "Brook", ADA.born_on, upn="H801200001001"))
    assert no.value.code == "upn_of_other"


def test_taken_reference_and_case_of_another_child_are_refused(clerk: User) -> None:
    other = make_case(reference="A-1")
    for fields, code in [({"reference": "a-1"}, "reference_taken"), ({"previous": other}, "wrong_child")]:
        with pytest.raises(Refused) as no:
            taken_in(clerk, **fields)
        assert no.value.code == code


def test_only_a_clerk_takes_in_requests(coordinator: User) -> None:
    with pytest.raises(Refused) as no:
        taken_in(coordinator)
    assert no.value.code == "not_allowed"


def test_young_person_is_tied_to_herself(clerk: User) -> None:
    case = taken_in(clerk, NewChild("Ada", "Brook", dt.date(2010, 9, 1)))
    tie = Relationship.objects.get()
    assert (tie.person, tie.basis, tie.since) == (case.child, "self", dt.date(2027, 6, 26))
    cases.tie_to_self([case.child], TODAY)
    assert Relationship.objects.count() == 1


def test_decision_moves_the_case_and_its_next_date_stays_until_the_family_is_told(officer: User) -> None:
    case = make_case()
    advance(case=case, verb="case.assess", by=officer, now=NOW)
    assert (case.state, case.next_duty) == ("assessing", "C1")
    record_notified(case=case, stage="assess", on=TODAY, by=officer, now=NOW)
    case.refresh_from_db()
    assert (case.assess_notified_on, case.next_duty, case.next_due_on) == (
        TODAY,
        "C3",
        case.received_on + dt.timedelta(days=112),
    )
    advance(case=case, verb="case.issue", by=officer, now=NOW)
    assert (case.state, case.next_duty, case.next_due_on) == (
        "drafting",
        "C6",
        case.received_on + dt.timedelta(days=140),
    )
    assert list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True)) == [
        "case.assess",
        "case.notified",
        "case.issue",
    ]


def test_refusal_owes_its_letter_until_the_family_is_told(officer: User) -> None:
    case = make_case()
    advance(case=case, verb="case.not_assess", by=officer, now=NOW)
    assert (case.is_open, case.next_duty) == (False, "C1")
    record_notified(case=case, stage="assess", on=TODAY, by=officer, now=NOW)
    assert (case.next_duty, case.next_due_on) == ("", None)


def test_first_day_the_family_was_told_stands(officer: User) -> None:
    case = make_case(state="assessing")
    record_notified(case=case, stage="assess", on=TODAY, by=officer, now=NOW)
    record_notified(case=case, stage="assess", on=TODAY + dt.timedelta(days=3), by=officer, now=NOW)
    case.refresh_from_db()
    assert (case.assess_notified_on, AuditEntry.objects.count()) == (TODAY, 1)


def test_machine_refuses_what_its_table_does_not_hold(officer: User) -> None:
    case = make_case(state="not_assessed")
    with pytest.raises(Refused) as no:
        advance(case=case, verb="case.issue", by=officer, now=NOW)
    assert (no.value.code, AuditEntry.objects.count()) == ("wrong_state", 0)
