"""“May I” and “which” answer from the same facts, for every role and every tie to a case."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import Q

from panel.actions.access import deny, grant_restricted_case, lift_denial
from panel.models import AdviceRequest, AuditEntry, Case, CaseGrant, Denial, Membership, Paper, User
from panel.platform import access
from panel.platform.policy import Refused, Role, Verb
from tests.make import NOW, make_case, make_paper, make_parent, make_user

pytestmark = pytest.mark.django_db
TOMORROW = NOW + dt.timedelta(days=1)


def _coordinates(user: User, case: Case) -> None:
    case.coordinator = user
    case.save(update_fields=["coordinator"])


def _submitted(user: User, case: Case) -> None:
    case.submitted_by = user
    case.save(update_fields=["submitted_by"])


def _wrote_paper(user: User, case: Case) -> None:
    make_paper(case, by=user)


def _advises(user: User, case: Case) -> None:
    AdviceRequest.objects.create(
        case=case, item="d", body="Psychology", requested_on=case.received_on, adviser=user
    )


def _nothing(user: User, case: Case) -> None:
    pass


TIES = [_nothing, _coordinates, _submitted, _wrote_paper, _advises]


def _denied(user: User, case: Case) -> None:
    Denial.objects.create(case=case, user=user, source="item:1", since=NOW)


def _denied_and_lifted(user: User, case: Case) -> None:
    Denial.objects.create(case=case, user=user, source="item:1", since=NOW, lifted_at=NOW)


def _restricted(user: User, case: Case) -> None:
    case.restricted = True
    case.save(update_fields=["restricted"])


def _granted(user: User, case: Case) -> None:
    _restricted(user, case)
    officer = make_user("Oli", Role.OFFICER)
    if not user.roles_on(NOW.date()) - {Role.PARENT, Role.ADVOCATE}:
        return
    grant_restricted_case(case=case, user=user, until=TOMORROW, reason="duty", by=officer, now=NOW)


def _grant_over(user: User, case: Case) -> None:
    _granted(user, case)
    CaseGrant.objects.update(starts_at=NOW - dt.timedelta(days=2), expires_at=NOW)


def _granted_but_denied(user: User, case: Case) -> None:
    _granted(user, case)
    _denied(user, case)


BARS = [_nothing, _denied, _denied_and_lifted, _restricted, _granted, _grant_over, _granted_but_denied]


def _same_answers(user: User, *only: Case) -> tuple[int, int]:
    """Compare both questions for every case and paper there is, or those of a few; how many of each the user sees."""
    fresh = User.objects.get(pk=user.pk)
    some = Q(pk__in=[case.pk for case in only]) if only else Q()
    cases = list(Case.objects.filter(some).order_by("pk"))
    papers = list(Paper.objects.filter(case__in=cases).order_by("pk"))
    assert [c for c in cases if access.can(fresh, Verb.CASE_VIEW, c, now=NOW).allowed] == list(
        Case.objects.visible_to(fresh, NOW).filter(some).order_by("pk")
    )
    assert [p for p in papers if access.can(fresh, Verb.PAPER_READ, p, now=NOW).allowed] == list(
        Paper.objects.visible_to(fresh, NOW).filter(case__in=cases).order_by("pk")
    )
    return Case.objects.visible_to(fresh, NOW).count(), Paper.objects.visible_to(fresh, NOW).count()


@pytest.mark.parametrize("bar", BARS)
@pytest.mark.parametrize("tie", TIES)
def test_can_and_visible_to_agree_for_every_role(
    tie: Callable[[User, Case], None], bar: Callable[[User, Case], None]
) -> None:
    other = make_case(parents=0)
    make_paper(other)
    for role in Role:
        user, case = make_user("Sam", role), make_case(parents=0)
        make_paper(case)
        tie(user, case)
        bar(user, case)
        _same_answers(user, case, other)


@pytest.mark.parametrize(
    ("role", "tie", "sees"),
    [
        (Role.CLERK, _nothing, (2, 2)),
        (Role.OFFICER, _nothing, (2, 2)),
        (Role.COORDINATOR, _coordinates, (1, 1)),
        (Role.COORDINATOR, _submitted, (0, 0)),
        (Role.PROFESSIONAL, _submitted, (1, 0)),
        (Role.PROFESSIONAL, _wrote_paper, (1, 1)),
        (Role.PROFESSIONAL, _advises, (1, 0)),
        (Role.PROFESSIONAL, _coordinates, (0, 0)),
        (Role.MEMBER, _wrote_paper, (0, 0)),
        (Role.CHAIR, _coordinates, (0, 0)),
        (Role.ADMINISTRATOR, _coordinates, (0, 0)),
        (Role.AUDITOR, _nothing, (0, 0)),
        (Role.PARENT, _submitted, (0, 0)),
    ],
)
def test_there_is_something_to_see_and_each_role_sees_its_part(
    role: Role, tie: Any, sees: tuple[int, int]
) -> None:
    user = make_user("Sam", role)
    case, other = make_case(), make_case()
    if tie is not _wrote_paper:
        make_paper(case)
    make_paper(other)
    tie(user, case)
    assert _same_answers(user) == sees


def test_recused_professional_keeps_her_own_paper_and_nothing_else(professional: User) -> None:
    case = make_case()
    own = make_paper(case, by=professional)
    make_paper(case)
    _denied(professional, case)
    assert _same_answers(professional) == (0, 1)
    assert access.can(professional, Verb.PAPER_READ, own, now=NOW).allowed


def test_closed_account_may_do_nothing(clerk: User) -> None:
    make_case()
    clerk.is_active = False
    clerk.save(update_fields=["is_active"])
    assert _same_answers(clerk) == (0, 0)
    assert access.can(clerk, Verb.CASE_LIST, now=NOW).code == "closed"


def test_role_counts_from_its_first_day_to_its_last(clerk: User) -> None:
    make_case()
    Membership.objects.update(starts_on=NOW.date(), ends_on=NOW.date())
    assert _same_answers(clerk) == (1, 0)
    Membership.objects.update(
        starts_on=NOW.date() - dt.timedelta(days=9), ends_on=NOW.date() - dt.timedelta(days=1)
    )
    assert _same_answers(clerk) == (0, 0)


def test_denial_and_restriction_of_any_child_bind_a_person_of_the_family(clerk: User) -> None:
    case, sibling = make_case(), make_case(parents=0)
    mother = case.child.family.get().person
    assert access.can(clerk, Verb.PERSON_RECORD, mother, now=NOW).allowed
    tie = make_parent(sibling.child, "Alex")
    tie.person = mother
    tie.save()
    _restricted(clerk, sibling)
    assert access.can(clerk, Verb.PERSON_RECORD, mother, now=NOW).code == "restricted"
    _granted(clerk, sibling)
    assert access.can(clerk, Verb.PERSON_RECORD, mother, now=NOW).allowed
    _denied(clerk, sibling)
    assert access.can(clerk, Verb.PERSON_RECORD, mother, now=NOW).code == "recused"


def test_require_raises_the_policys_sentence(member: User) -> None:
    with pytest.raises(Refused) as no:
        access.require(member, Verb.CASE_CREATE, now=NOW)
    assert no.value.sentence == "Your role does not allow this. It can be done by: panel clerk."


def test_denial_is_written_once_and_lifted_by_its_source(member: User, chair: User) -> None:
    case = make_case()
    for source in ("item:1", "item:1", "item:2"):
        deny(case=case, user=member, source=source, by=chair, now=NOW)
    assert Denial.objects.live().count() == 2
    assert lift_denial(case=case, user=member, source="item:1", by=chair, now=NOW)
    assert not lift_denial(case=case, user=member, source="item:1", by=chair, now=NOW)
    assert [denial.source for denial in Denial.objects.live()] == ["item:2"]
    assert list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True)) == [
        "case.deny",
        "case.deny",
        "case.lift_denial",
    ]


def grant(case: Case, user: User, by: User, **fields: Any) -> CaseGrant:
    values = {"until": TOMORROW, "reason": "duty", **fields}
    return grant_restricted_case(case=case, user=user, by=by, now=NOW, **values)


def test_second_grant_replaces_the_first(officer: User, clerk: User) -> None:
    case = make_case(restricted=True)
    grant(case, clerk, officer)
    grant(case, clerk, officer, until=NOW + dt.timedelta(days=90))
    assert CaseGrant.objects.get().expires_at == NOW + dt.timedelta(days=90)
    assert AuditEntry.objects.filter(verb="case.grant").count() == 2


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"until": NOW + dt.timedelta(days=90, seconds=1)}, "grant_too_long"),
        ({"until": NOW}, "grant_over"),
        ({"reason": " "}, "no_reason"),
    ],
)
def test_grant_is_short_and_has_a_reason(
    officer: User, clerk: User, fields: dict[str, Any], code: str
) -> None:
    with pytest.raises(Refused) as no:
        grant(make_case(restricted=True), clerk, officer, **fields)
    assert (no.value.code, CaseGrant.objects.count()) == (code, 0)


def test_grant_is_given_by_an_officer_to_somebody_else_of_staff(
    officer: User, clerk: User, parent: User
) -> None:
    case = make_case(restricted=True)
    for user, by, code in [
        (officer, officer, "own_grant"),
        (parent, officer, "not_staff"),
        (clerk, clerk, "not_allowed"),
    ]:
        with pytest.raises(Refused) as no:
            grant(case, user, by)
        assert no.value.code == code
    with pytest.raises(Refused) as no:
        grant(make_case(), clerk, officer)
    assert no.value.code == "not_restricted"
