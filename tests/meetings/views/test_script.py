"""The chair's script beside an item in discussion: who sees it, what it leads to, and how it goes on as the item is written."""

import re
import uuid

import pytest
from django.urls import reverse

from meetings.models import Revision
from tests.make import make_user
from tests.meetings.day import Day, begin, make_day
from tests.meetings.views.client import as_, this_morning, words
from tests.meetings.views.test_room import ASSESS

pytestmark = pytest.mark.django_db


def in_discussion() -> Day:
    return begin(make_day(1, at=this_morning()))


def url(day: Day, name: str = "item.view") -> str:
    return reverse(name, args=[day.items[0].public_id])


def cues(answer) -> dict[str, str]:
    """Each step of the rail and the word beside it."""
    found = re.findall(r'id="cue-(\w+)".*?</a> <span class="app-quiet">(\w+)', answer.content.decode())
    return dict(found)


def test_writers_see_the_script_and_members_do_not() -> None:
    day = in_discussion()
    assert list(cues(as_(day.chair).get(url(day))))[:3] == ["child", "family", "limba"]
    assert cues(as_(day.clerk).get(url(day)))
    assert cues(as_(day.nurse).get(url(day))) == {}


def test_every_step_leads_to_a_place_on_the_page() -> None:
    day = in_discussion()
    page = as_(day.chair).get(url(day)).content.decode()
    places = re.findall(r'id="cue-\w+" href="#([\w-]+)"', page)
    assert [place for place in places if f'id="{place}"' not in page] == []
    assert len(places) == 12


def test_what_is_written_marks_its_step_with_the_next_poll() -> None:
    day = in_discussion()
    client = as_(day.chair, page=False)
    seen = as_(day.chair).get(url(day)).context["seen"]
    written = {"only": "closing", "closing-n": "1", "closing-edit": str(uuid.uuid4())}
    client.post(url(day, "item.write"), {**written, "closing-read_back": "on", "closing-no_risk": "on"})
    answer = client.get(f"{url(day, 'item.status')}?seen={seen}")
    assert 'hx-swap-oob="outerHTML"' in answer.content.decode()
    done = [cue for cue, mark in cues(answer).items() if mark == "done"]
    assert done == ["read_back", "risk"]
    assert client.get(f"{url(day, 'item.status')}?seen={answer.context['seen']}").status_code == 204


def undone(answer) -> list[tuple[str, str]]:
    """What is said before it is recorded: where each step leads, and its name."""
    box = re.search(r'<div id="undone".*?</div>', answer.content.decode(), flags=re.DOTALL)
    return re.findall(r'href="#([\w-]+)">(.*?)</a>', box[0]) if box else []


def test_what_is_not_done_is_said_before_it_is_recorded_and_goes_with_the_poll() -> None:
    day = in_discussion()
    chair = as_(day.chair)
    page = chair.get(url(day))
    before = undone(page)
    assert [label for _, label in before] == [line.label for line in page.context["script"] if not line.done]
    assert ("id_closing-no_risk", "Risk to the place") in before
    assert [line.label for line in page.context["needed"]] == ["Limb (a)", "Limb (b)", "Recommendation"]
    assert [place for place, _ in before if f'id="{place}"' not in page.content.decode()] == []
    client = as_(day.chair, page=False)
    written = {"only": "closing", "closing-n": "1", "closing-edit": str(uuid.uuid4())}
    client.post(url(day, "item.write"), {**written, "closing-read_back": "on", "closing-no_risk": "on"})
    after = undone(client.get(f"{url(day, 'item.status')}?seen={page.context['seen']}"))
    assert {label for _, label in before} - {label for _, label in after} == {
        "Reasons read back",
        "Risk to the place",
    }


def test_what_was_left_out_is_said_as_a_list_once_it_is_recorded() -> None:
    day = in_discussion()
    page = as_(day.chair).post(url(day, "recommendation.record"), ASSESS, follow=True).content.decode()
    banner = page[page.index("Please read this") :].partition("</ul>")[0]
    item = day.items[0]
    assert f"Missing from the record of item 1, {item.case.child.full_name}:</p>" in banner
    entries = re.findall(r"<li>(.*?)</li>", banner)
    assert ("Dissent" in entries, "Risk to the place" in entries) == (True, True)
    assert f'<a class="govuk-notification-banner__link" href="{url(day)}">Go back to the item</a>' in page


def test_only_whoever_records_it_is_told_what_is_not_done() -> None:
    day = in_discussion()
    assert undone(as_(day.chair).get(url(day)))
    page = as_(day.clerk).get(url(day))
    assert (page.status_code, undone(page)) == (200, [])
    status = as_(day.clerk, page=False).get(url(day, "item.status"))
    assert (status.status_code, 'id="undone"' in status.content.decode()) == (200, False)


def test_standard_steps_are_one_press_away_and_come_once() -> None:
    day = in_discussion()
    case = day.items[0].case
    case.coordinator = make_user("Cora Coordinator")
    case.save(update_fields=["coordinator"])
    client = as_(day.chair)
    posted = {"limbs-n": "1", "limbs-a_answer": "yes", "limbs-b_answer": "no", "more": "standard"}
    answer = client.post(url(day, "item.write"), {**posted, "limbs-edit": str(uuid.uuid4())})
    assert (answer.status_code, answer["Location"]) == (302, f"{url(day)}#steps")
    page = client.get(url(day))
    assert "Agree a day for the Inclusion Planning Meeting" in page.content.decode()
    chosen = re.findall(r'<input[^>]*value="Cora Coordinator"', page.content.decode())
    assert len(chosen) == 2
    assert (cues(page)["steps"], cues(page)["told"]) == ("done", "done")
    client.post(url(day, "item.write"), {"more": "standard"})
    assert Revision.objects.filter(group="steps").count() == 1


def test_standard_steps_come_in_their_place_where_a_script_asks_for_them() -> None:
    day = in_discussion()
    part = as_(day.chair, page=False).post(url(day, "item.write"), {"only": "steps", "more": "standard"})
    assert (part.status_code, part.templates[0].name) == (200, "meetings/_group_steps.html")
    assert Revision.objects.filter(group="steps").count() == 1
    assert 'id="standard-steps"' in part.content.decode()


def test_nobody_disagrees_and_a_dissent_exclude_each_other() -> None:
    day = in_discussion()
    dissent = {
        "dissent-none": "on",
        "dissent-0_entry": str(day.entry(day.nurse).public_id),
        "dissent-0_text": "No.",
    }
    answer = as_(day.chair).post(url(day, "recommendation.record"), dissent)
    assert answer.status_code == 422
    assert "Untick this, or take out the member who does not agree" in words(answer)


def test_child_comes_before_the_script() -> None:
    day = in_discussion()
    page = words(as_(day.chair).get(url(day)))
    assert page.index(f"Item 1, {day.items[0].case.reference}") < page.index("The chair’s script")
