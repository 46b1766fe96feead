"""Words of a recommendation or a decision that are put right after they were recorded."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from meetings.actions.circulation import answer_comment, comment_on_minutes
from meetings.actions.conflicts import name_deputy
from meetings.actions.correct import correct_decision, correct_recommendation
from meetings.actions.decide import record_decision
from meetings.actions.minutes import prepare_minutes
from meetings.models import CommentAnswer, Decision, DecisionWords, Recommendation, RecommendationWords
from meetings.queries.changed import changed
from meetings.queries.decisions import current_recommendation, read_mark
from meetings.queries.sheets import freeze
from meetings.queries.words import (
    as_it_reads,
    corrections_of,
    decision_as_it_reads,
    keeps_old_reasons,
    words_unminuted,
)
from panel.law.legal import Outcome, Stage
from panel.models import AuditEntry, Case
from panel.platform.policy import Refused
from tests.meetings.actions.test_circulation import drafted, locked, readers
from tests.meetings.actions.test_circulation import sign as sign_draft
from tests.meetings.actions.test_minutes import prepare, stand_in_sheets
from tests.meetings.day import NO, REASONS, YES, Day, advise, after, begin, closed, heard, make_day, refresh
from tests.meetings.signed import code, sign, signed_day
from tests.meetings.views.client import as_, words

pytestmark = pytest.mark.django_db

LIMBS = {one.limb: one.reasons for one in YES}
RIGHT = f"{REASONS} The speech report of March was misquoted and is quoted rightly here."


def put(day: Day, **fields: Any) -> RecommendationWords:
    values = {
        "item": day.items[0],
        "limbs": LIMBS,
        "reasons": RIGHT,
        "because": "The report was misquoted.",
        "by": day.chair,
        "now": after(day, 70),
    }
    return correct_recommendation(**{**values, **fields})


def decided(day: Day, minute: int = 65) -> Decision:
    item = day.items[0]
    return record_decision(
        case=item.case,
        stage=Stage.ASSESS,
        item=item,
        outcome=Outcome(item.recommendations.get().outcome),
        by=day.officer,
        now=after(day, minute),
    )


def put_decision(day: Day, decision: Decision, **fields: Any) -> DecisionWords:
    values = {
        "decision": decision,
        "limbs": LIMBS,
        "reasons": RIGHT,
        "because": "As the panel put it right.",
        "by": day.officer,
        "now": after(day, 80),
    }
    return correct_decision(**{**values, **fields})


def sheet(day: Day) -> Any:
    [(_, found), *_] = freeze(day.meeting, version=1, correction="", by=day.clerk).items
    return found


def test_words_are_corrected_after_the_meeting_and_nothing_else_changes() -> None:
    day = make_day()
    heard(day)
    advice = Recommendation.objects.get()
    closed(day)
    put(day, support_meanwhile="The therapist goes on.", limbs={**LIMBS, "b": "Her needs go beyond support."})
    read = current_recommendation(day.items[0])
    assert (read.pk, read.reasons, read.support_meanwhile) == (advice.pk, RIGHT, "The therapist goes on.")
    assert [(a["answer"], a["papers"]) for a in read.answers] == [
        (a["answer"], a["papers"]) for a in advice.answers
    ]
    assert read.answers[1]["reasons"] == "Her needs go beyond support."
    kept = Recommendation.objects.get()
    assert (kept.reasons, kept.answers, kept.outcome) == (REASONS, advice.answers, advice.outcome)
    found = sheet(day)
    assert (found.recommendation.reasons, found.limbs[1].reasons) == (RIGHT, "Her needs go beyond support.")
    assert found.recommendation.corrected.endswith(f"by {day.chair.name}: The report was misquoted.")
    assert AuditEntry.objects.filter(verb="recommendation.correct").count() == 1


def test_every_correction_is_kept_and_shown_with_what_was_there_before() -> None:
    day = make_day()
    heard(day)
    closed(day)
    put(day)
    put(day, reasons=f"{RIGHT} Again.", because="A second slip.", now=after(day, 71))
    first, second = corrections_of(current_recommendation(day.items[0]))
    assert [(line.was, line.became) for line in first.lines] == [(REASONS, RIGHT)]
    assert [(line.was, line.became) for line in second.lines] == [(RIGHT, f"{RIGHT} Again.")]
    assert (first.by, second.because) == (day.chair.name, "A second slip.")


def test_same_words_twice_are_one_and_words_that_change_nothing_are_refused() -> None:
    day = make_day()
    heard(day)
    closed(day)
    assert code(put, day, reasons=REASONS) == "nothing_changed"
    assert put(day) == put(day, now=after(day, 71))
    assert RecommendationWords.objects.count() == 1
    assert code(put, day, reasons=f"{RIGHT} More.", stands=0) == "stale"


def test_whoever_led_the_item_corrects_and_nobody_else() -> None:
    day = make_day()
    name_deputy(item=day.items[0], entry=day.entry(day.vice), by=day.clerk, now=after(day, -60))
    begin(day)
    advise(day, day.items[0], by=day.vice)
    assert code(put, day) == "not_the_chair"
    assert code(put, day, by=day.clerk) == "not_allowed"
    assert code(put, day, by=day.nurse) == "not_allowed"
    put(day, by=day.vice, now=after(day, 20))
    assert sheet_reasons(closed(day)) == RIGHT


def sheet_reasons(day: Day) -> str:
    return str(sheet(day).recommendation.reasons)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"because": " "}, "no_reason"),
        ({"reasons": "Yes."}, "reasons_missing"),
        ({"limbs": {**LIMBS, "a": "-"}}, "limb_without_reasons"),
        ({"limbs": {"a": "Only one of them here."}}, "limb_unknown"),
        ({"reasons": "Too few words."}, "reasons_short"),
    ],
)
def test_new_words_pass_every_rule_of_the_first(fields: dict[str, Any], why: str) -> None:
    day = make_day()
    heard(day)
    closed(day)
    assert code(put, day, **fields) == why
    assert not RecommendationWords.objects.exists()


def test_refusal_is_not_corrected_to_a_condition_the_law_does_not_set() -> None:
    day = make_day()
    heard(day, Outcome.NOT_ASSESS)
    closed(day)
    limbs = {one.limb: one.reasons for one in NO} | {"b": "The school has not spent its £6,000."}
    assert code(put, day, limbs=limbs) == "unsafe_spend"


def test_correction_of_a_refusal_keeps_an_answer_to_what_the_family_said() -> None:
    day = make_day()
    Case.objects.update(family_views="She cries before school.")
    refresh(day)
    begin(day)
    answered = "We heard that she cries; the club helps with that."
    advise(day, day.items[0], Outcome.NOT_ASSESS, family_views_answered=answered)
    closed(day)
    limbs = {one.limb: one.reasons for one in NO}
    assert code(put, day, limbs=limbs, family_views_answered="") == "views_not_answered"
    put(day, limbs=limbs, family_views_answered="We heard that she cries.")
    assert current_recommendation(day.items[0]).family_views_answered == "We heard that she cries."


def test_item_without_advice_has_no_words_to_correct() -> None:
    day = begin(make_day())
    assert code(put, day, now=after(day, 5)) == "no_recommendation"
    page = as_(day.chair).get(reverse("recommendation.correct", args=[day.items[0].public_id]))
    assert page.status_code == 409
    assert "The panel has no recommendation on this item." in words(page)


def test_officer_does_not_agree_to_words_she_has_not_read() -> None:
    day = make_day()
    heard(day)
    item = closed(day).items[0]
    read = read_mark(current_recommendation(item))
    put(day)
    values = {"case": item.case, "stage": Stage.ASSESS, "item": item, "outcome": Outcome.ASSESS}
    assert code(record_decision, **values, advice_read=read, by=day.officer, now=after(day, 75)) == "stale"
    made = record_decision(
        **values, advice_read=read_mark(current_recommendation(item)), by=day.officer, now=after(day, 76)
    )
    assert made.reasons == RIGHT


def test_decision_stands_and_the_officer_takes_the_words_over() -> None:
    day = make_day()
    heard(day)
    closed(day)
    decision = decided(day)
    put(day)
    assert keeps_old_reasons(decision_as_it_reads(Decision.objects.get()))
    assert (sheet(day).recommendation.reasons, sheet(day).decision.reasons) == (RIGHT, REASONS)
    put_decision(day, decision)
    kept = Decision.objects.get()
    assert (kept.reasons, kept.outcome, kept.by, kept.decided_at) == (
        REASONS,
        decision.outcome,
        day.officer,
        decision.decided_at,
    )
    assert as_it_reads(kept).reasons == RIGHT
    assert not keeps_old_reasons(decision_as_it_reads(kept))
    assert sheet(day).decision.reasons == RIGHT
    assert "As the panel put it right." in sheet(day).decision.corrected
    assert put_decision(day, decision, now=after(day, 81)).pk == DecisionWords.objects.get().pk


def test_help_meanwhile_of_a_decision_is_put_right_like_its_other_words() -> None:
    day = make_day()
    heard(day)
    closed(day)
    decision = decided(day)
    put_decision(day, decision, support_meanwhile="The speech group goes on.")
    read = as_it_reads(Decision.objects.get())
    assert read.support_meanwhile == "The speech group goes on."
    assert [(line.where, line.became) for line in corrections_of(read)[0].lines][-1] == (
        "Help meanwhile",
        "The speech group goes on.",
    )


def test_words_put_right_before_a_decision_had_the_help_meanwhile_are_read_as_they_are() -> None:
    day = make_day()
    heard(day)
    closed(day)
    decision = decided(day)
    made = put_decision(day, decision)
    old = {name: said for name, said in made.words.items() if name != "support_meanwhile"}
    second = DecisionWords(
        decision=decision,
        supersedes=made,
        words={**old, "reasons": f"{RIGHT} So it was."},
        because="Once more.",
        by=day.officer,
        at=after(day, 81),
    )
    second.save()
    read = as_it_reads(Decision.objects.get())
    assert (read.reasons, read.support_meanwhile) == (f"{RIGHT} So it was.", "")
    put_decision(day, decision, support_meanwhile="The speech group goes on.", now=after(day, 82))
    lines = corrections_of(as_it_reads(Decision.objects.get()))
    assert [[line.where for line in one.lines][-1] for one in lines] == [
        "Reasons",
        "Reasons",
        "Help meanwhile",
    ]


def test_words_of_a_decision_are_the_officers_and_keep_its_rules() -> None:
    day = make_day()
    heard(day)
    closed(day)
    decision = decided(day)
    assert code(put_decision, day, decision, by=day.clerk) == "not_allowed"
    assert code(put_decision, day, decision, by=day.chair) == "not_the_decider"
    assert code(put_decision, day, decision, because="") == "no_reason"
    assert code(put_decision, day, decision, reasons="Few words here.") == "reasons_short"
    assert code(put_decision, day, decision, departs_because="It departs.") == "not_this_decision"
    assert not DecisionWords.objects.exists()


def test_minutes_are_not_signed_without_words_corrected_since() -> None:
    day = make_day()
    heard(day)
    closed(day)
    minutes = prepare_minutes(meeting=day.meeting, by=day.clerk, now=after(day, 65))
    put(day)
    assert words_unminuted(minutes) == (1,)
    with pytest.raises(Refused) as no:
        sign(day, minutes, 75)
    assert "Item 1: words were corrected since this version was made." in no.value.sentence
    again = prepare_minutes(meeting=day.meeting, because="A misquotation", by=day.clerk, now=after(day, 80))
    lines = {line.where: line.became for one in changed(again, frozenset()) for line in one.lines}
    assert RIGHT in lines.values()
    sign(day, again, 85)


def test_signed_minutes_take_corrected_words_only_for_an_amendment() -> None:
    day = signed_day()
    late = {"now": after(day, 200)}
    assert code(put, day, **late) == "signed"
    put(day, correcting=True, **late)
    amended = prepare_minutes(
        meeting=day.meeting, because="A misquotation", by=day.clerk, now=after(day, 210)
    )
    assert amended.version == 2


def test_promised_correction_of_a_limb_is_made_and_the_minutes_are_signed() -> None:
    day, minutes = drafted()
    circulation = locked(day, minutes)
    for user in readers(day)[1:]:
        comment_on_minutes(circulation=circulation, by=user, now=after(day, 106))
    comment = comment_on_minutes(
        circulation=circulation,
        words="(b) is misquoted.",
        item=day.items[0],
        by=day.vice,
        now=after(day, 106),
    )
    answer_comment(comment=comment, taken_up=True, by=day.clerk, now=after(day, 107))
    assert code(sign_draft, day=day, minutes=minutes) == "not_corrected"
    put(day, limbs={**LIMBS, "b": "Her needs go beyond support."}, now=after(day, 108))
    second = prepare(day, 109, because="A misquotation")
    stand_in_sheets(second)
    assert sign_draft(day, second).by == day.chair


def test_promise_made_by_mistake_is_taken_back_and_both_answers_are_kept() -> None:
    day, minutes = drafted()
    circulation = locked(day, minutes)
    for user in readers(day)[1:]:
        comment_on_minutes(circulation=circulation, by=user, now=after(day, 106))
    comment = comment_on_minutes(
        circulation=circulation, words="It was Tuesday.", by=day.vice, now=after(day, 106)
    )
    first = answer_comment(comment=comment, taken_up=True, by=day.clerk, now=after(day, 107))
    anew = {"comment": comment, "taken_up": False, "by": day.clerk, "now": after(day, 108)}
    assert code(answer_comment, **anew, words="The day is right.") == "answered"
    assert code(answer_comment, **{**anew, "taken_up": True}, instead_of=first.pk) == "no_reason"
    second = answer_comment(**anew, words="The day is right.", instead_of=first.pk)
    assert answer_comment(**anew, words="The day is right.", instead_of=first.pk) == second
    assert (second.supersedes, CommentAnswer.objects.count()) == (first, 2)
    page = as_(day.clerk).get(reverse("minutes.view", args=[minutes.public_id]))
    assert "Answered first: A correction was promised." in words(page)
    sign_draft(day, minutes)
    late = {**anew, "words": "It was not.", "instead_of": second.pk, "now": after(day, 140)}
    assert code(answer_comment, **late) == "signed"


def test_database_keeps_one_line_of_corrections_and_says_why() -> None:
    day = make_day()
    advice = heard(day)
    put(day, now=after(day, 20))
    for wrong in (
        RecommendationWords(recommendation=advice, words={}, because="So", by=day.chair, at=after(day, 21)),
        RecommendationWords(
            recommendation=advice,
            supersedes=RecommendationWords.objects.get(),
            words={},
            because="",
            by=day.chair,
            at=after(day, 21),
        ),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            wrong.save()


def test_chair_corrects_from_the_item_page_and_what_was_typed_is_kept() -> None:
    day = make_day()
    heard(day)
    item = closed(day).items[0]
    client, there = as_(day.chair), reverse("recommendation.correct", args=[item.public_id])
    assert there in client.get(reverse("item.view", args=[item.public_id])).content.decode()
    page = client.get(there)
    assert (page.status_code, REASONS in words(page)) == (200, True)
    typed = {f"limbs-{limb}_reasons": said for limb, said in LIMBS.items()}
    typed |= {"reasons": RIGHT, "because": "Misquoted", "stands": "0"}
    wrong = client.post(there, {**typed, "reasons": "Few words here."})
    assert wrong.status_code == 422
    assert "Few words here." in words(wrong)
    assert "at least" in words(wrong)
    assert client.post(there, typed).status_code == 302
    shown = client.get(reverse("item.view", args=[item.public_id]))
    assert RIGHT in words(shown)
    assert "Words of the recommendation that were written since" in words(shown)
    assert "<ins>" in shown.content.decode()


def test_page_of_signed_minutes_leads_to_corrected_words() -> None:
    day = signed_day()
    there = reverse("recommendation.correct", args=[day.items[0].public_id])
    page = as_(day.chair).get(there).content.decode()
    assert (f"{there}?correct" in page, 'name="because"' in page) == (True, False)
    assert 'name="because"' in as_(day.chair).get(f"{there}?correct").content.decode()


def test_officer_corrects_the_words_of_the_decision_from_its_page() -> None:
    day = make_day()
    heard(day)
    closed(day)
    decision = decided(day)
    put(day)
    client = as_(day.officer)
    there = reverse("decision.correct", args=[decision.public_id])
    page = client.get(reverse("decision.view", args=[decision.public_id]))
    assert there in page.content.decode()
    assert "The panel’s words were corrected after this was decided." in words(page)
    assert "Words of the panel that were written since" in words(client.get(there))
    typed = {f"limbs-{limb}_reasons": said for limb, said in LIMBS.items()}
    typed |= {"reasons": RIGHT, "because": "Misquoted", "stands": "0"}
    assert client.post(there, {**typed, "because": ""}).status_code == 422
    assert client.post(there, typed).status_code == 302
    shown = words(client.get(reverse("decision.view", args=[decision.public_id])))
    assert RIGHT in shown
    assert "The panel’s words were corrected after" not in shown


def test_every_stop_of_a_signature_leads_to_where_it_is_mended() -> None:
    day, minutes = drafted()
    circulation = locked(day, minutes)
    comment = comment_on_minutes(
        circulation=circulation,
        words="(b) is misquoted.",
        item=day.items[0],
        by=day.vice,
        now=after(day, 106),
    )
    view = reverse("minutes.view", args=[minutes.public_id])
    pages = [view, reverse("minutes.sign", args=[minutes.public_id])]
    answer_comment(comment=comment, taken_up=True, by=day.clerk, now=after(day, 107))
    put(day, now=after(day, 108))
    item = reverse("item.view", args=[day.items[0].public_id])
    prepare_again = reverse("minutes.prepare", args=[day.meeting.public_id])
    for page in pages:
        answer = as_(day.chair).get(page)
        shown = answer.content.decode()
        assert f'href="{item}">Open item 1</a>. ' in shown
        # The words and the way are there once, however many stops end there.
        assert shown.count(f'href="{prepare_again}">Prepare the minutes again</a>.') == 1
        assert "This has to be settled first:" in words(answer)
    seen = words(as_(day.chair).get(view))
    assert 'href="#stops">What has to be settled first' in as_(day.chair).get(view).content.decode()
    assert "You held the chair and sign them." in seen
    assert f"{day.chair.name} held the chair and signs them." in words(as_(day.clerk).get(view))
    assert "A correction was promised." in seen
    words_link = reverse("recommendation.correct", args=[day.items[0].public_id])
    assert words_link in as_(day.chair).get(view).content.decode()
