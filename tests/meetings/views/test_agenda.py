"""Planning by screen: dates and times, seats, the list and its order."""

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from meetings.actions.conflicts import impose_conflict
from meetings.models import AgendaItem, Meeting
from meetings.rules.quorum import ConflictKind, Effect
from tests.make import make_case, make_person
from tests.meetings.day import Day, make_config, make_day
from tests.meetings.views.client import as_, boxes, words

pytestmark = pytest.mark.django_db
SOON = timezone.localdate() + dt.timedelta(days=7 - timezone.localdate().weekday() + 1)


def planned(day: dt.date, starts: str = "9:30", ends: str = "12:00", **more: str) -> dict[str, str]:
    config = make_config()
    return {
        **boxes("held_on", day),
        "panel_type": str(config.panel_type.pk),
        "starts": starts,
        "ends": ends,
        "venue": "Room 1",
        **more,
    }


def test_meeting_is_planned_and_its_agenda_comes_next(clerk: Any) -> None:
    answer = as_(clerk).post(
        reverse("meeting.plan"), planned(SOON, once="3f0b3f7e-6f1c-4a59-8f0e-0f4a2b7f8a11")
    )
    meeting = Meeting.objects.get()
    assert (answer.status_code, answer.url) == (302, reverse("agenda.edit", args=[meeting.public_id]))
    assert timezone.localtime(meeting.starts_at).strftime("%H:%M") == "09:30"


def test_same_form_sent_twice_plans_once(clerk: Any) -> None:
    form = planned(SOON, once="3f0b3f7e-6f1c-4a59-8f0e-0f4a2b7f8a11")
    answers = [as_(clerk).post(reverse("meeting.plan"), form) for _ in range(2)]
    assert ([answer.url for answer in answers], Meeting.objects.count()) == ([answers[0].url] * 2, 1)


@pytest.mark.parametrize(
    ("day", "starts", "sentence"),
    [
        (dt.date(2027, 3, 28), "1:30", "The clocks go forward that night, so there is no 01:30."),
        (dt.date(2026, 10, 25), "1:30", "The clocks go back that night, so 01:30 comes twice."),
        (SOON, "25:00", "Enter a real time"),
        (SOON, "13:00", "The meeting must end after it starts."),
    ],
)
def test_time_that_cannot_be_is_asked_about_and_nothing_is_kept(
    clerk: Any, day: dt.date, starts: str, sentence: str
) -> None:
    answer = as_(clerk).post(reverse("meeting.plan"), planned(day, starts))
    assert (answer.status_code, sentence in words(answer), 'value="Room 1"' in answer.content.decode()) == (
        422,
        True,
        True,
    )
    assert not Meeting.objects.exists()


def test_second_of_two_equal_times_is_taken_when_it_is_said(clerk: Any) -> None:
    as_(clerk).post(
        reverse("meeting.plan"), planned(dt.date(2026, 10, 25), "1:30", which="second", took_place="on")
    )
    assert Meeting.objects.get().starts_at == dt.datetime(2026, 10, 25, 1, 30, tzinfo=dt.UTC)


def test_bank_holiday_is_planned_and_warned_of(clerk: Any) -> None:
    answer = as_(clerk).post(reverse("meeting.plan"), planned(dt.date(2026, 12, 25)), follow=True)
    assert "25 December 2026 is Christmas Day. Is the date right?" in words(answer)


def test_case_that_waits_is_listed_and_moved_and_removed(db: None) -> None:
    day = make_day(2)
    case = make_case(child=make_person("Wanda", "Waits", born_on=dt.date(2018, 5, 4)))
    clerk = as_(day.clerk)
    edit = reverse("agenda.edit", args=[day.meeting.public_id])
    assert "Wanda Waits" in words(clerk.get(edit))
    clerk.post(
        reverse("agenda.add", args=[day.meeting.public_id]),
        {"cases": [case.pk], f"stage-{case.pk}": "assess"},
    )
    clerk.post(reverse("agenda.move", args=[day.meeting.public_id]), {"to": "first:3"})
    item = AgendaItem.objects.get(case=case)
    assert item.position == 1
    clerk.post(reverse("agenda.remove", args=[day.meeting.public_id, item.public_id]))
    assert list(day.meeting.items.values_list("position", flat=True)) == [1, 2]


