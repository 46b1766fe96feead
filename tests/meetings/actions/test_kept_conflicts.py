"""A declared or imposed conflict outlasts the item and the seat it was said at: a changed list opens nothing to anybody."""

import datetime as dt

import pytest
from django.urls import reverse

from meetings.actions.conflicts import declare_conflict, impose_conflict, lift_conflict
from meetings.actions.kept_conflicts import lift_kept_conflict
from meetings.actions.listing import add_items, remove_item
from meetings.actions.live import close_meeting, open_meeting, start_item, withdraw_item
from meetings.actions.moving import cancel_meeting
from meetings.actions.plan import plan_meeting
from meetings.actions.seats import seat, unseat
from meetings.models import AgendaItem, Conflict, KeptConflict, Meeting, Seat
from meetings.queries.kept_conflicts import kept_alone
from meetings.queries.waiting import Listing
from meetings.rules.quorum import ConflictKind, Effect
from panel.law.legal import Stage
from panel.models import AuditEntry, Case, Denial, Paper
from panel.platform.policy import Refused, Role
from tests.make import make_paper, make_setting, make_user
from tests.meetings.day import Day, after, card_on, make_day, sit_down, works_at
from tests.meetings.views.client import as_

pytestmark = pytest.mark.django_db


def shut_out() -> set[str]:
    return {denial.user.name for denial in Denial.objects.live()}


def said(item: AgendaItem) -> list[tuple[str, str, str, str, str]]:
    rows = Conflict.objects.filter(item=item).order_by("pk")
    return [(row.entry.user.name, row.kind, row.source, row.effect, row.detail) for row in rows]


def next_meeting(day: Day, weeks: int = 1) -> Meeting:
    starts_at = day.meeting.starts_at + dt.timedelta(weeks=weeks)
    return plan_meeting(
        panel_type=day.panel_type,
        starts_at=starts_at,
        ends_at=starts_at + dt.timedelta(hours=2),
        venue=f"Room {weeks}",
        by=day.clerk,
        now=after(day, -90),
    ).meeting


def listed(day: Day, meeting: Meeting) -> AgendaItem:
    case = Case.objects.get(pk=day.items[0].case_id)
    listing = Listing(case, Stage.ASSESS)
    return add_items(meeting=meeting, listings=[listing], by=day.clerk, now=after(day, -80)).items[0]


def declared(day: Day, item: AgendaItem, effect: Effect | None = None) -> Conflict:
    return declare_conflict(
        item=item,
        kind=ConflictKind.RELATIVE if effect is None else ConflictKind.OTHER,
        effect=effect,
        detail="My niece",
        by=day.nurse,
        now=after(day, -100),
    )


def taken_off(day: Day, item: AgendaItem) -> None:
    remove_item(item=item, by=day.clerk, now=after(day, -95))


NIECE = ("Nia Nurse", "relative", "declared", "leaves", "My niece")


def test_case_stays_closed_after_its_item_was_taken_off_the_list() -> None:
    day = make_day()
    make_paper(day.items[0].case, by=day.clerk)
    declared(day, day.items[0])
    taken_off(day, day.items[0])
    assert not Conflict.objects.exists()
    assert shut_out() == {"Nia Nurse"}
    assert Denial.objects.live().get().source == f"conflict:{KeptConflict.objects.get().public_id}"
    assert not Paper.objects.visible_to(day.nurse, after(day, -90)).exists()


def test_recusal_is_on_the_item_of_another_meeting() -> None:
    day = make_day()
    before = declared(day, day.items[0])
    taken_off(day, day.items[0])
    again = listed(day, next_meeting(day))
    assert said(again) == [NIECE]
    assert Conflict.objects.get().recorded_by == before.recorded_by
    assert not AgendaItem.objects.visible_to(day.nurse, after(day, -70)).exists()
    assert AgendaItem.objects.visible_to(day.head, after(day, -70)).get() == again


def test_recusal_is_on_the_item_when_it_is_listed_again_at_the_same_meeting() -> None:
    day = make_day()
    declared(day, day.items[0])
    taken_off(day, day.items[0])
    assert said(listed(day, day.meeting)) == [NIECE]


def test_recusal_survives_being_taken_off_twice() -> None:
    day = make_day()
    declared(day, day.items[0])
    taken_off(day, day.items[0])
    again = listed(day, day.meeting)
    taken_off(day, again)
    assert (shut_out(), KeptConflict.objects.count()) == ({"Nia Nurse"}, 1)
    assert said(listed(day, next_meeting(day))) == [NIECE]


def test_conflict_that_takes_only_the_vote_is_kept_and_closes_nothing() -> None:
    day = make_day()
    declared(day, day.items[0], Effect.NO_VOTE)
    taken_off(day, day.items[0])
    assert shut_out() == set()
    assert said(listed(day, next_meeting(day))) == [("Nia Nurse", "other", "declared", "no_vote", "My niece")]


