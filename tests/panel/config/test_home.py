"""The home page of each role says what needs it today, within its queries."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from meetings.models import AgendaItem
from panel.actions import due
from panel.models import AdviceRequest, Case, Denial, Dispatch, Installation, PaperState, User
from panel.platform.policy import Role
from tests.make import make_case, make_paper, make_user
from tests.panel.views.reading import text_of
from tests.world import make_meeting, make_seat

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _demonstration() -> None:
    Installation(
        demonstration=True,
        authority_name="Testshire",
        seeded_on=timezone.localdate(),
        created_at=timezone.now(),
    ).save()


def home(user: User) -> Any:
    client = Client()
    client.force_login(user)
    return client.get("/")


def pressing_case(**fields: Any) -> Case:
    case = make_case(received_on=timezone.localdate() - dt.timedelta(days=40), **fields)
    due.refresh(case)
    case.save(update_fields=due.FIELDS)
    return case


def list_item(meeting: Any, case: Case, position: int) -> None:
    AgendaItem.objects.create(meeting=meeting, case=case, stage="assess", position=position, minutes=9)


def test_chair_sees_todays_list_and_closed_items_by_number_alone(chair: User, clerk: User) -> None:
    meeting = make_meeting(clerk)
    make_seat(meeting, chair, "chair")
    seen, closed = make_case(), make_case()
    list_item(meeting, seen, 1)
    list_item(meeting, closed, 2)
    Denial.objects.create(case=closed, user=chair, source="test", since=timezone.now())
    said = text_of(home(chair))
    assert seen.reference in said
    assert closed.reference not in said
    assert "2 Closed to you" in said


def test_member_sees_her_panels(member: User, clerk: User) -> None:
    make_seat(make_meeting(clerk), member)
    assert "You sit as: health" in text_of(home(member))


def test_clerk_sees_people_out_of_reach_refused_papers_and_what_is_stuck(clerk: User) -> None:
    case = pressing_case()
    tie = case.child.family.get()
    tie.disputed = True
    tie.save(update_fields=["disputed"])
    make_paper(
        case,
        state=PaperState.REFUSED,
        document=None,
        refusal="The file is damaged.",
        received_at=timezone.now(),
    )
    Dispatch.objects.create(
        key="k",
        kind="letter.send",
        subject=case.public_id,
        inputs_sha256="",
        created_at=timezone.now() - dt.timedelta(minutes=11),
    )
    said = text_of(home(clerk))
    for words in (
        f"{case.reference} : {tie.person.full_name}",
        "The file is damaged.",
        "seems not to be running",
    ):
        assert words in said


def test_promise_of_nine_minutes_worries_nobody(clerk: User) -> None:
    now = timezone.now()
    Dispatch.objects.create(
        key="k",
        kind="letter.send",
        subject=make_case().public_id,
        inputs_sha256="",
        created_at=now - dt.timedelta(minutes=9),
    )
    assert "seems not to be running" not in text_of(home(clerk))


def test_coordinator_sees_her_own_dates_and_nobody_elses(coordinator: User) -> None:
    own, other = pressing_case(coordinator=coordinator), pressing_case()
    said = text_of(home(coordinator))
    assert own.reference in said
    assert other.reference not in said


def test_professional_sees_what_is_asked_of_her(professional: User) -> None:
    case = make_case()
    AdviceRequest.objects.create(
        case=case, item="d", body="Psychology", adviser=professional, requested_on=case.received_on
    )
    said = text_of(home(professional))
    assert f"{case.child.full_name} {case.reference}, asked" in said


def test_officer_is_told_of_restricted_cases_nobody_can_see(officer: User) -> None:
    case = pressing_case(restricted=True)
    assert case.reference in text_of(home(officer))


def test_parent_goes_straight_to_the_familys_page(parent: User) -> None:
    answer = home(parent)
    assert (answer.status_code, answer.url) == (302, "/family/")


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.ADVOCATE, Role.AUDITOR])
def test_role_whose_pages_come_later_is_told_so(role: Role, db: None) -> None:
    assert "come with a later version" in text_of(home(make_user("Lou Later", role)))


@pytest.mark.parametrize(
    ("role", "words"),
    [
        (Role.CHAIR, "No panel of yours waits today."),
        (Role.CLERK, "No letter waits for you."),
        (Role.OFFICER, "No recommendation waits."),
        (Role.COORDINATOR, "No date of yours is near."),
        (Role.MEMBER, "You are on no panel that is planned."),
        (Role.PROFESSIONAL, "No open case is yours."),
        (Role.LEADER, "You see numbers, and no case."),
        (Role.ADMINISTRATOR, "You look after who signs in and how panels work."),
    ],
)
def test_empty_page_says_so_kindly(role: Role, words: str) -> None:
    assert words in text_of(home(make_user("Emery Empty", role)))


def test_somebody_with_two_roles_sees_both_under_their_names(db: None) -> None:
    said = text_of(home(make_user("Two Hats", Role.CHAIR, Role.COORDINATOR)))
    assert "Panel chair" in said
    assert "Case coordinator" in said


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    "role", [Role.CHAIR, Role.CLERK, Role.COORDINATOR, Role.OFFICER, Role.MEMBER, Role.PROFESSIONAL]
)
def test_home_page_stays_within_its_queries(
    role: Role, rows: int, clerk: User, django_assert_max_num_queries: Callable
) -> None:
    user = make_user("Robin Role", role)
    for number in range(rows):
        meeting = make_meeting(clerk)
        make_seat(meeting, user, "chair" if role is Role.CHAIR else "health")
        case = pressing_case(coordinator=user, submitted_by=user)
        case.child.family.update(disputed=True)
        list_item(meeting, case, number + 1)
        make_paper(case, by=user, state=PaperState.REFUSED, document=None, received_at=timezone.now())
        AdviceRequest.objects.create(
            case=case, item="d", body="Psychology", adviser=user, requested_on=case.received_on
        )
    client = Client()
    client.force_login(user)
    with django_assert_max_num_queries(20):
        client.get("/")


def test_parent_carer_representative_sees_the_panels_they_sit_on(clerk: User) -> None:
    user = make_user("Paz Forum", Role.PARENT_REPRESENTATIVE)
    make_seat(make_meeting(clerk), user, "parent_carer_representative")
    assert "You sit as: parent-carer representative" in text_of(home(user))


def test_vice_chair_sees_the_panels_beside_those_of_the_chair(chair: User, clerk: User) -> None:
    meeting = make_meeting(clerk)
    make_seat(meeting, make_user("Charlie Chair", Role.CHAIR), "chair")
    make_seat(meeting, chair, "vice_chair")
    assert f"Chair: Charlie Chair. Vice-chair: {chair.name}" in text_of(home(chair))


def test_chair_finds_the_panel_of_today_before_its_items(clerk: User) -> None:
    user = make_user("Charlie Chair", Role.CHAIR)
    meeting = make_meeting(clerk, starts_at=timezone.now())
    make_seat(meeting, user, "chair")
    seen = text_of(home(user))
    assert seen.index("Today’s panel") < seen.index("Today’s list") < seen.index("Minutes to sign")
