"""Times from paper: what cannot be true of them, by rule."""

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from meetings.rules.late import Entering, Heard, OnPaper, item_problems, last_day, meeting_problems

LONDON = ZoneInfo("Europe/London")
MONDAY = dt.date(2026, 11, 23)


def at(hour: int, minute: int = 0, day: dt.date = MONDAY) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour, minute), tzinfo=LONDON)


NEXT_DAY = Entering(at(9, day=dt.date(2026, 11, 24)), MONDAY, LONDON)
PAPER = OnPaper(at(9), at(12))


def meeting_codes(*items: Heard, entering: Entering = NEXT_DAY, **change: object) -> list[tuple[str, str]]:
    found = meeting_problems(replace(PAPER, **change), entering, items)  # type: ignore[arg-type]
    return [(problem.code, problem.field) for problem in found]


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        ({}, []),
        ({"ended_at": None}, [("not_ended", "ended")]),
        ({"ended_at": at(9)}, [("ends_first", "ended")]),
        ({"began_at": at(9, day=dt.date(2026, 11, 22))}, [("another_day", "began")]),
        ({"ended_at": at(1, day=dt.date(2026, 11, 24))}, [("another_day", "ended")]),
    ],
)
def test_opening_and_close(change: dict[str, object], wanted: list[tuple[str, str]]) -> None:
    assert meeting_codes(**change) == wanted


def test_meeting_goes_on_by_screen_on_its_day_and_nothing_is_entered_ahead() -> None:
    noon = replace(NEXT_DAY, now=at(11))
    assert meeting_codes(entering=noon, ended_at=None) == []
    assert meeting_codes(entering=noon) == [("later_than_now", "ended")]


def test_meeting_holds_its_items() -> None:
    assert meeting_codes(Heard(1, at(9, 10), at(9, 20))) == []
    assert meeting_codes(Heard(1, at(8, 50), at(9, 20))) == [("item_before", "began")]
    assert meeting_codes(Heard(4, at(11, 50), at(12, 5))) == [("item_after", "ended")]
    assert meeting_codes(Heard(4, at(11, 50), None)) == [("item_open", "ended")]


@pytest.mark.parametrize(
    ("began", "ended", "wanted"),
    [
        (at(9, 30), at(9, 40), []),
        (at(8, 50), at(9, 5), ["before_opening"]),
        (at(11, 50), at(12, 1), ["after_close"]),
        (at(9, 5), at(9, 15), ["two_at_once"]),
        (at(9, 20), at(9, 30), []),  # the one begins as the other ends
    ],
)
def test_item_within_its_meeting_and_beside_its_neighbours(
    began: dt.datetime, ended: dt.datetime, wanted: list[str]
) -> None:
    found = item_problems(
        OnPaper(began, ended),
        NEXT_DAY,
        opened_at=at(9),
        closed_at=at(12),
        others=(Heard(1, at(9, 10), at(9, 20)),),
    )
    assert [problem.code for problem in found] == wanted


def test_item_in_discussion_on_the_screen_takes_the_time_until_now() -> None:
    entering = replace(NEXT_DAY, now=at(11))
    found = item_problems(
        OnPaper(at(10), at(10, 30)),
        entering,
        opened_at=at(9),
        closed_at=None,
        others=(Heard(2, at(10, 15), None),),
    )
    assert [problem.code for problem in found] == ["two_at_once"]
    assert "from 10:15 on" in found[0].sentence


def test_after_ten_working_days_a_reason_is_asked_for() -> None:
    assert last_day(MONDAY) == dt.date(2026, 12, 7)
    on_the_day = replace(NEXT_DAY, now=at(23, day=dt.date(2026, 12, 7)))
    too_late = replace(NEXT_DAY, now=at(9, day=dt.date(2026, 12, 8)))
    assert meeting_codes(entering=on_the_day) == []
    assert meeting_codes(entering=too_late) == [("late_without_reason", "because")]
    assert meeting_codes(entering=too_late, because="-") == [("late_without_reason", "because")]
    assert meeting_codes(entering=too_late, because="The clerk was ill.") == []


def test_item_that_ended_within_a_minute_leaves_that_minute_to_the_next() -> None:
    ended = at(10) + dt.timedelta(seconds=40)
    found = {
        minutes: item_problems(
            OnPaper(at(10) + dt.timedelta(minutes=minutes), at(10, 20)),
            NEXT_DAY,
            opened_at=at(9),
            closed_at=None,
            others=(Heard(2, at(9, 50), ended),),
        )
        for minutes in (0, -1)
    }
    assert [problem.code for problem in found[0]] == []
    assert [problem.code for problem in found[-1]] == ["two_at_once"]
