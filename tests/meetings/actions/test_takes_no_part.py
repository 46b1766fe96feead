"""Whoever said that they are not impartial answers no question about the case, from whatever seat and by whatever
route.
"""

import datetime as dt

import pytest

from meetings.actions.conflicts import declare_conflict, lift_conflict
from meetings.actions.decide import record_decision
from meetings.actions.listing import add_items, remove_item
from meetings.actions.live import open_meeting, start_item, withdraw_item
from meetings.actions.plan import plan_meeting
from meetings.actions.seats import seat, unseat
from meetings.models import Conflict, KeptConflict, Meeting, Seat
from meetings.queries.consent import may_give_reasons
from meetings.queries.recused import takes_no_part
from meetings.queries.waiting import Listing
from meetings.rules.quorum import ConflictKind
from panel.law.legal import Outcome, Stage
from panel.models import Case, User
from panel.platform.policy import Refused, Role
from tests.make import NOW, TODAY, make_agency, make_case, make_user
from tests.meetings.day import (
    REASONS,
    YES,
    Day,
    advise,
    after,
    begin,
    card_on,
    list_cases,
    make_day,
    refresh,
    sit_down,
)

pytestmark = pytest.mark.django_db

NO_PANEL = "No panel with its quorum can sit before the last day on which this family can be told."


def officer_at_table(day: Day, meeting: Meeting | None = None, user: User | None = None) -> User:
    """A designated officer who is a member of the panel as well."""
    user = user or make_user("Dual Role", Role.OFFICER, Role.MEMBER, agency=make_agency("education"))
    seat(meeting=meeting or day.meeting, user=user, seat=Seat.SEN_LEAD, by=day.clerk, now=after(day, -200))
    return user


def declared(day: Day, by: User) -> Conflict:
    """It takes the vote and leaves the case open to them, so that no denial stands in the way."""
    return declare_conflict(
        item=day.items[0], kind=ConflictKind.PRIOR_DECISION, detail="Her sister", by=by, now=after(day, -100)
    )


def code(refused: pytest.ExceptionInfo[Refused]) -> str:
    return refused.value.code


@pytest.mark.parametrize("keeps_seat", [True, False])
def test_officer_with_a_conflict_does_not_decide_on_the_advice(*, keeps_seat: bool) -> None:
    day = make_day()
    officer = officer_at_table(day)
    declared(day, officer)
    if not keeps_seat:
        unseat(entry=day.entry(officer), by=day.clerk, now=after(day, -90))
    begin(day)
    advise(day, day.items[0])
    with pytest.raises(Refused) as refused:
        record_decision(
            case=day.items[0].case,
            stage=Stage.ASSESS,
            item=day.items[0],
            outcome=Outcome.ASSESS,
            by=officer,
            now=after(day, 20),
        )
    assert code(refused) == "recused"


@pytest.mark.parametrize("fast_track", [True, False])
@pytest.mark.parametrize("listed", [True, False])
def test_officer_with_a_conflict_does_not_decide_without_a_panel(*, fast_track: bool, listed: bool) -> None:
    day = make_day(0)
    officer = officer_at_table(day)
    case = make_case(received_on=TODAY - dt.timedelta(weeks=5, days=5))
    (item,) = list_cases(day, case)
    declared(day, officer)
    if not listed:
        remove_item(item=item, by=day.clerk, now=after(day, -95))
    with pytest.raises(Refused) as refused:
        record_decision(
            case=Case.objects.get(pk=case.pk),
            stage=Stage.ASSESS,
            outcome=Outcome.ASSESS,
            answers=YES,
            reasons=REASONS,
            fast_track=fast_track,
            no_panel_because="" if fast_track else NO_PANEL,
            by=officer,
            now=after(day, -80),
        )
    assert code(refused) == "recused"


def test_reasons_are_not_given_by_somebody_whose_conflict_is_kept() -> None:
    day = make_day()
    officer = officer_at_table(day)
    assert officer in may_give_reasons(day.items[0], NOW)
    declared(day, officer)
    assert officer not in may_give_reasons(day.items[0], NOW)
    unseat(entry=day.entry(officer), by=day.clerk, now=after(day, -90))
    assert officer not in may_give_reasons(day.items[0], NOW)


def test_conflict_of_one_question_alone_is_none_of_the_other() -> None:
    day = make_day()
    officer = officer_at_table(day)
    declared(day, officer)
    case = day.items[0].case
    assert takes_no_part(case, Stage.ASSESS, officer)
    assert not takes_no_part(case, Stage.ISSUE, officer)
    assert not takes_no_part(case, Stage.ASSESS, day.officer)


def test_what_was_lifted_at_a_later_item_binds_no_more() -> None:
    """The row of the item that is finished stays as the record of its day and can be lifted nowhere."""
    day = make_day()
    officer = officer_at_table(day)
    sit_down(day)
    open_meeting(
        meeting=day.meeting, card=card_on(day.meeting.starts_at), by=day.chair, now=day.meeting.starts_at
    )
    refresh(day)
    declared(day, officer)
    start_item(item=day.items[0], by=day.chair, now=after(day, 1))
    withdraw_item(item=day.items[0], because="The family asked for it", by=day.chair, now=after(day, 3))
    starts_at = day.meeting.starts_at + dt.timedelta(weeks=1)
    later = plan_meeting(
        panel_type=day.panel_type,
        starts_at=starts_at,
        ends_at=starts_at + dt.timedelta(hours=2),
        venue="Room 2",
        by=day.clerk,
        now=after(day, 70),
    ).meeting
    officer_at_table(day, later, officer)
    case = Case.objects.get(pk=day.items[0].case_id)
    listing = Listing(case, Stage.ASSESS)
    (item,) = add_items(meeting=later, listings=[listing], by=day.clerk, now=after(day, 71)).items
    assert takes_no_part(case, Stage.ASSESS, officer)
    lift_conflict(
        conflict=Conflict.objects.get(item=item), because="Another family", by=day.clerk, now=after(day, 72)
    )
    assert not takes_no_part(case, Stage.ASSESS, officer)
    remove_item(item=item, by=day.clerk, now=after(day, 73))
    assert KeptConflict.objects.get().effect == Conflict.Effect.NOTE
    assert not takes_no_part(case, Stage.ASSESS, officer)
