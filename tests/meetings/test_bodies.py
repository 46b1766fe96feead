"""Health and social care are told of a decision once the family has been (regs 5(2) and 10(2)): by a sheet, with its day and way."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from meetings.actions.bodies import record_body_told, take_back_told
from meetings.letters.facts import Contact
from meetings.letters.freeze import frozen_facts
from meetings.models import AuthorityContact, BodyTold, Decision
from meetings.queries.bodies import owing_to
from meetings.queries.told import told_of
from meetings.views.bodies import sender
from panel.actions.access import grant_restricted_case
from panel.law.notices import BODIES, Party
from panel.law.words import in_words
from panel.models import Address, AuditEntry, Case, ClockEvent, Relationship, User
from panel.platform.policy import Refused, Role
from tests.make import NOW, TODAY, make_case, make_user
from tests.meetings.actions.test_feedback import sent
from tests.meetings.letters.household import (
    drain,
    make_contacts,
    make_decision,
    make_household,
    make_parent_of,
)
from tests.meetings.views.client import as_, boxes, demonstration, words

pytestmark = pytest.mark.django_db
HEALTH, SOCIAL_CARE = Party.HEALTH, Party.SOCIAL_CARE
HOW = "Secure e-mail to their team"


def decided(clerk: User, outcome: str = "not_assess", **fields: object) -> Decision:
    """A decision whose letter has gone to the family today."""
    case = make_case(parents=0, **fields)
    make_parent_of(case.child, "Grace", "7 Harbour View", "ZZ7 7AA")
    stage = "assess" if outcome.endswith("assess") else "issue"
    decision = make_decision(case, outcome=outcome, stage=stage)
    sent(decision, clerk)
    return decision


def owing(body: Party, user: User) -> list[str]:
    return [row.decision.case.reference for row in owing_to(body, user, NOW)]


def tell(
    *decisions: Decision, by: User, body: Party = HEALTH, on: dt.date = TODAY, how: str = HOW
) -> tuple[BodyTold, ...]:
    return record_body_told(
        body=body, decisions=[one.public_id for one in decisions], on=on, how=how, by=by, now=NOW
    )


def test_nobody_else_is_told_before_the_family() -> None:
    home = make_household()
    home.until_released()
    assert owing(HEALTH, home.clerk) == []
    drain()
    assert owing(HEALTH, home.clerk) == [home.case.reference]


@pytest.mark.parametrize(
    ("outcome", "bodies"),
    [
        ("assess", {HEALTH, SOCIAL_CARE}),
        ("not_assess", {HEALTH, SOCIAL_CARE}),
        ("issue", set()),
        ("not_issue", {HEALTH}),
    ],
)
def test_the_law_says_of_which_outcome_each_is_told(clerk: User, outcome: str, bodies: set[Party]) -> None:
    decision = decided(clerk, outcome)
    assert {body for body in BODIES if owing(body, clerk)} == bodies
    lines = [line.who for line in told_of([decision])[decision.pk]]
    assert {body for body, name in BODIES.items() if name in lines} == bodies


def test_what_was_told_is_kept_with_its_day_and_way_and_owed_no_more(clerk: User) -> None:
    first, second, third = decided(clerk), decided(clerk), decided(clerk)
    made = tell(first, second, by=clerk)
    assert [(row.decision, row.body, row.on, row.how, row.by) for row in made] == [
        (first, "health", TODAY, HOW, clerk),
        (second, "health", TODAY, HOW, clerk),
    ]
    assert owing(HEALTH, clerk) == [third.case.reference]
    assert len(owing(SOCIAL_CARE, clerk)) == 3
    assert AuditEntry.objects.filter(verb="notice.tell", case=first.case.public_id).count() == 1
    assert {line.who: line.on for line in told_of([first])[first.pk]} == {
        "Parent": TODAY,
        "The integrated care board": TODAY,
        "The authority’s social care": None,
    }


def test_sent_twice_it_is_told_once(clerk: User) -> None:
    decision = decided(clerk)
    tell(decision, by=clerk)
    assert tell(decision, by=clerk, how="Another way") == ()
    assert BodyTold.objects.get().how == HOW


def test_the_database_keeps_one_row_for_each_body_and_never_without_a_way(clerk: User) -> None:
    decision = decided(clerk)
    tell(decision, by=clerk)
    for how in (HOW, ""):
        body = "health" if how else "social_care"
        with pytest.raises(IntegrityError), transaction.atomic():
            BodyTold(decision=decision, body=body, on=TODAY, how=how, by=clerk, at=NOW).save()


@pytest.mark.parametrize(
    ("day", "how", "code"),
    [
        (TODAY - dt.timedelta(days=1), HOW, "on"),
        (TODAY + dt.timedelta(days=1), HOW, "on"),
        (TODAY, "  ", "how"),
    ],
)
def test_a_day_before_the_family_or_still_to_come_and_no_way_are_refused(
    clerk: User, day: dt.date, how: str, code: str
) -> None:
    decision = decided(clerk)
    with pytest.raises(Refused) as no:
        tell(decision, by=clerk, on=day, how=how)
    assert (no.value.code, no.value.field, BodyTold.objects.count()) == (code, code, 0)
    # The family was told today, so no other day is left.
    assert code != "on" or no.value.sentence == "Enter today’s date."


def test_all_or_none_where_one_is_owed_no_longer(clerk: User) -> None:
    stands, gone = decided(clerk), decided(clerk)
    make_decision(gone.case, outcome="assess", supersedes=gone)
    with pytest.raises(Refused) as no:
        tell(stands, gone, by=clerk)
    assert (no.value.code, BodyTold.objects.count()) == ("not_owed", 0)
    assert owing(HEALTH, clerk) == [stands.case.reference]


def test_restricted_case_is_told_of_by_those_who_are_named(clerk: User) -> None:
    decision = decided(clerk)
    Case.objects.filter(pk=decision.case_id).update(restricted=True)
    assert owing(HEALTH, clerk) == []
    with pytest.raises(Refused) as no:
        tell(decision, by=clerk)
    assert (no.value.code, BodyTold.objects.count()) == ("not_owed", 0)
    officer = make_user("Olive Officer", Role.OFFICER)
    decision.case.refresh_from_db()
    until = NOW + dt.timedelta(days=30)
    grant_restricted_case(case=decision.case, user=clerk, until=until, reason="duty", by=officer, now=NOW)
    assert owing(HEALTH, clerk) == [decision.case.reference]


@pytest.mark.parametrize("role", [Role.OFFICER, Role.COORDINATOR, Role.CHAIR])
def test_others_than_a_clerk_do_not_tell(clerk: User, role: Role) -> None:
    decision = decided(clerk)
    other = make_user("Somebody Else", role)
    with pytest.raises(Refused):
        tell(decision, by=other)
    assert as_(other).get(reverse("notice.tell", args=["health"])).status_code in {403, 404}


def test_clerk_makes_a_sheet_sends_it_and_says_so(clerk: User) -> None:
    first, second = decided(clerk), decided(clerk, "assess")
    client, url = as_(clerk), reverse("notice.tell", args=["health"])
    assert "2 to tell the integrated care board" in words(client.get(reverse("home.view")))
    assert first.case.reference in words(client.get(url))
    ticked = {"decisions": [first.public_id]}
    made = client.post(url, ticked)
    assert made.status_code == 200
    sheet = words(made)
    for said in (
        first.case.child.full_name,
        first.case.reference,
        "Do not assess",
        "This notice is confidential. Under regulation 5(2) of",
    ):
        assert said in sheet
    assert second.case.reference not in sheet
    # Reasons and what the family said stand in the letter to the family, and in no sheet.
    assert first.reasons[:40] not in sheet
    assert AuditEntry.objects.filter(verb="decision.view", subject=first.public_id).count() == 1
    wrong = client.post(url, {**ticked, "confirmed": "1", "how": HOW})
    assert (wrong.status_code, BodyTold.objects.count()) == (422, 0)
    assert HOW in wrong.content.decode()
    assert "Enter the day, month and year" in words(wrong)
    right = client.post(url, {**ticked, "confirmed": "1", "how": HOW, **boxes("on", TODAY)}, follow=True)
    assert "Recorded: the integrated care board was told of 1 decision" in words(right)
    assert [row.decision for row in BodyTold.objects.all()] == [first]
    assert "1 to tell the integrated care board" in words(client.get(reverse("home.view")))
    page = words(client.get(reverse("decision.view", args=[first.public_id])))
    assert f"The integrated care board told on 23 November 2026: {HOW}. Take this back" in page


@pytest.mark.parametrize("said", [[], ["no number"], ["00000000-0000-4000-8000-000000000000"]])
def test_nothing_ticked_is_said_and_nothing_kept(clerk: User, said: list[str]) -> None:
    decided(clerk)
    answer = as_(clerk).post(reverse("notice.tell", args=["health"]), {"decisions": said})
    assert (answer.status_code, BodyTold.objects.count()) == (422, 0)
    title = "What you ticked is not listed any more" if "-" in "".join(said) else "Nothing is ticked"
    assert f"{title} Tick the decisions to tell of" in words(answer)
    assert "This was not saved" not in words(answer)


@pytest.mark.parametrize("body", ["family", "setting", "nobody"])
def test_there_is_no_such_page_for_who_is_told_otherwise(clerk: User, body: str) -> None:
    assert as_(clerk).get(reverse("notice.tell", args=[body])).status_code == 404


def test_nothing_owed_is_said_in_words(clerk: User) -> None:
    assert "Nothing waits" in words(as_(clerk).get(reverse("notice.tell", args=["social_care"])))


@pytest.mark.parametrize("number", [1, 3])
def test_list_and_sheet_ask_no_more_for_more_decisions(
    clerk: User, number: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    rows = [decided(clerk) for _ in range(number)]
    client, url = as_(clerk), reverse("notice.tell", args=["health"])
    client.get(url)
    with django_assert_max_num_queries(8):
        client.get(url)
    with django_assert_max_num_queries(12):
        client.post(url, {"decisions": [row.public_id for row in rows]})


def test_refusal_that_a_tribunal_has_undone_is_told_to_nobody_any_more(clerk: User) -> None:
    decision, other = decided(clerk), decided(clerk)
    event = ClockEvent(
        case=decision.case,
        kind="tribunal_order",
        on=TODAY,
        details={"about": "assess", "reopened": "assess"},
        recorded_at=NOW,
        recorded_by=clerk,
    )
    event.save()
    assert owing(HEALTH, clerk) == owing(SOCIAL_CARE, clerk) == [other.case.reference]
    with pytest.raises(Refused) as no:
        tell(decision, by=clerk)
    assert no.value.code == "not_owed"


def test_clerk_ticks_by_hand_what_goes_to_a_board_for_children_have_different_ones(clerk: User) -> None:
    decided(clerk)
    client = as_(clerk)
    assert " checked" not in client.get(reverse("notice.tell", args=["health"])).content.decode()
    assert " checked" in client.get(reverse("notice.tell", args=["social_care"])).content.decode()


def test_mistake_is_taken_back_with_a_reason_and_the_notice_is_owed_again(clerk: User) -> None:
    decision = decided(clerk)
    (first,) = tell(decision, by=clerk)
    client = as_(clerk)
    back = reverse("notice.tell_back", args=[decision.public_id, "health"])
    assert back in client.get(reverse("decision.view", args=[decision.public_id])).content.decode()
    page = words(client.get(back))
    assert f"Told on 23 November 2026: {HOW} Recorded by {clerk.name} on 23 November 2026" in page
    assert f"{decision.case.child.full_name}, {decision.case.reference}: do not assess" in page
    none = client.post(back, {"because": " "})
    assert (none.status_code, owing(HEALTH, clerk)) == (422, [])
    done = client.post(back, {"because": "The e-mail came back"}, follow=True)
    assert "Recorded: the integrated care board was not told" in words(done)
    assert owing(HEALTH, clerk) == [decision.case.reference]
    assert {line.who: line.on for line in told_of([decision])[decision.pk]}[
        "The integrated care board"
    ] is None
    assert back not in done.content.decode()
    nothing = client.get(back)
    assert (nothing.status_code, "there is nothing to take back" in words(nothing)) == (409, True)
    assert "was not told" not in words(nothing)
    # Once more is nothing more, and told again is a row of its own.
    assert take_back_told(decision=decision, body=HEALTH, because="Again", by=clerk, now=NOW) is None
    (second,) = tell(decision, by=clerk)
    assert (second.supersedes, BodyTold.objects.standing().get()) == (first, second)
    assert AuditEntry.objects.filter(verb="notice.tell_back").count() == 1


def test_only_a_clerk_takes_it_back(clerk: User) -> None:
    decision = decided(clerk)
    tell(decision, by=clerk)
    officer = make_user("Olive Officer", Role.OFFICER)
    with pytest.raises(Refused):
        take_back_told(decision=decision, body=HEALTH, because="Wrong", by=officer, now=NOW)
    assert BodyTold.objects.standing().count() == 1


@pytest.mark.parametrize(
    ("outcome", "named"),
    [
        ("not_assess", ["The health service (integrated care board)", "Social care"]),
        ("issue", []),
        ("not_issue", ["The health service (integrated care board)"]),
    ],
)
def test_letter_says_who_else_is_told(clerk: User, outcome: str, named: list[str]) -> None:
    make_contacts()
    home = make_household()
    stage = "assess" if outcome.endswith("assess") else "issue"
    if stage == "issue":
        Case.objects.filter(pk=home.case.pk).update(state="assessing", assess_notified_on=TODAY)
    decision = make_decision(home.case, outcome=outcome, stage=stage) if stage == "issue" else home.decision
    tie = Relationship.objects.get(person=home.mother, child=home.case.child)
    facts = frozen_facts(decision, tie, Address.objects.get(person=home.mother), TODAY)
    assert list(facts.copied_to) == [*([home.case.setting.name] if home.case.setting else []), *named]


def test_sheet_says_who_writes_where_from_and_whom_to_ask(clerk: User) -> None:
    decision = decided(clerk)
    make_contacts()
    sheet = words(
        as_(clerk).post(reverse("notice.tell", args=["health"]), {"decisions": [decision.public_id]})
    )
    by_kind = {row.kind: row.name for row in AuthorityContact.objects.all()}
    assert f"{by_kind['authority']} County Hall Wealdham {in_words(timezone.localdate())}" in sheet
    asks = f"If you have a question, ask {by_kind['contact']}, County Hall, Wealdham. Phone: 01000 555 010 E-mail: send@wealdshire.example"
    assert asks in sheet


def test_without_contacts_the_sheet_has_the_authoritys_name() -> None:
    demonstration()
    assert sender(dt.date(2019, 1, 1)) == {"authority": Contact("Testshire"), "contact": None}
