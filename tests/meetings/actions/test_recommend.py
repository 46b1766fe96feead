import datetime as dt
from dataclasses import replace

import pytest

from meetings.actions.attendance import leave
from meetings.actions.conflicts import declare_conflict, name_deputy
from meetings.actions.dissents import Dissenting
from meetings.actions.live import start_item
from meetings.actions.recommend import Step, set_aside_recommendation
from meetings.minutes import frozen
from meetings.models import Dissent, NextStep, PaperConsidered, Recommendation
from meetings.queries.sheets import freeze
from meetings.rules.papers import LeftOut
from meetings.rules.quorum import ConflictKind
from meetings.rules.states import ItemState
from panel.law.legal import Answer, Factor, LimbAnswer, Outcome
from panel.models import Person
from panel.platform.policy import Refused
from tests.make import make_case, make_paper
from tests.meetings.day import NO, YES, advise, after, begin, closed, heard, make_day

pytestmark = pytest.mark.django_db


def refusal(day, *args, **fields) -> Refused:
    """The refusal of a recommendation, after which nothing may have changed."""
    item = day.items[0]
    with pytest.raises(Refused) as refused:
        advise(day, item, *args, **fields)
    item.refresh_from_db()
    assert (Recommendation.objects.count(), item.state) == (0, ItemState.IN_DISCUSSION)
    return refused.value


def test_no_advice_without_a_required_agency() -> None:
    day = begin(make_day(required_agencies=["health", "social_care"]))
    declare_conflict(item=day.items[0], kind=ConflictKind.RELATIVE, by=day.nurse, now=after(day, 2))
    no = refusal(day)
    assert (no.code, "Nobody is here from: health." in no.sentence) == ("no_quorum", True)


def test_deputy_fills_the_chairs_seat_where_the_rules_ask_for_it() -> None:
    day = begin(make_day(required_seats=["chair"]))
    declare_conflict(item=day.items[0], kind=ConflictKind.RELATIVE, by=day.chair, now=after(day, 2))
    name_deputy(item=day.items[0], entry=day.entry(day.vice), by=day.clerk, now=after(day, 3))
    day.items[0].refresh_from_db()
    assert advise(day, day.items[0], by=day.vice).quorum["missing_seats"] == []


def test_recommendation_finishes_the_item_and_keeps_the_quorum_as_it_stood() -> None:
    day = begin(make_day())
    recommendation = advise(day, day.items[0])
    day.items[0].refresh_from_db()
    assert (day.items[0].state, day.items[0].ended_at) == (ItemState.RECOMMENDED, after(day, 5))
    assert recommendation.test_version == "cfa2014-s36-8"
    assert recommendation.quorum == {
        "quorate": True,
        "needed": 4,
        "present": 7,
        "missing_seats": [],
        "missing_agencies": 0,
        "missing_kinds": [],
        "sentence": "Quorum is 4, 7 eligible members present for this item.",
        "seats": [
            "chair",
            "educational_psychologist",
            "health",
            "parent_carer_representative",
            "school",
            "sen_lead",
            "social_care",
        ],
    }


def test_recommendation_keeps_dissent_steps_and_papers() -> None:
    day = begin(make_day())
    paper = make_paper(day.items[0].case)
    recommendation = advise(
        day,
        day.items[0],
        dissents=[Dissenting(day.entry(day.nurse), "Therapy has not been tried for long enough.")],
        next_steps=[
            Step(
                "Ask for advice", "Ed Psychologist", "Education", after(day, 0).date() + dt.timedelta(weeks=6)
            )
        ],
        papers=[paper],
    )
    assert [d.text for d in Dissent.objects.filter(recommendation=recommendation)] == [
        "Therapy has not been tried for long enough."
    ]
    assert [s.what for s in NextStep.objects.filter(recommendation=recommendation)] == ["Ask for advice"]
    assert [p.document for p in PaperConsidered.objects.filter(item=day.items[0])] == [paper.document]


