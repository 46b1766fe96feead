"""Words kept to their key reasons in the room: the clerk finishes them, whoever led the item confirms, and only then they count."""

from dataclasses import replace
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from meetings.actions.conflicts import name_deputy
from meetings.actions.correct import correct_recommendation
from meetings.actions.decide import recommend_and_decide, record_decision
from meetings.actions.finishing import finish_words
from meetings.actions.minutes import prepare_minutes
from meetings.actions.officer import send_back
from meetings.models import AgendaItem, Decision, PanelConfig, Recommendation, RecommendationWords, WordsDraft
from meetings.queries.circulation import signing_stops
from meetings.queries.decisions import current_recommendation, read_mark
from meetings.queries.finishing import is_unfinished, items_with_words_owed, words_to_confirm, words_to_finish
from meetings.queries.minutes import blockers
from meetings.queries.sheets import freeze
from meetings.queries.tray import undecided
from panel.law.legal import Outcome, Stage
from panel.models import AuditEntry, Case, User
from tests.meetings.actions.test_correct import LIMBS
from tests.meetings.actions.test_minutes import stand_in_sheets
from tests.meetings.day import NO, REASONS, YES, Day, advise, after, begin, closed, heard, make_day
from tests.meetings.signed import code
from tests.meetings.views.client import as_, leads_nowhere, words

pytestmark = pytest.mark.django_db

KEY = "Small steps only; therapy daily."


def short(*, items: int = 1, **config: Any) -> Day:
    """A day on which the chair recorded the key reasons of its first item."""
    day = make_day(items, **config)
    begin(day)
    advise(day, day.items[0], reasons=KEY)
    return day


def finish(day: Day, **fields: Any) -> WordsDraft:
    values = {
        "item": day.items[0],
        "limbs": LIMBS,
        "reasons": REASONS,
        "by": day.clerk,
        "now": after(day, 70),
    }
    return finish_words(**{**values, **fields})


def confirm(day: Day, **fields: Any) -> RecommendationWords:
    values = {
        "item": day.items[0],
        "limbs": LIMBS,
        "reasons": REASONS,
        "by": day.chair,
        "now": after(day, 80),
    }
    return correct_recommendation(**{**values, **fields})


def decide(day: Day, **fields: Any) -> Decision:
    item = day.items[0]
    values = {
        "case": item.case,
        "stage": Stage.ASSESS,
        "item": item,
        "outcome": Outcome.ASSESS,
        "by": day.officer,
        "now": after(day, 90),
    }
    return record_decision(**{**values, **fields})


def owed(day: Day) -> list[str]:
    return [stop.code for stop in blockers(day.meeting)]


def test_room_keeps_key_reasons_and_they_are_marked_to_be_finished() -> None:
    day = short()
    advice = current_recommendation(day.items[0])
    assert (advice.reasons, advice.unfinished, is_unfinished(advice)) == (KEY, True, True)


def test_words_that_are_enough_owe_nothing() -> None:
    day = make_day()
    heard(day)
    assert not Recommendation.objects.get().unfinished
    assert items_with_words_owed(day.meeting) == ()


@pytest.mark.parametrize("reasons", ["", "-", "Yes."])
def test_room_keeps_at_least_something(reasons: str) -> None:
    day = make_day()
    begin(day)
    assert code(advise, day, day.items[0], reasons=reasons) == "reasons_missing"


def test_unlawful_condition_stops_the_room_however_short() -> None:
    day = make_day()
    begin(day)
    unlawful = "The school has not spent its £6,000."
    answers = (YES[0], replace(NO[1], reasons=unlawful))
    refused = code(advise, day, day.items[0], Outcome.NOT_ASSESS, answers=answers, reasons="Spent nothing.")
    assert refused == "unsafe_spend"


def test_nobody_agrees_before_the_words_are_finished_and_confirmed() -> None:
    day = short()
    assert code(decide, day) == "words_unfinished"
    assert not undecided(day.officer, after(day, 90)) or undecided(day.officer, after(day, 90))[0].unfinished
    finish(day)
    assert code(decide, day) == "words_unfinished"
    before = read_mark(current_recommendation(day.items[0]))
    confirm(day)
    # The officer who had the page open reads again.
    assert code(decide, day, advice_read=before) == "stale"
    assert not undecided(day.officer, after(day, 90))[0].unfinished
    assert decide(day).reasons == REASONS


