"""The vice-chair: what the seat asks for and opens, and the chair that passes to it where the chair has not come."""

import datetime as dt

import pytest
import time_machine

from meetings.actions.attendance import Line, arrive, record_attendance
from meetings.actions.chairing import take_chair
from meetings.actions.circulation import circulate_minutes, comment_on_minutes
from meetings.actions.conflicts import declare_conflict, name_deputy
from meetings.actions.invitations import answer, invite_all
from meetings.actions.live import open_meeting, start_item
from meetings.actions.seats import seat
from meetings.models import AgendaItem, Attendance, Meeting, RosterEntry, Seat
from meetings.queries.finishing import words_to_confirm
from meetings.queries.room import load_room
from meetings.queries.seats import proposed_deputy
from meetings.queries.tray import chair_tray
from meetings.rules.attendance import Status
from meetings.rules.invitations import Said
from meetings.rules.quorum import ConflictKind
from panel.models import AuditEntry, User
from panel.platform import access
from panel.platform.policy import Refused, Role, Verb
from tests.make import make_agency, make_user
from tests.meetings.actions.test_finishing import KEY, finish
from tests.meetings.actions.test_minutes import prepare, stand_in_sheets
from tests.meetings.day import Day, advise, after, card_on, closed, make_day, refresh, sit_down
from tests.meetings.views.client import as_, words

pytestmark = pytest.mark.django_db


def with_vice_chair(items: int = 1, **config: object) -> tuple[Day, RosterEntry]:
    """A planned meeting with a vice-chair who holds the chair’s role and no other."""
    day = make_day(items, **config)
    user = make_user("Vera Vicechair", Role.CHAIR, agency=make_agency("education"))
    entry = seat(
        meeting=day.meeting, user=user, seat=Seat.VICE_CHAIR, by=day.clerk, now=after(day, -60 * 24 * 6)
    )
    return day, entry


def may(user: User, verb: Verb, obj: object, day: Day, minutes: int = 0) -> bool:
    return access.can(User.objects.get(pk=user.pk), verb, obj, now=after(day, minutes)).allowed


def test_seat_asks_for_the_chairs_role_and_votes() -> None:
    day, entry = with_vice_chair()
    assert (entry.voting, entry.get_seat_display()) == (True, "Vice-chair")
    member = make_user("May Member", Role.MEMBER)
    with pytest.raises(Refused) as no:
        seat(meeting=day.meeting, user=member, seat=Seat.VICE_CHAIR, by=day.clerk, now=after(day, -99))
    assert no.value.code == "not_a_member"
    sit_down(day)
    arrive(entry=entry, by=day.clerk, now=after(day, 0))
    result = load_room(day.meeting).quorum(day.items[0], after(day, 1))
    assert result.present == 8


def test_vice_chair_does_what_a_member_does_and_not_what_the_chair_does() -> None:
    day, entry = with_vice_chair()
    allowed = {Verb.MEETING_VIEW, Verb.INVITATION_ANSWER, Verb.CARD_ACKNOWLEDGE, Verb.CONFLICT_DECLARE}
    refused = {Verb.MEETING_RUN, Verb.ATTENDANCE_RECORD, Verb.MEETING_PLAN, Verb.AGENDA_EDIT}
    assert {verb for verb in allowed | refused if may(entry.user, verb, day.meeting, day)} == allowed
    item = AgendaItem.objects.select_related("case", "deputy_chair").get()
    of_item = {Verb.ITEM_VIEW, Verb.PREVIEW_GIVE, Verb.CONSENT_TAKE_OFF}
    of_chair = {Verb.ITEM_HEAR, Verb.ITEM_WRITE, Verb.RECOMMENDATION_RECORD, Verb.DECISION_VIEW}
    assert {verb for verb in of_item | of_chair if may(entry.user, verb, item, day)} == of_item
    assert set(Meeting.objects.visible_to(entry.user, after(day, 0))) == {day.meeting}
    declare_conflict(item=item, kind=ConflictKind.RELATIVE, by=entry.user, now=after(day, -5))
    assert may(entry.user, Verb.ITEM_VIEW, item, day) is False


