import datetime as dt

import pytest
from django.utils import timezone

from meetings.actions.attendance import Line, record_attendance
from meetings.actions.card import acknowledge_card
from meetings.actions.decide import record_decision
from meetings.actions.listing import add_items, remove_item, reorder
from meetings.actions.moving import cancel_meeting, move_meeting
from meetings.actions.plan import plan_meeting
from meetings.actions.previews import give_pre_view
from meetings.actions.seats import seat, unseat
from meetings.models import AgendaItem, Meeting, PanelType, RosterEntry, Seat, StandingMember
from meetings.queries.waiting import Listing, waiting
from meetings.rules.attendance import Status
from panel.law.legal import Answer, Outcome, Stage
from panel.law.words import in_words
from panel.models import AuditEntry, CaseState, Denial, Membership, User
from panel.platform.policy import Refused, Role
from tests.make import NOW, TODAY, make_agency, make_case, make_user
from tests.meetings.day import (
    REASONS,
    YES,
    after,
    assessed_case,
    begin,
    closed,
    heard,
    list_cases,
    make_config,
    make_day,
)

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


def plan(day, **fields):
    values = {
        "panel_type": day.panel_type,
        "starts_at": NOW,
        "ends_at": NOW + 3 * HOUR,
        "venue": "Room 1",
        "by": day.clerk,
        "now": NOW - dt.timedelta(days=7),
    }
    return plan_meeting(**{**values, **fields})


def add(day, *cases, stage=Stage.ASSESS, by=None):
    return add_items(
        meeting=day.meeting,
        listings=[Listing(case, stage) for case in cases],
        by=by or day.clerk,
        now=after(day, -99),
    )


def refused_code(call, *args, **fields) -> str:
    with pytest.raises(Refused) as refused:
        call(*args, **fields)
    return refused.value.code


def test_meeting_is_planned_under_the_rules_of_its_day_with_the_standing_members() -> None:
    day = make_day(0)
    newer = make_config(valid_from=NOW.date() + dt.timedelta(days=30))
    now_planned, later = (
        plan(day),
        plan(day, starts_at=NOW + dt.timedelta(days=31), ends_at=NOW + dt.timedelta(days=31, hours=2)),
    )
    assert (now_planned.meeting.config, later.meeting.config) == (day.config, newer)
    assert [(e.user.name, e.seat, e.agency.kind, e.voting) for e in later.meeting.roster.all()] == [
        ("Charlie Chair", "chair", "education", True),
        ("Vic Vice", "sen_lead", "education", True),
        ("Ed Psychologist", "educational_psychologist", "education", True),
        ("Nia Nurse", "health", "health", True),
        ("Sol Worker", "social_care", "social_care", True),
        ("Hetty Head", "school", "schools", True),
        ("Paz Forum", "parent_carer_representative", "parent_carers", True),
    ]
    assert later.warnings == ()
    assert AuditEntry.objects.filter(verb="meeting.plan", subject=later.meeting.public_id).count() == 1


def test_standing_member_whose_role_ends_before_the_meeting_is_named_and_left_out() -> None:
    day = make_day(0)
    Membership.objects.filter(user=day.nurse).update(ends_on=NOW.date() - dt.timedelta(days=1))
    planned = plan(day, venue="Room 2")
    assert [w.code for w in planned.warnings] == ["overlap", "member_ended"]
    assert not planned.meeting.roster.filter(user=day.nurse).exists()


def test_same_meeting_planned_twice_is_one() -> None:
    day = make_day(0)
    assert plan(day).meeting == plan(day).meeting == day.meeting
    assert plan(day, venue="Room 2").meeting != day.meeting


