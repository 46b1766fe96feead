"""The pages of what follows from a panel: the list, a report, one's own on the home page, and the meeting that takes them over."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from meetings.actions.recommend import Step
from meetings.models import Action, ActionReport
from panel.models import Denial
from tests.meetings.day import Day, advise, after, begin, make_day
from tests.meetings.views.client import as_, this_morning, words

pytestmark = pytest.mark.django_db


def followed(*owners: str) -> tuple[Day, list[Action]]:
    """A meeting of this morning whose first item asks something of each of `owners`, due today."""
    day = begin(make_day(at=this_morning()))
    due = timezone.localdate(day.meeting.starts_at)
    steps = [Step(f"Ring number {n}", owner, "Education", due) for n, owner in enumerate(owners, start=1)]
    advise(day, day.items[0], next_steps=steps, now=after(day, 5))
    return day, list(Action.objects.order_by("pk"))


def test_owner_finds_it_on_her_home_page_and_is_done_with_one_click() -> None:
    _, (action,) = followed("Nia Nurse")
    client = as_(action.owner)
    home = words(client.get(reverse("home.view")))
    assert ("Your actions" in home, "Ring number 1" in home) == (True, True)
    answer = client.post(reverse("action.report", args=[action.public_id]), {"state": "done"}, follow=True)
    assert ("Noted. Thank you." in words(answer), "Your actions" in words(answer)) == (True, False)
    assert ActionReport.objects.get().by == action.owner


def test_not_done_asks_why_beside_the_field_and_keeps_the_choice() -> None:
    day, (action,) = followed("The school nurse")
    client, page = as_(day.clerk), reverse("action.report", args=[action.public_id])
    answer = client.post(page, {"state": "not_done", "words": " "})
    assert (answer.status_code, ActionReport.objects.count()) == (422, 0)
    assert "Say why it was not done." in words(answer)
    assert 'value="not_done"' in answer.content.decode()
    client.post(page, {"state": "not_done", "words": "No nurse was in post."})
    reopened = client.post(page, {"state": "open", "words": "There is one now."}, follow=True)
    assert "It is open again." in words(reopened)
    assert "No nurse was in post." in words(client.get(page))


def test_filter_is_kept_in_the_session_and_never_in_an_address() -> None:
    day, actions = followed("Nia Nurse", "Sol Worker")
    client = as_(day.clerk)
    answer = client.post(reverse("action.list"), {"state": "open", "owner": str(day.nurse.pk)}, follow=True)
    assert answer.redirect_chain == [(reverse("action.list"), 302)]
    assert ("Ring number 1" in words(answer), "Ring number 2" in words(answer)) == (True, False)
    assert "No action fits" in words(client.post(reverse("action.list"), {"state": "late"}, follow=True))
    whole = words(client.post(reverse("action.list"), {"clear": "1"}, follow=True))
    assert "Ring number 2" in whole
    assert client.post(reverse("action.list"), {"state": "nonsense"}).status_code == 422
    assert [one.due_on for one in actions] == [timezone.localdate()] * 2


def test_member_sees_her_own_alone_and_a_recused_one_nothing() -> None:
    day, (mine, other) = followed("Nia Nurse", "Sol Worker")
    client = as_(day.nurse)
    page = words(client.get(reverse("action.list")))
    assert ("Ring number 1" in page, "Ring number 2" in page) == (True, False)
    assert client.get(reverse("action.report", args=[other.public_id])).status_code == 404
    Denial.objects.create(case=mine.item.case, user=day.nurse, source="test", since=timezone.now())
    for answer in (client.get(reverse("action.list")), client.get(reverse("home.view"))):
        assert "Ring number" not in words(answer)
    assert client.get(reverse("action.report", args=[mine.public_id])).status_code == 404


def test_empty_list_says_where_actions_come_from() -> None:
    day = make_day()
    assert "Next steps that a panel records appear here." in words(as_(day.clerk).get(reverse("action.list")))


def test_meeting_page_says_how_many_are_carried() -> None:
    day, _ = followed("Nia Nurse")
    assert "Actions carried from earlier meetings: 0 open" in words(
        as_(day.chair).get(reverse("meeting.view", args=[day.meeting.public_id]))
    )
    assert "Actions carried" not in words(
        as_(day.nurse).get(reverse("meeting.view", args=[day.meeting.public_id]))
    )


@pytest.mark.parametrize(("name", "queries"), [("action.list", 12), ("home.view", 17)])
def test_page_costs_the_same_with_one_and_with_three(
    name: str, queries: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    day, _ = followed("Nia Nurse")
    counts = []
    for owners in ((), ("Nia Nurse", "Nia Nurse")):
        if owners:
            second = make_second(day, owners)
            assert Action.objects.count() == second
        client = as_(day.nurse)
        client.get(reverse(name))
        with django_assert_max_num_queries(queries) as captured:
            client.get(reverse(name))
        counts.append(len(captured))
    assert counts[0] == counts[1]


def make_second(day: Day, owners: tuple[str, ...]) -> int:
    """More actions of the same advice, as if the panel had asked for them too; how many there are now."""
    first = Action.objects.get()
    for position, _ in enumerate(owners, start=2):
        step = first.step
        step.pk, step.id, step.position, step._state.adding = None, None, position, True
        step.save()
        Action(
            step=step, item=first.item, owner=first.owner, due_on=first.due_on + dt.timedelta(days=1)
        ).save()
    return Action.objects.count()
