from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetings.rules.decisions import (
    Deciding,
    EarlierDecision,
    Recommending,
    Route,
    SettingAside,
    check_decision,
    check_led,
    check_recommendation,
    check_set_aside,
    refuse,
    words_unfinished,
)
from meetings.rules.quorum import Conflict, ConflictKind, ConflictSource, Effect, QuorumResult
from panel.law.legal import Answer, LimbAnswer, Outcome, Record, Stage
from panel.law.problems import Problem
from panel.law.reasons import Coded
from panel.platform.policy import Refused

CHAIR, DEPUTY, MEMBER, OFFICER, SECOND = 1, 2, 3, 4, 5
HEARD = date(2026, 11, 24)
CODED = Coded("R3")
LATEST = date(2026, 12, 1)
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)

QUORATE = QuorumResult(True, 4, 4, (), 0, (), "Quorum is 4, 4 eligible members present for this item.")
INQUORATE = QuorumResult(False, 4, 3, (), 0, (9,), "Quorum is 4, 3 eligible members present for this item.")

REFUSE = Record(
    stage=Stage.ASSESS,
    outcome=Outcome.NOT_ASSESS,
    answers=(
        LimbAnswer("a", Answer.YES, "He finds reading hard."),
        LimbAnswer("b", Answer.NO, "The school’s own help is working well."),
    ),
    reasons="His reading age has risen by a year in two terms. " * 6,
    received_on=date(2026, 10, 20),
    decided_on=HEARD,
    heard_on=HEARD,
)
AGREE = replace(
    REFUSE,
    outcome=Outcome.ASSESS,
    answers=(REFUSE.answers[0], LimbAnswer("b", Answer.YES, "Nobody knows yet what he needs.")),
)


def codes(problems) -> list[tuple[str, str]]:
    return [(p.code, p.field) for p in problems]


def conflict(user_id: int, effect: Effect = Effect.LEAVES) -> Conflict:
    return Conflict(user_id, ConflictKind.OTHER, ConflictSource.DECLARED, effect)


def by(user_id: int, *conflicts: Conflict, **more) -> Recommending:
    return Recommending(
        **{
            "by": user_id,
            "chair": CHAIR,
            "deputy": None,
            "conflicts": conflicts,
            "quorum": QUORATE,
            "at": NOW,
            **more,
        }
    )


def deciding(**more) -> Deciding:
    return Deciding(
        **{
            "route": Route.PANEL,
            "by_officer": True,
            "delegated": False,
            "recused": False,
            "today": HEARD,
            "recommended": Outcome.NOT_ASSESS,
            "latest_panel_on": LATEST,
            "delegation_reference": "Scheme 4.2",
            **more,
        }
    )


# recommending


def test_the_chair_records_a_lawful_recommendation_with_quorum():
    assert check_recommendation(by(CHAIR), REFUSE, CODED) == ()


def test_without_quorum_the_sentence_is_the_count():
    assert check_recommendation(by(CHAIR, quorum=INQUORATE), REFUSE, CODED) == (
        Problem("no_quorum", "", "Quorum is 4, 3 eligible members present for this item."),
    )


@pytest.mark.parametrize(
    ("who", "code", "sentence"),
    [
        (by(MEMBER), "not_the_chair", "The recommendation is recorded by the chair."),
        (
            by(MEMBER, conflict(MEMBER)),
            "recused",
            "You are recused from this item. Its recommendation is recorded by the chair.",
        ),
        (
            by(CHAIR, conflict(CHAIR, Effect.NO_VOTE)),
            "recused",
            (
                "You are recused from this item. Its recommendation is recorded by a deputy chair without a conflict; name"
                " one for this item."
            ),
        ),
        (
            by(CHAIR, conflict(CHAIR), deputy=DEPUTY),
            "recused",
            "You are recused from this item. Its recommendation is recorded by the deputy chair named for this item.",
        ),
        (
            by(CHAIR, deputy=DEPUTY),
            "not_the_chair",
            "The recommendation is recorded by the deputy chair named for this item.",
        ),
        (
            by(MEMBER, conflict(DEPUTY), deputy=DEPUTY),
            "not_the_chair",
            "The recommendation is recorded by a deputy chair without a conflict; name one for this item.",
        ),
    ],
)
def test_anybody_but_the_unconflicted_chair_or_deputy_is_told_who_records_it(who, code: str, sentence: str):
    assert check_recommendation(who, REFUSE, CODED) == (Problem(code, "", sentence),)


def test_the_named_deputy_records_it_and_a_noted_conflict_does_not_bar_the_chair():
    assert check_recommendation(by(DEPUTY, conflict(CHAIR), deputy=DEPUTY), REFUSE, CODED) == ()
    assert check_recommendation(by(CHAIR, conflict(CHAIR, Effect.NOTE)), REFUSE, CODED) == ()


