"""What lists and pages show, to whom, and with how many queries."""

import datetime as dt
from typing import Any

import pytest

from panel.actions import due
from panel.models import AdviceRequest, Case, Denial, Dispatch, Exemption, PriorOutcome, Restriction, User
from panel.platform import outbox
from panel.platform.policy import Role
from panel.queries import (
    CaseFilter,
    Event,
    Mark,
    Sort,
    case_file,
    clerk_tray,
    coordinator_tray,
    filter_choices,
    list_cases,
    professional_tray,
    restricted_without_grant,
    timeline,
)
from tests.make import (
    NOW,
    TODAY,
    make_address,
    make_case,
    make_paper,
    make_parent,
    make_person,
    make_setting,
    make_user,
)

pytestmark = pytest.mark.django_db


def indexed_case(**fields: Any) -> Case:
    case = make_case(**fields)
    due.refresh(case)
    case.save(update_fields=due.FIELDS)
    return case


def references(user: User, **wanted: Any) -> list[str]:
    return [line.case.reference for line in list_cases(user, NOW, CaseFilter(**wanted)).lines]


def days(number: int) -> dt.date:
    return TODAY - dt.timedelta(days=number)


def test_list_is_in_order_of_due_date_and_marks_it(clerk: User) -> None:
    indexed_case(reference="FINE", received_on=days(2))
    indexed_case(reference="LATE", received_on=days(43))
    indexed_case(reference="NEAR", received_on=days(35))
    page = list_cases(clerk, NOW, CaseFilter())
    assert [(line.case.reference, line.mark, line.days_left) for line in page.lines] == [
        ("LATE", Mark.LATE, -1),
        ("NEAR", Mark.AT_RISK, 7),
        ("FINE", Mark.IN_TIME, 40),
    ]


def test_filters_narrow_the_list(clerk: User) -> None:
    setting, corin = make_setting("Oak School"), make_user("Corin", Role.COORDINATOR)
    indexed_case(reference="A", setting=setting, received_on=days(43))
    indexed_case(reference="B", primary_need="ASD", coordinator=corin)
    indexed_case(reference="C", state="issued", final_sent_on=TODAY)
    assert references(clerk) == ["A", "B"]
    assert references(clerk, state="issued") == ["C"]
    assert references(clerk, state="all") == ["A", "B", "C"]
    assert references(clerk, setting=setting.pk) == ["A"]
    assert references(clerk, coordinator=corin.pk) == ["B"]
    assert references(clerk, need="ASD") == ["B"]
    assert references(clerk, due_within=0) == ["A"]
    assert references(clerk, mark=Mark.LATE) == ["A"]
    assert references(clerk, mark=Mark.AT_RISK) == []
    assert references(clerk, mark=Mark.IN_TIME) == ["B"]
    assert references(clerk, state="all", mark=Mark.NONE) == ["C"]
    assert references(clerk, state="not a state") == []


def test_case_decided_and_not_yet_told_is_still_open(clerk: User) -> None:
    for stage, state in (("assess", "not_assessed"), ("issue", "not_issued")):
        told = {"assess_notified_on": days(30)} if stage == "issue" else {}
        case = indexed_case(reference=stage.upper(), state=state, received_on=days(40), **told)
        assert references(clerk) == [stage.upper()]
        setattr(case, f"{stage}_notified_on", days(1))
        due.refresh(case)
        case.save()
        assert references(clerk) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("robin", ["A"]),
        ("ROBIN ash", ["A"]),
        ("o'neil", ["B"]),
        ("oak", ["A"]),
        ("B", ["A", "B"]),
        ("%", []),
        ("_", []),
        ("\\", []),
        ("'; drop", []),
        ("x" * 10_000, []),
        ("(a+)+$", []),
        ("", ["A", "B"]),
    ],
)
def test_text_finds_words_and_never_patterns(clerk: User, text: str, found: list[str]) -> None:
    indexed_case(reference="A", setting=make_setting("Oak School"), received_on=days(30))
    indexed_case(reference="B", child=make_person("Tam", "O'Neil"))
    assert references(clerk, text=text) == found


