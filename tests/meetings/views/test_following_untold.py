"""A setting learns of advice and decisions with the family, not from what closed the action it was asked for."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from meetings.actions.decide import record_decision
from meetings.actions.following import end_answered, report_action
from meetings.actions.moving import cancel_meeting
from meetings.models import Action, AgendaItem, Decision, Deferral
from meetings.queries.following import ActionFilter, list_actions
from meetings.rules.following import NOT_NEEDED
from meetings.rules.states import ActionState
from panel.law.legal import Outcome, Stage
from panel.models import Case, User
from panel.platform.policy import Refused
from tests.make import NOW, make_setting, make_user
from tests.meetings.actions.test_feedback import sent
from tests.meetings.actions.test_following_ends import deferred, later, reopened
from tests.meetings.day import REASONS, YES, Day, advise, after, works_at
from tests.meetings.views.client import as_, words

pytestmark = pytest.mark.django_db
TOLD = ("heard it again", "given its advice", "was decided", "answered", "withdrawn")
OFFER = "It is open again"


@pytest.fixture
def asked(db: None) -> tuple[Day, Day, Action, User]:
    """A school was asked for a report; the next panel is about to hear the question again."""
    school, sender = make_setting("Willow Bank School"), make_user("Ann Sender")
    works_at(sender, school)
    day, next_one, action = deferred(owner="The school", setting=school, submitted_by=sender)
    return day, reopened(day, next_one), action, User.objects.get(pk=sender.pk)


def decided(second: Day) -> Decision:
    item = second.items[0]
    return record_decision(
        case=Case.objects.get(pk=item.case_id),
        stage=Stage.ASSESS,
        item=item,
        outcome=Outcome.ASSESS,
        by=second.officer,
        now=after(second, 30),
    )


def read(client: Client, action: Action) -> str:
    """Whatever this reader can read of the action: its page, and the list of all."""
    client.post(reverse("action.list"), {"state": "all"})
    pages = [reverse("action.report", args=[action.public_id]), reverse("action.list")]
    return " ".join(words(client.get(page)) for page in pages)


def lines(user: User) -> list[str]:
    found = list_actions(user, NOW, ActionFilter(state="all")).lines
    return [line.last.words if line.last else "" for line in found]


def test_setting_reads_that_it_was_advised_only_with_the_outcome(
    asked: tuple[Day, Day, Action, User],
) -> None:
    day, second, action, sender = asked
    advise(second, second.items[0], now=after(second, 8))
    client = as_(sender)
    page = read(client, action)
    assert (NOT_NEEDED in page, OFFER in page, [word for word in TOLD if word in page]) == (True, False, [])
    assert lines(sender) == [NOT_NEEDED]
    with pytest.raises(Refused) as no:
        report_action(action=action, state=ActionState.OPEN, words="It came.", by=sender, now=NOW)
    assert (no.value.code, no.value.sentence) == ("not_standing", NOT_NEEDED)
    clerks = read(as_(day.clerk), action)
    assert ("has given its advice" in clerks, OFFER in clerks) == (True, True)
    decision = decided(second)
    assert "has given its advice" not in read(client, action)
    sent(decision, day.clerk)
    assert "has given its advice" in read(client, action)


def test_chair_who_sat_at_the_table_reads_it_at_once(asked: tuple[Day, Day, Action, User]) -> None:
    day, second, action, _ = asked
    advise(second, second.items[0], now=after(second, 8))
    assert "has given its advice" in read(as_(day.chair), action)


def test_decision_without_a_panel_is_told_to_nobody_outside_before_the_family() -> None:
    school, sender = make_setting("Willow Bank School"), make_user("Ann Sender")
    works_at(sender, school)
    day, next_one, action = deferred(owner="The school", setting=school, submitted_by=sender)
    sender = User.objects.get(pk=sender.pk)
    report_action(action=action, state=ActionState.NOT_DONE, words="It was lost.", by=sender, now=NOW)
    client = as_(sender)
    assert OFFER in read(client, action)
    report_action(action=action, state=ActionState.OPEN, words="It is found.", by=sender, now=NOW)
    cancel_meeting(meeting=next_one, because="Snow", by=day.clerk, now=after(day, 60))
    decision = record_decision(
        case=Case.objects.get(pk=action.item.case_id),
        stage=Stage.ASSESS,
        outcome=Outcome.ASSESS,
        answers=YES,
        reasons=REASONS,
        fast_track=True,
        by=day.officer,
        now=after(day, 90),
    )
    before = words(client.get(reverse("action.report", args=[action.public_id])))
    assert ("Record this" in before, "nothing more to report" in before) == (False, True)
    answer = client.post(reverse("action.report", args=[action.public_id]), {"state": "done"})
    assert (NOT_NEEDED in words(answer), [word for word in TOLD if word in words(answer)]) == (True, [])
    assert end_answered(after(day, 95)) == 1
    page = read(client, action)
    assert (NOT_NEEDED in page, OFFER in page, [word for word in TOLD if word in page]) == (True, False, [])
    assert "It was lost." in page
    sent(decision, day.clerk)
    assert "The question was decided on " in read(client, action)


def test_letter_of_an_earlier_answer_does_not_tell_of_the_next(asked: tuple[Day, Day, Action, User]) -> None:
    """The family was told of a first answer; the same question was put off at yet another panel since."""
    day, second, first, sender = asked
    advise(second, second.items[0], now=after(second, 8))
    sent(decided(second), day.clerk)
    item = AgendaItem(meeting=later(day, 21), case=first.item.case, stage="assess", position=1, minutes=10)
    item.save()
    put_off = Deferral(item=item, reason="time", makes_late=False, by=day.chair, at=after(second, 90))
    put_off.save()
    again = Action(deferral=put_off, item=item, setting=first.setting, due_on=first.due_on)
    again.save()
    known = dict(Action.objects.with_reader(sender, NOW).values_list("pk", "knows_why"))
    assert known == {first.pk: True, again.pk: False}


def test_nobody_is_offered_what_would_be_refused(asked: tuple[Day, Day, Action, User]) -> None:
    day, second, action, _ = asked
    report_action(action=action, state=ActionState.DONE, by=day.clerk, now=NOW + dt.timedelta(days=1))
    page, client = reverse("action.report", args=[action.public_id]), as_(day.clerk)
    assert OFFER in words(client.get(page))
    advise(second, second.items[0], now=after(second, 8))
    decided(second)
    assert OFFER not in words(client.get(page))
    refused = client.post(page, {"state": "open", "words": "It came again."})
    assert refused.status_code in {409, 422}
    assert "It came again." in refused.content.decode()
