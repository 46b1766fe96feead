"""What a meeting is proposed to hear: urgency, the time there is, advice that is out, and who leaves when."""

import datetime as dt
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from meetings.rules.agenda import MAX_ITEMS, Candidate
from meetings.rules.proposing import Line, Room, grouped, propose
from panel.law.advice import NO_GAPS, AdviceGaps

HELD = dt.date(2026, 12, 10)
NEXT = dt.date(2026, 12, 17)


def case(key: int, latest: dt.date, *out: int, minutes: int | None = None) -> Candidate:
    return Candidate(key, f"T{key:03d}", latest + dt.timedelta(days=9), latest, minutes, frozenset(out))


def waits(
    key: int, latest: dt.date, *, advice: AdviceGaps = NO_GAPS, minutes: int | None = None
) -> Candidate:
    return replace(case(key, latest, minutes=minutes), advice=advice)


def room(
    minutes: int = 180,
    *,
    later: tuple[dt.date, ...] = (NEXT,),
    there: int = 0,
    today: dt.date = HELD,
) -> Room:
    return Room(HELD, today, minutes, 9, later, there)


def test_what_the_next_panel_is_too_late_for_comes_first_and_says_so() -> None:
    found = propose([waits(1, dt.date(2026, 12, 18)), waits(2, dt.date(2026, 12, 12))], room())
    assert [(line.case_id, line.must) for line in found.listed] == [(2, True), (1, False)]
    assert found.listed[0].because == (
        "Must be heard by 12 December 2026: the next panel, on 17 December 2026, is too late."
    )
    assert found.listed[1].because == "Due soonest of those that could wait: to be heard by 18 December 2026."
    assert found.minutes == 18


def test_a_case_that_is_late_already_is_not_made_later() -> None:
    (line,) = propose([waits(1, dt.date(2026, 12, 1))], room()).late
    assert (
        line.because
        == "It should have been heard by 1 December 2026: every later panel makes it later still."
    )


LONG_AGO = dt.date(2026, 2, 2)
LAST_SAFE = dt.date(2026, 12, 12)
COULD_WAIT = dt.date(2027, 1, 5)


def keys(lines: tuple[Line, ...]) -> list[int]:
    return [line.case_id for line in lines]


def test_what_can_still_be_in_time_goes_before_what_is_late_and_the_oldest_of_the_late_first() -> None:
    found = propose(
        [
            waits(1, dt.date(2026, 11, 2)),
            waits(2, LONG_AGO),
            waits(3, COULD_WAIT),
            waits(4, LAST_SAFE),
            waits(5, dt.date(2026, 12, 20)),
        ],
        room(),
    )
    assert (keys(found.listed), keys(found.late)) == ([4, 5, 3], [2, 1])
    assert [line.must for line in (*found.listed, *found.late)] == [True, False, False, False, False]


def test_late_cases_never_take_the_place_of_one_that_cannot_wait() -> None:
    found = propose([*(waits(key, LONG_AGO) for key in range(1, 9)), waits(9, LAST_SAFE)], room(9))
    assert (keys(found.listed), keys(found.late), len(found.late_left)) == ([9], [], 8)


def test_a_quarter_of_the_time_is_kept_for_the_late_before_it_goes_to_what_can_wait() -> None:
    late = [waits(key, LONG_AGO) for key in (1, 2, 3, 4)]
    could = [waits(key, COULD_WAIT) for key in (11, 12, 13, 14, 15, 16, 17, 18)]
    found = propose([*late, *could], room(72))
    assert (keys(found.listed), keys(found.late)) == ([11, 12, 13, 14, 15, 16], [1, 2])
    assert (keys(found.left), keys(found.late_left)) == ([17, 18], [3, 4])


def test_time_the_late_have_no_use_for_goes_to_the_others() -> None:
    could = [waits(key, COULD_WAIT) for key in range(2, 10)]
    found = propose([waits(1, LONG_AGO, minutes=30), *could], room(72))
    assert (len(found.listed), keys(found.late), keys(found.late_left)) == (8, [], [1])


