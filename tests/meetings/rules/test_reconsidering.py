"""When a refusal may be looked at again, and what it may end in."""

import datetime as dt

import pytest

from meetings.models import Decision, Reconsideration
from meetings.rules.decisions import Route
from meetings.rules.reconsidering import Cause, Looking, agree_problems, stand_problems, start_problems
from panel.law.legal import Outcome

TOLD = dt.date(2026, 9, 1)


@pytest.mark.parametrize(
    ("looking", "codes"),
    [
        (Looking(Outcome.NOT_ASSESS, TOLD, False, "A new report came."), []),
        (Looking(Outcome.NOT_ISSUE, TOLD, False, "A new report came."), []),
        (Looking(Outcome.ASSESS, TOLD, False, "A new report came."), ["nothing_refused"]),
        (Looking(None, TOLD, False, "A new report came."), ["nothing_refused"]),
        (Looking(Outcome.NOT_ASSESS, None, False, "A new report came."), ["family_not_told"]),
        (Looking(Outcome.NOT_ASSESS, TOLD, True, "A new report came."), ["under_way"]),
        (Looking(Outcome.NOT_ASSESS, TOLD, False, "-"), ["no_reason"]),
    ],
)
def test_only_a_refusal_the_family_knows_is_looked_at_again(looking: Looking, codes: list[str]) -> None:
    assert [problem.code for problem in start_problems(looking)] == codes


@pytest.mark.parametrize("cause", list(Cause))
def test_order_and_agreement_come_before_the_decision_they_bring(cause: Cause) -> None:
    assert list(agree_problems(cause, event_recorded=True)) == []
    needs = cause in {Cause.MEDIATION, Cause.TRIBUNAL}
    assert [p.code for p in agree_problems(cause, event_recorded=False)] == (
        ["event_missing"] if needs else []
    )


def test_refusal_stands_for_a_reason_and_only_while_nothing_undid_it() -> None:
    assert list(stand_problems("The report says the same.", reopened=False)) == []
    assert [p.code for p in stand_problems(".", reopened=False)] == ["no_reason"]
    assert [p.code for p in stand_problems("The report says the same.", reopened=True)] == ["undone"]


def test_rules_and_rows_know_the_same_routes_and_causes() -> None:
    assert [str(one) for one in Cause] == Reconsideration.Cause.values
    assert [str(one) for one in Route] == Decision.Route.values