def test_officer_may_agree_in_words_of_her_own_meanwhile() -> None:
    day = short()
    own = REASONS.replace("speech", "hearing")
    assert decide(day, reasons=own).reasons == own


def test_chair_who_decides_here_needs_the_words_at_once() -> None:
    day = make_day(decides=PanelConfig.Decides.CHAIR)
    begin(day)
    given = {
        "item": day.items[0],
        "outcome": Outcome.ASSESS,
        "answers": YES,
        "by": day.chair,
        "now": after(day, 9),
    }
    assert code(recommend_and_decide, reasons=KEY, **given) == "reasons_short"
    assert not Recommendation.objects.exists()
    recommend_and_decide(reasons=REASONS, **given)


def test_draft_counts_for_nothing_until_it_is_confirmed() -> None:
    day = short()
    finish(day)
    assert current_recommendation(day.items[0]).reasons == KEY
    made = confirm(day)
    assert (made.takes_up, made.because) == (
        WordsDraft.objects.get(),
        f"The panel’s key reasons, written out in full by {day.clerk.name} and confirmed.",
    )
    read = current_recommendation(day.items[0])
    assert (read.reasons, read.unfinished, is_unfinished(read)) == (REASONS, True, False)
    assert Recommendation.objects.get().reasons == KEY
    assert [
        AuditEntry.objects.filter(verb=f"recommendation.{what}").count() for what in ("finish", "correct")
    ] == [1, 1]


def test_clerk_sees_what_the_child_and_the_family_said_where_the_answer_to_it_is_written() -> None:
    day = short()
    page = reverse("recommendation.finish", args=[day.items[0].public_id])
    assert "What the child and the family said" not in words(as_(day.clerk).get(page))
    Case.objects.update(family_views="She is tired.")
    seen = words(as_(day.clerk).get(page))
    assert "What the child and the family said" in seen
    assert "The child or young person Nothing is written down. The family She is tired." in seen


def test_chair_changes_what_the_clerk_wrote_before_confirming() -> None:
    day = short()
    finish(day)
    confirm(day, reasons=f"{REASONS} The chair adds this.")
    assert current_recommendation(day.items[0]).reasons.endswith("The chair adds this.")
    assert items_with_words_owed(day.meeting) == ()


def test_chair_finishes_without_the_clerk() -> None:
    day = short()
    made = confirm(day)
    assert (made.because, made.takes_up) == ("The panel’s key reasons, written out in full.", None)
    assert items_with_words_owed(day.meeting) == ()


def test_chair_leaves_a_draft_out_and_it_waits_no_more() -> None:
    day = make_day()
    heard(day)
    finish(day, reasons=f"{REASONS} Words nobody said.")
    assert code(confirm, day, draft=0) == "stale"
    confirm(day, draft=WordsDraft.objects.get().pk)
    assert (current_recommendation(day.items[0]).reasons, items_with_words_owed(day.meeting)) == (REASONS, ())


def test_two_clerks_do_not_write_over_each_other() -> None:
    day = short()
    first = finish(day, stands=0, draft=0)
    assert finish(day, stands=0, draft=0) == first
    assert code(finish, day, reasons=f"{REASONS} Otherwise.", stands=0, draft=0) == "stale"
    finish(day, reasons=f"{REASONS} Otherwise.", stands=0, draft=first.pk)
    assert code(confirm, day, draft=first.pk) == "stale"
    assert code(confirm, day, reasons=f"{REASONS} Otherwise.", stands=0, draft=first.pk) == "stale"


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"reasons": "Still too few words."}, "reasons_short"),
        ({"reasons": KEY}, "nothing_changed"),
        ({"limbs": {**LIMBS, "a": "-"}}, "limb_without_reasons"),
        ({"limbs": {"a": "One only, and no more."}}, "limb_unknown"),
    ],
)
def test_clerk_sends_nothing_that_could_not_be_confirmed(fields: dict[str, Any], why: str) -> None:
    day = short()
    assert code(finish, day, **fields) == why
    assert not WordsDraft.objects.exists()


