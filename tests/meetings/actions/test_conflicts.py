import datetime as dt

import pytest

from meetings.actions.conflicts import (
    declare_conflict,
    find_conflicts,
    impose_conflict,
    lift_conflict,
    name_deputy,
)
from meetings.actions.listing import add_items, remove_item
from meetings.actions.live import save_revision
from meetings.actions.moving import cancel_meeting
from meetings.actions.plan import plan_meeting
from meetings.actions.seats import seat, unseat
from meetings.models import AgendaItem, Conflict, ItemAttendance, Meeting, RosterEntry, Seat, StandingMember
from meetings.queries.room import load_room
from meetings.queries.sheets import freeze
from meetings.queries.waiting import Listing
from meetings.rules.quorum import ConflictKind, Effect
from panel.law.legal import Stage
from panel.models import AuditEntry, Case, Denial, Paper
from panel.platform.policy import Refused, Role
from tests.make import make_case, make_paper, make_setting, make_user
from tests.meetings.day import Day, advise, after, begin, closed, heard, list_cases, make_day, works_at

pytestmark = pytest.mark.django_db


def found() -> list[tuple[str, str, str, str]]:
    return [(c.entry.user.name, c.kind, c.source, c.effect) for c in Conflict.objects.order_by("pk")]


def shut_out() -> list[str]:
    return [denial.user.name for denial in Denial.objects.live().order_by("pk")]


def test_head_of_the_childs_setting_leaves_and_author_of_a_paper_does_not_vote() -> None:
    day = make_day(0)
    school = make_setting()
    works_at(day.head, school)
    case = make_case(setting=school)
    make_paper(case, by=day.psychologist)
    list_cases(day, case)
    assert found() == [
        ("Ed Psychologist", "own_paper", "automatic", "no_vote"),
        ("Hetty Head", "own_setting", "automatic", "leaves"),
    ]
    assert shut_out() == ["Hetty Head"]


def test_denial_names_the_item_it_came_from() -> None:
    day = make_day(0)
    school = make_setting()
    works_at(day.head, school)
    (item,) = list_cases(day, make_case(setting=school))
    assert Denial.objects.get().source == f"item:{item.public_id}"


def test_conflict_is_found_when_somebody_joins_the_roster_later() -> None:
    day = make_day(0)
    school = make_setting()
    list_cases(day, make_case(setting=school))
    late = make_user("Lee Late", Role.MEMBER)
    works_at(late, school)
    entry = seat(meeting=day.meeting, user=late, seat=Seat.SCHOOL, by=day.clerk, now=after(day, -60))
    assert (found(), shut_out()) == ([("Lee Late", "own_setting", "automatic", "leaves")], ["Lee Late"])
    unseat(entry=entry, by=day.clerk, now=after(day, -50))
    assert (found(), shut_out()) == ([], [])


def test_conflict_is_found_when_a_paper_came_in_before_the_item_is_opened() -> None:
    day = make_day()
    make_paper(day.items[0].case, by=day.nurse)
    assert found() == []
    begin(day)
    assert found() == [("Nia Nurse", "own_paper", "automatic", "no_vote")]


def test_nothing_is_found_twice() -> None:
    day = make_day()
    make_paper(day.items[0].case, by=day.nurse)
    find_conflicts(meeting=day.meeting, by=day.clerk, now=after(day, -5))
    assert find_conflicts(meeting=day.meeting, by=day.clerk, now=after(day, -4)) == ()
    assert len(found()) == 1


def test_removing_the_item_opens_the_case_again() -> None:
    day = make_day(0)
    school = make_setting()
    works_at(day.head, school)
    (item,) = list_cases(day, make_case(setting=school))
    remove_item(item=item, by=day.clerk, now=after(day, -60))
    assert (found(), shut_out()) == ([], [])


