"""What a family's page says of an answer that a panel put off past its legal date: no day is promised that we know we may miss."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from meetings.actions.moving import cancel_meeting
from meetings.letters.family import standing
from meetings.models import AgendaItem, Meeting
from meetings.queries.late_answers import late_questions, put_off_late
from meetings.queries.tray import clerk_meetings, untold
from meetings.rules.states import ItemState
from panel.law.legal import Stage
from panel.law.words import ended
from panel.models import Case, Denial, Installation, PriorOutcome
from panel.platform.policy import Role
from tests.make import NOW, TODAY, make_case, make_user
from tests.meetings.actions.test_defer import WHY, later, put_off
from tests.meetings.day import UNPLANNED, Day, after, begin, list_cases, make_day
from tests.meetings.letters.household import make_parent_of
from tests.meetings.test_family import account, page_of
from tests.meetings.views.client import as_

pytestmark = pytest.mark.django_db
MAY = "so our answer may come later than it should. We are sorry."
WILL = "so our answer will come later than it should. We are sorry."


def put_off_case(*, days: int = 40, slot: bool = True) -> tuple[Day, Case]:
    """A request received `days` ago and put off today by two weeks, or to no meeting."""
    day = make_day(0)
    next_one = later(day, 14) if slot else None
    list_cases(day, make_case(received_on=TODAY - dt.timedelta(days=days)))
    begin(day)
    put_off(day, next_meeting=next_one, late_because=WHY if slot else UNPLANNED)
    return day, day.items[0].case


def said(case: Case, today: dt.date = TODAY) -> list[str]:
    of_case = {stage: on for (_, stage), on in put_off_late([case]).items()}
    return [one.put_off for one in standing(case, (), today, put_off=of_case).coming]


def test_answer_that_will_be_late_is_said_with_the_day_of_the_next_panel() -> None:
    day, case = put_off_case()
    next_on = (day.meeting.starts_at + dt.timedelta(days=14)).date()
    assert put_off_late([case]) == {(case.pk, Stage.ASSESS): next_on}
    assert said(case) == [f"The panel looks at this again on 7 December 2026, {WILL}"]


def test_where_no_meeting_has_it_no_day_is_given() -> None:
    day, case = put_off_case()
    cancel_meeting(meeting=later_of(day), because="Snow", by=day.clerk, now=after(day, 60))
    assert said(case) == [f"The panel needs to look at this again, {MAY}"]


def later_of(day: Day) -> Meeting:
    return Meeting.objects.exclude(pk=day.meeting.pk).get()


def test_of_a_day_that_has_passed_it_is_said_once_that_we_are_sorry() -> None:
    _, case = put_off_case(days=44, slot=False)
    assert put_off_late([case]) == {(case.pk, Stage.ASSESS): None}
    assert said(case, TODAY + dt.timedelta(days=1)) == ["The panel needs to look at this again."]


def test_answer_that_can_still_be_in_time_is_promised_as_before() -> None:
    day = make_day(1)
    next_one = later(day, 7)
    begin(day)
    put_off(day, next_meeting=next_one)
    assert (put_off_late([day.items[0].case]), said(day.items[0].case)) == ({}, [""])


def test_only_the_question_that_was_put_off_is_spoken_of() -> None:
    _, case = put_off_case()
    other = {Stage.ISSUE: TODAY}
    assert [one.put_off for one in standing(case, (), TODAY, put_off=other).coming] == [""]


def test_parent_reads_it_on_their_own_page() -> None:
    with time_machine.travel(NOW, tick=False):
        Installation(demonstration=True, authority_name="Wealdshire", seeded_on=TODAY, created_at=NOW).save()
        _, case = put_off_case()
        mother = make_parent_of(
            case.child, "Grace", "7 Harbour View", "ZZ7 7AA", email="grace@family.example"
        )
        page = page_of(account(mother))
    assert (
        f"<strong>25 November 2026</strong>. The panel looks at this again on 7 December 2026, {WILL}" in page
    )


def test_nothing_is_said_once_the_next_panel_has_advised() -> None:
    day, case = put_off_case()
    item = AgendaItem.objects.get(case=case, meeting=later_of(day))
    AgendaItem.objects.filter(pk=item.pk).update(state=ItemState.RECOMMENDED)
    assert (put_off_late([case]), said(case)) == ({}, [""])


def test_nothing_is_said_where_it_is_listed_in_time_after_all() -> None:
    day, case = put_off_case()
    Meeting.objects.filter(pk=later_of(day).pk).update(
        starts_at=day.meeting.starts_at + dt.timedelta(hours=5)
    )
    Case.objects.filter(pk=case.pk).update(received_on=TODAY)
    case.refresh_from_db()
    assert (put_off_late([case]), said(case)) == ({}, [""])


def test_of_a_plan_it_is_said_of_the_answer_and_not_of_the_final_plan() -> None:
    case = make_case(state="assessing", received_on=TODAY - dt.timedelta(days=100), assess_notified_on=TODAY)
    PriorOutcome(
        case=case,
        stage="assess",
        outcome="assess",
        decided_on=TODAY,
        notified_on=TODAY,
        recorded_at=NOW,
        recorded_by=None,
    ).save()
    lines = standing(case, (), TODAY, put_off={Stage.ISSUE: None}).coming
    assert [bool(one.put_off) for one in lines] == [True, False]


def test_clerk_and_coordinator_find_every_family_to_tell_however_many() -> None:
    day = make_day(0)
    next_one = later(day, 14)
    coordinator = make_user("Cora Coordinator", Role.COORDINATOR)
    received = TODAY - dt.timedelta(days=40)
    list_cases(day, *(make_case(received_on=received, coordinator=coordinator) for _ in range(12)))
    begin(day)
    for number, item in enumerate(day.items):
        put_off(day, item=item, next_meeting=next_one, late_because=WHY, now=after(day, 9 + number))
    now = after(day, 60)
    assert len(untold(coordinator, now)) == len(clerk_meetings(day.clerk, now).untold) == 12


def test_officer_finds_what_can_be_decided_without_a_panel() -> None:
    day, case = put_off_case()
    (found,) = late_questions(day.officer, NOW).named
    assert (found.case, found.stage, found.because) == (case, Stage.ASSESS, WHY)
    assert found.again_on == dt.date(2026, 12, 7)
    client = as_(day.officer)
    home = client.get("/").content.decode()
    assert reverse("decision.without_panel", args=[case.public_id]) in home
    assert "Put off past the last safe day" in home
    assert f"{ended(WHY)} On the list of 7 December 2026." in home
    assert client.get(reverse("decision.without_panel", args=[case.public_id])).status_code == 200


def test_officer_is_offered_nothing_of_a_case_she_may_not_see_nor_once_it_is_decided() -> None:
    day, case = put_off_case()
    Denial.objects.create(case=case, user=day.officer, source="test", since=NOW)
    assert late_questions(day.officer, NOW).named == ()
    other = make_user("Odile Other", Role.OFFICER)
    assert [one.case for one in late_questions(other, NOW).named] == [case]
    Case.objects.filter(pk=case.pk).update(state="assessing")
    assert late_questions(other, NOW).named == ()


def test_what_is_more_than_a_page_names_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    day, _ = put_off_case()
    monkeypatch.setattr("meetings.queries.late_answers.MOST_NAMED", 0)
    found = late_questions(day.officer, NOW)
    assert (found.named, found.more) == ((), 1)
