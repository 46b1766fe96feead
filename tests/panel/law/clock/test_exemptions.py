from datetime import date, timedelta

import pytest

from panel.law.clock import Code, Duty, Status, clock
from panel.law.facts import parse

RECEIVED = date(2026, 5, 4)  # C1 15 June, C3 24 August, C6 21 September 2026
WHY = "Her mother was in hospital and nobody could speak for the family."


def on(day: int) -> str:
    return (RECEIVED + timedelta(days=day)).isoformat()


def read(as_of: int, *, stage="C1", ground="c", start=30, end=40, why=WHY, **facts) -> tuple[Duty, list[str]]:
    exemption = {
        "stage": stage,
        "ground": ground,
        "from": on(start),
        "to": None if end is None else on(end),
        "impractical_because": why,
    }
    given = {name: on(value) if type(value) is int else value for name, value in facts.items()}
    result = clock(parse({"received_on": on(0), "as_of": on(as_of), "exemptions": [exemption], **given}))
    duty = next(duty for duty in result.duties if duty.code == stage)
    return duty, [notice.code for notice in result.notices if notice.code.startswith("exemption")]


@pytest.mark.parametrize(
    ("as_of", "status"),
    [
        (20, Status.DUE),  # it has not begun
        (30, Status.EXCUSED),
        (40, Status.EXCUSED),
        (41, Status.AT_RISK),  # it is over and the limit is still ahead
        (43, Status.EXCUSED),  # past the limit, while the eleven days it took are given back
        (51, Status.EXCUSED),
        (52, Status.BREACHED),
    ],
)
def test_an_exemption_excuses_while_it_lasts_and_for_the_days_it_took(as_of, status):
    duty, said = read(as_of)
    assert (duty.legal_due, duty.status) == (RECEIVED + timedelta(42), status)
    assert said == ["exemption_target"]


def test_an_exemption_without_an_end_excuses_on():
    assert read(300, end=None)[0].status == Status.EXCUSED


def test_lateness_is_counted_from_the_date_that_did_not_move():
    assert read(45)[0].days_late == 3
    duty, _ = read(60, assess_notified_on=50)
    assert (duty.status, duty.days_late) == (Status.EXCUSED, 8)


def test_a_duty_met_in_time_needs_no_excuse():
    assert read(60, assess_notified_on=42)[0].status == Status.MET_ON_TIME


def test_a_duty_met_after_the_days_given_back_is_late():
    assert read(90, assess_notified_on=52)[0].status == Status.MET_LATE


def test_an_exemption_outside_the_period_excuses_nothing():
    duty, said = read(50, start=43, end=60)
    assert (duty.status, said) == (Status.BREACHED, ["exemption_not_available"])


@pytest.mark.parametrize(
    ("start", "end", "status"),
    [(10, 37, Status.EXCUSED), (10, 36, Status.BREACHED), (20, 60, Status.BREACHED)],
)
def test_an_absence_must_cover_four_weeks_of_the_period(start, end, status):
    assert read(43, ground="d", start=start, end=end)[0].status == status


@pytest.mark.parametrize(
    ("closures", "asked", "status"),
    [
        ([], 35, Status.BREACHED),
        ([(33, 60)], 35, Status.BREACHED),  # 27 days are too few
        ([(33, 61)], 35, Status.EXCUSED),
        ([(33, 61)], 26, Status.EXCUSED),  # a week before the closure
        ([(33, 61)], 25, Status.BREACHED),
        ([(33, 61)], 54, Status.EXCUSED),  # a week before it re-opens
        ([(33, 61)], 55, Status.BREACHED),
        ([(33, 61)], None, Status.BREACHED),
        ([(5, 19), (33, 61)], 35, Status.EXCUSED),  # a half-term before it does not matter
        ([(33, 61), (100, 142)], 35, Status.EXCUSED),
    ],
)
@pytest.mark.parametrize("ground", ["a", "b"])
def test_a_closure_excuses_only_advice_asked_in_its_window(closures, asked, status, ground):
    school = [{"closed_from": on(c), "reopens_on": on(r)} for c, r in closures]
    facts = {"school_closures": school, "advice_asked_on": asked}
    assert read(56, ground=ground, start=33, end=60, **facts)[0].status == status


def test_advice_has_no_closure_ground_and_a_missed_appointment_of_its_own():
    assert read(95, stage="C2", ground="c", start=60, end=80, advice_asked_on=45)[0].status == Status.EXCUSED
    assert read(95, stage="C2", ground="a", start=60, end=80, advice_asked_on=45)[0].authority == "reg 8(1)"


@pytest.mark.parametrize(
    "why",
    [
        "There is a national shortage of educational psychologists.",
        "The panel was not sitting.",
        "The family agreed to wait.",
        "Annual leave of the coordinator.",
        "A consultation with the school was outstanding.",
    ],
)
def test_a_reason_the_regulations_do_not_know_is_pointed_out(why):
    assert read(45, why=why)[1] == ["exemption_target", "exemption_reason"]


def test_an_exemption_of_one_stage_leaves_the_others_alone():
    result = clock(
        parse(
            {
                "received_on": on(0),
                "as_of": on(300),
                "exemptions": [
                    {"stage": "C3", "ground": "c", "from": on(90), "impractical_because": WHY, "to": None}
                ],
            }
        )
    )
    status = {duty.code: duty.status for duty in result.duties}
    assert (status[Code.C1], status[Code.C3], status[Code.C6]) == (
        Status.BREACHED,
        Status.EXCUSED,
        Status.BREACHED,
    )
