"""What a deferral waits for is followed as an action, and the record itself closes what has been overtaken or done elsewhere."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from meetings.actions.decide import record_decision
from meetings.actions.defer import defer_item
from meetings.actions.following import REMIND, end_answered, family_told, remind_owners, report_action
from meetings.actions.live import close_meeting, open_meeting, start_item
from meetings.actions.moving import cancel_meeting
from meetings.actions.officer import send_back
from meetings.actions.plan import plan_meeting
from meetings.actions.recommend import Step
from meetings.letters.sending import record_posted, tell_case
from meetings.models import Action, ActionReport, AgendaItem, Deferral, Meeting, NextStep, Recommendation
from meetings.queries.following import ActionFilter, action_line, list_actions, own_actions
from meetings.queries.tray import clerk_meetings
from meetings.rules.deferring import DeferralReason
from meetings.rules.standard_steps import AUTHORITY, TELL_THE_FAMILY
from meetings.rules.states import ActionState
from panel.law.legal import Outcome, Stage
from panel.models import AuditEntry, Case, CaseState, Denial, Dispatch, User
from panel.platform.policy import Refused, Role
from tests.make import NOW, TODAY, make_agency, make_case, make_person, make_setting, make_user
from tests.meetings.day import (
    REASONS,
    UNPLANNED,
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
from tests.meetings.letters.household import Household, drain, make_contacts, make_parent_of
from tests.meetings.views.client import as_
from tests.meetings.views.client import words as seen

pytestmark = pytest.mark.django_db
BY = TODAY + dt.timedelta(days=10)
REPORT = "The educational psychologist’s report"


def later(day: Day, days: int) -> Meeting:
    starts_at = day.meeting.starts_at + dt.timedelta(days=days)
    return plan_meeting(
        panel_type=day.panel_type,
        starts_at=starts_at,
        ends_at=starts_at + dt.timedelta(hours=3),
        venue="Room 1",
        by=day.clerk,
        now=after(day, -600),
    ).meeting


def put_off(day: Day, *, owner: str = "Ed Psychologist", **fields: Any) -> Deferral:
    values: dict[str, Any] = {
        "item": day.items[0],
        "reason": DeferralReason.INFORMATION,
        "missing": REPORT,
        "owner": owner,
        "by_when": BY,
        "late_because": UNPLANNED,
        "by": day.chair,
        "now": after(day, 9),
    }
    return defer_item(**{**values, **fields})


def deferred(*, owner: str = "Ed Psychologist", **case: Any) -> tuple[Day, Meeting, Action]:
    """An item put off for a report, onto the list of the panel two weeks later."""
    day = make_day(0)
    next_one = later(day, 14)
    list_cases(day, make_case(**{"received_on": TODAY - dt.timedelta(weeks=1), **case}))
    begin(day)
    put_off(day, owner=owner, next_meeting=next_one)
    return day, next_one, Action.objects.get()


def reopened(day: Day, meeting: Meeting) -> Day:
    """The next meeting is in session, its first item in discussion."""
    second = Day(**{**vars(day), "meeting": meeting, "items": []})
    sit_down(second)
    open_meeting(meeting=meeting, card=card_on(meeting.starts_at), by=day.chair, now=meeting.starts_at)
    refresh(second)
    start_item(item=second.items[0], by=day.chair, now=after(second, 1))
    refresh(second)
    return second


def lines(user: User, state: str = "open") -> list[str]:
    return [line.what for line in list_actions(user, NOW, ActionFilter(state=state)).lines]


def closing(action: Action) -> list[tuple[str, str, User | None]]:
    return [(one.state, one.words, one.by) for one in action.reports.order_by("n")]


def test_what_is_missing_is_an_action_of_the_one_who_gets_it() -> None:
    day, _, action = deferred()
    assert (action.step, action.owner, action.due_on, action.item) == (
        None,
        day.psychologist,
        BY,
        day.items[0],
    )
    (line,) = own_actions(day.psychologist, NOW)
    assert (line.what, line.who, line.agency) == (f"Get what is missing: {REPORT}", "Ed Psychologist", "")
    assert lines(day.clerk) == lines(day.chair) == [line.what]
    assert [one.item for one in clerk_meetings(day.clerk, NOW).awaited] == [action.item]
    report_action(action=action, state=ActionState.DONE, by=day.psychologist, now=NOW)
    assert (own_actions(day.psychologist, NOW), clerk_meetings(day.clerk, NOW).awaited) == ((), ())
    assert lines(day.clerk, "done") == [line.what]


def test_what_was_not_got_stays_on_the_clerks_list_and_says_why() -> None:
    day, _, action = deferred()
    report_action(
        action=action, state=ActionState.NOT_DONE, words="She is ill.", by=day.psychologist, now=NOW
    )
    (row,) = clerk_meetings(day.clerk, NOW).awaited
    assert (row.item, row.not_done) == (action.item, "She is ill.")
    assert "Not done: She is ill." in seen(as_(day.clerk).get(reverse("home.view")))
    report_action(action=action, state=ActionState.OPEN, words="She is back.", by=day.clerk, now=NOW)
    assert [one.not_done for one in clerk_meetings(day.clerk, NOW).awaited] == [None]
    report_action(action=action, state=ActionState.DONE, by=day.psychologist, now=NOW)
    assert clerk_meetings(day.clerk, NOW).awaited == ()


def test_deferral_that_waits_for_nothing_makes_no_action() -> None:
    day = begin(make_day())
    defer_item(
        item=day.items[0], reason=DeferralReason.TIME, late_because=UNPLANNED, by=day.chair, now=after(day, 9)
    )
    assert Action.objects.count() == 0


def test_one_field_names_a_person_the_setting_or_an_agency() -> None:
    school = make_setting("Willow Bank School")
    _, _, action = deferred(owner="The school", setting=school)
    assert (action.owner, action.setting, action.for_whom) == (None, school, "Willow Bank School")
    assert action_line(User.objects.get(name="Cleo Clerk"), action.public_id, NOW).in_no_hands is False


def test_agency_and_its_people_know_at_once_in_cases_they_may_see() -> None:
    """Nothing was advised that the family must hear first."""
    agency = make_agency("health", name="Community Health")
    sender = make_user("Ann Adviser", Role.PROFESSIONAL, agency=agency)
    stranger = make_user("Abe Adviser", Role.PROFESSIONAL, agency=agency)
    _, _, action = deferred(owner="Community Health", submitted_by=sender)
    assert (action.agency, lines(sender), lines(stranger)) == (agency, [action.what], [])
    report_action(action=action, state=ActionState.DONE, by=sender, now=NOW)


def test_person_shut_out_of_the_case_is_given_no_promise_and_sees_none() -> None:
    day, _, action = deferred()
    Denial.objects.create(case=action.item.case, user=day.psychologist, source="test", since=NOW)
    assert (own_actions(day.psychologist, NOW), lines(day.psychologist, "all")) == ((), [])


def test_owner_is_reminded_of_a_promise_as_of_a_step() -> None:
    day, _, action = deferred()
    assert [remind_owners(NOW), remind_owners(NOW + dt.timedelta(days=8))] == [0, 1]
    assert Dispatch.objects.get(kind=REMIND).subject == action.public_id
    Case.objects.filter(pk=action.item.case_id).update(state=CaseState.WITHDRAWN)
    assert remind_owners(NOW + dt.timedelta(days=12)) == 0
    assert own_actions(day.psychologist, NOW) == ()


def test_panel_that_hears_it_again_ends_the_promise() -> None:
    day, next_one, action = deferred()
    second = reopened(day, next_one)
    assert closing(action) == []
    advise(second, second.items[0], now=after(second, 8))
    heard = second.meeting.starts_at.date()
    words = f"The panel of {heard.day} {heard:%B %Y} heard it again and has given its advice."
    assert closing(action) == [("overtaken", words, None)]
    assert lines(day.clerk, "overtaken") == [action.what]
    assert AuditEntry.objects.filter(verb="action.overtaken", by=None).count() == 1


def test_steps_of_advice_that_was_sent_back_wait_until_a_panel_advises_anew() -> None:
    day = make_day(1)
    next_one = later(day, 14)
    begin(day)
    advise(
        day, day.items[0], next_steps=[Step("Ring the school", "Nia Nurse", "Health", BY)], now=after(day, 5)
    )
    send_back(item=day.items[0], because="The report came since.", by=day.officer, now=after(day, 20))
    close_meeting(meeting=day.meeting, by=day.chair, now=after(day, 30))
    list_cases(Day(**{**vars(day), "meeting": next_one, "items": []}), day.items[0].case)
    second = reopened(day, next_one)
    assert lines(day.clerk) == ["Ring the school"]
    steps = [Step("Ask the clinic", "Nia Nurse", "Health", BY + dt.timedelta(days=14))]
    advise(second, second.items[0], next_steps=steps, now=after(second, 8))
    assert lines(day.clerk) == ["Ask the clinic"]


def test_report_somebody_made_stands_when_it_is_heard_again() -> None:
    day, next_one, action = deferred()
    report_action(action=action, state=ActionState.NOT_DONE, words="She is ill.", by=day.clerk, now=NOW)
    second = reopened(day, next_one)
    advise(second, second.items[0], now=after(second, 8))
    assert closing(action) == [("not_done", "She is ill.", day.clerk)]


def test_item_put_off_again_for_information_has_one_open_promise() -> None:
    day, next_one, action = deferred()
    last = later(day, 21)
    second = reopened(day, next_one)
    again = put_off(
        second,
        missing="The school’s costs",
        owner="Cleo Clerk",
        by_when=TODAY + dt.timedelta(days=18),
        next_meeting=last,
        now=after(second, 9),
    )
    assert [one.deferral for one in Action.objects.open()] == [again]
    assert action.reports.get().words.startswith("It was put off again on ")


def test_item_put_off_again_for_time_keeps_the_promise() -> None:
    day, next_one, action = deferred()
    second = reopened(day, next_one)
    defer_item(
        item=second.items[0],
        reason=DeferralReason.TIME,
        by=day.chair,
        now=after(second, 9),
        next_meeting=later(day, 21),
    )
    assert (list(Action.objects.open()), closing(action)) == ([action], [])


def test_cancelled_next_meeting_does_not_end_the_promise() -> None:
    """The case waits for another panel, and the report is missing still."""
    day, next_one, action = deferred()
    cancel_meeting(meeting=next_one, because="Snow", by=day.clerk, now=after(day, 60))
    assert (end_answered(NOW), list(Action.objects.open())) == (0, [action])


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("decided", "The question was decided on "),
        ("withdrawn", "The request was withdrawn."),
        ("ordered", "The question waits for no panel any more"),
    ],
)
def test_question_that_waits_no_more_ends_the_promise_once(how: str, words: str) -> None:
    day, next_one, action = deferred()
    cancel_meeting(meeting=next_one, because="Snow", by=day.clerk, now=after(day, 60))
    case = Case.objects.get(pk=action.item.case_id)
    if how == "decided":
        record_decision(
            case=case,
            stage=Stage.ASSESS,
            outcome=Outcome.ASSESS,
            answers=YES,
            reasons=REASONS,
            fast_track=True,
            by=day.officer,
            now=after(day, 90),
        )
    else:
        state = CaseState.WITHDRAWN if how == "withdrawn" else CaseState.ASSESSING
        Case.objects.filter(pk=case.pk).update(state=state)
    assert (lines(day.clerk), lines(day.clerk, "all")) == ([], [])
    with pytest.raises(Refused) as no:
        report_action(action=action, state=ActionState.DONE, by=day.psychologist, now=NOW)
    assert no.value.code == "not_standing"
    assert [end_answered(after(day, 95)), end_answered(after(day, 95))] == [1, 0]
    ((state, said, by),) = closing(action)
    assert (state, said.startswith(words), by) == ("overtaken", True, None)
    assert lines(day.clerk, "overtaken") == [action.what]


def test_database_keeps_actions_and_reports_whole() -> None:
    day, _, action = deferred()
    with pytest.raises(IntegrityError), transaction.atomic():
        Action(item=action.item, due_on=BY).save()
    for state, words in (("not_done", "Nobody did."), ("open", "Again."), ("done", "")):
        with pytest.raises(IntegrityError), transaction.atomic():
            ActionReport(action=action, n=1, state=state, words=words, by=None, at=NOW).save()
    assert Deferral.objects.get(item=day.items[0]).action == action


@dataclass
class Told:
    """A family of two homes, whose decision waits for its letters, and what the panel asked for."""

    home: Household
    telling: Action
    other: Action
    now: dt.datetime


@pytest.fixture
def told(db: None) -> Told:
    make_contacts()
    child = make_person("Robin", "Ashdown", born_on=dt.date(2018, 5, 4))
    mother = make_parent_of(child, "Grace", "7 Harbour View", "ZZ7 7AA", email="grace@family.example")
    father = make_parent_of(child, "Tomas", "41 Quarry Lane", "ZZ4 1BB")
    day = make_day(0)
    case = make_case(child=child, setting=make_setting(), received_on=TODAY - dt.timedelta(weeks=4))
    list_cases(day, case)
    begin(day)
    due = TODAY + dt.timedelta(days=3)
    advise(
        day,
        day.items[0],
        Outcome.NOT_ASSESS,
        next_steps=[
            Step(TELL_THE_FAMILY, "Cleo Clerk", AUTHORITY, due),
            Step("Ring the family about the reading club", "Cleo Clerk", AUTHORITY, due),
        ],
    )
    decision = record_decision(
        case=case,
        stage=Stage.ASSESS,
        item=day.items[0],
        outcome=Outcome.NOT_ASSESS,
        by=day.officer,
        now=after(day, 30),
    )
    home = Household(case, decision, mother, father, day.clerk, make_user("Sandy Second", Role.CLERK))
    telling, other = Action.objects.filter(item=day.items[0]).order_by("pk")
    now = after(day, 60)
    home.until_released(now)
    drain(now)
    return Told(home, telling, other, now)


def post_fathers(told: Told) -> None:
    fathers = told.home.letter_to(told.home.father)
    record_posted(letter=fathers, by=told.home.clerk, now=told.now, posted_on=TODAY)


def test_family_is_told_when_the_last_letter_has_gone_and_not_before(told: Told) -> None:
    assert closing(told.telling) == []
    for _ in range(2):
        post_fathers(told)
    day = f"{TODAY.day} {TODAY:%B %Y}"
    assert closing(told.telling) == [("done", f"The letter of {day} told them.", None)]
    assert closing(told.other) == []
    assert list(Action.objects.open()) == [told.other]
    assert AuditEntry.objects.filter(verb="action.done", by=None).count() == 1


def test_letter_after_the_day_overtakes_the_telling(told: Told) -> None:
    late = told.telling.due_on + dt.timedelta(days=1)
    family_told(told.home.case, "assess", late, told.now)
    words = f"The letter of {late.day} {late:%B %Y} told them."
    assert closing(told.telling) == [("overtaken", words, None)]


def test_what_somebody_reported_or_opened_again_is_left_alone(told: Told) -> None:
    clerk = told.home.clerk
    report_action(action=told.telling, state=ActionState.DONE, by=clerk, now=told.now)
    post_fathers(told)
    assert closing(told.telling) == [("done", "", clerk)]


def test_telling_opened_again_after_the_letter_stays_open(told: Told) -> None:
    post_fathers(told)
    clerk = told.home.clerk
    report_action(action=told.telling, state=ActionState.OPEN, words="It came back.", by=clerk, now=told.now)
    tell_case(told.home.decision, told.now)
    assert [state for state, _, _ in closing(told.telling)] == ["done", "open"]


def test_telling_of_another_case_is_left_open(told: Told) -> None:
    case = make_case()
    item = AgendaItem.objects.get(pk=told.telling.item_id)
    other = AgendaItem(
        meeting=item.meeting, case=case, stage="assess", position=2, minutes=10, state="recommended"
    )
    other.save()
    first = item.recommendations.get()
    advice = Recommendation.objects.get(pk=first.pk)
    advice.pk, advice.public_id, advice.item, advice._state.adding = None, uuid.uuid4(), other, True
    advice.save()
    step = NextStep(
        recommendation=advice,
        position=1,
        what=TELL_THE_FAMILY,
        owner="Cleo Clerk",
        agency=AUTHORITY,
        due_on=TODAY,
    )
    step.save()
    theirs = Action(step=step, item=other, due_on=TODAY)
    theirs.save()
    post_fathers(told)
    assert list(Action.objects.open().filter(step__what=TELL_THE_FAMILY)) == [theirs]
