"""The officer by screen: the tray, agreeing, departing, deciding without a panel, a wrong key cured by two."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from meetings.actions.decide import record_decision
from meetings.models import Decision, SetAside
from panel.law.legal import Outcome, Stage
from panel.models import AuditEntry, Case, User
from panel.platform.policy import Role
from tests.make import make_case, make_paper, make_user
from tests.meetings.day import (
    NO,
    REASONS,
    YES,
    Day,
    advise,
    assessed_case,
    begin,
    heard,
    list_cases,
    make_config,
    make_day,
    refresh,
)
from tests.meetings.views.client import as_, boxes, this_morning, words

pytestmark = pytest.mark.django_db


def advised(outcome: Outcome = Outcome.ASSESS) -> Day:
    day = begin(make_day(1, at=this_morning()))
    advise(day, day.items[0], outcome, now=timezone.now())
    refresh(day)
    return day


def today(**more: str) -> dict[str, str]:
    return {**boxes("decided_on", timezone.localdate()), "delegation_reference": "SEND 4.2", **more}


def decide_url(day: Day) -> str:
    return reverse("decision.record", args=[day.items[0].public_id])


def test_tray_lists_what_waits_and_is_calm_when_nothing_does() -> None:
    day = advised()
    tray = reverse("decision.list")
    assert day.items[0].case.reference in words(as_(day.officer).get(tray))
    as_(day.officer).post(decide_url(day), today(does="agree"))
    assert "No recommendation waits." in words(as_(day.officer).get(tray))


def test_officer_agrees_with_the_panel(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    day = advised()
    client = as_(day.officer)
    # Five of them find out who is signed in; the action itself is held to 25 in its own test.
    # 25 as bin/bench counts them: a test's own transaction makes SAVEPOINT and RELEASE of one BEGIN.
    with django_assert_max_num_queries(26):
        answer = client.post(decide_url(day), today(does="agree"))
    decision = Decision.objects.get()
    assert (answer.url, decision.outcome, decision.by) == (
        reverse("decision.view", args=[decision.public_id]),
        "assess",
        day.officer,
    )


def resting_on_a_paper(outcome: Outcome = Outcome.ASSESS, **said: str) -> tuple[Day, dict[str, str]]:
    """A recommendation whose first answer rests on a paper, and what a browser sends of the fields that show only to who departs."""
    day = begin(make_day(1, at=this_morning()))
    paper = str(make_paper(day.items[0].case, title="Speech report").public_id)
    answers = YES if outcome is Outcome.ASSESS else NO
    answers = (replace(answers[0], papers=(paper,)), *answers[1:])
    advise(day, day.items[0], outcome, answers=answers, now=timezone.now(), **said)
    refresh(day)
    sent: dict[str, str] = {"limbs-a_papers": paper}
    for one in answers:
        sent |= {f"limbs-{one.limb}_answer": one.answer, f"limbs-{one.limb}_reasons": one.reasons}
    return day, sent


def test_officer_agrees_with_answers_that_rest_on_papers() -> None:
    day, sent = resting_on_a_paper()
    answer = as_(day.officer).post(decide_url(day), today(does="agree", **sent))
    assert (answer.status_code, Decision.objects.get().answers[0]["papers"]) == (
        302,
        [sent["limbs-a_papers"]],
    )


def test_officer_who_could_not_agree_yet_can_still_depart_with_the_papers() -> None:
    day, sent = resting_on_a_paper()
    page = as_(day.officer).post(decide_url(day), {**today(does="agree", **sent), "decided_on_1": "13"})
    assert (page.status_code, "Select a valid choice" in words(page)) == (422, False)
    html = page.content.decode()
    assert f'name="limbs-a_papers" value="{sent["limbs-a_papers"]}"' in html


def test_officer_goes_on_from_a_decision_to_what_waits_and_to_the_letters() -> None:
    day = advised()
    page = as_(day.officer).post(decide_url(day), today(does="agree"), follow=True).content.decode()
    assert f'href="{reverse("decision.list")}">What waits for your decision' in page
    assert f'href="{reverse("letter.list")}">Letters that wait' in page


def test_refusal_to_issue_costs_no_more_than_its_budget(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    """The dearest decision: the advice of reg 6(1) is counted and a planning meeting offered."""
    day = make_day(0, at=this_morning())
    list_cases(day, assessed_case(), stage=Stage.ISSUE)
    advise(begin(day), day.items[0], Outcome.NOT_ISSUE, now=timezone.now())
    client = as_(day.officer)
    with django_assert_max_num_queries(26):
        answer = client.post(decide_url(day), today(does="agree"))
    assert (answer.status_code, Decision.objects.get().outcome) == (302, "not_issue")


def test_departing_needs_its_reason_and_answers_that_carry_it() -> None:
    day = advised()
    depart = today(
        does="depart",
        primary_reason="R3",
        reasons="Speech therapy in school is working well now. " * 8,
        **{
            "limbs-a_answer": "yes",
            "limbs-a_reasons": "She speaks in single words.",
            "limbs-b_answer": "no",
            "limbs-b_reasons": "Speech therapy in school is working well.",
        },
    )
    lacking = as_(day.officer).post(decide_url(day), depart)
    assert lacking.status_code == 422
    assert list(lacking.context["form"].errors) == ["departs_because"]
    assert "Speech therapy in school is working well now." in lacking.content.decode()
    as_(day.officer).post(
        decide_url(day), {**depart, "departs_because": "New advice came after the meeting."}
    )
    assert Decision.objects.get().departs_because == "New advice came after the meeting."


def test_whoever_departs_starts_from_the_panels_help_meanwhile_and_sends_their_own() -> None:
    day = begin(make_day(1, at=this_morning()))
    advise(day, day.items[0], now=timezone.now(), support_meanwhile="The lunch club goes on.")
    form = as_(day.officer).get(decide_url(day)).context["form"]
    assert form["support_meanwhile"].value() == "The lunch club goes on."
    depart = today(
        does="depart",
        primary_reason="R3",
        reasons="Speech therapy in school is working well now. " * 8,
        departs_because="New advice came after the meeting.",
        support_meanwhile="Speech therapy goes on; ask the school.",
        **{
            "limbs-a_answer": "yes",
            "limbs-a_reasons": "She speaks in single words.",
            "limbs-b_answer": "no",
            "limbs-b_reasons": "Speech therapy in school is working well.",
        },
    )
    long = as_(day.officer).post(decide_url(day), {**depart, "support_meanwhile": "x" * 2001})
    assert list(long.context["form"].errors) == ["support_meanwhile"]
    as_(day.officer).post(decide_url(day), depart)
    decision = Decision.objects.get()
    assert decision.support_meanwhile == "Speech therapy goes on; ask the school."
    assert "Speech therapy goes on; ask the school." in words(
        as_(day.officer).get(reverse("decision.view", args=[decision.public_id]))
    )


def test_whoever_agrees_leaves_the_help_meanwhile_to_the_panels_words() -> None:
    day = begin(make_day(1, at=this_morning()))
    advise(day, day.items[0], now=timezone.now(), support_meanwhile="The lunch club goes on.")
    as_(day.officer).post(decide_url(day), today(does="agree", support_meanwhile="The lunch club goes on."))
    assert Decision.objects.get().support_meanwhile == ""


def test_departing_starts_without_the_reasons_for_the_other_outcome() -> None:
    day = advised()
    form = as_(day.officer).get(decide_url(day)).context["form"]
    assert (form["reasons"].value(), form["limbs-a_answer"].value()) == (None, "yes")
    assert "at least 60 words" in form["reasons"].help_text


def test_decision_before_the_meeting_names_both_days() -> None:
    day = advised()
    early = boxes("decided_on", timezone.localdate() - dt.timedelta(days=3))
    answer = as_(day.officer).post(decide_url(day), {**today(does="agree"), **early})
    assert (answer.status_code, "before the meeting on" in words(answer)) == (422, True)


def test_second_decision_shows_the_first() -> None:
    day = advised()
    other = make_user("Orla Officer", Role.OFFICER)
    as_(day.officer).post(decide_url(day), today(does="agree"))
    answers = [as_(other).get(decide_url(day)), as_(other).post(decide_url(day), today(does="agree"))]
    assert [answer.status_code for answer in answers] == [409, 409]
    assert all(
        "This was decided on" in words(answer) and "Oli Officer" in words(answer) for answer in answers
    )
    assert Decision.objects.count() == 1


def test_double_click_is_one_decision() -> None:
    day = advised()
    form = today(does="agree", once="3f0b3f7e-6f1c-4a59-8f0e-0f4a2b7f8a11")
    answers = [as_(day.officer).post(decide_url(day), form) for _ in range(2)]
    assert ([answer.status_code for answer in answers], Decision.objects.count()) == ([302, 302], 1)


ANSWERED_YES = {
    "limbs-a_answer": "yes",
    "limbs-a_reasons": "She speaks in single words.",
    "limbs-b_answer": "yes",
    "limbs-b_reasons": "Two terms of support have not been enough.",
}


def alone(case: Case, officer: User, **changed: str) -> object:
    form = today(
        outcome="assess",
        reasons=REASONS,
        no_panel_because="No panel sits before the date.",
        **ANSWERED_YES,
    )
    return as_(officer).post(reverse("decision.without_panel", args=[case.public_id]), {**form, **changed})


def test_officer_decides_alone_where_no_panel_can_sit(officer: User) -> None:
    make_config()
    case = make_case()
    assert alone(case, officer).status_code == 302  # type: ignore[attr-defined]
    decision = Decision.objects.get()
    assert (decision.route, decision.no_panel_because) == ("officer", "No panel sits before the date.")


def test_officer_alone_says_what_help_goes_on_meanwhile(officer: User) -> None:
    make_config()
    alone(make_case(), officer, support_meanwhile="The speech group goes on.")
    fast = {**today(reasons=REASONS, support_meanwhile="The tutor stays."), **ANSWERED_YES}
    case = make_case()
    as_(officer).post(reverse("decision.fast_track", args=[case.public_id]), fast)
    said = Decision.objects.order_by("pk").values_list("route", "support_meanwhile")
    assert list(said) == [("officer", "The speech group goes on."), ("fast_track", "The tutor stays.")]


@pytest.mark.parametrize("lacking", ["no_panel_because", "limbs-b_reasons", "outcome", "reasons"])
def test_alone_needs_every_reason(officer: User, lacking: str) -> None:
    make_config()
    answer = alone(make_case(), officer, **{lacking: ""})
    assert (answer.status_code, lacking in answer.context["form"].errors) == (422, True)  # type: ignore[attr-defined]
    assert not Decision.objects.exists()


def test_alone_says_at_once_all_that_is_missing(officer: User) -> None:
    make_config()
    answer: Any = as_(officer).post(
        reverse("decision.without_panel", args=[make_case().public_id]), today(outcome="")
    )
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [
        "no_panel_because",
        "limbs-a_answer",
        "limbs-b_answer",
        "outcome",
        "reasons",
    ]


def test_alone_shows_the_decision_that_stands(officer: User) -> None:
    make_config()
    case = make_case()
    alone(case, officer)
    Case.objects.filter(pk=case.pk).update(state="not_assessed")
    assert alone(case, officer).status_code == 409  # type: ignore[attr-defined]


def test_wrong_key_is_cured_by_two_people() -> None:
    day = advised()
    as_(day.officer).post(decide_url(day), today(does="agree"))
    decision = Decision.objects.get()
    url = reverse("decision.set_aside", args=[decision.public_id])
    as_(day.officer).post(url, {"reason": "The wrong case was open"})
    own = as_(day.officer).post(url, {"sure": "on"})
    assert (own.status_code, "a second person must confirm it" in words(own)) == (422, True)
    as_(day.clerk).post(url, {"sure": "on"})
    assert SetAside.objects.get().by == day.clerk
    assert "Set aside as entered in error" in words(
        as_(day.officer).get(reverse("decision.view", args=[decision.public_id]))
    )


def test_coordinator_reads_the_decision_of_an_own_case_only(coordinator: User) -> None:
    day = advised()
    as_(day.officer).post(decide_url(day), today(does="agree"))
    view = reverse("decision.view", args=[Decision.objects.get().public_id])
    assert as_(coordinator).get(view).status_code == 404
    Case.objects.update(coordinator=coordinator)
    assert as_(coordinator).get(view).status_code == 200


def test_refusal_names_its_main_reason_and_both_records_keep_it() -> None:
    day = begin(make_day(1, at=this_morning()))
    address = reverse("recommendation.record", args=[day.items[0].public_id])
    typed = {
        "limbs-a_answer": "yes",
        "limbs-a_reasons": "She speaks in single words.",
        "limbs-b_answer": "no",
        "limbs-b_reasons": "Speech therapy in school is working well.",
        "recommendation-outcome": "not_assess",
        "recommendation-reasons": REASONS,
    }
    lacking = as_(day.chair).post(address, typed)
    assert lacking.status_code == 422
    assert list(lacking.context["form"].errors) == ["recommendation-primary_reason"]
    coded = {"recommendation-primary_reason": "R5", "recommendation-other_codes": ["R3"]}
    unasked = as_(day.chair).post(address, {**typed, **coded})
    assert list(unasked.context["form"].errors) == ["recommendation-evidence_sought"]
    sought = {"recommendation-evidence_sought": "The school’s reviews, on 3 November"}
    assert as_(day.chair).post(address, {**typed, **coded, **sought}).status_code == 302
    advice = day.items[0].recommendations.get()
    assert (advice.primary_reason, advice.other_reasons) == ("R5", ["R3"])
    page = words(as_(day.officer).get(decide_url(day)))
    assert "R5: Evidence too thin to form a view, although we asked for it (the main one)" in page
    assert "At risk on appeal." in page
    as_(day.officer).post(decide_url(day), today(does="agree"))
    decision = Decision.objects.get()
    assert (decision.primary_reason, decision.other_reasons, decision.evidence_sought) == (
        "R5",
        ["R3"],
        "The school’s reviews, on 3 November",
    )


def test_every_page_that_shows_what_was_advised_or_decided_is_in_the_trail() -> None:
    day = make_day(1, at=this_morning())
    heard(day)
    item, officer = day.items[0], as_(day.officer)
    assert officer.get(reverse("decision.record", args=[item.public_id])).status_code == 200
    decision = record_decision(
        case=item.case,
        stage=Stage.ASSESS,
        item=item,
        outcome=Outcome.ASSESS,
        by=day.officer,
        now=timezone.now(),
    )
    assert officer.get(reverse("decision.view", args=[decision.public_id])).status_code == 200
    assert as_(day.chair).get(reverse("recommendation.dissent", args=[item.public_id])).status_code == 200
    read = AuditEntry.objects.filter(case=item.case.public_id, verb__in=["item.view", "decision.view"])
    assert sorted(read.values_list("verb", "by")) == sorted(
        [
            ("item.view", day.officer.public_id),
            ("decision.view", day.officer.public_id),
            ("item.view", day.chair.public_id),
        ]
    )
