"""A chair who comes after the vice-chair has opened the meeting: the chair passes on, and what was led before stays as it was led."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from meetings.actions.attendance import Line, arrive, leave, record_attendance
from meetings.actions.chairing import take_chair
from meetings.actions.conflicts import declare_conflict
from meetings.actions.correct import correct_recommendation
from meetings.actions.dissents import put_dissent_right
from meetings.actions.live import open_meeting, start_item
from meetings.models import Attendance, Conflict, Interval, RosterEntry
from meetings.queries.finishing import words_to_confirm
from meetings.queries.quorum import lost_quorums
from meetings.queries.room import load_room
from meetings.queries.sheets import freeze
from meetings.queries.sign_offs import led_by_deputies
from meetings.rules.attendance import Status
from meetings.rules.quorum import ConflictKind
from panel.actions.access import deny
from panel.models import AuditEntry, User
from panel.platform import access
from panel.platform.policy import Refused, Verb
from tests.meetings.actions.test_chairing import with_vice_chair
from tests.meetings.actions.test_correct import LIMBS
from tests.meetings.actions.test_finishing import KEY, finish
from tests.meetings.actions.test_minutes import prepare, stand_in_sheets
from tests.meetings.day import REASONS, Day, advise, after, card_on, closed, make_day, refresh, sit_down
from tests.meetings.signed import code
from tests.meetings.views.client import as_, this_morning, words
from tests.meetings.views.test_vice_chair import vice_chair_of

pytestmark = pytest.mark.django_db


def led_by_vice_chair(day: Day, entry: RosterEntry, **said: object) -> None:
    """The chair is absent, the vice-chair opens the meeting, and item 1 is heard and recorded by her at minute 10."""
    sit_down(day, day.chair)
    take_chair(entry=entry, by=day.clerk, now=after(day, 0))
    open_meeting(meeting=day.meeting, card=card_on(after(day, 0)), by=entry.user, now=after(day, 0))
    refresh(day)
    start_item(item=day.items[0], by=entry.user, now=after(day, 1))
    refresh(day)
    advise(day, day.items[0], by=entry.user, now=after(day, 10), **said)
    refresh(day)


def chairless(items: int = 2, **said: object) -> tuple[Day, RosterEntry]:
    day, entry = with_vice_chair(items, required_seats=["chair"])
    led_by_vice_chair(day, entry, **said)
    return day, entry


def sheet(day: Day) -> list[tuple[str, str, str | None, list[int]]]:
    """Of the chair and the vice-chair: name, status, whose seat they fill, and the minutes at which they came."""
    rows = Attendance.objects.filter(entry__seat__in=("chair", "vice_chair")).order_by("entry")
    return [
        (
            row.entry.user.name.split()[0],
            row.status,
            row.substitute_for and row.substitute_for.seat,
            [int((one.joined_at - after(day, 0)).total_seconds() // 60) for one in row.entry.intervals.all()],
        )
        for row in rows
    ]


def holder(day: Day) -> RosterEntry | None:
    return load_room(day.meeting).chair


def allowed(user: User, item: object, day: Day, minutes: int = 80) -> bool:
    found = User.objects.get(pk=user.pk)
    return access.can(found, Verb.RECOMMENDATION_RECORD, item, now=after(day, minutes)).allowed


def test_chair_who_comes_late_holds_the_chair_from_then_and_the_vice_chair_stays() -> None:
    day, _ = chairless()
    arrive(entry=day.entry(day.chair), by=day.clerk, now=after(day, 17))
    assert sheet(day) == [("Charlie", "present", None, [17]), ("Vera", "present", None, [0])]
    assert holder(day) == day.entry(day.chair)
    start_item(item=day.items[1], by=day.chair, now=after(day, 20))
    refresh(day)
    assert advise(day, day.items[1], now=after(day, 30)).quorum["present"] == 8
    assert AuditEntry.objects.filter(verb="attendance.arrive").count() == 1


@pytest.mark.parametrize("at", [0, 5, 12])
def test_chair_came_earlier_than_it_was_noted(at: int) -> None:
    day, entry = chairless()
    arrive(entry=day.entry(day.chair), at=after(day, at), by=day.clerk, now=after(day, 17))
    assert sheet(day)[0] == ("Charlie", "present", None, [at])
    refresh(day)
    assert load_room(day.meeting).leader(day.items[0]) == entry


def test_vice_chair_who_left_before_the_chair_came_can_come_back() -> None:
    day, entry = chairless()
    leave(entry=entry, by=day.clerk, now=after(day, 15))
    arrive(entry=day.entry(day.chair), by=day.clerk, now=after(day, 17))
    arrive(entry=entry, by=day.clerk, now=after(day, 19))
    assert sheet(day) == [("Charlie", "present", None, [17]), ("Vera", "present", None, [0, 19])]
    assert holder(day) == day.entry(day.chair)


@pytest.mark.parametrize("stands_in", [True, False])
def test_attendance_sheet_lets_the_chair_come_now_and_never_at_the_opening(*, stands_in: bool) -> None:
    day, entry = chairless()
    chair = day.entry(day.chair)
    lines = [
        Line(chair, Status.PRESENT),
        Line(entry, Status.PRESENT, substitute_for=chair if stands_in else None),
    ]
    record_attendance(meeting=day.meeting, lines=lines, by=day.clerk, now=after(day, 17))
    assert sheet(day) == [("Charlie", "present", None, [17]), ("Vera", "present", None, [0])]
    refresh(day)
    assert (holder(day), day.items[0].deputy_chair) == (chair, entry)


def test_sheet_saved_again_leaves_the_stand_in_where_the_chair_has_gone() -> None:
    day, entry = chairless()
    chair = day.entry(day.chair)
    times = ((after(day, -9), after(day, -5)),)
    lines = [Line(chair, Status.PRESENT, times=times), Line(entry, Status.PRESENT, substitute_for=chair)]
    Interval.objects.filter(entry=entry).update(joined_at=after(day, -4))
    day.meeting.opened_at = after(day, -10)
    day.meeting.save(update_fields=["opened_at"])
    record_attendance(meeting=day.meeting, lines=lines, by=day.clerk, now=after(day, 17))
    again = [Line(chair, Status.PRESENT), Line(entry, Status.PRESENT, substitute_for=chair)]
    record_attendance(meeting=day.meeting, lines=again, by=day.clerk, now=after(day, 18))
    assert holder(day) == entry


def test_after_the_meeting_the_sheet_asks_when_the_chair_came() -> None:
    day, entry = chairless(1)
    leave(entry=entry, by=day.clerk, now=after(day, 20))
    day.meeting.state, day.meeting.closed_at = "closed", after(day, 60)
    day.meeting.save(update_fields=["state", "closed_at"])
    chair = day.entry(day.chair)
    found = {"meeting": day.meeting, "lines": [Line(chair, Status.PRESENT)], "by": day.clerk}
    assert code(record_attendance, **found, now=after(day, 70)) == "no_arrival"
    arrive(entry=chair, at=after(day, 25), by=day.clerk, now=after(day, 71))
    assert [(one.joined_at, one.left_at) for one in chair.intervals.all()] == [
        (after(day, 25), after(day, 60))
    ]


def test_item_in_discussion_is_led_to_its_end_by_whoever_took_it_up() -> None:
    day, entry = chairless()
    start_item(item=day.items[1], by=entry.user, now=after(day, 12))
    arrive(entry=day.entry(day.chair), by=day.clerk, now=after(day, 17))
    refresh(day)
    with pytest.raises(Refused) as no:
        advise(day, day.items[1], now=after(day, 20))
    assert no.value.code == "not_the_chair"
    assert advise(day, day.items[1], by=entry.user, now=after(day, 21)).quorum["quorate"] is True


def test_item_whose_leader_has_left_is_the_chairs() -> None:
    day, entry = chairless()
    start_item(item=day.items[1], by=entry.user, now=after(day, 12))
    leave(entry=entry, by=day.clerk, now=after(day, 15))
    arrive(entry=day.entry(day.chair), by=day.clerk, now=after(day, 17))
    refresh(day)
    assert [item.deputy_chair for item in day.items] == [entry, None]


def test_item_on_which_the_vice_chair_has_a_conflict_is_the_chairs() -> None:
    day, entry = chairless()
    start_item(item=day.items[1], by=day.clerk, now=after(day, 12))
    declare_conflict(item=day.items[1], kind=ConflictKind.RELATIVE, by=entry.user, now=after(day, 13))
    arrive(entry=day.entry(day.chair), by=day.clerk, now=after(day, 13))
    refresh(day)
    assert [item.deputy_chair for item in day.items] == [entry, None]


def test_what_was_recorded_stays_with_whoever_recorded_it() -> None:
    day, entry = chairless(1, reasons=KEY)
    arrive(entry=day.entry(day.chair), by=day.clerk, now=after(day, 17))
    refresh(day)
    item = day.items[0]
    finish(day)
    assert [one.pk for one in words_to_confirm(entry.user, after(day, 80))] == [item.pk]
    assert words_to_confirm(day.chair, after(day, 80)) == ()
    confirm = {"item": item, "limbs": LIMBS, "reasons": REASONS, "now": after(day, 80)}
    dissent = {"item": item, "entry": day.entry(day.nurse), "text": "Too early.", "because": "Missed."}
    assert code(correct_recommendation, **confirm, by=day.chair) == "not_the_chair"
    assert code(put_dissent_right, **dissent, by=day.chair, now=after(day, 81)) == "not_the_chair"
    assert correct_recommendation(**confirm, by=entry.user).by == entry.user
    assert put_dissent_right(**dissent, by=entry.user, now=after(day, 81)).by == entry.user


def test_recorder_reaches_the_record_without_being_named_and_nobody_else_does() -> None:
    day, entry = chairless(1)
    arrive(entry=day.entry(day.chair), by=day.clerk, now=after(day, 17))
    item = day.items[0]
    item.deputy_chair = None
    item.save(update_fields=["deputy_chair"])
    refresh(day)
    item = day.items[0]
    assert (allowed(entry.user, item, day), allowed(day.vice, item, day)) == (True, False)
    deny(case=item.case, user=entry.user, source="recusal", by=day.clerk, now=after(day, 79))
    assert allowed(entry.user, item, day) is False


def test_recorder_whose_vote_a_conflict_takes_puts_nothing_right() -> None:
    day, entry = chairless(1)
    arrive(entry=day.entry(day.chair), by=day.clerk, now=after(day, 17))
    refresh(day)
    Conflict.objects.create(
        item=day.items[0],
        entry=entry,
        kind="own_paper",
        source="automatic",
        effect="no_vote",
        recorded_at=after(day, 20),
        recorded_by=day.clerk,
    )
    confirm = {"item": day.items[0], "limbs": LIMBS, "reasons": REASONS, "because": "Better words."}
    assert code(correct_recommendation, **confirm, by=entry.user, now=after(day, 80)) == "recused"


def test_quorum_of_the_advice_counts_whoever_led_it() -> None:
    day, _ = chairless()
    arrive(entry=day.entry(day.chair), by=day.clerk, now=after(day, 17))
    assert lost_quorums(load_room(day.meeting)) == ()


def test_minutes_say_who_led_what_and_from_when() -> None:
    day, entry = chairless()
    arrive(entry=day.entry(day.chair), by=day.clerk, now=after(day, 17))
    start_item(item=day.items[1], by=day.chair, now=after(day, 20))
    refresh(day)
    advise(day, day.items[1], now=after(day, 30))
    frozen = freeze(closed(day).meeting, version=1, correction="", by=day.clerk)
    came = timezone.localtime(after(day, 17))
    assert frozen.meeting.chair == (
        f"Charlie Chair, from {came:%H:%M}; before that Vera Vicechair, in the chair’s place"
    )
    (chair,) = [one for one in frozen.meeting.attendees if one.name == "Charlie Chair"]
    assert (chair.times, chair.substitute_for) == (((after(day, 17), after(day, 60)),), "")
    first, second = (one for _, one in frozen.items)
    assert [one.recommendation.chair for one in (first, second) if one.recommendation] == [
        entry.user.name,
        day.chair.name,
    ]
    there = [{one.name for one in each.in_the_room} for each in (first, second)]
    assert [day.chair.name in names for names in there] == [False, True]
    assert [entry.user.name in names for names in there] == [True, True]


def test_meeting_whose_chair_was_there_names_the_chair_alone() -> None:
    day = make_day(1)
    sit_down(day)
    open_meeting(meeting=day.meeting, card=card_on(after(day, 0)), by=day.chair, now=after(day, 0))
    refresh(day)
    start_item(item=day.items[0], by=day.chair, now=after(day, 1))
    refresh(day)
    advise(day, day.items[0])
    assert (
        freeze(closed(day).meeting, version=1, correction="", by=day.clerk).meeting.chair == "Charlie Chair"
    )


def test_vice_chair_signs_off_the_sheet_of_a_late_chair_with_a_conflict() -> None:
    day, entry = with_vice_chair(1)
    declare_conflict(item=day.items[0], kind=ConflictKind.RELATIVE, by=day.chair, now=after(day, -9))
    led_by_vice_chair(day, entry)
    arrive(entry=day.entry(day.chair), by=day.clerk, now=after(day, 17))
    closed(day)
    stand_in_sheets(prepare(day))
    assert [one.item.deputy_chair for one in led_by_deputies()] == [entry]


def test_first_story_by_screen() -> None:
    day = make_day(2, at=this_morning())
    entry = vice_chair_of(day)
    led_by_vice_chair(day, entry, reasons=KEY)
    clerk, chair = as_(day.clerk), day.entry(day.chair)
    here = clerk.post(reverse("attendance.arrive", args=[chair.public_id]), {"now": "1", "mode": "room"})
    assert here.status_code == 302
    chair.refresh_from_db()
    assert (holder(day), chair.intervals.get().joined_at > after(day, 29)) == (chair, True)
    refresh(day)
    item = day.items[0]
    page = words(clerk.get(reverse("item.view", args=[item.public_id])))
    assert "Vera Vicechair , here, leads Vice-chair" in page
    assert "Charlie Chair , here, leads" not in page
    finish(day, now=timezone.now())
    to_finish = words(clerk.get(reverse("recommendation.finish", args=[item.public_id])))
    assert "Vera Vicechair confirms it" in to_finish
    url = reverse("recommendation.correct", args=[item.public_id])
    assert as_(entry.user).get(url).status_code == 200
    assert "Read and confirm the words" in words(
        as_(entry.user).get(reverse("item.view", args=[item.public_id]))
    )
    assert "Read and confirm the words" not in words(
        as_(day.chair).get(reverse("item.view", args=[item.public_id]))
    )


def test_second_story_by_screen() -> None:
    day = make_day(1, at=this_morning())
    entry = vice_chair_of(day)
    led_by_vice_chair(day, entry)
    clerk, chair = as_(day.clerk), day.entry(day.chair)
    for verb, seat in (("leave", entry), ("arrive", chair), ("arrive", entry)):
        pressed = {"now": "1"} if verb == "leave" else {"now": "1", "mode": "room"}
        answer = clerk.post(reverse(f"attendance.{verb}", args=[seat.public_id]), pressed)
        assert answer.status_code == 302, words(answer)
    page = words(clerk.get(reverse("meeting.view", args=[day.meeting.public_id])))
    assert ("Charlie Chair Chair Chair" in page, "Vera Vicechair Chair" in page) == (True, False)


def test_sheet_by_screen_after_the_meeting_leads_to_when_the_chair_came() -> None:
    day = make_day(1, at=this_morning() - dt.timedelta(hours=1))
    led_by_vice_chair(day, vice_chair_of(day))
    closed(day)
    chair, clerk = day.entry(day.chair), as_(day.clerk)
    url = reverse("attendance.arrive", args=[chair.public_id])
    assert url in clerk.get(reverse("attendance.record", args=[day.meeting.public_id])).content.decode()
    page = words(clerk.get(url))
    assert "The meeting has ended: enter the time." in page
    assert "Vera Vicechair stands in for the chair until then" in page
    came = timezone.localtime(after(day, 20))
    assert clerk.post(url, {"at": f"{came:%H:%M}", "mode": "room"}).status_code == 302
    assert (chair.intervals.get().joined_at, chair.intervals.get().left_at) == (
        came.replace(second=0),
        day.meeting.closed_at,
    )
