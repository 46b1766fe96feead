"""What the officer sent back after the meeting is in sight of clerk and officer until a panel has it again."""

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from meetings.actions.live import close_meeting
from meetings.actions.officer import send_back
from meetings.models import AgendaItem, Deferral, Meeting, RosterEntry
from meetings.queries.sent_back import asked_to_look_again, unheard
from meetings.queries.tray import clerk_meetings
from meetings.rules.states import ItemState, MeetingState
from panel.law.clock import latest_safe_panel_for
from panel.law.legal import Stage
from panel.law.words import in_words
from panel.models import Case, CaseState, Denial
from panel.platform.policy import Role
from panel.queries.clocks import stage_due_of
from tests.make import make_user
from tests.meetings.actions.test_defer import later
from tests.meetings.day import Day, advise, after, begin, heard, make_day, refresh
from tests.meetings.views.client import as_, this_morning, words

pytestmark = pytest.mark.django_db
WHY = "The hearing test of last week was not among the papers"


def sent(**config: Any) -> Day:
    """The panel has advised, its meeting is closed, and the officer asks it to look again."""
    day = make_day(**config)
    heard(day)
    close_meeting(meeting=day.meeting, by=day.chair, now=after(day, 15))
    send_back(item=day.items[0], because=WHY, by=day.officer, now=after(day, 20))
    refresh(day)
    return day


def waits(day: Day) -> bool:
    now = after(day, 30)
    found = [one.case for one in unheard(day.clerk, now)]
    return found == [day.items[0].case]


def again(day: Day, state: str = ItemState.LISTED) -> AgendaItem:
    """The question at the panel of next week."""
    meeting = later(day, 7)
    return AgendaItem.objects.create(
        meeting=meeting, case=day.items[0].case, stage=Stage.ASSESS, position=1, minutes=20, state=state
    )


def test_question_waits_until_a_list_has_it_and_again_if_that_panel_does_not_meet() -> None:
    day = sent()
    assert waits(day)
    item = again(day)
    assert not waits(day)
    Meeting.objects.filter(pk=item.meeting_id).update(state=MeetingState.CANCELLED)
    assert waits(day)


@pytest.mark.parametrize(
    ("state", "still"), [("recommended", False), ("deferred", False), ("withdrawn", True)]
)
def test_what_a_later_panel_advised_or_put_off_waits_elsewhere(state: str, *, still: bool) -> None:
    day = sent()
    again(day, state)
    assert waits(day) is still


def test_question_that_is_answered_waits_no_more() -> None:
    day = sent()
    Case.objects.filter(pk=day.items[0].case_id).update(state=CaseState.ASSESSING)
    assert not waits(day)


def test_only_what_is_open_to_a_reader_is_shown_with_its_last_safe_day() -> None:
    day = sent()
    case = day.items[0].case
    (one,) = unheard(day.officer, after(day, 30))
    assert one.latest_panel_on == latest_safe_panel_for(stage_due_of(case, Stage.ASSESS))
    Denial.objects.create(case=case, user=day.officer, source="test", since=after(day, 1))
    assert unheard(day.officer, after(day, 30)) == ()


def test_clerk_and_officer_find_it_on_their_first_page_and_the_list_marks_it() -> None:
    day = sent(at=this_morning())
    case = day.items[0].case
    due = in_words(stage_due_of(case, Stage.ASSESS))
    said = f"{case.reference} , {case.child.full_name}, whether to assess: the family is to be told by {due}, last safe panel"
    for who in (day.clerk, day.officer):
        home = words(as_(who).get(reverse("home.view")))
        assert "Sent back, and not heard again yet" in home
        assert said in home
        assert f"by {day.officer.name}: “{WHY}”" in home
    meeting = later(day, 7)
    mark = f"Sent back by the officer on {in_words(timezone.localdate(after(day, 20)))}."
    for page in ("agenda.edit", "agenda.propose"):
        assert mark in words(as_(day.clerk).get(reverse(page, args=[meeting.public_id])))


def test_what_was_put_off_after_it_was_sent_back_is_among_what_was_put_off() -> None:
    day = sent()
    item = again(day, ItemState.DEFERRED)
    row = Deferral.objects.create(item=item, reason="time", by=day.chair, at=after(day, 40))
    assert [one.deferral for one in clerk_meetings(day.clerk, after(day, 41)).unplaced] == [row]


