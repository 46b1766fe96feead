"""“May I”: gathers the facts about a user and an object, and asks the pure policy.

One function for page, fragment, file, command and task. What makes an object a user's own is answered per kind of object
by `own_roles`, to which `meetings` adds its kinds (`meetings/access.py`); nothing here knows them. Guardian's rows are read
here and nowhere else, as dated grants; no model-wide permission and no `has_perm` is ever asked.
"""

from datetime import datetime
from functools import singledispatch
from typing import Any

from django.db.models import Q
from django.utils import timezone

from panel.models import AdviceRequest, Case, CaseGrant, Denial, Paper, Person, User
from panel.platform.policy import Answer, Facts, Refused, Role, Verb, answer


@singledispatch
def case_of(obj: Any) -> Case | None:
    """The case an object belongs to, whose denials and restriction bind it; None when it belongs to no single case."""
    raise TypeError(
        f"access knows no facts about {type(obj).__name__}: register case_of and own_roles for it"
    )


@singledispatch
def own_roles(obj: Any, user: User, now: datetime) -> frozenset[Role]:
    """The roles through which `obj` is the user's own."""
    raise TypeError(
        f"access knows no facts about {type(obj).__name__}: register case_of and own_roles for it"
    )


@case_of.register
def _(obj: Case) -> Case:
    return obj


@own_roles.register
def _(obj: Case, user: User, now: datetime) -> frozenset[Role]:
    own: set[Role] = set()
    if obj.coordinator_id == user.pk:
        own.add(Role.COORDINATOR)
    if (
        obj.submitted_by_id == user.pk
        or Paper.objects.filter(case=obj, uploaded_by=user).exists()
        or AdviceRequest.objects.filter(case=obj, adviser=user).exists()
    ):
        own.add(Role.PROFESSIONAL)
    return frozenset(own)


@case_of.register
def _(obj: Paper) -> Case:
    return obj.case


@own_roles.register
def _(obj: Paper, user: User, now: datetime) -> frozenset[Role]:
    own = own_roles(obj.case, user, now) & {Role.COORDINATOR}
    # A professional reads her own papers, not everything that others sent in about the same child.
    return own | {Role.PROFESSIONAL} if obj.uploaded_by_id == user.pk else own


@case_of.register
def _(obj: Person) -> Case | None:
    return None


@own_roles.register
def _(obj: Person, user: User, now: datetime) -> frozenset[Role]:
    mine = Case.objects.filter(coordinator=user).filter(child=obj) | Case.objects.filter(
        coordinator=user, child__family__person=obj
    )
    return frozenset({Role.COORDINATOR}) if mine.exists() else frozenset()


@case_of.register
def _(obj: User) -> None:
    return None


@own_roles.register
def _(obj: User, user: User, now: datetime) -> frozenset[Role]:
    return frozenset()


def facts(user: User, obj: Any | None, now: datetime) -> Facts:
    """Everything the policy needs to know, asked of the database now."""
    roles = user.roles_on(timezone.localdate(now))
    if obj is None:
        return Facts(roles=roles, about_object=False)
    own = own_roles(obj, user, now)
    cases = _cases_of(obj)
    # A recused professional keeps her own paper: it told her nothing she did not write.
    if not cases or (isinstance(obj, Paper) and obj.uploaded_by_id == user.pk):
        return Facts(roles=roles, own=own)
    restricted = [case.pk for case in cases if case.restricted]
    return Facts(
        roles=roles,
        own=own,
        denied=Denial.objects.live().filter(case__in=cases, user=user).exists(),
        restricted=bool(restricted),
        granted=bool(restricted) and _grants(user, now, restricted) == len(restricted),
    )


def _cases_of(obj: Any) -> list[Case]:
    """The cases whose denials and restriction bind `obj`: one, or none, or for a person every case they play a part in."""
    if isinstance(obj, Person):
        return list(Case.objects.filter(Q(child=obj) | Q(child__in=obj.ties.values("child"))))
    case = case_of(obj)
    return [case] if case else []


def _grants(user: User, now: datetime, cases: list[int]) -> int:
    live = CaseGrant.objects.filter(
        content_object__in=cases, user=user, starts_at__lte=now, expires_at__gt=now
    )
    return live.values("content_object").distinct().count()


def can(user: User, verb: Verb, obj: Any | None = None, *, now: datetime) -> Answer:
    """May `user` do `verb` to `obj` now, and if not, why not."""
    if not user.is_active:
        return Answer(False, "closed", "This account has been closed.")
    return answer(verb, facts(user, obj, now))


def require(user: User, verb: Verb, obj: Any | None = None, *, now: datetime) -> None:
    """Raise `Refused` with the policy's sentence unless `user` may."""
    verdict = can(user, verb, obj, now=now)
    if not verdict.allowed:
        raise Refused(verdict.code, verdict.sentence)
