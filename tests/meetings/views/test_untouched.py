"""A whole form that is sent while somebody else wrote in a part of it: what was not touched here is no second text."""

import uuid

import pytest

from meetings.actions.live import save_revision
from meetings.models import Recommendation, Revision
from tests.meetings.day import Day, after
from tests.meetings.views.client import as_, words
from tests.meetings.views.test_recommending import ASSESS
from tests.meetings.views.test_room import in_session, item_url

pytestmark = pytest.mark.django_db
THEIRS = "The therapist spoke first."


def clerk_writes(day: Day, text: str, n: int = 1) -> None:
    save_revision(
        item=day.items[0],
        group="discussion",
        n=n,
        edit_id=uuid.uuid4(),
        data={"text": text},
        by=day.clerk,
        now=after(day, 1 + n),
    )


def record(day: Day, **discussion: str) -> tuple[int, int, list[str]]:
    """The answer, how many recommendations there are, and what the discussion said each time it was saved."""
    typed = {f"discussion-{name}": value for name, value in discussion.items()}
    answer = as_(day.chair).post(item_url(day, "recommendation.record"), {**ASSESS, **typed})
    said = [row.data.get("text", "") for row in Revision.objects.filter(group="discussion").order_by("n")]
    return answer.status_code, Recommendation.objects.count(), said


def test_chair_who_never_touched_the_discussion_records_beside_the_clerk_who_writes_it() -> None:
    day = in_session()
    clerk_writes(day, THEIRS)
    assert record(day, n="1", text="") == (302, 1, [THEIRS])


def test_page_that_shows_what_was_saved_before_is_no_text_of_its_own() -> None:
    day = in_session()
    clerk_writes(day, THEIRS)
    clerk_writes(day, "The teacher spoke first.", n=2)
    assert record(day, n="2", text=THEIRS) == (302, 1, [THEIRS, "The teacher spoke first."])


def test_what_was_typed_here_is_still_a_second_text() -> None:
    day = in_session()
    clerk_writes(day, THEIRS)
    assert record(day, n="1", text="The nurse spoke first.") == (409, 0, [THEIRS])


def test_what_was_emptied_here_is_still_a_second_text() -> None:
    day = in_session()
    clerk_writes(day, THEIRS)
    clerk_writes(day, "The teacher spoke first.", n=2)
    assert record(day, n="2", text="")[:2] == (409, 0)


@pytest.mark.parametrize("n", ["", "x", "-1", "99999999", "1"])
def test_number_that_cannot_be_leaves_the_clerks_words(n: str) -> None:
    day = in_session()
    clerk_writes(day, THEIRS)
    assert record(day, n=n, text="")[2][0] == THEIRS


def test_page_that_comes_back_with_a_fault_shows_theirs_and_goes_on_from_it() -> None:
    day = in_session()
    clerk_writes(day, THEIRS)
    typed = {**ASSESS, "recommendation-reasons": "", "discussion-n": "1", "discussion-text": ""}
    answer = as_(day.chair).post(item_url(day, "recommendation.record"), typed)
    assert answer.status_code == 422
    assert THEIRS in words(answer)
    assert 'name="discussion-n" value="2"' in answer.content.decode()


def test_page_that_was_open_while_it_was_recorded_hears_how_the_item_stands() -> None:
    day = in_session()
    clerk, where = as_(day.clerk), item_url(day, "item.status")
    assert "This item stands now" not in words(clerk.get(where))
    assert record(day)[0] == 302
    said = clerk.get(where)
    assert "This item stands now: Recommendation made." in words(said)
    assert item_url(day) in said.content.decode()
    assert "This item stands now" not in words(clerk.get(item_url(day)))
