"""An observer sees no item before she has promised confidentiality, and nothing once the minutes are signed."""

import datetime as dt

import pytest
from django.db import DatabaseError, transaction

from meetings.actions.confidentiality import acknowledge
from meetings.actions.conflicts import declare_conflict
from meetings.actions.decide import record_decision
from meetings.actions.live import withdraw_item
from meetings.actions.moving import cancel_meeting
from meetings.actions.seats import seat
from meetings.models import (
    Acknowledgement,
    AgendaItem,
    Meeting,
    Minutes,
    MinutesSignature,
    Seat,
)
from meetings.queries.agenda import UNPROMISED, agenda_for
from meetings.queries.item import find_item, item_page
from meetings.queries.tray import member_tray
from meetings.rules.invitations import CONFIDENTIALITY, CONFIDENTIALITY_NOW
from meetings.rules.quorum import ConflictKind, Effect
from panel.law.legal import Outcome, Stage
from panel.models import AuditEntry, Denial, User
from panel.platform import access
from panel.platform.policy import OBSERVER_ROLES, Refused, Role, Verb
from tests.make import NOW, make_user
from tests.meetings.actions.test_minutes import stand_in_sheets
from tests.meetings.day import Day, after, begin, closed, heard, make_day

pytestmark = pytest.mark.django_db

BEFORE = NOW - dt.timedelta(days=7)
BEYOND = sorted(OBSERVER_ROLES - {Role.CLERK, Role.OFFICER})


def looking_on(role: Role = Role.PROFESSIONAL) -> tuple[Day, User]:
    day = make_day(2)
    observer = make_user("Olive Observer", role)
    seat(meeting=day.meeting, user=observer, seat=Seat.OBSERVER, by=day.clerk, now=BEFORE)
    return day, observer


def promise(day: Day, user: User) -> Acknowledgement:
    return acknowledge(meeting=day.meeting, version=CONFIDENTIALITY_NOW, by=user, now=BEFORE)


def seen(user: User) -> tuple[int, int]:
    """How many meetings and how many items."""
    return (
        Meeting.objects.visible_to(user, NOW).count(),
        AgendaItem.objects.visible_to(user, NOW).count(),
    )


def sign(day: Day) -> None:
    minutes = Minutes(meeting=day.meeting, version=1, record={}, record_sha256="0" * 64, by=day.clerk, at=NOW)
    minutes.save()
    MinutesSignature(minutes=minutes, shown_sha256="0" * 64, by=day.chair, at=NOW).save()


@pytest.mark.parametrize("role", BEYOND)
def test_items_open_with_the_promise_and_close_with_the_signature(role: Role) -> None:
    day, observer = looking_on(role)
    item = day.items[0]
    assert (seen(observer), find_item(observer, item.public_id, NOW)) == ((1, 0), None)
    assert not access.can(observer, Verb.ITEM_VIEW, item, now=NOW).allowed
    promise(day, observer)
    assert seen(observer) == (1, 2)
    assert find_item(observer, item.public_id, NOW) == item
    sign(day)
    assert (seen(observer), find_item(observer, item.public_id, NOW)) == ((0, 0), None)
    assert not access.can(observer, Verb.MEETING_VIEW, day.meeting, now=NOW).allowed


def test_members_promise_nothing_first() -> None:
    day, _ = looking_on()
    assert seen(day.nurse) == (1, 2)


@pytest.mark.parametrize("role", BEYOND)
def test_observer_does_nothing_but_look(role: Role) -> None:
    day, observer = looking_on(role)
    promise(day, observer)
    begin(day)
    about = {
        day.meeting: (Verb.MEETING_PLAN, Verb.AGENDA_EDIT, Verb.ATTENDANCE_RECORD, Verb.MEETING_RUN),
        day.items[0]: (
            Verb.ITEM_WRITE,
            Verb.ITEM_HEAR,
            Verb.PREVIEW_OPEN,
            Verb.RECOMMENDATION_RECORD,
            Verb.DECISION_RECORD,
            Verb.RISK_RECORD,
        ),
    }
    allowed = [
        verb
        for obj, verbs in about.items()
        for verb in verbs
        if access.can(observer, verb, obj, now=NOW).allowed
    ]
    assert allowed == []


def test_observer_learns_no_decision_of_an_item_she_hears() -> None:
    day, observer = looking_on(Role.COORDINATOR)
    promise(day, observer)
    heard(day)
    item = day.items[0]
    decision = record_decision(
        case=item.case,
        item=item,
        stage=Stage.ASSESS,
        outcome=Outcome.ASSESS,
        by=day.officer,
        now=NOW + dt.timedelta(hours=1),
    )
    assert not access.can(observer, Verb.DECISION_VIEW, decision, now=NOW).allowed
    assert item_page(day.officer, item, NOW).decision == decision
    assert item_page(observer, item, NOW).decision is None