def test_meeting_at_the_hour_of_another_of_the_panel_is_warned_of_when_planned_and_when_moved() -> None:
    day = make_day(0)
    half = dt.timedelta(minutes=30)
    planned = plan(day, starts_at=NOW + half, ends_at=NOW + half + HOUR, venue="Room 2")
    begins, ends = timezone.localtime(NOW), timezone.localtime(day.meeting.ends_at)
    sentence = (
        f"This panel is also to sit on {in_words(begins.date())} from {begins:%H:%M} to {ends:%H:%M} (Room 1). Nobody can be at both."
        " Are day and hour right?"
    )
    assert [(one.code, one.sentence) for one in planned.warnings] == [("overlap", sentence)]
    again = plan(day, starts_at=NOW + half, ends_at=NOW + half + HOUR, venue="Room 2")
    assert (again.meeting, again.warnings) == (planned.meeting, planned.warnings)

    def moved(begins: dt.datetime) -> list[str]:
        values = {"starts_at": begins, "ends_at": begins + HOUR, "venue": "Room 2", "by": day.clerk}
        return [one.code for one in move_meeting(meeting=planned.meeting, now=NOW - HOUR, **values).warnings]

    assert (moved(day.meeting.ends_at), moved(day.meeting.ends_at - half)) == ([], ["overlap"])
    cancel_meeting(meeting=day.meeting, because="Snow", by=day.clerk, now=NOW - HOUR)
    assert moved(NOW) == []


def test_meeting_of_another_panel_at_the_same_hour_is_not_warned_of() -> None:
    day = make_day(0)
    other = PanelType.objects.create(name="Panel for the youngest")
    make_config(panel_type=other)
    assert plan(day, panel_type=other).warnings == ()


@pytest.mark.parametrize(
    ("starts_at", "codes"),
    [
        (dt.datetime(2026, 12, 25, 10, tzinfo=dt.UTC), ["closed_day"]),
        (dt.datetime(2026, 12, 5, 10, tzinfo=dt.UTC), ["weekend"]),
        (dt.datetime(2026, 11, 2, 10, tzinfo=dt.UTC), ["past"]),
    ],
)
def test_unlikely_days_are_warned_of(starts_at: dt.datetime, codes: list[str]) -> None:
    day = make_day(0)
    assert [w.code for w in plan(day, starts_at=starts_at, ends_at=starts_at + HOUR).warnings] == codes


def test_meeting_that_cannot_be_is_refused() -> None:
    day = make_day(0)
    strange = PanelType.objects.create(name="Panel without rules")
    assert [
        refused_code(plan, day, ends_at=NOW),
        refused_code(plan, day, ends_at=NOW + 13 * HOUR),
        refused_code(plan, day, venue=" "),
        refused_code(plan, day, panel_type=strange),
        refused_code(plan, day, by=day.nurse),
        refused_code(plan, day, by=day.officer),
    ] == ["ends_first", "too_long", "no_venue", "no_config", "not_allowed", "not_allowed"]
    assert Meeting.objects.count() == 1


def test_seat_asks_for_a_role_that_lasts_until_the_meeting() -> None:
    day = make_day(0)
    guest = make_user("Gus Guest", Role.MEMBER, agency=make_agency("health"))
    professional = make_user("Pat Professional", Role.PROFESSIONAL)
    values = {"meeting": day.meeting, "by": day.clerk, "now": after(day, -99)}
    assert [
        refused_code(seat, user=professional, seat=Seat.HEALTH, **values),
        refused_code(seat, user=day.nurse, seat=Seat.HEALTH, **values),
        refused_code(seat, user=day.vice, seat=Seat.CHAIR, **values),
        refused_code(seat, user=make_user("C. Hair", Role.CHAIR), seat=Seat.CHAIR, **values),
        refused_code(seat, user=professional, seat=Seat.OBSERVER, voting=True, **values),
    ] == ["not_a_member", "already_seated", "already_seated", "chair_taken", "seat_never_votes"]
    Membership.objects.filter(user=guest).update(ends_on=NOW.date() - dt.timedelta(days=1))
    assert refused_code(seat, user=guest, seat=Seat.HEALTH, **values) == "not_a_member"
    assert RosterEntry.objects.count() == 7
    assert seat(user=professional, seat=Seat.OBSERVER, **values).voting is False


def stands(day, name: str, seat: Seat) -> User:
    user = make_user(name, Role.CHAIR, agency=make_agency("education"))
    StandingMember.objects.create(
        panel_type=day.panel_type, user=user, seat=seat, starts_on=dt.date(2020, 1, 1)
    )
    return user


