"""A corrected letter: asked for when signed minutes are amended, drafted anew, and never with more time than the first gave."""

import datetime as dt
from dataclasses import replace

import pytest
from django.urls import reverse
from django.utils import timezone

from meetings.actions.circulation import answer_reissue
from meetings.actions.correct import correct_decision, correct_recommendation
from meetings.actions.decide import record_decision
from meetings.actions.minutes import sign_minutes
from meetings.letters.actions import withdraw_letter
from meetings.letters.content import letter, missing
from meetings.letters.facts import content_digest, dated, from_json
from meetings.letters.sending import record_posted
from meetings.letters.tray import tray
from meetings.models import (
    Decision,
    ItemRecord,
    Letter,
    Minutes,
    Recommendation,
    Reissue,
    Sent,
)
from meetings.queries.circulation import items_to_ask
from meetings.queries.home import letter_counts
from panel.law.legal import Outcome, Stage
from panel.models import Case, Relationship
from tests.make import make_user
from tests.meetings.actions.test_minutes import code, leave_words, prepare, stand_in_sheets
from tests.meetings.day import Day, advise, after, begin, closed, make_day
from tests.meetings.letters.household import Household, drain, make_contacts
from tests.meetings.letters.sample import ASSESS, LETTER_ON, NOT_ASSESS
from tests.meetings.views.client import as_, words

FIRST = dt.date(2026, 11, 12)
CORRECTED = {"corrects_letter_of": FIRST, "corrects": "It named the wrong school."}


@pytest.mark.parametrize("facts", [ASSESS, NOT_ASSESS])
def test_corrected_letter_says_first_what_was_wrong(facts) -> None:
    plain = letter(dated(facts, LETTER_ON))
    again = letter(dated(replace(facts, **CORRECTED), LETTER_ON))
    refusal = facts is NOT_ASSESS
    said = [block.text for block in again.blocks[: len(again.blocks) - len(plain.blocks)]]
    assert said[0].startswith(
        "This letter takes the place of our letter of 12 November 2026. The decision is the same."
    )
    assert said[1] == "It named the wrong school."
    assert len(said) == (3 if refusal else 2)
    assert content_digest(replace(facts, **CORRECTED)) != content_digest(facts)


def test_corrected_letter_gives_no_more_time_and_does_not_say_it_is_late() -> None:
    again = dated(replace(NOT_ASSESS, **CORRECTED), dt.date(2026, 12, 7))
    assert again.rights == dated(NOT_ASSESS, FIRST).rights
    assert [block.text for block in letter(again).blocks if "sorry" in block.text] == []


def test_corrected_refusal_is_not_written_once_the_time_to_appeal_is_over() -> None:
    facts = replace(NOT_ASSESS, **CORRECTED)
    last = dated(facts, LETTER_ON).rights.appeal_by
    assert missing(dated(facts, last)) == ()
    assert missing(dated(facts, last + dt.timedelta(days=1))) == (
        "a last day to appeal that has not passed since our first letter",
    )


def told(outcome: Outcome = Outcome.NOT_ASSESS, *, signed: bool = True) -> tuple[Day, Household]:
    """A meeting whose minutes are `signed` (else only prepared), and whose one family has had its letter by post."""
    day = begin(make_day(1))
    item = day.items[0]
    case = item.case
    case.family_views = ""
    case.save(update_fields=["family_views"])
    make_contacts()
    mother = Relationship.objects.get(child=case.child).person
    advise(day, item, outcome)
    closed(day)
    decision = record_decision(
        case=case,
        stage=Stage.ASSESS,
        item=item,
        outcome=outcome,
        by=day.officer,
        now=after(day, 70),
    )
    home = Household(case, decision, mother, mother, day.clerk, make_user("Sandy Second", "clerk"))
    minutes = prepare(day)
    stand_in_sheets(minutes)
    if signed:
        sign(day, minutes, 110)
    send(home, after(day, 120))
    return day, home


def send(home: Household, now: dt.datetime) -> Letter:
    (letter_,) = home.until_released(now)
    drain(now)
    record_posted(letter=letter_, by=home.clerk, now=now, posted_on=timezone.localdate(now))
    return letter_