def test_case_that_waits_is_found_by_a_word_which_stands_in_no_address(db: None) -> None:
    day = make_day(0)
    make_case(child=make_person("Wanda", "Waits", born_on=dt.date(2018, 5, 4)))
    make_case(child=make_person("Olive", "Other", born_on=dt.date(2018, 5, 4)))
    clerk, edit = as_(day.clerk), reverse("agenda.edit", args=[day.meeting.public_id])
    search = reverse("agenda.search", args=[day.meeting.public_id])
    answer = clerk.post(search, {"text": "waits wanda"})
    assert (answer.status_code, answer.url) == (302, f"{edit}#waiting")
    seen = words(clerk.get(edit))
    assert ("Wanda Waits" in seen, "Olive Other" in seen) == (True, False)
    assert "Only those that have “waits wanda” are shown" in seen
    clerk.post(search, {"text": "nobody"})
    assert "No case that waits has “nobody”" in words(clerk.get(edit))
    clerk.post(search, {"text": ""})
    seen = words(clerk.get(edit))
    assert "Wanda Waits" in seen
    assert "Olive Other" in seen


def test_search_of_another_user_is_not_hers(second_clerk: Any) -> None:
    day = make_day(0)
    make_case(child=make_person("Wanda", "Waits", born_on=dt.date(2018, 5, 4)))
    as_(day.clerk).post(reverse("agenda.search", args=[day.meeting.public_id]), {"text": "nobody"})
    assert "Wanda Waits" in words(as_(second_clerk).get(reverse("agenda.edit", args=[day.meeting.public_id])))


def test_nothing_ticked_is_said_and_nothing_listed(db: None) -> None:
    day = make_day(0)
    answer = as_(day.clerk).post(reverse("agenda.add", args=[day.meeting.public_id]), {})
    assert (answer.status_code, "Tick at least one case" in words(answer)) == (422, True)


def test_member_sees_that_they_are_recused_and_nothing_else(db: None) -> None:
    day = make_day(1)
    child = day.items[0].case.child
    page = reverse("meeting.view", args=[day.meeting.public_id])
    assert child.full_name in words(as_(day.nurse).get(page))
    impose_conflict(
        item=day.items[0],
        entry=day.entry(day.nurse),
        kind=ConflictKind.RELATIVE,
        effect=Effect.LEAVES,
        detail="Her nephew",
        by=day.clerk,
        now=timezone.now(),
    )
    seen = words(as_(day.nurse).get(page))
    assert "Item 1: you are recused from this item." in seen
    assert [
        word for word in (child.full_name, day.items[0].case.reference, "Her nephew") if word in seen
    ] == []
    assert as_(day.nurse).get(reverse("item.view", args=[day.items[0].public_id])).status_code == 404


def test_seat_is_given_refused_and_taken(db: None) -> None:
    day = make_day(0)
    roster = reverse("meeting.roster", args=[day.meeting.public_id])
    refused = as_(day.clerk).post(roster, {"user": day.officer.pk, "seat": "health"})
    assert (refused.status_code, "Oli Officer holds no role for this seat" in words(refused)) == (422, True)
    nurse = day.entry(day.nurse)
    as_(day.clerk).post(reverse("meeting.unseat", args=[nurse.public_id]))
    assert not day.meeting.roster.filter(user=day.nurse).exists()


@pytest.mark.parametrize("items", [1, 30])
def test_meeting_page_is_flat_in_its_items(
    items: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    day = make_day(items)
    client = as_(day.chair)
    with django_assert_max_num_queries(20):
        assert client.get(reverse("meeting.view", args=[day.meeting.public_id])).status_code == 200


def test_empty_lists_say_what_to_do(clerk: Any) -> None:
    assert "No meeting is planned yet." in words(as_(clerk).get(reverse("meeting.list")))
    day = make_day(0)
    assert "Choose from those that wait, below." in words(
        as_(day.clerk).get(reverse("agenda.edit", args=[day.meeting.public_id]))
    )


def test_live_part_is_silent_while_nothing_changes(db: None) -> None:
    day: Day = make_day(1)
    client = as_(day.chair)
    page = client.get(reverse("meeting.view", args=[day.meeting.public_id]))
    live = reverse("meeting.live", args=[day.meeting.public_id])
    assert client.get(f"{live}?seen={page.context['seen']}").status_code == 204
    assert client.get(f"{live}?seen=other").status_code == 200


@pytest.mark.parametrize("items", [1, 3, 30])
def test_agenda_editor_costs_the_same_at_any_length(
    items: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    day = make_day(items)
    for _ in range(3):
        make_case(parents=0)
    clerk = as_(day.clerk)
    with django_assert_max_num_queries(20):
        page = clerk.get(reverse("agenda.edit", args=[day.meeting.public_id]))
    assert len(page.content) <= 60 * 1024


def test_only_ticked_cases_that_still_wait_are_listed() -> None:
    day = make_day(1)
    case = make_case()
    answer = as_(day.clerk).post(
        reverse("agenda.add", args=[day.meeting.public_id]), {"cases": [day.items[0].case_id, case.pk, "x"]}
    )
    assert answer.status_code == 422
    assert "A case is not waiting any more" in words(answer)
    assert AgendaItem.objects.count() == 1