def test_a_rest_too_short_for_an_item_is_kept_for_nobody() -> None:
    found = propose([waits(1, LONG_AGO), waits(2, COULD_WAIT)], room(9))
    assert (keys(found.listed), keys(found.late_left)) == ([2], [1])


def test_the_late_have_their_share_also_while_no_later_panel_is_planned() -> None:
    """Else whatever is due next spring would keep them out, meeting after meeting."""
    spring = [waits(key, dt.date(2027, 3, key)) for key in range(1, 10)]
    found = propose([waits(20, LONG_AGO), *spring], room(72, later=()))
    assert (keys(found.listed), keys(found.late)) == ([1, 2, 3, 4, 5, 6, 7], [20])
    assert [(line.case_id, line.must) for line in found.left] == [(8, True), (9, True)]


def test_a_case_past_its_last_safe_day_but_not_its_legal_day_can_still_be_told_in_time() -> None:
    found = propose([waits(1, LAST_SAFE), waits(2, dt.date(2026, 12, 7)), waits(3, LONG_AGO)], room(9))
    assert (keys(found.listed), keys(found.left), keys(found.late_left)) == ([2], [1], [3])
    assert found.listed[0].because == (
        "Its last safe day, 7 December 2026, has passed. The family can still be told in time, by 16 December 2026, if the"
        " decision and the letter follow at once."
    )


def test_late_cases_with_the_same_recused_people_follow_those_in_time_with_them() -> None:
    found = propose([case(1, LONG_AGO), case(2, LONG_AGO, 7), case(3, LAST_SAFE, 7)], room())
    assert (keys(found.listed), keys(found.late)) == ([3], [2, 1])


def test_without_a_later_panel_everything_must_be_heard_here() -> None:
    (line,) = propose([waits(1, dt.date(2027, 3, 1))], room(later=())).listed
    assert (line.must, line.because) == (True, "Must be heard by 1 March 2027: no later panel is planned.")


def test_the_time_there_is_is_filled_and_the_rest_says_whether_it_can_wait() -> None:
    found = propose(
        [waits(1, dt.date(2026, 12, 11)), waits(2, dt.date(2026, 12, 12)), waits(3, dt.date(2027, 1, 5))],
        room(10),
    )
    assert [line.case_id for line in found.listed] == [1]
    assert [(line.case_id, line.must) for line in found.left] == [(2, True), (3, False)]
    assert found.left[0].because == (
        "The time is full. No later panel is in time: it must be heard by 12 December 2026."
        " Make room for it, or ask the officer to decide without a panel."
    )
    assert found.left[1].because == (
        "The time is full. The next panel, on 17 December 2026, is in time: it must be heard by 5 January 2027."
    )


def test_a_late_case_that_finds_no_room_is_not_said_to_be_in_time() -> None:
    (line,) = propose([waits(1, dt.date(2026, 11, 2))], room(5)).late_left
    assert line.because == (
        "The time is full. It should have been heard by 2 November 2026, and every later panel makes it later still."
        " Make room for it, or ask the officer to decide without a panel."
    )


def test_a_short_item_fills_the_time_a_long_one_left() -> None:
    found = propose(
        [waits(1, dt.date(2026, 12, 11), minutes=30), waits(2, dt.date(2026, 12, 12), minutes=5)], room(9)
    )
    assert ([line.case_id for line in found.listed], found.minutes) == ([2], 5)


def test_a_case_whose_advice_is_out_waits_while_it_can() -> None:
    found = propose(
        [
            waits(1, dt.date(2026, 12, 12), advice=AdviceGaps(out=("health",))),
            waits(2, dt.date(2027, 1, 5), advice=AdviceGaps(("health",), ("social care",))),
        ],
        room(),
    )
    assert [line.case_id for line in found.listed] == [1]
    assert found.listed[0].because.endswith("is too late. Advice is still out: health.")
    assert found.left[0].because.startswith(
        "Advice was never asked for: health. Advice is still out: social care. The next panel,"
    )


