"""The proposed agenda by screen: seen before anything is kept, confirmed at once, refused with the ticks as they were."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from meetings.actions.conflicts import declare_conflict
from meetings.actions.listing import add_items, remove_item
from meetings.actions.plan import plan_meeting
from meetings.models import AgendaItem, Conflict, Meeting
from meetings.queries.proposal import proposed_agenda
from meetings.queries.ties import leaving
from meetings.queries.waiting import Listing, due_before, waiting_cases, waiting_count
from meetings.rules.proposing import tally
from meetings.rules.quorum import ConflictKind
from meetings.rules.states import MeetingState
from panel.law.clock import latest_safe_panel_for
from panel.law.legal import Stage
from panel.law.words import in_words
from panel.models import AdviceRequest, Case, Denial
from panel.queries.clocks import stage_due_of
from tests.make import make_case, make_setting
from tests.meetings.day import Day, assessed_case, list_cases, make_day, works_at
from tests.meetings.views.client import as_, words

pytestmark = pytest.mark.django_db


def soon(day: Day) -> dt.datetime:
    return day.meeting.starts_at


def planned(items: int = 0) -> Day:
    at = timezone.now().replace(microsecond=0) + dt.timedelta(days=7)
    return make_day(items, at=at)


def waits(weeks: int = 3) -> Case:
    """A case whose request came so many weeks before today."""
    return make_case(received_on=timezone.localdate() - dt.timedelta(weeks=weeks))


def page(day: Day) -> str:
    return reverse("agenda.propose", args=[day.meeting.public_id])


def test_proposal_says_why_and_keeps_nothing() -> None:
    day = planned()
    urgent, later = waits(4), waits(1)
    seen = words(as_(day.clerk).get(page(day)))
    assert "no later panel is planned" in seen
    assert seen.index(urgent.reference) < seen.index(later.reference)
    assert AgendaItem.objects.count() == 0


def test_proposal_names_the_sooner_meeting_of_the_panel_that_is_in_time() -> None:
    day = planned()
    case = waits(1)
    held = day.meeting.starts_at
    safe = latest_safe_panel_for(stage_due_of(case, Stage.ASSESS))
    far = timezone.make_aware(dt.datetime.combine(safe + dt.timedelta(days=1), dt.time(9)))
    later = plan_meeting(
        panel_type=day.panel_type,
        starts_at=far,
        ends_at=far + dt.timedelta(hours=2),
        venue="Room 2",
        by=day.clerk,
        now=timezone.now(),
    ).meeting
    there = reverse("agenda.propose", args=[later.public_id])
    named = f"The panel on {in_words(timezone.localdate(held))} is in time for it, if its list has room."
    assert named in words(as_(day.clerk).get(there))
    Meeting.objects.filter(pk=day.meeting.pk).update(state=MeetingState.CANCELLED)
    assert named not in words(as_(day.clerk).get(there))


def test_what_is_left_ticked_is_listed_in_the_order_shown() -> None:
    day = planned()
    first, second, third = waits(5), waits(4), waits(3)
    answer = as_(day.clerk).post(
        page(day),
        {
            "cases": [first.pk, third.pk],
            **{f"stage-{case.pk}": "assess" for case in (first, second, third)},
        },
        follow=True,
    )
    assert "2 cases are on the list." in words(answer)
    assert list(day.meeting.items.order_by("position").values_list("case", flat=True)) == [first.pk, third.pk]


def test_who_leaves_for_what_they_declared_before_is_said() -> None:
    """At an item that is gone, which is kept, and at one that is still on another list."""
    day = planned()
    gone, elsewhere = waits(), waits(2)
    (item,) = list_cases(day, gone)
    declare_conflict(item=item, kind=ConflictKind.RELATIVE, by=day.nurse, now=timezone.now())
    remove_item(item=item, by=day.clerk, now=timezone.now())
    other = plan_meeting(
        panel_type=day.panel_type,
        starts_at=day.meeting.starts_at + dt.timedelta(days=7),
        ends_at=day.meeting.ends_at + dt.timedelta(days=7),
        venue="Room 2",
        by=day.clerk,
        now=timezone.now(),
    ).meeting
    (item,) = add_items(
        meeting=other, listings=[Listing(elsewhere, Stage.ASSESS)], by=day.clerk, now=timezone.now()
    ).items
    declare_conflict(item=item, kind=ConflictKind.RELATIVE, by=day.head, now=timezone.now())
    seats = list(day.meeting.roster.all())
    on = timezone.localdate(day.meeting.starts_at)
    assert leaving(day.meeting, seats, [gone, elsewhere], on) == {
        gone.pk: {day.nurse.pk},
        elsewhere.pk: {day.head.pk},
    }
    proposal = proposed_agenda(day.clerk, day.meeting, timezone.now())
    (row,) = [one for one in (*proposal.listed, *proposal.left) if one.row.case == gone]
    assert row.leave == ("Nia Nurse",)


def test_cases_for_which_somebody_leaves_stand_together() -> None:
    day = planned()
    school = make_setting()
    works_at(day.head, school)
    cases = [waits(4), waits(3), waits(2)]
    for case in (cases[0], cases[2]):
        case.setting = school
        case.save(update_fields=["setting"])
    answer = as_(day.clerk).get(page(day))
    order = [one.row.case.pk for one in answer.context["proposed"].listed]
    assert order == [cases[1].pk, cases[0].pk, cases[2].pk]
    assert words(answer).count("Hetty Head") == 2
    as_(day.clerk).post(page(day), {"cases": order, **{f"stage-{case.pk}": "assess" for case in cases}})
    assert Conflict.objects.filter(entry__user=day.head).count() == 2


def test_time_that_is_taken_is_not_filled_again_and_the_rest_is_left() -> None:
    day = planned(19)
    plan_meeting(
        panel_type=day.panel_type,
        starts_at=soon(day) + dt.timedelta(days=7),
        ends_at=soon(day) + dt.timedelta(days=7, hours=3),
        venue="Room 1",
        by=day.clerk,
        now=timezone.now(),
    )
    cases = [waits(1), waits(1)]
    proposed = as_(day.clerk).get(page(day)).context["proposed"]
    assert ([one.row.case for one in proposed.listed], [one.row.case for one in proposed.left]) == (
        [cases[0]],
        [cases[1]],
    )
    assert proposed.left[0].because.startswith("The time is full. The next panel,")


def test_case_whose_advice_is_out_is_left() -> None:
    day = planned()
    plan_meeting(
        panel_type=day.panel_type,
        starts_at=soon(day) + dt.timedelta(days=2),
        ends_at=soon(day) + dt.timedelta(days=2, hours=3),
        venue="Room 1",
        by=day.clerk,
        now=timezone.now(),
    )
    case = assessed_case()
    Case.objects.filter(pk=case.pk).update(
        received_on=timezone.localdate() - dt.timedelta(weeks=7),
        assess_notified_on=timezone.localdate() - dt.timedelta(weeks=2),
    )
    AdviceRequest.objects.exclude(item="c").update(received_on=timezone.localdate())
    (line,) = as_(day.clerk).get(page(day)).context["proposed"].left
    assert line.because.startswith("Advice is still out: health.")


def test_nothing_ticked_is_said_and_case_closed_to_the_clerk_is_not_shown() -> None:
    day = planned()
    case, closed = waits(), waits()
    Denial.objects.create(case=closed, user=day.clerk, source="test", since=timezone.now())
    answer = as_(day.clerk).post(page(day), {})
    seen = words(answer)
    assert (answer.status_code, "Tick at least one case" in seen) == (422, True)
    assert (case.reference in seen, closed.reference in seen) == (True, False)


def test_empty_and_closed_say_so() -> None:
    day = planned()
    assert "No case waits for a panel." in words(as_(day.clerk).get(page(day)))


def test_late_cases_stand_under_their_own_heading_after_those_in_time() -> None:
    day = planned()
    old, oldest, soonest = waits(30), waits(40), waits(4)
    answer = as_(day.clerk).get(page(day))
    seen, proposed = words(answer), answer.context["proposed"]
    assert [one.row.case for one in proposed.listed] == [soonest]
    assert [one.row.case for one in proposed.late] == [oldest, old]
    heading = seen.index("too late to be answered in time, the oldest first")
    assert seen.index(soonest.reference) < heading < seen.index(oldest.reference) < seen.index(old.reference)
    assert "Each of these families is owed an answer now." in seen
    assert proposed.late_unfit == 0


def test_a_long_queue_of_late_cases_hides_nothing_that_can_still_be_in_time() -> None:
    day = planned(18)
    late = [waits(20 + number) for number in range(24)]
    cannot_wait = waits(4)
    answer = as_(day.clerk).get(page(day))
    proposed = answer.context["proposed"]
    assert [one.row.case for one in proposed.listed] == [cannot_wait]
    assert (len(proposed.late_left), proposed.late_unfit) == (20, 24 - len(proposed.late))
    assert f"{proposed.late_unfit} late cases do not fit into this meeting." in words(answer)
    assert proposed.late_left[0].row.case == late[-1 - len(proposed.late)]


def test_ticked_cases_and_minutes_are_added_up_by_the_server() -> None:
    day = planned()
    first, _ = waits(4), waits(3)
    free = day.meeting.ends_at - day.meeting.starts_at
    usual, minutes = day.config.minutes_per_item, int(free / dt.timedelta(minutes=1))
    answer = as_(day.clerk).get(page(day))
    assert f"2 cases, {2 * usual} of {minutes} minutes." in words(answer)
    assert f'data-minutes="{usual}"' in answer.content.decode()
    Denial.objects.create(case=first, user=day.clerk, source="test", since=timezone.now())
    again = as_(day.clerk).post(page(day), {})
    assert f"0 cases, 0 of {minutes} minutes." in words(again)


def test_more_minutes_than_there_are_is_said() -> None:
    assert tally(3, 30, 24) == "3 cases, 30 of 24 minutes: 6 too many."
    assert tally(1, 24, 24) == "1 case, 24 of 24 minutes."


def test_every_case_that_waits_is_either_late_or_in_time_by_its_own_dates() -> None:
    """However the day is kept: the next duty, the request alone, or an order."""
    day = planned()
    on = timezone.localdate(day.meeting.starts_at)
    for weeks in (1, 3, 5, 6, 7, 8):
        waits(weeks)
        Case.objects.filter(pk=waits(weeks).pk).update(next_duty="", next_due_on=None)
    for weeks in (10, 15, 16, 17, 18, 30):
        asked = timezone.localdate() - dt.timedelta(weeks=weeks)
        Case.objects.filter(pk=assessed_case().pk).update(received_on=asked, next_duty="", next_due_on=None)
    for days in (-40, -1, 0, 1, 40):
        ordered = on + dt.timedelta(days=days)
        Case.objects.filter(pk=assessed_case().pk).update(issue_restated_on=ordered, next_duty="C1")
        Case.objects.filter(pk=assessed_case().pk).update(
            issue_restated_on=ordered, next_duty="C3", next_due_on=ordered
        )
    now, late_by = timezone.now(), due_before(on + dt.timedelta(days=1))
    whole = waiting_cases(day.clerk, now)
    late = [one.case_id for one, _ in waiting_cases(day.clerk, now, only=late_by)]
    in_time = [one.case_id for one, _ in waiting_cases(day.clerk, now, only=~late_by)]
    assert len(whole) == 28
    assert late == [one.case_id for one, _ in whole if one.legal_due_on <= on]
    assert in_time == [one.case_id for one, _ in whole if one.legal_due_on > on]
    assert waiting_count(day.clerk, now, late_by) == len(late) > 0


@pytest.mark.parametrize("waiting", [1, 3, 15])
def test_proposal_costs_the_same_for_any_number(
    waiting: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    day = planned(1)
    for _ in range(waiting):
        waits()
        waits(30)
    clerk = as_(day.clerk)
    with django_assert_max_num_queries(24):
        answer = clerk.get(page(day))
    assert len(answer.content) <= 60 * 1024
