import json
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panel.law.clock import Appeal, DraftWindow, Status, clock
from panel.law.facts import (
    STEPS,
    Exemption,
    Facts,
    MediationAgreement,
    SchoolClosure,
    TribunalOrder,
    Unopposed,
    parse,
)
from panel.law.rules import Basis, Code, OrderKind, UnopposedKind
from panel.law.workdays import is_working_day

RECEIVED = date(2026, 1, 5)


def on(day: int) -> date:
    return RECEIVED + timedelta(days=day)


def read(as_of: int = 300, **facts):
    return clock(Facts(received_on=RECEIVED, as_of=on(as_of), **facts))


def codes(result) -> list[str]:
    return [notice.code for notice in result.notices]


def test_json_has_exactly_the_keys_it_promises():
    answer = clock(parse({"received_on": "2026-01-05", "as_of": "2026-01-05"})).to_json()
    assert list(answer) == [
        "duties",
        "draft_window",
        "closure_window",
        "appeal",
        "young_person_from",
        "notices",
    ]
    assert answer["duties"][0] == {
        "code": "C1",
        "basis": "statutory",
        "legal_due": "2026-02-16",
        "safe_due": "2026-02-15",
        "act_by": "2026-02-13",
        "status": "due",
        "met_on": None,
        "days_late": 0,
        "authority": "reg 5(1)",
        "superseded_by": None,
    }
    assert answer["draft_window"] == {
        "last_reply_on": None,
        "earliest_final_on": None,
        "latest_service_on": "2026-05-10",
    }
    assert answer["closure_window"] == {
        "from": None,
        "to": None,
        "ground_available": False,
        "why": "No school closure is recorded.",
    }
    assert answer["appeal"] == {"mediation_contact_by": None, "appeal_by": None}
    assert (answer["young_person_from"], answer["notices"]) == (None, [])
    assert json.loads(json.dumps(answer)) == answer


def test_draft_window_counts_the_day_of_service():
    window = read(draft_served_on=on(100)).draft_window
    assert window == DraftWindow(on(114), on(115), on(125))


@pytest.mark.parametrize(("sent", "said"), [(114, ["final_within_reply_time"]), (115, [])])
def test_a_final_plan_within_the_reply_time_is_questioned(sent, said):
    result = read(assess_notified_on=on(40), draft_served_on=on(100), final_sent_on=on(sent))
    assert codes(result) == said


@pytest.mark.parametrize(("served", "said"), [(125, []), (126, ["draft_too_late"])])
def test_a_draft_too_late_for_fifteen_days_is_warned_of(served, said):
    assert codes(read(130, assess_notified_on=on(40), draft_served_on=on(served))) == said


def test_after_a_reversal_the_draft_follows_the_date_that_can_still_be_kept():
    early = read(60, refused_notified_on=on(40), reversed_on=on(50))
    late = read(140, refused_notified_on=on(40), reversed_on=on(130))
    assert early.draft_window.latest_service_on == on(125)
    assert late.draft_window.latest_service_on == on(130 + 98 - 15)


def test_no_draft_is_awaited_after_a_refusal():
    assert read(refused_notified_on=on(40)).draft_window.latest_service_on is None


def test_the_appeal_runs_from_the_letter_or_from_the_last_notice():
    assert read(refused_notified_on=on(40)).appeal == Appeal(date(2026, 4, 14), date(2026, 4, 14))
    assert read(refused_notified_on=on(40), letter_on=on(41)).appeal == Appeal(
        date(2026, 4, 15), date(2026, 4, 15)
    )
    certificate = read(letter_on=on(40), certificate_on=on(100))
    assert certificate.appeal == Appeal(date(2026, 4, 14), date(2026, 5, 15))


def test_a_letter_dated_otherwise_than_the_family_was_told_is_pointed_out():
    assert codes(read(refused_notified_on=on(40), letter_on=on(39))) == ["letter_date_differs"]


@pytest.mark.parametrize(
    ("completed", "said"),
    [
        (date(2025, 7, 5), []),  # six months to the day
        (date(2025, 7, 6), ["six_months"]),
        (RECEIVED, ["six_months"]),
        (RECEIVED + timedelta(1), []),
    ],
)
def test_six_months_since_an_assessment_is_a_notice_and_changes_no_duty(completed, said):
    result = read(0, assessment_completed_on=completed)
    assert codes(result) == said
    assert result.duties == read(0).duties


def test_an_earlier_refusal_starts_no_waiting_time():
    result = read(0, earlier_refusal_on=on(-20))
    assert codes(result) == ["repeat_request"]
    assert result.duties == read(0).duties


@pytest.mark.parametrize(
    ("born", "said"),
    [
        (date(2010, 1, 1), ["rights_pass"]),
        (date(2009, 1, 1), ["young_person_holds"]),
        (date(2015, 1, 1), []),
    ],
)
def test_the_young_person_is_announced(born, said):
    result = clock(Facts(received_on=date(2026, 4, 1), as_of=date(2026, 4, 1), born_on=born))
    assert codes(result) == said
    assert result.young_person_from is not None


def test_a_change_of_mind_asks_for_its_cause():
    assert codes(read(assess_notified_on=on(60), refused_notified_on=on(40))) == ["change_unexplained"]