def test_paper_left_out_says_why_and_is_listed_as_not_considered() -> None:
    day = begin(make_day())
    case = day.items[0].case
    read, unread = make_paper(case), make_paper(case, "A report about her brother")
    key = str(unread.public_id)
    assert refusal(day, papers=[read, unread], left_out=[LeftOut(key, "-")]).code == "left_out_without_reason"
    rests = (YES[0], replace(YES[1], papers=(key,)))
    why = LeftOut(key, "It is about her brother.")
    assert refusal(day, answers=rests, papers=[read, unread], left_out=[why]).code == "left_out_and_relied_on"
    other = make_paper(make_case())
    assert refusal(day, left_out=[LeftOut(str(other.public_id), "Of another child")]).code == "not_a_paper"
    kept = advise(day, day.items[0], papers=[read, unread], left_out=[why])
    assert kept.papers_left_out == [{"paper": key, "because": "It is about her brother."}]
    assert [row.paper for row in PaperConsidered.objects.all()] == [read]
    [(_, sheet)] = freeze(closed(day).meeting, version=1, correction="", by=day.clerk).items
    assert [(line.title, line.not_considered) for line in sheet.papers] == [
        ("Request form", ""),
        ("A report about her brother", "It is about her brother."),
    ]
    assert ["not_considered" in paper for paper in frozen.kept(sheet)["papers"]] == [False, True]


def test_paper_that_an_earlier_recommendation_considered_can_be_left_out_by_the_next() -> None:
    day = begin(make_day())
    paper = make_paper(day.items[0].case)
    advise(day, day.items[0], papers=[paper])
    set_aside_recommendation(
        item=day.items[0], because="It was about her brother.", by=day.chair, now=after(day, 6)
    )
    why = LeftOut(str(paper.public_id), "It is about her brother.")
    advise(day, day.items[0], papers=[paper], left_out=[why], now=after(day, 9))
    [(_, sheet)] = freeze(closed(day).meeting, version=1, correction="", by=day.clerk).items
    assert [line.not_considered for line in sheet.papers] == ["It is about her brother."]


def test_factors_are_recorded_in_their_order_and_decide_nothing() -> None:
    day = begin(make_day(2))
    looked_at = [Factor.DONE, Factor.PROGRESS]
    kept = advise(day, day.items[0], factors=looked_at, factors_words=" The  school’s reviews ")
    assert (kept.factors, kept.factors_words) == (["progress", "done"], "The school’s reviews")
    start_item(item=day.items[1], by=day.chair, now=after(day, 6))
    assert advise(day, day.items[1], now=after(day, 9)).factors == []
    [(_, sheet), (_, other)] = freeze(closed(day).meeting, version=1, correction="", by=day.clerk).items
    assert sheet.recommendation.factors == (
        "Attainment and rate of progress",
        "What the setting has done already",
    )
    assert sheet.recommendation.factors_words == "The school’s reviews"
    assert not {"factors", "factors_words"} & set(frozen.kept(other)["recommendation"])


def test_outcomes_are_a_factor_from_nineteen_on() -> None:
    day = begin(make_day())
    assert refusal(day, factors=[Factor.OUTCOMES]).code == "unknown_factor"
    Person.objects.filter(pk=day.items[0].case.child_id).update(
        born_on=day.meeting.starts_at.date() - dt.timedelta(days=7000)
    )
    grown = (*YES, LimbAnswer("time", None, "She takes longer than others of her age."))
    assert advise(day, day.items[0], answers=grown, factors=[Factor.OUTCOMES]).factors == ["outcomes"]


def test_same_recommendation_sent_twice_is_one() -> None:
    day = begin(make_day())
    assert advise(day, day.items[0]) == advise(day, day.items[0], now=after(day, 6))
    assert Recommendation.objects.count() == 1


def test_no_quorum_no_recommendation() -> None:
    day = make_day()
    begin(day, day.vice, day.nurse, day.social, day.head)
    refused = refusal(day)
    assert (refused.code, refused.sentence) == (
        "no_quorum",
        "Quorum is 4, 3 eligible members present for this item."
        " 3 different agencies are needed, 2 agencies present.",
    )


def test_quorum_is_counted_again_after_a_late_recusal() -> None:
    day = make_day()
    begin(day, day.vice, day.social, day.head)
    declare_conflict(item=day.items[0], kind=ConflictKind.RELATIVE, by=day.nurse, now=after(day, 3))
    assert refusal(day).code == "no_quorum"


