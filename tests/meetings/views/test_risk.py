"""The risk to a place by screen: the chair raises it, the lead professional takes it on, the family's letter says who comes."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from meetings.actions.risk import record_risk
from meetings.models import Risk
from meetings.rules.risk import Level
from panel.models import User
from panel.platform.policy import Role
from tests.make import make_case, make_user
from tests.meetings.day import Day, begin, make_day
from tests.meetings.views.client import as_, boxes, this_morning, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def adviser() -> User:
    return make_user("Andy Adviser", Role.ADVISER)


def said(lead: User | None, **more: object) -> dict[str, object]:
    day = timezone.localdate() + dt.timedelta(days=21)
    return {
        "level": "significant",
        "indicators": ["suspensions", "part_time"],
        "words": "Out of class most mornings.",
        "lead": str(lead.pk) if lead else "",
        **boxes("review_on", day),
        **more,
    }


def test_from_the_panel_to_the_familys_first_contact(adviser: User) -> None:
    day = begin(make_day(1, at=this_morning()))
    item = day.items[0]
    chair, url = as_(day.chair), reverse("risk.record", args=[item.public_id])
    assert "Record a risk to the place" in words(chair.get(reverse("item.view", args=[item.public_id])))
    assert "Andy Adviser is asked to take it on." in words(chair.post(url, said(adviser), follow=True))
    lead = as_(adviser)
    home = words(lead.get(reverse("home.view")))
    assert "Places at risk that wait for you" in home
    assert item.case.reference in home
    risk = Risk.objects.get()
    page = reverse("risk.view", args=[risk.public_id])
    assert "Suspended twice or more this term" in words(lead.get(page))
    answer = reverse("risk.answer", args=[risk.public_id])
    assert "Fill in “Why you cannot”." in words(lead.post(answer, {"does": "declined", "words": ""}))
    assert "Taken on, first contact to come" in words(lead.post(answer, {"does": "accepted"}, follow=True))
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    early = lead.post(answer, {"does": "contacted", **boxes("on", tomorrow)})
    assert (early.status_code, "Enter today’s date." in words(early)) == (422, True)
    lead.post(answer, {"does": "contacted", **boxes("on", timezone.localdate())})
    assert "nothing waits for you" in words(lead.get(reverse("home.view")))


def test_lead_on_duty_is_chosen_unless_the_panel_names_another(adviser: User) -> None:
    day: Day = begin(make_day(1, at=this_morning(), duty_lead=adviser))
    page = as_(day.chair).get(reverse("risk.record", args=[day.items[0].public_id])).content.decode()
    assert f'<option value="{adviser.pk}" selected>' in page


def test_form_names_what_is_missing_and_keeps_what_was_typed() -> None:
    day = begin(make_day(1, at=this_morning()))
    answer = as_(day.chair).post(reverse("risk.record", args=[day.items[0].public_id]), said(None))
    assert (answer.status_code, Risk.objects.count()) == (422, 0)
    assert "Name the lead professional" in words(answer)
    assert "Out of class most mornings." in answer.content.decode()


def test_second_person_writing_at_once_is_told_and_loses_nothing(adviser: User) -> None:
    case, clerk = make_case(), make_user("Cleo Clerk", Role.CLERK)
    client, url = as_(clerk), reverse("risk.raise", args=[case.public_id])
    client.get(url)
    client.post(url, said(adviser))
    late = client.post(url, said(adviser, level="imminent", words="She was sent home today."))
    assert (late.status_code, Risk.objects.count()) == (409, 1)
    assert "She was sent home today." in late.content.decode()
    read = Risk.objects.get().public_id
    client.post(url, said(adviser, level="imminent", read=str(read)))
    assert Risk.objects.standing().get().level == "imminent"


def test_member_reads_the_risk_and_does_not_judge_it(adviser: User) -> None:
    day = begin(make_day(1, at=this_morning()))
    item = day.items[0]
    as_(day.chair).post(reverse("risk.record", args=[item.public_id]), said(adviser))
    page = words(as_(day.nurse).get(reverse("item.view", args=[item.public_id])))
    assert ("Lead professional: Andy Adviser." in page, "Judge it anew" in page) == (True, False)
    assert as_(day.nurse).get(reverse("risk.record", args=[item.public_id])).status_code == 403


def test_list_costs_the_same_with_one_and_with_three(
    adviser: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    clerk, counts = make_user("Cleo Clerk", Role.CLERK), []
    client = as_(clerk)
    for rows in (1, 2):
        for _ in range(rows):
            record_risk(
                case=make_case(),
                level=Level.SIGNIFICANT,
                indicators=["notice"],
                lead=adviser,
                review_on=timezone.localdate() + dt.timedelta(days=7),
                by=clerk,
                now=timezone.now(),
            )
        with django_assert_max_num_queries(12) as captured:
            client.get(reverse("risk.list"))
        counts.append(len(captured))
    assert counts[0] == counts[1]
