"""The worked examples of the law reference by row: decisions of courts and of the ombudsman, and computed cases."""

from datetime import date

from panel.law.clock import Appeal, Basis, Code, DraftWindow, Duty, Result, Status, clock
from panel.law.facts import parse


def read(**facts) -> Result:
    return clock(parse(facts))


def row(result: Result, code: Code, basis: Basis = Basis.STATUTORY) -> Duty:
    (found,) = [duty for duty in result.duties if (duty.code, duty.basis) == (code, basis)]
    return found


def dates(result: Result, basis: Basis = Basis.STATUTORY) -> dict[str, date]:
    return {duty.code: duty.legal_due for duty in result.duties if duty.basis == basis}


def codes(result: Result) -> list[str]:
    return [notice.code for notice in result.notices]


def test_row_1_high_court_school_request():
    result = read(
        received_on="2025-04-02",
        as_of="2025-12-01",
        assess_notified_on="2025-05-29",
        not_issue_notified_on="2025-10-21",
    )
    c1, c3, c6 = (row(result, code) for code in (Code.C1, Code.C3, Code.C6))
    assert (c1.legal_due, c3.legal_due, c6.legal_due) == (
        date(2025, 5, 14),
        date(2025, 7, 23),
        date(2025, 8, 20),
    )
    assert (c1.safe_due, c3.safe_due, c6.safe_due) == (
        date(2025, 5, 13),
        date(2025, 7, 22),
        date(2025, 8, 19),
    )
    assert (c1.status, c1.days_late) == (Status.MET_LATE, 15)
    assert (c3.status, c3.days_late) == (Status.MET_LATE, 90)  # twelve weeks and six days
    assert (c6.status, c6.superseded_by) == (Status.SUPERSEDED, "not_issue")


def test_row_2_ombudsman_across_christmas_and_a_leap_february():
    due = dates(read(received_on="2023-10-04", as_of="2023-10-04"))
    assert (due["C1"], due["C3"], due["C6"]) == (date(2023, 11, 15), date(2024, 1, 24), date(2024, 2, 21))


def test_row_3_reversal_shows_both_clocks():
    result = read(
        received_on="2024-12-16",
        as_of="2025-02-21",
        refused_notified_on="2025-01-24",
        reversed_on="2025-02-21",
    )
    due = dates(result)
    assert (due["C1"], due["C3"], due["C6"]) == (date(2025, 1, 27), date(2025, 4, 7), date(2025, 5, 5))
    assert row(result, Code.C6).act_by == date(2025, 5, 2)  # 5 May is a bank holiday, the safe day a Sunday
    assert dates(result, Basis.REVERSAL) == {"C3": date(2025, 5, 2), "C6": date(2025, 5, 30)}
    assert {row(result, code).status for code in (Code.C3, Code.C6)} == {Status.DUE}
    assert {row(result, code, Basis.REVERSAL).status for code in (Code.C3, Code.C6)} == {Status.DUE}
    assert "reversal" in codes(result)


def test_row_4_day_one_conflict():
    result = read(received_on="2023-05-18", as_of="2024-05-01", not_issue_notified_on="2024-04-03")
    c3 = row(result, Code.C3)
    assert (c3.legal_due, c3.safe_due, c3.days_late) == (date(2023, 9, 7), date(2023, 9, 6), 209)


def test_row_5_appeal_window_at_christmas():
    result = read(received_on="2024-08-20", letter_on="2024-10-01", certificate_on="2024-11-29")
    assert result.appeal == Appeal(mediation_contact_by=date(2024, 12, 1), appeal_by=date(2025, 1, 2))


def test_row_6_order_to_make_a_plan_with_too_late_a_draft():
    result = read(
        received_on="2024-12-02",
        as_of="2025-09-12",
        assess_notified_on="2025-01-10",
        not_issue_notified_on="2025-03-20",
        tribunal_order={"kind": "make_plan", "ordered_on": "2025-07-09"},
        draft_served_on="2025-09-10",
    )
    assert dates(result, Basis.REG44) == {"C4": date(2025, 8, 13), "C6": date(2025, 9, 24)}
    assert (row(result, Code.C4, Basis.REG44).status, row(result, Code.C4, Basis.REG44).days_late) == (
        Status.MET_LATE,
        28,
    )
    assert result.draft_window == DraftWindow(date(2025, 9, 24), date(2025, 9, 25), date(2025, 9, 9))
    assert codes(result) == ["draft_too_late"]


SUMMER = {
    "received_on": "2026-06-18",
    "school_closures": [{"closed_from": "2026-07-23", "reopens_on": "2026-09-03"}],
    "exemptions": [
        {
            "stage": stage,
            "ground": "a",
            "from": "2026-07-23",
            "to": "2026-09-02",
            "impractical_because": "Nobody who teaches him could be reached.",
        }
        for stage in ("C1", "C3")
    ],
}


def test_row_7_summer_closure_excuses_and_moves_nothing():
    result = read(**SUMMER, as_of="2026-08-20", advice_asked_on="2026-07-20")
    window = result.closure_window
    assert (window.starts_on, window.ends_on, window.ground_available) == (
        date(2026, 7, 16),
        date(2026, 8, 27),
        True,
    )
    due = dates(result)
    assert (due["C1"], due["C3"], due["C6"]) == (date(2026, 7, 30), date(2026, 10, 8), date(2026, 11, 5))
    assert (row(result, Code.C1).status, row(result, Code.C3).status) == (Status.EXCUSED, Status.EXCUSED)


def test_row_7_advice_asked_too_early_is_no_ground():
    result = read(**SUMMER, as_of="2026-08-20", advice_asked_on="2026-07-10")
    assert not result.closure_window.ground_available
    assert row(result, Code.C1).status == Status.BREACHED
    assert "exemption_not_available" in codes(result)
