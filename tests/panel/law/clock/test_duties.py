from datetime import date, timedelta

import pytest

from panel.law.clock import (
    Basis,
    Code,
    Duty,
    NextDuty,
    OrderKind,
    Result,
    RuleSet,
    Status,
    clock,
    early_warning,
    next_duty,
)
from panel.law.facts import Facts, TribunalOrder, parse
from panel.law.rules import CFA_2014

RECEIVED = date(2026, 1, 5)  # C1 16 February, C3 27 April, C6 25 May 2026


def on(day: int) -> str:
    return (RECEIVED + timedelta(days=day)).isoformat()


def read(as_of: int, **facts) -> Result:
    given = {name: on(value) if type(value) is int else value for name, value in facts.items()}
    return clock(parse({"received_on": on(0), "as_of": on(as_of), **given}))


def table(result: Result) -> dict[tuple[str, str], tuple[int, str, str | None]]:
    return {
        (str(duty.code), str(duty.basis)): (
            (duty.legal_due - RECEIVED).days,
            str(duty.status),
            duty.superseded_by,
        )
        for duty in result.duties
    }


def statutory(result: Result, code: Code) -> Duty:
    return next(duty for duty in result.duties if duty.code == code and duty.basis == Basis.STATUTORY)


def test_a_new_request_has_the_ordinary_timetable():
    assert table(read(0)) == {
        ("C1", "statutory"): (42, "due", None),
        ("C1a", "statutory"): (15, "due", None),
        ("C2a", "statutory"): (42, "due", None),
        ("C2", "statutory"): (84, "due", None),
        ("C3", "statutory"): (112, "due", None),
        ("C4", "statutory"): (125, "due", None),
        ("C5", "statutory"): (139, "due", None),
        ("C5a", "statutory"): (140, "due", None),
        ("C6", "statutory"): (140, "due", None),
    }


@pytest.mark.parametrize(
    ("as_of", "status", "late"),
    [
        (0, "due", 0),
        (26, "due", 0),
        (28, "at_risk", 0),  # ten working days before the safe day, Sunday 15 February
        (41, "at_risk", 0),
        (42, "at_risk", 0),  # the legal day itself is still in time
        (43, "breached", 1),
        (143, "breached", 101),
    ],
)
def test_an_open_duty_ages(as_of, status, late):
    duty = statutory(read(as_of), Code.C1)
    assert (str(duty.status), duty.days_late) == (status, late)


@pytest.mark.parametrize(("told", "status", "late"), [(42, "met_on_time", 0), (43, "met_late", 1)])
@pytest.mark.parametrize("fact", ["assess_notified_on", "refused_notified_on"])
def test_either_answer_meets_the_first_duty_on_the_day_the_family_is_told(told, status, late, fact):
    duty = statutory(read(60, **{fact: told}), Code.C1)
    assert (str(duty.status), duty.days_late, duty.met_on) == (status, late, RECEIVED + timedelta(days=told))


def test_nothing_more_is_owed_after_a_refusal_that_stands():
    found = table(read(200, refused_notified_on=40))
    assert found[("C1", "statutory")] == (42, "met_on_time", None)
    ended = {key: value for key, value in found.items() if key[0] not in ("C1", "C1a")}
    assert {value[1:] for value in ended.values()} == {("superseded", "refusal")}


def test_nothing_more_is_owed_after_a_decision_not_to_issue_that_stands():
    found = table(read(200, assess_notified_on=40, not_issue_notified_on=110, advice_asked_on=41))
    assert found == {
        ("C1", "statutory"): (42, "met_on_time", None),
        ("C1a", "statutory"): (15, "superseded", "C1"),
        ("C2a", "statutory"): (42, "met_on_time", None),
        ("C2", "statutory"): (83, "superseded", "not_issue"),
        ("C3", "statutory"): (112, "met_on_time", None),
        ("C4", "statutory"): (125, "superseded", "not_issue"),
        ("C5", "statutory"): (139, "superseded", "not_issue"),
        ("C5a", "statutory"): (140, "superseded", "not_issue"),
        ("C6", "statutory"): (140, "superseded", "not_issue"),
    }


