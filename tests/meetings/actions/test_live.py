import datetime as dt
import uuid

import pytest

from meetings.actions.defer import defer_item
from meetings.actions.live import (
    Collided,
    Saved,
    close_meeting,
    latest,
    open_meeting,
    pause_item,
    save_revision,
    start_item,
    withdraw_item,
)
from meetings.models import Deferral, Interval, Revision
from meetings.queries.sheets import freeze
from meetings.rules.deferring import DeferralReason
from panel.platform.policy import Refused
from tests.meetings.day import (
    UNPLANNED,
    advise,
    after,
    begin,
    card_on,
    closed,
    heard,
    make_day,
    refresh,
    sit_down,
)

pytestmark = pytest.mark.django_db
ONE, TWO = uuid.UUID(int=1), uuid.UUID(int=2)


def code(call, **fields) -> str:
    with pytest.raises(Refused) as refused:
        call(**fields)
    return refused.value.code


def save(day, n: int, text: str, edit_id=None, by=None, group: str = "discussion"):
    return save_revision(
        item=day.items[0],
        group=group,
        n=n,
        edit_id=edit_id or uuid.uuid4(),
        data={"text": text},
        by=by or day.clerk,
        now=after(day, 3),
    )


def test_meeting_opens_with_a_chair_and_closes_with_every_item_finished() -> None:
    day = make_day()
    assert (
        code(open_meeting, meeting=day.meeting, card=card_on(after(day, 0)), by=day.clerk, now=after(day, 0))
        == "no_chair"
    )
    sit_down(day)
    open_meeting(meeting=day.meeting, card=card_on(after(day, 0)), by=day.clerk, now=after(day, 0))
    assert (
        code(open_meeting, meeting=day.meeting, card=card_on(after(day, 1)), by=day.clerk, now=after(day, 1))
        == "wrong_state"
    )
    assert code(close_meeting, meeting=day.meeting, by=day.chair, now=after(day, 1)) == "items_open"
    start_item(item=day.items[0], by=day.chair, now=after(day, 1))
    advise(day, day.items[0])
    close_meeting(meeting=day.meeting, by=day.chair, now=after(day, 30))
    refresh(day)
    assert (day.meeting.state, day.meeting.opened_at, day.meeting.closed_at) == (
        "closed",
        after(day, 0),
        after(day, 30),
    )
    assert set(Interval.objects.values_list("left_at", flat=True)) == {after(day, 30)}


@pytest.mark.parametrize("who", ["nurse", "officer", "vice"])
def test_only_chair_and_clerk_run_a_meeting(who: str) -> None:
    day = make_day()
    sit_down(day)
    by = getattr(day, who)
    assert (
        code(open_meeting, meeting=day.meeting, card=card_on(after(day, 0)), by=by, now=after(day, 0))
        == "not_allowed"
    )
    assert code(start_item, item=day.items[0], by=by, now=after(day, 0)) == "not_allowed"
    refresh(day)
    assert (day.meeting.state, day.items[0].state) == ("planned", "listed")


def test_one_item_at_a_time_and_only_in_session() -> None:
    day = make_day(2)
    assert code(start_item, item=day.items[0], by=day.chair, now=after(day, 0)) == "not_in_session"
    begin(day)
    assert code(start_item, item=day.items[1], by=day.chair, now=after(day, 2)) == "another_item"
    pause_item(item=day.items[0], by=day.chair, now=after(day, 3))
    assert start_item(item=day.items[1], by=day.chair, now=after(day, 4)).started_at == after(day, 4)


def test_deferral_for_information_says_who_gets_what_by_when() -> None:
    day = begin(make_day())
    values = {
        "item": day.items[0],
        "reason": DeferralReason.INFORMATION,
        "late_because": UNPLANNED,
        "by": day.chair,
        "now": after(day, 5),
    }
    assert code(defer_item, **values) == "missing_not_named"
    assert not Deferral.objects.exists()
    defer_item(**values, missing="Hearing test", owner="Cleo Clerk", by_when=after(day, 9999).date())
    refresh(day)
    assert (day.items[0].state, day.items[0].ended_at) == ("deferred", after(day, 5))


def test_item_is_put_off_unheard_for_want_of_time() -> None:
    day = begin(make_day(2))
    defer_item(
        item=day.items[1], reason=DeferralReason.TIME, late_because=UNPLANNED, by=day.chair, now=after(day, 5)
    )
    refresh(day)
    assert (day.items[1].state, day.items[1].started_at, day.items[1].ended_at) == ("deferred", None, None)


def test_withdrawing_needs_a_reason_and_a_session() -> None:
    day = begin(make_day())
    values = {"item": day.items[0], "by": day.chair}
    assert code(withdraw_item, **values, because=" ", now=after(day, 5)) == "no_reason"
    assert withdraw_item(**values, because="The family withdrew", now=after(day, 5)).state == "withdrawn"
    closed(day)
    assert code(withdraw_item, **values, because="Again", now=after(day, 99)) == "not_in_session"
    [(_, sheet)] = freeze(day.meeting, version=1, correction="", by=day.clerk).items
    assert sheet.withdrawn_because == "The family withdrew"


def test_second_writer_gets_both_texts_and_nothing_is_lost() -> None:
    day = begin(make_day())
    assert save(day, 1, "First words") == Saved(Revision.objects.get())
    collided = save(day, 1, "Other words", by=day.chair)
    assert collided == Collided(Revision.objects.get(), {"text": "Other words"})
    assert isinstance(save(day, 2, "Both, merged", by=day.chair), Saved)
    assert latest(day.items[0], "discussion").data == {"text": "Both, merged"}


def test_same_edit_sent_again_gives_the_first_result() -> None:
    day = begin(make_day())
    first = save(day, 1, "First words", ONE)
    save(day, 2, "More", TWO)
    assert save(day, 1, "First words", ONE) == first
    assert Revision.objects.count() == 2


def test_groups_have_histories_of_their_own() -> None:
    day = begin(make_day())
    assert isinstance(save(day, 1, "x"), Saved)
    assert isinstance(save(day, 1, "y", group="views"), Saved)


def test_revision_that_cannot_be_is_refused() -> None:
    day = begin(make_day())
    values = {"item": day.items[0], "edit_id": ONE, "by": day.clerk, "now": after(day, 3)}
    assert [
        code(save_revision, **values, group="secrets", n=1, data={}),
        code(save_revision, **values, group="views", n=3, data={}),
        code(save_revision, **values, group="views", n=0, data={}),
        code(save_revision, **values, group="views", n=1, data={"text": "a\0b"}),
        code(save_revision, **values, group="views", n=1, data={"lines": ["x"] * 400}),
        code(save_revision, **{**values, "by": day.nurse}, group="views", n=1, data={}),
    ] == ["unknown_group", "stale", "stale", "nul", "too_many_parts", "not_allowed"]
    assert not Revision.objects.exists()


def test_words_can_be_finished_after_the_meeting() -> None:
    day = make_day()
    heard(day)
    closed(day)
    assert isinstance(save(day, 1, "The words of the day"), Saved)


def test_meeting_is_not_opened_before_its_day() -> None:
    day = make_day()
    sit_down(day)
    early = after(day, 0) - dt.timedelta(days=1)
    assert (
        code(open_meeting, meeting=day.meeting, card=card_on(early), by=day.chair, now=early) == "too_early"
    )
    same_day = after(day, -60)
    assert (
        open_meeting(meeting=day.meeting, card=card_on(same_day), by=day.chair, now=same_day).opened_at
        == same_day
    )
