"""A page of an item that lies open: it hears what others wrote meanwhile, and shows it without losing what was typed here."""

import datetime as dt
import re
import uuid
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from meetings.actions.live import save_revision
from meetings.models import Revision
from tests.meetings.day import Day, after
from tests.meetings.views.client import as_, leads_nowhere, summary, words
from tests.meetings.views.test_room import in_session, item_url

pytestmark = pytest.mark.django_db
THEIRS = "The therapist spoke first."
SINCE = "Written since you opened this page"


def clerk_writes(day: Day, text: str = THEIRS, group: str = "discussion", n: int = 1, **more: str) -> None:
    save_revision(
        item=day.items[0],
        group=group,
        n=n,
        edit_id=uuid.uuid4(),
        data={"text": text, **more} if text else more,
        by=day.clerk,
        now=after(day, 1 + n),
    )


def poll(day: Day, who: Any, **held: str | int | uuid.UUID) -> Any:
    asked = {name.replace("_", "-"): str(value) for name, value in held.items()}
    return as_(who, page=False).get(item_url(day, "item.status"), asked)


def written_at(day: Day) -> str:
    """When the clerk wrote, as it is read today: the meeting may have begun before midnight."""
    at = timezone.localtime(after(day, 2))
    return f"{at:%H:%M}" if at.date() == timezone.localdate() else f"{at.day} {at:%B, %H:%M}"


def show(day: Day, who: Any, group: str, **typed: str) -> Any:
    data = {"show": group, f"{group}-edit": str(uuid.uuid4())}
    data |= {f"{group}-{name}": value for name, value in typed.items()}
    return as_(who, page=False).post(item_url(day, "item.write"), data)


def test_page_that_holds_an_earlier_version_hears_who_wrote_what_and_when() -> None:
    day = in_session()
    assert SINCE not in words(poll(day, day.chair, discussion_n=1, views_n=1))
    clerk_writes(day)
    said = words(poll(day, day.chair, discussion_n=1, views_n=1))
    at = written_at(day)
    assert f"{SINCE} Discussion (Cleo Clerk, {at}) Show it" in said
    assert "What the child and the family said" not in said
    assert SINCE not in words(poll(day, day.chair, discussion_n=2, views_n=1))
    assert f"Discussion (you, in another window, {at})" in words(poll(day, day.clerk, discussion_n=1))


def test_day_is_given_where_it_is_not_today() -> None:
    day = in_session()
    clerk_writes(day)
    at = timezone.localtime(after(day, 2))
    assert f"Discussion (Cleo Clerk, {written_at(day)})" in words(poll(day, day.chair, discussion_n=1))
    with time_machine.travel(at + dt.timedelta(days=2), tick=False):
        said = words(poll(day, day.chair, discussion_n=1))
    assert f"Discussion (Cleo Clerk, {at.day} {at:%B, %H:%M})" in said


def saves(day: Day, who: Any, edit: uuid.UUID, text: str, **more: str) -> Any:
    data = {"only": "discussion", "discussion-n": "1", "discussion-edit": str(edit), "discussion-text": text}
    return as_(who, page=False).post(item_url(day, "item.write"), {**data, **more})


def test_poll_that_overtakes_the_answer_to_ones_own_save_names_nothing() -> None:
    day = in_session()
    edit = uuid.uuid4()
    assert saves(day, day.clerk, edit, THEIRS).status_code == 200
    assert SINCE not in words(poll(day, day.clerk, discussion_n=1, discussion_edit=edit))
    # Another window of the same person holds another mark, and so does everybody else.
    assert "you, in another window" in words(
        poll(day, day.clerk, discussion_n=1, discussion_edit=uuid.uuid4())
    )
    assert "Cleo Clerk" in words(poll(day, day.chair, discussion_n=1, discussion_edit=edit))
    # What somebody else wrote on top of it is news.
    save_by = {"item": day.items[0], "group": "discussion", "edit_id": uuid.uuid4(), "by": day.chair}
    save_revision(n=2, data={"text": "The nurse spoke first."}, now=after(day, 4), **save_by)
    assert "Charlie Chair" in words(poll(day, day.clerk, discussion_n=1, discussion_edit=edit))