@pytest.mark.parametrize("sort", list(Sort))
def test_pages_meet_without_gap_or_overlap_in_both_directions(clerk: User, sort: Sort) -> None:
    for number in range(11):
        fields = {"state": "issued", "final_sent_on": TODAY} if number % 3 == 0 else {}
        child = make_person(f"Child{number % 4}", f"Name{number % 2}")
        indexed_case(reference=f"R{number:02}", received_on=days(20 + number % 5), child=child, **fields)
    wanted = CaseFilter(state="all", sort=sort)
    whole = [line.case for line in list_cases(clerk, NOW, wanted, size=50).lines]
    assert len(whole) == 11
    seen, page = [], list_cases(clerk, NOW, wanted, size=4)
    assert page.before is None
    while True:
        seen += [line.case for line in page.lines]
        if page.after is None:
            break
        page = list_cases(clerk, NOW, wanted, size=4, after=page.after)
    assert seen == whole
    back = [line.case for line in page.lines]
    while page.before is not None:
        page = list_cases(clerk, NOW, wanted, size=4, before=page.before)
        back = [line.case for line in page.lines] + back
    assert back == whole


def test_cursor_of_a_case_one_may_not_see_begins_anew(coordinator: User) -> None:
    own, other = indexed_case(coordinator=coordinator), indexed_case(received_on=days(40))
    page = list_cases(coordinator, NOW, CaseFilter(), after=other.public_id)
    assert [line.case for line in page.lines] == [own]


@pytest.mark.parametrize("number", [1, 3])
def test_list_and_its_filters_take_two_queries_each(
    clerk: User, number: int, django_assert_num_queries: Any
) -> None:
    for _ in range(number):
        indexed_case(setting=make_setting(), coordinator=make_user("Corin", Role.COORDINATOR))
    clerk.roles_on(NOW.date())
    with django_assert_num_queries(2):
        for line in list_cases(clerk, NOW, CaseFilter()).lines:
            assert (line.case.child.full_name, line.case.setting, line.case.coordinator) != ("", None, None)
    with django_assert_num_queries(2):
        filter_choices(clerk, NOW)


@pytest.fixture
def full_case(coordinator: User, professional: User) -> Case:
    case = indexed_case(coordinator=coordinator, setting=make_setting())
    make_address(case.child)
    make_paper(case, "School report", by=professional)
    make_paper(case, "Request form")
    adviser = {"adviser": professional, "body": "Psychology service", "item": "d"}
    AdviceRequest.objects.create(case=case, requested_on=days(5), **adviser)
    Exemption.objects.create(
        case=case,
        stage="C1",
        ground="c",
        starts_on=days(9),
        impractical_because="In hospital",
        recorded_at=NOW,
    )
    PriorOutcome(case=case, stage="assess", outcome="assess", decided_on=days(6), recorded_at=NOW).save()
    tie = make_parent(case.child, "Kim", disputed=True)
    Restriction.objects.create(
        person=tie.person, child=case.child, kind="no_contact", starts_on=days(9), recorded_at=NOW
    )
    return case


def test_clerk_and_own_coordinator_see_the_whole_case_with_addresses(
    full_case: Case, clerk: User, coordinator: User
) -> None:
    for user in (clerk, coordinator):
        file = case_file(user, full_case.public_id, NOW)
        assert (file.whole, file.sees_addresses) == (True, True)
        assert [member.person.forename for member in file.family] == ["Parent1", "Kim"]
        assert [member.address.postcode for member in file.family if member.address] == ["ZZ1 1ZZ", "ZZ1 1ZZ"]
        assert file.child_address is not None
        assert [member.warnings for member in file.family] == [
            (),
            ("No contact recorded", "The right is disputed"),
        ]
        assert len(file.papers) == 2


