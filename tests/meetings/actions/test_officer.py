"""A recommendation is sent back, or agreed to together with others; a refusal never is."""

import datetime as dt
from dataclasses import replace

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from meetings.actions.dissents import put_dissent_right
from meetings.actions.live import close_meeting, start_item
from meetings.actions.officer import agree_at_once, send_back
from meetings.actions.recommend import Dissenting, set_aside_recommendation
from meetings.models import AgendaItem, Decision, Recommendation, SentBack
from meetings.queries.decisions import as_read, current_recommendation, read_mark
from meetings.queries.tray import officer_tray
from meetings.queries.waiting import waiting
from panel.law.legal import Outcome
from panel.models import AuditEntry, Denial, User
from panel.platform.policy import Refused
from tests.make import make_paper
from tests.meetings.day import REASONS, YES, Day, advise, after, begin, heard, make_day, refresh
from tests.meetings.views.client import as_, this_morning, words

pytestmark = pytest.mark.django_db
WHY = "The hearing test of last week was not among the papers."


def hear(day: Day, *outcomes: Outcome) -> Day:
    """The first items are heard, one outcome each."""
    begin(day)
    for number, outcome in enumerate(outcomes):
        if number:
            start_item(item=day.items[number], by=day.chair, now=after(day, 10 * number))
        advise(day, day.items[number], outcome, now=after(day, 10 * number + 5))
    refresh(day)
    return day


def code(call, **fields) -> str:
    before = Decision.objects.count(), SentBack.objects.count()
    with pytest.raises(Refused) as refused:
        call(**fields)
    assert (Decision.objects.count(), SentBack.objects.count()) == before
    return refused.value.code


def back(day: Day, by: User | None = None, because: str = WHY) -> SentBack:
    return send_back(item=day.items[0], because=because, by=by or day.officer, now=after(day, 20))


def test_sent_back_leaves_the_tray_keeps_the_advice_and_the_chair_takes_it_up_again() -> None:
    day = make_day()
    heard(day)
    assert len(officer_tray(day.officer, after(day, 19)).undecided) == 1
    sent = back(day)
    assert (sent.because, Recommendation.objects.count()) == (WHY, 1)
    assert officer_tray(day.officer, after(day, 21)).undecided == ()
    set_aside_recommendation(item=day.items[0], because="The officer asks.", by=day.chair, now=after(day, 25))
    again = advise(day, day.items[0], now=after(day, 30))
    assert (again.supersedes, SentBack.objects.count()) == (sent.recommendation, 1)
    assert len(officer_tray(day.officer, after(day, 31)).undecided) == 1


def test_sent_back_after_the_meeting_the_case_waits_for_a_list_again() -> None:
    day = make_day()
    heard(day)
    close_meeting(meeting=day.meeting, by=day.chair, now=after(day, 15))
    assert waiting(day.clerk, after(day, 16)) == []
    back(day)
    assert [one.case_id for one in waiting(day.clerk, after(day, 21))] == [day.items[0].case_id]


def test_who_may_send_back_and_what() -> None:
    day = make_day(2)
    assert code(back, day=day, because=" ") == "no_reason"
    assert code(back, day=day) == "wrong_state"
    hear(day, Outcome.ASSESS)
    for who in (day.clerk, day.nurse):
        assert code(back, day=day, by=who) == "not_allowed"
    assert code(back, day=day, by=day.chair) == "not_the_decider"
    agree_at_once(items=day.items[:1], by=day.officer, now=after(day, 20))
    assert code(back, day=day) == "already_decided"


def test_officer_shut_out_of_the_case_sends_nothing_back_and_agrees_to_nothing() -> None:
    day = make_day()
    heard(day)
    Denial.objects.create(case=day.items[0].case, user=day.officer, source="test", since=after(day, 1))
    assert code(back, day=day) == "recused"
    assert code(agree_at_once, items=day.items, by=day.officer, now=after(day, 20)) == "recused"


