"""A quorum that attendance, put right afterwards, takes away: said at once, in the way of the minutes, and answered by the chair."""

import pytest
from django.urls import reverse
from django.utils import timezone

from meetings.actions.attendance import Line, leave, record_attendance
from meetings.actions.decide import record_decision
from meetings.actions.minutes import prepare_minutes
from meetings.actions.quorum import answer_for_quorum
from meetings.actions.recommend import set_aside_recommendation
from meetings.models import Minutes, QuorumAnswer
from meetings.queries.minutes import blockers
from meetings.queries.quorum import lost_quorums
from meetings.queries.room import load_room
from meetings.queries.sheets import freeze
from meetings.rules.attendance import Status
from panel.law.legal import Outcome, Stage
from panel.platform.policy import Refused
from tests.meetings.day import Day, advise, after, begin, closed, make_day, refresh
from tests.meetings.views.client import as_, boxes, words

pytestmark = pytest.mark.django_db
SHORT = "Quorum is 7, 6 eligible members present for this item."
BECAUSE = "Nia Nurse left after the vote; the sheet has the time of her next meeting"


def advised() -> Day:
    """Advised at minute 20 with all seven there."""
    day = begin(make_day(minimum_total=7))
    advise(day, day.items[0], now=after(day, 20))
    refresh(day)
    return day


def left_early(day: Day, minute: int = 5) -> None:
    leave(entry=day.entry(day.nurse), at=after(day, minute), by=day.clerk, now=after(day, 30))


def lost(day: Day):
    day.meeting.refresh_from_db()
    return lost_quorums(load_room(day.meeting))


def test_quorum_of_advice_goes_with_an_earlier_leaving_and_comes_back_with_the_right_time() -> None:
    day = advised()
    assert lost(day) == ()
    left_early(day)
    (gone,) = lost(day)
    assert (gone.item, gone.standing, gone.open) == (day.items[0], SHORT, True)
    times = ((after(day, 0), after(day, 25)),)
    record_attendance(
        meeting=day.meeting,
        lines=[Line(day.entry(day.nurse), Status.PRESENT, times=times)],
        by=day.clerk,
        now=after(day, 31),
    )
    assert lost(day) == ()


def test_who_leaves_in_the_minute_of_the_advice_or_with_the_close_was_there() -> None:
    day = advised()
    left_early(day, 20)
    assert lost(day) == ()
    closed(day)
    assert lost(day) == ()


def test_minutes_wait_until_the_chair_says_how_it_stands() -> None:
    day = advised()
    left_early(day)
    closed(day)
    assert [(one.code, one.item) for one in blockers(day.meeting)] == [("quorum_lost", day.items[0])]
    with pytest.raises(Refused, match="6 eligible members present"):
        prepare_minutes(meeting=day.meeting, by=day.clerk, now=after(day, 61))
    values = {"item": day.items[0], "because": BECAUSE, "now": after(day, 62)}
    with pytest.raises(Refused) as other:
        answer_for_quorum(by=day.vice, **values)
    assert other.value.code == "not_allowed"
    first = answer_for_quorum(by=day.chair, **values)
    assert (answer_for_quorum(by=day.chair, **values), QuorumAnswer.objects.count()) == (first, 1)
    assert blockers(day.meeting) == ()
    made = prepare_minutes(meeting=day.meeting, by=day.clerk, now=after(day, 63))
    assert Minutes.objects.get() == made
    ((_, sheet),) = freeze(day.meeting, version=1, correction="", by=day.clerk).items
    assert (sheet.quorate, sheet.quorum_answer) == (False, BECAUSE)
    assert sheet.quorum == (
        "Counted when the panel advised: Quorum is 7, 7 eligible members present for this item."
        f" As attendance was put right since: {SHORT}"
    )


def test_answer_counts_for_the_count_it_was_given_for() -> None:
    day = advised()
    left_early(day)
    answer_for_quorum(item=day.items[0], because=BECAUSE, by=day.chair, now=after(day, 32))
    assert not lost(day)[0].open
    leave(entry=day.entry(day.head), at=after(day, 6), by=day.clerk, now=after(day, 33))
    assert lost(day)[0].open