def test_words_sent_again_after_an_answer_got_lost_are_the_pages_own_too() -> None:
    day = in_session()
    edit = uuid.uuid4()
    saves(day, day.clerk, edit, THEIRS)
    assert saves(day, day.clerk, edit, f"{THEIRS} And the teacher.").status_code == 200
    assert [row.n for row in Revision.objects.order_by("n")] == [1, 2]
    assert SINCE not in words(poll(day, day.clerk, discussion_n=1, discussion_edit=edit))
    assert "you, in another window" in words(
        poll(day, day.clerk, discussion_n=1, discussion_edit=uuid.uuid4())
    )


def test_text_chosen_of_two_is_the_pages_own_before_it_is_answered() -> None:
    day = in_session()
    clerk_writes(day)
    edit = uuid.uuid4()
    chosen = {"choice": "mine:discussion", "discussion-theirs": "1", "only": ""}
    assert saves(day, day.chair, edit, "The nurse spoke first.", **chosen).status_code == 200
    held = {"discussion_n": 1, "discussion_theirs": 1}
    assert SINCE not in words(poll(day, day.chair, discussion_edit=edit, **held))
    assert "you, in another window" in words(poll(day, day.chair, discussion_edit=uuid.uuid4(), **held))


def test_standard_steps_are_the_pages_own_before_they_are_shown() -> None:
    day = in_session()
    edit = uuid.uuid4()
    asked = {"only": "steps", "more": "standard", "steps-n": "1", "steps-edit": str(edit)}
    data = {**asked, "recommendation-outcome": "assess"}
    assert as_(day.chair, page=False).post(item_url(day, "item.write"), data).status_code == 200
    assert Revision.objects.get(group="steps").by == day.chair
    assert SINCE not in words(poll(day, day.chair, steps_n=1, steps_edit=edit))
    assert "you, in another window" in words(poll(day, day.chair, steps_n=1, steps_edit=uuid.uuid4()))


def test_page_sends_along_under_which_mark_it_saves() -> None:
    day = in_session()
    page = as_(day.chair).get(item_url(day)).content.decode()
    (included,) = re.findall(r'id="status"[^>]* hx-include="([^"]*)"', page)
    assert ".app-saved [name$='-edit']" in included
    assert re.search(r'class="app-saved">\s*<input[^>]*-n"[^>]*>\s*<input[^>]* name="discussion-edit"', page)


@pytest.mark.parametrize("mark", ["", "x", "1"])
def test_mark_that_is_none_hides_nothing(mark: str) -> None:
    day = in_session()
    clerk_writes(day)
    assert "you, in another window" in words(poll(day, day.clerk, discussion_n=1, discussion_edit=mark))


def test_poll_is_silent_again_until_another_version_is_held_or_written() -> None:
    day = in_session()
    opened = as_(day.chair).get(item_url(day)).context["seen"]
    assert poll(day, day.chair, seen=opened, discussion_n=1).status_code == 204
    clerk_writes(day)
    answer = poll(day, day.chair, seen=opened, discussion_n=1)
    heard = answer.context["seen"]
    assert (answer.status_code, heard == opened) == (200, False)
    assert poll(day, day.chair, seen=heard, discussion_n=1).status_code == 204
    # The text was shown meanwhile: the line goes.
    assert poll(day, day.chair, seen=heard, discussion_n=2).status_code == 200
    assert poll(day, day.chair, seen=opened, discussion_n=2).status_code == 204


@pytest.mark.parametrize("held", ["", "x", "-1", "99999999", "³"])
def test_number_that_is_none_is_no_version_held(held: str) -> None:
    day = in_session()
    clerk_writes(day)
    answer = poll(day, day.chair, discussion_n=held)
    assert (answer.status_code, SINCE in words(answer)) == (200, False)


def test_part_that_shows_both_texts_already_is_not_named_again() -> None:
    day = in_session()
    clerk_writes(day)
    assert SINCE not in words(poll(day, day.chair, discussion_n=1, discussion_theirs=1))
    clerk_writes(day, "And then the teacher.", n=2)
    assert SINCE in words(poll(day, day.chair, discussion_n=1, discussion_theirs=1))


def test_looking_for_what_others_wrote_costs_no_query_and_writes_nothing() -> None:
    day = in_session()
    clerk_writes(day)
    client, asked = as_(day.chair, page=False), []
    for held in ({}, {"discussion-n": 1}, {f"{group}-n": 1 for group in ("views", "discussion", "limbs")}):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(item_url(day, "item.status"), held).status_code == 200
        asked.append(len(queries))
        assert [one["sql"][:20] for one in queries if not one["sql"].startswith("SELECT")] == []
    assert len(set(asked)) == 1


