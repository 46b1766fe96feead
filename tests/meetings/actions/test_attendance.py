import datetime as dt

import pytest

from meetings.actions.attendance import Line, arrive, except_from_item, leave, record_attendance, return_
from meetings.actions.live import close_meeting
from meetings.actions.plan import plan_meeting
from meetings.actions.seats import seat
from meetings.models import Attendance, Interval, ItemAttendance, Meeting, Seat
from meetings.queries.room import load_room
from meetings.rules.attendance import Status
from panel.platform.policy import Refused, Role
from tests.make import make_agency, make_user
from tests.meetings.day import advise, after, begin, make_day, sit_down

pytestmark = pytest.mark.django_db


def record(day, *lines: Line, by=None, minutes: int = 0) -> None:
    record_attendance(meeting=day.meeting, lines=lines, by=by or day.clerk, now=after(day, minutes))


def refused(call, *args, **fields) -> tuple[str, str | None]:
    before = list(Interval.objects.values_list("pk", "left_at")), Attendance.objects.count()
    with pytest.raises(Refused) as no:
        call(*args, **fields)
    assert (list(Interval.objects.values_list("pk", "left_at")), Attendance.objects.count()) == before
    return no.value.code, no.value.field


def times(day, user) -> list[tuple[dt.datetime, dt.datetime | None]]:
    return list(Interval.objects.filter(entry=day.entry(user)).values_list("joined_at", "left_at"))


def test_sheet_is_entered_once_for_the_meeting() -> None:
    day = make_day(0)
    record(
        day,
        Line(day.entry(day.chair), Status.PRESENT),
        Line(day.entry(day.nurse), Status.WRITTEN_VIEW, written_view="I support an assessment."),
        Line(day.entry(day.head), Status.APOLOGIES),
        Line(day.entry(day.social), Status.PRESENT, mode="video"),
    )
    assert times(day, day.chair) == [(after(day, 0), None)]
    assert times(day, day.nurse) == times(day, day.head) == []
    assert [
        (a.entry.user.name, a.status, a.mode, a.written_view) for a in Attendance.objects.order_by("pk")
    ] == [
        ("Charlie Chair", "present", "room", ""),
        ("Nia Nurse", "written_view", "room", "I support an assessment."),
        ("Hetty Head", "apologies", "room", ""),
        ("Sol Worker", "present", "video", ""),
    ]


def test_sheet_can_be_mended() -> None:
    day = make_day(0)
    record(day, Line(day.entry(day.nurse), Status.PRESENT))
    record(day, Line(day.entry(day.nurse), Status.APOLOGIES), minutes=1)
    assert (times(day, day.nurse), Attendance.objects.get().status) == ([], "apologies")


def test_present_with_apologies_is_refused() -> None:
    day = make_day(0)
    line = Line(day.entry(day.nurse), Status.APOLOGIES, times=((after(day, 0), None),))
    assert refused(record, day, line) == ("present_and_away", "status")


def test_leaving_before_arriving_is_refused() -> None:
    day = make_day(0)
    line = Line(day.entry(day.nurse), Status.PRESENT, times=((after(day, 9), after(day, 5)),))
    assert refused(record, day, line) == ("leaves_first", "intervals")


def test_two_meetings_at_once_are_refused() -> None:
    day = make_day(0)
    sit_down(day)
    day.meeting = plan_meeting(
        panel_type=day.panel_type,
        starts_at=after(day, 10),
        ends_at=after(day, 70),
        venue="Room 2",
        by=day.clerk,
        now=after(day, -99),
    ).meeting
    assert refused(record, day, Line(day.entry(day.nurse), Status.PRESENT))[0] == "two_meetings"


def test_somebody_from_another_meeting_is_not_on_the_sheet() -> None:
    day = make_day(0)
    entry = day.entry(day.nurse)
    other = Meeting.objects.exclude(pk=day.meeting.pk)
    assert not other.exists()
    elsewhere = plan_meeting(
        panel_type=day.panel_type,
        starts_at=after(day, 999),
        ends_at=after(day, 1099),
        venue="Room 2",
        by=day.clerk,
        now=after(day, -99),
    ).meeting
    with pytest.raises(Refused) as no:
        record_attendance(
            meeting=elsewhere, lines=[Line(entry, Status.PRESENT)], by=day.clerk, now=after(day, 0)
        )
    assert no.value.code == "not_on_roster"


def test_substitute_for_the_chair_holds_the_chair() -> None:
    day = make_day()
    record(
        day,
        Line(day.entry(day.chair), Status.SUBSTITUTED),
        Line(day.entry(day.vice), Status.PRESENT, substitute_for=day.entry(day.chair)),
    )
    assert load_room(day.meeting).chair == day.entry(day.vice)