def led(day, weeks: int) -> tuple[User, User | None]:
    """Who chairs a meeting so many weeks later, and who is its vice-chair."""
    starts_at = day.meeting.starts_at + dt.timedelta(weeks=weeks)
    roster = plan(day, starts_at=starts_at, ends_at=starts_at + dt.timedelta(hours=2)).meeting.roster
    vice_chair = roster.filter(seat=Seat.VICE_CHAIR).first()
    return roster.get(seat=Seat.CHAIR).user, vice_chair.user if vice_chair else None


def test_one_chair_and_one_vice_chair_are_seated_and_whoever_waits_is_named() -> None:
    day = make_day(0)
    second, third = stands(day, "C. Hair", Seat.CHAIR), stands(day, "D. Esk", Seat.CHAIR)
    planned = plan(day, venue="Room 2")
    found = [(warning.code, warning.sentence) for warning in planned.warnings if warning.code != "overlap"]
    assert found == [
        (
            "waits_for_turn",
            "By rota Charlie Chair chairs this meeting and C. Hair is vice-chair. D. Esk waits for a turn.",
        )
    ]
    seats = planned.meeting.roster.values_list("user", "seat", "voting")[:2]
    assert list(seats) == [(day.chair.pk, Seat.CHAIR, True), (second.pk, Seat.VICE_CHAIR, True)]
    assert not planned.meeting.roster.filter(user=third).exists()


def test_standing_vice_chairs_take_turns_of_their_own() -> None:
    day = make_day(0)
    other = stands(day, "C. Hair", Seat.CHAIR)
    first, second = stands(day, "Vera Vice", Seat.VICE_CHAIR), stands(day, "Val Vice", Seat.VICE_CHAIR)
    assert [led(day, weeks) for weeks in (2, 4, 6)] == [
        (other, first),
        (day.chair, second),
        (other, first),
    ]


def test_vice_chair_without_the_chairs_role_is_left_out_and_the_next_chair_invited() -> None:
    day = make_day(0)
    ended = stands(day, "Vera Vice", Seat.VICE_CHAIR)
    Membership.objects.filter(user=ended).update(ends_on=NOW.date() - dt.timedelta(days=1))
    other = stands(day, "C. Hair", Seat.CHAIR)
    assert led(day, 2) == (other, day.chair)


def test_cancelled_meeting_is_no_turn() -> None:
    day = make_day(0)
    other = stands(day, "C. Hair", Seat.CHAIR)
    assert led(day, 2) == (other, day.chair)
    Meeting.objects.exclude(pk=day.meeting.pk).update(state="cancelled")
    assert led(day, 4) == (other, day.chair)


def test_standing_chairs_take_turns() -> None:
    """The one who has not chaired yet goes first, then the one who chaired the longest ago."""
    day = make_day(0)
    other = make_user("C. Hair", Role.CHAIR)
    StandingMember.objects.create(
        panel_type=day.panel_type, user=other, seat=Seat.CHAIR, starts_on=dt.date(2020, 1, 1)
    )
    chairs = []
    for weeks in (2, 4, 6):
        starts_at = day.meeting.starts_at + dt.timedelta(weeks=weeks)
        planned = plan(day, starts_at=starts_at, ends_at=starts_at + dt.timedelta(hours=2))
        chairs.append(planned.meeting.roster.get(seat=Seat.CHAIR).user)
    assert chairs == [other, day.chair, other]


def test_unseating_stops_at_the_attendance_sheet() -> None:
    day = make_day(0)
    unseat(entry=day.entry(day.head), by=day.clerk, now=after(day, -99))
    assert RosterEntry.objects.count() == 6
    record_attendance(
        meeting=day.meeting,
        lines=[Line(day.entry(day.nurse), Status.APOLOGIES)],
        by=day.clerk,
        now=after(day, 0),
    )
    assert (
        refused_code(unseat, entry=day.entry(day.nurse), by=day.clerk, now=after(day, 0))
        == "attendance_recorded"
    )
    assert RosterEntry.objects.count() == 6


