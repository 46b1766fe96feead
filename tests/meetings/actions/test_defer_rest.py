"""The rest of a late meeting is put off in one step: by the same rule as one item, all or none."""

import datetime as dt
from typing import Any

import pytest

from meetings.actions.consent import put_on_consent
from meetings.actions.defer import PuttingOff, beside, defer_item, defer_rest
from meetings.actions.listing import add_items
from meetings.actions.taking_back import take_back_deferral
from meetings.models import AgendaItem, Deferral, Meeting
from meetings.queries.putting_off import ANSWERED, CLOSED, the_rest
from meetings.queries.waiting import Listing
from meetings.rules.deferring import DeferralReason
from panel.law.legal import Stage
from panel.models import AuditEntry, Case, Denial
from panel.platform.policy import Refused
from tests.make import TODAY, make_case
from tests.meetings.actions.test_defer import later
from tests.meetings.day import YES, Day, after, begin, list_cases, make_day, refresh

pytestmark = pytest.mark.django_db
WHY = "The panel does not meet before."
# Received so long ago that only the meeting after one week is in time, and so long that none is.
IN_TIME, LATE = TODAY - dt.timedelta(days=21), TODAY - dt.timedelta(days=44)


def late_day(*received: dt.date) -> tuple[Day, Meeting, Meeting]:
    """The first item in discussion, one left for each day of `received`, and the panels of the next two weeks."""
    day = make_day(1)
    first, second = later(day, 7), later(day, 14)
    if received:
        list_cases(day, *[make_case(received_on=one) for one in received])
    return begin(day), first, second


def wanted(*items: AgendaItem, to: Meeting | None, **fields: Any) -> list[PuttingOff]:
    return [
        PuttingOff(item=item, **{"reason": DeferralReason.TIME, "next_meeting": to, **fields})
        for item in items
    ]


def put_off(day: Day, asked: list[PuttingOff], *, by: Any = None) -> list[Deferral]:
    return defer_rest(meeting=day.meeting, wanted=asked, by=by or day.chair, now=after(day, 150))


def test_every_item_goes_onto_the_list_of_its_next_meeting_as_if_put_off_alone() -> None:
    day, first, second = late_day(IN_TIME, IN_TIME, LATE)
    _, one, two, three = day.items
    asked = [*wanted(two, three, to=first, late_because=WHY), *wanted(one, to=first)]
    rows = put_off(day, asked)
    refresh(day)
    assert [item.state for item in day.items] == ["in_discussion", "deferred", "deferred", "deferred"]
    assert [row.item for row in rows] == [one, two, three]
    assert [row.makes_late for row in rows] == [False, False, True]
    assert [item.case_id for item in first.items.order_by("position")] == [
        one.case_id,
        two.case_id,
        three.case_id,
    ]
    assert second.items.count() == 0
    assert AuditEntry.objects.filter(verb="item.defer").count() == 3
    assert AuditEntry.objects.filter(verb="agenda.add", subject__in=first.items.values("public_id")).exists()


def test_each_problem_names_its_item_and_nothing_is_put_off() -> None:
    day, first, second = late_day(IN_TIME, LATE, IN_TIME)
    _, good, late, unsaid = day.items
    asked = [*wanted(good, to=first), *wanted(late, to=second), *wanted(unsaid, to=None)]
    with pytest.raises(Refused) as no:
        put_off(day, asked)
    assert [(part.code, part.field) for part in no.value.parts] == [
        ("deferral_makes_late", beside("late_because", late)),
        ("not_the_earliest", beside("next_meeting", late)),
        ("next_not_chosen", beside("next_meeting", unsaid)),
    ]
    assert all(part.sentence.startswith("Item ") for part in no.value.parts)
    assert (Deferral.objects.count(), first.items.count(), second.items.count()) == (0, 0, 0)


def test_what_the_next_agenda_refuses_is_said_of_the_case_it_names() -> None:
    day, first, _ = late_day(IN_TIME, IN_TIME)
    _, one, two = day.items
    case = Case.objects.get(pk=two.case_id)
    add_items(meeting=first, listings=[Listing(case, Stage.ASSESS)], by=day.clerk, now=after(day, 10))
    with pytest.raises(Refused) as no:
        put_off(day, wanted(one, two, to=first))
    (part,) = no.value.parts
    assert (part.code, part.field) == ("same_case_twice", beside("next_meeting", two))
    assert Deferral.objects.count() == 0


