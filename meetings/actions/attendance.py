"""Who came, when, and for which item not: said once for the meeting, then by exception.

Times are intervals. A line is only kept when the whole sheet can be true with it (reliability.md 6, row 66); quorum follows
from the intervals at once, for every item, because nothing of it is stored.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from meetings.actions.conflicts import find_conflicts
from meetings.actions.leading import ends_standing_in, keep_leaders
from meetings.actions.locks import lock_item, lock_meeting, not_signed
from meetings.models import (
    Acknowledgement,
    AgendaItem,
    Attendance,
    Interval,
    ItemAttendance,
    Meeting,
    Recommendation,
    RosterEntry,
    Seat,
)
from meetings.queries.late import closed_on_paper
from meetings.queries.room import Room, load_room
from meetings.rules import attendance
from meetings.rules import quorum as rules
from panel.models import User
from panel.platform import access, audit
from panel.platform.policy import Refused, Verb
from panel.platform.text import clean_text


@dataclass(frozen=True)
class Line:
    """One line of the attendance sheet.

    `times` None keeps the times there are; somebody marked present without any is there from the opening, or from now.
    """

    entry: RosterEntry
    status: attendance.Status
    mode: str = Attendance.Mode.ROOM
    substitute_for: RosterEntry | None = None
    written_view: str = ""
    times: tuple[rules.Interval, ...] | None = None


class UntrueSheet(Refused):
    """An attendance sheet that cannot be true: `problems` says of each line what is wrong with it."""

    def __init__(self, problems: tuple[attendance.AttendanceProblem, ...]) -> None:
        super().__init__(problems[0].code, " ".join(p.sentence for p in problems), field=problems[0].field)
        self.problems = problems


def record_attendance(
    *, meeting: Meeting, lines: Sequence[Line], correcting: bool = False, by: User, now: datetime
) -> None:
    """Keep the attendance sheet, or some lines of it; earlier lines of the same people are replaced and stay in the trail.

    A chair somebody stood in for until now comes with it now. Where the chair passes, what was taken up
    stays with whoever held it (`keep_leaders`).
    Refused with the first contradiction (`present_and_away`, `leaves_first`, `overlaps`, `two_meetings`, `later_than_now`, …), its sentence and
    field; `not_on_roster`; `not_promised` for an observer who comes; `signed` once the minutes are, unless `correcting` for an amendment. Audits `attendance.record` with every line.
    """
    access.require(by, Verb.ATTENDANCE_RECORD, meeting, now=now)
    with transaction.atomic():
        locked = lock_meeting(meeting)
        not_signed(locked, correcting=correcting)
        room = load_room(locked)
        seats = {entry.pk: entry for entry in room.entries}
        if any(line.entry.pk not in seats for line in lines):
            raise Refused(
                "not_on_roster", "Somebody on this sheet has no seat at this meeting. Give them one first."
            )
        rows = {entry.user_id: row for entry in room.entries if (row := row_of(entry)) is not None}
        late = next((line.entry for line in lines if _comes_late(line, room)), None)
        for line in lines:
            rows[line.entry.user_id] = _row(
                seats[line.entry.pk], line, locked, now, comes_late=line.entry == late
            )
        if late is not None:
            rows = attendance.taken_over(rows, late.user_id)
        require_promises(seats[line.entry.pk] for line in lines if line.status is attendance.Status.PRESENT)
        _require_true(room, rows, now)
        for line in lines:
            _keep(seats[line.entry.pk], line, rows[line.entry.user_id], by, now)
        if late is not None:
            ends_standing_in(late)
        seat, held = room.chair_seat, room.chair
        if seat and held and attendance.holds_chair(rows, seat.user_id) != held.user_id:
            keep_leaders(room, held, by, now)
        find_conflicts(meeting=locked, by=by, now=now)
        audit.record(
            verb=Verb.ATTENDANCE_RECORD,
            by=by,
            at=now,
            subject_kind="meeting",
            subject=locked.public_id,
            values={"lines": [_said(line, rows[line.entry.user_id]) for line in lines]},
        )


def arrive(
    *,
    entry: RosterEntry,
    at: datetime | None = None,
    mode: str = Attendance.Mode.ROOM,
    correcting: bool = False,
    by: User,
    now: datetime,
) -> None:
    """Somebody comes in, or comes back. `at` is when it happened, now unless given. Refused as `record_attendance` is.

    A chair who comes holds the chair from then on: whoever stood in stays in their own seat, and the items they took up stay theirs.
    """
    _change(entry, "attendance.arrive", at, mode, by, now, correcting=correcting)


def leave(
    *, entry: RosterEntry, at: datetime | None = None, correcting: bool = False, by: User, now: datetime
) -> None:
    """Somebody leaves the meeting. Refused `not_there` when they are not in it."""
    _change(entry, "attendance.leave", at, None, by, now, correcting=correcting)


def return_(
    *,
    entry: RosterEntry,
    at: datetime | None = None,
    mode: str = Attendance.Mode.ROOM,
    correcting: bool = False,
    by: User,
    now: datetime,
) -> None:
    """Somebody who had left is back. Their earlier time stays."""
    _change(entry, "attendance.return", at, mode, by, now, correcting=correcting)


def except_from_item(
    *,
    item: AgendaItem,
    entry: RosterEntry,
    present: bool | None,
    correcting: bool = False,
    by: User,
    now: datetime,
) -> None:
    """For one item somebody was not there although they were at the meeting, or the reverse; None takes it back.

    Refused: `not_on_roster`, `not_promised`, `signed`.
    """
    access.require(by, Verb.ATTENDANCE_RECORD, item.meeting, now=now)
    with transaction.atomic():
        locked = lock_item(item)
        not_signed(locked.meeting, correcting=correcting)
        if entry.meeting_id != locked.meeting_id:
            raise Refused("not_on_roster", "This person has no seat at this meeting.", field="entry")
        if present:
            require_promises([entry])
        if present is None:
            ItemAttendance.objects.filter(item=locked, entry=entry).delete()
        else:
            ItemAttendance.objects.update_or_create(
                item=locked, entry=entry, defaults={"present": present, "recorded_at": now, "recorded_by": by}
            )
        audit.record(
            verb="attendance.except",
            by=by,
            at=now,
            subject_kind="item",
            subject=locked.public_id,
            case=locked.case.public_id,
            values={"person": str(entry.user.public_id), "present": present},
        )


def require_promises(entries: Iterable[RosterEntry]) -> None:
    """Refuse `not_promised` for those of `entries` who look on, come in, and have not promised confidentiality.

    Whoever is on the sheet as having come stays there: it is asked before the door, not afterwards.
    """
    coming = [entry for entry in entries if entry.seat == Seat.OBSERVER and not entry.intervals.all()]
    if not coming:
        return
    promised = set(
        Acknowledgement.objects.filter(meeting=coming[0].meeting_id).values_list("user", flat=True)
    )
    found = tuple(
        attendance.AttendanceProblem(
            entry.user_id,
            "not_promised",
            f"{entry.user.name} looks on and has not promised confidentiality. Record the signature on paper first, or ask for the"
            " promise by screen.",
            "status",
        )
        for entry in coming
        if entry.user_id not in promised
    )
    if found:
        raise UntrueSheet(found)


def row_of(entry: RosterEntry) -> attendance.AttendanceRow | None:
    """What the sheet says of one person now, as a plain value; None while it says nothing."""
    said: Attendance | None = getattr(entry, "attendance", None)
    if said is None:
        return None
    for_user = said.substitute_for.user_id if said.substitute_for else None
    times = tuple((row.joined_at, row.left_at) for row in entry.intervals.all())
    return _plain(entry, attendance.Status(said.status), times, for_user, said.written_view)


def _plain(
    entry: RosterEntry,
    status: attendance.Status,
    times: tuple[rules.Interval, ...],
    for_user: int | None,
    written_view: str = "",
) -> attendance.AttendanceRow:
    return attendance.AttendanceRow(
        user_id=entry.user_id,
        name=entry.user.name,
        status=status,
        intervals=times,
        substitute_for=for_user,
        seat=entry.seat,
        voting=entry.voting,
        written_view=written_view,
    )


def _row(
    entry: RosterEntry, line: Line, meeting: Meeting, now: datetime, *, comes_late: bool
) -> attendance.AttendanceRow:
    """The sheet's line as it would stand once kept. Whoever comes late comes now; once the meeting has ended, nobody knows when."""
    known = tuple((row.joined_at, row.left_at) for row in entry.intervals.all())
    times = line.times
    if times is None and line.status is attendance.Status.PRESENT:
        _may_say_present(meeting, known, now)
        times = known or ((meeting.opened_at or now, meeting.closed_at),)
        if comes_late:
            times = () if meeting.closed_at or closed_on_paper(meeting) else ((now, None),)
    for_user = line.substitute_for.user_id if line.substitute_for else None
    return _plain(entry, line.status, times or (), for_user, line.written_view)