def test_member_hears_of_what_members_read_and_of_nothing_else() -> None:
    day = in_session()
    clerk_writes(day)
    clerk_writes(day, "", "limbs", a_answer="yes")
    page = as_(day.nurse).get(item_url(day)).content.decode()
    assert 'name="discussion-n" value="2"' in page
    said = words(poll(day, day.nurse, discussion_n=1, limbs_n=1))
    assert (SINCE in said, "Show it" in said, "Show the page as it is now" in said) == (True, False, True)
    assert "The legal test (" not in said
    assert "The legal test (" in words(poll(day, day.chair, discussion_n=1, limbs_n=1))


def test_part_in_which_nothing_was_typed_is_exchanged() -> None:
    day = in_session()
    clerk_writes(day)
    answer = show(day, day.chair, "discussion", n="1", text="")
    assert (answer.status_code, answer["HX-Trigger-After-Settle"]) == (200, '{"shown": {}}')
    assert THEIRS in words(answer)
    assert 'name="discussion-n" value="2"' in answer.content.decode()
    assert Revision.objects.count() == 1


def test_what_was_typed_stands_beside_what_others_wrote() -> None:
    day = in_session()
    clerk_writes(day)
    answer = show(day, day.chair, "discussion", n="1", text="The nurse spoke first.")
    assert (answer.status_code, answer["HX-Retarget"]) == (409, "#discussion-saved")
    said = words(answer)
    assert ("Cleo Clerk saved this at" in said, THEIRS in said, "The nurse spoke first." in said) == (
        True,
        True,
        True,
    )
    assert Revision.objects.count() == 1


def test_views_the_case_came_with_are_nothing_that_was_typed() -> None:
    day = in_session()
    case = day.items[0].case
    case.child_views, case.family_views = "I like the garden.\r\n", "He is tired."
    case.save(update_fields=["child_views", "family_views"])
    clerk_writes(day, "", "views", child="I like the garden best.")
    shown = {"n": "1", "child": "I like the garden.", "family": "He is tired."}
    answer = show(day, day.chair, "views", **shown)
    assert (answer.status_code, "I like the garden best." in words(answer)) == (200, True)
    assert show(day, day.chair, "views", **{**shown, "family": "He is tired now."}).status_code == 409


def test_answers_of_others_bring_the_outcomes_that_follow_along() -> None:
    day = in_session()
    clerk_writes(day, "", "limbs", a_answer="yes", b_answer="yes")
    answer = show(day, day.chair, "limbs", n="1")
    assert answer.status_code == 200
    assert '<div id="outcomes" hx-swap-oob="outerHTML">' in answer.content.decode()


def test_choosing_while_somebody_is_faster_again_leaves_the_fields_in_place() -> None:
    day = in_session()
    clerk_writes(day)
    clerk_writes(day, "The teacher spoke first.", n=2)
    data = {"choice": "mine:discussion", "discussion-n": "1", "discussion-theirs": "1"}
    data |= {"discussion-text": "The nurse spoke first.", "discussion-edit": str(uuid.uuid4())}
    answer = as_(day.chair, page=False).post(item_url(day, "item.write"), data)
    assert (answer.status_code, answer["HX-Retarget"]) == (409, "#discussion-saved")


def test_text_from_another_window_of_the_same_person_is_not_somebody_elses() -> None:
    day = in_session()
    clerk_writes(day)
    own = words(show(day, day.clerk, "discussion", n="1", text="The nurse spoke first."))
    assert ("You saved this in another window at" in own, "Cleo Clerk" in own, "Theirs" in own) == (
        True,
        False,
        False,
    )
    typed = {"discussion-n": "1", "discussion-text": "The nurse spoke first."}
    page = as_(day.clerk).post(item_url(day, "item.write"), typed)
    assert page.status_code == 409
    assert "You saved this in another window while you were writing. Both texts are below" in words(page)


def test_error_box_leads_to_both_texts() -> None:
    day = in_session()
    clerk_writes(day)
    typed = {"discussion-n": "1", "discussion-text": "The nurse spoke first."}
    page = as_(day.chair).post(item_url(day, "item.write"), typed)
    assert "Somebody else saved this while you were writing. Both texts are below" in words(page)
    assert summary(page) == [("discussion-saved", "Discussion")]
    assert leads_nowhere(page) == []
