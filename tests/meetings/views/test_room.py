"""The meeting by screen: attendance, the room, an item heard, written by two, recommended, put off."""

import datetime as dt
import re
import uuid
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from meetings.actions.conflicts import declare_conflict, name_deputy
from meetings.actions.live import close_meeting, save_revision, start_item, withdraw_item
from meetings.models import (
    AgendaItem,
    Attendance,
    Conflict,
    Decision,
    Deferral,
    Meeting,
    Recommendation,
    Revision,
)
from meetings.rules.quorum import ConflictKind
from meetings.rules.states import ItemState, MeetingState
from panel.models import AuditEntry, Paper
from tests.make import make_paper
from tests.meetings.day import REASONS, Day, advise, after, begin, card_on, make_day, refresh, sit_down
from tests.meetings.views.client import as_, boxes, summary, this_morning, words

pytestmark = pytest.mark.django_db
ASSESS = {
    "limbs-a_answer": "yes",
    "limbs-a_reasons": "She speaks in single words.",
    "limbs-b_answer": "yes",
    "limbs-b_reasons": "Two terms of support have not been enough.",
    "recommendation-outcome": "assess",
    "recommendation-reasons": REASONS,
}


def in_session(items: int = 1, **config: Any) -> Day:
    """A meeting that began half an hour ago; its first item has been in discussion since."""
    return begin(make_day(items, at=this_morning(), **config))


OPENS = {"card": card_on(timezone.now()), "read": "on"}


def item_url(day: Day, name: str = "item.view", number: int = 0) -> str:
    return reverse(name, args=[day.items[number].public_id])


def sheet_of(day: Day, **changed: str) -> dict[str, str]:
    lines = {f"status_{day.entry(user).pk}": "present" for user in day.members}
    lines |= {f"mode_{day.entry(user).pk}": "room" for user in day.members}
    return {**lines, **changed}


def test_attendance_sheet_is_kept_and_the_meeting_opens() -> None:
    day = make_day(1, at=this_morning())
    sheet = reverse("attendance.record", args=[day.meeting.public_id])
    away = {
        f"status_{day.entry(day.nurse).pk}": "written_view",
        f"view_{day.entry(day.nurse).pk}": "I am for it.",
    }
    assert as_(day.clerk).post(sheet, sheet_of(day, **away)).status_code == 302
    assert day.entry(day.nurse).attendance.written_view == "I am for it."
    as_(day.chair).post(reverse("meeting.open", args=[day.meeting.public_id]), OPENS)
    refresh(day)
    assert day.meeting.state == MeetingState.OPEN


def test_contradiction_stands_beside_its_line_and_the_sheet_is_kept_as_typed() -> None:
    day = make_day(1, at=this_morning())
    wrong = {f"status_{day.entry(day.head).pk}": "substituted"}
    answer = as_(day.clerk).post(
        reverse("attendance.record", args=[day.meeting.public_id]), sheet_of(day, **wrong)
    )
    assert answer.status_code == 422
    assert answer.context["form"].errors == {
        f"status_{day.entry(day.head).pk}": ["Hetty Head is said to have sent a substitute. Say who it is."]
    }
    assert '<option value="substituted" selected>' in answer.content.decode()


def test_written_view_without_words_is_asked_for_beside_its_line() -> None:
    day = make_day(1, at=this_morning())
    empty = {f"status_{day.entry(day.nurse).pk}": "written_view"}
    answer = as_(day.clerk).post(
        reverse("attendance.record", args=[day.meeting.public_id]), sheet_of(day, **empty)
    )
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [f"view_{day.entry(day.nurse).pk}"]
    assert not Attendance.objects.exists()


def test_meeting_does_not_open_without_its_chair_and_says_why() -> None:
    day = make_day(1, at=this_morning())
    sit_down(day, day.chair)
    answer = as_(day.clerk).post(reverse("meeting.open", args=[day.meeting.public_id]), OPENS)
    assert (answer.status_code, "The chair is not here yet." in words(answer)) == (422, True)


def test_somebody_leaves_and_comes_back() -> None:
    day = in_session()
    entry = day.entry(day.nurse)
    clerk = as_(day.clerk)
    clerk.post(reverse("attendance.leave", args=[entry.public_id]), {"now": "1"})
    twice = clerk.post(reverse("attendance.leave", args=[entry.public_id]), {"now": "1"})
    assert (twice.status_code, "Nia Nurse is not in the meeting now." in words(twice)) == (422, True)
    clerk.post(reverse("attendance.arrive", args=[entry.public_id]), {"now": "1", "mode": "video"})
    assert [row.mode for row in entry.intervals.order_by("pk")] == ["room", "video"]