def test_vice_chair_finds_the_meeting_on_the_home_page_and_nothing_of_the_chairs() -> None:
    day, entry = with_vice_chair()
    tray = chair_tray(entry.user, after(day, 0))
    (line,) = tray.meetings
    assert (line.meeting, line.chair, line.vice_chair) == (day.meeting, "Charlie Chair", "Vera Vicechair")
    assert (tray.need_deputy, tray.to_sign) == ((), ())


def test_vice_chair_is_proposed_as_deputy_and_leads_once_named() -> None:
    day, entry = with_vice_chair(required_seats=["chair", "educational_psychologist"])
    declare_conflict(item=day.items[0], kind=ConflictKind.RELATIVE, by=day.chair, now=after(day, -9))
    assert proposed_deputy(day.items[0]) == entry
    # The home page asks until somebody is named.
    assert [one.number for one in chair_tray(day.chair, after(day, -8)).need_deputy] == [1]
    assert load_room(day.meeting).foreseen(day.items[0]).quorate is True
    sit_down(day)
    arrive(entry=entry, by=day.clerk, now=after(day, 0))
    open_meeting(meeting=day.meeting, card=card_on(after(day, 0)), by=day.chair, now=after(day, 0))
    refresh(day)
    start_item(item=day.items[0], by=day.clerk, now=after(day, 1))
    refresh(day)
    assert load_room(day.meeting).quorum(day.items[0], after(day, 2)).missing_seats == ("chair",)
    name_deputy(item=day.items[0], entry=entry, by=day.clerk, now=after(day, 2))
    refresh(day)
    assert chair_tray(day.chair, after(day, 3)).need_deputy == ()
    assert advise(day, day.items[0], by=entry.user).by == entry.user


def test_vice_chair_with_a_conflict_or_without_a_vote_is_not_proposed() -> None:
    day, entry = with_vice_chair(2)
    declare_conflict(item=day.items[0], kind=ConflictKind.RELATIVE, by=entry.user, now=after(day, -9))
    assert (proposed_deputy(day.items[0]), proposed_deputy(day.items[1])) == (None, entry)
    RosterEntry.objects.filter(pk=entry.pk).update(voting=False)
    assert proposed_deputy(day.items[1]) is None


def test_vice_chair_takes_the_chair_in_one_step() -> None:
    day, entry = with_vice_chair()
    with pytest.raises(Refused) as no:
        open_meeting(meeting=day.meeting, card=card_on(after(day, 0)), by=day.clerk, now=after(day, 0))
    assert no.value.code == "no_chair"
    take_chair(entry=entry, by=day.clerk, now=after(day, 0))
    take_chair(entry=entry, by=day.clerk, now=after(day, 1))
    sheet = Attendance.objects.order_by("entry").values_list("entry__user__name", "status")
    assert list(sheet) == [("Charlie Chair", "absent"), ("Vera Vicechair", "present")]
    assert AuditEntry.objects.filter(verb="attendance.record").count() == 1
    assert may(entry.user, Verb.MEETING_RUN, day.meeting, day) is True
    open_meeting(meeting=day.meeting, card=card_on(after(day, 2)), by=entry.user, now=after(day, 2))
    room = load_room(Meeting.objects.select_related("config").get())
    assert (room.chair, room.stand_by) == (entry, None)


