from datetime import UTC, datetime, timedelta

import pytest

from meetings.rules.attendance import AttendanceRow, Status, attendance_problems, holds_chair, taken_over

NINE = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
NOON = NINE + timedelta(hours=3)
ANN, BEN, CAT = 1, 2, 3


def minutes(n: int) -> datetime:
    return NINE + timedelta(minutes=n)


def row(user_id: int, status: Status = Status.PRESENT, intervals=((NINE, None),), **more) -> AttendanceRow:
    return AttendanceRow(user_id, {ANN: "Ann", BEN: "Ben", CAT: "Cat"}[user_id], status, intervals, **more)


def codes(*rows: AttendanceRow, **more) -> list[tuple[int, str, str]]:
    found = attendance_problems(rows, **{"opened_at": NINE, "closed_at": NOON, **more})
    return [(p.user_id, p.code, p.field) for p in found]


def test_a_true_sheet_has_no_problems():
    assert (
        codes(
            row(ANN, intervals=((minutes(-10), minutes(20)), (minutes(30), None))),
            row(BEN, Status.WRITTEN_VIEW, (), written_view="I agree."),
            row(CAT, substitute_for=BEN),
        )
        == []
    )


@pytest.mark.parametrize("status", [Status.APOLOGIES, Status.WRITTEN_VIEW, Status.ABSENT])
def test_present_and_away_at_once_is_refused(status: Status):
    assert codes(row(ANN, status, written_view="I agree.")) == [(ANN, "present_and_away", "status")]


@pytest.mark.parametrize("said", ["", " \n"])
def test_a_written_view_without_words_is_refused(said: str):
    assert codes(row(ANN, Status.WRITTEN_VIEW, (), written_view=said)) == [(ANN, "no_view", "written_view")]


def test_the_sentence_says_what_to_do():
    (problem,) = attendance_problems((row(ANN, Status.APOLOGIES),), opened_at=NINE, closed_at=None)
    assert problem.sentence == (
        "Ann cannot be present and away from the same meeting. Remove the apologies or the times."
    )


@pytest.mark.parametrize(
    ("intervals", "code"),
    [
        ((), "no_arrival"),
        (((minutes(10), minutes(10)),), "leaves_first"),
        (((minutes(10), minutes(5)),), "leaves_first"),
        (((NINE, minutes(20)), (minutes(15), None)), "overlaps"),
        (((NINE, None), (minutes(15), None)), "overlaps"),
        (((NOON, None),), "outside_meeting"),
        (((minutes(-30), NINE),), "outside_meeting"),
    ],
)
def test_times_that_cannot_be_true_are_refused(intervals, code: str):
    assert codes(row(ANN, intervals=intervals)) == [(ANN, code, "intervals")]


def test_lingering_after_the_close_is_no_fault():
    assert codes(row(ANN, intervals=((NINE, NOON + timedelta(minutes=5)),))) == []


def test_one_person_at_two_meetings_at_once_is_refused():
    assert codes(row(ANN), busy={ANN: ((minutes(60), minutes(90)),)}) == [(ANN, "two_meetings", "intervals")]
    assert codes(row(ANN, intervals=((NINE, minutes(60)),)), busy={ANN: ((minutes(60), None),)}) == []


def test_a_person_on_the_sheet_twice_is_named_on_both_lines():
    assert codes(row(ANN), row(ANN)) == [(ANN, "twice", "status"), (ANN, "twice", "status")]


def test_substitutes_must_stand_in_for_an_absent_member_of_the_roster():
    away = row(BEN, Status.APOLOGIES, ())
    assert codes(row(ANN, substitute_for=ANN)) == [(ANN, "own_substitute", "substitute_for")]
    assert codes(row(ANN, substitute_for=BEN)) == [(ANN, "stranger_replaced", "substitute_for")]
    assert codes(row(ANN, substitute_for=BEN), row(BEN)) == [(ANN, "both_present", "substitute_for")]
    assert codes(row(ANN, substitute_for=BEN), away, row(CAT, substitute_for=BEN)) == [
        (ANN, "seat_twice", "substitute_for"),
        (CAT, "seat_twice", "substitute_for"),
    ]
    assert codes(row(ANN, substitute_for=CAT), row(CAT, Status.ABSENT, (), substitute_for=BEN), away) == [
        (ANN, "chain", "substitute_for"),
    ]


def test_a_substitute_may_hand_over_when_the_member_arrives():
    assert (
        codes(
            row(ANN, substitute_for=BEN, intervals=((NINE, minutes(30)),)),
            row(BEN, intervals=((minutes(30), None),)),
        )
        == []
    )


def test_who_sent_a_substitute_must_have_one_on_the_sheet():
    sent = row(BEN, Status.SUBSTITUTED, ())
    assert codes(sent) == [(BEN, "no_substitute", "status")]
    assert codes(sent, row(CAT, substitute_for=BEN)) == []


def by_user(*rows: AttendanceRow) -> dict[int, AttendanceRow]:
    return {one.user_id: one for one in rows}


def test_whoever_stood_in_for_a_chair_who_comes_sits_in_their_own_seat():
    others = (row(BEN, intervals=((minutes(17), None),)), row(CAT))
    before = by_user(row(ANN, substitute_for=BEN), *others)
    assert codes(*before.values()) == [(ANN, "both_present", "substitute_for")]
    after = taken_over(before, BEN)
    assert after == by_user(row(ANN), *others)
    assert codes(*after.values()) == []
    assert (holds_chair(before, BEN), holds_chair(after, BEN)) == (ANN, BEN)


def test_whoever_stands_in_for_somebody_else_goes_on():
    rows = by_user(row(ANN, substitute_for=CAT), row(BEN), row(CAT, Status.APOLOGIES, ()))
    assert taken_over(rows, BEN) == rows
    assert holds_chair(rows, BEN) == BEN