def sign(day: Day, minutes: Minutes, at: int) -> None:
    sign_minutes(
        minutes=minutes, shown_sha256="b" * 64, confirmed_at=after(day, at), by=day.chair, now=after(day, at)
    )


def amended(day: Day) -> Minutes:
    leave_words(day, correcting=True)
    minutes = prepare(day, 200, because="The school was named wrongly")
    stand_in_sheets(minutes)
    return minutes


def answer(day: Day, minutes: Minutes, **fields) -> Reissue:
    values = {
        "minutes": minutes,
        "item": day.items[0],
        "again": True,
        "words": "It named the wrong school.",
        "by": day.clerk,
        "now": after(day, 210),
    }
    return answer_reissue(**{**values, **fields})


@pytest.mark.django_db
def test_amendment_is_not_signed_before_somebody_says_whether_the_family_gets_a_corrected_letter() -> None:
    day, _ = told()
    minutes = amended(day)
    assert items_to_ask(minutes) == (day.items[0],)
    assert code(sign, day=day, minutes=minutes, at=205) == "letters_to_ask"
    assert code(answer, day=day, minutes=minutes, words="") == "no_reason"
    assert code(answer, day=day, minutes=minutes, by=day.nurse) == "not_allowed"
    made = answer(day, minutes)
    assert answer(day, minutes) == made
    sign(day, minutes, 215)
    assert items_to_ask(minutes) == ()


@pytest.mark.django_db
def test_amendment_that_only_adds_the_decision_asks_for_no_letter() -> None:
    """Minutes are signed before the officer decides; the letter goes; the amendment brings the decision in."""
    day = begin(make_day(1))
    item = day.items[0]
    item.case.family_views = ""
    item.case.save(update_fields=["family_views"])
    make_contacts()
    mother = Relationship.objects.get(child=item.case.child).person
    advise(day, item)
    closed(day)
    first = prepare(day)
    stand_in_sheets(first)
    sign(day, first, 110)
    decision = record_decision(
        case=item.case,
        stage=Stage.ASSESS,
        item=item,
        outcome=Outcome.ASSESS,
        by=day.officer,
        now=after(day, 112),
    )
    home = Household(item.case, decision, mother, mother, day.clerk, make_user("Sandy Second", "clerk"))
    send(home, after(day, 120))
    second = prepare(day, 200, because="The officer has decided")
    stand_in_sheets(second)
    assert items_to_ask(second) == ()
    leave_words(day, correcting=True)
    third = prepare(day, 205, because="A sentence was missing")
    assert items_to_ask(third) == (item,)
    assert code(sign, day=day, minutes=second, at=210) == "superseded"


@pytest.mark.django_db
def test_no_corrected_letter_changes_nothing() -> None:
    day, home = told()
    minutes = amended(day)
    answer(day, minutes, again=False, words="The letter was right.")
    sign(day, minutes, 215)
    assert tray(day.clerk, after(day, 220)).empty
    (before,) = home.draft(after(day, 220))
    assert before.version == 1


@pytest.mark.django_db
def test_unchanged_item_and_item_without_a_letter_are_not_asked_about() -> None:
    day = begin(make_day(1))
    advise(day, day.items[0])
    closed(day)
    first = prepare(day)
    stand_in_sheets(first)
    sign(day, first, 110)
    second = amended(day)
    assert items_to_ask(second) == ()
    assert code(answer, day=day, minutes=second) == "nothing_to_ask"


@pytest.mark.django_db
def test_corrected_letter_goes_the_whole_way_and_the_first_day_stands() -> None:
    day, home = told()
    first = Sent.objects.get()
    minutes = amended(day)
    answer(day, minutes)
    sign(day, minutes, 215)
    now = after(day, 60 * 24 * 5)
    assert [row.decision for row in tray(day.clerk, now).to_draft] == [home.decision]
    assert letter_counts(day.clerk, now).to_draft == 1
    second = send(home, now)
    facts = from_json(second.facts)
    assert (second.version, second.supersedes) == (2, first.letter)
    assert (facts.corrects_letter_of, facts.corrects) == (first.letter_on, "It named the wrong school.")
    assert Case.objects.get(pk=home.case.pk).assess_notified_on == first.letter_on
    assert second.sent.letter_on == timezone.localdate(now)
    assert tray(day.clerk, now).empty
    assert letter_counts(day.clerk, now).to_draft == 0
    assert home.draft(now) == (second,)