def test_agreements_are_recorded_together_each_as_its_own_decision() -> None:
    day = hear(make_day(3), Outcome.ASSESS, Outcome.ASSESS, Outcome.ASSESS)
    made = agree_at_once(items=day.items, by=day.officer, now=after(day, 60))
    assert [(one.item_id, one.outcome, one.route) for one in made] == [
        (item.pk, "assess", "panel") for item in day.items
    ]
    assert all(one.reasons == one.recommendation.reasons for one in made)


def test_one_refusal_among_them_keeps_all_from_being_decided() -> None:
    day = hear(make_day(2), Outcome.ASSESS, Outcome.NOT_ASSESS)
    assert code(agree_at_once, items=day.items, by=day.officer, now=after(day, 60)) == "refusal_at_once"
    assert code(agree_at_once, items=[], by=day.officer, now=after(day, 60)) == "nothing_chosen"


def test_officer_ticks_looks_and_confirms_by_screen() -> None:
    day = hear(make_day(3, at=this_morning()), Outcome.ASSESS, Outcome.NOT_ASSESS, Outcome.ASSESS)
    officer = as_(day.officer)
    first, refusal, last = (str(item.public_id) for item in day.items)
    tray = officer.get(reverse("decision.list")).content.decode()
    assert (first in tray, f'value="{refusal}"' in tray) == (True, False)
    address = reverse("decision.agree")
    assert officer.post(address).status_code == 422
    mixed = officer.post(address, {"items": [first, refusal]})
    assert (mixed.status_code, "decide it by itself" in words(mixed)) == (422, True)
    read = [read_mark(one) for one in as_read(Recommendation.objects.order_by("pk"))]
    forced = officer.post(address, {"items": [first, refusal], "read": read, "confirmed": "1"})
    assert (forced.status_code, Decision.objects.count()) == (422, 0)
    look = officer.post(address, {"items": [first, last]})
    assert (look.status_code, "Record 2 decisions" in words(look), Decision.objects.count()) == (200, True, 0)
    assert all(key in look.content.decode() for key in (read[0], read[2]))
    done = officer.post(address, {"items": [first, last], "read": read, "confirmed": "1"})
    assert (done.status_code, Decision.objects.count()) == (302, 2)
    assert as_(day.clerk).post(address, {"items": [first]}).status_code == 403


def test_what_changed_since_it_was_read_is_not_agreed_to() -> None:
    day = hear(make_day(2, at=this_morning()), Outcome.ASSESS, Outcome.ASSESS)
    officer, address = as_(day.officer), reverse("decision.agree")
    items = [str(item.public_id) for item in day.items]
    read = [read_mark(one) for one in as_read(Recommendation.objects.order_by("pk"))]
    alone = reverse("decision.record", args=[day.items[0].public_id])
    assert f'name="read" value="{read[0]}"' in officer.get(alone).content.decode()
    set_aside_recommendation(item=day.items[0], because="One more paper.", by=day.chair, now=after(day, 22))
    gone = officer.post(address, {"items": items, "read": read, "confirmed": "1"})
    assert (gone.status_code, "wait no longer" in words(gone)) == (409, True)
    advise(day, day.items[0], now=after(day, 25))
    for posted in (read, read[1:], []):
        changed = officer.post(address, {"items": items, "read": posted, "confirmed": "1"})
        assert (changed.status_code, "has changed since you read it" in words(changed)) == (409, True)
    one = officer.post(alone, {"does": "agree", "read": read[0]})
    assert (one.status_code, "has changed since you read it" in words(one)) == (409, True)
    assert f'name="read" value="{read[0]}"' not in one.content.decode()
    with pytest.raises(Refused, match="has changed since you read it"):
        agree_at_once(items=day.items, by=day.officer, now=after(day, 26), read=[])
    assert Decision.objects.count() == 0


def test_officer_sends_back_by_screen_and_the_chair_reads_why() -> None:
    day = make_day(1, at=this_morning())
    begin(day)
    advise(day, day.items[0], now=timezone.now())
    address = reverse("decision.send_back", args=[day.items[0].public_id])
    lacking = as_(day.officer).post(address, {"because": ""})
    assert (lacking.status_code, list(lacking.context["form"].errors)) == (422, ["because"])
    assert as_(day.officer).post(address, {"because": WHY}).status_code == 302
    page = words(as_(day.chair).get(reverse("item.view", args=[day.items[0].public_id])))
    assert WHY in page
    assert "Take it up again" in page
    assert AgendaItem.objects.get().state == "sent_back"


