"""What restates a case's clock by hand: what it moves, what it keeps, and what it refuses."""

import datetime as dt
from typing import Any

import pytest

from panel.actions.clocks import Told, record_clock_event, record_delay
from panel.forms.clocks import words_for
from panel.law.clock import OrderKind, UnopposedKind
from panel.models import AuditEntry, Case, CaseState, ClockEvent, DelayReason, User
from panel.platform.policy import Refused, Verb
from panel.queries.clocks import CaseRows, case_clock, facts_of, live_events
from tests.make import NOW, TODAY, make_case

pytestmark = pytest.mark.django_db
Kind = ClockEvent.Kind


def days_ago(days: int) -> dt.date:
    return TODAY - dt.timedelta(days=days)


def refused_case(**fields: Any) -> Case:
    """A case whose family was told forty days in that there will be no assessment."""
    values = {
        "state": CaseState.NOT_ASSESSED,
        "received_on": days_ago(140),
        "assess_notified_on": days_ago(100),
    }
    return make_case(**{**values, **fields})


def record(case: Case, by: User, kind: str, days: int = 5, **fields: Any) -> ClockEvent:
    return record_clock_event(case=case, kind=kind, on=days_ago(days), by=by, now=NOW, **fields)


def code_of(case: Case, by: User, kind: str, days: int = 5, **fields: Any) -> str:
    with pytest.raises(Refused) as no:
        record(case, by, kind, days, **fields)
    assert ClockEvent.objects.filter(case=case).count() in (0, 1, 2)
    return no.value.code


def clock_rows(case: Case) -> list[tuple[str, str, str]]:
    rows = CaseRows(events=live_events([case])[case.pk])
    clock = case_clock(case, rows, TODAY)
    return [(str(line.code), str(line.duty.basis), str(line.standing)) for line in clock.main]


def test_order_to_assess_reopens_the_case_and_restates_its_dates(clerk: User) -> None:
    case = refused_case()
    event = record(case, clerk, Kind.TRIBUNAL_ORDER, about=OrderKind.ASSESS)
    case.refresh_from_db()
    assert (case.state, case.next_duty, case.next_due_on) == ("assessing", "C1", days_ago(5 - 14))
    assert event.details == {
        "about": "assess",
        "reopened": "assess",
        "refused_on": days_ago(100).isoformat(),
    }
    assert clock_rows(case) == [
        ("C1", "statutory", "met"),
        ("C1", "reg44", "soon"),
        ("C3", "reg44", "open"),
        ("C6", "reg44", "open"),
    ]
    assert list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True)) == [
        "case.reopen_assess",
        "clock.record",
    ]


def test_family_told_after_the_order_meets_its_first_duty(clerk: User) -> None:
    case = refused_case()
    record(case, clerk, Kind.TRIBUNAL_ORDER, about=OrderKind.ASSESS)
    record(case, clerk, Kind.TOLD, 1, about=Told.ASSESS)
    case.refresh_from_db()
    assert (case.next_duty, case.next_due_on) == ("C3", days_ago(5 - 70))
    facts = facts_of(case, CaseRows(events=live_events([case])[case.pk]))
    assert (facts.refused_notified_on, facts.assess_notified_on) == (days_ago(100), days_ago(1))


def test_change_of_mind_keeps_the_first_dates_as_the_law_has_them(clerk: User) -> None:
    case = refused_case()
    record(case, clerk, Kind.REVERSED)
    case.refresh_from_db()
    assert (case.state, case.next_duty, case.next_due_on) == ("assessing", "C3", days_ago(140 - 112))
    assert [row[:2] for row in clock_rows(case)] == [
        ("C1", "statutory"),
        ("C3", "statutory"),
        ("C3", "reversal"),
        ("C6", "statutory"),
        ("C6", "reversal"),
    ]


