"""Decisions sent before it was kept who was told of them: nobody says here that they are owed, and nothing of them is lost."""

import datetime as dt
from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.urls import reverse

from meetings.models import BodiesRecorded, BodyTold, Decision
from meetings.queries.bodies import owing_to, recorded_since
from meetings.queries.told import told_of
from panel.law.notices import Party
from panel.models import User
from panel.platform.policy import Role
from tests.make import NOW, TODAY, make_user
from tests.meetings.test_bodies import HOW, decided, tell
from tests.meetings.views.client import as_, boxes, words

pytestmark = pytest.mark.django_db
HEALTH = Party.HEALTH
TOMORROW = TODAY + dt.timedelta(days=1)
UPGRADE = import_module("meetings.migrations.0034_bodies_recorded_since")


def begin(since: dt.date) -> None:
    BodiesRecorded(since=since).save()


def owing(user: User, *, earlier: bool = False) -> list[str]:
    return [row.decision.case.reference for row in owing_to(HEALTH, user, NOW, earlier=earlier)]


def test_every_decision_is_owed_where_it_was_kept_from_the_first_on(clerk: User) -> None:
    decision = decided(clerk)
    assert (recorded_since(), owing(clerk), owing(clerk, earlier=True)) == (
        None,
        [decision.case.reference],
        [],
    )


@pytest.mark.parametrize(("since", "earlier"), [(TODAY, False), (TOMORROW, True)])
def test_letter_of_the_day_itself_counts_and_one_of_the_day_before_does_not(
    clerk: User, since: dt.date, *, earlier: bool
) -> None:
    decision = decided(clerk)
    begin(since)
    assert [bool(owing(clerk)), bool(owing(clerk, earlier=True))] == [not earlier, earlier]
    home = words(as_(clerk).get(reverse("home.view")))
    assert ("to tell the integrated care board" in home) is not earlier
    lines = [line.who for line in told_of([decision])[decision.pk]]
    assert ("The integrated care board" in lines) is not earlier


def test_where_nothing_is_counted_the_letters_lead_to_the_list_all_the_same(clerk: User) -> None:
    decided(clerk)
    begin(TOMORROW)
    page = as_(clerk).get(reverse("letter.list")).content.decode()
    assert reverse("notice.tell", args=["health"]) in page
    officer = as_(make_user("Odile Officer", Role.OFFICER)).get(reverse("letter.list")).content.decode()
    assert reverse("notice.tell", args=["health"]) not in officer


def test_page_says_since_when_it_is_kept_and_leads_to_the_others(clerk: User) -> None:
    decision = decided(clerk)
    begin(TOMORROW)
    client, url = as_(clerk), reverse("notice.tell", args=["health"])
    page = client.get(url)
    assert "Decisions whose letter went before 24 November 2026 are not on this list" in words(page)
    assert f'href="{url}?earlier"' in page.content.decode()
    assert decision.case.reference not in words(page)
    others = words(client.get(f"{url}?earlier"))
    assert "It was not kept here then who was told, so they are on no count." in others
    assert decision.case.reference in others


def test_what_is_known_of_an_earlier_one_is_recorded_with_its_day_and_way(clerk: User) -> None:
    decision = decided(clerk)
    begin(TOMORROW)
    client, url = as_(clerk), reverse("notice.tell", args=["health"]) + "?earlier"
    ticked = {"decisions": [decision.public_id]}
    sheet = client.post(url, ticked)
    assert "If they were told of these already, say on which day and in which way." in words(sheet)
    done = client.post(url, {**ticked, "confirmed": "1", "how": HOW, **boxes("on", TODAY)})
    assert (done.url, BodyTold.objects.get().decision) == (url, decision)
    assert owing(clerk, earlier=True) == []
    assert {line.who: line.on for line in told_of([decision])[decision.pk]}[
        "The integrated care board"
    ] == TODAY


def test_one_that_was_recorded_and_taken_back_is_among_the_earlier_ones_again(clerk: User) -> None:
    decision = decided(clerk)
    begin(TOMORROW)
    tell(decision, by=clerk)
    client = as_(clerk)
    client.post(reverse("notice.tell_back", args=[decision.public_id, "health"]), {"because": "Came back"})
    assert (owing(clerk), owing(clerk, earlier=True)) == ([], [decision.case.reference])


def test_the_day_is_kept_once() -> None:
    begin(TODAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        begin(TOMORROW)
    with pytest.raises(IntegrityError), transaction.atomic():
        BodiesRecorded(only=False, since=TOMORROW).save()


def applied(at: dt.datetime) -> None:
    rows = MigrationRecorder(connection).migration_qs.filter(app="meetings", name=UPGRADE.FIRST_KEPT_BY)
    rows.update(applied=at)


@pytest.mark.parametrize(
    ("letter", "day", "kept"),
    [(True, 1, TOMORROW), (True, 0, None), (False, 1, None)],
    ids=["letters before", "letters of that day", "no letter"],
)
def test_upgrade_keeps_the_day_it_could_first_be_recorded_where_letters_had_gone_before(
    clerk: User, day: int, kept: dt.date | None, *, letter: bool
) -> None:
    if letter:
        decided(clerk)
    applied(NOW + dt.timedelta(days=day))
    UPGRADE.keep_the_day(apps, connection.schema_editor())
    assert (recorded_since(), Decision.objects.count()) == (kept, int(letter))
