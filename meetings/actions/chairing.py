"""The chair of a meeting passes to its vice-chair where the chair has not come."""

from datetime import datetime

from django.db import transaction

from meetings.actions.attendance import Line, record_attendance
from meetings.actions.locks import lock_meeting
from meetings.models import Attendance, RosterEntry
from meetings.queries.room import attendance_of, cannot_come, load_room
from meetings.rules.attendance import Status
from panel.models import User
from panel.platform import access
from panel.platform.policy import Refused, Verb


def take_chair(*, entry: RosterEntry, by: User, now: datetime) -> None:
    """The vice-chair stands in for a chair who has not come to a planned meeting: two lines of the attendance sheet in one step.

    The vice-chair is there from now, or since they came. Of the chair stands what was said, else apologies where that was the
    answer to the invitation, else that they are absent. The same twice is one. Refused: `cannot_take_chair`, and what
    `record_attendance` refuses. Audits `attendance.record`.
    """
    access.require(by, Verb.ATTENDANCE_RECORD, entry.meeting, now=now)
    with transaction.atomic():
        room = load_room(lock_meeting(entry.meeting))
        chair, vice_chair = room.chair, room.stand_by
        if chair == entry:
            return
        if chair is None or vice_chair != entry:
            raise Refused(
                "cannot_take_chair",
                "The chair passes to the vice-chair before the meeting is opened, while the chair has not come and nobody stands"
                " in. Later, name a deputy for each item.",
            )
        said = attendance_of(vice_chair)
        mode = said.mode if said else Attendance.Mode.ROOM
        lines = [Line(vice_chair, Status.PRESENT, mode=mode, substitute_for=chair)]
        if attendance_of(chair) is None:
            away = Status.APOLOGIES if cannot_come(room.answers.get(chair.user_id)) else Status.ABSENT
            lines.append(Line(chair, away))
        record_attendance(meeting=room.meeting, lines=lines, by=by, now=now)
