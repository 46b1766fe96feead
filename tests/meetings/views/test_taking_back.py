"""The page that puts an item back on today’s list: where it is offered, what it says, and what it does."""

import pytest
from django.urls import reverse

from meetings.actions.defer import defer_item, note_family_told
from meetings.models import DeferralTakenBack
from meetings.rules.deferring import DeferralReason
from tests.make import make_case
from tests.meetings.actions.test_defer import WHY as LATE_BECAUSE
from tests.meetings.actions.test_defer import later
from tests.meetings.actions.test_taking_back import MISSING, WHY
from tests.meetings.day import Day, after, begin, closed, list_cases, make_day, refresh
from tests.meetings.views.client import as_, leads_nowhere, this_morning, words

pytestmark = pytest.mark.django_db
OFFER = "Put it back on today’s list"


def new_day() -> Day:
    """A planned day of this morning with an item whose answer is in time next week."""
    day = make_day(0, at=this_morning())
    list_cases(day, make_case(received_on=day.meeting.starts_at.date()))
    return day


def put_off_today(**fields: object) -> Day:
    """An item put off to next week, at a meeting that sits by the clock the views read."""
    day = new_day()
    following = later(day, 7)
    begin(day)
    values = {"reason": DeferralReason.TIME, "next_meeting": following, **fields}
    defer_item(item=day.items[0], by=day.chair, now=after(day, 9), **values)  # type: ignore[arg-type]
    refresh(day)
    return day


def address(day: Day) -> str:
    return reverse("item.take_back", args=[day.items[0].public_id])


def test_chair_and_clerk_find_it_on_the_item_and_on_the_list() -> None:
    day = put_off_today()
    pages = [
        reverse("item.view", args=[day.items[0].public_id]),
        reverse("meeting.view", args=[day.meeting.public_id]),
    ]
    for page in pages:
        assert address(day) in as_(day.chair).get(page).content.decode()
        assert address(day) in as_(day.clerk).get(page).content.decode()
        assert OFFER not in words(as_(day.nurse).get(page))
    assert as_(day.nurse).get(address(day)).status_code in {403, 404}
    closed(day)
    for page in pages:
        assert OFFER not in words(as_(day.chair).get(page))


def test_page_says_what_it_does_and_does_it() -> None:
    day = new_day()
    following = later(day, 7)
    begin(day)
    defer_item(
        item=day.items[0],
        **{**MISSING, "by_when": day.meeting.starts_at.date()},
        next_meeting=following,
        by=day.chair,
        now=after(day, 9),
    )
    said = words(as_(day.chair).get(address(day)))
    assert f"taken off the list of {following.starts_at:%-d %B %Y}" in said
    assert "“Hearing test” is waited for no more: the action of Nia Nurse is closed" in said
    empty = as_(day.chair).post(address(day), {"because": " "})
    assert (empty.status_code, leads_nowhere(empty)) == (422, [])
    done = as_(day.chair).post(address(day), {"because": WHY}, follow=True)
    assert "Item 1 is on today’s list again." in words(done)
    assert "Listed, set back" in words(done)
    assert "Put off:" not in words(done)
    assert DeferralTakenBack.objects.get().because == WHY
    assert following.items.count() == 0


def test_page_says_why_an_item_stays_put_off() -> None:
    day = make_day(0, at=this_morning())
    following = later(day, 14)
    received_on = day.meeting.starts_at.date()
    list_cases(day, make_case(received_on=received_on.replace(year=received_on.year - 1)))
    begin(day)
    row = defer_item(
        item=day.items[0],
        reason=DeferralReason.TIME,
        next_meeting=following,
        late_because=LATE_BECAUSE,
        by=day.chair,
        now=after(day, 9),
    )
    assert "need not be told of a delay" in words(as_(day.chair).get(address(day)))
    note_family_told(deferral=row, told_on=received_on, by=day.clerk, now=after(day, 10))
    page = as_(day.chair).get(address(day))
    assert "The family was told on" in words(page)
    assert 'name="because"' not in page.content.decode()
    refused = as_(day.chair).post(address(day), {"because": WHY})
    assert (refused.status_code, DeferralTakenBack.objects.count()) == (422, 0)
    assert "The family was told on" in words(refused)


def test_item_that_is_not_put_off_says_so() -> None:
    day = begin(make_day(1, at=this_morning()))
    page = as_(day.chair).get(address(day))
    assert "This item is not put off." in words(page)
    assert as_(day.chair).post(address(day), {"because": WHY}).status_code == 409


def test_page_costs_no_more_than_the_item(django_assert_max_num_queries: object) -> None:
    day = put_off_today()
    client = as_(day.chair)
    client.get(address(day))
    with django_assert_max_num_queries(25):  # type: ignore[operator]
        client.get(address(day))