@pytest.mark.django_db
def test_letter_that_was_drafted_again_waits_in_the_tray_until_it_has_gone() -> None:
    day, home = told()
    minutes = amended(day)
    answer(day, minutes)
    sign(day, minutes, 215)
    now = after(day, 220)
    home.draft(now)
    drain(now)
    waiting = tray(day.clerk, now)
    assert ([row.letter.version for row in waiting.to_release], waiting.to_draft) == ([2], ())


@pytest.mark.django_db
def test_page_of_the_minutes_asks_and_shows_the_answer() -> None:
    day, _ = told()
    minutes = amended(day)
    client = as_(day.clerk)
    there = reverse("minutes.reissue", args=[minutes.public_id, day.items[0].public_id])
    page = client.get(reverse("minutes.view", args=[minutes.public_id]))
    assert there in page.content.decode()
    assert "Item 1: say whether the family gets a corrected letter." in words(page)
    empty = client.post(there, {"again": "again", "words": ""})
    assert empty.status_code == 422
    assert client.post(there, {"again": "again", "words": "It named the wrong school."}).status_code == 302
    page = words(client.get(reverse("minutes.view", args=[minutes.public_id])))
    assert "the family gets a corrected letter. It named the wrong school." in page
    assert Decision.objects.count() == 1


@pytest.mark.django_db
def test_what_is_said_of_a_draft_counts_once_an_amendment_is_signed_and_the_last_word_counts() -> None:
    day, home = told()
    minutes = amended(day)
    answer(day, minutes)
    assert tray(day.clerk, after(day, 212)).empty
    (before,) = home.draft(after(day, 212))
    assert before.version == 1
    sign(day, minutes, 215)
    assert [row.decision for row in tray(day.clerk, after(day, 220)).to_draft] == [home.decision]
    answer(day, minutes, again=False, words="The time to appeal is over.", now=after(day, 225))
    assert tray(day.clerk, after(day, 230)).empty


@pytest.mark.django_db
def test_later_draft_that_says_something_else_is_asked_about_again() -> None:
    day, _ = told()
    second = amended(day)
    answer(day, second, again=False, words="A comma.")
    assert items_to_ask(second) == ()
    leave_words(day, 2, correcting=True)
    third = prepare(day, 212, because="The school was named wrongly")
    stand_in_sheets(third)
    assert items_to_ask(third) == (day.items[0],)
    assert code(sign, day=day, minutes=third, at=215) == "letters_to_ask"


@pytest.mark.django_db
def test_item_an_amendment_leaves_as_it_was_is_not_asked_about() -> None:
    day, _ = told()
    first = Minutes.objects.get()
    record = ItemRecord.objects.get(minutes=first)
    again = Minutes(
        meeting=day.meeting,
        version=2,
        supersedes=first,
        because="The room was named wrongly",
        record={**first.record, "version": 2},
        record_sha256="2" * 64,
        by=day.clerk,
        at=after(day, 200),
    )
    again.save()
    # A sheet's digest is of its version as well, and differs although the item says the same.
    ItemRecord(
        minutes=again,
        item=record.item,
        position=1,
        record={**record.record, "version": 2, "correction": "The room was named wrongly"},
        record_sha256="3" * 64,
    ).save()
    assert items_to_ask(again) == ()


@pytest.mark.django_db
def test_corrected_letter_that_was_withdrawn_is_still_to_be_written() -> None:
    day, home = told()
    minutes = amended(day)
    answer(day, minutes)
    sign(day, minutes, 215)
    (drafted,) = home.draft(after(day, 220))
    withdraw_letter(letter=drafted, because="A slip", by=day.clerk, now=after(day, 221))
    assert [row.decision for row in tray(day.clerk, after(day, 222)).to_draft] == [home.decision]
    assert letter_counts(day.clerk, after(day, 222)).to_draft == 1
    page = words(as_(day.clerk).get(reverse("case.view", args=[home.case.public_id])))
    assert "No letter yet" not in page
    assert send(home, after(day, 60 * 24 * 5)).version == 3
    assert tray(day.clerk, after(day, 60 * 24 * 5)).empty