def test_a_plan_in_time_meets_every_duty():
    found = table(
        read(
            200,
            assess_notified_on=40,
            advice_asked_on=40,
            issue_notified_on=100,
            draft_served_on=105,
            final_sent_on=138,
        )
    )
    assert found == {
        ("C1", "statutory"): (42, "met_on_time", None),
        ("C1a", "statutory"): (15, "superseded", "C1"),
        ("C2a", "statutory"): (42, "met_on_time", None),
        ("C2", "statutory"): (82, "superseded", "C6"),
        ("C3", "statutory"): (112, "superseded", "C6"),
        ("C4", "statutory"): (125, "met_on_time", None),
        ("C5", "statutory"): (119, "met_on_time", None),
        ("C5a", "statutory"): (120, "superseded", "C6"),
        ("C6", "statutory"): (140, "met_on_time", None),
    }


def test_telling_the_family_of_a_plan_ends_the_wait_for_a_refusal():
    assert table(read(115, assess_notified_on=40, issue_notified_on=100))[("C3", "statutory")] == (
        112,
        "superseded",
        "C4",
    )


def test_an_adviser_is_late_only_once_asked():
    assert statutory(read(120, assess_notified_on=40), Code.C2).status == Status.DUE
    late = statutory(read(120, assess_notified_on=40, advice_asked_on=50), Code.C2)
    assert (late.status, late.days_late) == (Status.BREACHED, 120 - 92)


def test_a_first_step_that_was_not_recorded_is_said_and_not_called_a_breach():
    result = read(120, draft_served_on=110)
    assert table(result)[("C1", "statutory")] == (42, "superseded", "C4")
    assert [notice.code for notice in result.notices] == ["not_recorded"]


@pytest.mark.parametrize(
    ("kind", "dates", "superseded"),
    [
        (
            "assess",
            {"C1": 14, "C3": 70, "C6": 98},
            {"C1a": "C1", "C3": "reg44", "C4": "reg44", "C6": "reg44"},
        ),
        ("make_plan", {"C4": 35, "C6": 77}, {"C1a": "C1", "C3": "reg44", "C4": "reg44", "C6": "reg44"}),
        ("amend", {"C6": 35}, {"C6": "reg44"}),
        ("name_setting", {"C6": 14}, {"C6": "reg44"}),
        ("reconsider", {"C3": 14}, {"C3": "reg44"}),
    ],
)
def test_an_order_restates_its_duties(kind, dates, superseded):
    result = read(260, refused_notified_on=40, tribunal_order={"kind": kind, "ordered_on": on(250)})
    found = table(result)
    assert {code: due - 250 for (code, basis), (due, _, _) in found.items() if basis == "reg44"} == dates
    assert {code: found[(code, "statutory")][2] for code in superseded if code != "C1a"} == {
        code: by for code, by in superseded.items() if code != "C1a"
    }
    assert found[("C1", "statutory")] == (42, "met_on_time", None)
    assert found[("C6", "statutory")][0] == 140


def test_an_order_is_met_by_what_is_done_after_it():
    result = read(
        400,
        refused_notified_on=40,
        tribunal_order={"kind": "assess", "ordered_on": on(250)},
        assess_notified_on=264,
        draft_served_on=330,
        final_sent_on=349,
    )
    found = table(result)
    assert found[("C1", "reg44")] == (264, "met_on_time", None)
    assert found[("C3", "reg44")] == (320, "superseded", "C6")
    assert found[("C6", "reg44")] == (348, "met_late", None)


def test_a_direction_in_the_order_overrides_the_regulation():
    order = {"kind": "reconsider", "ordered_on": on(250), "other_dates": {"C3": on(280)}}
    assert table(read(260, tribunal_order=order))[("C3", "reg44")] == (280, "due", None)


def test_a_breach_before_an_order_keeps_its_date():
    duty = statutory(
        read(260, refused_notified_on=40, tribunal_order={"kind": "assess", "ordered_on": on(250)}), Code.C3
    )
    assert (duty.legal_due, duty.status, duty.days_late) == (RECEIVED + timedelta(112), Status.SUPERSEDED, 0)


