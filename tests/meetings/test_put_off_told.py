"""A family reads at once that a panel put its question off: why, by when we get what is missing, and when the panel looks again."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from meetings.actions.defer import defer_item
from meetings.actions.following import report_action
from meetings.actions.taking_back import take_back_deferral
from meetings.models import Action, AgendaItem, Meeting
from meetings.rules.deferring import DeferralReason
from meetings.rules.put_off import HEADING
from meetings.rules.states import ActionState, ItemState, MeetingState
from panel.law.legal import Stage
from panel.models import AdviceRequest, Case, Installation
from panel.platform.policy import Role
from tests.make import NOW, TODAY, make_case, make_person, make_user
from tests.meetings.actions.test_defer import later
from tests.meetings.day import Day, after, assessed_case, begin, list_cases, make_day
from tests.meetings.letters.household import make_decision
from tests.meetings.test_family import account, page_of

pytestmark = pytest.mark.django_db
MISSING = "The report of the speech and language therapist"
SAID = "We are getting it, and hope to have it by 26 November 2026. You can ask us what is missing."


@pytest.fixture(autouse=True)
def _today(db: None) -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        Installation(demonstration=True, authority_name="Wealdshire", seeded_on=TODAY, created_at=NOW).save()
        yield


def heard(
    *, config: dict[str, Any] | None = None, case: Case | None = None, stage: Stage = Stage.ASSESS
) -> Day:
    """The panel has two items in front of it: the second is about another child."""
    day = make_day(0, **(config or {}))
    coordinator = make_user("Cora Coordinator", Role.COORDINATOR)
    mine = case or make_case(child=make_person("Robin", "Ashdown", born_on=dt.date(2018, 5, 4)))
    Case.objects.filter(pk=mine.pk).update(coordinator=coordinator)
    list_cases(day, mine, stage=stage)
    list_cases(day, make_case(child=make_person("Quentin", "Otherchild", born_on=dt.date(2017, 3, 2))))
    later(day, 7)
    return begin(day)


def put_off(day: Day, missing: str = MISSING, **fields: Any) -> None:
    lacking = {"missing": missing, "owner": "Cora Coordinator", "by_when": TODAY + dt.timedelta(days=3)}
    values = {
        "item": day.items[0],
        "reason": DeferralReason.INFORMATION,
        "next_meeting": next_of(day),
        "by": day.chair,
        "now": after(day, 9),
        **lacking,
    }
    defer_item(**{**values, **fields})


def next_of(day: Day) -> Meeting:
    return Meeting.objects.exclude(pk=day.meeting.pk).get()


def mothers_page(day: Day) -> str:
    child = day.items[0].case.child
    mother = child.family.first().person
    if not mother.email:
        mother.email = "grace@family.example"
        mother.save(update_fields=["email"])
    return page_of(account(mother))


def test_family_reads_at_once_why_it_was_put_off_and_when_it_comes_back() -> None:
    day = heard()
    assert "We are deciding whether to assess" in mothers_page(day)
    put_off(day)
    page = mothers_page(day)
    for words in (
        f"<strong>{HEADING}</strong>",
        "The Inclusion panel met on 23 November 2026 and could not give its advice yet, because information was missing.",
        SAID,
        "The panel looks at it again on 30 November 2026.",
        "We tell you whether we will assess by <strong>14 December 2026</strong>.",
    ):
        assert words in page
    assert "We are deciding whether to assess" not in page


def test_the_question_whether_to_issue_is_told_in_the_same_way() -> None:
    day = heard(case=assessed_case(), stage=Stage.ISSUE)
    assert "We are carrying out an assessment" in mothers_page(day)
    put_off(day)
    page = mothers_page(day)
    assert (HEADING in page, SAID in page) == (True, True)


@pytest.mark.parametrize(
    ("reason", "said"),
    [(DeferralReason.TIME, "did not have enough time"), (DeferralReason.QUORUM, "too few of its members")],
)
def test_without_a_lack_the_reason_is_told(reason: DeferralReason, said: str) -> None:
    day = heard()
    put_off(day, "", reason=reason, owner="", by_when=None)
    page = mothers_page(day)
    assert (said in page, "is missing" in page) == (True, False)


@pytest.mark.parametrize("staff_names", ["roles", "names"])
def test_nothing_that_was_typed_for_the_panel_stands_on_the_page(staff_names: str) -> None:
    """One parent reads what was written about the other, or a service of a refuge: nobody has read it for them."""
    day = heard(config={"staff_names": staff_names})
    put_off(day, "The police report on what Fred did at the refuge", owner="The nurse of Quentin Otherchild")
    page = mothers_page(day)
    assert SAID in page
    assert not [word for word in ("Fred", "refuge", "police", "nurse", "Quentin") if word in page]


def test_once_it_is_here_it_is_not_missing_any_more() -> None:
    day = heard()
    put_off(day)
    (action,) = Action.objects.all()
    report_action(action=action, state=ActionState.DONE, words="It came.", by=day.clerk, now=after(day, 10))
    page = mothers_page(day)
    assert (HEADING in page, "because information was missing" in page) == (True, True)
    assert not [words for words in ("is missing", "We are getting it", "by 26 November") if words in page]


def test_answer_that_comes_late_says_once_when_the_panel_looks_again() -> None:
    day = heard(case=make_case(received_on=TODAY - dt.timedelta(days=40)))
    put_off(day, late_because="No panel sits before.")
    page = mothers_page(day)
    assert "The panel looks at this again on 30 November 2026, so our answer will come later" in page
    assert "looks at it again" not in page


def test_decided_without_a_panel_nothing_is_told_before_the_letter_and_nothing_untrue_is_said() -> None:
    day = heard(case=make_case(received_on=TODAY - dt.timedelta(days=40)))
    put_off(day, late_because="No panel sits before.")
    assert ": the law says by <strong>25 November 2026</strong>." in mothers_page(day)
    Case.objects.filter(pk=day.items[0].case_id).update(state="not_assessed")
    page = mothers_page(day)
    for words in (
        f"<strong>{HEADING}</strong>",
        "We will write to you with our answer.",
        "Our answer may come later than it should. We are sorry.",
    ):
        assert words in page
    assert not [words for words in ("Nothing is decided", "30 November", "decided not") if words in page]


def test_page_asks_no_more_for_more_questions_put_off(django_assert_max_num_queries: Callable) -> None:
    day = heard()
    mothers_page(day)
    with CaptureQueriesContext(connection) as before:
        mothers_page(day)
    put_off(day)
    with django_assert_max_num_queries(len(before.captured_queries)):
        mothers_page(day)


def test_put_off_again_the_last_time_counts_and_no_day_that_is_over_is_given() -> None:
    day = heard()
    put_off(day)
    with time_machine.travel(NOW + dt.timedelta(days=8), tick=False):
        page = mothers_page(day)
    assert "There is no day yet on which the panel looks at it again." in page
    assert "We hoped to have it by 26 November 2026." in page


def test_on_the_day_the_panel_sits_again_the_page_says_so() -> None:
    day = heard()
    put_off(day)
    Meeting.objects.filter(pk=next_of(day).pk).update(state=MeetingState.OPEN)
    assert "The panel looks at it again on 30 November 2026." in mothers_page(day)


def test_once_taken_back_or_advised_the_page_says_what_it_said_before() -> None:
    day = heard()
    put_off(day)
    again = AgendaItem.objects.get(meeting=next_of(day))
    AgendaItem.objects.filter(pk=again.pk).update(state=ItemState.RECOMMENDED)
    assert HEADING not in mothers_page(day)
    AgendaItem.objects.filter(pk=again.pk).update(state=ItemState.LISTED)
    assert HEADING in mothers_page(day)
    day.items[0].refresh_from_db()
    take_back_deferral(item=day.items[0], because="A slip", by=day.chair, now=after(day, 12))
    assert HEADING not in mothers_page(day)


def test_family_that_does_not_know_of_the_assessment_yet_reads_nothing_of_the_later_question() -> None:
    case = make_case(state="assessing", received_on=TODAY - dt.timedelta(weeks=12))
    day = make_day(0)
    make_decision(case, "assess")
    for item in "abcde":
        AdviceRequest.objects.create(case=case, item=item, body="Somebody", requested_on=TODAY)
    list_cases(day, case, stage=Stage.ISSUE)
    later(day, 7)
    put_off(begin(day), owner="Case coordinator")
    page = mothers_page(day)
    assert (HEADING in page, "We are deciding whether to assess" in page) == (False, True)
