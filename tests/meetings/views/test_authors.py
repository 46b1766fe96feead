"""A paper by somebody of a member's name: chair, clerk and the member are asked, and nobody is barred by it."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from meetings.actions.authors import say_not_author
from meetings.actions.conflicts import find_conflicts, impose_conflict
from meetings.actions.listing import add_items, remove_item
from meetings.actions.live import withdraw_item
from meetings.actions.plan import plan_meeting
from meetings.models import AgendaItem, Conflict, NotAuthor, RosterEntry
from meetings.queries.room import load_room
from meetings.queries.waiting import Listing
from meetings.rules.quorum import ConflictKind, Effect
from panel.law.legal import Stage
from panel.models import AuditEntry, AuditValue, Case, Denial, User
from panel.platform.policy import Refused, Role
from tests.make import make_case, make_paper, make_user
from tests.meetings.day import Day, advise, after, begin, list_cases, make_day, refresh
from tests.meetings.views.client import as_, words

pytestmark = pytest.mark.django_db

AUTHOR = "Mrs Nia K. Nurse, school nurse"


def read(day: Day, user: User) -> str:
    page = as_(user).get(reverse("item.view", args=[day.items[0].public_id]))
    assert page.status_code == 200
    return words(page)


def written() -> Day:
    """The clerk sent in what the nurse wrote."""
    day = make_day()
    make_paper(day.items[0].case, by=day.clerk, author=AUTHOR)
    return day


def test_member_chair_and_clerk_are_asked_and_nobody_else_is_told() -> None:
    day = written()
    assert "A question to you : a paper in this case is by somebody of your name." in read(day, day.nurse)
    for user in (day.chair, day.clerk):
        assert (
            "To be asked: Nia Nurse . A paper in this case is by somebody of this name: “Mrs Nia K. Nurse, school nurse”."
            in read(day, user)
        )
    assert "by somebody of" not in read(day, day.head)
    assert (Conflict.objects.count(), Denial.objects.count()) == (0, 0)


def test_a_yes_is_a_conflict_and_not_asked_for_again() -> None:
    day = written()
    yes(day, Effect.NO_VOTE)
    assert "by somebody of" not in read(day, day.clerk) + read(day, day.nurse)


def yes(day: Day, effect: Effect) -> Conflict:
    return impose_conflict(
        item=day.items[0],
        entry=day.entry(day.nurse),
        kind=ConflictKind.OWN_PAPER,
        effect=effect,
        detail="Asked on the telephone.",
        by=day.clerk,
        now=timezone.now(),
    )


def no(day: Day, by: User | None = None, item: AgendaItem | None = None, **more: Any) -> None:
    fields = {"authors": [AUTHOR], "by": by or day.clerk, "now": after(day, -100), **more}
    say_not_author(item=item or day.items[0], entry=day.entry(day.nurse), **fields)


def test_a_no_ends_the_question_and_is_no_conflict() -> None:
    day = written()
    no(day)
    no(day)
    assert "by somebody of" not in read(day, day.clerk) + read(day, day.nurse)
    assert not Conflict.objects.exists()
    row = NotAuthor.objects.get()
    assert (row.case, row.user, row.author, row.by) == (day.items[0].case, day.nurse, AUTHOR, day.clerk)
    entry = AuditEntry.objects.get(verb="conflict.not_author")
    kept = AuditValue.objects.filter(entry=entry)
    assert "Nurse" not in str([vars(one) for one in kept])


def test_a_no_does_not_hide_a_paper_they_did_write() -> None:
    day = written()
    no(day)
    make_paper(day.items[0].case, title="Health advice", by=day.nurse)
    find_conflicts(meeting=day.meeting, by=day.clerk, now=after(day, -90))
    row = Conflict.objects.get()
    assert (row.entry.user, row.kind, row.source, row.effect) == (
        day.nurse,
        "own_paper",
        "automatic",
        "no_vote",
    )


def test_a_no_goes_with_the_case_and_another_author_is_asked_about() -> None:
    day = written()
    case = day.items[0].case
    no(day)
    remove_item(item=day.items[0], by=day.clerk, now=after(day, -95))
    listing = [Listing(Case.objects.get(pk=case.pk), Stage.ASSESS)]
    listed = add_items(meeting=day.meeting, listings=listing, by=day.clerk, now=after(day, -90))
    assert not [one for one in listed.warnings if one.code == "ask_author"]
    make_paper(case, by=day.clerk, author="Nia Nurse, health visitor")
    day.items = list(listed.items)
    assert "of this name: “Nia Nurse, health visitor”. Did they write it?" in read(day, day.clerk)


def test_a_no_is_in_no_minutes() -> None:
    day = written()
    no(day)
    begin(day)
    advise(day, day.items[0])
    refresh(day)
    assert load_room(day.meeting).conflicts.get(day.items[0].pk, ()) == ()


@pytest.mark.parametrize("case", ["own_answer", "not_asked", "other_meeting", "wrong_state"])
def test_a_no_that_cannot_be_recorded(case: str) -> None:
    day = written()
    more: dict[str, Any] = {}
    if case == "own_answer":
        more["by"] = make_user("Nia Nurse", Role.CLERK)
        RosterEntry.objects.filter(pk=day.entry(day.nurse).pk).update(user=more["by"])
        day.nurse = more["by"]
    if case == "not_asked":
        more["authors"] = ["Somebody Else"]
    if case == "other_meeting":
        other = make_day_of_another_panel(day)
        more["item"] = other
    if case == "wrong_state":
        begin(day)
        withdraw_item(item=day.items[0], because="They asked for it", by=day.chair, now=after(day, 3))
    with pytest.raises(Refused) as refused:
        no(day, **more)
    assert refused.value.code == case
    assert not NotAuthor.objects.exists()


def make_day_of_another_panel(day: Day) -> AgendaItem:
    starts_at = day.meeting.starts_at + dt.timedelta(weeks=1)
    other = plan_meeting(
        panel_type=day.panel_type,
        starts_at=starts_at,
        ends_at=starts_at + dt.timedelta(hours=2),
        venue="Room 2",
        by=day.clerk,
        now=after(day, -100),
    ).meeting
    listing = [Listing(make_case(), Stage.ASSESS)]
    return add_items(meeting=other, listings=listing, by=day.clerk, now=after(day, -99)).items[0]


def test_clerk_answers_beside_the_question() -> None:
    day = written()
    client, address = as_(day.clerk), reverse("conflict.not_author", args=[day.items[0].public_id])
    data = {"entry": day.entry(day.nurse).public_id, "author": AUTHOR}
    page = client.get(reverse("item.view", args=[day.items[0].public_id])).content.decode()
    assert all(f'value="{value}"' in page for value in data.values())
    assert "Recorded: Nia Nurse did not write it." in words(client.post(address, data, follow=True))
    assert client.post(address, {"entry": "nobody"}).status_code == 422
    assert client.post(address, {**data, "author": "Another"}).status_code == 422


def test_a_no_typed_as_a_noted_conflict_is_led_to_the_question() -> None:
    day = written()
    with pytest.raises(Refused) as refused:
        yes(day, Effect.NOTE)
    assert (refused.value.code, refused.value.field) == ("no_is_no_conflict", "effect")
    no(day)
    assert yes(day, Effect.NOTE).effect == "note"


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
