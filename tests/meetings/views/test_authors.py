"""A paper by somebody of a member's name: chair, clerk and the member are asked, and nobody is barred by it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from meetings.actions.conflicts import impose_conflict
from meetings.actions.plan import add_items
from meetings.models import Conflict
from meetings.queries.waiting import Listing
from meetings.rules.quorum import ConflictKind, Effect
from panel.law.legal import Stage
from panel.models import Denial, User
from tests.make import make_case, make_paper
from tests.meetings.day import Day, after, list_cases, make_day
from tests.meetings.views.client import as_, words

pytestmark = pytest.mark.django_db


def read(day: Day, user: User) -> str:
    return words(as_(user).get(reverse("item.view", args=[day.items[0].public_id])))


def written() -> Day:
    """The clerk sent in what the nurse wrote."""
    day = make_day()
    make_paper(day.items[0].case, by=day.clerk, author="Mrs Nia K. Nurse, school nurse")
    return day


def test_member_chair_and_clerk_are_asked_and_nobody_else_is_told() -> None:
    day = written()
    assert "A question to you : a paper in this case is by somebody of your name." in read(day, day.nurse)
    for user in (day.chair, day.clerk):
        assert "To be asked: Nia Nurse . A paper in this case is by somebody of this name." in read(day, user)
    assert "by somebody of" not in read(day, day.head)
    assert (Conflict.objects.count(), Denial.objects.count()) == (0, 0)


@pytest.mark.parametrize("effect", [Effect.NOTE, Effect.NO_VOTE])
def test_answer_that_is_recorded_is_not_asked_for_again(effect: Effect) -> None:
    day = written()
    impose_conflict(
        item=day.items[0],
        entry=day.entry(day.nurse),
        kind=ConflictKind.OWN_PAPER,
        effect=effect,
        detail="Asked on the telephone.",
        by=day.clerk,
        now=timezone.now(),
    )
    assert "by somebody of" not in read(day, day.clerk) + read(day, day.nurse)


def test_member_who_sent_the_paper_in_is_not_asked_what_is_known() -> None:
    day = make_day(0)
    case = make_case()
    make_paper(case, by=day.nurse, author="Nia Nurse")
    list_cases(day, case)
    assert "by somebody of" not in read(day, day.clerk)
    assert Conflict.objects.get().kind == "own_paper"


def test_clerk_reads_whom_to_ask_as_soon_as_the_case_is_listed() -> None:
    day = make_day(0)
    case, other = make_case(), make_case()
    make_paper(case, by=day.clerk, author="Dr Ed Psychologist")
    make_paper(other, by=day.clerk, author="Somebody Else")
    listings = [Listing(each, Stage.ASSESS) for each in (case, other)]
    listed = add_items(meeting=day.meeting, listings=listings, by=day.clerk, now=after(day, -60))
    assert [one.sentence for one in listed.warnings if one.code == "ask_author"] == [
        "A paper of item 1 is by somebody called Ed Psychologist. Ask whether they wrote it, and record the answer on the item’s"
        " page."
    ]


def test_asking_costs_no_query() -> None:
    day = make_day()
    client, address = as_(day.clerk), reverse("item.view", args=[day.items[0].public_id])
    client.get(address)
    with CaptureQueriesContext(connection) as without:
        client.get(address)
    for author in ("Nia Nurse", "Ed Psychologist", "Sol Worker"):
        make_paper(day.items[0].case, by=day.clerk, author=author)
    with CaptureQueriesContext(connection) as asking:
        assert words(client.get(address)).count("To be asked") == 3
    assert len(asking) == len(without)