def test_never_more_items_than_a_meeting_may_have() -> None:
    many = [waits(key, dt.date(2026, 12, 12)) for key in range(10)]
    found = propose(many, room(10_000, there=MAX_ITEMS - 4))
    assert (len(found.listed), len(found.left)) == (4, 6)


def test_nothing_waits() -> None:
    assert propose([], room()).listed == ()


def test_whoever_is_out_for_the_last_item_stays_out_for_the_first() -> None:
    cases = [case(1, HELD), case(2, HELD, 8), case(3, HELD, 7)]
    assert [each.case_id for each in grouped(cases, after={7})] == [3, 1, 2]


groups = st.lists(st.sampled_from([(), (1,), (2,), (3,), (4, 5)]), max_size=20)


@given(groups)
def test_people_recused_from_different_cases_leave_once(sets: list[tuple[int, ...]]) -> None:
    ordered = grouped([case(key, HELD, *out) for key, out in enumerate(sets)])
    assert sorted(each.case_id for each in ordered) == list(range(len(sets)))
    for person in (1, 2, 3, 4, 5):
        places = [at for at, each in enumerate(ordered) if person in each.recused]
        assert not places or places[-1] - places[0] == len(places) - 1, f"{person} leaves more than once"


dated = st.lists(st.tuples(st.integers(-40, 60), st.integers(1, 30), st.sets(st.integers(1, 3))), max_size=15)


@given(dated, st.integers(0, 200))
def test_nothing_is_lost_and_the_time_is_kept(rows: list[tuple[int, int, set[int]]], minutes: int) -> None:
    cases = [
        case(key, HELD + dt.timedelta(days=days), *out, minutes=length)
        for key, (days, length, out) in enumerate(rows)
    ]
    found = propose(cases, room(minutes))
    lines = (*found.listed, *found.late, *found.left, *found.late_left)
    assert sorted(line.case_id for line in lines) == list(range(len(rows)))
    assert found.minutes <= minutes


def test_a_day_that_is_still_to_come_is_not_called_past() -> None:
    before = dt.date(2026, 12, 1)
    (hurried,) = propose([waits(1, LAST_SAFE - dt.timedelta(days=3))], room(today=before)).listed
    assert "is before this meeting. The family can still be told in time" in hurried.because
    latest = dt.date(2026, 12, 1)
    (late,) = propose([waits(1, latest)], room(5, today=before)).late_left
    assert "It has to be heard by 1 December 2026, before this meeting, and every later panel" in late.because


def test_a_sooner_panel_that_is_in_time_for_a_case_is_named() -> None:
    before, fourth, eighth = dt.date(2026, 12, 1), dt.date(2026, 12, 4), dt.date(2026, 12, 8)
    there = replace(room(today=before), sooner_on=(fourth, eighth))
    named = " The panel on 4 December 2026 is in time for it, if its list has room."
    (hurried,) = propose([waits(1, eighth)], there).listed
    assert hurried.because.endswith(f"if the decision and the letter follow at once.{named}")
    (late,) = propose([waits(1, fourth - dt.timedelta(days=4))], there).late
    assert "The panel on" not in late.because
    (late,) = propose([replace(waits(1, fourth), legal_due_on=fourth + dt.timedelta(days=1))], there).late
    assert late.because == (
        f"It has to be heard by 4 December 2026, before this meeting: every later panel makes it later still.{named}"
    )
    (full,) = propose([waits(1, eighth)], replace(there, minutes_free=0)).left
    assert f"{named} Make room for it, or ask the officer" in full.because
    (can_wait,) = propose([waits(1, COULD_WAIT)], there).listed
    assert "is in time for it" not in can_wait.because
