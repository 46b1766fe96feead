from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetings.rules.agenda import (
    MAX_ITEMS,
    AgendaProblem,
    Candidate,
    LastSafe,
    NextSlot,
    Pace,
    Sitting,
    Slot,
    Timed,
    agenda_problems,
    cannot_survive_deferral,
    last_safe,
    next_slot,
    overlap_problems,
    pace,
    proposed_order,
    timetable,
)

TUESDAY = date(2026, 11, 24)
NINE = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def case(n: int, latest: date = date(2026, 12, 1), **more) -> Candidate:
    return Candidate(n, f"R{n:03}", more.pop("due", date(2026, 12, 10)), latest, **more)


def problems(*items: Candidate, **more) -> list[tuple[str, bool]]:
    known = {"meeting_on": TUESDAY, "today": TUESDAY, "closed_days": {}, **more}
    return [(p.code, p.stops) for p in agenda_problems(items, **known)]


@pytest.mark.parametrize(
    ("begins", "ends", "meets"),
    [(7, 9, False), (8, 10, True), (10, 11, True), (8, 13, True), (11, 13, True), (12, 13, False)],
)
def test_sittings_at_the_same_hour_are_warned_of(begins, ends, meets):
    planned = Sitting(NINE, NINE.replace(hour=12), "Room 1")
    other = Sitting(NINE.replace(hour=begins), NINE.replace(hour=ends), "Room 2")
    warning = AgendaProblem(
        "overlap",
        f"This panel is also to sit on 24 November 2026 from {begins:02}:00 to {ends:02}:00 (Room 2). Nobody can be at both."
        " Are day and hour right?",
    )
    assert overlap_problems(planned, [other]) == ((warning,) if meets else ())


def test_order_is_by_latest_safe_date_then_due_date_then_reference():
    a = case(1, date(2026, 12, 8))
    b = case(2, date(2026, 12, 1), due=date(2026, 12, 12))
    c = case(3, date(2026, 12, 1), due=date(2026, 12, 11))
    d = case(4, date(2026, 12, 1), due=date(2026, 12, 11))
    assert proposed_order([a, d, b, c]) == (c, d, b, a)


def test_order_keeps_cases_of_one_recused_member_together_within_a_date():
    head = frozenset({7})
    order = proposed_order([case(1, recused=head), case(2), case(3, recused=head), case(4)])
    assert [c.case_id for c in order] == [2, 4, 1, 3]


def test_timetable_runs_one_after_the_other_and_marks_what_does_not_fit():
    end = NINE + timedelta(minutes=25)
    assert timetable(
        [case(1), case(2, minutes=5), case(3)], starts_at=NINE, minutes_per_item=10, ends_at=end
    ) == (
        Slot(1, NINE, NINE + timedelta(minutes=10), over_time=False),
        Slot(2, NINE + timedelta(minutes=10), NINE + timedelta(minutes=15), over_time=False),
        Slot(3, NINE + timedelta(minutes=15), end, over_time=False),
    )
    assert [
        slot.over_time
        for slot in timetable([case(1), case(2)], starts_at=NINE, minutes_per_item=15, ends_at=end)
    ] == [
        False,
        True,
    ]


def test_timetable_of_nothing_is_empty():
    assert timetable([], starts_at=NINE, minutes_per_item=8) == ()


@pytest.mark.parametrize(
    ("meetings", "slot", "lost"),
    [
        ([], None, True),
        ([TUESDAY], None, True),
        ([date(2026, 12, 8), date(2026, 12, 1)], NextSlot(date(2026, 12, 1), in_time=True), False),
        ([date(2026, 12, 2)], NextSlot(date(2026, 12, 2), in_time=False), True),
    ],
)
def test_a_deferral_survives_only_with_a_slot_on_or_before_the_latest_safe_date(meetings, slot, lost):
    candidate = case(1, date(2026, 12, 1))
    assert next_slot(candidate, TUESDAY, meetings) == slot
    assert cannot_survive_deferral(candidate, TUESDAY, meetings) is lost


def test_a_good_list_has_nothing_to_say():
    assert problems(case(1), case(2)) == []


def test_the_same_case_twice_stops_the_list_and_two_meetings_a_day_is_only_said():
    assert problems(case(1), case(1), case(2), elsewhere_that_day={2}) == [
        ("same_case_twice", True),
        ("other_meeting", False),
    ]


def test_a_bank_holiday_a_weekend_and_the_past_are_said():
    christmas = date(2026, 12, 25)
    late = case(1, date(2027, 2, 1))
    assert agenda_problems(
        [late], meeting_on=christmas, today=TUESDAY, closed_days={christmas: "Christmas Day"}
    ) == (AgendaProblem("closed_day", "25 December 2026 is Christmas Day. Is the date right?"),)
    assert problems(case(1), meeting_on=date(2026, 11, 28)) == [("weekend", False)]
    assert problems(case(1), today=date(2026, 11, 25)) == [("past", False)]


