"""The pages of the directory of support."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from panel.models import Support, User
from panel.platform.policy import Role
from tests.make import make_user
from tests.meetings.views.client import as_, boxes, words

pytestmark = pytest.mark.django_db


def said(**fields: object) -> dict[str, object]:
    return {
        "name": "Talking partners",
        "offered_by": "Health",
        "what": "Small-group work on speech",
        "how": "The SENCO asks",
        "contact": "01632 960 202",
        "needs": ["SLCN"],
        "ages_from": "4",
        "ages_to": "11",
        **boxes("starts_on", timezone.localdate()),
        **fields,
    }


def test_administrator_adds_changes_and_ends_a_service(administrator: User) -> None:
    client = as_(administrator)
    assert "No service is in the directory yet" in words(client.get(reverse("support.list")))
    added = words(client.post(reverse("support.record"), said(), follow=True))
    assert "Speech, language and communication; 4 to 11 years" in added
    service = Support.objects.get()
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    change = reverse("support.change", args=[service.public_id])
    assert "The SENCO asks" in client.get(change).content.decode()
    changed = client.post(change, said(how="Parents ring", **boxes("starts_on", tomorrow)), follow=True)
    assert ("Beginning later" in words(changed), Support.objects.count()) == (True, 2)
    newer = Support.objects.get(supersedes=service)
    end = reverse("support.end", args=[newer.public_id])
    client.post(end, boxes("last_day", tomorrow + dt.timedelta(days=9)))
    newer.refresh_from_db()
    assert newer.ends_on == tomorrow + dt.timedelta(days=9)


def test_what_is_wrong_is_said_beside_it_and_what_was_typed_is_kept(clerk: User) -> None:
    answer = as_(clerk).post(reverse("support.record"), said(ages_from="12", districts="nowhere"))
    assert (answer.status_code, Support.objects.count()) == (422, 0)
    assert "the younger first" in words(answer)
    assert 'value="nowhere"' in answer.content.decode()


def test_chair_reads_the_directory_and_does_not_keep_it() -> None:
    client = as_(make_user("Charlie Chair", Role.CHAIR))
    assert "Put a service" not in words(client.get(reverse("support.list")))
    assert client.get(reverse("support.record")).status_code == 403


def test_list_costs_the_same_with_one_and_with_three(
    clerk: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client, counts = as_(clerk), []
    for names in (["A"], ["B", "C"]):
        for name in names:
            client.post(reverse("support.record"), said(name=name))
        with django_assert_max_num_queries(8) as captured:
            client.get(reverse("support.list"))
        counts.append(len(captured))
    assert counts[0] == counts[1]


def three_services(client: object) -> None:
    for fields in (
        {"name": "Talking partners", "area": "Coalfield", "districts": "ZZ1"},
        {"name": "Sleep clinic", "what": "Advice on sleep", "needs": [], "ages_from": "0", "ages_to": "18"},
        {
            "name": "Drop-in",
            "what": "Coffee and advice",
            "needs": ["ASD"],
            "ages_to": "25",
            "area": "Moorland",
        },
    ):
        client.post(reverse("support.record"), said(**fields))  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("sought", "names"),
    [
        ({"words": "advice SLEEP"}, ["Sleep clinic"]),
        ({"words": "zz1"}, ["Talking partners"]),
        ({"need": "SLCN"}, ["Sleep clinic", "Talking partners"]),
        ({"age": "2"}, ["Sleep clinic"]),
        ({"age": "20"}, ["Drop-in"]),
        ({"area": "Moorland"}, ["Drop-in", "Sleep clinic"]),
        ({"area": "Whole county"}, ["Sleep clinic"]),
        ({"words": "advice", "need": "ASD", "age": "12", "area": "Moorland"}, ["Drop-in", "Sleep clinic"]),
        ({"words": "riding"}, []),
    ],
)
def test_directory_is_searched_by_words_need_age_and_area(
    sought: dict[str, str], names: list[str], clerk: User
) -> None:
    client = as_(clerk)
    three_services(client)
    answer = client.post(reverse("support.list"), sought)
    # Nothing that was looked for stands in the address, which logs keep.
    assert (answer.status_code, answer.url) == (302, reverse("support.list"))
    page = client.get(answer.url)
    assert [row.name for row in page.context["directory"].now] == names
    wanted = (
        f"{len(names)} service{'' if len(names) == 1 else 's'} of 3 found for"
        if names
        else "No service found for"
    )
    assert wanted in words(page)
    cleared = client.post(reverse("support.list"), {"clear": "1"}, follow=True)
    assert ("3 services." in words(cleared), len(cleared.context["directory"].now)) == (True, 3)


def test_age_that_is_none_is_said_beside_it_and_the_whole_directory_stays(clerk: User) -> None:
    client = as_(clerk)
    three_services(client)
    for age in ("99", "-1", "old"):
        answer = client.post(reverse("support.list"), {"words": "sleep", "age": age})
        assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["age"])
        assert len(answer.context["directory"].now) == 3
        assert 'value="sleep"' in answer.content.decode()


def test_area_that_nobody_serves_any_more_shows_everything(clerk: User) -> None:
    client = as_(clerk)
    three_services(client)
    client.post(reverse("support.list"), {"area": "Moorland"})
    Support.objects.filter(area="Moorland").update(area="Fenland")
    page = client.get(reverse("support.list"))
    assert (len(page.context["directory"].now), page.context["searched"]) == (3, False)


def many(count: int, **fields: object) -> None:
    """So many services whose names come before those of any other."""
    values = {
        "what": "Help",
        "offered_by": "The county",
        "how": "Ring",
        "contact": "01632 960 202",
        "recorded_at": timezone.now(),
        "starts_on": dt.date(2020, 1, 1),
        **fields,
    }
    Support.objects.bulk_create(
        [Support(**{"name": f"A service {n:04}", **values}) for n in range(count)]  # type: ignore[misc]
    )


@pytest.mark.parametrize("ended", [True, False])
def test_service_behind_many_others_is_found(clerk: User, *, ended: bool) -> None:
    many(501, ends_on=dt.date(2021, 1, 1) if ended else None)
    many(1, name="Zebra drop-in")
    client = as_(clerk)
    page = words(client.get(reverse("support.list")))
    assert "502 services." in page
    assert f"The first {501 if ended else 500} of these are shown." in page
    answer = client.post(
        reverse("support.list"), {"words": "zebra", "need": "", "age": "", "area": ""}, follow=True
    )
    assert "1 service of 502 found for “zebra”." in words(answer)
    assert "Zebra drop-in" in words(answer)
    assert "of these are shown" not in words(answer)


def test_what_is_still_looked_for_is_said_beside_the_way_to_clear_it(clerk: User) -> None:
    client = as_(clerk)
    three_services(client)
    client.post(reverse("support.list"), {"words": "advice", "need": "ASD", "age": "12", "area": "Moorland"})
    again = words(client.get(reverse("support.list")))
    found = again.index("found for “advice”, Autism")
    assert found < again.index("age 12, Moorland.") < again.index("Clear the search")
