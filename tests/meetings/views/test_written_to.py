"""Whoever writes the words of a letter reads to whom it will go: the young person, once the rights are theirs."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from meetings.forms.addressed import for_reader
from meetings.forms.decisions import FastTrackForm
from meetings.letters.queries import recipients_of
from meetings.models import Decision
from meetings.queries.addressed import ToYoungPerson, to_young_person
from panel.law.legal import Answer, LimbAnswer, Stage, legal_test
from panel.law.rights import Holder
from panel.models import Case, User
from tests.make import NOW, TODAY, make_case, make_person
from tests.meetings.actions.test_finishing import KEY, decide
from tests.meetings.day import REASONS, Day, advise, after, begin, list_cases, make_day
from tests.meetings.views.client import as_, boxes, words

pytestmark = pytest.mark.django_db
SAID = "The letter goes to Małgorzata (17), so write to “you”."
SEVENTEEN = dt.date(2009, 6, 1)
EIGHT = dt.date(2018, 5, 4)


def day_of(born_on: dt.date | None, **words: Any) -> Day:
    """The panel has advised on somebody born on this day."""
    day = make_day(0)
    list_cases(day, make_case(child=make_person("Małgorzata", "Wójcik", born_on=born_on)))
    begin(day)
    advise(day, day.items[0], **words)
    return day


def read(user: User, name: str, key: Any) -> str:
    with time_machine.travel(NOW, tick=False):
        client: Client = as_(user)
        return words(client.get(reverse(name, args=[key])))


@pytest.mark.parametrize(("born_on", "said"), [(SEVENTEEN, True), (EIGHT, False), (None, False)])
def test_each_page_on_which_words_are_written_says_that_they_go_to_the_young_person(
    born_on: dt.date | None, *, said: bool
) -> None:
    day = day_of(born_on, reasons=KEY)
    item = day.items[0]
    pages = [
        read(day.clerk, "item.view", item.public_id),
        read(day.clerk, "recommendation.finish", item.public_id),
        read(day.chair, "recommendation.correct", item.public_id),
        read(day.officer, "decision.record", item.public_id),
        read(day.officer, "decision.without_panel", item.case.public_id),
        read(day.officer, "decision.fast_track", item.case.public_id),
    ]
    assert [SAID in page for page in pages] == [said] * 6
    assert ["The letter goes to" in page for page in pages] == [said] * 6


def test_page_of_an_item_says_it_to_those_who_write_and_while_there_is_a_letter_to_come() -> None:
    day = day_of(SEVENTEEN, reasons=KEY)
    item = day.items[0]

    def told(*users: User) -> list[bool]:
        return [SAID in read(user, "item.view", item.public_id) for user in users]

    assert told(day.clerk, day.chair) == [True, True]
    assert told(day.nurse, day.officer) == [False, False]
    decide(day, reasons=REASONS, now=after(day, 5))
    assert told(day.clerk, day.chair) == [False, False]


def test_words_of_a_decision_are_put_right_knowing_to_whom_they_went() -> None:
    day = day_of(SEVENTEEN)
    decide(day, now=after(day, 5))
    assert SAID in read(day.officer, "decision.correct", Decision.objects.get().public_id)


@pytest.mark.parametrize(
    "born_on",
    [
        dt.date(2010, 8, 31),  # passed the end of compulsory school age in the summer
        dt.date(2010, 9, 1),  # sixteen, and at school until next summer
        SEVENTEEN,
        EIGHT,
        None,
    ],
)
def test_it_is_said_if_and_only_if_the_letter_is_the_young_persons(born_on: dt.date | None) -> None:
    case = make_case(child=make_person(born_on=born_on))
    theirs = recipients_of(case, TODAY).holder is Holder.YOUNG_PERSON
    assert (to_young_person(case, TODAY) is not None) == theirs


def test_somebody_born_in_summer_is_written_to_from_the_end_of_school_on() -> None:
    case = make_case(child=make_person("Robin", born_on=dt.date(2010, 8, 31)))
    days = (dt.date(2026, 6, 26), dt.date(2026, 6, 27))
    assert [to_young_person(case, day) for day in days] == [None, ToYoungPerson("Robin", 15)]


ABOUT = "These words seem to speak about Małgorzata."
TO_YOU = (
    LimbAnswer("a", Answer.YES, "You speak in single words."),
    LimbAnswer("b", Answer.YES, "Two terms of support have not been enough."),
)


@pytest.mark.parametrize(("born_on", "said"), [(SEVENTEEN, True), (EIGHT, False)])
def test_words_about_the_young_person_are_named_by_their_field_to_whoever_writes_and_whoever_confirms_them(
    born_on: dt.date, *, said: bool
) -> None:
    day = day_of(born_on, reasons="Małgorzata reads.", support_meanwhile="The young woman’s tutor stays.")
    item = day.items[0]
    decide(day, now=after(day, 5), reasons=f"{REASONS} He is well.")
    pages = [
        read(day.clerk, "recommendation.finish", item.public_id),
        read(day.chair, "recommendation.correct", item.public_id),
    ]
    for page in pages:
        assert (ABOUT in page) == said
        assert ("“Małgorzata” in: Reasons" in page) == said
        assert ("“the young woman” in: Help meanwhile" in page) == said
    assert (ABOUT in read(day.officer, "decision.correct", Decision.objects.get().public_id)) == said


def test_words_to_the_young_person_are_not_remarked_on() -> None:
    day = day_of(SEVENTEEN, reasons="You read well.", answers=TO_YOU)
    for user, name in ((day.clerk, "recommendation.finish"), (day.chair, "recommendation.correct")):
        assert ABOUT not in read(user, name, day.items[0].public_id)


@pytest.mark.parametrize(("born_on", "whose"), [(SEVENTEEN, "the young person"), (EIGHT, "this child")])
def test_fields_ask_for_words_about_whom_the_letter_is_written_to(born_on: dt.date, whose: str) -> None:
    day = day_of(born_on, reasons=KEY)
    item = day.items[0]
    begin_again = [
        ("recommendation.finish", day.clerk, item.public_id),
        ("recommendation.correct", day.chair, item.public_id),
        ("decision.record", day.officer, item.public_id),
        ("decision.without_panel", day.officer, item.case.public_id),
        ("decision.fast_track", day.officer, item.case.public_id),
    ]
    for name, user, key in begin_again:
        page = read(user, name, key)
        assert f"at least 60 words about {whose} are needed" in page, name
        other = {"the young person": "this child", "this child": "the young person"}[whose]
        assert f"words about {other}" not in page, name


FORM = {
    "delegation_reference": "SEND 4.2",
    "limbs-a_answer": "yes",
    "limbs-a_reasons": "You speak in single words.",
    "limbs-b_answer": "yes",
    "limbs-b_reasons": "Two terms of support have not been enough.",
}


def unheard(born_on: dt.date) -> tuple[Day, Case]:
    """A day of a panel, and a case that it does not hear, of somebody born on this day."""
    return make_day(0), make_case(child=make_person("Małgorzata", "Wójcik", born_on=born_on))


@pytest.mark.parametrize(("born_on", "whose"), [(SEVENTEEN, "the young person"), (EIGHT, "this child")])
def test_errors_speak_of_whom_the_letter_is_written_to(born_on: dt.date, whose: str) -> None:
    day, case = unheard(born_on)
    typed = {**FORM, **boxes("decided_on", TODAY), "reasons": ""}
    there = reverse("decision.fast_track", args=[case.public_id])
    with time_machine.travel(NOW, tick=False):
        answer: Any = as_(day.officer).post(there, typed)
        short: Any = as_(day.officer).post(there, {**typed, "reasons": "You read well."})
    assert answer.context["form"].errors["reasons"] == [f"Say why, in words about {whose}."]
    assert f"are needed to say why for {whose}." in words(short)


def test_hint_of_the_question_speaks_of_the_young_person() -> None:
    child = make_person(born_on=SEVENTEEN)
    case = make_case(child=child)
    form = for_reader(
        FastTrackForm(test=legal_test(Stage.ISSUE, TODAY), papers=()), to_young_person(case, TODAY)
    )
    hint = form.fields["limbs-necessary_answer"].help_text
    assert "counts only if the young person would get it there" in hint


@pytest.mark.parametrize(("born_on", "said"), [(SEVENTEEN, True), (EIGHT, False)])
def test_words_about_the_young_person_are_named_where_no_panel_sat(born_on: dt.date, *, said: bool) -> None:
    day, case = unheard(born_on)
    typed = {**FORM, **boxes("decided_on", TODAY), "limbs-a_reasons": "She speaks in single words."}
    with time_machine.travel(NOW, tick=False):
        officer: Client = as_(day.officer)
        again = officer.post(reverse("decision.fast_track", args=[case.public_id]), {**typed, "reasons": ""})
        done = officer.post(
            reverse("decision.fast_track", args=[case.public_id]), {**typed, "reasons": REASONS}, follow=True
        )
    assert (again.status_code, done.status_code, Decision.objects.count()) == (422, 200, 1)
    assert ("“she” in: Why, and what in the papers shows it" in words(again)) == said
    assert ("“she” in: the answers to the legal test" in words(done)) == said
    assert ("The young person not told yet" in words(done), "The family not told yet" in words(done)) == (
        said,
        not said,
    )


@pytest.mark.parametrize(("born_on", "told"), [(SEVENTEEN, "young person"), (EIGHT, "family")])
def test_pages_name_whom_to_tell(born_on: dt.date, told: str) -> None:
    day = day_of(born_on)
    item = day.items[0]
    assert f"Tell the {told} by" in read(day.clerk, "item.view", item.public_id)
    deciding = read(day.officer, "decision.record", item.public_id)
    assert f"The {told} has to be told by" in deciding
    says = "What the young person says" if told == "young person" else "What the child says"
    assert says in deciding