def test_declared_conflict_shuts_the_case_at_once() -> None:
    day = begin(make_day())
    item = day.items[0]
    assert AgendaItem.objects.visible_to(day.nurse, after(day, 2)).count() == 1
    declare_conflict(
        item=item, kind=ConflictKind.RELATIVE, detail="My niece", by=day.nurse, now=after(day, 3)
    )
    assert found() == [("Nia Nurse", "relative", "declared", "leaves")]
    assert AgendaItem.objects.visible_to(day.nurse, after(day, 4)).count() == 0
    assert Meeting.objects.visible_to(day.nurse, after(day, 4)).count() == 1
    assert Paper.objects.visible_to(day.nurse, after(day, 4)).count() == 0
    with pytest.raises(Refused) as refused:
        declare_conflict(item=item, kind=ConflictKind.OTHER, by=day.nurse, now=after(day, 4))
    assert refused.value.code == "recused"


def test_declaring_never_makes_a_conflict_milder() -> None:
    day = make_day(0)
    case = make_case()
    make_paper(case, by=day.nurse)
    (item,) = list_cases(day, case)
    conflict = declare_conflict(
        item=item, kind=ConflictKind.OWN_PAPER, effect=Effect.NOTE, by=day.nurse, now=after(day, -5)
    )
    assert conflict.effect == "no_vote"


def test_member_may_ask_to_leave_where_a_note_would_do() -> None:
    day = make_day()
    declare_conflict(
        item=day.items[0], kind=ConflictKind.OTHER, effect=Effect.LEAVES, by=day.nurse, now=after(day, -5)
    )
    assert shut_out() == ["Nia Nurse"]


@pytest.mark.parametrize("who", ["clerk", "officer"])
def test_conflict_is_declared_by_those_on_the_roster(who: str) -> None:
    day = make_day()
    with pytest.raises(Refused) as refused:
        declare_conflict(item=day.items[0], kind=ConflictKind.OTHER, by=getattr(day, who), now=after(day, -5))
    assert (refused.value.code, found()) == ("not_allowed", [])


def test_chair_imposes_and_somebody_lifts_a_conflict_which_stays_in_the_record() -> None:
    day = make_day()
    conflict = impose_conflict(
        item=day.items[0],
        entry=day.entry(day.nurse),
        kind=ConflictKind.RELATIVE,
        effect=Effect.LEAVES,
        detail="Neighbour of the family",
        by=day.chair,
        now=after(day, -5),
    )
    assert shut_out() == ["Nia Nurse"]
    lift_conflict(conflict=conflict, because="Moved away years ago", by=day.clerk, now=after(day, -4))
    assert (found(), shut_out()) == ([("Nia Nurse", "relative", "imposed", "note")], [])


def test_lifted_automatic_conflict_does_not_come_back() -> None:
    day = make_day(0)
    school = make_setting()
    works_at(day.head, school)
    list_cases(day, make_case(setting=school))
    lift_conflict(
        conflict=Conflict.objects.get(),
        because="Governor until last year only",
        by=day.chair,
        now=after(day, -9),
    )
    find_conflicts(meeting=day.meeting, by=day.clerk, now=after(day, -8))
    assert (found(), shut_out()) == ([("Hetty Head", "own_setting", "automatic", "note")], [])


def test_nobody_lifts_their_own_conflict() -> None:
    day = make_day()
    conflict = declare_conflict(
        item=day.items[0], kind=ConflictKind.PRIOR_DECISION, by=day.chair, now=after(day, -5)
    )
    with pytest.raises(Refused) as refused:
        lift_conflict(conflict=conflict, because="It is nothing", by=day.chair, now=after(day, -4))
    conflict.refresh_from_db()
    assert (refused.value.code, conflict.effect) == ("own_conflict", "no_vote")


@pytest.mark.parametrize("who", ["nurse", "officer"])
def test_only_chair_and_clerk_impose(who: str) -> None:
    day = make_day()
    with pytest.raises(Refused) as refused:
        impose_conflict(
            item=day.items[0],
            entry=day.entry(day.head),
            kind=ConflictKind.OTHER,
            effect=Effect.LEAVES,
            detail="Reason enough",
            by=getattr(day, who),
            now=after(day, -5),
        )
    assert (refused.value.code, found()) == ("not_allowed", [])


