"""What the officer sent back after the meeting is in sight of clerk and officer until a panel has it again."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from meetings.actions.live import close_meeting
from meetings.actions.officer import send_back
from meetings.models import AgendaItem, Deferral, Meeting
from meetings.queries.sent_back import unheard
from meetings.queries.tray import clerk_meetings
from meetings.rules.states import ItemState, MeetingState
from panel.law.clock import latest_safe_panel_for
from panel.law.legal import Stage
from panel.law.words import in_words
from panel.models import Case, CaseState, Denial
from panel.queries.clocks import stage_due_of
from tests.meetings.actions.test_defer import later
from tests.meetings.day import Day, after, heard, make_day, refresh
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
    said = f"{case.reference} , {case.child.full_name}, last safe panel"
    for who in (day.clerk, day.officer):
        home = words(as_(who).get(reverse("home.view")))
        assert "Sent back, and heard by no panel yet" in home
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
