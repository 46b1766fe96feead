"""The page that puts off the rest of a late meeting: what it proposes, where its errors stand, what it costs."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from meetings.actions.defer import beside
from meetings.models import AgendaItem, Deferral, Meeting
from tests.make import make_case
from tests.meetings.actions.test_defer import later
from tests.meetings.day import Day, begin, closed, list_cases, make_day, refresh
from tests.meetings.views.client import as_, leads_nowhere, summary, this_morning, words

pytestmark = pytest.mark.django_db
OFFER = "Put off the rest"


def late_today(in_time: int, late: int = 0) -> tuple[Day, Meeting]:
    """A meeting that sits by the clock the views read, with so many items left, and the panel of next week."""
    today = timezone.localdate()
    days = [today - dt.timedelta(days=7)] * in_time + [today - dt.timedelta(days=44)] * late
    day = make_day(0, at=this_morning())
    following = later(day, 7)
    list_cases(day, make_case(), *[make_case(received_on=one) for one in days])
    return begin(day), following


def address(day: Day) -> str:
    return reverse("meeting.put_off_rest", args=[day.meeting.public_id])


def ticked(day: Day, page: Any, **typed: str) -> dict[str, str]:
    """What a browser sends of the page as it is, with what was typed over it."""
    form = page.context["form"]
    data = {
        field.html_name: str(field.value() or "") for field in form if not field.html_name.startswith("put-")
    }
    data |= {row.put.html_name: "on" for row in form.rows() if row.put.value()}
    return {**data, **typed}


def test_it_is_offered_from_two_items_on_while_the_meeting_sits() -> None:
    day, _ = late_today(2)
    room = reverse("meeting.view", args=[day.meeting.public_id])
    for user in (day.chair, day.clerk):
        assert address(day) in as_(user).get(room).content.decode()
    assert OFFER not in words(as_(day.nurse).get(room))
    assert as_(day.nurse).get(address(day)).status_code in {403, 404}
    AgendaItem.objects.filter(pk=day.items[1].pk).update(state="withdrawn")
    assert OFFER not in words(as_(day.chair).get(room))


def test_page_as_it_is_proposed_puts_off_everything_in_one_step() -> None:
    day, following = late_today(2)
    client = as_(day.chair)
    page = client.get(address(day))
    said = words(page)
    assert f"{following.starts_at:%-d %B %Y}: 2 items more." in said
    assert "Why answers will be late" not in said
    done = client.post(address(day), ticked(day, page), follow=True)
    assert f"Items 2, 3: put off to {following.starts_at:%-d %B %Y}." in words(done)
    assert "each can be put back on its list" in words(done)
    assert (Deferral.objects.count(), following.items.count()) == (2, 2)


def test_item_not_ticked_stays_on_the_list() -> None:
    day, following = late_today(2)
    client = as_(day.clerk)
    data = ticked(day, client.get(address(day)))
    del data[beside("put", day.items[1])]
    client.post(address(day), data)
    refresh(day)
    assert [item.state for item in day.items] == ["in_discussion", "listed", "deferred"]
    assert following.items.count() == 1


def test_errors_stand_beside_their_item_keep_what_was_typed_and_put_nothing_off() -> None:
    day, following = late_today(1, late=2)
    client = as_(day.chair)
    _, _, one, two = day.items
    typed = {beside("late_because", one): "The panel sat too long.", beside("reason", two): "quorum"}
    answer = client.post(address(day), ticked(day, client.get(address(day)), **typed))
    assert (answer.status_code, Deferral.objects.count(), following.items.count()) == (422, 0, 0)
    (line,) = summary(answer)
    assert line[0].startswith(f"id_{beside('late_because', two)}")
    assert line[1].startswith("Item 4: ")
    assert leads_nowhere(answer) == []
    row = next(row for row in answer.context["form"].rows() if row.left.item == two)
    assert row.reason.value() == "quorum"
    assert "The panel sat too long." in answer.content.decode()
    typed[beside("late_because", two)] = "No quorum before."
    done = client.post(address(day), ticked(day, answer, **typed), follow=True)
    assert "2 families are to be told that their answer will be late" in words(done)
    assert Deferral.objects.filter(makes_late=True).count() == 2


def test_one_reason_is_said_for_all_that_will_be_late_and_another_where_it_differs() -> None:
    day, _ = late_today(1, late=2)
    client = as_(day.chair)
    _, in_time, one, two = day.items
    typed = {"late_because": "The panel sat too long.", beside("late_because", two): "No quorum before."}
    client.post(address(day), ticked(day, client.get(address(day)), **typed))
    said = dict(Deferral.objects.values_list("item", "late_because"))
    assert said == {in_time.pk: "", one.pk: "The panel sat too long.", two.pk: "No quorum before."}


def test_none_ticked_and_a_list_that_has_changed_are_said() -> None:
    day, _ = late_today(2)
    client = as_(day.chair)
    data = ticked(day, client.get(address(day)))
    none = client.post(address(day), {k: v for k, v in data.items() if not k.startswith("put-")})
    assert (none.status_code, "Tick at least one item" in words(none)) == (422, True)
    AgendaItem.objects.filter(pk=day.items[1].pk).update(state="withdrawn")
    changed = client.post(address(day), data)
    assert (changed.status_code, Deferral.objects.count()) == (422, 0)
    assert "The list has changed since you opened this page" in words(changed)
    assert leads_nowhere(changed) == []


def test_without_a_later_meeting_each_says_why() -> None:
    day = make_day(0, at=this_morning())
    list_cases(day, make_case(), make_case(), make_case())
    begin(day)
    client = as_(day.chair)
    page = client.get(address(day))
    assert "No later meeting of this panel is planned" in words(page)
    why = {beside("late_because", item): "None is planned yet." for item in day.items[1:]}
    done = client.post(address(day), ticked(day, page, **why), follow=True)
    assert "Items 2, 3: put off to no meeting yet." in words(done)


def test_meeting_that_is_over_or_has_nothing_left_says_so() -> None:
    day, _ = late_today(0)
    assert "No item is left" in words(as_(day.chair).get(address(day)))
    AgendaItem.objects.update(state="withdrawn")
    closed(day)
    assert "not in session" in words(as_(day.chair).get(address(day)))


@pytest.mark.parametrize(("left", "gets", "posts"), [(3, 20, 70), (10, 20, 70)])
def test_it_costs_the_same_for_three_items_and_for_ten(left: int, gets: int, posts: int) -> None:
    day, _ = late_today(left - 1, late=1)
    client = as_(day.chair)
    client.get(address(day))
    with CaptureQueriesContext(connection) as asked:
        page = client.get(address(day))
    data = ticked(day, page, **{beside("late_because", day.items[-1]): "The panel sat too long."})
    with CaptureQueriesContext(connection) as done:
        assert client.post(address(day), data).status_code == 302
    assert len(asked) <= gets
    assert len(done) <= posts


def test_reason_that_several_items_lack_is_asked_for_once_at_its_own_field() -> None:
    day, following = late_today(1, late=2)
    client = as_(day.chair)
    answer = client.post(address(day), ticked(day, client.get(address(day))))
    assert (answer.status_code, Deferral.objects.count(), following.items.count()) == (422, 0, 0)
    ((where, sentence),) = summary(answer)
    assert (where, sentence.startswith("Say “why answers will be late” for 2 of the items ticked")) == (
        "id_late_because",
        True,
    )
    assert leads_nowhere(answer) == []


def test_meetings_to_choose_are_short_and_what_was_proposed_stays_beside_an_error() -> None:
    day, following = late_today(1, late=1)
    page = as_(day.chair).get(address(day))
    labels = {label for row in page.context["form"].rows() for _, label in row.next_meeting.field.choices}
    on = f"{timezone.localdate(following.starts_at):%-d %B %Y}"
    assert labels == {"Choose", on, f"{on}: late"}
    assert "A meeting marked late sits after the last safe day" in words(page)
    proposed = f"As proposed here: {on}: "
    assert proposed in words(page)
    stopped = as_(day.chair).post(address(day), {})
    assert (stopped.status_code, proposed in words(stopped)) == (422, True)
