from types import SimpleNamespace

import pytest

from meetings.actions.attendance import Line, record_attendance
from meetings.actions.conflicts import declare_conflict, name_deputy
from meetings.actions.decide import record_decision
from meetings.models import AgendaItem, Meeting, RosterEntry, Seat
from meetings.rules.attendance import Status
from meetings.rules.quorum import ConflictKind
from panel.law.legal import Outcome, Stage
from panel.models import Membership, User
from panel.platform import access
from panel.platform.policy import Role, Verb
from tests.make import make_case, make_user
from tests.meetings.day import Day, after, heard, list_cases, make_day

pytestmark = pytest.mark.django_db


def may(user: User, verb: Verb, obj: object, day: Day, minutes: int = 0) -> bool:
    return access.can(User.objects.get(pk=user.pk), verb, obj, now=after(day, minutes)).allowed


def strangers() -> list[User]:
    return [make_user(f"Stranger {role}", role) for role in Role]


def test_lists_and_single_answers_agree_for_every_role() -> None:
    day = make_day(3)
    declare_conflict(item=day.items[0], kind=ConflictKind.RELATIVE, by=day.nurse, now=after(day, -9))
    declare_conflict(item=day.items[1], kind=ConflictKind.RELATIVE, by=day.chair, now=after(day, -9))
    day.items[2].case.restricted = True
    day.items[2].case.save(update_fields=["restricted"])
    for user in [*day.members, day.clerk, day.officer, *strangers()]:
        fresh = User.objects.get(pk=user.pk)
        meetings = set(Meeting.objects.visible_to(fresh, after(day, 0)))
        assert (day.meeting in meetings) == may(user, Verb.MEETING_VIEW, day.meeting, day), user.name
        items = set(AgendaItem.objects.visible_to(fresh, after(day, 0)))
        listed = list(AgendaItem.objects.select_related("case", "deputy_chair"))
        assert items == {item for item in listed if may(user, Verb.ITEM_VIEW, item, day)}, user.name


def test_chairs_seat_and_not_the_chairs_role_makes_a_meeting_the_chairs() -> None:
    day = make_day()
    assert may(day.chair, Verb.MEETING_RUN, day.meeting, day) is True
    assert may(day.vice, Verb.MEETING_RUN, day.meeting, day) is False
    assert may(day.vice, Verb.MEETING_VIEW, day.meeting, day) is True


def test_stand_in_for_the_chair_runs_the_meeting() -> None:
    day = make_day()
    record_attendance(
        meeting=day.meeting,
        lines=[
            Line(day.entry(day.chair), Status.SUBSTITUTED),
            Line(day.entry(day.vice), Status.PRESENT, substitute_for=day.entry(day.chair)),
        ],
        by=day.clerk,
        now=after(day, 0),
    )
    assert may(day.vice, Verb.MEETING_RUN, day.meeting, day) is True


def test_deputy_leads_one_item_and_nothing_else() -> None:
    day = make_day(2)
    one = name_deputy(item=day.items[0], entry=day.entry(day.vice), by=day.clerk, now=after(day, -9))
    assert [may(day.vice, Verb.RECOMMENDATION_RECORD, item, day) for item in (one, day.items[1])] == [
        True,
        False,
    ]
    assert may(day.vice, Verb.MEETING_RUN, day.meeting, day) is False


def test_seat_without_its_role_opens_nothing_any_more() -> None:
    day = make_day()
    Membership.objects.filter(user=day.nurse).update(ends_on=after(day, -9999).date())
    assert may(day.nurse, Verb.MEETING_VIEW, day.meeting, day) is False
    assert may(day.nurse, Verb.ITEM_VIEW, day.items[0], day) is False


def test_coordinator_sees_the_decision_of_her_own_case_and_not_the_item() -> None:
    day = make_day(0)
    coordinator, other = make_user("Corin", Role.COORDINATOR), make_user("Cory", Role.COORDINATOR)
    list_cases(day, make_case(coordinator=coordinator))
    heard(day)
    item = day.items[0]
    decision = record_decision(
        case=item.case,
        stage=Stage.ASSESS,
        item=item,
        outcome=Outcome.ASSESS,
        by=day.officer,
        now=after(day, 9),
    )
    seen = SimpleNamespace(
        own=may(coordinator, Verb.DECISION_VIEW, decision, day),
        other=may(other, Verb.DECISION_VIEW, decision, day),
        chair=may(day.chair, Verb.DECISION_VIEW, decision, day),
        member=may(day.head, Verb.DECISION_VIEW, decision, day),
        item=may(coordinator, Verb.ITEM_VIEW, item, day),
    )
    assert vars(seen) == {"own": True, "other": False, "chair": True, "member": False, "item": False}


def test_denial_binds_the_record_of_an_item_as_well() -> None:
    day = make_day()
    advice = heard(day)
    assert may(day.chair, Verb.ITEM_VIEW, advice, day) is True
    day.items[0].case.denials.create(user=day.chair, source="test", since=after(day, 0))
    assert may(day.chair, Verb.ITEM_VIEW, advice, day) is False


def test_whoever_takes_the_minutes_is_no_member_for_having_the_chairs_role_elsewhere() -> None:
    day = make_day(1)
    writer = make_user("Wim Writer", Role.CHAIR)
    RosterEntry.objects.create(meeting=day.meeting, user=writer, seat=Seat.MINUTE_TAKER, voting=False)
    for verb in (Verb.ITEM_VIEW, Verb.PREVIEW_GIVE, Verb.CONSENT_TAKE_OFF):
        assert may(writer, verb, day.items[0], day) is False, verb
