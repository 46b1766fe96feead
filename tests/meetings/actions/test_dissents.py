"""A dissent put on record, or right, once the item is over."""

import datetime as dt

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.urls import reverse

from meetings.actions.attendance import leave
from meetings.actions.conflicts import name_deputy
from meetings.actions.decide import record_decision
from meetings.actions.dissents import Dissenting, put_dissent_right
from meetings.actions.minutes import prepare_minutes
from meetings.models import Dissent
from meetings.queries.dissents import (
    ADDED,
    added_since,
    dissents_unminuted,
    standing_dissents,
    who_may_dissent,
)
from meetings.queries.sheets import freeze
from meetings.queries.tray import undecided
from panel.law.legal import Outcome, Stage
from panel.models import AuditEntry, Case, Denial, Dispatch, User
from panel.platform.policy import Refused, Role
from tests.make import make_user
from tests.meetings.day import MET_BY_SUPPORT, NO, Day, advise, after, begin, closed, heard, make_day
from tests.meetings.letters.household import drain
from tests.meetings.signed import code, sign, signed_day
from tests.meetings.views.client import as_, words

pytestmark = pytest.mark.django_db

SAID = "Therapy has not been tried for long enough."


def put(day: Day, **fields) -> Dissent:
    values = {
        "item": day.items[0],
        "entry": day.entry(day.nurse),
        "text": SAID,
        "because": "It was said and not taken down.",
        "by": day.chair,
        "now": after(day, 70),
    }
    return put_dissent_right(**{**values, **fields})


def minuted(day: Day) -> list[tuple[str, str]]:
    """What the minutes would print of the first item's dissents."""
    [(_, sheet), *_] = freeze(day.meeting, version=1, correction="", by=day.clerk).items
    return [(line.seat, line.reason) for line in sheet.recommendation.dissent]


def test_dissent_missed_at_the_table_stands_in_the_minutes_and_before_the_officer() -> None:
    day = make_day()
    advice = heard(day)
    closed(day)
    dissent = put(day)
    assert (dissent.recommendation, dissent.by, dissent.at) == (advice, day.chair, after(day, 70))
    assert minuted(day) == [("Health", SAID)]
    assert [line.dissents for line in undecided(day.officer, after(day, 71))] == [1]
    assert AuditEntry.objects.filter(verb="dissent.correct").count() == 1


def test_words_are_put_right_and_taken_back_and_every_row_is_kept() -> None:
    day = begin(make_day())
    advise(day, day.items[0], dissents=[Dissenting(day.entry(day.nurse), "No.")])
    closed(day)
    put(day)
    assert minuted(day) == [("Health", SAID)]
    put(day, text="", now=after(day, 80))
    assert (minuted(day), standing_dissents(day.items[0])) == ([], ())
    assert [line.dissents for line in undecided(day.officer, after(day, 81))] == [0]
    assert list(Dissent.objects.order_by("pk").values_list("text", flat=True)) == ["No.", SAID, ""]


def test_same_words_sent_twice_are_one() -> None:
    day = make_day()
    heard(day)
    closed(day)
    assert put(day) == put(day, now=after(day, 71))
    assert (Dissent.objects.count(), AuditEntry.objects.filter(verb="dissent.correct").count()) == (1, 1)


def test_dissent_is_of_a_member_who_counted_and_by_whoever_led_the_item() -> None:
    day = begin(make_day())
    leave(entry=day.entry(day.nurse), by=day.clerk, now=after(day, 3))
    advise(day, day.items[0])
    closed(day)
    assert day.nurse not in {entry.user for entry in who_may_dissent(day.items[0])}
    assert code(put, day) == "dissent_not_counted"
    assert code(put, day, entry=day.entry(day.head), by=day.vice) == "not_allowed"
    assert Dissent.objects.count() == 0


def test_deputy_named_for_the_item_puts_it_right_and_the_chair_does_not() -> None:
    day = make_day()
    name_deputy(item=day.items[0], entry=day.entry(day.vice), by=day.clerk, now=after(day, -60))
    begin(day)
    advise(day, day.items[0], by=day.vice)
    closed(day)
    assert code(put, day) == "not_the_chair"
    put(day, by=day.vice)
    assert minuted(day) == [("Health", SAID)]


