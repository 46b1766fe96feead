"""Next steps become actions in somebody's hands, are reported on, and reminded of by a message that names nobody."""

import datetime as dt
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone

from meetings.actions.decide import record_decision
from meetings.actions.following import REMIND, remind_owners, report_action
from meetings.actions.plan import plan_meeting
from meetings.actions.recommend import Step, set_aside_recommendation
from meetings.actions.seats import seat
from meetings.kinds import KINDS
from meetings.models import Action, ActionReport, Seat
from meetings.queries.following import ActionFilter, action_choices, carried, list_actions, own_actions
from meetings.rules.states import ActionState
from panel.law.legal import Outcome, Stage
from panel.models import AuditEntry, Case, Denial, Dispatch, Membership, User
from panel.platform import access, outbox
from panel.platform.policy import Refused, Role, Verb
from tests.make import NOW, TODAY, make_agency, make_case, make_setting, make_user
from tests.meetings.actions.test_feedback import decided
from tests.meetings.actions.test_feedback import sent as letter_sent
from tests.meetings.day import (
    REASONS,
    YES,
    Day,
    advise,
    after,
    begin,
    closed,
    list_cases,
    make_day,
    works_at,
)

pytestmark = pytest.mark.django_db
DUE = TODAY + dt.timedelta(days=14)


def step(owner: str, agency: str = "Education", **fields: Any) -> Step:
    return Step(**{"what": "Ring the family", "owner": owner, "agency": agency, "due_on": DUE, **fields})


def followed(*steps: Step, day: Day | None = None) -> tuple[Day, list[Action]]:
    day = day or begin(make_day())
    advise(day, day.items[0], next_steps=steps)
    return day, list(Action.objects.filter(item=day.items[0]).order_by("pk"))


def test_step_is_in_the_hands_of_the_person_and_the_agency_it_names() -> None:
    health = make_agency("health", name="Community Health")
    day, (first, second) = followed(step("nia nurse", "community health"), step("The school nurse", "Nobody"))
    assert (first.owner, first.agency, first.due_on) == (day.nurse, health, DUE)
    assert (second.owner, second.agency, second.setting) == (None, None, None)


def test_coordinator_and_setting_are_known_without_their_names() -> None:
    school, coordinator = make_setting("Willow Bank School"), make_user("Corin Coordinator", Role.COORDINATOR)
    day = make_day(0)
    list_cases(day, make_case(setting=school, coordinator=coordinator))
    _, (action,) = followed(step("The case coordinator", "The setting"), day=begin(day))
    assert (action.owner, action.setting) == (coordinator, school)
    assert [line.reference for line in own_actions(coordinator, NOW)] == [action.item.case.reference]


def test_name_of_two_people_or_of_a_stranger_names_no_account() -> None:
    day = begin(make_day())
    make_user("Sasha Stranger", Role.MEMBER)
    make_user("Nia Nurse", Role.CLERK)
    _, actions = followed(step("Nia Nurse"), step("Sasha Stranger"), day=day)
    assert [one.owner for one in actions] == [None, None]


def test_person_shut_out_of_the_case_is_given_no_action() -> None:
    day = begin(make_day())
    Denial.objects.create(case=day.items[0].case, user=day.clerk, source="test", since=NOW)
    _, (action,) = followed(step("Cleo Clerk"), day=day)
    assert action.owner is None


def test_owner_reports_once_and_the_trail_says_so() -> None:
    day, (action,) = followed(step("Nia Nurse"))
    for _ in range(2):
        report_action(action=action, state=ActionState.DONE, by=day.nurse, now=after(day, 90))
    assert [(one.n, one.state, one.by) for one in action.reports.all()] == [(1, "done", day.nurse)]
    assert AuditEntry.objects.filter(verb="action.done", case=action.item.case.public_id).count() == 1
    assert own_actions(day.nurse, NOW) == ()