def test_person_quorum_and_record_are_all_named_at_once():
    bare = replace(REFUSE, reasons="")
    assert codes(check_recommendation(by(MEMBER, quorum=INQUORATE), bare, CODED)) == [
        ("not_the_chair", ""),
        ("no_quorum", ""),
        ("reasons_missing", "reasons"),
    ]


# deciding


def test_the_officer_agrees_with_the_panel():
    assert check_decision(deciding(), REFUSE, CODED) == ()


def test_the_officer_departs_only_with_a_reason():
    assert codes(check_decision(deciding(), AGREE)) == [("departs_without_reason", "departs_because")]
    assert check_decision(deciding(departs_because="New advice came in."), AGREE) == ()


@pytest.mark.parametrize(
    ("reasons", "expected"),
    [
        (REFUSE.answers[1].reasons, [("reasons_of_the_other_answer", "answers.b.reasons")]),
        (f" {REFUSE.answers[1].reasons.upper()}\n", [("reasons_of_the_other_answer", "answers.b.reasons")]),
        ("Nobody knows yet what he needs.", []),
    ],
)
def test_an_answer_that_is_not_the_panels_does_not_keep_the_panels_reasons(
    reasons: str, expected: list[tuple[str, str]]
) -> None:
    """The letter would say “Our answer is yes” and argue for no. An answer that is the panel's may keep them."""
    own = replace(AGREE, answers=(REFUSE.answers[0], LimbAnswer("b", Answer.YES, reasons)))
    found = check_decision(deciding(departs_because="New advice came in.", advised=REFUSE.answers), own)
    assert codes(found) == expected


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"by_officer": False}, [("not_the_decider", "")]),
        ({"by_officer": False, "delegated": True}, []),
        ({"recused": True}, [("recused", "")]),
        ({"delegation_reference": " "}, [("no_delegation", "delegation_reference")]),
        ({"recommended": None}, [("no_recommendation", "")]),
        ({"today": date(2026, 11, 23)}, [("decided_in_future", "decided_on")]),
    ],
)
def test_who_may_decide_and_on_what(change, expected):
    assert codes(check_decision(deciding(**change), REFUSE, CODED)) == expected


def test_decision_dates_before_request_or_meeting_are_refused_with_both_dates_named():
    record = replace(REFUSE, decided_on=date(2026, 11, 20))
    (problem,) = check_decision(deciding(), record, CODED)
    assert (problem.code, "20 November 2026" in problem.sentence, "24 November 2026" in problem.sentence) == (
        "decided_before_meeting",
        True,
        True,
    )


def test_a_second_decision_shows_the_first_and_nothing_else():
    earlier = EarlierDecision(Outcome.NOT_ASSESS, date(2026, 11, 20))
    assert check_decision(deciding(earlier=earlier, by_officer=False), AGREE) == (
        Problem(
            "already_decided",
            "",
            "This was decided on 20 November 2026: do not assess. To look at it again, use “reconsider”.",
        ),
    )


OFF_PANEL = {"route": Route.OFFICER, "recommended": None, "no_panel_because": "Half term: no panel sits."}


def test_without_a_panel_the_officer_decides_only_where_none_can_sit_in_time():
    assert check_decision(deciding(**OFF_PANEL), REFUSE, CODED) == ()
    assert check_decision(deciding(**OFF_PANEL, next_panel_on=date(2026, 12, 2)), REFUSE, CODED) == ()
    (problem,) = check_decision(deciding(**OFF_PANEL, next_panel_on=LATEST), REFUSE, CODED)
    assert problem == Problem(
        "panel_can_sit",
        "",
        "A panel on 1 December 2026 can still hear this case in time (by 1 December 2026). List it there.",
    )


def test_without_a_panel_a_reason_both_limbs_and_the_officer_are_needed():
    bare = replace(REFUSE, answers=(REFUSE.answers[1],))
    change = {**OFF_PANEL, "no_panel_because": "", "by_officer": False, "delegated": True}
    assert codes(check_decision(deciding(**change), bare, CODED)) == [
        ("not_the_decider", ""),
        ("no_panel_reason", "no_panel_because"),
        ("limb_unanswered", "answers.a"),
    ]


def test_a_plan_is_not_decided_on_without_a_decision_to_assess():
    record = Record(
        stage=Stage.ISSUE,
        outcome=Outcome.ISSUE,
        answers=(LimbAnswer("necessary", Answer.YES, "The help must be specified."),),
        reasons="All advice says so. " * 15,
        received_on=date(2026, 7, 1),
        decided_on=HEARD,
    )
    assert codes(check_decision(deciding(recommended=Outcome.ISSUE), record, CODED)) == [
        ("not_assessed", "stage")
    ]
    assert check_decision(deciding(recommended=Outcome.ISSUE), replace(record, assess_decided=True)) == ()


