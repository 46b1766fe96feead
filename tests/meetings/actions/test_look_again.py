"""Conflicts found again when a paper, a setting, an employment or a family changes after the list was made."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from django.utils import timezone

from meetings.actions.conflicts import lift_conflict, look_again
from meetings.models import Conflict
from meetings.queries.item import find_item
from panel.config.outbox import ROUNDS
from panel.models import AuditEntry, Case, Denial, Person, Relationship
from tests.make import make_case, make_paper, make_setting
from tests.meetings.day import Day, advise, begin, list_cases, make_day, works_at
from tests.meetings.views.client import as_, this_morning, words

pytestmark = pytest.mark.django_db


def listed() -> Day:
    """The head works at a school; the child on the list goes to none yet."""
    day = make_day(0, at=this_morning())
    works_at(day.head, make_setting("Elm School"))
    list_cases(day, make_case())
    return day


def changes_school(day: Day) -> None:
    Case.objects.update(setting=day.head.memberships.get(setting__isnull=False).setting)


def starts_work(day: Day) -> None:
    school = make_setting("Oak School")
    Case.objects.update(setting=school)
    works_at(day.head, school)


def is_family(day: Day) -> None:
    person = Relationship.objects.get(child=day.items[0].case.child).person
    Person.objects.filter(pk=person.pk).update(user=day.head)


def rows() -> list[tuple[str, str, str]]:
    return [(row.entry.user.name, row.kind, row.effect) for row in Conflict.objects.order_by("pk")]


def item_page(day: Day, name: str = "item.view") -> str:
    return reverse(name, args=[day.items[0].public_id])


@pytest.mark.parametrize(
    ("change", "kind"),
    [(changes_school, "own_setting"), (starts_work, "own_setting"), (is_family, "relative")],
)
def test_change_closes_the_item_at_once_and_its_reader_has_it_written_down(
    change: Callable[[Day], None], kind: str
) -> None:
    day = listed()
    client = as_(day.head)
    assert client.get(item_page(day)).status_code == 200
    change(day)
    assert (client.get(item_page(day)).status_code, rows()) == (404, [("Hetty Head", kind, "leaves")])
    assert Denial.objects.live().get().user == day.head
    meeting = reverse("meeting.view", args=[day.meeting.public_id])
    assert "you are recused" in words(client.get(meeting)).lower()


def test_poll_is_refused_and_writes_nothing() -> None:
    day = begin(listed())
    changes_school(day)
    before = AuditEntry.objects.count()
    assert as_(day.head, page=False).get(item_page(day, "item.status")).status_code == 404
    assert (rows(), AuditEntry.objects.count()) == ([], before)


def test_others_and_finished_items_are_as_they_were() -> None:
    day = begin(listed())
    changes_school(day)
    assert as_(day.nurse).get(item_page(day)).status_code == 200
    advise(day, day.items[0], now=timezone.now())
    assert as_(day.head).get(item_page(day)).status_code == 200
    assert look_again(timezone.now()) == 0


def test_what_was_lifted_stays_open() -> None:
    day = listed()
    changes_school(day)
    look_again(timezone.now())
    lift_conflict(
        conflict=Conflict.objects.get(), because="Left the school last year", by=day.clerk, now=timezone.now()
    )
    assert find_item(day.head, day.items[0].public_id, timezone.now()) == day.items[0]
    assert look_again(timezone.now()) == 0


def test_paper_that_came_in_since_bars_its_author_from_voting_and_closes_nothing() -> None:
    day = listed()
    make_paper(day.items[0].case, by=day.nurse)
    assert find_item(day.nurse, day.items[0].public_id, timezone.now()) is not None
    assert (look_again(timezone.now()), rows()) == (1, [("Nia Nurse", "own_paper", "no_vote")])


def test_paper_closes_the_item_where_the_rules_say_so() -> None:
    day = make_day(1, at=this_morning(), own_paper_effect="leaves")
    make_paper(day.items[0].case, by=day.nurse)
    assert find_item(day.nurse, day.items[0].public_id, timezone.now()) is None


def test_round_finds_them_for_every_meeting_to_come_once() -> None:
    assert look_again in ROUNDS
    day = listed()
    changes_school(day)
    assert (look_again(timezone.now()), look_again(timezone.now())) == (1, 0)
    assert rows() == [("Hetty Head", "own_setting", "leaves")]
