"""The wall screen: numbers, times and quorum, and nobody's name."""

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from meetings.models import Meeting
from tests.make import make_case
from tests.meetings.day import advise, begin, list_cases, make_day, sit_down
from tests.meetings.views.client import as_, this_morning, words

pytestmark = pytest.mark.django_db


def wall_url(meeting: Meeting) -> str:
    return reverse("meeting.wall", args=[meeting.public_id])


def test_wall_shows_the_item_by_number_and_names_nobody() -> None:
    day = begin(make_day(3, at=this_morning()))
    case = day.items[0].case
    page = as_(day.nurse).get(wall_url(day.meeting))
    said = words(page)
    assert "Item 1 of 3" in said
    assert "29 of 9 minutes : longer than planned" in said
    assert "Quorate" in said
    body = page.content.decode()
    for secret in (case.reference, case.child.forename, case.child.surname, str(case.public_id)):
        assert secret not in body
    advise(day, day.items[0], now=timezone.now())
    between = words(as_(day.clerk).get(wall_url(day.meeting)))
    assert ("1 of 3 finished" in between, "Next: item 2" in between) == (True, True)


def test_wall_says_when_no_recommendation_can_be_made() -> None:
    day = make_day(1, at=this_morning())
    begin(day, day.psychologist)
    assert "Not quorate: nothing can be recommended now" in words(as_(day.clerk).get(wall_url(day.meeting)))


def test_wall_that_has_not_changed_is_not_sent_again() -> None:
    day = make_day(1, at=timezone.now().replace(microsecond=0))
    sit_down(day)
    client = as_(day.clerk, page=False)
    first = client.get(wall_url(day.meeting))
    seen = first.context["seen"]
    assert client.get(wall_url(day.meeting), {"seen": seen}).status_code == 204
    assert client.get(wall_url(day.meeting), {"seen": "other"}).status_code == 200


def test_wall_costs_the_same_at_any_length(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    day = begin(make_day(1, at=this_morning()))
    client, counts = as_(day.clerk), []
    for _ in range(2):
        with django_assert_max_num_queries(14) as captured:
            client.get(wall_url(day.meeting))
        counts.append(len(captured))
        list_cases(day, *[make_case(parents=0) for _ in range(4)])
    assert counts[0] == counts[1]
