"""The family's own page: each reader sees their case and their own letters, as far as their own letters have told them."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from meetings.actions.reconsider import agree_on_reconsideration, start_reconsideration
from meetings.letters import family
from meetings.letters.actions import draft_letters
from meetings.letters.facts import dated
from meetings.letters.sending import record_posted
from meetings.models import Letter
from meetings.rules.reconsidering import Cause
from panel.actions.people import open_family_account
from panel.models import (
    AuditEntry,
    Case,
    CaseState,
    ClockEvent,
    DelayReason,
    Denial,
    Installation,
    Person,
    PriorOutcome,
    Relationship,
    Restriction,
    User,
)
from panel.platform.policy import Role
from tests.make import NOW, TODAY, make_address, make_case, make_person, make_user
from tests.meetings.day import REASONS, YES
from tests.meetings.letters.household import (
    FATHERS_POSTCODE,
    FATHERS_STREET,
    MOTHERS_POSTCODE,
    MOTHERS_STREET,
    Household,
    drain,
    make_contacts,
    make_decision,
    make_household,
)
from tests.meetings.letters.sample import ISSUE

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(db: None) -> Iterator[Household]:
    with time_machine.travel(NOW, tick=False):
        Installation(demonstration=True, authority_name="Wealdshire", seeded_on=TODAY, created_at=NOW).save()
        household = make_household()
        household.father.email = "tomas@family.example"
        household.father.save(update_fields=["email"])
        yield household


def account(person: Person) -> User:
    """The account a release opens."""
    user = open_family_account(person=Person.objects.get(pk=person.pk), by=None, now=NOW)
    assert user is not None
    return user


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page_of(user: User) -> str:
    response = as_(user).get(reverse("family.view"))
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def reach(user: User, letter: Letter) -> tuple[int, int]:
    client = as_(user)
    return (
        client.get(reverse("family.letter", args=[letter.public_id])).status_code,
        client.get(reverse("family.letter_pdf", args=[letter.public_id])).status_code,
    )


@pytest.fixture
def told(home: Household) -> Household:
    """Both parents have been sent their letters."""
    home.until_released()
    drain()
    return home


def test_decision_is_not_shown_before_its_letter_was_sent(home: Household) -> None:
    home.case.state = "not_assessed"
    home.case.save(update_fields=["state"])
    mother = account(home.mother)
    for moment in (lambda: None, home.draft, drain):
        moment()
        page = page_of(mother)
        assert "We are deciding whether to assess" in page
        assert "We decided not to assess" not in page


def test_page_says_where_the_case_is_and_what_comes_next_with_dates(home: Household) -> None:
    page = page_of(account(home.mother))
    for words in (
        "The request about Robin",
        "We got the request on 26 October 2026.",
        "We tell you whether we will assess by <strong>7 December 2026</strong>.",
        "The contact for the family",
    ):
        assert words in page


def test_date_that_has_passed_is_said_to_be_late(home: Household) -> None:
    home.case.received_on = TODAY - dt.timedelta(weeks=9)
    home.case.save(update_fields=["received_on"])
    assert "We are late, and we are sorry." in page_of(account(home.mother))


def test_each_parent_sees_only_their_own_letter(told: Household) -> None:
    mother, father = account(told.mother), account(told.father)
    to_mother, to_father = told.letter_to(told.mother), told.letter_to(told.father)
    assert [(reach(user, letter)) for user in (mother, father) for letter in (to_mother, to_father)] == [
        (200, 200),
        (404, 404),
        (404, 404),
        (200, 200),
    ]


def test_neither_home_is_in_the_others_page_or_letter(told: Household) -> None:
    for person, own, other in (
        (told.mother, MOTHERS_POSTCODE, (FATHERS_STREET, FATHERS_POSTCODE)),
        (told.father, FATHERS_POSTCODE, (MOTHERS_STREET, MOTHERS_POSTCODE)),
    ):
        client = as_(account(person))
        letter = told.letter_to(person)
        pages = [
            client.get(url).content.decode()
            for url in (
                reverse("family.view"),
                reverse("family.letter", args=[letter.public_id]),
                reverse("family.letter_pdf", args=[letter.public_id]),
            )
        ]
        assert own in pages[2]
        assert [word for word in other for page in pages if word in page] == []


def test_letter_is_shown_in_words_and_with_its_dates(told: Household) -> None:
    letter = told.letter_to(told.mother)
    page = as_(account(told.mother)).get(reverse("family.letter", args=[letter.public_id])).content.decode()
    for words in ("Dear Grace Ashdown", "23 November 2026", "25 January 2027", "not to carry out"):
        assert words in page


def test_page_says_what_the_reader_may_do_with_the_letters_own_dates(told: Household) -> None:
    page = page_of(account(told.mother))
    for words in (
        "We decided not to assess",
        "We want to hold it by <strong>14 December 2026</strong>",
        "contact the mediation adviser by <strong>23 January 2027</strong>",
        "the tribunal must have your appeal by <strong>25 January 2027</strong>",
    ):
        assert words in page


def test_pdf_is_the_very_bytes_that_were_sent(told: Household) -> None:
    letter = told.letter_to(told.mother)
    client = as_(account(told.mother))
    shown = client.get(reverse("family.letter_pdf", args=[letter.public_id]))
    saved = client.get(reverse("family.letter_pdf", args=[letter.public_id]), {"download": "1"})
    assert (shown["Content-Disposition"], saved["Content-Disposition"]) == (
        'inline; filename="letter.pdf"',
        'attachment; filename="letter.pdf"',
    )
    assert (shown.content == saved.content, saved["Content-Security-Policy"][:8]) == (True, "sandbox;")


def test_every_look_is_written_to_the_trail(told: Household) -> None:
    mother, letter = account(told.mother), told.letter_to(told.mother)
    page_of(mother)
    reach(mother, letter)
    seen = AuditEntry.objects.filter(by=mother.public_id).order_by("pk")
    assert list(seen.values_list("verb", "subject", "case")) == [
        ("family.view", told.case.public_id, told.case.public_id),
        ("family.letter", letter.public_id, told.case.public_id),
        ("family.letter", letter.public_id, told.case.public_id),
    ]


def _end(told: Household) -> None:
    Relationship.objects.filter(person=told.mother).update(until=TODAY)


def _dispute(told: Household) -> None:
    Relationship.objects.filter(person=told.mother).update(disputed=True)


def _restrict(told: Household) -> None:
    Restriction.objects.create(
        person=told.mother,
        child=told.case.child,
        kind="safety",
        starts_on=TODAY,
        recorded_at=NOW,
        recorded_by=None,
    )


def _order(told: Household) -> None:
    Restriction.objects.create(
        person=told.mother,
        child=told.case.child,
        kind="order",
        starts_on=TODAY,
        recorded_at=NOW,
        recorded_by=None,
    )


def _grow_up(told: Household) -> None:
    Person.objects.filter(pk=told.case.child.pk).update(born_on=dt.date(2010, 1, 1))


def _deny(told: Household) -> None:
    Denial.objects.create(case=told.case, user=account(told.mother), source="test", since=NOW)


@pytest.mark.parametrize("change", [_end, _dispute, _restrict, _order, _grow_up, _deny])
def test_lost_right_closes_page_and_letters_at_once(told: Household, change: Any) -> None:
    mother, letter = account(told.mother), told.letter_to(told.mother)
    assert reach(mother, letter) == (200, 200)
    change(told)
    assert reach(mother, letter) == (404, 404)
    assert "Robin" not in page_of(mother)
    assert reach(account(told.father), told.letter_to(told.father)) == (
        (200, 200) if change is not _grow_up else (404, 404)
    )


def test_unknown_address_closes_nothing(told: Household) -> None:
    make_address(told.mother, "", "", valid_from=TODAY)
    assert reach(account(told.mother), told.letter_to(told.mother)) == (200, 200)


def test_young_person_sees_their_own_case_and_letter() -> None:
    with time_machine.travel(NOW, tick=False):
        make_contacts()
        robin = make_person("Robin", "Ashdown", born_on=dt.date(2009, 1, 1), email="robin@family.example")
        make_address(robin)
        Relationship.objects.create(
            person=robin, child=robin, kind="young person", basis="self", since=dt.date(2025, 7, 1)
        )
        case = make_case(child=robin, parents=0, received_on=TODAY - dt.timedelta(weeks=4))
        household = Household(
            case=case,
            decision=make_decision(case),
            mother=robin,
            father=robin,
            clerk=make_user("Cleo Clerk", Role.CLERK),
            second=make_user("Sandy Second", Role.CLERK),
        )
        (letter,) = household.until_released()
        drain()
        user = account(robin)
        assert "Your request" in page_of(user)
        assert reach(user, letter) == (200, 200)


def test_parent_written_to_by_post_reads_the_letter_once_it_was_posted(home: Household) -> None:
    home.mother.email = ""
    home.mother.save(update_fields=["email"])
    mothers, _ = home.until_released()
    drain()
    home.mother.email = "grace@family.example"
    home.mother.save(update_fields=["email"])
    mother = account(home.mother)
    before = reach(mother, mothers)
    record_posted(letter=mothers, by=home.clerk, now=NOW, posted_on=TODAY)
    assert (before, reach(mother, mothers)) == ((404, 404), (200, 200))


def test_outcome_told_before_this_system_is_shown(home: Household) -> None:
    other = make_case(child=home.case.child, parents=0, state="assessing", reference="OLD-1")
    PriorOutcome(
        case=other,
        stage="assess",
        outcome="assess",
        decided_on=TODAY,
        notified_on=TODAY,
        recorded_at=NOW,
        recorded_by=None,
    ).save()
    assert "We are gathering advice for the assessment" in page_of(account(home.mother))


def test_account_without_a_case_is_told_so(home: Household) -> None:
    nobody = make_user("Nobody Yet", Role.PARENT)
    assert "There is nothing here for you to read at the moment." in page_of(nobody)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.PARENT])
def test_no_other_role_has_a_family_page(told: Household, role: Role) -> None:
    client = as_(make_user("Somebody", role))
    letter = told.letter_to(told.mother).public_id
    assert [
        client.get(url).status_code
        for url in (
            reverse("family.view"),
            reverse("family.letter", args=[letter]),
            reverse("family.letter_pdf", args=[letter]),
        )
    ] == [403, 403, 403]


@pytest.mark.parametrize("cases", [1, 3])
def test_page_asks_few_questions_at_any_number_of_cases(
    told: Household, cases: int, django_assert_num_queries: Any
) -> None:
    for _ in range(cases - 1):
        make_case(child=told.case.child, parents=0)
    client = as_(account(told.mother))
    client.get(reverse("family.view"))
    with django_assert_num_queries(25 + cases):
        client.get(reverse("family.view"))


@pytest.mark.parametrize(
    ("new_date", "said"),
    [
        (TODAY + dt.timedelta(days=9), "We now expect to do this by <strong>2 December 2026</strong>."),
        (TODAY - dt.timedelta(days=1), "you can ask us when it will be done."),
    ],
)
def test_late_stage_says_sorry_and_when_it_is_now_expected(
    home: Household, new_date: dt.date, said: str
) -> None:
    home.case.received_on = TODAY - dt.timedelta(weeks=8)
    home.case.save(update_fields=["received_on"])
    DelayReason(
        case=home.case,
        stage="C1",
        cause="staff",
        reason="Nobody was free.",
        new_date=new_date,
        by=home.clerk,
        at=NOW,
    ).save()
    assert f"That day has passed. We are late, and we are sorry. {said}" in page_of(
        account(home.mother)
    ).replace("We still have to do this, and ", "")


def test_order_of_the_tribunal_undoes_the_no_and_its_dates_are_shown(told: Household) -> None:
    assert "We decided not to assess" in page_of(account(told.mother))
    ClockEvent(
        case=told.case,
        kind="tribunal_order",
        on=TODAY,
        details={"about": "assess", "reopened": "assess"},
        recorded_at=NOW,
        recorded_by=told.clerk,
    ).save()
    page = page_of(account(told.mother))
    assert "We are carrying out an assessment" in page
    assert (
        "If there will be a plan, we send you the final plan by <strong>1 March 2027</strong>."
        " This is the date that follows from the tribunal’s order." in page
    )
    assert offers(told) == ((), ())


def offers(home: Household) -> tuple[Any, Any]:
    """What the mother's page offers her to do, and the next steps it names."""
    (row,) = family.page(account(home.mother), TODAY).cases
    return row.choices, row.steps


