"""Somebody over 18: panel and officer consider the additional time they need (CFA 2014 s36(10)), in words, and all who read are told."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from meetings.actions.consent import put_on_consent
from meetings.actions.correct import correct_recommendation
from meetings.actions.decide import record_decision
from meetings.actions.previews import give_pre_view, open_pre_views
from meetings.minutes.frozen import item_context
from meetings.minutes.redaction import Reader
from meetings.minutes.versions import compose, context
from meetings.models import CardReading, Decision, Meeting, PreView, Recommendation
from meetings.queries.sheets import freeze
from meetings.queries.tray import undecided
from meetings.rules.states import MeetingState
from panel.law.legal import Answer, LimbAnswer, Outcome, Stage
from panel.models import AuditEntry, AuditValue, Person, User
from panel.platform.policy import Refused
from tests.golden import text_of
from tests.make import TODAY, make_case, make_person
from tests.meetings.actions.test_reconsider import agree as agree_again
from tests.meetings.actions.test_reconsider import begin_again, case_of, refused_day
from tests.meetings.day import (
    NO,
    REASONS,
    YES,
    Day,
    advise,
    after,
    begin,
    closed,
    list_cases,
    make_day,
    sit_down,
)
from tests.meetings.views.client import as_, boxes, leads_nowhere, summary, this_morning, words

pytestmark = pytest.mark.django_db
# After the day from which the card asks it too.
IN_DECEMBER = dt.datetime(2026, 12, 7, 9, 30, tzinfo=dt.UTC)
SAID = "She needs two years for a course that others finish in one."
TIME = LimbAnswer("time", None, SAID)
QUESTION = "Does the young person need additional time"
NOT_SAID = "This young person is over 18. Say what was considered about the additional time they may need"


def born(years: int, day: dt.date, *, days: int = 0) -> dt.date:
    """Who is so many years old on a day, and so many days more."""
    return day.replace(year=day.year - years) - dt.timedelta(days=days)


def day_about(years: int, *, at: dt.datetime | None = None, days: int = 0) -> Day:
    """A meeting that hears of somebody who had this birthday so many days before it."""
    day = make_day(0, **({"at": at} if at else {}))
    heard_on = timezone.localdate(day.meeting.starts_at)
    child = make_person(born_on=born(years, heard_on, days=days))
    list_cases(day, make_case(child=child, year_group=""))
    return begin(day)


def code(call: Any, *args: Any, **fields: Any) -> tuple[str, str | None]:
    with pytest.raises(Refused) as no:
        call(*args, **fields)
    return no.value.code, no.value.field


@pytest.mark.parametrize(("years", "days", "asked"), [(17, 364, False), (18, 0, True), (24, 10, True)])
def test_panel_is_asked_from_the_eighteenth_birthday_on(years: int, days: int, *, asked: bool) -> None:
    day = day_about(years, days=days)
    if asked:
        assert code(advise, day, day.items[0]) == ("time_not_considered", "answers.time.reasons")
    advise(day, day.items[0], answers=(*YES, TIME) if asked else YES)
    assert [one["limb"] for one in Recommendation.objects.get().answers] == [
        "a",
        "b",
        *(["time"] if asked else []),
    ]


@pytest.mark.parametrize(("outcome", "answers"), [(Outcome.ASSESS, YES), (Outcome.NOT_ASSESS, NO)])
def test_either_outcome_can_follow_and_the_officer_agrees_with_it(outcome: Outcome, answers: Any) -> None:
    day = day_about(19)
    advise(day, day.items[0], outcome, answers=(*answers, TIME))
    record_decision(
        case=day.items[0].case,
        stage=Stage.ASSESS,
        item=day.items[0],
        outcome=outcome,
        by=day.officer,
        now=after(day, 90),
    )
    assert Decision.objects.get().answers[-1] == {
        "limb": "time",
        "answer": None,
        "reasons": SAID,
        "papers": [],
    }


def test_officer_considers_it_herself_where_the_birthday_came_after_the_panel() -> None:
    day = day_about(17, days=364)
    advise(day, day.items[0])
    decides = {
        "case": day.items[0].case,
        "stage": Stage.ASSESS,
        "item": day.items[0],
        "outcome": Outcome.ASSESS,
        "by": day.officer,
        "now": after(day, 60 * 24 * 2),
    }
    assert code(record_decision, **decides) == ("time_not_considered", "answers.time.reasons")
    record_decision(**decides, answers=(*YES, TIME))
    closed(day)
    [(_, sheet)] = freeze(day.meeting, version=1, correction="", by=day.clerk).items
    assert [limb.reasons for limb in sheet.decision.limbs][-1] == SAID


def test_clear_agreement_is_put_on_the_consent_list_with_it() -> None:
    day = make_day(0)
    child = make_person(born_on=born(20, TODAY))
    list_cases(day, make_case(child=child, coordinator=day.clerk))
    values = {
        "item": day.items[0],
        "answers": YES,
        "reasons": REASONS,
        "reasons_by": day.officer,
        "by": day.clerk,
        "now": day.meeting.starts_at - dt.timedelta(days=1),
    }
    assert code(put_on_consent, **values) == ("time_not_considered", "answers.time.reasons")
    put_on_consent(**{**values, "answers": (*YES, TIME)})


# what is asked and shown


def page_of(day: Day, name: str, user: User) -> Any:
    return as_(user).get(reverse(name, args=[day.items[0].public_id]))


@pytest.mark.parametrize(("years", "asked"), [(17, False), (19, True)])
def test_item_page_asks_in_words_between_the_test_and_the_factors(years: int, *, asked: bool) -> None:
    day = day_about(years, at=this_morning())
    html = page_of(day, "item.view", day.chair).content.decode()
    assert (
        'name="limbs-time_reasons"' in html,
        'id="cue-limbtime" href="#id_limbs-time_reasons"' in html,
    ) == (
        asked,
        asked,
    )
    assert 'name="limbs-time_answer"' not in html


def test_recommendation_without_it_says_so_beside_its_field() -> None:
    day = day_about(19, at=this_morning())
    typed = {
        "limbs-a_answer": "yes",
        "limbs-a_reasons": YES[0].reasons,
        "limbs-b_answer": "yes",
        "limbs-b_reasons": YES[1].reasons,
        "recommendation-outcome": "assess",
        "recommendation-reasons": REASONS,
    }
    url = reverse("recommendation.record", args=[day.items[0].public_id])
    page = as_(day.chair).post(url, typed)
    [(where, sentence)] = summary(page)
    assert (page.status_code, where, leads_nowhere(page)) == (422, "id_limbs-time_reasons", [])
    assert sentence.startswith(NOT_SAID)
    assert as_(day.chair).post(url, {**typed, "limbs-time_reasons": SAID}).status_code == 302
    shown = words(page_of(day, "item.view", day.chair))
    assert f"{SAID}" in shown
    assert QUESTION in shown


def test_officer_who_agrees_is_asked_only_what_the_panel_did_not_answer() -> None:
    day = day_about(18, at=this_morning(), days=0)
    advise(day, day.items[0], answers=(*YES, TIME), now=timezone.now())
    url = reverse("decision.record", args=[day.items[0].public_id])
    assert as_(day.officer).get(url).content.decode().count('name="limbs-time_reasons"') == 1
    typed = {**boxes("decided_on", timezone.localdate()), "delegation_reference": "SEND 4.2", "does": "agree"}
    assert as_(day.officer).post(url, typed).status_code == 302
    assert Decision.objects.get().answers[-1]["reasons"] == SAID


def test_officer_who_agrees_answers_what_the_panel_was_not_asked() -> None:
    day = day_about(8, at=this_morning())
    advise(day, day.items[0], now=timezone.now())
    child = day.items[0].case.child
    child.born_on = born(18, timezone.localdate())  # the day was put right since
    child.save(update_fields=["born_on"])
    url = reverse("decision.record", args=[day.items[0].public_id])
    typed = {**boxes("decided_on", timezone.localdate()), "delegation_reference": "SEND 4.2", "does": "agree"}
    page = as_(day.officer).post(url, typed)
    [(where, sentence)] = summary(page)
    assert (page.status_code, where, leads_nowhere(page)) == (422, "id_limbs-time_reasons", [])
    assert sentence.startswith(NOT_SAID)
    assert page.content.decode().count('name="limbs-time_reasons"') == 1
    assert as_(day.officer).post(url, {**typed, "limbs-time_reasons": SAID}).status_code == 302
    assert Decision.objects.get().answers[-1]["reasons"] == SAID


def test_officer_without_a_panel_is_asked_too() -> None:
    case = make_case(child=make_person(born_on=born(20, timezone.localdate())))
    day = make_day(0)
    page = as_(day.officer).get(reverse("decision.without_panel", args=[case.public_id]))
    assert 'name="limbs-time_reasons"' in page.content.decode()


def test_paper_set_has_a_line_for_it() -> None:
    day = day_about(19, at=IN_DECEMBER)
    page = as_(day.clerk).get(reverse("meeting.print", args=[day.meeting.public_id]))
    front, sheet = words(page).split("Item 1, ")
    assert (front.count(QUESTION), sheet.count(QUESTION)) == (1, 1)


# what is told


def test_minutes_and_their_versions_print_it_under_its_question_without_an_answer() -> None:
    day = day_about(19)
    advise(day, day.items[0], answers=(*YES, TIME))
    [(_, sheet)] = freeze(closed(day).meeting, version=1, correction="", by=day.clerk).items
    page = text_of(render_to_string("pdf/minutes_item.html", item_context(sheet)))
    assert f"education or training?\n{SAID}" in page
    family = compose(sheet, Reader.FAMILY, {})
    assert SAID in text_of(render_to_string("pdf/version_family.html", context(family, Reader.FAMILY)))
    moderator = compose(sheet, Reader.MODERATOR, {})
    read = text_of(render_to_string("pdf/version_moderator.html", context(moderator, Reader.MODERATOR)))
    assert (QUESTION in read, SAID in read) == (True, False)


def test_its_words_can_be_put_right_as_those_of_the_test_can() -> None:
    day = day_about(19)
    advice = advise(day, day.items[0], answers=(*YES, TIME))
    url = reverse("recommendation.correct", args=[day.items[0].public_id])
    assert SAID in words(as_(day.chair).get(url))
    limbs = {one.limb: one.reasons for one in YES}
    correct_recommendation(
        item=advice.item,
        limbs={**limbs, "time": "She needs three years for it."},
        reasons=REASONS,
        because="Misheard",
        by=day.chair,
        now=after(day, 50),
    )
    [(_, sheet)] = freeze(closed(day).meeting, version=1, correction="", by=day.clerk).items
    assert sheet.limbs[-1].reasons == "She needs three years for it."


def test_looking_again_at_a_refusal_asks_it_as_of_its_own_day() -> None:
    refused = refused_day()
    day, refusal = refused
    case = case_of(refusal)
    Person.objects.filter(pk=case.child_id).update(born_on=born(19, TODAY))
    begin_again(day, case)
    page = as_(day.officer).get(reverse("decision.reconsider_agree", args=[case.public_id]))
    assert 'name="limbs-time_reasons"' in page.content.decode()
    there = reverse("decision.reconsider_agree", args=[case.public_id])
    said = words(as_(day.officer).post(there, {"reasons": "She speaks in single words."}))
    assert "These words seem to speak about" in said
    assert "“she” in: Reasons, in words about the young person" in said
    assert code(agree_again, day, case) == ("time_not_considered", "answers.time.reasons")
    made = agree_again(day, case, answers=(*YES, TIME)).decision
    assert made.answers[-1]["reasons"] == SAID


def test_decision_dated_before_the_birthday_is_not_asked_by_an_empty_field() -> None:
    day = day_about(8, at=this_morning())
    advise(day, day.items[0], now=timezone.now())
    child = day.items[0].case.child
    child.born_on = born(18, timezone.localdate())
    child.save(update_fields=["born_on"])
    line = undecided(day.officer, timezone.now())[0]
    assert line.asks_more is True
    assert "By itself" in words(as_(day.officer).get(reverse("decision.list")))


# the members' own views before the discussion, and the card


BOTH_YES = {"a": Answer.YES, "b": Answer.YES}


def view_of(day: Day, **fields: Any) -> PreView:
    said = {"answers": BOTH_YES, "outcome": Outcome.ASSESS, "confidence": 4, "in_words": {"time": SAID}}
    return give_pre_view(item=day.items[0], by=day.nurse, now=after(day, -5), **{**said, **fields})


def views_day(years: int, **config: Any) -> Day:
    day = make_day(0, at=this_morning(), pre_views=True, **config)
    child = make_person(born_on=born(years, timezone.localdate(day.meeting.starts_at)))
    list_cases(day, make_case(child=child, year_group=""))
    return day


@pytest.mark.parametrize("said", [{}, {"time": " "}, {"time": "Yes"}])
def test_view_before_the_discussion_considers_it_in_words(said: dict[str, str]) -> None:
    day = views_day(18)
    assert code(view_of, day, in_words=said) == ("time_not_considered", "limb_time")
    assert not PreView.objects.exists()
    assert view_of(day).in_words == {"time": SAID}


def test_view_about_somebody_younger_keeps_nothing_of_it() -> None:
    assert view_of(views_day(17)).in_words == {}


@pytest.mark.parametrize(("years", "asked"), [(17, False), (18, True)])
def test_members_page_asks_it_beside_the_limbs(years: int, *, asked: bool) -> None:
    day = views_day(years)
    typed = {"limb_a": "yes", "limb_b": "yes", "outcome": "assess", "confidence": "4"}
    page = page_of(day, "preview.give", day.nurse)
    assert (QUESTION in words(page), 'name="limb_time"' in page.content.decode()) == (asked, asked)
    there = reverse("preview.give", args=[day.items[0].public_id])
    sent = as_(day.nurse).post(there, typed)
    assert sent.status_code == (422 if asked else 302)
    if asked:
        assert summary(sent)[0][0] == "id_limb_time"
        assert leads_nowhere(sent) == []
        assert as_(day.nurse).post(there, {**typed, "limb_time": SAID}).status_code == 302
        # Like every view it begins empty each time.
        assert SAID not in words(page_of(day, "preview.give", day.nurse))


def test_what_a_member_wrote_of_it_is_read_by_nobody_before_the_opening_and_by_all_after() -> None:
    day = views_day(19)
    view_of(day)
    begin(day)
    readers = (day.chair, day.clerk, day.head, day.vice)
    for reader in (*readers, day.nurse):
        assert SAID not in words(page_of(day, "item.view", reader))
    entry = AuditEntry.objects.get(verb="preview.give")
    assert not AuditValue.objects.filter(entry=entry).exists()
    open_pre_views(item=day.items[0], by=day.chair, now=timezone.now())
    for reader in readers:
        assert f"Additional time: {SAID}" in words(page_of(day, "item.view", reader))


def test_meeting_opens_with_a_card_that_has_it() -> None:
    with time_machine.travel(IN_DECEMBER, tick=False):
        day = make_day(at=IN_DECEMBER)
        opening = reverse("meeting.open", args=[day.meeting.public_id])
        assert f"About somebody over 18: {QUESTION}" in words(as_(day.chair).get(opening))
        begin(day)
        meeting = reverse("meeting.view", args=[day.meeting.public_id])
        assert QUESTION in words(as_(day.chair).get(meeting))


def test_meeting_that_was_read_the_card_before_keeps_that_one() -> None:
    day = make_day(at=this_morning())
    sit_down(day)
    Meeting.objects.update(state=MeetingState.OPEN, opened_at=day.meeting.starts_at)
    CardReading(meeting=day.meeting, version="card-1", by=day.chair, at=day.meeting.starts_at).save()
    said = words(as_(day.chair).get(reverse("meeting.view", args=[day.meeting.public_id])))
    assert ("Might it be necessary" in said, QUESTION in said) == (True, False)


def test_set_on_paper_has_it_where_the_test_is_read_at_the_opening() -> None:
    day = make_day(at=IN_DECEMBER)
    said = words(as_(day.clerk).get(reverse("meeting.print", args=[day.meeting.public_id])))
    assert QUESTION in said


def test_question_in_words_stands_out_as_the_others_do() -> None:
    day = day_about(19)
    room = page_of(day, "item.view", day.clerk).content.decode()
    there = reverse(
        "decision.fast_track", args=[make_case(child=make_person(born_on=born(19, TODAY))).public_id]
    )
    alone = as_(day.officer).get(there).content.decode()
    for page in (room, alone):
        assert '<label for="id_limbs-time_reasons" class="govuk-label govuk-label--s">' in page
