"""An attendance sheet and what in it cannot be true (reliability.md 6, row 66). Pure."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from itertools import pairwise

from meetings.rules.quorum import Interval
from panel.law.words import in_words

WRITTEN_VIEW_LIMIT = 10_000  # characters, wherever somebody who cannot come sends a view


class Status(StrEnum):
    """What somebody's coming to a meeting amounted to, in the values the attendance sheet stores."""

    PRESENT = "present"
    APOLOGIES = "apologies"
    WRITTEN_VIEW = "written_view"
    SUBSTITUTED = "substituted"
    ABSENT = "absent"


@dataclass(frozen=True)
class AttendanceRow:
    """One line of the attendance sheet as it was entered."""

    user_id: int
    name: str
    status: Status
    intervals: tuple[Interval, ...] = ()
    substitute_for: int | None = None
    seat: str = ""
    voting: bool = False
    written_view: str = ""


@dataclass(frozen=True)
class AttendanceProblem:
    """One line that cannot be true: whose, what is wrong in a sentence, and the field to mend."""

    user_id: int
    code: str
    sentence: str
    field: str = "intervals"


_AWAY = frozenset(Status) - {Status.PRESENT}


def attendance_problems(
    rows: Collection[AttendanceRow],
    *,
    opened_at: datetime | None,
    closed_at: datetime | None,
    busy: Mapping[int, tuple[Interval, ...]] | None = None,
) -> tuple[AttendanceProblem, ...]:
    """Every contradiction in an attendance sheet, in row order (reliability.md 6, row 66).

    `busy` holds each person's time at other meetings of the day. An empty result means the sheet can be kept.
    """
    found: list[AttendanceProblem] = []
    sheet = {row.user_id: row for row in rows}
    twice = {user_id for user_id, n in Counter(row.user_id for row in rows).items() if n > 1}
    covered = Counter(row.substitute_for for row in rows if row.substitute_for is not None)
    for row in rows:
        found += _row_problems(
            row, opened_at, closed_at, (busy or {}).get(row.user_id, ()), covered=row.user_id in covered
        )
        if row.user_id in twice:
            found.append(
                AttendanceProblem(
                    row.user_id, "twice", f"{row.name} is on the sheet twice. Keep one line.", "status"
                )
            )
        if row.substitute_for is not None:
            found += _substitute_problems(row, row.substitute_for, sheet, covered)
    return tuple(found)


def taken_over(rows: Mapping[int, AttendanceRow], chair: int) -> dict[int, AttendanceRow]:
    """The rows, by user, once the chair is there: nobody stands in for the chair any more; whoever did stays in their own seat."""
    return {
        user: replace(row, substitute_for=None) if row.substitute_for == chair else row
        for user, row in rows.items()
    }


def holds_chair(rows: Mapping[int, AttendanceRow], chair: int) -> int:
    """The user who holds the chair by these rows: whoever stands in for the chair, else the chair."""
    return next((user for user, row in rows.items() if row.substitute_for == chair), chair)


def not_the_day_yet(meeting_on: date, today: date) -> str:
    """Why nobody can be present at a meeting yet; empty from its day on. Apologies can be said before."""
    if today >= meeting_on:
        return ""
    return f"This meeting is on {in_words(meeting_on)}. Who is present is said on its day; apologies can be said before."


def _row_problems(
    row: AttendanceRow,
    opened_at: datetime | None,
    closed_at: datetime | None,
    busy: tuple[Interval, ...],
    *,
    covered: bool,
) -> Iterable[AttendanceProblem]:
    def problem(code: str, sentence: str, where: str = "intervals") -> AttendanceProblem:
        return AttendanceProblem(row.user_id, code, sentence, where)

    if row.intervals and row.status in _AWAY:
        yield problem(
            "present_and_away",
            f"{row.name} cannot be present and away from the same meeting."
            " Remove the apologies or the times.",
            "status",
        )
    if row.status is Status.SUBSTITUTED and not covered:
        yield problem(
            "no_substitute", f"{row.name} is said to have sent a substitute. Say who it is.", "status"
        )
    if row.status is Status.WRITTEN_VIEW and not row.written_view.strip():
        yield problem(
            "no_view",
            f"Enter the written view of {row.name}, or choose apologies without one.",
            "written_view",
        )
    if row.status is Status.PRESENT and not row.intervals:
        yield problem("no_arrival", f"Enter when {row.name} arrived.")
    if any(left is not None and left <= joined for joined, left in row.intervals):
        yield problem("leaves_first", f"{row.name} cannot leave before arriving. Check both times.")
    elif any(_overlap(a, b) for a, b in _pairs(row.intervals)):
        yield problem("overlaps", f"{row.name} has two times of attendance that overlap. Join them into one.")
    if any(_outside(interval, opened_at, closed_at) for interval in row.intervals):
        yield problem(
            "outside_meeting",
            f"{row.name} is shown as present when the meeting was not in session."
            " Check the times against the opening and the close.",
        )
    if any(_overlap(mine, other) for mine in row.intervals for other in busy):
        yield problem("two_meetings", f"{row.name} is shown as present at another meeting at the same time.")


def _substitute_problems(
    row: AttendanceRow, member: int, sheet: Mapping[int, AttendanceRow], covered: Mapping[int, int]
) -> Iterable[AttendanceProblem]:
    def problem(code: str, sentence: str) -> AttendanceProblem:
        return AttendanceProblem(row.user_id, code, sentence, "substitute_for")

    absent = sheet.get(member)
    if member == row.user_id:
        yield problem("own_substitute", f"{row.name} cannot be their own substitute.")
    elif absent is None:
        yield problem(
            "stranger_replaced", f"{row.name} stands in for somebody who is not on this meeting’s roster."
        )
    elif any(_overlap(mine, theirs) for mine in row.intervals for theirs in absent.intervals):
        yield problem(
            "both_present",
            f"{row.name} stands in for {absent.name} while {absent.name} is present."
            " Only one of them can hold the seat at a time.",
        )
    elif absent.substitute_for is not None:
        yield problem(
            "chain",
            f"{row.name} stands in for {absent.name}, who is a substitute too."
            " Name the member whose seat it is.",
        )
    if covered[member] > 1:
        yield problem("seat_twice", f"More than one person stands in for the same member as {row.name}.")


def _overlap(a: Interval, b: Interval) -> bool:
    return (b[1] is None or a[0] < b[1]) and (a[1] is None or b[0] < a[1])


def _pairs(intervals: tuple[Interval, ...]) -> Iterable[tuple[Interval, Interval]]:
    ordered = sorted(intervals, key=lambda interval: interval[0])
    return pairwise(ordered)


def _outside(interval: Interval, opened_at: datetime | None, closed_at: datetime | None) -> bool:
    """Gone before the meeting opened, or come after it closed; to sit down early or linger is no fault."""
    joined, left = interval
    too_early = opened_at is not None and left is not None and left <= opened_at
    return too_early or (closed_at is not None and joined >= closed_at)