def _comes_late(line: Line, room: Room) -> bool:
    """Whether a line without a time says that the chair is there, of whom the sheet knew no time while somebody stood in."""
    seat = room.chair_seat
    if seat is None or line.entry != seat or room.stand_in is None:
        return False
    return line.status is attendance.Status.PRESENT and line.times is None and not seat.intervals.all()


def _may_say_present(meeting: Meeting, known: tuple[rules.Interval, ...], now: datetime) -> None:
    """“Present” without a time means from the opening, or from now; of a day that has passed it can only mean the opening, and of
    one that is still to come it means nothing.
    """
    day, today = timezone.localdate(meeting.starts_at), timezone.localdate(now)
    if early := attendance.not_the_day_yet(day, today):
        raise Refused("not_the_day_yet", early)
    if today > day and not known and meeting.opened_at is None:
        raise Refused(
            "open_first",
            "The day of this meeting has passed. Enter first when it was opened and when it ended.",
        )


def _require_true(room: Room, rows: dict[int, attendance.AttendanceRow], now: datetime) -> None:
    problems = (
        *attendance.attendance_problems(
            tuple(rows.values()),
            opened_at=room.meeting.opened_at,
            closed_at=room.meeting.closed_at or closed_on_paper(room.meeting),
            busy=_busy(room, rows),
        ),
        *_not_come_yet(rows, now),
    )
    if problems:
        raise UntrueSheet(problems)


