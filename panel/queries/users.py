"""Who signs in as staff."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, Q

from panel.models import Membership, User
from panel.platform.policy import FAMILY_ROLES, ROLE_LABELS, Role

PAGE = 50


@dataclass(frozen=True)
class HeldRole:
    """A role somebody holds, held or will hold."""

    membership: Membership
    label: str
    live: bool
    may_end: bool


@dataclass(frozen=True)
class StaffLine:
    """One person with every role, the current ones first."""

    user: User
    roles: tuple[HeldRole, ...]


@dataclass(frozen=True)
class StaffPage:
    """One page in order of names; `after` is the public id to ask for the next with, None at the end."""

    lines: tuple[StaffLine, ...]
    after: uuid.UUID | None


def list_staff(by: User, day: date, *, after: uuid.UUID | None = None, size: int = PAGE) -> StaffPage:
    """Everybody who ever had a role as staff. Families are not listed: a letter opens their account and nothing else does.

    Three queries at most. Nobody ends her own roles, so none of those may be ended here.
    """
    staff = Membership.objects.exclude(role__in=FAMILY_ROLES)
    users = User.objects.filter(pk__in=staff.values("user")).order_by("name", "pk")
    at = User.objects.filter(public_id=after).first() if after else None
    if at is not None:
        users = users.filter(Q(name__gt=at.name) | Q(name=at.name, pk__gt=at.pk))
    roles = staff.select_related("agency", "setting").order_by("role", "starts_on", "pk")
    found = list(users.prefetch_related(Prefetch("memberships", roles, to_attr="staff_roles"))[: size + 1])
    lines = tuple(StaffLine(user, _held(by, user, day)) for user in found[:size])
    return StaffPage(lines, lines[-1].user.public_id if len(found) > size else None)


def _held(by: User, user: User, day: date) -> tuple[HeldRole, ...]:
    every: Sequence[Membership] = user.staff_roles  # type: ignore[attr-defined]  # the prefetch above
    held = [
        HeldRole(
            membership=one,
            label=ROLE_LABELS[Role(one.role)],
            live=one.starts_on <= day and (one.ends_on is None or one.ends_on >= day),
            may_end=(one.ends_on is None or one.ends_on >= day) and one.user_id != by.pk,
        )
        for one in every
    ]
    return tuple(sorted(held, key=lambda one: not one.live))
