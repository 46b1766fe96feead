"""Exemptions and closures by screen, and what the case page says of them."""

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.urls import reverse

from panel.models import AdviceRequest, Exemption, SchoolClosure, User
from tests.make import NOW, TODAY, make_case, make_setting
from tests.panel.views.reading import day, errors_of, text_of

pytestmark = pytest.mark.django_db
WHY = "His mother was in hospital for a month and nobody else could bring him."


@pytest.fixture(autouse=True)
def _same_day() -> Iterator[None]:
    with time_machine.travel(NOW):
        yield


def test_exemption_is_recorded_shown_ended_and_taken_back(clerk: User, browse: Callable) -> None:
    case = make_case(received_on=TODAY - dt.timedelta(days=50))
    client = browse(clerk)
    shown = reverse("case.view", args=[case.public_id])
    assert "Record an exemption" in text_of(client.get(shown))
    address = reverse("exemption.record", args=[case.public_id])
    typed = {"what": "C1:c", "because": WHY, **day("starts_on", TODAY - dt.timedelta(days=12))}
    assert client.post(address, typed).status_code == 302
    said = text_of(client.get(shown))
    assert "An exemption is recorded. The duty still stands." in said
    assert "The family has not been told of it." in said
    change = reverse("exemption.change", args=[case.public_id, Exemption.objects.get().public_id])
    assert client.post(change, {**day("told_family_on", TODAY)}).status_code == 302
    assert "The family has not been told of it." not in text_of(client.get(shown))
    assert client.post(change, {"error_because": "Another child"}).status_code == 302
    assert "An exemption is recorded." not in text_of(client.get(shown))
    assert client.get(change).status_code == 404


def test_one_that_lies_outside_the_stage_is_not_said_to_excuse_it(clerk: User, browse: Callable) -> None:
    case = make_case(received_on=TODAY - dt.timedelta(days=50))
    client = browse(clerk)
    address = reverse("exemption.record", args=[case.public_id])
    page = client.get(address).content.decode()
    for words in (
        "Tell the family whether there will be an assessment",
        "an early years setting that was closed",
    ):
        assert words in page
    outside = {"what": "C1:c", "because": WHY, **day("starts_on", TODAY - dt.timedelta(days=2))}
    said = text_of(client.post(address, outside, follow=True))
    assert "Recorded, but it does not excuse the stage as it stands." in said
    assert "It excuses the stage;" not in said
    assert "is not excused. The exemption lies outside the time this stage had." in said
    within = {**outside, **day("starts_on", TODAY - dt.timedelta(days=20))}
    assert "Recorded. It excuses the stage;" in text_of(client.post(address, within, follow=True))


def test_shortage_is_warned_of_and_what_was_typed_is_kept_on_an_error(clerk: User, browse: Callable) -> None:
    case = make_case()
    client = browse(clerk)
    address = reverse("exemption.record", args=[case.public_id])
    wrong = client.post(
        address, {"what": "C1:c", "because": WHY, **day("starts_on", TODAY + dt.timedelta(days=2))}
    )
    assert (wrong.status_code, errors_of(wrong)) == (
        422,
        {"starts_on": ["It has not begun yet. Record it once it has."]},
    )
    assert WHY in wrong.content.decode()
    typed = {
        "what": "C1:c",
        "because": "There is a shortage of psychologists here.",
        **day("starts_on", TODAY),
    }
    said = text_of(client.post(address, typed, follow=True))
    assert "The reason reads like one the regulations do not know" in said


def test_closure_of_the_setting_opens_the_window_on_the_case(clerk: User, browse: Callable) -> None:
    """law.md 2.10, example 7: closed 23 July to 3 September 2026; advice asked on 20 July."""
    school = make_setting()
    case = make_case(setting=school, received_on=dt.date(2026, 6, 18))
    other = make_case(setting=make_setting("Elsewhere"), received_on=dt.date(2026, 6, 18))
    for one in (case, other):
        AdviceRequest.objects.create(case=one, item="b", body="School", requested_on=dt.date(2026, 7, 20))
    client = browse(clerk)
    assert client.get(reverse("closure.list")).status_code == 200
    typed = {
        "setting": str(school.pk),
        **day("closed_from", dt.date(2026, 7, 23)),
        **day("reopens_on", dt.date(2026, 9, 3)),
    }
    assert client.post(reverse("closure.record"), typed).status_code == 302
    assert "Willow Bank School" in text_of(client.get(reverse("closure.list")))
    said = text_of(client.get(reverse("case.view", args=[case.public_id])))
    assert "Advice was asked on 20 July 2026, within 16 July 2026 to 27 August 2026." in said
    assert "School closure" not in text_of(client.get(reverse("case.view", args=[other.public_id])))
    closure = SchoolClosure.objects.get()
    assert client.post(reverse("closure.remove", args=[closure.public_id])).status_code == 302
    assert "No closure is on the list yet." in text_of(client.get(reverse("closure.list")))


@pytest.mark.parametrize("rows", [1, 3])
def test_list_of_closures_is_flat(
    rows: int, clerk: User, browse: Callable, django_assert_num_queries: Callable
) -> None:
    for number in range(rows):
        SchoolClosure.objects.create(
            setting=make_setting(f"School {number}"),
            closed_from=dt.date(2026, 7, 23),
            reopens_on=dt.date(2026, 9, 3),
            recorded_at=NOW,
            recorded_by=clerk,
        )
    client = browse(clerk)
    client.get(reverse("closure.list"))
    with django_assert_num_queries(6):
        client.get(reverse("closure.list"))
