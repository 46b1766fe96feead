"""Roles begin and end at midnight on the authority's own clock, in summer too, when that is an hour before midnight UTC."""

import datetime as dt

import pytest

from panel.actions.users import NewRole, invite_user
from panel.models import Case, Membership, Paper
from panel.platform import access, outbox
from panel.platform.policy import Role, Verb
from panel.queries import filter_choices
from tests.make import make_case, make_paper, make_user

pytestmark = pytest.mark.django_db
# Half past midnight on 2 July in London; still 1 July in UTC.
JUST_AFTER_MIDNIGHT = dt.datetime(2026, 7, 1, 23, 30, tzinfo=dt.UTC)
YESTERDAY = dt.date(2026, 7, 1)


def test_role_that_ended_yesterday_opens_nothing_after_midnight() -> None:
    leaver = make_user("Lee Leaver", Role.CLERK)
    Membership.objects.filter(user=leaver).update(ends_on=YESTERDAY)
    case = make_case(received_on=dt.date(2026, 6, 1))
    make_paper(case)
    now = JUST_AFTER_MIDNIGHT
    assert not access.can(leaver, Verb.CASE_VIEW, case, now=now).allowed
    assert (Case.objects.visible_to(leaver, now).count(), Paper.objects.visible_to(leaver, now).count()) == (
        0,
        0,
    )


def test_role_that_begins_today_holds_from_midnight(administrator) -> None:
    invited = invite_user(
        email="new@example.org",
        name="Nell New",
        roles=[NewRole(Role.CLERK)],
        by=administrator,
        now=JUST_AFTER_MIDNIGHT,
    )
    assert access.can(invited, Verb.CASE_LIST, now=JUST_AFTER_MIDNIGHT).allowed
    assert outbox.drain(None, lambda: JUST_AFTER_MIDNIGHT, "test") == {"sent": 1}


def test_coordinator_who_left_yesterday_is_not_offered_after_midnight(clerk) -> None:
    leaver = make_user("Lee Leaver", Role.COORDINATOR)
    Membership.objects.filter(user=leaver).update(ends_on=YESTERDAY)
    assert filter_choices(clerk, JUST_AFTER_MIDNIGHT).coordinators == ()