def test_officer_sees_the_family_without_addresses(full_case: Case, officer: User) -> None:
    file = case_file(officer, full_case.public_id, NOW)
    assert [(member.address, member.address_hidden) for member in file.family] == [(None, True), (None, True)]
    assert (file.child_address, len(file.papers), file.whole) == (None, 2, True)


def test_professional_sees_her_own_part_and_no_family(full_case: Case, professional: User) -> None:
    file = case_file(professional, full_case.public_id, NOW)
    assert (file.family, file.child_address, file.exemptions, file.other_cases) == ((), None, (), ())
    assert [paper.title for paper in file.papers] == ["School report"]
    assert [advice.body for advice in file.advice] == ["Psychology service"]


@pytest.mark.parametrize("role", [Role.CHAIR, Role.MEMBER, Role.PARENT, Role.ADMINISTRATOR, Role.AUDITOR])
def test_others_find_no_case_page(full_case: Case, role: Role) -> None:
    with pytest.raises(Case.DoesNotExist):
        case_file(make_user("Sam", role), full_case.public_id, NOW)


def test_recused_coordinator_finds_no_case_page(full_case: Case, coordinator: User) -> None:
    Denial.objects.create(case=full_case, user=coordinator, source="item:1", since=NOW)
    with pytest.raises(Case.DoesNotExist):
        case_file(coordinator, full_case.public_id, NOW)


@pytest.mark.parametrize("number", [1, 3])
def test_case_page_takes_ten_queries(
    full_case: Case, clerk: User, number: int, django_assert_num_queries: Any
) -> None:
    for _ in range(number):
        make_paper(full_case)
        make_parent(full_case.child, f"Aunt{number}", basis="none")
        make_case(child=full_case.child)
    clerk.roles_on(NOW.date())
    with django_assert_num_queries(10):
        file = case_file(clerk, full_case.public_id, NOW)
        assert len(file.papers) == 2 + number


def test_timeline_is_read_off_the_rows_newest_first(full_case: Case, clerk: User) -> None:
    file = case_file(clerk, full_case.public_id, NOW)
    heard = Event(days(1), "Heard by the panel", "meeting")
    events = timeline(file.case, papers=file.papers[:1], advice=file.advice, prior=file.prior, more=[heard])
    assert [(event.on, event.sentence) for event in events] == [
        (TODAY, f"Paper received: {file.papers[0].title}"),
        (days(1), "Heard by the panel"),
        (days(5), "Advice asked of Psychology service"),
        (days(6), "Decided to assess, before this system was in use"),
        (days(21), "The request was received"),
    ]


def test_timeline_of_one_day_has_what_came_later_above(full_case: Case, clerk: User) -> None:
    file = case_file(clerk, full_case.public_id, NOW)
    more = [Event(TODAY, said, said) for said in ("meeting", "decision", "letter")]
    AdviceRequest.objects.update(requested_on=TODAY)
    advice = AdviceRequest.objects.all()
    events = timeline(file.case, papers=file.papers[:1], advice=advice, prior=(), more=more)
    assert [event.kind for event in events] == [
        "advice",
        "letter",
        "decision",
        "meeting",
        "paper",
        "request",
    ]


def test_coordinators_tray_holds_her_own_cases_only(
    coordinator: User, django_assert_num_queries: Any
) -> None:
    near = indexed_case(coordinator=coordinator, received_on=days(40))
    indexed_case(coordinator=coordinator, received_on=days(2))
    indexed_case(received_on=days(40), parents=0)
    late = AdviceRequest.objects.create(case=near, item="d", body="Psychology", requested_on=days(50))
    AdviceRequest.objects.create(
        case=near, item="c", body="Health", requested_on=days(50), received_by_body_on=days(2)
    )
    refused = make_paper(near, state="refused", document=None, refusal="The file is damaged.")
    tie = make_parent(near.child, "Kim", disputed=True)
    coordinator.roles_on(NOW.date())
    indexed_case(coordinator=coordinator, received_on=days(43), reference="PAST")
    with django_assert_num_queries(7):
        tray = coordinator_tray(coordinator, NOW)
    assert [(line.case, line.act_by, line.warning) for line in tray.due] == [
        (near, TODAY + dt.timedelta(1), 90)
    ]
    assert tray.late == 1
    assert (tray.late_advice, tray.refused_papers) == ((late,), (refused,))
    assert [(obstacle.case, obstacle.tie) for obstacle in tray.obstacles] == [(near, tie)]


