"""The legal dates of a case in words, in every state it can be in."""

import datetime as dt
from typing import Any

import pytest

from panel.law.clock import Code
from panel.law.legal import Stage
from panel.models import Case, ClockEvent, Exemption
from panel.queries.clocks import CaseRows, Standing, case_clock, owed_of, stage_due_of
from tests.make import TODAY


def standing(days_ago: int, **fields: Any) -> dict[str, tuple[str, str]]:
    """How C1, C3 and C6 stand, with those that count no more."""
    case = Case(received_on=TODAY - dt.timedelta(days=days_ago), **fields)
    clock = case_clock(case, CaseRows(), TODAY)
    lines = [line for line in (*clock.main, *clock.replaced) if line.code in {Code.C1, Code.C3, Code.C6}]
    return {str(line.code): (line.standing, line.sentence) for line in lines}


ONLY_IF_ASSESSED = (Standing.NOT_YET, "Only if there is an assessment.")
NOT_ASSESSED = (Standing.NOT_NEEDED, "Not needed: decided not to assess.")


@pytest.mark.parametrize(
    ("days_ago", "first"),
    [
        (7, (Standing.OPEN, "35 days left.")),
        (35, (Standing.SOON, "7 days left.")),
        (41, (Standing.SOON, "1 day left.")),
        (42, (Standing.SOON, "Due today.")),
        (43, (Standing.LATE, "Passed 1 day ago. The duty still stands: do it as soon as you can.")),
    ],
)
def test_open_duty_counts_its_days(days_ago: int, first: tuple[str, str]) -> None:
    assert standing(days_ago) == {"C1": first, "C3": ONLY_IF_ASSESSED, "C6": ONLY_IF_ASSESSED}


def test_refusal_meets_the_first_duty_and_makes_the_others_needless() -> None:
    told = TODAY - dt.timedelta(days=6)
    assert standing(50, state="not_assessed", assess_notified_on=told) == {
        "C1": (Standing.MET, f"Done on {told.day} November 2026, 2 days late."),
        "C3": NOT_ASSESSED,
        "C6": NOT_ASSESSED,
    }


def test_decided_and_not_told_is_still_owed() -> None:
    assert standing(43, state="not_assessed")["C1"][0] == Standing.LATE


def test_assessment_opens_the_second_duty() -> None:
    told = TODAY - dt.timedelta(days=60)
    found = standing(100, state="assessing", assess_notified_on=told)
    assert (found["C3"], found["C6"]) == (
        (Standing.SOON, "12 days left."),
        (Standing.NOT_YET, "Only if a plan is issued."),
    )


def test_plan_makes_the_second_duty_needless_and_opens_the_third() -> None:
    told = TODAY - dt.timedelta(days=60)
    found = standing(100, state="drafting", assess_notified_on=told)
    assert (found["C3"], found["C6"]) == (
        (Standing.NOT_NEEDED, "Not needed: there will be a plan."),
        (Standing.OPEN, "40 days left."),
    )


def test_no_plan_is_told_and_nothing_is_left() -> None:
    told = TODAY - dt.timedelta(days=2)
    first = TODAY - dt.timedelta(days=60)
    found = standing(100, state="not_issued", assess_notified_on=first, issue_notified_on=told)
    assert (found["C3"], found["C6"]) == (
        (Standing.MET, f"Done on {told.day} November 2026, in time."),
        (Standing.NOT_NEEDED, "Not needed: decided not to issue a plan."),
    )


def test_withdrawn_request_owes_nothing() -> None:
    assert {line[0] for line in standing(100, state="withdrawn").values()} == {Standing.NOT_NEEDED}


def test_exemption_excuses_and_moves_no_date() -> None:
    exemption = Exemption(
        stage="C1",
        ground="c",
        starts_on=TODAY - dt.timedelta(days=30),
        ends_on=None,
        impractical_because="The family was abroad and could not be reached.",
    )
    case = Case(received_on=TODAY - dt.timedelta(days=45))
    first = case_clock(case, CaseRows(exemptions=(exemption,)), TODAY).main[0]
    assert (first.duty.legal_due, first.standing) == (TODAY - dt.timedelta(days=3), Standing.EXCUSED)
    assert first.sentence == "Passed 3 days ago. An exemption is recorded. The duty still stands."