def test_substitute_and_the_member_they_stand_in_for_are_not_both_there() -> None:
    day = make_day(0)
    substitute = make_user("Sue Substitute", Role.MEMBER, agency=make_agency("health"))
    seat(meeting=day.meeting, user=substitute, seat=Seat.HEALTH, by=day.clerk, now=after(day, -9))
    lines = [
        Line(day.entry(day.nurse), Status.PRESENT),
        Line(day.entry(substitute), Status.PRESENT, substitute_for=day.entry(day.nurse)),
    ]
    assert refused(record, day, *lines)[0] == "both_present"


def test_people_come_go_and_come_back() -> None:
    day = make_day()
    begin(day, day.nurse)
    entry = day.entry(day.nurse)
    arrive(entry=entry, by=day.clerk, now=after(day, 5), mode="video")
    leave(entry=entry, by=day.clerk, now=after(day, 10))
    return_(entry=entry, at=after(day, 15), by=day.chair, now=after(day, 20))
    assert times(day, day.nurse) == [(after(day, 5), after(day, 10)), (after(day, 15), None)]
    assert Attendance.objects.get(entry=entry).status == "present"


def test_quorum_follows_attendance_at_once() -> None:
    day = begin(make_day(minimum_total=7))
    item = day.items[0]
    assert load_room(day.meeting).quorum(item, after(day, 2)).quorate is True
    leave(entry=day.entry(day.nurse), by=day.clerk, now=after(day, 3))
    result = load_room(day.meeting).quorum(item, after(day, 4))
    assert (result.quorate, result.present, result.could_restore) == (False, 6, (day.nurse.pk,))


def test_times_that_cannot_be_are_refused() -> None:
    day = begin(make_day())
    entry = day.entry(day.nurse)
    values = {"entry": entry, "by": day.clerk}
    assert [
        refused(arrive, **values, now=after(day, 5))[0],
        refused(leave, **values, at=after(day, 9), now=after(day, 5))[0],
    ] == ["there_already", "later_than_now"]
    leave(**values, now=after(day, 5))
    assert refused(leave, **values, now=after(day, 6))[0] == "not_there"
    assert refused(return_, **values, at=after(day, 3), now=after(day, 6))[0] == "overlaps"


@pytest.mark.parametrize("who", ["nurse", "officer", "vice"])
def test_attendance_is_the_clerks_and_the_chairs(who: str) -> None:
    day = make_day(0)
    by = getattr(day, who)
    assert refused(record, day, Line(day.entry(day.head), Status.PRESENT), by=by)[0] == "not_allowed"
    record(day, Line(day.entry(day.head), Status.PRESENT), by=day.chair)


def test_exception_counts_for_its_item_only() -> None:
    day = begin(make_day(2))
    one, two = day.items
    except_from_item(item=one, entry=day.entry(day.nurse), present=False, by=day.clerk, now=after(day, 2))
    room = load_room(day.meeting)
    assert (room.quorum(one, after(day, 3)).present, room.quorum(two, after(day, 3)).present) == (6, 7)
    except_from_item(item=one, entry=day.entry(day.nurse), present=None, by=day.clerk, now=after(day, 4))
    assert not ItemAttendance.objects.exists()


def test_somebody_can_come_for_one_item_alone() -> None:
    day = make_day()
    begin(day, day.nurse)
    except_from_item(
        item=day.items[0], entry=day.entry(day.nurse), present=True, by=day.clerk, now=after(day, 2)
    )
    assert load_room(day.meeting).quorum(day.items[0], after(day, 3)).present == 7


def test_time_that_has_not_come_is_refused_and_the_meeting_can_be_closed() -> None:
    day = begin(make_day(items=0))
    line = Line(day.entry(day.nurse), Status.PRESENT, times=((after(day, 90), None),))
    assert refused(record, day, line, minutes=30) == ("later_than_now", "intervals")
    closed = close_meeting(meeting=day.meeting, by=day.chair, now=after(day, 60))
    assert closed.closed_at == after(day, 60)


def test_leaving_now_is_never_before_advice_recorded_while_the_clerk_waited() -> None:
    """The clerk pressed before the chair, but the chair's record came first under the lock."""
    day = begin(make_day())
    advice = advise(day, day.items[0], now=after(day, 5))
    leave(entry=day.entry(day.psychologist), by=day.clerk, now=after(day, 4))
    left_at = day.entry(day.psychologist).intervals.get().left_at
    assert left_at == advice.at + dt.timedelta(microseconds=1)