def test_a_case_past_its_latest_safe_date_is_said_and_stays_listable():
    listed = {"meeting_on": TUESDAY, "closed_days": {}}
    (problem,) = agenda_problems([case(1, date(2026, 11, 20))], today=TUESDAY, **listed)
    assert problem == AgendaProblem(
        "after_latest",
        "R001 should have been heard by 20 November 2026. Hear it here, or ask the officer to decide sooner.",
    )


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (0, [("empty", False)]),
        (20, []),
        (21, [("many", False)]),
        (MAX_ITEMS, [("many", False)]),
        (500, [("too_many", True)]),
    ],
)
def test_lists_of_no_cases_and_of_far_too_many(count: int, expected):
    assert problems(*(case(n) for n in range(count))) == expected


def test_cases_that_do_not_fit_are_counted_from_the_first():
    items = [case(n) for n in range(1, 4)]
    slots = timetable(items, starts_at=NINE, minutes_per_item=10, ends_at=NINE + timedelta(minutes=15))
    (problem,) = agenda_problems(items, meeting_on=TUESDAY, today=TUESDAY, closed_days={}, slots=slots)
    assert problem.sentence == "2 cases do not fit before the meeting ends, from R002 on."


@given(st.lists(st.integers(min_value=1, max_value=60), max_size=40))
def test_the_meeting_lasts_as_long_as_its_items(lengths: list[int]):
    start = datetime(2026, 10, 25, 0, 30, tzinfo=ZoneInfo("Europe/London")).astimezone(UTC)
    slots = timetable(
        [case(n, minutes=m) for n, m in enumerate(lengths)], starts_at=start, minutes_per_item=8
    )
    assert sum((slot.ends_at - slot.starts_at for slot in slots), timedelta()) == timedelta(
        minutes=sum(lengths)
    )
    assert all(a.ends_at == b.starts_at for a, b in pairwise(slots))


TEN = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return TEN + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("items", "now", "behind", "ends", "unheard", "sentence"),
    [
        # Three items of ten minutes in half an hour.
        ([Timed(10), Timed(10), Timed(10)], 0, 0, 30, 0, "On time."),
        ([Timed(10, at(0)), Timed(10), Timed(10)], 6, 0, 30, 0, "On time."),
        (
            [Timed(10, at(0)), Timed(10), Timed(10)],
            14,
            4,
            34,
            1,
            "4 minutes behind. As it goes, 1 item will not be heard before the meeting ends.",
        ),
        (
            [Timed(10, at(0), done=True), Timed(10, at(11)), Timed(10)],
            12,
            1,
            31,
            1,
            "1 minute behind. As it goes, 1 item will not be heard before the meeting ends.",
        ),
        ([Timed(10, at(0), done=True), Timed(10), Timed(10)], 5, 0, 25, 0, "On time."),
        ([Timed(10, at(0), done=True)] * 3, 34, 4, 34, 0, "4 minutes behind."),
        (
            [Timed(10)] * 4,
            25,
            25,
            65,
            4,
            "25 minutes behind. As it goes, 4 items will not be heard before the meeting ends.",
        ),
        ([], 5, 5, 5, 0, "5 minutes behind."),
        # Opened with the last minutes running: nothing is behind, and nothing is on time either.
        (
            [Timed(10)] * 4,
            0,
            0,
            40,
            1,
            "As it goes, 1 item will not be heard before the meeting ends.",
        ),
    ],
)
def test_what_falls_behind_is_said_early(items, now, behind, ends, unheard, sentence) -> None:
    found = pace(items, opened_at=TEN, closes_at=at(30), now=at(now))
    assert found == Pace(behind, at(ends), unheard, sentence)


def test_a_day_that_is_still_to_come_is_never_called_past():
    latest = date(2026, 11, 20)
    (problem,) = agenda_problems([case(1, latest)], meeting_on=TUESDAY, today=latest, closed_days={})
    assert problem.sentence == (
        "R001 has to be heard by 20 November 2026, before this meeting. Put it on an earlier list, or ask the officer to decide."
    )


@pytest.mark.parametrize(
    ("latest", "today", "later_on", "said"),
    [
        (date(2026, 11, 20), date(2026, 11, 19), (), LastSafe.BEFORE),
        (date(2026, 11, 20), date(2026, 11, 20), (), LastSafe.BEFORE),
        (date(2026, 11, 20), date(2026, 11, 21), (), LastSafe.PASSED),
        # Once the meeting is over, what it was in time for stays in time.
        (TUESDAY, date(2027, 2, 1), (), LastSafe.HERE),
        (TUESDAY, TUESDAY, (date(2026, 12, 1),), LastSafe.HERE),
        (date(2026, 12, 1), TUESDAY, (date(2026, 12, 1),), LastSafe.CAN_WAIT),
    ],
)
def test_how_a_last_safe_day_stands_to_a_meeting(latest, today, later_on, said):
    assert last_safe(case(1, latest), meeting_on=TUESDAY, today=today, later_on=later_on) is said
