"""Choosing from the directory while an item is heard: its words go into the form, saved as if typed, with no script."""

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from meetings.models import Revision
from panel.models import Support
from tests.make import NOW
from tests.meetings.day import Day, begin, make_day
from tests.meetings.views.client import as_, this_morning, words

pytestmark = pytest.mark.django_db


def service(**fields: Any) -> Support:
    return Support.objects.create(
        **{
            "name": "Talking partners",
            "offered_by": "Community Health",
            "what": "Small-group work on speech",
            "how": "The SENCO asks",
            "contact": "01632 960 202",
            "needs": ["SLCN"],
            "starts_on": dt.date(2020, 1, 1),
            "recorded_at": NOW,
            **fields,
        }
    )


def heard() -> tuple[Day, Client, str]:
    day = begin(make_day(at=this_morning()))
    return day, as_(day.clerk), reverse("item.write", args=[day.items[0].public_id])


def shown(client: Client, day: Day) -> dict[str, str]:
    """The hidden numbers of the page, as a browser would send them back."""
    page = client.get(reverse("item.view", args=[day.items[0].public_id])).content.decode()
    found = re.findall(r'type="hidden" name="([a-z]+-(?:n|edit))" value="([^"]+)"', page)
    return dict(found)


def written(day: Day, group: str) -> dict[str, Any]:
    data: dict[str, Any] = Revision.objects.filter(item=day.items[0], group=group).order_by("-n")[0].data
    return data


def test_page_offers_what_fits_the_child_and_nothing_else() -> None:
    fitting, other = service(), service(name="Autism advisers", needs=["ASD"])
    day, client, _ = heard()
    page = words(client.get(reverse("item.view", args=[day.items[0].public_id])))
    assert (fitting.name in page, other.name in page) == (True, False)


def test_words_of_a_service_go_under_what_was_typed_and_nothing_typed_is_lost() -> None:
    one = service()
    day, client, write = heard()
    typed = {
        **shown(client, day),
        "recommendation-support_meanwhile": "Speech therapy goes on.",
        "discussion-text": "We talked.",
    }
    answer = client.post(
        write, {**typed, "insert": "recommendation", "pick-recommendation": str(one.public_id)}
    )
    assert answer.url.endswith("#recommendation")
    assert written(day, "recommendation")["support_meanwhile"] == (
        "Speech therapy goes on.\n\nTalking partners (Community Health): Small-group work on speech. The SENCO asks."
        " Contact: 01632 960 202."
    )
    assert written(day, "discussion") == {"text": "We talked."}


def test_service_becomes_the_first_free_next_step() -> None:
    one = service()
    day, client, write = heard()
    typed = {**shown(client, day), "steps-0_what": "Ring the family"}
    client.post(write, {**typed, "insert": "steps", "pick-steps": str(one.public_id)})
    assert written(day, "steps") == {
        "0_what": "Ring the family",
        "1_what": "Talking partners: The SENCO asks. Contact: 01632 960 202.",
        "1_agency": "Community Health",
    }
    assert (
        'name="steps-1_what" value="Talking partners'
        in client.get(reverse("item.view", args=[day.items[0].public_id])).content.decode()
    )


@pytest.mark.parametrize("picked", ["", "nonsense", "ended"])
def test_nothing_that_is_not_offered_is_put_in(picked: str) -> None:
    one = service(ends_on=dt.date(2021, 1, 1))
    day, client, write = heard()
    data = {
        **shown(client, day),
        "insert": "steps",
        "pick-steps": str(one.public_id) if picked == "ended" else picked,
    }
    answer = client.post(write, data, follow=True)
    assert "choose it from the directory first" in words(answer)
    assert not Revision.objects.filter(group="steps").exists()


def test_thirteenth_step_is_refused_in_words() -> None:
    one = service()
    day, client, write = heard()
    steps = {f"steps-{n}_what": f"Step {n}" for n in range(12)}
    data = {**shown(client, day), **steps, "insert": "steps", "pick-steps": str(one.public_id)}
    assert "There are 12 next steps already" in words(client.post(write, data, follow=True))


def rail(client: Client, day: Day) -> dict[str, tuple[bool, str]]:
    page = client.get(reverse("item.view", args=[day.items[0].public_id]))
    return {line.key: (line.done, line.place) for line in page.context["script"]}


def test_script_leads_to_the_directory_until_some_help_is_written() -> None:
    day, client, write = heard()
    assert rail(client, day)["help"] == (False, "id_recommendation-support_meanwhile")
    one = service()
    assert rail(client, day)["help"] == (False, "pick-recommendation")
    data = {**shown(client, day), "insert": "recommendation", "pick-recommendation": str(one.public_id)}
    client.post(write, data)
    assert rail(client, day)["help"] == (True, "id_recommendation-support_meanwhile")


@pytest.mark.parametrize(("services", "chosen"), [(1, 1), (2, 0)])
def test_the_only_service_that_fits_is_chosen_already_for_the_help_meanwhile(
    services: int, chosen: int
) -> None:
    for number in range(services):
        service(name=f"Service {number}")
    day, client, _ = heard()
    page = client.get(reverse("item.view", args=[day.items[0].public_id])).content.decode()
    picks = re.findall(r'<select class="govuk-select" id="pick-(\w+)".*?</select>', page, flags=re.DOTALL)
    assert sorted(picks) == ["recommendation", "steps"]
    assert len(re.findall(r'<option value="[0-9a-f-]{36}" selected>Service', page)) == chosen
    assert page.count('data-key="h"') == 1