@pytest.mark.parametrize("state", [ActionState.OVERTAKEN, ActionState.NOT_DONE])
def test_what_was_not_done_is_said_in_a_sentence_and_can_be_opened_again(state: ActionState) -> None:
    day, (action,) = followed(step("Nia Nurse"))
    with pytest.raises(Refused) as no:
        report_action(action=action, state=state, by=day.nurse, now=NOW)
    assert (no.value.code, no.value.field) == ("words", "words")
    report_action(action=action, state=state, words="The family moved away.", by=day.nurse, now=NOW)
    with pytest.raises(Refused) as no:
        report_action(action=action, state=ActionState.DONE, by=day.clerk, now=NOW)
    assert no.value.code == "wrong_state"
    report_action(action=action, state=ActionState.OPEN, words="They are back.", by=day.clerk, now=NOW)
    assert [line.state for line in own_actions(day.nurse, NOW)] == [ActionState.OPEN]


def test_database_refuses_a_second_report_of_one_number_and_one_without_words() -> None:
    day, (action,) = followed(step("Nia Nurse"))
    report_action(action=action, state=ActionState.DONE, by=day.nurse, now=NOW)
    for fields in ({"n": 1, "state": "done"}, {"n": 2, "state": "not_done"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ActionReport(action=action, by=day.clerk, at=NOW, **fields).save()


def sent_out(day: Day) -> None:
    """The family has the letter about what was decided on the first item."""
    letter_sent(decided(day.items[0], day.officer), day.clerk)


def seen_by(user: User) -> list[Action]:
    """Those the list shows, which are those this user may report on."""
    user = User.objects.get(pk=user.pk)
    seen = list(Action.objects.visible_to(user, NOW).order_by("pk"))
    every = Action.objects.select_related("item__case").order_by("pk")
    assert seen == [one for one in every if access.can(user, Verb.ACTION_REPORT, one, now=NOW).allowed]
    return seen


def test_clerk_chair_and_owner_see_it_and_no_other_member() -> None:
    day, _ = followed(step("Nia Nurse"))
    people = [day.clerk, day.chair, day.vice, day.nurse, day.social, day.officer, day.head]
    assert [bool(seen_by(user)) for user in people] == [True, True, True, True, False, False, False]
    assert seen_by(make_user("C. Other", Role.CHAIR)) == []


def test_recused_person_sees_no_action_of_the_item_not_even_her_own() -> None:
    day, (action,) = followed(step("Nia Nurse"))
    for user in (day.nurse, day.chair):
        assert seen_by(user) == [action]
        Denial.objects.create(case=action.item.case, user=user, source="test", since=NOW)
        assert seen_by(user) == []


def test_professional_sees_her_settings_actions_of_cases_she_may_see_already() -> None:
    school = make_setting("Willow Bank School")
    sender, colleague = make_user("Pat Professional"), make_user("Cal League")
    for user in (sender, colleague):
        works_at(user, school)
    day = make_day(0)
    list_cases(day, make_case(setting=school, submitted_by=sender))
    day, (mine, _) = followed(step("The SENCO", "Willow Bank School"), step("Nia Nurse"), day=begin(day))
    assert mine.setting == school
    assert seen_by(sender) == []
    sent_out(day)
    assert (seen_by(sender), seen_by(colleague)) == ([mine], [])


def test_professional_sees_her_agencys_actions_and_no_others() -> None:
    agency = make_agency("health", name="Community Health")
    adviser = make_user("Ann Adviser", Role.PROFESSIONAL, agency=agency)
    day = make_day(0)
    list_cases(day, make_case(submitted_by=adviser))
    day, (hers, _) = followed(
        step("A therapist", "Community Health"), step("Ed Psychologist"), day=begin(day)
    )
    assert seen_by(adviser) == []
    sent_out(day)
    assert seen_by(adviser) == [hers]


def test_professional_who_owns_an_action_learns_of_it_with_the_outcome() -> None:
    agency = make_agency("health", name="Community Health")
    therapist = make_user("Thea Therapist", Role.PROFESSIONAL, agency=agency)
    day = make_day(0)
    list_cases(day, make_case(submitted_by=therapist))
    day, (hers,) = followed(step("Thea Therapist", "Nobody"), day=begin(day))
    soon = NOW + dt.timedelta(days=14)
    assert (hers.owner, seen_by(therapist), remind_owners(soon)) == (therapist, [], 0)
    with pytest.raises(Refused) as no:
        report_action(action=hers, state=ActionState.DONE, by=therapist, now=NOW)
    assert no.value.code == "not_allowed"
    sent_out(day)
    assert (seen_by(therapist), remind_owners(soon)) == ([hers], 1)


def test_decision_that_departs_ends_what_the_panel_asked() -> None:
    day = begin(make_day())
    advise(day, day.items[0], Outcome.NOT_ASSESS, next_steps=[step("Nia Nurse")])
    action, item = Action.objects.get(), day.items[0]
    assert list(Action.objects.open()) == [action]
    record_decision(
        case=item.case,
        item=item,
        stage=Stage.ASSESS,
        outcome=Outcome.ASSESS,
        answers=YES,
        reasons=REASONS,
        departs_because="The test is met on both limbs, as the therapist says.",
        by=day.officer,
        now=after(day, 30),
    )
    assert (list(Action.objects.open()), remind_owners(NOW + dt.timedelta(days=14))) == ([], 0)
    with pytest.raises(Refused) as no:
        report_action(action=action, state=ActionState.DONE, by=day.nurse, now=after(day, 40))
    assert no.value.code == "not_standing"


def test_decision_that_agrees_leaves_it_open() -> None:
    day, (action,) = followed(step("Nia Nurse"))
    decided(day.items[0], day.officer)
    assert list(Action.objects.open()) == [action]


def test_chair_who_only_looks_on_sees_none() -> None:
    day = make_day()
    observer = make_user("Olive Observer", Role.CHAIR, Role.MEMBER)
    seat(
        meeting=day.meeting,
        user=observer,
        seat=Seat.OBSERVER,
        by=day.clerk,
        now=NOW - dt.timedelta(days=5),
    )
    followed(step("Nia Nurse"), day=begin(day))
    assert seen_by(observer) == []


def test_actions_of_advice_that_was_taken_up_again_are_not_shown() -> None:
    day, (old,) = followed(step("Nia Nurse"))
    set_aside_recommendation(item=day.items[0], because="Wrong child", by=day.chair, now=after(day, 6))
    assert list(Action.objects.standing()) == []
    advise(day, day.items[0], next_steps=[step("Sol Worker")], now=after(day, 8))
    assert [one.owner for one in Action.objects.standing()] == [day.social]
    with pytest.raises(Refused) as no:
        report_action(action=old, state=ActionState.DONE, by=day.clerk, now=NOW)
    assert (no.value.code, old.reports.count()) == ("not_standing", 0)


def test_next_meeting_of_the_panel_carries_what_is_open() -> None:
    day, (first, _) = followed(step("Nia Nurse"), step("Sol Worker"))
    report_action(action=first, state=ActionState.DONE, by=day.nurse, now=NOW)
    begins = NOW + dt.timedelta(days=14)
    later = plan_meeting(
        panel_type=day.panel_type,
        starts_at=begins,
        ends_at=begins + dt.timedelta(hours=2),
        venue="Room 1",
        by=day.clerk,
        now=NOW,
    ).meeting
    assert (carried(day.clerk, later, NOW), carried(day.clerk, day.meeting, NOW)) == (1, 0)
    Denial.objects.create(case=first.item.case, user=day.clerk, source="test", since=NOW)
    assert carried(day.clerk, later, NOW) == 0


def test_filters_and_pages_of_the_list() -> None:
    day, actions = followed(
        *(step("Nia Nurse", due_on=DUE + dt.timedelta(days=n % 2)) for n in range(4)), step("Sol Worker")
    )
    order = sorted(actions, key=lambda one: (one.due_on, one.pk))
    first = list_actions(day.clerk, NOW, ActionFilter(), size=2)
    second = list_actions(day.clerk, NOW, ActionFilter(), size=2, after=first.after)
    back = list_actions(day.clerk, NOW, ActionFilter(), size=2, before=second.before)
    assert [line.action for line in (*first.lines, *second.lines)] == order[:4]
    assert ([line.action for line in back.lines], back.before) == (order[:2], None)
    hers = list_actions(day.clerk, NOW, ActionFilter(owner=day.social.pk))
    assert [line.who for line in hers.lines] == ["Sol Worker"]
    assert [day.social.name in label for _, label in action_choices(day.clerk, NOW).owners] == [False, True]
    assert list_actions(day.clerk, NOW, ActionFilter(state="late")).lines == ()
    passed = NOW + dt.timedelta(days=30)
    assert len(list_actions(day.clerk, passed, ActionFilter(state="late")).lines) == 5


def test_list_is_narrowed_to_one_agency_or_setting() -> None:
    school = make_setting("Willow Bank School")
    health = make_agency("health", name="Community Health")
    day = make_day(0)
    list_cases(day, make_case(setting=school))
    day, (first, second) = followed(step("A", "The school"), step("B", "Community Health"), day=begin(day))
    offered = dict(action_choices(day.clerk, NOW).bodies)
    assert offered == {f"setting:{school.pk}": school.name, f"agency:{health.pk}": health.name}
    for body, action in zip(sorted(offered), (second, first), strict=True):
        assert [line.action for line in list_actions(day.clerk, NOW, ActionFilter(body=body)).lines] == [
            action
        ]


def sent() -> list[Any]:
    """Keep every reminder promised and not kept, as the sweeper would."""
    mail.outbox.clear()
    while (dispatch := outbox.claim("test")) is not None:
        outbox.keep_promise(dispatch, None, timezone.now())
    return mail.outbox


def test_owner_is_reminded_before_the_day_and_once_after_it_by_a_message_that_names_nobody() -> None:
    day, (action,) = followed(step("Nia Nurse"))
    assert remind_owners(NOW) == 0
    soon = NOW + dt.timedelta(days=11)
    assert [remind_owners(soon), remind_owners(soon)] == [1, 0]
    (message,) = sent()
    assert (message.to, message.subject) == ([day.nurse.email], "An action is due soon")
    case = action.item.case
    for word in ("Ring the family", case.reference, case.child.surname, "Nurse"):
        assert word not in message.body
    late = NOW + dt.timedelta(days=15)
    assert [remind_owners(late), remind_owners(late), remind_owners(late + dt.timedelta(days=9))] == [1, 0, 0]
    assert Dispatch.objects.filter(kind=REMIND).count() == 2


def test_one_message_a_day_however_many_are_due() -> None:
    followed(*(step("Nia Nurse") for _ in range(3)))
    assert remind_owners(NOW + dt.timedelta(days=14)) == 3
    assert len(sent()) == 1
    assert set(Dispatch.objects.filter(kind=REMIND).values_list("state", flat=True)) == {"sent"}


@pytest.mark.parametrize("why", ["done", "recused", "left"])
def test_nothing_goes_to_somebody_who_has_nothing_to_do_any_more(why: str) -> None:
    day, (action,) = followed(step("Nia Nurse"))
    remind_owners(NOW + dt.timedelta(days=14))
    if why == "done":
        report_action(action=action, state=ActionState.DONE, by=day.nurse, now=NOW)
    elif why == "recused":
        Denial.objects.create(case=Case.objects.get(), user=day.nurse, source="test", since=NOW)
    else:
        Membership.objects.filter(user=day.nurse).update(ends_on=TODAY - dt.timedelta(days=1))
    assert sent() == []
    assert Dispatch.objects.get(kind=REMIND).receipt == "not needed any more"


def test_action_without_an_account_reminds_nobody_and_stays_with_the_clerk() -> None:
    day, _ = followed(step("The school nurse"))
    closed(day)
    assert remind_owners(NOW + dt.timedelta(days=30)) == 0
    assert [line.who for line in list_actions(day.clerk, NOW, ActionFilter()).lines] == ["The school nurse"]
    assert KINDS[REMIND].make is None