@pytest.mark.parametrize(
    ("kind", "about"),
    [
        (Kind.TRIBUNAL_ORDER, OrderKind.MAKE_PLAN),
        (Kind.MEDIATION_AGREEMENT, OrderKind.MAKE_PLAN),
        (Kind.UNOPPOSED, UnopposedKind.REFUSAL_TO_ISSUE),
        (Kind.REVERSED, ""),
    ],
)
def test_refusal_of_a_plan_undone_goes_on_to_writing_it(clerk: User, kind: str, about: str) -> None:
    case = refused_case(state=CaseState.NOT_ISSUED, received_on=days_ago(160), issue_notified_on=days_ago(50))
    record(case, clerk, kind, about=about)
    case.refresh_from_db()
    due = days_ago(160 - 140) if kind == Kind.REVERSED else days_ago(5 - 77)
    assert (case.state, case.next_duty, case.next_due_on) == ("drafting", "C6", due)


def test_date_agreed_in_writing_takes_the_place_of_the_regulations(clerk: User) -> None:
    case = refused_case()
    agreed = days_ago(-60)
    record(case, clerk, Kind.MEDIATION_AGREEMENT, about=OrderKind.ASSESS, other_dates={"C1": agreed})
    case.refresh_from_db()
    assert (case.next_duty, case.next_due_on) == ("C1", agreed)


def test_order_about_a_plan_that_was_sent_gives_it_a_date_again(clerk: User) -> None:
    case = make_case(state=CaseState.ISSUED, received_on=days_ago(300), final_sent_on=days_ago(160))
    record(case, clerk, Kind.TRIBUNAL_ORDER, about=OrderKind.AMEND)
    case.refresh_from_db()
    assert (case.state, case.next_duty, case.next_due_on) == ("issued", "C6", days_ago(5 - 35))
    record(case, clerk, Kind.FINAL_SENT, 1)
    case.refresh_from_db()
    assert (case.next_duty, case.next_due_on) == ("", None)


def test_entry_made_in_error_is_taken_back_with_all_it_moved(clerk: User) -> None:
    case = refused_case()
    wrong = record(case, clerk, Kind.TRIBUNAL_ORDER, about=OrderKind.ASSESS)
    record(case, clerk, Kind.ERROR, 0, supersedes=wrong)
    case.refresh_from_db()
    assert (case.state, case.next_duty, case.assess_notified_on) == ("not_assessed", "", days_ago(100))
    assert live_events([case]) == {}
    assert ClockEvent.objects.filter(case=case).count() == 2


def test_correction_takes_over_what_the_wrong_entry_reopened(clerk: User) -> None:
    case = refused_case()
    wrong = record(case, clerk, Kind.TRIBUNAL_ORDER, about=OrderKind.ASSESS)
    right = record(case, clerk, Kind.TRIBUNAL_ORDER, 8, about=OrderKind.ASSESS, supersedes=wrong)
    case.refresh_from_db()
    assert (case.state, case.next_due_on) == ("assessing", days_ago(8 - 14))
    assert right.details == wrong.details
    assert live_events([case]) == {case.pk: [right]}


def test_what_cannot_have_happened_is_refused_with_its_reason(clerk: User) -> None:
    case = refused_case()
    assert code_of(case, clerk, Kind.TRIBUNAL_ORDER) == "about"
    assert code_of(case, clerk, Kind.REVERSED, about="assess") == "about"
    assert code_of(case, clerk, "nonsense") == "about"
    assert code_of(case, clerk, Kind.REVERSED, -1) == "in_future"
    assert code_of(case, clerk, Kind.REVERSED, 141) == "before_request"
    assert code_of(case, clerk, Kind.REVERSED, other_dates={"C6": TODAY}) == "other_dates"
    assert (
        code_of(case, clerk, Kind.TRIBUNAL_ORDER, about="assess", other_dates={"C6": days_ago(6)})
        == "other_dates"
    )
    assert code_of(case, clerk, Kind.TOLD, about=Told.ASSESS) == "wrong_state"
    assert code_of(case, clerk, Kind.ERROR) == "supersedes"