def test_imposed_conflict_is_kept_with_its_reason() -> None:
    day = make_day()
    impose_conflict(
        item=day.items[0],
        entry=day.entry(day.head),
        kind=ConflictKind.FINANCIAL,
        effect=Effect.LEAVES,
        detail="Owns the building",
        by=day.chair,
        now=after(day, -100),
    )
    taken_off(day, day.items[0])
    again = listed(day, next_meeting(day))
    assert said(again) == [("Hetty Head", "financial", "imposed", "leaves", "Owns the building")]


def test_lifting_what_followed_opens_everything_it_closed() -> None:
    day = make_day()
    declared(day, day.items[0])
    taken_off(day, day.items[0])
    again = listed(day, next_meeting(day))
    row = Conflict.objects.get(item=again)
    lift_conflict(conflict=row, because="Another family of the name", by=day.clerk, now=after(day, -60))
    assert shut_out() == set()
    assert AgendaItem.objects.visible_to(day.nurse, after(day, -50)).get() == again


def test_what_was_lifted_is_not_brought_back_by_another_change_of_the_list() -> None:
    day = make_day()
    declared(day, day.items[0])
    taken_off(day, day.items[0])
    again = listed(day, next_meeting(day))
    row = Conflict.objects.get(item=again)
    lift_conflict(conflict=row, because="Another family of the name", by=day.clerk, now=after(day, -60))
    taken_off(day, again)
    assert (said(listed(day, next_meeting(day, 2))), shut_out()) == ([], set())


def test_word_of_a_cancelled_meeting_lifted_at_an_item_that_is_gone_stays_lifted() -> None:
    day = make_day()
    declared(day, day.items[0])
    cancel_meeting(meeting=day.meeting, because="Snow", by=day.clerk, now=after(day, -95))
    again = listed(day, next_meeting(day))
    row = Conflict.objects.get(item=again)
    lift_conflict(conflict=row, because="Another family of the name", by=day.clerk, now=after(day, -60))
    taken_off(day, again)
    assert (said(listed(day, next_meeting(day, 2))), shut_out()) == ([], set())


def test_declaring_anew_after_lifting_binds_again() -> None:
    day = make_day()
    declared(day, day.items[0])
    taken_off(day, day.items[0])
    again = listed(day, next_meeting(day))
    row = Conflict.objects.get(item=again)
    lift_conflict(conflict=row, because="Another family of the name", by=day.clerk, now=after(day, -60))
    declared(day, again)
    taken_off(day, again)
    assert (said(listed(day, next_meeting(day, 2))), shut_out()) == ([NIECE], {"Nia Nurse"})


def test_other_kept_conflict_still_closes_the_case_after_one_was_lifted() -> None:
    day = make_day()
    declared(day, day.items[0])
    impose_conflict(
        item=day.items[0],
        entry=day.entry(day.nurse),
        kind=ConflictKind.FINANCIAL,
        effect=Effect.LEAVES,
        detail="Owns the building",
        by=day.clerk,
        now=after(day, -99),
    )
    taken_off(day, day.items[0])
    again = listed(day, next_meeting(day))
    row = Conflict.objects.get(item=again, kind="relative")
    lift_conflict(conflict=row, because="Another family of the name", by=day.clerk, now=after(day, -60))
    taken_off(day, again)
    assert shut_out() == {"Nia Nurse"}


@pytest.mark.parametrize("effect", [None, Effect.NO_VOTE])
def test_conflict_outlasts_the_seat_and_is_there_when_it_is_given_back(effect: Effect | None) -> None:
    day = make_day()
    declared(day, day.items[0], effect)
    there = said(day.items[0])
    unseat(entry=day.entry(day.nurse), by=day.clerk, now=after(day, -90))
    closed = {"Nia Nurse"} if effect is None else set()
    assert (said(day.items[0]), shut_out()) == ([], closed)
    seat(meeting=day.meeting, user=day.nurse, seat=Seat.HEALTH, by=day.clerk, now=after(day, -80))
    assert (said(day.items[0]), shut_out()) == (there, closed)
    row = Conflict.objects.get()
    lift_conflict(conflict=row, because="Another family of the name", by=day.clerk, now=after(day, -70))
    assert shut_out() == set()


def test_conflict_from_a_lost_seat_follows_to_another_meeting() -> None:
    day = make_day()
    declared(day, day.items[0])
    unseat(entry=day.entry(day.nurse), by=day.clerk, now=after(day, -90))
    taken_off(day, day.items[0])
    assert said(listed(day, next_meeting(day))) == [NIECE]


def test_what_the_records_show_is_not_kept_but_read_anew() -> None:
    day = make_day()
    case = day.items[0].case
    case.setting = make_setting()
    case.save(update_fields=["setting"])
    works_at(day.head, case.setting)
    taken_off(day, day.items[0])
    assert (shut_out(), KeptConflict.objects.count()) == (set(), 0)
    assert [row[2] for row in said(listed(day, next_meeting(day)))] == ["automatic"]