def test_list_of_a_panel_that_sits_too_late_keeps_it_in_sight_with_the_officers_way_on() -> None:
    day = sent(at=this_morning())
    case = day.items[0].case
    Case.objects.filter(pk=case.pk).update(received_on=timezone.localdate() - dt.timedelta(days=30))
    way = reverse("decision.without_panel", args=[case.public_id])
    assert way not in as_(day.officer).get(reverse("home.view")).content.decode()
    item = again(day)
    late = f"On the list of {in_words(timezone.localdate(item.meeting.starts_at))}, which is too late."
    for who in (day.clerk, day.officer):
        home = as_(who).get(reverse("home.view"))
        assert late in words(home)
        assert (way in home.content.decode()) is (who == day.officer)
    assert as_(day.officer).get(way).status_code == 200


def test_while_the_panel_sits_its_chair_can_take_it_up_and_both_homes_say_so() -> None:
    day = begin(make_day(at=this_morning()))
    advise(day, day.items[0], now=timezone.now())
    send_back(item=day.items[0], because=WHY, by=day.officer, now=timezone.now())
    for who in (day.clerk, day.officer):
        assert "The panel that advised still sits" in words(as_(who).get(reverse("home.view")))
    page = as_(day.chair).get(reverse("item.view", args=[day.items[0].public_id]))
    assert f"{day.officer.name} asks the panel to look again: “{WHY}”" in words(page)
    assert reverse("recommendation.set_aside", args=[day.items[0].public_id]) in page.content.decode()


def test_panel_that_looks_again_reads_what_was_advised_and_why_it_came_back() -> None:
    day = sent(at=this_morning())
    item = again(day)
    for user, seat in ((day.chair, "chair"), (day.nurse, "health")):
        RosterEntry.objects.get_or_create(meeting=item.meeting, user=user, defaults={"seat": seat})
    on = in_words(timezone.localdate(day.meeting.starts_at))
    told = f"The panel of {on} recommended “assess”. {day.officer.name} sent that back on"
    for who in (day.chair, day.nurse, day.clerk, day.officer):
        page = words(as_(who).get(reverse("item.view", args=[item.public_id])))
        assert told in page
        assert f"asks the panel to look again: “{WHY}”" in page
    printed = words(as_(day.chair).get(reverse("meeting.print", args=[item.meeting.public_id])))
    assert f"Sent back: the panel of {on} recommended “assess”" in printed
    # Its words may name people.
    assert WHY not in printed


def test_advice_between_the_two_ends_what_the_next_panel_is_told_of_it() -> None:
    day = sent()
    item = again(day)
    assert asked_to_look_again([item])[item.pk].because == WHY
    meeting = later(day, 14)
    third = AgendaItem.objects.create(
        meeting=meeting, case=item.case, stage=Stage.ASSESS, position=1, minutes=20, state=ItemState.LISTED
    )
    assert asked_to_look_again([third])[third.pk].because == WHY
    AgendaItem.objects.filter(pk=item.pk).update(state=ItemState.RECOMMENDED)
    assert asked_to_look_again([third]) == {}
    assert asked_to_look_again([day.items[0]]) == {}


def test_officer_who_decides_on_it_after_all_reads_that_it_was_sent_back_and_where_it_waits() -> None:
    day = sent(at=this_morning())
    address = reverse("decision.record", args=[day.items[0].public_id])
    assert "No meeting has it on its list yet." in words(as_(day.officer).get(address))
    item = again(day)
    page = words(as_(day.officer).get(address))
    assert f"{day.officer.name} sent this back on" in page
    assert f"It is on the list of {in_words(timezone.localdate(item.meeting.starts_at))}." in page


def test_page_of_the_case_says_when_and_why_it_was_sent_back_to_whoever_reads_its_lists() -> None:
    day = sent(at=this_morning())
    case = day.items[0].case
    Case.objects.filter(pk=case.pk).update(coordinator=make_user("Cora Coordinator", Role.COORDINATOR))
    case.refresh_from_db()
    page = reverse("case.view", args=[case.public_id])
    assert f"Sent back to the panel: “{WHY}”" in words(as_(day.officer).get(page))
    # Why it came back stays between officer and panel.
    coordinator = words(as_(case.coordinator).get(page))
    assert ("Sent back to the panel" in coordinator, WHY in coordinator) == (True, False)