@pytest.mark.parametrize(
    ("kind", "dates"),
    [
        ("refusal_to_assess", {"C1": 14, "C3": 70, "C6": 98}),
        ("refusal_to_issue", {"C4": 35, "C6": 77}),
        ("contents", {"C6": 35}),
    ],
)
def test_an_appeal_not_opposed_restates_its_duties(kind, dates):
    found = table(read(210, refused_notified_on=40, unopposed={"kind": kind, "notified_on": on(200)}))
    assert {code: due - 200 for (code, basis), (due, _, _) in found.items() if basis == "reg45"} == dates


@pytest.mark.parametrize(
    ("facts", "dates"),
    [
        ({"refused_notified_on": 40}, {"C1": 14, "C3": 70, "C6": 98}),
        ({"assess_notified_on": 40, "not_issue_notified_on": 110}, {"C4": 35, "C6": 77}),
        ({"assess_notified_on": 40, "final_sent_on": 139}, {"C6": 35}),
    ],
)
def test_a_mediation_agreement_takes_the_periods_of_the_order_it_stands_for(facts, dates):
    found = table(read(200, **facts, mediation_agreement={"agreed_on": on(200)}))
    assert {code: due - 200 for (code, basis), (due, _, _) in found.items() if basis == "reg42"} == dates


def test_other_dates_agreed_in_writing_count():
    agreement = {"agreed_on": on(200), "other_dates": {"C6": on(310)}}
    result = read(200, refused_notified_on=40, mediation_agreement=agreement)
    (final,) = [duty for duty in result.duties if duty.code == Code.C6 and duty.basis == Basis.REG42]
    assert (final.legal_due, final.authority) == (RECEIVED + timedelta(310), "reg 42(5): agreed in writing")


def test_a_later_event_supersedes_an_earlier_one():
    found = table(
        read(
            310,
            refused_notified_on=40,
            mediation_agreement={"agreed_on": on(200)},
            tribunal_order={"kind": "assess", "ordered_on": on(300)},
        )
    )
    assert found[("C6", "reg42")] == (298, "superseded", "reg44")
    assert found[("C6", "reg44")] == (398, "due", None)


def test_a_reversal_supersedes_nothing_and_gives_way_to_a_notice_to_the_tribunal():
    alone = table(read(150, refused_notified_on=40, reversed_on=67))
    assert alone[("C3", "statutory")] == (112, "breached", None)
    assert alone[("C3", "reversal")] == (137, "breached", None)
    notified = {"kind": "refusal_to_assess", "notified_on": on(67)}
    both = table(read(150, refused_notified_on=40, reversed_on=67, unopposed=notified))
    assert both[("C6", "reversal")] == (165, "superseded", "reg45")
    assert both[("C6", "reg45")] == (165, "at_risk", None)


def test_one_final_plan_meets_the_legal_and_the_operational_duty():
    found = table(read(200, refused_notified_on=40, reversed_on=67, draft_served_on=140, final_sent_on=160))
    assert (found[("C6", "statutory")], found[("C6", "reversal")]) == (
        (140, "met_late", None),
        (165, "met_on_time", None),
    )


def test_a_reversed_decision_not_to_issue_leads_to_a_draft():
    found = table(read(150, assess_notified_on=40, not_issue_notified_on=110, reversed_on=140))
    assert {key[0]: value[0] - 140 for key, value in found.items() if key[1] == "reversal"} == {
        "C4": 35,
        "C6": 77,
    }
    assert found[("C6", "statutory")] == (140, "breached", None)


def test_what_lies_after_the_day_of_reading_does_not_count_yet():
    result = read(43, assess_notified_on=44)
    assert statutory(result, Code.C1).status == Status.BREACHED
    assert [notice.code for notice in result.notices] == ["later_than_as_of"]