def test_quorum_is_counted_again_after_somebody_left() -> None:
    day = make_day()
    begin(day, day.vice, day.social, day.head)
    leave(entry=day.entry(day.psychologist), by=day.clerk, now=after(day, 3))
    assert refusal(day).code == "no_quorum"


@pytest.mark.parametrize(
    ("who", "code"), [("nurse", "not_allowed"), ("clerk", "not_allowed"), ("vice", "not_allowed")]
)
def test_only_the_chair_records_it(who: str, code: str) -> None:
    day = begin(make_day())
    assert refusal(day, by=getattr(day, who)).code == code


def test_recused_chair_records_nothing_and_the_deputy_does() -> None:
    day = begin(make_day())
    declare_conflict(item=day.items[0], kind=ConflictKind.RELATIVE, by=day.chair, now=after(day, 2))
    assert refusal(day).code == "recused"
    name_deputy(item=day.items[0], entry=day.entry(day.vice), by=day.clerk, now=after(day, 3))
    day.items[0].refresh_from_db()
    assert advise(day, day.items[0], by=day.vice).by == day.vice


def test_chair_without_a_vote_on_the_item_needs_a_deputy() -> None:
    day = begin(make_day())
    declare_conflict(item=day.items[0], kind=ConflictKind.PRIOR_DECISION, by=day.chair, now=after(day, 2))
    assert refusal(day).code == "recused"


@pytest.mark.parametrize(
    ("outcome", "fields", "code"),
    [
        (Outcome.NOT_ASSESS, {"answers": YES}, "yes_excludes_refusal"),
        (Outcome.ASSESS, {"answers": YES[:1]}, "limb_unanswered"),
        (Outcome.NOT_ASSESS, {"answers": (NO[0], LimbAnswer("b", Answer.NO, "-"))}, "limb_without_reasons"),
        (Outcome.ASSESS, {"reasons": " "}, "reasons_missing"),
        (Outcome.ISSUE, {"answers": YES}, "outcome_of_other_stage"),
        (
            Outcome.ASSESS,
            {"answers": (YES[0], LimbAnswer("b", Answer.YES, "See paper.", ("no-uuid",)))},
            "not_a_paper",
        ),
    ],
)
def test_legal_test_comes_first(outcome: Outcome, fields, code: str) -> None:
    day = begin(make_day())
    assert refusal(day, outcome, **fields).code == code


def test_paper_of_another_case_is_no_evidence() -> None:
    day = begin(make_day(2))
    assert refusal(day, papers=[make_paper(day.items[1].case)]).code == "not_a_paper"


def test_dissent_is_of_those_who_took_part() -> None:
    day = make_day()
    begin(day, day.nurse)
    assert (
        refusal(day, dissents=[Dissenting(day.entry(day.nurse), "I disagree.")]).code == "dissent_not_counted"
    )
    assert refusal(day, dissents=[Dissenting(day.entry(day.head), " ")]).code == "dissent_without_reason"


def test_next_step_has_an_owner_and_a_date_to_come() -> None:
    day = begin(make_day())
    today = after(day, 0).date()
    assert refusal(day, next_steps=[Step("Ask", "", "Health", today)]).code == "step_incomplete"
    assert (
        refusal(day, next_steps=[Step("Ask", "Nia", "Health", today - dt.timedelta(days=1))]).code
        == "step_in_past"
    )


def test_recommendation_is_taken_up_again_and_superseded() -> None:
    day = make_day()
    first = heard(day)
    set_aside_recommendation(item=day.items[0], because="We misread a date", by=day.chair, now=after(day, 8))
    day.items[0].refresh_from_db()
    assert day.items[0].state == ItemState.IN_DISCUSSION
    second = advise(day, day.items[0], Outcome.NOT_ASSESS, now=after(day, 10))
    assert (second.supersedes, Recommendation.objects.count()) == (first, 2)


def test_recommendation_stands_once_the_meeting_is_closed() -> None:
    day = make_day()
    heard(day)
    closed(day)
    with pytest.raises(Refused) as refused:
        set_aside_recommendation(
            item=day.items[0], because="We misread a date", by=day.chair, now=after(day, 70)
        )
    assert refused.value.code == "not_in_session"
