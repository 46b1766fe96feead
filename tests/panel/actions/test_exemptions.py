"""Exemptions excuse one stage of one case, each for its own reason; closures are days on a list."""

import datetime as dt
from typing import Any

import pytest

from panel.actions.access import deny
from panel.actions.exemptions import (
    change_exemption,
    record_closure,
    record_exemption,
    remove_closure,
    take_back_exemption,
)
from panel.models import AuditEntry, Case, Exemption, SchoolClosure, User
from panel.platform.policy import Refused
from tests.make import NOW, TODAY, make_case, make_setting

pytestmark = pytest.mark.django_db
WHY = "His mother was in hospital for a month and nobody else could bring him to the appointment."
VALUES: dict[str, Any] = {
    "stage": "C1",
    "ground": "c",
    "starts_on": TODAY - dt.timedelta(days=10),
    "ends_on": TODAY - dt.timedelta(days=3),
    "because": WHY,
    "told_family_on": TODAY - dt.timedelta(days=2),
}


@pytest.fixture
def case(db: None) -> Case:
    return make_case()


def record(case: Case, by: User, **changed: Any) -> Exemption:
    return record_exemption(case=case, by=by, now=NOW, **{**VALUES, **changed})


def test_exemption_is_kept_and_the_date_of_the_case_stays(case: Case, clerk: User) -> None:
    before = case.next_due_on
    made = record(case, clerk)
    assert (made.stage, made.ground, made.recorded_by) == ("C1", "c", clerk)
    case.refresh_from_db()
    assert case.next_due_on == before
    entry = AuditEntry.objects.get(verb="exemption.record")
    assert entry.case == case.public_id
    assert entry.value.values["told_family_on"] == str(made.told_family_on)


@pytest.mark.parametrize(
    ("changed", "code", "field"),
    [
        ({"stage": "C2", "ground": "d"}, "ground", "ground"),
        ({"because": "-"}, "no_reason", "because"),
        ({"ends_on": TODAY - dt.timedelta(days=11)}, "ends_first", "ends_on"),
        (
            {"starts_on": TODAY - dt.timedelta(days=60), "ends_on": TODAY - dt.timedelta(days=30)},
            "before_request",
            "ends_on",
        ),
        (
            {"starts_on": TODAY + dt.timedelta(days=1), "ends_on": None, "told_family_on": None},
            "in_future",
            "starts_on",
        ),
        ({"told_family_on": TODAY + dt.timedelta(days=1)}, "in_future", "told_family_on"),
        ({"told_family_on": TODAY - dt.timedelta(days=11)}, "told_early", "told_family_on"),
    ],
)
def test_exemption_that_cannot_be_is_refused_beside_its_field(
    changed: dict[str, Any], code: str, field: str, case: Case, clerk: User
) -> None:
    with pytest.raises(Refused) as refused:
        record(case, clerk, **changed)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert not Exemption.objects.exists()


def test_same_words_on_another_case_are_a_blanket_and_refused(case: Case, clerk: User) -> None:
    record(case, clerk)
    with pytest.raises(Refused) as refused:
        record(make_case(), clerk, because=WHY.upper())
    assert refused.value.code == "blanket"
    with pytest.raises(Refused) as refused:
        record(case, clerk)
    assert refused.value.code == "twice"
    assert Exemption.objects.count() == 1


def test_end_and_notice_are_filled_in_later_and_an_error_taken_back(case: Case, clerk: User) -> None:
    made = record(case, clerk, ends_on=None, told_family_on=None)
    changed = change_exemption(
        exemption=made, ends_on=TODAY, told_family_on=TODAY - dt.timedelta(days=1), by=clerk, now=NOW
    )
    assert (changed.ends_on, changed.told_family_on) == (TODAY, TODAY - dt.timedelta(days=1))
    take_back_exemption(exemption=made, because="Another child", by=clerk, now=NOW)
    assert (Exemption.objects.count(), Exemption.objects.standing().count()) == (1, 0)
    with pytest.raises(Refused) as refused:
        change_exemption(exemption=made, ends_on=None, told_family_on=None, by=clerk, now=NOW)
    assert refused.value.code == "taken_back"


def test_coordinator_records_on_her_own_cases_and_nobody_on_a_case_closed_to_them(
    case: Case, clerk: User, coordinator: User, officer: User
) -> None:
    for who in (coordinator, officer):
        with pytest.raises(Refused):
            record(case, who)
    case.coordinator = coordinator
    case.save(update_fields=["coordinator"])
    assert record(case, coordinator).recorded_by == coordinator
    deny(case=case, user=clerk, source="test", by=None, now=NOW)
    with pytest.raises(Refused) as refused:
        record(case, clerk, starts_on=TODAY - dt.timedelta(days=9))
    assert refused.value.code == "recused"


def test_closures_of_one_setting_never_overlap_and_a_wrong_one_comes_off(clerk: User) -> None:
    school = make_setting()
    days = {"closed_from": dt.date(2026, 7, 23), "reopens_on": dt.date(2026, 9, 3)}
    made = record_closure(setting=school, by=clerk, now=NOW, **days)
    assert record_closure(setting=None, by=clerk, now=NOW, **days).setting is None
    with pytest.raises(Refused) as refused:
        record_closure(
            setting=school,
            closed_from=dt.date(2026, 9, 2),
            reopens_on=dt.date(2026, 9, 8),
            by=clerk,
            now=NOW,
        )
    assert refused.value.code == "twice"
    remove_closure(closure=made, by=clerk, now=NOW)
    remove_closure(closure=made, by=clerk, now=NOW)
    assert AuditEntry.objects.filter(verb="closure.remove").count() == 1
    assert record_closure(setting=school, by=clerk, now=NOW, **days).pk != made.pk
    assert SchoolClosure.objects.count() == 3


@pytest.mark.parametrize(
    ("reopens_on", "code"), [(dt.date(2026, 7, 23), "reopens_first"), (dt.date(2027, 9, 3), "too_long")]
)
def test_closure_that_cannot_be_is_refused(reopens_on: dt.date, code: str, clerk: User) -> None:
    with pytest.raises(Refused) as refused:
        record_closure(
            setting=None, closed_from=dt.date(2026, 7, 23), reopens_on=reopens_on, by=clerk, now=NOW
        )
    assert (refused.value.code, refused.value.field) == (code, "reopens_on")