def test_clerk_who_reads_every_case_reads_none_that_was_closed_to_her() -> None:
    day = make_day()
    entry = seat(
        meeting=day.meeting, user=day.clerk, seat=Seat.MINUTE_TAKER, by=day.clerk, now=after(day, -110)
    )
    impose_conflict(
        item=day.items[0],
        entry=entry,
        kind=ConflictKind.RELATIVE,
        effect=Effect.LEAVES,
        detail="Her niece",
        by=day.chair,
        now=after(day, -100),
    )
    other = make_user("Clara Clerk", Role.CLERK)
    remove_item(item=day.items[0], by=other, now=after(day, -95))
    assert not Case.objects.visible_to(day.clerk, after(day, -90)).exists()


def test_kept_conflict_at_no_item_is_lifted_by_a_clerk_with_a_reason() -> None:
    day = make_day()
    declared(day, day.items[0])
    taken_off(day, day.items[0])
    (row,) = kept_alone(day.clerk, after(day, -60))
    lift_kept_conflict(kept=row, because="Another family of the name", by=day.clerk, now=after(day, -60))
    row.refresh_from_db()
    assert (row.effect, row.detail, shut_out()) == ("note", "Another family of the name", set())
    assert list(kept_alone(day.clerk, after(day, -50))) == []
    assert AuditEntry.objects.filter(verb="conflict.impose", subject=row.public_id).exists()
    assert said(listed(day, next_meeting(day))) == []


def withdrawn_and_taken_off_again(day: Day) -> None:
    """Declared at an item that is finished since; listed once more, and taken off that list."""
    declared(day, day.items[0])
    sit_down(day)
    open_meeting(
        meeting=day.meeting, card=card_on(day.meeting.starts_at), by=day.chair, now=day.meeting.starts_at
    )
    start_item(item=day.items[0], by=day.chair, now=after(day, 1))
    withdraw_item(item=day.items[0], because="The family asked for it", by=day.chair, now=after(day, 3))
    close_meeting(meeting=day.meeting, by=day.chair, now=after(day, 60))
    again = listed(day, next_meeting(day))
    remove_item(item=again, by=day.clerk, now=after(day, 72))


def test_kept_conflict_whose_other_items_are_finished_is_lifted_by_itself_and_for_good() -> None:
    day = make_day()
    withdrawn_and_taken_off_again(day)
    assert shut_out() == {"Nia Nurse"}
    (row,) = kept_alone(day.clerk, after(day, 80))
    lift_kept_conflict(kept=row, because="Another family of the name", by=day.clerk, now=after(day, 80))
    assert shut_out() == set()
    assert said(day.items[0]) == [NIECE]
    assert said(listed(day, next_meeting(day, 2))) == []


def test_lifting_a_kept_conflict_leaves_what_a_finished_item_rests_on_besides() -> None:
    day = make_day()
    declare_conflict(
        item=day.items[0], kind=ConflictKind.FINANCIAL, detail="", by=day.nurse, now=after(day, -101)
    )
    Denial.objects.all().delete()
    Conflict.objects.update(effect="note")
    withdrawn_and_taken_off_again(day)
    Conflict.objects.update(effect="leaves")
    lift_kept_conflict(
        kept=KeptConflict.objects.get(kind="relative"), because="No", by=day.clerk, now=after(day, 80)
    )
    assert shut_out() == {"Nia Nurse"}


@pytest.mark.parametrize(("who", "code"), [("chair", "not_allowed"), ("nurse", "recused")])
def test_kept_conflict_is_lifted_by_clerks_alone(who: str, code: str) -> None:
    day = make_day()
    declared(day, day.items[0])
    taken_off(day, day.items[0])
    with pytest.raises(Refused) as refused:
        lift_kept_conflict(
            kept=KeptConflict.objects.get(), because="Nothing", by=getattr(day, who), now=after(day, -60)
        )
    assert (refused.value.code, shut_out()) == (code, {"Nia Nurse"})


def test_kept_conflict_that_stands_at_an_item_is_lifted_there() -> None:
    day = make_day()
    declared(day, day.items[0])
    taken_off(day, day.items[0])
    listed(day, next_meeting(day))
    assert list(kept_alone(day.clerk, after(day, -60))) == []
    with pytest.raises(Refused) as refused:
        lift_kept_conflict(
            kept=KeptConflict.objects.get(), because="Nothing", by=day.clerk, now=after(day, -60)
        )
    assert (refused.value.code, shut_out()) == ("on_a_list", {"Nia Nurse"})


def test_clerk_looks_at_a_kept_conflict_again_by_screen() -> None:
    day = make_day()
    declared(day, day.items[0])
    taken_off(day, day.items[0])
    client, kept = as_(day.clerk), KeptConflict.objects.get()
    page = client.get(reverse("conflict.kept"))
    assert "Nia Nurse" in page.content.decode()
    unreasoned = client.post(reverse("conflict.kept"), {"kept": kept.pk})
    assert (unreasoned.status_code, shut_out()) == (422, {"Nia Nurse"})
    done = client.post(reverse("conflict.kept"), {"kept": kept.pk, "because": "Another family of the name"})
    assert (done.status_code, shut_out()) == (302, set())
    assert "None stands" in client.get(reverse("conflict.kept")).content.decode()