def test_exception_for_one_item_changes_its_quorum() -> None:
    day = in_session()
    as_(day.clerk).post(item_url(day, "attendance.except"), {"away": day.entry(day.psychologist).public_id})
    assert "Not here: educational psychologist." in words(as_(day.chair).get(item_url(day)))


def test_item_is_read_with_its_views_and_papers_and_the_reading_is_kept() -> None:
    day = in_session()
    case = day.items[0].case
    case.child_views, case.family_views = "I like drawing.", "We are worn out."
    case.save(update_fields=["child_views", "family_views"])
    make_paper(case, "Advice of the psychologist")
    page = words(as_(day.nurse).get(item_url(day)))
    assert all(
        said in page
        for said in (
            case.child.full_name,
            "I like drawing.",
            "We are worn out.",
            "Advice of the psychologist",
        )
    )
    assert AuditEntry.objects.filter(verb="item.view", by=day.nurse.public_id).count() == 1


def test_paper_opens_through_its_item_only() -> None:
    day = in_session(2)
    paper = make_paper(day.items[0].case)
    through = [reverse("item.paper", args=[item.public_id, paper.public_id]) for item in day.items]
    # No file stands behind the row, so the way that is open ends at the missing file.
    assert [as_(day.nurse).get(url).status_code for url in through] == [422, 404]
    assert as_(day.nurse).get(reverse("paper.read", args=[paper.public_id])).status_code == 403
    assert Paper.objects.count() == 1


def test_what_is_written_is_saved_and_a_lost_answer_costs_nothing() -> None:
    day = in_session()
    edit = str(uuid.uuid4())
    form = {
        "only": "discussion",
        "discussion-n": "1",
        "discussion-edit": edit,
        "discussion-text": "First words",
    }
    clerk = as_(day.clerk, page=False)
    first = clerk.post(item_url(day, "item.write"), form)
    again = clerk.post(item_url(day, "item.write"), {**form, "discussion-text": "First words, and more"})
    assert (first.status_code, again.status_code) == (200, 200)
    assert list(Revision.objects.order_by("n").values_list("n", "data")) == [
        (1, {"text": "First words"}),
        (2, {"text": "First words, and more"}),
    ]


def test_two_who_write_see_both_texts_and_choose() -> None:
    day = in_session()
    save_revision(
        item=day.items[0],
        group="discussion",
        n=1,
        edit_id=uuid.uuid4(),
        data={"text": "The clerk’s"},
        by=day.clerk,
        now=timezone.now(),
    )
    chair = as_(day.chair, page=False)
    mine = {"only": "discussion", "discussion-n": "1", "discussion-text": "The chair’s"}
    clash = chair.post(item_url(day, "item.write"), mine)
    seen = words(clash)
    assert (clash.status_code, "The clerk’s" in seen, "The chair’s" in seen) == (409, True, True)
    chosen = {**mine, "choice": "merge:discussion", "discussion-theirs": "1"}
    assert chair.post(item_url(day, "item.write"), chosen).status_code == 200
    assert Revision.objects.order_by("-n")[0].data == {"text": "The clerk’s\n\nThe chair’s"}


def test_no_quorum_is_named_with_its_count() -> None:
    day = in_session()
    for user in (day.nurse, day.social, day.head, day.parent_carer):
        as_(day.clerk).post(item_url(day, "attendance.except"), {"away": day.entry(user).public_id})
    answer = as_(day.chair).post(item_url(day, "recommendation.record"), ASSESS)
    assert (
        answer.status_code,
        "Quorum is 4, 3 eligible members present for this item." in words(answer),
    ) == (422, True)


def test_somebody_elses_words_stop_the_record_until_they_are_read() -> None:
    day = in_session()
    save_revision(
        item=day.items[0],
        group="limbs",
        n=1,
        edit_id=uuid.uuid4(),
        data={"a_answer": "no"},
        by=day.clerk,
        now=timezone.now(),
    )
    answer = as_(day.chair).post(item_url(day, "recommendation.record"), {**ASSESS, "limbs-n": "1"})
    assert (answer.status_code, "Both texts are below" in words(answer), Recommendation.objects.exists()) == (
        409,
        True,
        False,
    )


def test_delegated_chair_writes_both_records_on_one_screen() -> None:
    day = in_session(decides="chair")
    as_(day.chair).post(item_url(day, "recommendation.record"), ASSESS)
    assert (Recommendation.objects.count(), Decision.objects.get().by) == (1, day.chair)


def test_clerk_is_not_the_chair() -> None:
    day = in_session()
    assert as_(day.clerk).post(item_url(day, "recommendation.record"), ASSESS).status_code == 403