def test_taking_the_item_up_again_is_another_way() -> None:
    day = advised()
    left_early(day)
    set_aside_recommendation(
        item=day.items[0], because="There was no quorum", by=day.chair, now=after(day, 34)
    )
    assert lost(day) == ()


def test_nothing_is_answered_while_the_quorum_stands() -> None:
    day = advised()
    with pytest.raises(Refused) as no:
        answer_for_quorum(item=day.items[0], because=BECAUSE, by=day.chair, now=after(day, 30))
    assert no.value.code == "quorum_stands"


def test_it_is_said_at_once_on_the_list_to_the_officer_and_with_the_way_to_answer() -> None:
    day = advised()
    decision = record_decision(
        case=day.items[0].case,
        stage=Stage.ASSESS,
        item=day.items[0],
        outcome=Outcome.ASSESS,
        by=day.officer,
        now=after(day, 25),
    )
    shown = reverse("decision.view", args=[decision.public_id])
    assert "does not show" not in words(as_(day.officer).get(shown))
    entry = day.entry(day.nurse)
    at = f"{after(day, 5).astimezone():%H:%M}"
    answer = as_(day.clerk).post(reverse("attendance.leave", args=[entry.public_id]), {"at": at}, follow=True)
    seen = words(answer)
    assert "With this attendance item 1 had no quorum when the panel advised." in seen
    assert f"Advised with a quorum that attendance does not show now. {SHORT}" in seen
    told = words(as_(day.officer).get(shown))
    assert SHORT in told
    assert "The decision stands until you look at it again." in told
    page = reverse("recommendation.quorum", args=[day.items[0].public_id])
    assert page in as_(day.chair).get(reverse("item.view", args=[day.items[0].public_id])).content.decode()
    assert SHORT in words(as_(day.chair).get(page))
    done = as_(day.chair).post(page, {"because": BECAUSE}, follow=True)
    assert "The minutes give it beside the count." in words(done)


def test_nobody_decides_on_advice_whose_quorum_has_gone_before_the_chair_has_said_how_that_stands() -> None:
    day = advised()
    left_early(day)
    item = day.items[0]
    values = {
        "case": item.case,
        "stage": Stage.ASSESS,
        "item": item,
        "outcome": Outcome.ASSESS,
        "by": day.officer,
        "now": after(day, 40),
    }
    with pytest.raises(Refused, match="6 eligible members present") as no:
        record_decision(**values)
    assert no.value.code == "quorum_gone"
    there = reverse("decision.record", args=[item.public_id])
    reference = day.meeting.config.delegation_reference
    on_the_form = {**boxes("decided_on", timezone.localdate()), "delegation_reference": reference}
    page = as_(day.officer).post(there, {"does": "agree", **on_the_form})
    assert (page.status_code, "send it back to the panel" in words(page)) == (422, True)
    answer_for_quorum(item=item, because=BECAUSE, by=day.chair, now=after(day, 41))
    assert record_decision(**values).outcome == Outcome.ASSESS


def test_officer_and_chair_read_of_it_where_they_start_and_whoever_releases_on_the_letter() -> None:
    day = advised()
    item = day.items[0]
    decide_page, answer_page = (
        reverse(name, args=[item.public_id]) for name in ("decision.record", "recommendation.quorum")
    )
    assert "Quorum" not in words(as_(day.officer).get(reverse("decision.list")))
    left_early(day)
    assert "Quorum to be answered for" in words(as_(day.officer).get(reverse("decision.list")))
    assert SHORT in words(as_(day.officer).get(decide_page))
    home = reverse("home.view")
    assert answer_page in as_(day.chair).get(home).content.decode()
    answer_for_quorum(item=item, because=BECAUSE, by=day.chair, now=after(day, 32))
    assert answer_page not in as_(day.chair).get(home).content.decode()
    assert "Quorum to be answered for" not in words(as_(day.officer).get(reverse("decision.list")))
    assert SHORT not in words(as_(day.officer).get(decide_page))
