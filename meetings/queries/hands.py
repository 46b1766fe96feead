"""In whose hands an action is: the account and the body that its words name, where they name exactly one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from meetings.models import AgendaItem, RosterEntry
from meetings.rules.names import same_person
from panel.models import AdviceRequest, Agency, Case, Denial, Membership, Paper, Setting, User
from panel.models.cases import live_grants
from panel.platform.policy import TABLE, Role, Verb


@dataclass(frozen=True)
class Naming:
    """The words that say who does something and for whom."""

    owner: str
    agency: str


@dataclass(frozen=True)
class Hands:
    """Who does it and for whom; None where its words name no account and no body, or more than one."""

    owner: User | None
    agency: Agency | None
    setting: Setting | None


# Words that name somebody or something of the case itself.
COORDINATOR = frozenset({"the coordinator", "the case coordinator", "case coordinator"})
SETTING = frozenset({"the setting", "setting", "the school", "school"})


def hands_of(item: AgendaItem, steps: Sequence[Naming], now: datetime) -> list[Hands]:
    """For each of `steps`. A name is an account's only where that person may see the item or its case already. Three queries.

    People are known with and without their title, so all who may own a step are read: the table, the case's own, and the staff.
    """
    people = list(_may_own(item, now))
    agencies = list(Agency.objects.filter(_either("name", [step.agency for step in steps])))
    settings = list(Setting.objects.filter(case=item.case))
    return [
        Hands(
            owner=next((one for one in people if one.pk == item.case.coordinator_id), None)
            if step.owner.casefold() in COORDINATOR
            else _person(people, step.owner),
            agency=_named(agencies, step.agency),
            setting=next(iter(settings), None)
            if step.agency.casefold() in SETTING
            else _named(settings, step.agency),
        )
        for step in steps
    ]


def _either(column: str, words: Sequence[str]) -> Q:
    found = Q(pk__in=[])
    for one in {word for word in words if word}:
        found |= Q(**{f"{column}__iexact": one})
    return found


def _named(rows: Sequence[Any], words: str) -> Any:
    fitting = [row for row in rows if row.name.casefold() == words.casefold()]
    return fitting[0] if len(fitting) == 1 else None


def _person(people: Sequence[User], words: str) -> User | None:
    """Who is called so to the letter, else the one person whose name it is without the title."""
    fitting = [one for one in people if same_person(words, one.name)]
    return _named(people, words) or (fitting[0] if len(fitting) == 1 else None)


def suggested_owners(case: Case, entries: Iterable[RosterEntry]) -> list[str]:
    """Names to choose from where somebody says who does a thing: the people of the case and those at the table."""
    people = [case.coordinator, case.submitted_by, *(entry.user for entry in entries)]
    return sorted({person.name for person in people if person is not None})


def suggested_bodies(case: Case, entries: Iterable[RosterEntry]) -> list[str]:
    """Bodies to choose from: the setting, and the agencies at the table."""
    bodies = [case.setting, *(entry.agency for entry in entries)]
    return sorted({body.name for body in bodies if body is not None})


def _may_own(item: AgendaItem, now: datetime) -> QuerySet[User]:
    """Staff who may see this item or its case: nobody learns of a child by being named here."""
    case, user = item.case, OuterRef("pk")
    holding = Membership.objects.live(timezone.localdate(now)).filter(user=user)
    known = (
        Q(Exists(RosterEntry.objects.filter(meeting=item.meeting_id, user=user)))
        | Q(pk=case.coordinator_id)
        | Q(pk=case.submitted_by_id)
        | Q(Exists(Paper.objects.filter(case=case, uploaded_by=user)))
        | Q(Exists(AdviceRequest.objects.filter(case=case, adviser=user)))
        | Q(Exists(holding.filter(role__in=[Role.CLERK, Role.OFFICER])))
    )
    rows = User.objects.filter(known, is_active=True).filter(
        Exists(holding.filter(role__in=list(TABLE[Verb.ACTION_REPORT])))
    )
    if case.restricted:
        rows = rows.filter(Exists(live_grants(user, now, case.pk)))
    return rows.exclude(Exists(Denial.objects.live().filter(case=case, user=user)))


def still_open_to(user: User, case: Case, now: datetime) -> bool:
    """Whether somebody named earlier still holds a role to report in, on a case that is not closed to them."""
    if not user.is_active or not user.roles_on(timezone.localdate(now)) & set(TABLE[Verb.ACTION_REPORT]):
        return False
    if case.restricted and not live_grants(user, now, case.pk).exists():
        return False
    return not Denial.objects.live().filter(case=case, user=user).exists()
