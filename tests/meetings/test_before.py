"""What is said before a seat or an item goes: true of its conflicts, of its dates, and of nothing its reader may not
see.
"""

import datetime as dt

import pytest

from meetings.actions.conflicts import declare_conflict, impose_conflict, lift_conflict
from meetings.actions.listing import remove_item
from meetings.actions.seats import seat
from meetings.models import Conflict, Seat
from meetings.queries.before import before_removing, before_unseating
from meetings.rules.quorum import ConflictKind, Effect
from panel.actions.access import deny
from panel.models import Denial
from panel.platform.policy import Role
from tests.make import NOW, TODAY, make_agency, make_case, make_paper, make_user
from tests.meetings.day import Day, after, list_cases, make_day

pytestmark = pytest.mark.django_db


def removing(day: Day) -> str:
    return " ".join(before_removing(day.items[0], after(day, -100)))


def unseating(day: Day) -> str:
    return " ".join(before_unseating(day.entry(day.nurse), day.clerk, after(day, -100)))


def declared(day: Day, item: int = 0) -> Conflict:
    return declare_conflict(
        item=day.items[item],
        kind=ConflictKind.RELATIVE,
        detail="My niece",
        by=day.nurse,
        now=after(day, -100),
    )


def test_declared_conflict_stays_with_the_case() -> None:
    day = make_day()
    declared(day)
    assert "1 conflict of interest declared or imposed stays, and goes with the case to its next item." in (
        removing(day)
    )
    assert (
        "The conflicts of interest declared or imposed on 1 item stay, and go with the case to its next item."
        in unseating(day)
    )
    assert "looked for again" not in removing(day) + unseating(day)
    remove_item(item=day.items[0], by=day.clerk, now=after(day, -95))
    assert Denial.objects.live().exists()


def test_what_the_records_show_goes_and_is_counted_apart() -> None:
    day = make_day(0)
    case = make_case()
    make_paper(case, by=day.nurse)
    list_cases(day, case)
    declared(day)
    said = removing(day)
    assert "1 conflict of interest that the records show goes with it, and is looked for again" in said
    assert "1 conflict of interest declared or imposed stays" in said
    said = unseating(day)
    assert "The conflicts of interest that the records show on 1 item go with the seat" in said
    assert "declared or imposed on 1 item stay" in said


def test_lifted_conflict_is_not_counted() -> None:
    day = make_day()
    lift_conflict(conflict=declared(day), because="Another family", by=day.clerk, now=after(day, -99))
    assert "conflict" not in removing(day) + unseating(day)


def test_items_closed_to_the_reader_are_not_counted() -> None:
    day = make_day(2)
    for item in day.items:
        impose_conflict(
            item=item,
            entry=day.entry(day.nurse),
            kind=ConflictKind.RELATIVE,
            effect=Effect.LEAVES,
            detail="Her niece",
            by=day.chair,
            now=after(day, -100),
        )
    deny(case=day.items[0].case, user=day.clerk, source="test", by=None, now=NOW)
    assert "declared or imposed on 1 item stay" in unseating(day)


@pytest.mark.parametrize(
    ("weeks", "said"),
    [
        (1, "; the last panel that leaves time for that is on or before "),
        (5.9, ", and no later panel leaves time for that."),
        (10, "That day has passed: each week more is a week later."),
    ],
)
def test_dates_are_said_as_they_stand(weeks: float, said: str) -> None:
    day = make_day(0)
    list_cases(day, make_case(received_on=TODAY - dt.timedelta(days=round(weeks * 7))))
    assert said in removing(day)
    assert ("The family had to be told by" in removing(day)) == (weeks == 10)


def test_unseating_the_last_of_a_required_agency_says_what_the_quorum_loses() -> None:
    day = make_day(1, required_agencies=["health"])
    said = "Nobody else with a vote comes from: Health. Without that agency there is no quorum."
    assert said in unseating(day)
    other = make_user("Nora Nurse", Role.MEMBER, agency=make_agency("health"))
    seat(meeting=day.meeting, user=other, seat=Seat.HEALTH, by=day.clerk, now=after(day, -99))
    assert said not in unseating(day)