def test_conflict_comes_too_late_once_the_item_is_finished() -> None:
    day = make_day()
    heard(day)
    with pytest.raises(Refused) as refused:
        declare_conflict(item=day.items[0], kind=ConflictKind.OTHER, by=day.nurse, now=after(day, 9))
    assert refused.value.code == "wrong_state"


def test_recused_member_writes_nothing_into_the_item() -> None:
    day = begin(make_day())
    declare_conflict(item=day.items[0], kind=ConflictKind.RELATIVE, by=day.chair, now=after(day, 3))
    with pytest.raises(Refused) as refused:
        save_revision(
            item=day.items[0],
            group="discussion",
            n=1,
            edit_id=day.clerk.public_id,
            data={"text": "x"},
            by=day.chair,
            now=after(day, 4),
        )
    assert refused.value.code == "recused"


def test_deputy_is_on_the_rota_of_chairs_and_without_a_conflict() -> None:
    day = make_day()
    with pytest.raises(Refused) as no_chair:
        name_deputy(item=day.items[0], entry=day.entry(day.nurse), by=day.clerk, now=after(day, -5))
    declare_conflict(item=day.items[0], kind=ConflictKind.RELATIVE, by=day.vice, now=after(day, -4))
    with pytest.raises(Refused) as recused:
        name_deputy(item=day.items[0], entry=day.entry(day.vice), by=day.clerk, now=after(day, -3))
    day.items[0].refresh_from_db()
    assert (no_chair.value.code, recused.value.code, day.items[0].deputy_chair) == (
        "deputy_not_a_chair",
        "deputy_recused",
        None,
    )


@pytest.mark.parametrize("where", [Seat.OBSERVER, Seat.MINUTE_TAKER, Seat.SEN_LEAD])
def test_deputy_has_a_vote_at_this_meeting(where: Seat) -> None:
    day = make_day()
    second = make_user("Olive Onlooker", Role.CHAIR, Role.CLERK, Role.MEMBER)
    seated = seat(
        meeting=day.meeting, user=second, seat=where, voting=False, by=day.clerk, now=after(day, -60)
    )
    with pytest.raises(Refused) as no_vote:
        name_deputy(item=day.items[0], entry=seated, by=day.clerk, now=after(day, -5))
    day.items[0].refresh_from_db()
    assert (no_vote.value.code, day.items[0].deputy_chair) == ("deputy_without_vote", None)
    why = "looks on at" if where == Seat.OBSERVER else "has no vote at"
    assert no_vote.value.sentence == (
        f"Olive Onlooker {why} this meeting and cannot lead an item. Name somebody with a vote."
    )


def test_recused_chair_can_still_name_the_deputy() -> None:
    day = make_day()
    declare_conflict(item=day.items[0], kind=ConflictKind.RELATIVE, by=day.chair, now=after(day, -4))
    named = name_deputy(item=day.items[0], entry=day.entry(day.vice), by=day.chair, now=after(day, -3))
    assert named.deputy_chair == RosterEntry.objects.get(user=day.vice)


def recused_before(day: Day, *, cancelled: bool = True) -> Conflict:
    """The nurse is a relative in the first case, and its meeting is cancelled after that."""
    row = impose_conflict(
        item=day.items[0],
        entry=day.entry(day.nurse),
        kind=ConflictKind.RELATIVE,
        effect=Effect.LEAVES,
        detail="A cousin",
        by=day.clerk,
        now=after(day, -300),
    )
    if cancelled:
        cancel_meeting(meeting=day.meeting, because="Snow", by=day.clerk, now=after(day, -200))
    return row


def listed_again(day: Day, weeks: int = 1) -> AgendaItem:
    starts_at = day.meeting.starts_at + dt.timedelta(weeks=weeks)
    now = after(day, 100)
    meeting = plan_meeting(
        panel_type=day.panel_type,
        starts_at=starts_at,
        ends_at=starts_at + dt.timedelta(hours=2),
        venue="Room 2",
        by=day.clerk,
        now=now,
    ).meeting
    case = Case.objects.get(pk=day.items[0].case_id)
    return add_items(meeting=meeting, listings=[Listing(case, Stage.ASSESS)], by=day.clerk, now=now).items[0]


