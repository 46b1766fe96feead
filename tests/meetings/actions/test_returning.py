"""Whoever led the item sends the clerk's words back with a note: they wait for the clerk again, who goes on from them."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from meetings.actions.finishing import return_words, take_back_words
from meetings.models import RecommendationWords, WordsDraft, WordsReturned
from meetings.queries.decisions import current_recommendation
from meetings.queries.finishing import drafted, items_with_words_owed, words_to_confirm, words_to_finish
from panel.models import AuditEntry, User
from tests.meetings.actions.test_correct import LIMBS
from tests.meetings.actions.test_finishing import KEY, confirm, decide, finish, owed, short
from tests.meetings.day import REASONS, Day, after
from tests.meetings.signed import code
from tests.meetings.views.client import as_, words

pytestmark = pytest.mark.django_db

NOTE = "Say what the therapist advised, not what the school asked for."


def back(day: Day, **fields: Any) -> WordsReturned:
    draft = WordsDraft.objects.order_by("pk").last()
    values = {
        "item": day.items[0],
        "draft": draft.pk if draft else 0,
        "because": NOTE,
        "by": day.chair,
        "now": after(day, 75),
    }
    return return_words(**{**values, **fields})


def page_of(day: Day, what: str) -> str:
    return reverse(f"recommendation.{what}", args=[day.items[0].public_id])


def test_words_sent_back_wait_for_the_clerk_and_not_for_the_chair() -> None:
    day = short()
    finish(day)
    assert (words_to_confirm(day.chair, after(day, 74)), owed(day)[-1]) == (
        (day.items[0],),
        "words_to_confirm",
    )
    made = back(day)
    assert (words_to_confirm(day.chair, after(day, 76)), owed(day)[-1]) == ((), "words_to_finish")
    (item,) = words_to_finish(day.clerk, after(day, 76))
    assert (item, item.returned) == (day.items[0], {"by": day.chair.name, "because": NOTE})
    assert (made.because, current_recommendation(day.items[0]).reasons) == (NOTE, KEY)
    assert AuditEntry.objects.filter(verb="recommendation.return").count() == 1


def test_clerk_goes_on_from_what_was_sent_and_sends_it_again() -> None:
    day = short()
    finish(day)
    back(day)
    page = words(as_(day.clerk).get(page_of(day, "finish")))
    assert ("sent the words back on" in page, NOTE in page, REASONS in page) == (True, True, True)
    home = words(as_(day.clerk).get(reverse("home.view")))
    assert f"Sent back by {day.chair.name}: “{NOTE}”" in home
    again = finish(day, reasons=f"{REASONS} The therapist says so.", now=after(day, 77))
    assert drafted(current_recommendation(day.items[0])).waits == again
    assert words_to_finish(day.clerk, after(day, 78)) == ()
    assert NOTE not in words(as_(day.clerk).get(page_of(day, "finish")))


def test_clerk_who_had_the_page_open_reads_the_note_before_anything_is_sent() -> None:
    day = short()
    sent = finish(day)
    back(day)
    assert code(finish, day, stands=0, draft=sent.pk, reasons=f"{REASONS} And more.") == "stale"


def test_clerk_whose_page_was_older_than_draft_and_note_sends_nothing_over_them() -> None:
    day = short()
    clerk = as_(day.clerk)
    opened = clerk.get(page_of(day, "finish")).context["form"]
    finish(day)
    back(day)
    more = f"{REASONS} And more."
    posted = {
        "stands": opened["stands"].value(),
        "draft": opened["draft"].value(),
        "returned": opened["returned"].value(),
        "reasons": more,
        **{f"limbs-{code}_reasons": said for code, said in LIMBS.items()},
    }
    refused = clerk.post(page_of(day, "finish"), {**posted, "send": "Send"})
    assert (refused.status_code, NOTE in words(refused)) == (409, True)
    assert WordsDraft.objects.count() == 1
    reloaded = clerk.get(page_of(day, "finish")).context["form"]
    posted |= {name: reloaded[name].value() for name in ("stands", "draft", "returned")}
    sent_on = clerk.post(page_of(day, "finish"), {**posted, "send": "Send"})
    assert (sent_on.status_code, drafted(current_recommendation(day.items[0])).returned) == (302, None)


def test_draft_that_was_sent_back_is_not_confirmed_unread_and_the_chairs_own_words_end_it() -> None:
    day = short()
    sent = finish(day)
    back(day)
    assert code(confirm, day, draft=sent.pk) == "stale"
    assert confirm(day, draft=0).takes_up == sent
    assert items_with_words_owed(day.meeting) == ()
    assert words_to_finish(day.clerk, after(day, 81)) == ()


def test_words_nobody_had_asked_for_wait_as_well_until_the_clerk_takes_them_back() -> None:
    day = short()
    finish(day)
    confirm(day)
    finish(day, reasons=f"{REASONS} And more.", now=after(day, 82))
    back(day, now=after(day, 83))
    assert owed(day)[-1] == "words_to_finish"
    take_back_words(item=day.items[0], by=day.clerk, now=after(day, 84))
    assert (owed(day), words_to_finish(day.clerk, after(day, 85))) == (["meeting_open"], ())


def test_words_sent_back_hold_nothing_up_once_the_officer_has_decided_in_words_of_her_own() -> None:
    day = short()
    finish(day)
    back(day)
    decide(day, reasons=REASONS.replace("speech", "hearing"))
    assert items_with_words_owed(day.meeting) == ()
    assert words_to_finish(day.clerk, after(day, 95)) == ()
    assert owed(day) == ["meeting_open"]
    clerk, chair = as_(day.clerk), as_(day.chair)
    assert NOTE not in words(clerk.get(reverse("home.view")))
    assert "so nothing waits for these" in words(clerk.get(page_of(day, "finish")))
    # Whoever writes them all the same still reads the note.
    assert NOTE in words(clerk.get(page_of(day, "finish")))
    page = words(chair.get(page_of(day, "correct")))
    assert (NOTE in page, "Until then the minutes wait" in page) == (True, False)


def test_chair_lets_the_words_stand_that_stood_before_the_clerks_were_sent_back() -> None:
    day = short()
    finish(day)
    stood = confirm(day)
    sent = finish(day, reasons=f"{REASONS} And more.", now=after(day, 82))
    back(day, now=after(day, 83))
    made = confirm(day, now=after(day, 84))
    assert (made == stood, made.takes_up, made.words) == (False, sent, stood.words)
    assert made.because == "Read again, and left as they stood."
    assert (items_with_words_owed(day.meeting), words_to_finish(day.clerk, after(day, 85))) == ((), ())
    assert confirm(day, now=after(day, 86)) == made
    assert RecommendationWords.objects.count() == 2


def test_chair_who_confirms_what_was_sent_back_meanwhile_hears_that_and_is_not_asked_why() -> None:
    day = short()
    finish(day)
    confirm(day)
    more = f"{REASONS} And more."
    sent = finish(day, reasons=more, now=after(day, 82))
    back(day, now=after(day, 83))
    assert code(confirm, day, reasons=more, draft=sent.pk, now=after(day, 84)) == "stale"


def test_key_reasons_are_not_finished_by_sending_back_what_the_clerk_made_of_them() -> None:
    day = short()
    finish(day)
    back(day)
    limbs = {one["limb"]: one["reasons"] for one in current_recommendation(day.items[0]).answers}
    assert code(confirm, day, limbs=limbs, reasons=KEY, now=after(day, 84)) == "reasons_short"
    assert owed(day)[-1] == "words_to_finish"


def test_same_draft_sent_back_twice_is_one() -> None:
    day = short()
    finish(day)
    assert back(day) == back(day, because="Otherwise.")
    assert WordsReturned.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "no"),
    [({"because": " "}, "no_reason"), ({"draft": 0}, "stale"), ({"because": "x" * 501}, "too_long")],
)
def test_what_is_sent_back_is_named_and_so_is_why(fields: dict[str, Any], no: str) -> None:
    day = short()
    finish(day)
    assert code(back, day, **fields) == no
    assert not WordsReturned.objects.exists()


def test_nothing_that_waits_is_nothing_to_send_back() -> None:
    day = short()
    assert code(back, day) == "stale"
    page = as_(day.chair).get(page_of(day, "return"))
    assert (page.status_code, "there is nothing to send back" in words(page)) == (409, True)


def test_only_whoever_led_the_item_sends_its_words_back() -> None:
    day = short()
    finish(day)
    others: list[User] = [day.clerk, day.officer, day.nurse]
    assert {code(back, day, by=one) for one in others} <= {"forbidden", "not_allowed"}
    assert not WordsReturned.objects.exists()


def test_chair_sends_back_from_the_page_on_which_words_are_confirmed() -> None:
    day = short()
    draft = finish(day)
    chair = as_(day.chair)
    assert page_of(day, "return") in chair.get(page_of(day, "correct")).content.decode()
    empty = chair.post(page_of(day, "return"), {"draft": draft.pk, "because": ""})
    assert (empty.status_code, WordsReturned.objects.exists()) == (422, False)
    answer = chair.post(page_of(day, "return"), {"draft": draft.pk, "because": NOTE}, follow=True)
    said = words(answer)
    assert f"the words are sent back to {day.clerk.name}, with your note" in said
    assert f"{day.chair.name} sent the clerk’s words back on" in said
    assert f"You sent the words of {day.clerk.name} back on" in words(chair.get(page_of(day, "correct")))


def test_note_is_kept_as_it_was_and_says_something() -> None:
    day = short()
    draft = finish(day)
    with pytest.raises(IntegrityError), transaction.atomic():
        WordsReturned(draft=draft, because="", by=day.chair, at=after(day, 75)).save()
    made = back(day)
    with pytest.raises(Exception, match="insert-only"), transaction.atomic():
        WordsReturned.objects.filter(pk=made.pk)._raw_delete("default")


def test_sentences_that_replace_key_words_stand_under_them_and_small_changes_are_marked() -> None:
    day = short()
    finish(day)
    page = as_(day.chair).get(page_of(day, "correct")).content.decode()
    box = page[page.index("app-changes") :]
    assert ("In the room" in box, "As finished" in box, "<del>" in box) == (True, True, False)
    confirm(day)
    finish(day, reasons=f"{REASONS} And more.", now=after(day, 82))
    page = as_(day.chair).get(page_of(day, "correct")).content.decode()
    box = page[page.index("app-changes") : page.index("Words of the recommendation")]
    assert ("put in: </span> And more." in box, "In the room" in box) == (True, False)


def test_page_says_when_the_letter_would_find_no_help_meanwhile() -> None:
    day = short()
    finish(day)
    chair = as_(day.chair)
    assert "“Help meanwhile” is empty." in words(chair.get(page_of(day, "correct")))
    finish(day, support_meanwhile="The nurture group goes on.", now=after(day, 76))
    assert "“Help meanwhile” is empty." not in words(chair.get(page_of(day, "correct")))