def test_only_a_clerk_finishes_and_only_who_led_confirms() -> None:
    day = make_day()
    name_deputy(item=day.items[0], entry=day.entry(day.vice), by=day.clerk, now=after(day, -60))
    begin(day)
    advise(day, day.items[0], by=day.vice, reasons=KEY)
    for nobody in (day.chair, day.nurse, day.officer):
        assert code(finish, day, by=nobody) == "not_allowed"
    finish(day)
    assert words_to_confirm(day.chair, after(day, 75)) == ()
    assert words_to_confirm(day.vice, after(day, 75)) == (day.items[0],)
    assert code(confirm, day) == "not_the_chair"
    confirm(day, by=day.vice)
    assert words_to_confirm(day.vice, after(day, 81)) == ()


def test_item_without_advice_has_no_words_to_finish() -> None:
    day = make_day()
    begin(day)
    assert code(finish, day) == "no_recommendation"
    page = as_(day.clerk).get(reverse("recommendation.finish", args=[day.items[0].public_id]))
    assert page.status_code == 409


def test_minutes_wait_for_the_words_and_say_when_they_were_written() -> None:
    day = short()
    closed(day)
    assert owed(day) == ["words_to_finish"]
    finish(day)
    assert owed(day) == ["words_to_confirm"]
    assert code(prepare_minutes, meeting=day.meeting, by=day.clerk, now=after(day, 75)) == "blocked"
    confirm(day)
    assert owed(day) == []
    [(_, sheet)] = freeze(day.meeting, version=1, correction="", by=day.clerk).items
    assert sheet.recommendation.reasons == REASONS
    assert sheet.recommendation.corrected.endswith(
        f"by {day.chair.name}: The panel’s key reasons, written out in full by {day.clerk.name} and confirmed."
    )


def test_draft_that_comes_after_the_minutes_holds_the_signature() -> None:
    day = make_day()
    heard(day)
    closed(day)
    minutes = prepare_minutes(meeting=day.meeting, by=day.clerk, now=after(day, 75))
    stand_in_sheets(minutes)
    assert signing_stops(minutes, 0, after(day, 76)) == ()
    finish(day, reasons=f"{REASONS} More.", now=after(day, 77))
    [stop] = signing_stops(minutes, 0, after(day, 78))
    assert (stop.code, stop.field) == ("words_to_confirm", "items.1")
    page = as_(day.clerk).get(reverse("minutes.view", args=[minutes.public_id]))
    assert "whoever led it confirms them or leaves them out." in words(page)


# The pages


def posted(reasons: str = REASONS, **more: Any) -> dict[str, Any]:
    return {
        "limbs-a_reasons": LIMBS["a"],
        "limbs-b_reasons": LIMBS["b"],
        "reasons": reasons,
        "family_views_answered": "",
        "support_meanwhile": "",
        "stands": "0",
        "draft": "0",
        **more,
    }


def page_of(name: str, item: AgendaItem) -> str:
    return reverse(name, args=[item.public_id])


def home(user: User) -> str:
    return as_(user).get(reverse("home.view")).content.decode()


def test_clerk_and_chair_do_it_on_their_pages() -> None:
    day = short()
    closed(day)
    item = day.items[0]
    there = page_of("recommendation.finish", item)
    clerk, chair = as_(day.clerk), as_(day.chair)
    assert there in home(day.clerk)
    assert there in clerk.get(page_of("item.view", item)).content.decode()
    assert there in clerk.get(reverse("minutes.prepare", args=[day.meeting.public_id])).content.decode()
    assert "Only the key reasons are written yet" in words(chair.get(page_of("item.view", item)))
    short_again = clerk.post(there, posted("Too few still."))
    assert (short_again.status_code, leads_nowhere(short_again)) == (422, [])
    assert "Too few still." in short_again.content.decode()
    sent = clerk.post(there, posted(), follow=True)
    assert f"sent to {day.chair.name} to confirm" in words(sent)
    assert there not in home(day.clerk)
    confirms = page_of("recommendation.correct", item)
    assert confirms in home(day.chair)
    page = chair.get(confirms)
    assert "Confirm the words of the recommendation" in words(page)
    assert REASONS.split(".", maxsplit=1)[0] in words(page)
    draft = str(WordsDraft.objects.get().pk)
    done = chair.post(confirms, posted(draft=draft), follow=True)
    assert "the words are confirmed" in words(done)
    assert confirms not in home(day.chair)
    assert not items_with_words_owed(day.meeting)