@pytest.mark.parametrize("rows", [1, 3])
def test_list_of_decisions_is_flat(rows: int, django_assert_max_num_queries) -> None:
    day = hear(make_day(rows, at=timezone.now() - dt.timedelta(hours=1)), *[Outcome.ASSESS] * rows)
    officer = as_(day.officer)
    officer.get(reverse("decision.list"))
    with django_assert_max_num_queries(10):
        officer.get(reverse("decision.list"))


def test_answers_reasons_and_dissent_are_read_in_full_before_several_are_agreed_to() -> None:
    day = begin(make_day(1, at=this_morning()))
    paper = make_paper(day.items[0].case, title="Speech report")
    advise(
        day,
        day.items[0],
        Outcome.ASSESS,
        answers=[replace(YES[0], papers=(str(paper.public_id),)), YES[1]],
        dissents=[Dissenting(day.entry(day.nurse), "I would wait a term.")],
        support_meanwhile="The speech group goes on.",
        now=after(day, 5),
    )
    look = words(as_(day.officer).post(reverse("decision.agree"), {"items": [str(day.items[0].public_id)]}))
    for said in (
        "Yes. She speaks in single words.",
        "Rests on: Speech report",
        "Yes. Two terms of support have not been enough.",
        REASONS,
        "The speech group goes on.",
        "Dissent: Nia Nurse I would wait a term.",
    ):
        assert said in look


@pytest.mark.parametrize("items", [1, 3])
def test_bulk_agreement_costs_the_same_for_any_number(
    items: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    day = hear(make_day(items, at=this_morning()), *[Outcome.ASSESS] * items)
    for item in day.items:
        make_paper(item.case)
    officer = as_(day.officer)
    ticked = {"items": [str(item.public_id) for item in day.items]}
    with django_assert_max_num_queries(15):
        assert officer.post(reverse("decision.agree"), ticked).status_code == 200


def test_dissent_put_on_record_since_it_was_read_is_read_before_it_is_agreed_to() -> None:
    day = hear(make_day(1, at=this_morning()), Outcome.ASSESS)
    officer, item = as_(day.officer), day.items[0]
    read = read_mark(current_recommendation(item))
    put_dissent_right(
        item=item,
        entry=day.entry(day.nurse),
        text="Therapy was not tried.",
        because="Not taken down.",
        by=day.chair,
        now=after(day, 22),
    )
    together = officer.post(
        reverse("decision.agree"), {"items": [str(item.public_id)], "read": [read], "confirmed": "1"}
    )
    assert (together.status_code, "Therapy was not tried." in words(together)) == (409, True)
    alone = officer.post(reverse("decision.record", args=[item.public_id]), {"does": "agree", "read": read})
    assert (alone.status_code, "has changed since you read it" in words(alone)) == (409, True)
    assert Decision.objects.count() == 0


def test_reading_several_in_full_is_in_the_trail_and_sent_twice_it_says_so() -> None:
    day = hear(make_day(2, at=this_morning()), Outcome.ASSESS, Outcome.ASSESS)
    officer, address = as_(day.officer), reverse("decision.agree")
    items = [str(item.public_id) for item in day.items]
    officer.post(address, {"items": items})
    read = AuditEntry.objects.filter(verb="item.view", by=day.officer.public_id)
    assert set(read.values_list("case", flat=True)) == {item.case.public_id for item in day.items}
    marks = [read_mark(one) for one in as_read(Recommendation.objects.all())]
    form = {"items": items, "read": marks, "confirmed": "1"}
    assert officer.post(address, form).status_code == 302
    again = officer.post(address, form)
    assert (again.status_code, "These are decided already." in words(again)) == (409, True)
    assert officer.post(address, {**form, "items": ["no id"]}).status_code == 409