def test_a_reassessment_is_answered_in_fifteen_days():
    assert table(read(10, reassessment=True)) == {("C7", "statutory"): (15, "at_risk", None)}
    assert table(read(30, reassessment=True, refused_notified_on=14))[("C7", "statutory")] == (
        15,
        "met_on_time",
        None,
    )


@pytest.mark.parametrize(
    ("as_of", "facts", "due"),
    [
        (0, {}, (Code.C1, 42, Status.DUE)),
        (50, {}, (Code.C1, 42, Status.BREACHED)),
        (50, {"assess_notified_on": 40}, (Code.C3, 112, Status.DUE)),
        (105, {"assess_notified_on": 40, "issue_notified_on": 100}, (Code.C4, 125, Status.DUE)),
        (115, {"assess_notified_on": 40, "draft_served_on": 110}, (Code.C6, 140, Status.DUE)),
        (200, {"assess_notified_on": 40, "final_sent_on": 150}, None),
        (200, {"refused_notified_on": 40}, None),
    ],
)
def test_next_duty(as_of, facts, due):
    given = {name: on(day) for name, day in facts.items()}
    found = next_duty(parse({"received_on": on(0), "as_of": on(as_of), **given}))
    if due is None:
        assert found is None
    else:
        assert isinstance(found, NextDuty)
        assert (found.code, (found.legal_due - RECEIVED).days, found.status) == due


@pytest.mark.parametrize(
    ("as_of", "share"), [(0, None), (20, None), (21, 50), (31, 50), (32, 75), (38, 90), (60, 90)]
)
def test_early_warnings_count_the_share_of_the_period(as_of, share):
    duty = statutory(read(as_of), Code.C1)
    assert early_warning(duty, RECEIVED + timedelta(as_of)) == share


def test_no_warning_about_what_is_done():
    duty = statutory(read(60, assess_notified_on=40), Code.C1)
    assert early_warning(duty, RECEIVED + timedelta(60)) is None


def test_a_reform_is_a_further_rule_set_and_leaves_earlier_requests_alone():
    reform = RuleSet(
        **{name: getattr(CFA_2014, name) for name in RuleSet.__dataclass_fields__}
        | {"version": "later", "effective_from": date(2029, 9, 1), "days": {**CFA_2014.days, Code.C1: 56}}
    )
    before, after = parse({"received_on": "2029-08-31"}), parse({"received_on": "2029-09-01"})
    sets = (CFA_2014, reform)
    assert clock(before, rule_sets=sets) == clock(before)
    assert clock(after, rule_sets=sets).duties[0].legal_due == date(2029, 10, 27)


def test_own_closed_days_pull_act_by_dates_and_proclaimed_ones_push_the_appeal():
    facts = parse({"received_on": "2026-01-05", "letter_on": "2026-02-12"})
    friday, monday = date(2026, 2, 13), date(2026, 4, 13)
    plain, closed = clock(facts), clock(facts, closed={friday}, proclaimed={monday})
    assert (plain.duties[0].act_by, plain.appeal.appeal_by) == (friday, monday)
    assert (closed.duties[0].act_by, closed.appeal.appeal_by) == (date(2026, 2, 12), date(2026, 4, 14))
    assert clock(facts, closed={monday}).appeal.appeal_by == monday


def test_a_changed_plan_meets_the_order_and_leaves_the_first_plan_its_day() -> None:
    """Reg 44(2)(e): the plan is amended within five weeks; the final plan of week 20 keeps the day it was sent."""
    facts = Facts(
        received_on=date(2024, 1, 8),
        as_of=date(2025, 6, 30),
        assess_notified_on=date(2024, 2, 10),
        final_sent_on=date(2024, 5, 20),
        tribunal_order=TribunalOrder(OrderKind.AMEND, date(2025, 3, 3)),
        amended_sent_on=date(2025, 4, 1),
    )
    rows = [row for row in clock(facts).duties if row.code == Code.C6]
    assert [(row.basis, row.met_on, row.status) for row in rows] == [
        (Basis.STATUTORY, date(2024, 5, 20), Status.MET_ON_TIME),
        (Basis.REG44, date(2025, 4, 1), Status.MET_ON_TIME),
    ]
