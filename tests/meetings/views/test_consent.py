"""The consent list by screen: put on, read, taken off, noted in one step; closed to whoever is recused."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from meetings.actions.confidentiality import acknowledge
from meetings.actions.conflicts import impose_conflict
from meetings.actions.consent import put_on_consent
from meetings.actions.live import open_meeting
from meetings.actions.seats import seat
from meetings.models import AgendaItem, ConsentEntry, Recommendation, Seat
from meetings.rules.invitations import CONFIDENTIALITY_NOW
from meetings.rules.quorum import ConflictKind, Effect
from meetings.rules.states import ItemState
from panel.platform.policy import Role
from tests.make import make_user
from tests.meetings.day import REASONS, YES, Day, card_on, make_day, sit_down
from tests.meetings.views.client import as_, this_morning, words

pytestmark = pytest.mark.django_db


def typed(day: Day, **more: str) -> dict[str, Any]:
    return {
        "reasons_by": str(day.officer.pk),
        "limbs-a_answer": "yes",
        "limbs-a_reasons": "She speaks in single words.",
        "limbs-b_answer": "yes",
        "limbs-b_reasons": "Two terms of support have not been enough.",
        "reasons": REASONS,
        **more,
    }


def listed(day: Day, *items: AgendaItem) -> None:
    for item in items or day.items:
        put_on_consent(
            item=item, answers=YES, reasons=REASONS, reasons_by=day.officer, by=day.clerk, now=timezone.now()
        )


def sitting(items: int) -> Day:
    day = make_day(items, at=this_morning())
    listed(day)
    sit_down(day)
    open_meeting(
        meeting=day.meeting, card=card_on(day.meeting.starts_at), by=day.chair, now=day.meeting.starts_at
    )
    return day


def test_clerk_puts_an_item_on_and_the_chair_notes_it() -> None:
    day = make_day(1, at=this_morning())
    item = day.items[0]
    clerk = as_(day.clerk)
    assert "Put it on the consent list" in words(clerk.get(reverse("item.view", args=[item.public_id])))
    answer = clerk.post(reverse("consent.propose", args=[item.public_id]), typed(day), follow=True)
    assert "Item 1 is on the consent list." in words(answer)
    assert "On the consent list" in words(answer)
    sit_down(day)
    open_meeting(
        meeting=day.meeting, card=card_on(day.meeting.starts_at), by=day.chair, now=day.meeting.starts_at
    )
    chair = as_(day.chair)
    assert "Consent list: 1 item to note together" in words(
        chair.get(reverse("meeting.view", args=[day.meeting.public_id]))
    )
    page = chair.get(reverse("meeting.consent", args=[day.meeting.public_id]))
    assert "Reasons of Oli Officer." in words(page)
    read = [str(line.entry.public_id) for line in page.context["consent"].mine]
    noted = chair.post(
        reverse("consent.note", args=[day.meeting.public_id]), {"read": [*read, "x"]}, follow=True
    )
    assert "1 item is noted, each with its own recommendation." in words(noted)
    assert Recommendation.objects.get().outcome == "assess"


def test_what_was_typed_is_kept_beside_what_is_missing() -> None:
    day = make_day(1)
    answer = as_(day.clerk).post(
        reverse("consent.propose", args=[day.items[0].public_id]), typed(day, **{"limbs-b_reasons": ""})
    )
    assert (answer.status_code, "Give the reasons for “yes”" in words(answer)) == (422, True)
    assert "She speaks in single words." in answer.content.decode()
    assert not ConsentEntry.objects.exists()


def test_member_takes_one_off() -> None:
    day = sitting(2)
    nurse = as_(day.nurse)
    answer = nurse.post(reverse("consent.take_off", args=[day.items[0].public_id]), follow=True)
    assert "Item 1 is off the consent list and will be heard in full." in words(answer)
    assert "Item 2:" in words(answer)
    assert "Note 1 item together" not in words(answer)


def test_stale_list_is_read_again() -> None:
    day = sitting(1)
    answer = as_(day.chair).post(reverse("consent.note", args=[day.meeting.public_id]), {})
    assert (answer.status_code, "Read it again." in words(answer)) == (409, True)
    day.items[0].refresh_from_db()
    assert day.items[0].state == ItemState.LISTED


def test_recused_member_sees_nothing_of_it() -> None:
    day = sitting(2)
    impose_conflict(
        item=day.items[0],
        entry=day.entry(day.nurse),
        kind=ConflictKind.RELATIVE,
        effect=Effect.LEAVES,
        detail="Her nephew",
        by=day.clerk,
        now=timezone.now(),
    )
    seen = words(as_(day.nurse).get(reverse("meeting.consent", args=[day.meeting.public_id])))
    assert (day.items[0].case.reference in seen, day.items[1].case.reference in seen) == (False, True)
    gone = as_(day.nurse).post(reverse("consent.take_off", args=[day.items[0].public_id]))
    assert gone.status_code == 404


def test_empty_list_says_so() -> None:
    day = make_day(1)
    seen = words(as_(day.clerk).get(reverse("meeting.consent", args=[day.meeting.public_id])))
    assert "Nothing is on the consent list." in seen


@pytest.mark.parametrize("items", [1, 3, 20])
def test_list_costs_the_same_at_any_length(
    items: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    day = sitting(items)
    chair = as_(day.chair)
    with django_assert_max_num_queries(18):
        assert chair.get(reverse("meeting.consent", args=[day.meeting.public_id])).status_code == 200


@pytest.mark.parametrize("role", [Role.LEADER, Role.MEMBER])
def test_observer_reads_it_once_she_has_promised_and_takes_nothing_off(role: Role) -> None:
    day = make_day(1, at=this_morning())
    listed(day)
    observer = make_user("Olive Observer", role)
    seat(meeting=day.meeting, user=observer, seat=Seat.OBSERVER, by=day.clerk, now=timezone.now())
    page = reverse("meeting.consent", args=[day.meeting.public_id])
    seen, case = words(as_(observer).get(page)), day.items[0].case
    assert "Nothing is on the consent list that is open to you." in seen
    assert [text in seen for text in (case.reference, case.child.full_name, REASONS)] == [False] * 3
    acknowledge(meeting=day.meeting, version=CONFIDENTIALITY_NOW, by=observer, now=timezone.now())
    seen = words(as_(observer).get(page))
    assert (case.reference in seen, "Hear it in full" in seen) == (True, False)
    item = as_(observer).get(reverse("item.view", args=[day.items[0].public_id]))
    assert (item.status_code, "Hear it in full" in words(item)) == (200, False)