def test_draft_minutes_are_on_the_home_page_of_a_vice_chair_who_is_no_member() -> None:
    day, entry = with_vice_chair(comment_days=2)
    sit_down(day)
    arrive(entry=entry, by=day.clerk, now=after(day, 0))
    open_meeting(meeting=day.meeting, card=card_on(after(day, 0)), by=day.chair, now=after(day, 0))
    refresh(day)
    start_item(item=day.items[0], by=day.chair, now=after(day, 1))
    refresh(day)
    advise(day, day.items[0])
    closed(day)
    minutes = prepare(day)
    stand_in_sheets(minutes)
    until_on = after(day, 105).date() + dt.timedelta(days=2)
    circulation = circulate_minutes(minutes=minutes, until_on=until_on, by=day.clerk, now=after(day, 105))
    with time_machine.travel(after(day, 106)):
        page = words(as_(entry.user).get("/"))
        assert "Draft minutes to check" in page
        comment_on_minutes(circulation=circulation, by=entry.user, now=after(day, 106))
        assert "Draft minutes to check" not in words(as_(entry.user).get("/"))


def test_whoever_took_the_chair_confirms_what_the_clerk_finished() -> None:
    day, entry = with_vice_chair()
    sit_down(day, day.chair)
    take_chair(entry=entry, by=day.clerk, now=after(day, 0))
    open_meeting(meeting=day.meeting, card=card_on(after(day, 0)), by=entry.user, now=after(day, 0))
    refresh(day)
    start_item(item=day.items[0], by=entry.user, now=after(day, 1))
    refresh(day)
    advise(day, day.items[0], reasons=KEY, by=entry.user)
    finish(day)
    assert [one.pk for one in words_to_confirm(entry.user, after(day, 80))] == [day.items[0].pk]
    assert words_to_confirm(day.chair, after(day, 80)) == ()


def test_what_was_said_of_the_chair_stands() -> None:
    day, entry = with_vice_chair()
    arrive(entry=entry, at=after(day, -10), mode="video", by=day.clerk, now=after(day, -9))
    lines = [Line(day.entry(day.chair), Status.WRITTEN_VIEW, written_view="Assess, if the head agrees.")]
    record_attendance(meeting=day.meeting, lines=lines, by=day.clerk, now=after(day, -8))
    take_chair(entry=entry, by=day.clerk, now=after(day, 0))
    sheet = Attendance.objects.order_by("entry").values_list("status", "mode", "substitute_for__seat")
    assert list(sheet) == [("written_view", "room", None), ("present", "video", "chair")]
    assert [row.joined_at for row in entry.intervals.all()] == [after(day, -10)]


def test_chair_who_answered_no_has_sent_apologies() -> None:
    day, entry = with_vice_chair()
    invite_all(meeting=day.meeting, by=day.clerk, now=after(day, -60 * 24 * 5))
    answer(meeting=day.meeting, said=Said.CANNOT, by=day.chair, now=after(day, -60 * 24 * 4))
    take_chair(entry=entry, by=day.clerk, now=after(day, 0))
    assert day.entry(day.chair).attendance.status == Attendance.Status.APOLOGIES


def test_chair_is_not_taken_from_anybody() -> None:
    day, entry = with_vice_chair()

    def code(who: RosterEntry, by: User, minutes: int = 0) -> str:
        with pytest.raises(Refused) as no:
            take_chair(entry=who, by=by, now=after(day, minutes))
        return no.value.code

    assert code(day.entry(day.vice), day.clerk) == "cannot_take_chair"
    assert code(entry, entry.user) == "not_allowed"
    assert code(entry, day.clerk, -60 * 24 * 2) == "not_the_day_yet"
    arrive(entry=day.entry(day.chair), by=day.clerk, now=after(day, 1))
    assert code(entry, day.clerk, 2) == "cannot_take_chair"
    day.meeting.refresh_from_db()
    assert not Attendance.objects.filter(substitute_for__isnull=False).exists()


def test_vice_chair_who_sent_apologies_takes_no_chair() -> None:
    day, entry = with_vice_chair()
    lines = [Line(entry, Status.APOLOGIES)]
    record_attendance(meeting=day.meeting, lines=lines, by=day.clerk, now=after(day, -9))
    assert load_room(day.meeting).stand_by is None