def _not_come_yet(
    rows: dict[int, attendance.AttendanceRow], now: datetime
) -> Iterator[attendance.AttendanceProblem]:
    """Times ahead of the clock. A meeting closed before somebody's arrival could not say when they left."""
    for row in rows.values():
        if any(moment is not None and moment > now for interval in row.intervals for moment in interval):
            sentence = f"A time entered for {row.name} has not come yet. Check it."
            yield attendance.AttendanceProblem(row.user_id, "later_than_now", sentence)


def _busy(room: Room, rows: dict[int, attendance.AttendanceRow]) -> dict[int, tuple[rules.Interval, ...]]:
    """Everybody's time at other meetings of the same day."""
    others = Interval.objects.filter(
        entry__user__in=list(rows), entry__meeting__starts_at__date=timezone.localdate(room.meeting.starts_at)
    ).exclude(entry__meeting=room.meeting)
    busy: dict[int, list[rules.Interval]] = defaultdict(list)
    for user, joined, left in others.values_list("entry__user_id", "joined_at", "left_at"):
        busy[user].append((joined, left))
    return {user: tuple(times) for user, times in busy.items()}


def _keep(entry: RosterEntry, line: Line, row: attendance.AttendanceRow, by: User, now: datetime) -> None:
    Attendance.objects.update_or_create(
        entry=entry,
        defaults={
            "status": str(line.status),
            "mode": line.mode,
            "substitute_for": line.substitute_for,
            "written_view": clean_text(
                line.written_view, attendance.WRITTEN_VIEW_LIMIT, label="The written view"
            ),
            "recorded_at": now,
            "recorded_by": by,
        },
    )
    known = tuple((there.joined_at, there.left_at) for there in entry.intervals.all())
    if row.intervals != known:
        Interval.objects.filter(entry=entry).delete()
        Interval.objects.bulk_create(
            [
                Interval(entry=entry, mode=line.mode, joined_at=joined, left_at=left)
                for joined, left in row.intervals
            ]
        )