def test_whoever_said_something_from_a_seat_keeps_it() -> None:
    day = make_day(1, pre_views=True)
    said = {"answers": {"a": Answer.YES, "b": Answer.YES}, "outcome": Outcome.ASSESS, "confidence": 4}
    give_pre_view(item=day.items[0], by=day.nurse, now=after(day, -99), **said)
    assert refused_code(unseat, entry=day.entry(day.nurse), by=day.clerk, now=after(day, -98)) == "took_part"
    late = make_user("Lee Late", Role.MEMBER)
    entry = seat(meeting=day.meeting, user=late, seat=Seat.SCHOOL, by=day.clerk, now=after(day, -97))
    begin(day)
    acknowledge_card(meeting=day.meeting, by=late, now=after(day, 2))
    entry.refresh_from_db()
    assert refused_code(unseat, entry=entry, by=day.clerk, now=after(day, 3)) == "took_part"


def test_item_with_a_view_given_on_it_stays_on_the_list() -> None:
    day = make_day(1, pre_views=True)
    said = {"answers": {"a": Answer.YES, "b": Answer.YES}, "outcome": Outcome.ASSESS, "confidence": 4}
    give_pre_view(item=day.items[0], by=day.nurse, now=after(day, -99), **said)
    assert refused_code(remove_item, item=day.items[0], by=day.clerk, now=after(day, -98)) == "wrong_state"
    assert AgendaItem.objects.count() == 1


def test_items_follow_those_already_there_with_the_panels_usual_time() -> None:
    day = make_day(2)
    add(day, make_case())
    assert [(item.position, item.minutes, item.state) for item in day.meeting.items.all()] == [
        (1, 9, "listed"),
        (2, 9, "listed"),
        (3, 9, "listed"),
    ]


def test_same_case_twice_is_refused_and_nothing_is_listed() -> None:
    day = make_day(0)
    case, other = make_case(), make_case()
    add(day, case)
    assert refused_code(add, day, other, case) == "same_case_twice"
    assert [item.case for item in day.meeting.items.all()] == [case]


def test_same_case_on_two_agendas_of_a_day_is_warned_of() -> None:
    day = make_day(0)
    case = make_case()
    add(day, case)
    day.meeting = plan(day, starts_at=NOW + 4 * HOUR, ends_at=NOW + 6 * HOUR).meeting
    assert [warning.code for warning in add(day, case).warnings] == ["other_meeting"]


def test_sixty_one_items_are_refused() -> None:
    day = make_day(0)
    assert refused_code(add, day, *[make_case(parents=0) for _ in range(61)]) == "too_many"
    assert not AgendaItem.objects.exists()


def test_plan_question_is_listed_only_after_a_decision_to_assess() -> None:
    day = make_day(0)
    never = make_case(state=CaseState.ASSESSING)
    assert refused_code(add, day, never, stage=Stage.ISSUE) == "not_assessed"
    assert refused_code(add, day, make_case(), stage=Stage.ISSUE) == "not_waiting"
    add(day, assessed_case(), stage=Stage.ISSUE)
    assert day.meeting.items.get().stage == "issue"


def test_decided_case_is_not_listed_again() -> None:
    day = make_day(0)
    assert refused_code(add, day, make_case(state=CaseState.NOT_ASSESSED)) == "not_waiting"


def test_nobody_lists_a_case_that_is_closed_to_them() -> None:
    day = make_day(0)
    case = make_case()
    Denial.objects.create(case=case, user=day.clerk, source="test", since=NOW)
    assert refused_code(add, day, case) == "recused"
    assert refused_code(add, day, make_case(restricted=True)) == "restricted"
    assert refused_code(add, day, make_case(), by=day.nurse) == "not_allowed"
    assert refused_code(add, day) == "nothing_listed"
    assert not AgendaItem.objects.exists()


