"""A member of a panel who is of the child’s own family: found from the register of persons, or asked about."""

import datetime as dt

import pytest
from django.urls import reverse

from meetings.actions.conflicts import find_conflicts, impose_conflict
from meetings.actions.listing import add_items
from meetings.actions.seats import seat
from meetings.letters.family import cases_of
from meetings.models import AgendaItem, Conflict, Seat
from meetings.queries.ties import kin_to_ask, leaving
from meetings.queries.waiting import Listing
from meetings.rules.quorum import ConflictKind, Effect
from panel.law.legal import Stage
from panel.models import Case, Denial, Person, Relationship, User
from panel.platform.policy import Role
from tests.make import TODAY, make_address, make_case, make_person, make_user
from tests.meetings.day import Day, after, list_cases, make_day
from tests.meetings.views.client import as_, words

pytestmark = pytest.mark.django_db


def found() -> list[tuple[str, str, str, str]]:
    return [(c.entry.user.name, c.kind, c.source, c.effect) for c in Conflict.objects.order_by("pk")]


def parent_of(case: Case) -> Person:
    return Relationship.objects.get(child=case.child).person


def account_of(person: Person, user: User) -> None:
    Person.objects.filter(pk=person.pk).update(user=user)


def test_representative_who_is_the_childs_parent_leaves_its_item_and_no_other() -> None:
    day, own, other = make_day(0), make_case(), make_case()
    account_of(parent_of(own), day.parent_carer)
    list_cases(day, own, other)
    assert found() == [("Paz Forum", "relative", "automatic", "leaves")]
    seen = AgendaItem.objects.visible_to(day.parent_carer, after(day, -60))
    assert [item.case for item in seen] == [other]


@pytest.mark.parametrize("fields", [{"until": TODAY - dt.timedelta(days=30)}, {"disputed": True}])
def test_tie_that_ended_or_is_disputed_counts(fields: dict) -> None:
    day, case = make_day(0), make_case()
    account_of(parent_of(case), day.nurse)
    Relationship.objects.update(**fields)
    list_cases(day, case)
    assert found() == [("Nia Nurse", "relative", "automatic", "leaves")]


def test_tie_counts_in_the_other_direction_and_for_the_young_person() -> None:
    day, mother, own = make_day(0), make_person("Mo", "Ashdown"), make_person("Robin", "Ashdown")
    Relationship.objects.create(
        person=mother,
        child=make_person("Kim", "Reed", user=day.nurse),
        kind="aunt",
        basis="none",
        since=TODAY,
    )
    Relationship.objects.create(person=own, child=own, kind="self", basis="self", since=TODAY)
    account_of(own, day.head)
    list_cases(day, make_case(child=mother), make_case(child=own))
    assert [(row.item.case.child, row.entry.user) for row in Conflict.objects.order_by("pk")] == [
        (mother, day.nurse),
        (own, day.head),
    ]


def test_parent_who_takes_a_seat_later_leaves() -> None:
    day, case = make_day(0), make_case()
    list_cases(day, case)
    late = make_user("Lee Late", Role.MEMBER)
    account_of(parent_of(case), late)
    seat(meeting=day.meeting, user=late, seat=Seat.SCHOOL, by=day.clerk, now=after(day, -60))
    assert found() == [("Lee Late", "relative", "automatic", "leaves")]


def test_proposed_agenda_says_that_the_parent_would_leave() -> None:
    day, case = make_day(0), make_case()
    account_of(parent_of(case), day.parent_carer)
    seats = list(day.meeting.roster.all())
    assert leaving(day.meeting, seats, [case], TODAY) == {case.pk: {day.parent_carer.pk}}


def test_parent_who_leaves_the_room_keeps_the_page_of_her_own_child() -> None:
    day, case = make_day(0), make_case()
    account_of(parent_of(case), day.parent_carer)
    list_cases(day, case)
    assert Denial.objects.live().get().user == day.parent_carer
    assert list(cases_of(day.parent_carer, TODAY)) == [case]
    Denial.objects.create(case=case, user=day.parent_carer, source="order", since=after(day, -10))
    assert list(cases_of(day.parent_carer, TODAY)) == []


# Surname and home


def neighbour(day: Day, surname: str = "Ashdown", postcode: str = "WB1 1AA") -> Case:
    """The nurse is in the register as somebody's mother; her surname and home are those of the child's family or not."""
    case = make_case()
    person = make_person("Nia", surname, user=day.nurse)
    make_address(person, postcode=postcode)
    return case


def home_of(case: Case) -> str:
    return parent_of(case).addresses.get().postcode


def asked(day: Day) -> list[User]:
    return [
        entry.user
        for _, entry in kin_to_ask(list(day.meeting.roster.all()), list(day.meeting.items.all()), TODAY)
    ]


@pytest.mark.parametrize(
    ("surname", "same_home", "ask"),
    [("ashdown", True, True), ("Ashdown", False, False), ("Reed", True, False)],
)
def test_shared_surname_and_home_is_a_question_and_no_conflict(
    surname: str, *, same_home: bool, ask: bool
) -> None:
    day = make_day(0)
    case = neighbour(day, surname, "" if same_home else "ZZ9 9ZZ")
    if same_home:
        person = Person.objects.get(user=day.nurse)
        make_address(person, postcode=home_of(case).lower(), valid_from=TODAY)
    list_cases(day, case)
    assert (found(), asked(day)) == ([], [day.nurse] if ask else [])


def shared() -> Day:
    day = make_day(0)
    case = neighbour(day)
    make_address(Person.objects.get(user=day.nurse), postcode=home_of(case), valid_from=TODAY)
    listed = add_items(
        meeting=day.meeting, listings=[Listing(case, Stage.ASSESS)], by=day.clerk, now=after(day, -60)
    )
    day.items += listed.items
    assert [one.code for one in listed.warnings if one.code.startswith("ask")] == ["ask_relative"]
    return day


def test_member_chair_and_clerk_are_asked_without_a_word_about_the_home() -> None:
    day = shared()
    page = reverse("item.view", args=[day.items[0].public_id])
    assert "are you of this child’s family?" in words(as_(day.nurse).get(page))
    for user in (day.chair, day.clerk):
        said = words(as_(user).get(page))
        assert (
            "To be asked: Nia Nurse . By what the register has, they may be of this child’s family." in said
        )
        assert home_of(day.items[0].case) not in said
    assert "child’s family" not in words(as_(day.head).get(page))


@pytest.mark.parametrize("effect", [Effect.NOTE, Effect.LEAVES])
def test_either_answer_ends_the_question(effect: Effect) -> None:
    day = shared()
    impose_conflict(
        item=day.items[0],
        entry=day.entry(day.nurse),
        kind=ConflictKind.RELATIVE,
        effect=effect,
        detail="Asked on the telephone.",
        by=day.clerk,
        now=after(day, -50),
    )
    assert asked(day) == []
    assert find_conflicts(meeting=day.meeting, by=day.clerk, now=after(day, -40)) == ()


def test_people_outside_the_register_cost_one_query_more(django_assert_num_queries) -> None:
    day = make_day()
    seats, items = (
        list(day.meeting.roster.select_related("user")),
        list(day.meeting.items.select_related("case")),
    )
    with django_assert_num_queries(5):
        assert kin_to_ask(seats, items, TODAY) == ()