def _change(
    entry: RosterEntry,
    verb: str,
    said_at: datetime | None,
    mode: str | None,
    by: User,
    now: datetime,
    *,
    correcting: bool,
) -> None:
    """Open an interval (`mode` given) or close the open one, if the sheet stays true with it."""
    access.require(by, Verb.ATTENDANCE_RECORD, entry.meeting, now=now)
    with transaction.atomic():
        meeting = lock_meeting(entry.meeting)
        not_signed(meeting, correcting=correcting)
        at = said_at or closed_on_paper(meeting) or _after_what_is_recorded(meeting, now)
        _has_come(meeting, said_at, now, coming=mode is not None)
        room = load_room(meeting)
        seated = next((there for there in room.entries if there.pk == entry.pk), None)
        if seated is None:
            raise Refused("not_on_roster", "This person has no seat at this meeting.", field="entry")
        before = row_of(seated)
        if mode is not None:
            require_promises([seated])
        times = _moved(seated, at, coming=mode is not None, until=meeting.closed_at)
        for_user = before.substitute_for if before else None
        rows = {other.user_id: row for other in room.entries if (row := row_of(other)) is not None}
        rows[seated.user_id] = _plain(seated, attendance.Status.PRESENT, times, for_user)
        stood_in = room.stand_in if mode is not None and seated == room.chair_seat else None
        if stood_in is not None:
            rows = attendance.taken_over(rows, seated.user_id)
        _require_true(room, rows, max(now, at))
        _move(seated, at, mode, by, now, until=meeting.closed_at)
        if stood_in is not None:
            ends_standing_in(seated)
            keep_leaders(room, stood_in, by, now)
        audit.record(
            verb=verb,
            by=by,
            at=now,
            subject_kind="meeting",
            subject=meeting.public_id,
            values={
                "person": str(seated.user.public_id),
                "when": at,
                "mode": mode,
                "takes_over_from": str(stood_in.user.public_id) if stood_in else None,
            },
        )


def _has_come(meeting: Meeting, said_at: datetime | None, now: datetime, *, coming: bool) -> None:
    """Refuse a time that has not come, and whoever comes before the day of the meeting."""
    if said_at is not None and said_at > now:
        raise Refused("later_than_now", "This time has not come yet. Check it.", field="at")
    early = attendance.not_the_day_yet(timezone.localdate(meeting.starts_at), timezone.localdate(now))
    if early and coming:
        raise Refused("not_the_day_yet", early, field="at")


def _after_what_is_recorded(meeting: Meeting, now: datetime) -> datetime:
    """“Now” of somebody who waited for the lock: never before a recommendation that was recorded in the meantime.

    Otherwise a member who goes in the same second would, on paper, have left before advice that counted them.
    """
    last = Recommendation.objects.filter(item__meeting=meeting).aggregate(at=Max("at"))["at"]
    return now if last is None or last < now else last + timedelta(microseconds=1)


def _moved(
    entry: RosterEntry, at: datetime, *, coming: bool, until: datetime | None
) -> tuple[rules.Interval, ...]:
    times = tuple((row.joined_at, row.left_at) for row in entry.intervals.all())
    still = [time for time in times if time[1] is None]
    if coming and still:
        raise Refused("there_already", f"{entry.user.name} is in the meeting already.", field="entry")
    if coming:
        return (*times, (at, until))
    if not still:
        raise Refused("not_there", f"{entry.user.name} is not in the meeting now.", field="entry")
    return tuple((joined, at if left is None else left) for joined, left in times)


def _move(
    entry: RosterEntry, at: datetime, mode: str | None, by: User, now: datetime, *, until: datetime | None
) -> None:
    if mode is None:
        Interval.objects.filter(entry=entry, left_at__isnull=True).update(left_at=at)
        return
    Interval.objects.create(entry=entry, mode=mode, joined_at=at, left_at=until)
    Attendance.objects.update_or_create(
        entry=entry,
        defaults={"status": Attendance.Status.PRESENT, "mode": mode, "recorded_at": now, "recorded_by": by},
    )


def _said(line: Line, row: attendance.AttendanceRow) -> dict[str, object]:
    for_seat = line.substitute_for if row.substitute_for is not None else None
    return {
        "person": str(line.entry.user.public_id),
        "status": str(line.status),
        "mode": str(line.mode),
        "substitute_for": str(for_seat.user.public_id) if for_seat else None,
        "times": [[joined, left] for joined, left in row.intervals],
    }