def test_clerks_tray_names_who_cannot_be_written_to(clerk: User) -> None:
    case = indexed_case(received_on=days(40))
    reached = case.child.family.get()
    kim = make_parent(case.child, "Kim")
    make_address(kim.person, lines="", postcode="", valid_from=days(3))
    unknown = make_parent(case.child, "Lee")
    unknown.person.identity_known = False
    unknown.person.save()
    barred = make_parent(case.child, "Max")
    Restriction.objects.create(
        person=barred.person, child=case.child, kind="order", starts_on=days(9), recorded_at=NOW
    )
    make_parent(case.child, "Nan", basis="none", disputed=True)
    tray = clerk_tray(clerk, NOW)
    assert [obstacle.tie for obstacle in tray.obstacles] == [kim, unknown, barred]
    assert reached not in [obstacle.tie for obstacle in tray.obstacles]


def test_parents_are_no_obstacle_once_the_rights_are_the_young_persons(clerk: User) -> None:
    case = indexed_case(received_on=days(40), child=make_person(born_on=dt.date(2009, 10, 1)), parents=0)
    make_parent(case.child, "Kim", disputed=True)
    assert clerk_tray(clerk, NOW).obstacles == ()


def test_clerks_tray_shows_promises_that_need_a_person(clerk: User) -> None:
    case = indexed_case()
    outbox.enqueue(kind="paper.inspect", subject=case.public_id, now=NOW)
    stuck = outbox.enqueue(kind="paper.inspect", subject=case.public_id, now=NOW, version=2)
    Dispatch.objects.filter(pk=stuck.pk).update(state="unknown")
    tray = clerk_tray(clerk, NOW)
    assert ([row.pk for row in tray.stuck], tray.oldest_waiting) == ([stuck.pk], NOW)


def test_professionals_tray_holds_advice_asked_of_her_and_her_papers(professional: User) -> None:
    case = indexed_case()
    advice = AdviceRequest.objects.create(
        case=case, item="d", body="Psychology", requested_on=days(5), adviser=professional
    )
    AdviceRequest.objects.create(case=case, item="c", body="Health", requested_on=days(5))
    checking = make_paper(case, by=professional, state="checking", document=None)
    make_paper(case, by=professional)
    tray = professional_tray(professional, NOW)
    assert (tray.advice, tray.papers) == ((advice,), (checking,))


def test_restricted_case_nobody_can_see_is_named_to_officers() -> None:
    indexed_case(reference="SAFE-1", restricted=True)
    indexed_case(reference="OPEN-1")
    assert restricted_without_grant(NOW) == ["SAFE-1"]


@pytest.mark.parametrize(
    ("state", "told", "known"),
    [
        ("not_assessed", {}, "requested"),
        ("assessing", {}, "requested"),
        ("not_assessed", {"assess_notified_on": TODAY}, "not_assessed"),
        ("not_issued", {"assess_notified_on": TODAY}, "assessing"),
        ("not_issued", {"assess_notified_on": TODAY, "issue_notified_on": TODAY}, "not_issued"),
        ("drafting", {}, "requested"),
    ],
)
def test_professional_learns_no_decision_before_the_family(
    professional: User, clerk: User, state: str, told: dict[str, dt.date], known: str
) -> None:
    case = make_case(submitted_by=professional, state=state, **told)
    assert case_file(professional, case.public_id, NOW).case.state == known
    assert case_file(clerk, case.public_id, NOW).case.state == state
    listed = {
        wanted: [line.case.state for line in list_cases(professional, NOW, CaseFilter(state=wanted)).lines]
        for wanted in (known, state)
    }
    assert listed == ({known: [known]} if known == state else {known: [known], state: []})