def test_recusal_follows_the_case_to_its_next_meeting() -> None:
    day = make_day()
    before = recused_before(day)
    again = listed_again(day)
    row = Conflict.objects.get(item=again)
    assert (row.entry.user, row.kind, row.source, row.effect, row.detail, row.recorded_by) == (
        day.nurse,
        before.kind,
        "imposed",
        "leaves",
        "A cousin",
        day.clerk,
    )
    counted = load_room(again.meeting).foreseen(again)
    assert (counted.present, len(day.members)) == (6, 7)
    assert AuditEntry.objects.filter(verb="conflict.find", subject=row.public_id).exists()
    assert find_conflicts(meeting=again.meeting, by=day.clerk, now=after(day, 101)) == ()


def test_recusal_follows_to_somebody_seated_after_the_case_was_listed() -> None:
    day = make_day()
    recused_before(day)
    StandingMember.objects.filter(user=day.nurse).delete()
    again = listed_again(day)
    assert not Conflict.objects.filter(item=again).exists()
    seat(meeting=again.meeting, user=day.nurse, seat=Seat.HEALTH, by=day.clerk, now=after(day, 101))
    assert Conflict.objects.get(item=again).entry.user == day.nurse


def test_recusal_that_followed_is_lifted_for_good() -> None:
    day = make_day()
    recused_before(day)
    row = Conflict.objects.get(item=listed_again(day))
    assert shut_out() == ["Nia Nurse", "Nia Nurse"]
    lift_conflict(conflict=row, because="Another family of the name", by=day.clerk, now=after(day, 102))
    assert shut_out() == []
    cancel_meeting(meeting=row.item.meeting, because="Snow again", by=day.clerk, now=after(day, 103))
    assert not Conflict.objects.filter(item=listed_again(day, 2)).exists()


def test_recusal_at_a_cancelled_meeting_can_be_lifted() -> None:
    day = make_day()
    row = recused_before(day)
    lift_conflict(conflict=row, because="Another family of the name", by=day.clerk, now=after(day, 99))
    assert shut_out() == []
    assert not Conflict.objects.filter(item=listed_again(day)).exists()


def test_other_conflict_of_the_earlier_item_still_shuts_the_case() -> None:
    day = make_day()
    recused_before(day, cancelled=False)
    impose_conflict(
        item=day.items[0],
        entry=day.entry(day.nurse),
        kind=ConflictKind.FINANCIAL,
        effect=Effect.LEAVES,
        detail="Owns the building",
        by=day.clerk,
        now=after(day, -250),
    )
    cancel_meeting(meeting=day.meeting, because="Snow", by=day.clerk, now=after(day, -200))
    again = listed_again(day)
    row = Conflict.objects.get(item=again, kind="relative")
    lift_conflict(conflict=row, because="Another family of the name", by=day.clerk, now=after(day, 102))
    assert set(shut_out()) == {"Nia Nurse"}


def test_conflict_of_somebody_who_never_came_says_that_and_not_that_she_left() -> None:
    day = make_day()
    for user in (day.social, day.nurse):
        declare_conflict(item=day.items[0], kind=ConflictKind.RELATIVE, by=user, now=after(day, -9))
    begin(day, day.social, day.nurse)
    ItemAttendance.objects.create(
        item=day.items[0],
        entry=day.entry(day.nurse),
        present=True,
        recorded_at=after(day, 2),
        recorded_by=day.clerk,
    )
    advise(day, day.items[0], now=after(day, 25))
    sheet = freeze(closed(day).meeting, version=1, correction="", by=day.clerk).items[0][1]
    assert {one.name: one.effect for one in sheet.conflicts} == {
        day.social.name: "Was not at the meeting",
        day.nurse.name: "Leaves for the item",
    }
