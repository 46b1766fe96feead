"""Who was told of a decision and when, in the minutes: as far as the record knew it when they were made, and never afterwards."""

import pytest
from django.template.loader import render_to_string
from pytest_django import DjangoAssertNumQueries

from meetings.actions.setting_notices import record_notice_sent
from meetings.letters.actions import withdraw_letter
from meetings.letters.sending import record_posted
from meetings.minutes.frozen import ToldLine, item_context, kept
from meetings.models import ItemRecord, SettingNotice
from meetings.queries.changed import changed_since
from meetings.queries.sheets import freeze
from meetings.queries.told import told_of
from panel.law.notices import BODIES
from panel.law.words import in_words
from panel.models import Case, Relationship, User
from tests.golden import text_of
from tests.make import NOW, TODAY, make_address, make_case, make_setting, make_user
from tests.meetings.actions.test_feedback import decided, heard_at, sent
from tests.meetings.actions.test_minutes import prepare
from tests.meetings.day import Day, advise, closed, works_at
from tests.meetings.letters.household import Household, drain, make_decision, make_household, make_parent_of

pytestmark = pytest.mark.django_db
SETTING = ToldLine("The setting")


def told(home: Household) -> tuple[ToldLine, ...]:
    """Family and setting: `test_bodies` asks for the others."""
    return without_bodies(told_of([home.decision])[home.decision.pk])


def without_bodies(lines: tuple[ToldLine, ...]) -> tuple[ToldLine, ...]:
    return tuple(line for line in lines if line.who not in BODIES.values())


@pytest.fixture
def home(db: None) -> Household:
    """A mother who reads her letter online and a father who is written to by post, each called by what they are."""
    home = make_household()
    for person, kind in ((home.mother, "mother"), (home.father, "father")):
        Relationship.objects.filter(person=person).update(kind=kind)
    return home


def test_nobody_was_told_before_a_letter_is_drafted(home: Household) -> None:
    assert told(home) == (ToldLine("The family"), SETTING)


def test_each_person_is_a_line_with_the_day_of_their_own_letter(home: Household) -> None:
    home.until_released()
    assert told(home) == (ToldLine("Mother"), ToldLine("Father"), SETTING)
    drain()
    assert told(home) == (ToldLine("Mother", TODAY), ToldLine("Father"), SETTING)
    record_posted(letter=home.letter_to(home.father), by=home.clerk, now=NOW, posted_on=TODAY)
    assert told(home) == (ToldLine("Mother", TODAY), ToldLine("Father", TODAY), SETTING)


def test_person_to_whom_no_letter_goes_any_more_is_no_line(home: Household) -> None:
    home.draft()
    withdraw_letter(letter=home.letter_to(home.mother), because="She died", by=home.clerk, now=NOW)
    assert told(home) == (ToldLine("Father"), SETTING)


def test_young_person_is_called_so(clerk: User) -> None:
    case = make_case(parents=0)
    make_address(case.child, "7 Harbour View", "ZZ7 7AA")
    Relationship.objects.create(person=case.child, child=case.child, kind="self", basis="self", since=TODAY)
    decision = make_decision(case)
    sent(decision, clerk)
    assert without_bodies(told_of([decision])[decision.pk]) == (ToldLine("The young person", TODAY),)


def test_setting_is_told_on_the_day_its_message_went_or_its_sheet(home: Household, clerk: User) -> None:
    notice = SettingNotice(setting=home.case.setting, decision=home.decision, at=NOW)
    notice.save()
    assert told(home)[-1] == SETTING
    record_notice_sent(notice=notice, on=TODAY, how="By post", by=clerk, now=NOW)
    assert told(home)[-1] == ToldLine("The setting", TODAY)


def test_case_without_a_setting_has_no_line_for_one(home: Household) -> None:
    Case.objects.filter(pk=home.case.pk).update(setting=None)
    home.decision.case.refresh_from_db()
    assert told(home) == (ToldLine("The family"),)


def test_setting_with_accounts_is_told_on_the_day_its_message_went(home: Household) -> None:
    works_at(make_user("Pat Senco"), home.case.setting)
    home.until_released()
    assert told(home)[-1] == SETTING
    drain()
    assert told(home)[-1] == ToldLine("The setting", TODAY)


def test_what_is_asked_of_the_database_does_not_grow_with_the_decisions(
    home: Household, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    home.draft()
    decisions = [home.decision, make_household().decision]
    with django_assert_num_queries(3):
        told_of(decisions)
    with django_assert_num_queries(0):
        told_of([])


def heard_and_decided() -> Day:
    """A meeting that is over, with a decision on its first item of which nobody was told yet."""
    day = heard_at(make_setting("Willow Bank School"))
    advise(day, day.items[0])
    decided(day.items[0], day.officer)
    make_parent_of(day.items[0].case.child, "Grace", "7 Harbour View", "ZZ7 7AA")
    return closed(day)


def test_minutes_say_that_nobody_was_told_yet_and_later_ones_when() -> None:
    day = heard_and_decided()
    [(_, before)] = freeze(day.meeting, version=1, correction="", by=day.clerk).items
    assert without_bodies(before.told) == (ToldLine("The family"), SETTING)
    assert text_of(render_to_string("pdf/minutes_item.html", item_context(before))).count("Not yet told") == 4
    sent(day.items[0].decisions.get(), day.clerk)
    [(_, after_it)] = freeze(day.meeting, version=1, correction="", by=day.clerk).items
    assert without_bodies(after_it.told) == (ToldLine("Parent", TODAY), SETTING)
    page = text_of(render_to_string("pdf/minutes_item.html", item_context(after_it)))
    assert (in_words(TODAY) in page, page.count("Not yet told"), "Harbour" in page) == (True, 3, False)


def test_letter_that_goes_after_the_minutes_were_made_neither_changes_nor_stops_them() -> None:
    day = heard_and_decided()
    minutes = prepare(day)
    record = ItemRecord.objects.get(minutes=minutes).record
    sent(day.items[0].decisions.get(), day.clerk)
    found = changed_since(minutes)
    assert (found.items, found.meeting) == ((), False)
    assert ItemRecord.objects.get(minutes=minutes).record == record
    assert record["told"][0] == {"who": "The family", "on": None}


def test_item_without_a_decision_keeps_no_line_of_who_was_told() -> None:
    day = heard_at(make_setting("Willow Bank School"))
    advise(day, day.items[0])
    [(_, sheet)] = freeze(closed(day).meeting, version=1, correction="", by=day.clerk).items
    assert "told" not in kept(sheet)