def test_officer_reads_that_the_words_are_not_finished() -> None:
    day = short()
    officer = as_(day.officer)
    assert "Words not finished" in words(officer.get(reverse("decision.list")))
    there = page_of("decision.record", day.items[0])
    page = officer.get(there)
    assert "Only the panel’s key reasons are written yet." in words(page)
    read = read_mark(current_recommendation(day.items[0]))
    refused = officer.post(there, {"does": "agree", "read": read, **day_of(day)})
    assert (refused.status_code, Decision.objects.count()) == (422, 0)
    assert "agree then" in words(refused)


def day_of(day: Day) -> dict[str, str]:
    today = timezone.localdate()
    return {
        "decided_on_0": str(today.day),
        "decided_on_1": str(today.month),
        "decided_on_2": str(today.year),
        "delegation_reference": day.meeting.config.delegation_reference,
    }


def test_clerk_who_may_not_see_the_item_is_not_sent_to_it() -> None:
    day = short()
    assert words_to_finish(day.clerk, after(day, 70)) == (day.items[0],)
    Case.objects.update(restricted=True)
    assert words_to_finish(day.clerk, after(day, 70)) == ()


def test_confirmation_sent_twice_is_one() -> None:
    day = short()
    finish(day)
    chair, there = as_(day.chair), page_of("recommendation.correct", day.items[0])
    sent = posted(draft=str(WordsDraft.objects.get().pk))
    assert [chair.post(there, sent).status_code for _ in range(2)] == [302, 302]
    assert RecommendationWords.objects.count() == 1


def test_clerk_takes_a_draft_back_and_nothing_waits() -> None:
    day = make_day()
    heard(day)
    finish(day, reasons=f"{REASONS} Words nobody said.")
    there = page_of("recommendation.finish", day.items[0])
    assert "Take them back" in words(as_(day.clerk).get(there))
    done = as_(day.clerk).post(there, {"take_back": "1"}, follow=True)
    assert "taken back" in words(done)
    assert (items_with_words_owed(day.meeting), words_to_confirm(day.chair, after(day, 90))) == ((), ())
    assert "Take them back" not in words(as_(day.clerk).get(there))
    finish(day, reasons=f"{REASONS} Words somebody said.")
    assert [item.pk for item in items_with_words_owed(day.meeting)] == [day.items[0].pk]


def test_what_the_officer_sent_back_owes_no_words() -> None:
    day = short()
    send_back(item=day.items[0], because="The report came since.", by=day.officer, now=after(day, 20))
    assert items_with_words_owed(day.meeting) == ()


def test_officer_who_cannot_wait_agrees_in_her_own_words_on_her_page() -> None:
    day = short()
    there = page_of("decision.record", day.items[0])
    own = REASONS.replace("speech", "hearing")
    done = as_(day.officer).post(there, {"does": "agree", "reasons": own, **day_of(day)})
    assert (done.status_code, Decision.objects.get().reasons) == (302, own)
    # Nobody waits for the panel's words any more, also where whoever led the item is gone.
    assert items_with_words_owed(day.meeting) == ()
    for user, name in ((day.chair, "correct"), (day.clerk, "finish")):
        said = words(as_(user).get(page_of(f"recommendation.{name}", day.items[0])))
        assert "The decision gives reasons in words of its own" in said
        assert "only in their own words" not in said
    assert "The decision gives reasons in words of its own" in words(
        as_(day.clerk).get(page_of("item.view", day.items[0]))
    )


def test_every_page_says_what_an_officer_can_do_before_the_words_are_finished() -> None:
    day = short()
    pages = (
        (day.chair, "recommendation.correct"),
        (day.clerk, "recommendation.finish"),
        (day.clerk, "item.view"),
    )
    for user, name in pages:
        said = words(as_(user).get(page_of(name, day.items[0])))
        assert "the officer can decide only in their own words." in said
        assert "nobody can agree" not in said