def test_no_that_stands_keeps_its_choices(told: Household) -> None:
    choices, _ = offers(told)
    assert any("appeal" in choice.what for choice in choices)


def test_withdrawn_request_offers_nothing_of_its_last_letter(told: Household) -> None:
    Case.objects.filter(pk=told.case.pk).update(state=CaseState.WITHDRAWN)
    assert offers(told) == ((), ())


def test_change_of_mind_shows_only_once_the_family_was_told(told: Household) -> None:
    row = {"case": told.case, "on": TODAY, "recorded_at": NOW, "recorded_by": told.clerk}
    ClockEvent(kind="reversed", details={"reopened": "assess"}, **row).save()
    assert "We decided not to assess" in page_of(account(told.mother))
    assert offers(told)[0]
    ClockEvent(kind="told", details={"told": "assess"}, **row).save()
    assert "We are carrying out an assessment" in page_of(account(told.mother))
    assert offers(told) == ((), ())


def test_letter_says_what_it_answers_and_the_appeal_names_the_certificate(told: Household) -> None:
    page = page_of(account(told.mother))
    assert "Read the letter of 23 November 2026: we decided not to assess" in page
    assert "no longer counts" not in page
    assert "or within one month of your mediation certificate if that is later." in page


def test_answer_that_was_changed_says_so_beside_its_letter_and_on_it(told: Household) -> None:
    mother, refusal = account(told.mother), told.letter_to(told.mother)
    Case.objects.filter(pk=told.case.pk).update(state=CaseState.NOT_ASSESSED, assess_notified_on=TODAY)
    officer = told.decision.by
    case = Case.objects.get(pk=told.case.pk)
    start_reconsideration(case=case, cause=Cause.EVIDENCE, because="A report came.", by=officer, now=NOW)
    ended = agree_on_reconsideration(case=case, answers=YES, reasons=REASONS, by=officer, now=NOW)
    assert "no longer counts" not in page_of(mother)
    for letter in draft_letters(decision=ended.decision, by=told.clerk, now=NOW).letters:
        drain()
        told.release(letter)
    drain()
    page = page_of(mother)
    assert "Read the letter of 23 November 2026: we will assess" in page
    assert page.count("This answer no longer counts: a later letter takes its place.") == 1
    old = as_(mother).get(reverse("family.letter", args=[refusal.public_id])).content.decode()
    new = Letter.objects.get(decision=ended.decision, recipient=told.mother)
    assert reverse("family.letter", args=[new.public_id]) in old
    assert (
        "takes its place"
        not in as_(mother).get(reverse("family.letter", args=[new.public_id])).content.decode()
    )


def test_draft_that_was_promised_is_on_the_page_with_its_day_while_the_plan_is_written() -> None:
    where = family.Standing("We are writing the plan", "", (family.Coming("Final", TODAY, late=False),))
    said = dated(replace(ISSUE, draft_by=TODAY), TODAY)
    shown = family.with_draft(where, CaseState.DRAFTING, said, TODAY)
    assert [one.what for one in shown.coming] == ["We send you a draft of the plan", "Final"]
    assert family.with_draft(where, CaseState.ISSUED, said, TODAY) == where
    assert family.with_draft(where, CaseState.DRAFTING, None, TODAY) == where
