"""Nobody opens to themselves a case they are recused from, by taking away the item or the seat the recusal hangs on."""

import datetime as dt

import pytest

from meetings.actions.conflicts import declare_conflict, impose_conflict
from meetings.actions.listing import remove_item
from meetings.actions.seats import seat, unseat
from meetings.models import AgendaItem, Conflict, RosterEntry, Seat
from meetings.rules import quorum
from panel.models import Case, Denial
from panel.platform.policy import Refused
from tests.meetings.day import Day, make_day

pytestmark = pytest.mark.django_db
RELATIVE = quorum.ConflictKind.RELATIVE
LEAVES = quorum.Effect.LEAVES


def before(day: Day) -> dt.datetime:
    return day.meeting.starts_at - dt.timedelta(days=2)


def test_recused_chair_cannot_take_the_item_off_the_list() -> None:
    day = make_day()
    declare_conflict(item=day.items[0], kind=RELATIVE, effect=LEAVES, by=day.chair, now=before(day))
    with pytest.raises(Refused) as refused:
        remove_item(item=day.items[0], by=day.chair, now=before(day))
    assert refused.value.code == "recused"
    assert (AgendaItem.objects.count(), Denial.objects.live().count()) == (1, 1)


def recused_clerk(day: Day) -> RosterEntry:
    entry = seat(
        meeting=day.meeting,
        user=day.clerk,
        seat=Seat.MINUTE_TAKER,
        by=day.clerk,
        now=before(day),
    )
    impose_conflict(
        item=day.items[0],
        entry=entry,
        kind=RELATIVE,
        effect=LEAVES,
        detail="Her niece",
        by=day.chair,
        now=before(day),
    )
    return entry


def test_recused_clerk_cannot_take_the_item_off_the_list() -> None:
    day = make_day()
    recused_clerk(day)
    with pytest.raises(Refused) as refused:
        remove_item(item=day.items[0], by=day.clerk, now=before(day))
    assert refused.value.code == "recused"
    assert not Case.objects.visible_to(day.clerk, before(day)).exists()


def test_recused_clerk_cannot_give_up_the_seat_to_open_the_case() -> None:
    day = make_day()
    entry = recused_clerk(day)
    with pytest.raises(Refused) as refused:
        unseat(entry=entry, by=day.clerk, now=before(day))
    assert refused.value.code == "own_conflict"
    assert (Conflict.objects.count(), Denial.objects.live().count()) == (1, 1)


def test_somebody_without_a_binding_conflict_may_give_up_the_seat() -> None:
    day = make_day()
    entry = seat(meeting=day.meeting, user=day.clerk, seat=Seat.MINUTE_TAKER, by=day.clerk, now=before(day))
    unseat(entry=entry, by=day.clerk, now=before(day))
    assert not RosterEntry.objects.filter(pk=entry.pk).exists()


def test_nobody_ends_a_recusal_by_taking_away_the_seat() -> None:
    day = make_day()
    entry = day.entry(day.nurse)
    impose_conflict(
        item=day.items[0],
        entry=entry,
        kind=quorum.ConflictKind.RELATIVE,
        effect=quorum.Effect.LEAVES,
        detail="Knows the family.",
        by=day.clerk,
        now=before(day),
    )
    unseat(entry=entry, by=day.clerk, now=before(day))
    # The row goes with the seat, the recusal does not: see test_kept_conflicts.
    assert (Conflict.objects.count(), Denial.objects.live().get().user) == (0, day.nurse)