def panel_corrects(day: Day, minute: int, *, correcting: bool) -> str:
    """The chair puts the reasons right; what they say now."""
    advice = Recommendation.objects.get(item=day.items[0])
    right = f"{advice.reasons} The speech report of March is quoted rightly here."
    correct_recommendation(
        item=day.items[0],
        limbs={one["limb"]: one["reasons"] for one in advice.answers},
        reasons=right,
        because="It was misquoted.",
        correcting=correcting,
        by=day.chair,
        now=after(day, minute),
    )
    return right


def officer_corrects(day: Day, home: Household, minute: int, reasons: str) -> None:
    correct_decision(
        decision=home.decision,
        limbs={one["limb"]: one["reasons"] for one in home.decision.answers},
        reasons=reasons,
        because="As the panel put it right.",
        by=day.officer,
        now=after(day, minute),
    )


@pytest.mark.django_db
def test_corrected_letter_gives_the_corrected_reasons_and_the_first_stays_readable() -> None:
    day, home = told()
    first = Sent.objects.get().letter
    right = panel_corrects(day, 195, correcting=True)
    minutes = prepare(day, 200, because="A misquotation")
    stand_in_sheets(minutes)
    there = reverse("minutes.reissue", args=[minutes.public_id, day.items[0].public_id])
    assert "A corrected letter would say the same again." in words(as_(day.clerk).get(there))
    officer_corrects(day, home, 202, right)
    answer(day, minutes, now=after(day, 202))
    assert code(sign, day=day, minutes=minutes, at=203) == "words_changed"
    assert "would say the same again" not in words(as_(day.clerk).get(there))
    minutes = prepare(day, 204, because="A misquotation")
    stand_in_sheets(minutes)
    answer(day, minutes)
    sign(day, minutes, 215)
    second = send(home, after(day, 60 * 24 * 5))
    was, now = from_json(Letter.objects.get(pk=first.pk).facts), from_json(second.facts)
    assert (was.reasons, now.reasons) == (home.decision.reasons, right)
    assert (now.corrects_letter_of, now.decided_on, now.outcome) == (
        first.sent.letter_on,
        was.decided_on,
        was.outcome,
    )
    assert now.rights == was.rights
    assert Decision.objects.get().reasons == was.reasons


@pytest.mark.django_db
def test_letter_that_has_not_gone_is_drafted_again_with_the_corrected_words() -> None:
    day = begin(make_day(1))
    advise(day, day.items[0])
    closed(day)
    item = day.items[0]
    decision = record_decision(
        case=item.case,
        stage=Stage.ASSESS,
        item=item,
        outcome=Outcome.ASSESS,
        by=day.officer,
        now=after(day, 70),
    )
    make_contacts()
    mother = Relationship.objects.get(child=item.case.child).person
    home = Household(item.case, decision, mother, mother, day.clerk, make_user("Sandy Second", "clerk"))
    home.draft(after(day, 75))
    drain(after(day, 75))
    (drafted,) = Letter.objects.all()
    officer_corrects(day, home, 80, f"{decision.reasons} Quoted rightly here.")
    assert code(home.release, letter=drafted, now=after(day, 85)) == "facts_changed"
    (again,) = home.draft(after(day, 86))
    assert again.version == 2
    assert from_json(again.facts).reasons.endswith("Quoted rightly here.")


@pytest.mark.django_db
def test_words_corrected_between_the_letter_and_the_first_signature_are_asked_about() -> None:
    day, home = told(signed=False)
    assert items_to_ask(Minutes.objects.get()) == ()
    officer_corrects(day, home, 190, f"{home.decision.reasons} Quoted rightly here.")
    minutes = prepare(day, 200, because="A misquotation")
    stand_in_sheets(minutes)
    assert code(sign, day=day, minutes=minutes, at=205) == "letters_to_ask"
    answer(day, minutes)
    sign(day, minutes, 215)
    now = after(day, 60 * 24 * 5)
    assert [row.decision for row in tray(day.clerk, now).to_draft] == [home.decision]
    assert from_json(send(home, now).facts).reasons.endswith("Quoted rightly here.")
    assert tray(day.clerk, now).empty