def test_without_a_day_of_reading_the_last_step_is_it():
    facts = Facts(received_on=RECEIVED, assess_notified_on=on(50))
    assert clock(facts).duties[0].status == Status.MET_LATE


# Properties: whatever is recorded, these hold.

DAYS = st.dates(date(2014, 9, 1), date(2050, 12, 31))
OFFSETS = st.integers(0, 500)


@st.composite
def some_facts(draw) -> Facts:
    start = draw(DAYS)

    def day():
        return start + timedelta(days=draw(OFFSETS))

    steps = {name: day() for name in STEPS if draw(st.booleans())}
    agreement, order, unopposed = (draw(st.booleans()) for _ in range(3))
    return Facts(
        received_on=start,
        as_of=day(),
        **steps,
        mediation_agreement=MediationAgreement(day()) if agreement else None,
        tribunal_order=TribunalOrder(draw(st.sampled_from(OrderKind)), day()) if order else None,
        unopposed=Unopposed(draw(st.sampled_from(UnopposedKind)), day()) if unopposed else None,
    )


EXEMPTIONS = st.builds(
    lambda stage, ground, start, length: (stage, ground, start, length),
    st.sampled_from([Code.C1, Code.C3, Code.C6]),
    st.sampled_from("abcd"),
    OFFSETS,
    st.none() | OFFSETS,
)


@settings(max_examples=150, deadline=None)
@given(some_facts(), st.lists(EXEMPTIONS, min_size=1, max_size=3), st.none() | OFFSETS)
def test_an_exemption_changes_a_status_at_most_to_excused_and_never_a_date(facts, given_exemptions, closed):
    start = facts.received_on
    exemptions = tuple(
        Exemption(
            stage,
            ground,
            start + timedelta(days),
            None if length is None else start + timedelta(days + length),
            "It was so.",
        )
        for stage, ground, days, length in given_exemptions
    )
    closures = (
        () if closed is None else (SchoolClosure(start + timedelta(closed), start + timedelta(closed + 40)),)
    )
    without = {name: getattr(facts, name) for name in Facts.__dataclass_fields__} | {
        "school_closures": closures
    }
    plain, excused = clock(Facts(**without)), clock(Facts(**without | {"exemptions": exemptions}))
    for before, after in zip(plain.duties, excused.duties, strict=True):
        assert (
            before.code,
            before.basis,
            before.legal_due,
            before.safe_due,
            before.act_by,
            before.days_late,
        ) == (
            after.code,
            after.basis,
            after.legal_due,
            after.safe_due,
            after.act_by,
            after.days_late,
        )
        assert after.status in {before.status, Status.EXCUSED}
        assert after.status != Status.EXCUSED or before.status not in {Status.MET_ON_TIME, Status.SUPERSEDED}
    assert plain.appeal == excused.appeal
    assert plain.draft_window == excused.draft_window


@settings(max_examples=150, deadline=None)
@given(some_facts())
def test_rows_agree_with_themselves(facts):
    for duty in clock(facts).duties:
        assert duty.safe_due == duty.legal_due - timedelta(days=1)
        assert duty.act_by <= duty.safe_due
        assert is_working_day(duty.act_by)
        assert (duty.status == Status.SUPERSEDED) == (duty.superseded_by is not None)
        assert duty.met_on is None or duty.met_on <= facts.as_of
        assert duty.status != Status.MET_ON_TIME or duty.days_late == 0
        assert duty.status != Status.MET_LATE or duty.days_late > 0
        assert duty.status != Status.BREACHED or facts.as_of > duty.legal_due


@settings(max_examples=100, deadline=None)
@given(some_facts())
def test_a_superseded_duty_keeps_its_date(facts):
    ordinary = {
        duty.code: duty.legal_due
        for duty in clock(Facts(received_on=facts.received_on)).duties
        if duty.code in {Code.C1, Code.C3, Code.C4, Code.C6}
    }
    found = {
        duty.code: duty.legal_due
        for duty in clock(facts).duties
        if duty.basis == Basis.STATUTORY and duty.code in ordinary
    }
    assert found == ordinary


@settings(max_examples=100, deadline=None)
@given(DAYS, st.integers(0, 60), st.sampled_from(OrderKind), st.integers(0, 200))
def test_a_later_start_gives_no_earlier_date(start, days, kind, after):
    def read_from(day: date):
        ordered = TribunalOrder(kind, day + timedelta(days=after))
        return clock(Facts(received_on=day, tribunal_order=ordered)).duties

    for early, late in zip(read_from(start), read_from(start + timedelta(days=days)), strict=True):
        assert (early.code, early.basis) == (late.code, late.basis)
        assert early.legal_due <= late.legal_due
        assert early.act_by <= late.act_by


@settings(max_examples=100, deadline=None)
@given(DAYS, st.none() | OFFSETS)
def test_appeal_dates_never_fall_on_a_closed_day(letter, certified):
    certificate = None if certified is None else letter + timedelta(days=certified)
    last = clock(Facts(received_on=letter, letter_on=letter, certificate_on=certificate)).appeal.appeal_by
    assert is_working_day(last)
    assert (last.month, last.day) != (1, 1)