def test_correction_must_fit_what_it_corrects(clerk: User) -> None:
    case = refused_case()
    wrong = record(case, clerk, Kind.TRIBUNAL_ORDER, about=OrderKind.ASSESS)
    assert code_of(case, clerk, Kind.REVERSED, supersedes=wrong) == "supersedes"
    assert code_of(case, clerk, Kind.TRIBUNAL_ORDER, about="amend", supersedes=wrong) == "supersedes"
    record(case, clerk, Kind.ERROR, 0, supersedes=wrong)
    assert code_of(case, clerk, Kind.ERROR, supersedes=wrong) == "supersedes"


def test_earlier_assessment_may_lie_before_the_request(clerk: User) -> None:
    case = make_case()
    record(case, clerk, Kind.ASSESSMENT_COMPLETED, 90)
    rows = CaseRows(events=live_events([case])[case.pk])
    assert [notice.code for notice in case_clock(case, rows, TODAY).result.notices] == ["six_months"]


def test_only_clerk_and_own_coordinator_record(
    clerk: User, coordinator: User, officer: User, professional: User
) -> None:
    case = make_case(coordinator=coordinator)
    record(case, coordinator, Kind.ASSESSMENT_COMPLETED)
    for user in (officer, professional):
        assert code_of(case, user, Kind.ASSESSMENT_COMPLETED) == "not_allowed"
    assert code_of(make_case(), coordinator, Kind.ASSESSMENT_COMPLETED) == "not_allowed"


def delay(case: Case, by: User, **fields: Any) -> DelayReason:
    values: dict[str, Any] = {
        "stage": "C1",
        "cause": "panel",
        "reason": "No panel met in half-term.",
        "new_date": days_ago(-10),
    }
    return record_delay(case=case, by=by, now=NOW, **{**values, **fields})


def test_delay_is_logged_and_moves_no_date(clerk: User) -> None:
    case = make_case(received_on=days_ago(50), next_duty="C1", next_due_on=days_ago(8))
    row = delay(case, clerk, apology_told_on=TODAY)
    case.refresh_from_db()
    assert (case.next_duty, case.next_due_on) == ("C1", days_ago(8))
    assert (row.cause, row.reason, row.apology_told_on) == ("panel", "No panel met in half-term.", TODAY)
    assert AuditEntry.objects.get().verb == Verb.DELAY_RECORD


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"stage": "C4"}, "stage"),
        ({"cause": "weather"}, "cause"),
        ({"reason": "-"}, "reason"),
        ({"new_date": days_ago(1)}, "new_date"),
        ({"apology_told_on": days_ago(-1)}, "in_future"),
    ],
)
def test_delay_without_a_reason_or_a_date_ahead_is_refused(
    clerk: User, fields: dict[str, Any], code: str
) -> None:
    with pytest.raises(Refused) as no:
        delay(make_case(), clerk, **fields)
    assert (no.value.code, DelayReason.objects.count()) == (code, 0)


@pytest.mark.parametrize("state", [CaseState.REQUESTED, CaseState.ASSESSING])
def test_request_that_was_taken_back_owes_nothing_and_goes_on_where_that_was_an_error(
    clerk: User, state: CaseState
) -> None:
    case = make_case(state=state, received_on=days_ago(20))
    back = record(case, clerk, Kind.WITHDRAWN, about="parent")
    case.refresh_from_db()
    assert (case.state, case.next_duty, case.next_due_on) == (CaseState.WITHDRAWN, "", None)
    assert clock_rows(case) == []
    assert words_for(back) == "It was taken back by the parent"
    right = record(case, clerk, Kind.WITHDRAWN, 6, about="setting", supersedes=back)
    assert right.details == {"about": "setting", "from": str(state)}
    record(case, clerk, Kind.ERROR, 0, supersedes=right)
    case.refresh_from_db()
    assert (case.state, bool(case.next_duty)) == (state, True)


def test_request_that_was_answered_cannot_be_taken_back_and_it_is_said_by_whom(clerk: User) -> None:
    assert code_of(refused_case(), clerk, Kind.WITHDRAWN, about="parent") == "wrong_state"
    assert code_of(make_case(), clerk, Kind.WITHDRAWN) == "about"
    assert code_of(make_case(), clerk, Kind.WITHDRAWN, about="the neighbour") == "about"