def test_item_is_put_off_with_what_is_missing_or_not_at_all() -> None:
    day = in_session()
    lacking = as_(day.chair).post(
        item_url(day, "item.defer"), {"reason": "info", "missing": "The hearing test"}
    )
    assert (lacking.status_code, list(lacking.context["form"].errors)) == (
        422,
        ["owner", "by_when", "late_because"],
    )
    due = boxes("by_when", timezone.localdate() + dt.timedelta(days=7))
    said = {"reason": "info", "missing": "The hearing test", "owner": "Cleo", "late_because": "It is slow."}
    as_(day.chair).post(item_url(day, "item.defer"), {**said, **due})
    refresh(day)
    assert (day.items[0].state, Deferral.objects.get().missing) == (ItemState.DEFERRED, "The hearing test")


def test_own_conflict_closes_the_item_at_once() -> None:
    day = in_session()
    answer = as_(day.nurse).post(
        item_url(day, "conflict.declare"), {"kind": "relative", "detail": "My niece"}, follow=True
    )
    assert "You are recused from item 1." in words(answer)
    assert as_(day.nurse).get(item_url(day)).status_code == 404
    row = Conflict.objects.get()
    as_(day.chair).post(
        reverse("conflict.lift", args=[row.public_id]), {"because": "Another family of that name"}
    )
    assert as_(day.nurse).get(item_url(day)).status_code == 200


def test_recused_chair_names_a_deputy_without_opening_the_item() -> None:
    day = in_session()
    as_(day.clerk).post(
        item_url(day, "conflict.impose"),
        {"entry": day.entry(day.chair).pk, "kind": "relative", "effect": "leaves", "detail": "Her nephew"},
    )
    url = reverse("meeting.name_deputy", args=[day.meeting.public_id, day.items[0].public_id])
    page = as_(day.chair).get(url)
    assert (page.status_code, day.items[0].case.child.full_name in words(page)) == (200, False)
    as_(day.chair).post(url, {"entry": day.entry(day.vice).pk})
    refresh(day)
    assert day.items[0].deputy_chair.user == day.vice


def test_second_item_waits_for_the_first_and_the_meeting_for_both() -> None:
    day = in_session(2)
    answer = as_(day.chair).post(item_url(day, "item.start", 1))
    assert "Item 1 is in discussion." in words(answer)
    assert summary(answer) == [(item_url(day), "Go to item 1")]
    stop = as_(day.chair).post(reverse("meeting.close", args=[day.meeting.public_id]))
    assert "Items 1 and 2 are neither heard nor put off." in words(stop)


def test_item_that_is_to_be_taken_up_again_leads_to_the_one_in_discussion() -> None:
    day = in_session(2)
    as_(day.chair).post(item_url(day, "recommendation.record"), ASSESS)
    start_item(item=day.items[1], by=day.chair, now=timezone.now())
    answer = as_(day.chair).post(item_url(day, "recommendation.set_aside"), {"because": "Wrongly ticked"})
    (line,) = summary(answer)
    assert line == (item_url(day, number=1), "Item 2 is in discussion. Finish it or set it back first.")