@given(
    answers=st.tuples(st.sampled_from(Answer), st.sampled_from(Answer)),
    recommended=st.sampled_from([Outcome.ASSESS, Outcome.NOT_ASSESS]),
    route=st.sampled_from(Route),
)
def test_no_refusal_to_assess_is_ever_decided_without_a_no(answers, recommended, route):
    record = replace(
        REFUSE,
        answers=tuple(LimbAnswer(c, a, "Because of this.") for c, a in zip("ab", answers, strict=True)),
    )
    facts = deciding(
        recommended=recommended, route=route, departs_because="New facts.", no_panel_because="None sits."
    )
    if Answer.NO not in answers:
        assert check_decision(facts, record, CODED) != ()


# setting aside


def aside(**more) -> SettingAside:
    return SettingAside(
        **{
            "reason": "Wrong child keyed",
            "proposed_by": OFFICER,
            "confirmed_by": SECOND,
            "told_on": None,
            **more,
        }
    )


def test_two_people_set_a_wrong_key_aside_before_the_family_is_told():
    assert check_set_aside(aside()) == ()
    assert check_set_aside(aside(confirmed_by=None)) == ()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"confirmed_by": OFFICER}, "same_person"),
        ({"reason": " "}, "no_reason"),
        ({"told_on": date(2026, 11, 25)}, "family_told"),
        ({"already": True}, "already_set_aside"),
    ],
)
def test_setting_aside_is_refused_for_one_person_no_reason_or_a_family_told(change, code: str):
    assert [p.code for p in check_set_aside(aside(**change))] == [code]


def test_refuse_raises_the_first_code_with_every_sentence_and_nothing_for_nothing():
    refuse(())
    with pytest.raises(Refused) as refused:
        refuse([Problem("a", "here", "One."), Problem("b", "", "Two.")])
    assert (refused.value.code, refused.value.sentence, refused.value.field) == ("a", "One. Two.", "here")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"reasons": "He reads well. " * 17}, [("reasons_short", "reasons")]),
        ({"reasons": "He reads well. " * 18}, []),
        (
            {
                "reasons": "The school has not yet spent its notional SEN budget. " * 8,
                "answers": (
                    REFUSE.answers[0],
                    LimbAnswer("b", Answer.NO, "The school has not yet spent its notional SEN budget."),
                ),
            },
            [("unsafe_spend", "reasons")],
        ),
    ],
)
def test_reasons_a_letter_could_not_print_are_stopped_where_they_are_written(change, expected):
    record = replace(REFUSE, **change)
    assert codes(check_decision(deciding(), record, CODED)) == expected
    # In the room the key reasons are enough; everything else is stopped there as well.
    in_the_room = [one for one in expected if one[0] != "reasons_short"]
    assert codes(check_recommendation(by(CHAIR), record, CODED)) == in_the_room
    assert words_unfinished(record) is (in_the_room != expected)


def test_few_words_under_an_agreement_are_stopped_too():
    record = replace(
        REFUSE,
        outcome=Outcome.ASSESS,
        answers=(REFUSE.answers[0], LimbAnswer("b", Answer.YES, "Help so far is not enough.")),
        reasons="He needs more help.",
    )
    (problem,) = check_decision(deciding(recommended=Outcome.ASSESS), record)
    assert problem.sentence == ("The reasons have 4 words; at least 60 are needed to say why for this child.")


def test_words_of_the_panel_that_are_not_finished_are_said_once_with_who_finishes_them():
    record = replace(REFUSE, reasons="He reads well.")
    found = check_decision(deciding(unfinished=True), record, CODED)
    assert [(one.code, one.field) for one in found] == [("words_unfinished", "reasons")]
    # The chair who decides in the room has nobody to wait for.
    here = deciding(unfinished=True, by_officer=False, delegated=True)
    assert codes(check_decision(here, record, CODED)) == [("reasons_short", "reasons")]


@pytest.mark.parametrize(
    ("who", "conflicts", "code"),
    [
        (DEPUTY, (), ""),
        (DEPUTY, (conflict(DEPUTY, Effect.NOTE), conflict(CHAIR)), ""),
        (CHAIR, (), "not_the_chair"),
        (DEPUTY, (conflict(DEPUTY, Effect.NO_VOTE),), "recused"),
        (CHAIR, (conflict(CHAIR),), "recused"),
    ],
)
def test_a_recorded_recommendation_is_put_right_by_whoever_recorded_it(who, conflicts, code: str):
    found = check_led(by=who, recorded_by=DEPUTY, conflicts=conflicts, at=NOW)
    assert [problem.code for problem in found] == [code] * bool(code)
