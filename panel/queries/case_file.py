"""One case as its page shows it, to this user: what she may not see is not in it."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Prefetch
from django.utils import timezone

from panel.models import (
    Address,
    AdviceRequest,
    Case,
    Exemption,
    Paper,
    Person,
    PriorOutcome,
    Relationship,
    Restriction,
    User,
    current_address,
)
from panel.platform.policy import Role
from panel.queries.listing import CaseLine, line_of, show_what_is_known


@dataclass(frozen=True)
class FamilyMember:
    """A person tied to the child. `address` is None when none is known and when `address_hidden`.

    `warnings` say in words what stands between this person and a letter.
    """

    tie: Relationship
    person: Person
    address: Address | None
    address_hidden: bool
    restrictions: tuple[Restriction, ...]
    warnings: tuple[str, ...]

    @property
    def earlier_addresses(self) -> tuple[Address, ...]:
        """Versions that another took the place of, newest first, for those who may see where the person lives."""
        every: tuple[Address, ...] = () if self.address_hidden else tuple(self.person.addresses.all())
        now = self.address
        return tuple(one for one in every if now and (one.valid_from, one.pk) < (now.valid_from, now.pk))


@dataclass(frozen=True)
class CaseFile:
    """Everything on the case page. A professional's has her own papers and advice and no family."""

    line: CaseLine
    family: tuple[FamilyMember, ...]
    child_address: Address | None
    papers: tuple[Paper, ...]
    advice: tuple[AdviceRequest, ...]
    exemptions: tuple[Exemption, ...]
    prior: tuple[PriorOutcome, ...]
    other_cases: tuple[Case, ...]
    whole: bool
    sees_addresses: bool

    @property
    def case(self) -> Case:
        """The case itself."""
        return self.line.case


def case_file(user: User, public_id: uuid.UUID, now: datetime) -> CaseFile:
    """The case as `user` may see it; `Case.DoesNotExist` where she may not, which a view answers with 404.

    Eleven queries at most.
    """
    case = (
        Case.objects.visible_to(user, now)
        .as_known_to(user, now)
        .select_related("child", "setting", "coordinator", "submitted_by")
        .get(public_id=public_id)
    )
    show_what_is_known(case)
    today = timezone.localdate(now)
    roles = user.roles_on(timezone.localdate(now))
    coordinates = Role.COORDINATOR in roles and case.coordinator_id == user.pk
    whole = bool(roles & {Role.CLERK, Role.OFFICER}) or coordinates
    # Where a family lives is shown to those who write to it, and to nobody else.
    addresses = Role.CLERK in roles or coordinates
    advice = case.advice_requests.select_related("adviser").order_by("item", "pk")
    return CaseFile(
        line=line_of(case, today),
        family=_family(case.child, today, addresses=addresses) if whole else (),
        child_address=current_address(case.child, today) if addresses else None,
        papers=tuple(_papers(user, case, now)),
        advice=tuple(advice if whole else advice.filter(adviser=user)),
        exemptions=tuple(case.exemptions.standing().order_by("starts_on", "pk")) if whole else (),
        prior=tuple(case.prior_outcomes.order_by("pk")),
        other_cases=_other_cases(user, case, now) if whole else (),
        whole=whole,
        sees_addresses=addresses,
    )


def _papers(user: User, case: Case, now: datetime) -> list[Paper]:
    return list(
        Paper.objects.visible_to(user, now)
        .filter(case=case)
        .select_related("uploaded_by", "document")
        .order_by("kind", "-dated_on", "pk")
    )


def _other_cases(user: User, case: Case, now: datetime) -> tuple[Case, ...]:
    others = Case.objects.visible_to(user, now).filter(child=case.child).exclude(pk=case.pk)
    return tuple(others.order_by("-received_on", "-pk"))


def _family(child: Person, today: date, *, addresses: bool) -> tuple[FamilyMember, ...]:
    here = Restriction.objects.filter(child=child)
    ties = (
        Relationship.objects.filter(child=child)
        .select_related("person")
        .prefetch_related(
            "person__addresses", Prefetch("person__restrictions", here, to_attr="from_this_child")
        )
        .order_by("until", "since", "pk")
    )
    return tuple(_member(tie, today, addresses=addresses) for tie in ties)


def _member(tie: Relationship, today: date, *, addresses: bool) -> FamilyMember:
    person = tie.person
    address = current_address(person, today)
    every: list[Restriction] = person.from_this_child  # type: ignore[attr-defined]  # the prefetch above
    standing = tuple(
        one for one in every if one.starts_on <= today and (one.ends_on is None or one.ends_on >= today)
    )
    warnings = [f"{one.get_kind_display()} recorded" for one in standing]
    if tie.disputed:
        warnings.append("The right is disputed")
    if not person.identity_known:
        warnings.append("Identity not confirmed")
    if address is None or not address.known:
        warnings.append("No address known")
    return FamilyMember(
        tie=tie,
        person=person,
        address=address if addresses else None,
        address_hidden=not addresses,
        restrictions=standing,
        warnings=tuple(warnings) if tie.until is None else (),
    )