def test_meeting_of_another_panel_and_none_ticked_are_refused() -> None:
    day, _, _ = late_day(IN_TIME)
    with pytest.raises(Refused) as no:
        put_off(day, wanted(day.items[1], to=day.meeting))
    assert no.value.code == "not_this_panel"
    with pytest.raises(Refused) as nothing:
        put_off(day, [])
    assert nothing.value.code == "nothing_chosen"


def test_item_taken_up_or_finished_meanwhile_stops_all_of_it() -> None:
    day, first, _ = late_day(IN_TIME, IN_TIME)
    _, one, two = day.items
    defer_item(item=one, reason=DeferralReason.TIME, next_meeting=first, by=day.chair, now=after(day, 100))
    with pytest.raises(Refused) as no:
        put_off(day, wanted(one, two, to=first))
    assert (no.value.code, Deferral.objects.count()) == ("stale", 1)


def test_item_that_is_closed_to_whoever_puts_off_is_left() -> None:
    day, first, _ = late_day(IN_TIME, IN_TIME)
    _, one, two = day.items
    Denial.objects.create(case=two.case, user=day.chair, source="test", since=after(day, 1))
    found = the_rest(day.chair, day.meeting, after(day, 150))
    assert ([line.item for line in found.lines], found.apart) == ([one], ((3, CLOSED),))
    with pytest.raises(Refused) as no:
        put_off(day, wanted(one, two, to=first))
    assert (no.value.code, Deferral.objects.count()) == ("stale", 0)
    assert len(put_off(day, wanted(one, two, to=first), by=day.clerk)) == 2


def test_member_puts_nothing_off() -> None:
    day, first, _ = late_day(IN_TIME)
    with pytest.raises(Refused):
        put_off(day, wanted(day.items[1], to=first), by=day.nurse)


def test_item_taken_back_is_put_off_with_the_rest() -> None:
    day, first, _ = late_day(IN_TIME, IN_TIME)
    _, one, two = day.items
    earlier = defer_item(
        item=one, reason=DeferralReason.QUORUM, next_meeting=first, by=day.chair, now=after(day, 100)
    )
    take_back_deferral(item=one, because="Wrong item.", by=day.chair, now=after(day, 101))
    rows = put_off(day, wanted(one, two, to=first))
    assert [row.supersedes for row in rows] == [earlier, None]


def test_proposal_is_in_time_where_a_panel_is_and_the_rule_takes_it_as_it_is() -> None:
    day, first, _ = late_day(IN_TIME, TODAY - dt.timedelta(days=14), LATE)
    found = the_rest(day.chair, day.meeting, after(day, 150))
    assert [(line.proposed, line.asks_why) for line in found.lines] == [
        (first, False),
        (first, False),
        (first, True),
    ]
    assert [line.reason for line in found.lines] == [DeferralReason.TIME] * 3
    assert found.loads == (f"{first.starts_at:%-d %B %Y}: 3 items more.",)
    asked = [
        PuttingOff(
            line.item, line.reason, next_meeting=line.proposed, late_because=WHY if line.asks_why else ""
        )
        for line in found.lines
    ]
    assert len(put_off(day, asked)) == 3


def test_item_without_quorum_says_so_and_one_that_needs_no_panel_is_left_apart() -> None:
    day = make_day(0)
    first = later(day, 7)
    list_cases(day, make_case(received_on=IN_TIME), make_case(received_on=IN_TIME))
    begin(day, day.psychologist)
    Case.objects.filter(pk=day.items[1].case_id).update(state="withdrawn")
    AgendaItem.objects.filter(pk=day.items[0].pk).update(state="listed")
    found = the_rest(day.chair, day.meeting, after(day, 150))
    assert [(line.reason, line.proposed) for line in found.lines] == [(DeferralReason.QUORUM, first)]
    assert found.apart == ((2, ANSWERED),)


def test_item_on_the_consent_list_is_shown_and_not_ticked() -> None:
    day = make_day(1)
    later(day, 7)
    list_cases(day, make_case(received_on=IN_TIME))
    put_on_consent(
        item=day.items[1],
        answers=YES,
        reasons="Her speech is far behind. " * 15,
        reasons_by=day.officer,
        support_meanwhile="",
        by=day.clerk,
        now=after(day, -60),
    )
    begin(day)
    (line,) = the_rest(day.chair, day.meeting, after(day, 150)).lines
    assert line.on_consent


def test_nothing_is_left_where_everything_is_heard() -> None:
    day = begin(make_day(1))
    found = the_rest(day.chair, day.meeting, after(day, 10))
    assert (found.lines, found.later, found.loads) == ((), (), ())