@pytest.mark.parametrize("count", [1, 12])
def test_item_page_is_flat_in_items_and_papers(
    count: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    day = make_day(count, at=this_morning())
    begin(day)
    for _ in range(count):
        make_paper(day.items[0].case)
    client = as_(day.chair)
    with django_assert_max_num_queries(40):
        assert client.get(item_url(day)).status_code == 200


def test_item_status_is_silent_while_nothing_changes() -> None:
    day = in_session()
    client = as_(day.chair)
    seen = client.get(item_url(day)).context["seen"]
    assert client.get(f"{item_url(day, 'item.status')}?seen={seen}").status_code == 204


def test_item_that_is_set_back_is_taken_up_again() -> None:
    day = in_session()
    as_(day.chair).post(item_url(day, "item.pause"))
    refresh(day)
    assert day.items[0].state == ItemState.LISTED
    start_item(item=day.items[0], by=day.chair, now=timezone.now())
    as_(day.chair).post(item_url(day, "recommendation.record"), ASSESS)
    as_(day.chair).post(item_url(day, "recommendation.set_aside"), {"because": "A wrong answer was ticked"})
    refresh(day)
    assert day.items[0].state == ItemState.IN_DISCUSSION


@pytest.mark.parametrize("who", ["chair", "nurse", "clerk"])
def test_poll_writes_nothing_and_renews_no_session(who: str) -> None:
    day = in_session()
    client = as_(getattr(day, who))
    addresses = (
        reverse("meeting.live", args=[day.meeting.public_id]),
        reverse("item.status", args=[day.items[0].public_id]),
    )
    for address in addresses:
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(address)
        assert answer.status_code == 200
        assert [query["sql"][:20] for query in asked if not query["sql"].startswith("SELECT")] == []
        assert settings.SESSION_COOKIE_NAME not in answer.cookies


def test_pages_of_one_meeting_do_not_all_ask_at_once() -> None:
    day = in_session()
    shown = {
        who: as_(getattr(day, who))
        .get(reverse("meeting.view", args=[day.meeting.public_id]))
        .content.decode()
        for who in ("chair", "nurse", "clerk", "social")
    }
    every = {match[1] for page in shown.values() if (match := re.search(r"every (\d+)ms", page))}
    assert len(every) == len(shown)
    assert all(3500 <= int(wait) < 4500 for wait in every)


def test_page_says_how_the_day_and_the_item_go() -> None:
    day = in_session(3)
    late = timezone.now() - dt.timedelta(minutes=40)
    Meeting.objects.update(opened_at=late, ends_at=timezone.now() + dt.timedelta(minutes=10))
    AgendaItem.objects.filter(pk=day.items[0].pk).update(started_at=late)
    page = words(as_(day.chair).get(reverse("meeting.view", args=[day.meeting.public_id])))
    assert "31 minutes behind. As it goes, 1 item will not be heard before the meeting ends." in page
    item = words(as_(day.chair).get(reverse("item.view", args=[day.items[0].public_id])))
    assert "40 of 9 minutes" in item
    assert "longer than planned" in item


def test_card_is_shown_and_has_to_be_ticked_before_the_meeting_opens() -> None:
    day = make_day(1, at=this_morning())
    sit_down(day)
    where = reverse("meeting.open", args=[day.meeting.public_id])
    chair = as_(day.chair)
    assert "Might it be necessary for special educational provision" in words(chair.get(where))
    answer = chair.post(where, {"card": card_on(timezone.now())})
    assert (answer.status_code, answer.context["form"].errors) == (
        422,
        {"read": ["Read the card out to the panel, then tick that you did."]},
    )
    old = chair.post(where, {"card": "card-0", "read": "on"})
    assert (old.status_code, "Read the legal-test card out to the panel" in words(old)) == (422, True)
    assert chair.post(where, OPENS).status_code == 302


def test_members_say_that_they_know_the_card_and_chair_and_clerk_see_how_many_have() -> None:
    day = in_session()
    page = reverse("meeting.view", args=[day.meeting.public_id])
    assert "1 of the 7 here has said" in words(as_(day.clerk).get(page))
    nurse = as_(day.nurse)
    before = words(nurse.get(page))
    assert ("I know the legal test on the card" in before, "said that they" in before) == (True, False)
    assert nurse.post(reverse("card.acknowledge", args=[day.meeting.public_id])).status_code == 302
    assert "I know the legal test on the card" not in words(nurse.get(page))
    assert "2 of the 7 here have said" in words(as_(day.chair).get(page))


def test_item_closed_to_the_chair_counts_as_still_to_hear_and_asks_for_a_deputy_once() -> None:
    day = make_day(2, at=this_morning())
    declare_conflict(item=day.items[1], kind=ConflictKind.RELATIVE, by=day.chair, now=after(day, -9))
    begin(day)
    there = reverse("meeting.view", args=[day.meeting.public_id])
    page = as_(day.chair).get(there)
    assert "Still to hear: 2." in words(page)
    deputy = reverse("meeting.name_deputy", args=[day.meeting.public_id, day.items[1].public_id])
    assert deputy in page.content.decode()
    name_deputy(item=day.items[1], entry=day.entry(day.vice), by=day.clerk, now=timezone.now())
    assert deputy not in as_(day.chair).get(there).content.decode()


def test_meeting_can_be_closed_from_its_page_and_its_attendance_looked_up_afterwards() -> None:
    day = begin(make_day(2, at=this_morning()))
    there = reverse("meeting.view", args=[day.meeting.public_id])
    sheet, close = (
        reverse(name, args=[day.meeting.public_id]) for name in ("attendance.record", "meeting.close")
    )
    # With items left the page behind it says which, and what to do about them.
    assert close in as_(day.clerk).get(there).content.decode()
    advise(day, day.items[0], now=timezone.now())
    withdraw_item(item=day.items[1], because="The family moved away.", by=day.chair, now=timezone.now())
    close_meeting(meeting=day.meeting, by=day.chair, now=timezone.now())
    assert sheet in as_(day.clerk).get(there).content.decode()
