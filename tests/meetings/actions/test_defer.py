"""An item put off goes onto the list of the meeting that hears it next, and a family whose answer will be late is told."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from meetings.actions.decide import record_decision
from meetings.actions.defer import defer_item, note_family_told
from meetings.actions.listing import add_items
from meetings.actions.live import open_meeting, start_item
from meetings.actions.moving import cancel_meeting, move_meeting
from meetings.actions.plan import plan_meeting
from meetings.models import AgendaItem, Deferral, DeferralNotice, Meeting, RosterEntry
from meetings.queries.sheets import freeze
from meetings.queries.tray import clerk_meetings, untold
from meetings.queries.waiting import Listing
from meetings.rules.deferring import DeferralReason
from panel.law.clock import latest_safe_panel_for
from panel.law.legal import Outcome, Stage
from panel.models import Case, CaseState
from panel.platform.policy import Refused, Role
from panel.queries.clocks import stage_due_of
from tests.make import TODAY, make_case, make_parent, make_user
from tests.meetings.day import (
    REASONS,
    UNPLANNED,
    YES,
    Day,
    after,
    begin,
    card_on,
    closed,
    list_cases,
    make_day,
    refresh,
    sit_down,
)
from tests.meetings.views.client import as_, boxes, this_morning, words

pytestmark = pytest.mark.django_db
WHY = "The panel does not meet before."


def later(day: Day, days: int) -> Meeting:
    starts_at = day.meeting.starts_at + dt.timedelta(days=days)
    return plan_meeting(
        panel_type=day.panel_type,
        starts_at=starts_at,
        ends_at=starts_at + dt.timedelta(hours=3),
        venue="Room 1",
        by=day.clerk,
        now=after(day, -600),
    ).meeting


def put_off(day: Day, **fields: object) -> Deferral:
    values = {"item": day.items[0], "reason": DeferralReason.TIME, "by": day.chair, "now": after(day, 9)}
    return defer_item(**{**values, **fields})


def list_on(day: Day, meeting: Meeting) -> None:
    case = Case.objects.get(pk=day.items[0].case_id)
    add_items(meeting=meeting, listings=[Listing(case, Stage.ASSESS)], by=day.clerk, now=after(day, 30))


def test_item_put_off_is_on_the_list_of_the_next_meeting_with_its_time() -> None:
    day = make_day(1)
    next_one = later(day, 7)
    begin(day)
    row = put_off(day, next_meeting=next_one)
    again = AgendaItem.objects.get(meeting=next_one)
    assert (again.case, again.stage, again.state, again.minutes) == (
        day.items[0].case,
        "assess",
        "listed",
        day.items[0].minutes,
    )
    assert (row.next_meeting, row.makes_late, untold(day.clerk, after(day, 10))) == (next_one, False, ())


def test_slot_is_asked_for_where_the_panel_meets_again_and_nothing_is_kept_without() -> None:
    day = make_day(1)
    later(day, 7)
    begin(day)
    with pytest.raises(Refused) as refused:
        put_off(day)
    assert (refused.value.code, refused.value.field) == ("next_not_chosen", "next_meeting")
    day.items[0].refresh_from_db()
    assert (day.items[0].state, Deferral.objects.count()) == ("in_discussion", 0)


def test_case_put_off_to_no_meeting_says_why_and_is_shown_to_the_clerk_until_it_is_listed() -> None:
    day = make_day(1)
    begin(day)
    with pytest.raises(Refused) as refused:
        put_off(day)
    assert (refused.value.code, refused.value.field) == ("deferral_without_slot", "late_because")
    row = put_off(day, late_because=UNPLANNED)
    assert (row.makes_late, row.late_because) == (False, UNPLANNED)
    now = after(day, 10)
    (shown,) = clerk_meetings(day.clerk, now).unplaced
    assert (shown.deferral, shown.latest_panel_on) == (
        row,
        latest_safe_panel_for(stage_due_of(row.item.case, Stage.ASSESS)),
    )
    home = words(as_(day.clerk).get(reverse("home.view")))
    assert "Put off, and on no list" in home
    assert clerk_meetings(make_user("Other Clerk", Role.CLERK), now).unplaced == (shown,)
    sheet = freeze(closed(day).meeting, version=1, correction="", by=day.clerk).items[0][1]
    assert (sheet.deferral.late_because, sheet.deferral.no_slot_because) == ("", UNPLANNED)
    list_on(day, later(day, 7))
    assert clerk_meetings(day.clerk, now).unplaced == ()


def test_case_put_off_to_no_meeting_after_its_last_safe_day_owes_the_family_a_word() -> None:
    day = make_day(0)
    list_cases(day, make_case(received_on=TODAY - dt.timedelta(days=44)))
    begin(day)
    row = put_off(day, late_because=UNPLANNED)
    assert (row.makes_late, untold(day.clerk, after(day, 10))) == (True, (row,))


def test_cancelled_meeting_leaves_what_was_put_off_to_it_on_no_list() -> None:
    day = make_day(1)
    next_one = later(day, 7)
    begin(day)
    row = put_off(day, next_meeting=next_one)
    assert clerk_meetings(day.clerk, after(day, 10)).unplaced == ()
    cancel_meeting(meeting=next_one, because="Snow", by=day.clerk, now=after(day, 60))
    assert [one.deferral for one in clerk_meetings(day.clerk, after(day, 61)).unplaced] == [row]


def test_family_is_not_sent_to_fetch_what_is_missing() -> None:
    day = make_day(1)
    begin(day)
    make_parent(day.items[0].case.child, "Kim")
    asked = {"reason": DeferralReason.INFORMATION, "missing": "The report", "late_because": UNPLANNED}
    with pytest.raises(Refused) as refused:
        put_off(day, **asked, owner="Kim Ashdown", by_when=TODAY + dt.timedelta(days=3))
    assert (refused.value.code, refused.value.field) == ("owner_is_family", "owner")
    assert "“Kim Ashdown” is the family" in refused.value.sentence


def test_meeting_of_another_panel_or_an_earlier_one_is_no_slot() -> None:
    day = make_day(1)
    begin(day)
    with pytest.raises(Refused) as refused:
        put_off(day, next_meeting=day.meeting)
    assert refused.value.code == "not_this_panel"


def test_late_slot_keeps_its_reason_and_the_family_is_to_be_told() -> None:
    day = make_day(0)
    next_one = later(day, 14)
    coordinator = make_user("Cora Coordinator", Role.COORDINATOR)
    list_cases(day, make_case(received_on=TODAY - dt.timedelta(days=40), coordinator=coordinator))
    begin(day)
    with pytest.raises(Refused) as refused:
        put_off(day, next_meeting=next_one)
    assert refused.value.code == "deferral_makes_late"
    row = put_off(day, next_meeting=next_one, late_because=WHY)
    assert (row.makes_late, row.late_because) == (True, WHY)
    assert untold(day.clerk, after(day, 10)) == untold(coordinator, after(day, 10)) == (row,)
    assert "Families to be told" in words(as_(coordinator).get(reverse("home.view")))
    [(_, sheet)] = freeze(closed(day).meeting, version=1, correction="", by=day.clerk).items
    assert (sheet.deferral.next_on, sheet.deferral.late_because) == (next_one.starts_at.date(), WHY)
    now = after(day, 60)
    with pytest.raises(Refused) as early:
        note_family_told(deferral=row, told_on=TODAY - dt.timedelta(days=1), by=day.clerk, now=now)
    assert early.value.code == "told_early"
    for _ in range(2):
        note_family_told(deferral=row, told_on=TODAY, by=day.clerk, now=now)
    assert (DeferralNotice.objects.count(), untold(day.clerk, now)) == (1, ())


def test_chair_chooses_the_slot_by_screen_and_the_clerk_says_the_family_knows() -> None:
    day = make_day(0, at=this_morning())
    next_one = later(day, 14)
    list_cases(day, make_case(received_on=TODAY - dt.timedelta(days=44)))
    begin(day)
    address = reverse("item.defer", args=[day.items[0].public_id])
    page = as_(day.chair).get(address)
    assert "(after the last safe day)" in page.content.decode()
    lacking = as_(day.chair).post(address, {"reason": "time"})
    assert (lacking.status_code, list(lacking.context["form"].errors)) == (422, ["next_meeting"])
    typed = {"reason": "time", "next_meeting": next_one.pk, "late_because": WHY}
    assert as_(day.chair).post(address, typed).status_code == 302
    told = reverse("delay.told", args=[day.items[0].public_id])
    home = as_(day.clerk).get(reverse("home.view")).content.decode()
    assert told in home
    answer = as_(day.clerk).post(told, boxes("told_on", timezone.localdate()))
    assert answer.status_code == 302
    assert told not in as_(day.clerk).get(reverse("home.view")).content.decode()


def test_cancelling_the_next_meeting_says_which_cases_have_no_slot_left() -> None:
    day = make_day(0, at=this_morning())
    received_on = timezone.localdate() - dt.timedelta(days=7)
    list_cases(day, *(make_case(received_on=received_on) for _ in range(2)))
    next_one = later(day, 7)
    begin(day)
    put_off(day, next_meeting=next_one)
    answer = as_(day.clerk).post(
        reverse("meeting.cancel", args=[next_one.public_id]), {"because": "Snow"}, follow=True
    )
    reference = day.items[0].case.reference
    assert f"{reference} was put off to this meeting and is on no list in time now." in words(answer)
    assert day.items[1].case.reference not in "".join(str(one) for one in answer.context["messages"])


def test_case_that_another_meeting_hears_in_time_has_a_slot() -> None:
    day = make_day(1)
    next_one, after_that = later(day, 7), later(day, 8)
    begin(day)
    put_off(day, next_meeting=next_one)
    list_on(day, after_that)
    done = cancel_meeting(meeting=next_one, because="Snow", by=day.clerk, now=after(day, 60))
    assert done.warnings == ()


def test_moving_the_next_meeting_past_the_last_safe_day_says_so() -> None:
    day = make_day(1)
    next_one = later(day, 7)
    begin(day)
    put_off(day, next_meeting=next_one)

    def moved(days: int) -> list[str]:
        starts_at = day.meeting.starts_at + dt.timedelta(days=days)
        planned = move_meeting(
            meeting=next_one,
            starts_at=starts_at,
            ends_at=starts_at + dt.timedelta(hours=2),
            venue="Room 1",
            by=day.clerk,
            now=after(day, 60),
        )
        return [one.code for one in planned.warnings]

    assert "no_slot" not in moved(8)
    assert "no_slot" in moved(84)


def test_page_of_a_family_to_be_told_names_no_cancelled_day() -> None:
    day = make_day(0, at=this_morning())
    next_one = later(day, 14)
    list_cases(day, make_case(received_on=TODAY - dt.timedelta(days=44)))
    begin(day)
    put_off(day, next_meeting=next_one, late_because=WHY)
    page = reverse("delay.told", args=[day.items[0].public_id])

    def said(meeting: Meeting) -> str:
        on = timezone.localdate(meeting.starts_at)
        return f"The next panel is on {on.day} {on:%B %Y}."

    assert said(next_one) in words(as_(day.clerk).get(page))
    cancel_meeting(meeting=next_one, because="Snow", by=day.clerk, now=timezone.now())
    assert "The next panel is on" not in words(as_(day.clerk).get(page))
    other = later(day, 21)
    assert said(other) in words(as_(day.clerk).get(page))


def late_day() -> tuple[Day, Meeting, Deferral]:
    """An item put off past its legal date; the family is owed a word."""
    day = make_day(0)
    next_one = later(day, 14)
    coordinator = make_user("Cora Coordinator", Role.COORDINATOR)
    list_cases(day, make_case(received_on=TODAY - dt.timedelta(days=40), coordinator=coordinator))
    begin(day)
    return day, next_one, put_off(day, next_meeting=next_one, late_because=WHY)


def owed(day: Day) -> list[tuple[Deferral, ...]]:
    """The families to be told, as the coordinator and as the clerk have them on their home pages."""
    now, case = after(day, 60), Case.objects.get(pk=day.items[0].case_id)
    return [untold(case.coordinator, now), clerk_meetings(day.clerk, now).untold]


def test_word_is_owed_while_the_question_is_open_whatever_becomes_of_the_next_meeting() -> None:
    day, next_one, row = late_day()
    assert owed(day) == [(row,), (row,)]
    cancel_meeting(meeting=next_one, because="Snow", by=day.clerk, now=after(day, 60))
    assert owed(day) == [(row,), (row,)]


@pytest.mark.parametrize("how", ["decided", "withdrawn"])
def test_no_word_is_owed_about_a_question_that_is_not_open_any_more(how: str) -> None:
    day, next_one, row = late_day()
    cancel_meeting(meeting=next_one, because="Snow", by=day.clerk, now=after(day, 60))
    case = Case.objects.get(pk=row.item.case_id)
    if how == "decided":
        record_decision(
            case=case,
            stage=Stage.ASSESS,
            outcome=Outcome.ASSESS,
            answers=YES,
            reasons=REASONS,
            fast_track=True,
            by=day.officer,
            now=after(day, 90),
        )
    else:
        Case.objects.filter(pk=case.pk).update(state=CaseState.WITHDRAWN)
    assert owed(day) == [(), ()]


def test_family_put_off_twice_is_owed_one_word() -> None:
    day, next_one, row = late_day()
    last = later(day, 21)
    second = Day(**{**vars(day), "meeting": next_one})
    sit_down(second)
    open_meeting(meeting=next_one, card=card_on(next_one.starts_at), by=day.chair, now=next_one.starts_at)
    refresh(second)
    start_item(item=second.items[0], by=day.chair, now=after(second, 1))
    again = put_off(second, next_meeting=last, late_because=WHY, now=after(second, 9))
    assert owed(day) == [(again,), (again,)]
    note_family_told(
        deferral=again, told_on=again.at.date(), by=day.clerk, now=again.at + dt.timedelta(hours=1)
    )
    assert owed(day) == [(), ()]
    assert not hasattr(row, "notice")


def test_meeting_whose_quorum_nobody_can_reach_is_no_slot_in_time() -> None:
    day = make_day(1)
    begin(day)
    in_time, late = later(day, 7), later(day, 28)
    put = {"next_meeting": late, "late_because": WHY}
    with pytest.raises(Refused) as no:
        put_off(day, **put)
    assert no.value.code == "slot_in_time"
    RosterEntry.objects.filter(meeting=in_time).exclude(seat="chair").delete()
    assert put_off(day, **put).next_meeting == late


def test_later_meeting_of_the_same_day_is_no_slot() -> None:
    day = make_day(1)
    begin(day)
    starts_at = day.meeting.ends_at + dt.timedelta(hours=1)
    plan_meeting(
        panel_type=day.panel_type,
        starts_at=starts_at,
        ends_at=starts_at + dt.timedelta(hours=2),
        venue="Room 2",
        by=day.clerk,
        now=after(day, -600),
    )
    late = later(day, 28)
    assert put_off(day, next_meeting=late, late_because=WHY).next_meeting == late