def test_chair_may_order_their_own_agenda() -> None:
    day = make_day(3)
    one, two, three = day.items
    reorder(meeting=day.meeting, items=[three, one, two], by=day.chair, now=after(day, -9))
    assert list(day.meeting.items.order_by("position")) == [three, one, two]
    assert (
        refused_code(reorder, meeting=day.meeting, items=[one, two], by=day.chair, now=after(day, -8))
        == "stale"
    )
    assert (
        refused_code(reorder, meeting=day.meeting, items=[one], by=day.vice, now=after(day, -8))
        == "not_allowed"
    )


def test_removed_item_leaves_no_gap_and_a_heard_one_stays() -> None:
    day = make_day(3)
    remove_item(item=day.items[1], by=day.clerk, now=after(day, -9))
    assert [item.position for item in day.meeting.items.order_by("position")] == [1, 2]
    day.items = list(day.meeting.items.order_by("position"))
    begin(day)
    assert refused_code(remove_item, item=day.items[0], by=day.clerk, now=after(day, 3)) == "wrong_state"


def test_agenda_and_roster_of_a_closed_meeting_stay() -> None:
    day = make_day()
    heard(day)
    closed(day)
    assert refused_code(add, day, make_case()) == "wrong_state"
    assert refused_code(unseat, entry=day.entry(day.nurse), by=day.clerk, now=after(day, 99)) == "wrong_state"


def test_waiting_cases_come_most_pressing_first_and_listed_ones_not_at_all() -> None:
    day = make_day(0)
    young, old = make_case(), make_case(received_on=NOW.date() - dt.timedelta(weeks=5))
    listed = make_case()
    list_cases(day, listed)
    assert [candidate.reference for candidate in waiting(day.clerk, NOW)] == [old.reference, young.reference]
    assert waiting(day.nurse, NOW) == []


def test_the_first_few_that_wait_are_the_most_pressing_of_all() -> None:
    """A question on the case's own date and one counted from the request are put in one order."""
    day = make_day(0)
    first = make_case(received_on=TODAY - dt.timedelta(days=30))
    other = assessed_case(next_duty="C3", next_due_on=TODAY + dt.timedelta(days=28))
    last = make_case(received_on=TODAY - dt.timedelta(days=2))
    whole = [one.case_id for one in waiting(day.clerk, NOW)]
    assert whole == [first.pk, other.pk, last.pk]
    assert [[one.case_id for one in waiting(day.clerk, NOW, first=n)] for n in (1, 2, 3)] == [
        whole[:1],
        whole[:2],
        whole,
    ]
    assert [one.case_id for one in waiting(day.clerk, NOW, among=[last.pk])] == [last.pk]


def test_item_that_a_decision_without_a_panel_names_stays_on_the_list() -> None:
    day = make_day(1)
    item = day.items[0]
    overdue = item.case
    overdue.received_on = TODAY - dt.timedelta(days=60)
    overdue.save(update_fields=["received_on"])
    record_decision(
        case=overdue,
        stage=Stage.ASSESS,
        item=item,
        outcome=Outcome.ASSESS,
        answers=YES,
        reasons=REASONS,
        no_panel_because="The date has passed.",
        by=day.officer,
        now=NOW,
    )
    with pytest.raises(Refused, match="without a panel"):
        remove_item(item=item, by=day.clerk, now=NOW)
    assert AgendaItem.objects.filter(pk=item.pk).exists()


def test_chair_who_waits_for_a_turn_keeps_another_seat() -> None:
    day = make_day(0)
    for name in ("Ann Chair", "Bea Chair"):
        stands(day, name, Seat.CHAIR)
    waits = stands(day, "Cy Chair", Seat.CHAIR)
    Membership.objects.create(
        user=waits, role=Role.MEMBER, agency=make_agency("health"), starts_on=dt.date(2020, 1, 1)
    )
    StandingMember.objects.create(
        panel_type=day.panel_type, user=waits, seat=Seat.HEALTH, starts_on=dt.date(2020, 1, 1)
    )
    planned = plan(day, venue="Room 3")
    said = [warning.sentence for warning in planned.warnings if "Cy Chair waits" in warning.sentence]
    assert len(said) == 1
    assert planned.meeting.roster.get(user=waits).seat == Seat.HEALTH