def test_met_duty_has_no_day_to_act_by() -> None:
    case = Case(received_on=TODAY - dt.timedelta(days=30), state="assessing", assess_notified_on=TODAY)
    assert [line.act_by is None for line in case_clock(case, CaseRows(), TODAY).main] == [True, False, False]


def test_restated_answer_is_what_its_agenda_works_to() -> None:
    case = Case(received_on=TODAY - dt.timedelta(days=140), state="assessing")
    case.issue_restated_on = TODAY + dt.timedelta(days=30)
    assert stage_due_of(case, Stage.ISSUE) == TODAY + dt.timedelta(days=30)
    assert stage_due_of(case, Stage.ASSESS) == TODAY - dt.timedelta(days=98)


def event(kind: str, on: dt.date, **details: Any) -> ClockEvent:
    return ClockEvent(kind=kind, on=on, details=details)


def owed(events: list[ClockEvent], **fields: Any) -> dict[str, tuple[dt.date, str, dt.date | None]]:
    case = Case(received_on=dt.date(2024, 12, 16), **fields)
    return {str(code): (one.by, str(one.basis), one.works_to) for code, one in owed_of(case, events).items()}


def test_ordinary_case_owes_the_dates_counted_from_its_request() -> None:
    assert owed([], state="requested") == {
        "C1": (dt.date(2025, 1, 27), "statutory", None),
        "C3": (dt.date(2025, 4, 7), "statutory", None),
        "C6": (dt.date(2025, 5, 5), "statutory", None),
    }


def test_order_to_assess_puts_its_own_dates_in_their_place() -> None:
    """Reg 44(2)(b): 14, 70 and 98 days after the order."""
    order = event(
        "tribunal_order", dt.date(2025, 6, 2), about="assess", reopened="assess", refused_on="2025-01-20"
    )
    assert owed([order], state="assessing", assess_notified_on=dt.date(2025, 1, 20)) == {
        "C1": (dt.date(2025, 6, 16), "reg44", None),
        "C3": (dt.date(2025, 8, 11), "reg44", None),
        "C6": (dt.date(2025, 9, 8), "reg44", None),
    }


def test_order_to_make_a_plan_and_agreed_dates() -> None:
    """Reg 44(2)(c): the final plan 77 days after the order; reg 42(5): what was agreed in writing goes first."""
    told = {
        "assess_notified_on": dt.date(2025, 1, 20),
        "issue_notified_on": dt.date(2025, 4, 1),
        "state": "drafting",
    }
    refused = {"reopened": "issue", "refused_on": "2025-04-01"}
    order = event("tribunal_order", dt.date(2025, 7, 9), about="make_plan", **refused)
    assert owed([order], **told)["C6"] == (dt.date(2025, 9, 24), "reg44", None)
    agreed = event(
        "mediation_agreement",
        dt.date(2025, 7, 9),
        about="make_plan",
        other_dates={"C6": "2025-09-01"},
        **refused,
    )
    assert owed([agreed], **told)["C6"] == (dt.date(2025, 9, 1), "reg42", None)


def test_change_of_mind_moves_no_legal_date_and_gives_days_to_work_to() -> None:
    """law.md 2.10, example 3: request 16 December 2024, reversal 21 February 2025."""
    reversal = event("reversed", dt.date(2025, 2, 21), reopened="assess", refused_on="2025-01-27")
    found = owed([reversal], state="assessing", assess_notified_on=dt.date(2025, 1, 27))
    assert (found["C3"], found["C6"]) == (
        (dt.date(2025, 4, 7), "statutory", dt.date(2025, 5, 2)),
        (dt.date(2025, 5, 5), "statutory", dt.date(2025, 5, 30)),
    )
