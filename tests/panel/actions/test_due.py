"""The list's index of the next duty agrees with the clock, wherever the law alone decides."""

import datetime as dt
from typing import Any

import pytest

from panel.actions import due
from panel.law.clock import next_duty
from panel.models import Case, CaseState
from panel.queries.clocks import facts_of
from tests.make import TODAY

RECEIVED = TODAY - dt.timedelta(days=60)
TOLD = {"assess_notified_on": RECEIVED + dt.timedelta(days=40)}
TOLD_BOTH = {**TOLD, "issue_notified_on": RECEIVED + dt.timedelta(days=55)}
SENT = {**TOLD_BOTH, "final_sent_on": RECEIVED + dt.timedelta(days=58)}


@pytest.mark.parametrize(
    ("state", "dates", "duty"),
    [
        (CaseState.REQUESTED, {}, "C1"),
        (CaseState.ASSESSING, {}, "C1"),
        (CaseState.ASSESSING, TOLD, "C3"),
        (CaseState.NOT_ASSESSED, {}, "C1"),
        (CaseState.NOT_ASSESSED, TOLD, ""),
        (CaseState.NOT_ISSUED, TOLD, "C3"),
        (CaseState.NOT_ISSUED, TOLD_BOTH, ""),
        (CaseState.ISSUED, SENT, ""),
    ],
)
def test_index_agrees_with_the_clock(state: CaseState, dates: dict[str, Any], duty: str) -> None:
    case = Case(state=state, received_on=RECEIVED, **dates)
    due.refresh(case)
    by_law = next_duty(facts_of(case, today=TODAY))
    assert (case.next_duty, case.next_due_on) == ((by_law.code, by_law.legal_due) if by_law else ("", None))
    assert case.next_duty == duty


@pytest.mark.parametrize("dates", [TOLD, TOLD_BOTH])
def test_plan_being_written_owes_the_plan(dates: dict[str, Any]) -> None:
    """The clock counts the draft's last useful day as well (C4), which is no date of the law; the list shows the law's."""
    case = Case(state=CaseState.DRAFTING, received_on=RECEIVED, **dates)
    due.refresh(case)
    assert (case.next_duty, case.next_due_on) == ("C6", RECEIVED + dt.timedelta(days=140))


def test_withdrawn_request_owes_nothing() -> None:
    case = Case(state=CaseState.WITHDRAWN, received_on=RECEIVED)
    due.refresh(case)
    assert (case.next_duty, case.next_due_on) == ("", None)