def test_bad_input_is_refused_and_changes_nothing() -> None:
    day = make_day()
    heard(day)
    closed(day)
    assert code(put, day, because=" ") == "no_reason"
    assert code(put, day, text=" ") == "nothing_to_take_back"
    assert Dissent.objects.count() == 0


def test_without_a_recommendation_there_is_nothing_to_dissent_from() -> None:
    day = begin(make_day())
    assert who_may_dissent(day.items[0]) == ()
    assert code(put, day, now=after(day, 5)) == "no_recommendation"


def test_decision_stands_when_a_dissent_is_put_right() -> None:
    day = make_day()
    heard(day)
    item = closed(day).items[0]
    decision = record_decision(
        case=item.case,
        stage=Stage.ASSESS,
        item=item,
        outcome=Outcome.ASSESS,
        by=day.officer,
        now=after(day, 65),
    )
    put(day)
    assert not hasattr(decision, "superseded_by")
    assert minuted(day) == [("Health", SAID)]


def test_signed_minutes_take_it_only_as_a_correction() -> None:
    day = signed_day()
    late = {"now": after(day, 200)}
    assert code(put, day, **late) == "signed"
    put(day, correcting=True, **late)
    assert minuted(day) == [("Health", SAID)]


def test_database_keeps_one_first_dissent_of_a_member_and_says_by_whom_it_was_put_right() -> None:
    day = make_day()
    advice = heard(day)
    entry = day.entry(day.nurse)
    first = Dissent(recommendation=advice, entry=entry, text=SAID)
    first.save()
    for wrong in (
        Dissent(recommendation=advice, entry=entry, text="Again."),
        Dissent(recommendation=advice, entry=day.entry(day.head), text=""),
        Dissent(recommendation=advice, entry=entry, text="Again.", supersedes=first),
        Dissent(recommendation=advice, entry=entry, text="Again.", supersedes=first, because="So"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            wrong.save()


def test_chair_finds_the_page_from_the_item_and_what_was_typed_is_kept() -> None:
    day = make_day()
    heard(day)
    item = closed(day).items[0]
    url = reverse("recommendation.dissent", args=[item.public_id])
    client = as_(day.chair)
    assert f">{day.vice.name}, SEN lead<" in client.get(url).content.decode()
    said = "Record or correct a dissent"
    assert f'{url}">{said}' in client.get(reverse("item.view", args=[item.public_id])).content.decode()
    assert client.get(url).content.decode().count(said) == 2
    assert "No dissent is recorded on this item." in client.get(url).content.decode()
    wrong = client.post(url, {"entry": day.entry(day.nurse).pk, "text": SAID, "because": ""})
    assert (wrong.status_code, SAID in wrong.content.decode()) == (422, True)
    sent = client.post(url, {"entry": day.entry(day.nurse).pk, "text": SAID, "because": "Not taken down"})
    assert (sent.status_code, minuted(day)) == (302, [("Health", SAID)])
    assert SAID in client.get(reverse("item.view", args=[item.public_id])).content.decode()


def test_page_of_signed_minutes_leads_to_a_correction() -> None:
    day = signed_day()
    url = reverse("recommendation.dissent", args=[day.items[0].public_id])
    client = as_(day.chair)
    page = client.get(url).content.decode()
    assert (f"{url}?correct" in page, 'name="because"' in page) == (True, False)
    client.post(
        f"{url}?correct", {"entry": day.entry(day.nurse).pk, "text": SAID, "because": "Not taken down"}
    )
    assert minuted(day) == [("Health", SAID)]


def taken_back() -> Day:
    day = begin(make_day())
    advise(day, day.items[0], dissents=[Dissenting(day.entry(day.nurse), "Words she never said.")])
    closed(day)
    put(day, text="")
    return day


def test_officer_reads_no_dissent_that_was_taken_back_before_deciding_or_afterwards() -> None:
    day = taken_back()
    item = day.items[0]
    officer = as_(day.officer)
    pages = [
        officer.get(reverse("decision.record", args=[item.public_id])),
        officer.post(reverse("decision.agree"), {"items": [str(item.public_id)]}),
    ]
    decision = record_decision(
        case=item.case,
        stage=Stage.ASSESS,
        item=item,
        outcome=Outcome.NOT_ASSESS,
        answers=NO,
        coded=MET_BY_SUPPORT,
        departs_because="A report came that the panel did not have.",
        by=day.officer,
        now=after(day, 90),
    )
    pages.append(officer.get(reverse("decision.view", args=[decision.public_id])))
    for page in pages:
        assert page.status_code == 200
        assert "Reasons" in page.content.decode()
        assert "Dissent:" not in page.content.decode()


def test_minutes_are_not_signed_without_a_dissent_put_on_record_since() -> None:
    day = make_day()
    heard(day)
    closed(day)
    minutes = prepare_minutes(meeting=day.meeting, by=day.clerk, now=after(day, 65))
    assert dissents_unminuted(minutes) == ()
    put(day)
    assert dissents_unminuted(minutes) == (1,)
    with pytest.raises(Refused) as no:
        sign(day, minutes, 75)
    assert "Item 1: a dissent was put on record since this version was made." in no.value.sentence
    again = prepare_minutes(meeting=day.meeting, because="A dissent", by=day.clerk, now=after(day, 80))
    sign(day, again, 85)
    assert dissents_unminuted(again) == ()


def told(now: dt.datetime) -> list[tuple[str, str]]:
    """To whom what was sent about records, since the last time."""
    mail.outbox.clear()
    drain(now)
    return [(one.to[0], one.subject) for one in mail.outbox]


def decided_day() -> Day:
    """An advice on which the officer has decided, its meeting over."""
    day = make_day()
    heard(day)
    closed(day)
    record_decision(
        case=day.items[0].case,
        stage=Stage.ASSESS,
        item=day.items[0],
        outcome=Outcome.ASSESS,
        by=day.officer,
        now=after(day, 60),
    )
    return day


def test_whoever_decided_is_told_once_by_a_message_that_names_nobody() -> None:
    day = decided_day()
    told(after(day, 61))
    put(day)
    put(day, now=after(day, 71))
    assert told(after(day, 72)) == [(day.officer.email, "Something was added to a record")]
    (message,) = mail.outbox
    case = day.items[0].case
    for word in (case.reference, case.child.surname, "Nia", "Nurse", SAID, "dissent"):
        assert word not in message.subject + message.body
    assert told(after(day, 73)) == []
    put(day, text="", now=after(day, 80))
    assert len(told(after(day, 81))) == 1


def test_nobody_is_told_before_a_decision() -> None:
    day = make_day()
    heard(day)
    closed(day)
    put(day)
    assert not Dispatch.objects.filter(kind=ADDED).exists()


def test_nobody_is_told_of_what_was_put_right_again() -> None:
    day = decided_day()
    put(day)
    put(day, text="", now=after(day, 80))
    told(after(day, 81))
    assert sorted(Dispatch.objects.filter(kind=ADDED).values_list("state", flat=True)) == [
        "cancelled",
        "sent",
    ]


@pytest.mark.parametrize("why", ["denied", "closed", "restricted"])
def test_officer_to_whom_it_is_closed_hears_and_sees_nothing(why: str) -> None:
    day = decided_day()
    put(day)
    case = day.items[0].case
    if why == "denied":
        Denial.objects.create(case=case, user=day.officer, source="test", since=after(day, 71))
    elif why == "restricted":
        Case.objects.filter(pk=case.pk).update(restricted=True)
    else:
        User.objects.filter(pk=day.officer.pk).update(is_active=False)
    assert told(after(day, 72)) == []
    assert why == "closed" or added_since(day.officer, after(day, 72)) == ()


def test_decision_is_on_its_officers_page_until_it_is_read_again() -> None:
    day = decided_day()
    assert added_since(day.officer, after(day, 65)) == ()
    put(day)
    (decision,) = added_since(day.officer, after(day, 71))
    assert added_since(make_user("Olga Other", Role.OFFICER), after(day, 71)) == ()
    client, heading = as_(day.officer), "Added to the record since you decided"
    pages = (reverse("home.view"), reverse("decision.list"))
    assert all(heading in words(client.get(page)) for page in pages)
    shown = words(client.get(reverse("decision.view", args=[decision.public_id])))
    assert (SAID in shown, "It was said and not taken down." in shown) == (True, True)
    assert not any(heading in words(client.get(page)) for page in pages)