def test_coordinator_sees_the_panels_item_of_her_own_case_from_a_seat_alone() -> None:
    day = make_day()
    coordinator = make_user("Corin", Role.COORDINATOR)
    day.items[0].case.coordinator = coordinator
    day.items[0].case.save(update_fields=["coordinator"])
    assert seen(coordinator) == (0, 0)
    assert not access.can(coordinator, Verb.ITEM_VIEW, day.items[0], now=NOW).allowed


def test_recused_observer_sees_the_other_items_alone() -> None:
    day, observer = looking_on()
    promise(day, observer)
    Denial.objects.create(case=day.items[0].case, user=observer, source="test", since=BEFORE)
    assert seen(observer) == (1, 1)


@pytest.mark.parametrize("role", sorted(OBSERVER_ROLES))
def test_observer_says_herself_that_she_knows_the_child_and_it_is_closed_to_her(role: Role) -> None:
    day, observer = looking_on(role)
    promise(day, observer)
    declare_conflict(
        item=day.items[0], kind=ConflictKind.RELATIVE, effect=Effect.LEAVES, by=observer, now=BEFORE
    )
    assert list(AgendaItem.objects.visible_to(observer, NOW)) == [day.items[1]]


def test_cancelled_meeting_shows_an_observer_nothing() -> None:
    day, observer = looking_on()
    promise(day, observer)
    cancel_meeting(meeting=day.meeting, because="Snow", by=day.clerk, now=BEFORE)
    assert seen(observer)[1] == 0


def test_agenda_says_why_it_is_closed_and_names_nobody() -> None:
    day, observer = looking_on()
    lines = agenda_for(observer, day.meeting, NOW).lines
    assert [(line.open, line.closed_because) for line in lines] == [(None, UNPROMISED)] * 2
    promise(day, observer)
    lines = agenda_for(observer, day.meeting, NOW).lines
    assert [(bool(line.open), line.closed_because) for line in lines] == [(True, "")] * 2


@pytest.mark.parametrize(
    "role", [Role.MODERATOR, Role.ADMINISTRATOR, Role.AUDITOR, Role.PARENT, Role.ADVOCATE]
)
def test_who_sees_no_case_or_judges_blind_is_no_observer(role: Role) -> None:
    day = make_day(0)
    with pytest.raises(Refused) as no:
        seat(meeting=day.meeting, user=make_user("Olive", role), seat=Seat.OBSERVER, by=day.clerk, now=BEFORE)
    assert no.value.code == "not_a_member"


def test_promise_is_kept_once_with_who_when_and_which_text() -> None:
    day, observer = looking_on()
    row = promise(day, observer)
    assert promise(day, observer) == row
    assert (row.user, row.at, row.text_version) == (observer, BEFORE, CONFIDENTIALITY_NOW)
    assert AuditEntry.objects.filter(verb="confidentiality.acknowledge").count() == 1
    assert CONFIDENTIALITY[row.text_version]


def test_promise_is_never_changed() -> None:
    day, observer = looking_on()
    row = promise(day, observer)
    with pytest.raises(DatabaseError), transaction.atomic():
        Acknowledgement.objects.filter(pk=row.pk)._raw_delete("default")
    with pytest.raises(Refused):
        Acknowledgement.objects.update(text_version="older")


def test_text_that_changed_while_she_read_is_read_again() -> None:
    day, observer = looking_on()
    with pytest.raises(Refused) as no:
        acknowledge(meeting=day.meeting, version="2020-1", by=observer, now=BEFORE)
    assert (no.value.code, Acknowledgement.objects.count()) == ("stale", 0)


def test_stranger_promises_nothing(stranger: User) -> None:
    day = make_day(0)
    with pytest.raises(Refused) as no:
        promise(day, stranger)
    assert no.value.code == "not_allowed"


def test_home_lists_no_minutes_to_whoever_may_not_open_them() -> None:
    day, observer = looking_on(Role.MEMBER)
    heard(day)
    withdraw_item(item=day.items[1], because="Not today", by=day.chair, now=after(day, 20))
    closed(day)
    minutes = Minutes(meeting=day.meeting, version=1, record={}, record_sha256="0" * 64, by=day.clerk, at=NOW)
    minutes.save()
    stand_in_sheets(minutes)
    for reader in (observer, day.parent_carer):
        assert not access.can(reader, Verb.MINUTES_VIEW, minutes, now=after(day, 95)).allowed
        assert member_tray(reader, after(day, 95)).to_read == ()
    assert member_tray(day.nurse, after(day, 95)).to_read == (minutes,)
