"""The case list: filters, order, and pages that name nothing but the case they begin or end at."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from panel.law.clock import act_by, at_risk_from
from panel.models import OPEN_STATES, Case, CaseState, Membership, Need, Setting, User
from panel.platform.policy import Role
from panel.platform.text import clean_line

PAGE = 50
TEXT_LIMIT = 100
WORDS = 5


class Sort(StrEnum):
    """In which order."""

    DUE = "due"
    RECEIVED = "received"
    REFERENCE = "reference"
    CHILD = "child"


# Every order ends in something unique, so that a page always ends at one place. "-" turns a column round.
ORDER: dict[Sort, tuple[str, ...]] = {
    Sort.DUE: ("next_due_on", "pk"),
    Sort.RECEIVED: ("-received_on", "-pk"),
    Sort.REFERENCE: ("reference",),
    Sort.CHILD: ("child__surname", "child__forename", "pk"),
}


class Mark(StrEnum):
    """How near the next legal date is."""

    NONE = "none"
    IN_TIME = "in_time"
    AT_RISK = "at_risk"
    LATE = "late"


@dataclass(frozen=True)
class CaseFilter:
    """What to look for. `state` is one state, "open" (the default) or "all"; open is what is not answered yet or still owes the family
    something by a legal date, as a decision does until it is told; ids are keys of rows in `Choices`.

    `due_within`: days from today to the legal date, passed ones included; `mark`: only the late, or only those at risk.
    """

    state: str = "open"
    need: str = ""
    setting: int | None = None
    coordinator: int | None = None
    due_within: int | None = None
    mark: Mark | None = None
    text: str = ""
    sort: Sort = Sort.DUE


@dataclass(frozen=True)
class CaseLine:
    """One line of the list. `warning`: 50, 75 or 90 per cent of the period has run, where a page asks for it."""

    case: Case
    mark: Mark
    days_left: int | None
    warning: int | None = None

    @property
    def act_by(self) -> date | None:
        """The last working day to act and be safe. It rises with the legal date, so one order serves both."""
        return act_by(self.case.next_due_on) if self.case.next_due_on else None

    @property
    def days_late(self) -> int:
        """By how many days the legal date has passed; 0 while it has not."""
        return max(0, -(self.days_left or 0))


@dataclass(frozen=True)
class CasePage:
    """One page. `before` and `after` are the public ids to ask for the neighbouring pages with, None at either end."""

    lines: tuple[CaseLine, ...]
    before: uuid.UUID | None
    after: uuid.UUID | None


@dataclass(frozen=True)
class Choices:
    """What the filters offer: settings and coordinators that cases can have."""

    settings: tuple[Setting, ...]
    coordinators: tuple[User, ...]
    needs: tuple[tuple[str, str], ...]
    states: tuple[tuple[str, str], ...]


def list_cases(
    user: User,
    now: datetime,
    wanted: CaseFilter,
    *,
    after: uuid.UUID | None = None,
    before: uuid.UUID | None = None,
    size: int = PAGE,
) -> CasePage:
    """One page of the cases `user` may see. A cursor that names no such case, or one she may not see, begins anew.

    At most four queries (one for each end of the due dates, one for the cursor), whatever the number of cases.
    """
    rows = matching(user, now, wanted)
    cursor = after or before
    at = rows.filter(public_id=cursor).first() if cursor else None
    backwards = at is not None and before is not None and after is None
    found = _cut(rows, wanted.sort, at, size + 1, backwards=backwards)
    more, page = len(found) > size, found[:size]
    if backwards:
        page.reverse()
    first, last = (page[0].public_id, page[-1].public_id) if page else (None, None)
    has_before, has_after = (more, True) if backwards else (at is not None, more)
    today = timezone.localdate(now)
    for case in page:
        show_what_is_known(case)
    return CasePage(
        lines=tuple(line_of(case, today) for case in page),
        before=first if has_before else None,
        after=last if has_after else None,
    )


def show_what_is_known(case: Case) -> None:
    """Let a row read through `as_known_to` say, wherever its state is read, the state its reader may know."""
    case.state = case.known_state  # type: ignore[attr-defined]  # annotated


def matching(user: User, now: datetime, wanted: CaseFilter) -> QuerySet[Case]:
    """The visible cases that fit the filters, in no order."""
    # An annotation of our own manager's, which the type checker's model of the table does not know.
    rows: Any = Case.objects.visible_to(user, now).as_known_to(user, now)
    rows = rows.select_related("child", "setting", "coordinator").order_by()
    if wanted.state == "open":
        # Through a function, so that the databases read the due dates in order instead of sorting every open case.
        rows = rows.alias(is_in=Coalesce("known_state", Value("")))
        rows = rows.filter(Q(is_in__in=OPEN_STATES) | Q(next_due_on__isnull=False))
    elif wanted.state != "all":
        rows = rows.filter(known_state=wanted.state)
    named: dict[str, Any] = {
        "primary_need": wanted.need,
        "setting": wanted.setting,
        "coordinator": wanted.coordinator,
    }
    rows = rows.filter(**{field: value for field, value in named.items() if value})
    if wanted.due_within is not None:
        rows = rows.filter(next_due_on__lte=timezone.localdate(now) + timedelta(days=wanted.due_within))
    if wanted.mark is not None:
        rows = rows.filter(_marked(wanted.mark, timezone.localdate(now)))
    return rows.filter(has_words(wanted.text))


def has_words(text: str) -> Q:
    """Cases that have each of the words in their reference, their child's name or their setting's. No words: every case."""
    found = Q()
    for word in clean_line(text[:TEXT_LIMIT]).split()[:WORDS]:
        found &= (
            Q(reference__icontains=word)
            | Q(child__forename__icontains=word)
            | Q(child__surname__icontains=word)
            | Q(setting__name__icontains=word)
        )
    return found


def filter_choices(user: User, now: datetime) -> Choices:
    """What the filters of this user's list offer. Two queries."""
    roles = user.roles_on(timezone.localdate(now))
    live = Membership.objects.live(timezone.localdate(now)).filter(role=Role.COORDINATOR)
    everyone = roles & {Role.CLERK, Role.OFFICER}
    people = User.objects.filter(
        Exists(live.filter(user=OuterRef("pk"))) | Exists(Case.objects.filter(coordinator=OuterRef("pk")))
    ).order_by("name")
    places = Setting.objects.order_by("name")
    if not everyone:
        people = people.filter(pk=user.pk)
        places = places.filter(pk__in=Case.objects.visible_to(user, now).values("setting"))
    return Choices(
        settings=tuple(places),
        coordinators=tuple(people),
        needs=tuple((need.value, str(need.label)) for need in Need),
        states=(("open", "Open"), ("all", "All"), *((state.value, _label(state)) for state in CaseState)),
    )


def mark_of(case: Case, today: date) -> Mark:
    """How near the legal date of the case's next duty is, on the authority's own calendar days."""
    if case.next_due_on is None:
        return Mark.NONE
    if today > case.next_due_on:
        return Mark.LATE
    return Mark.AT_RISK if today >= at_risk_from(case.next_due_on) else Mark.IN_TIME


def _marked(mark: Mark, today: date) -> Q:
    """The cases of one mark, as a range of legal dates."""
    match mark:
        case Mark.NONE:
            return Q(next_due_on=None)
        case Mark.LATE:
            return Q(next_due_on__lt=today)
    last = _last_at_risk(today)
    return Q(next_due_on__range=(today, last)) if mark is Mark.AT_RISK else Q(next_due_on__gt=last)


def _last_at_risk(today: date) -> date:
    """The latest legal date that is at risk today. Ten working days are never more than four weeks without closed days."""
    ahead = (today + timedelta(days=days) for days in range(28, -1, -1))
    return next((due for due in ahead if at_risk_from(due) <= today), today)


def line_of(case: Case, today: date) -> CaseLine:
    """The case with how near its next date is."""
    left = (case.next_due_on - today).days if case.next_due_on else None
    return CaseLine(case, mark_of(case, today), left)


def _label(state: CaseState) -> str:
    from_machine: str = dict(Case._meta.get_field("state").flatchoices)[state.value]
    return from_machine


def _cut(rows: QuerySet[Case], sort: Sort, at: Case | None, size: int, *, backwards: bool) -> list[Case]:
    """The next `size` rows from `at` on, in one direction.

    Cases that owe nothing have no due date; the two databases put nulls at different ends, and neither reads an index for
    the other end. So they are a part of their own, after all others.
    """
    if sort is not Sort.DUE:
        return _part(rows, ORDER[sort], at, size, backwards=backwards)
    owing, done = rows.filter(next_due_on__isnull=False), rows.filter(next_due_on__isnull=True)
    parts = [(owing, ORDER[sort]), (done, ("-received_on", "-pk"))]
    if backwards:
        parts.reverse()
    if at is not None and (at.next_due_on is None) != backwards:
        parts = parts[1:]
    found: list[Case] = []
    for number, (part, keys) in enumerate(parts):
        if len(found) < size:
            found += _part(part, keys, at if number == 0 else None, size - len(found), backwards=backwards)
    return found


def _part(
    rows: QuerySet[Case], keys: tuple[str, ...], at: Case | None, size: int, *, backwards: bool
) -> list[Case]:
    if backwards:
        keys = tuple(key[1:] if key.startswith("-") else f"-{key}" for key in keys)
    if at is not None:
        rows = rows.filter(_beyond(keys, at))
    return list(rows.order_by(*keys)[:size])


def _beyond(keys: tuple[str, ...], at: Case) -> Q:
    """Strictly after `at`. The first column is bounded by itself as well, so that its index is read from there."""
    beyond, same = Q(), Q()
    for number, key in enumerate(keys):
        name = key.removeprefix("-")
        way = "lt" if key.startswith("-") else "gt"
        value = _value(at, name)
        beyond |= same & Q(**{f"{name}__{way}": value})
        same &= Q(**{name: value})
        if number == 0:
            bound = Q(**{f"{name}__{way}e": value})
    return bound & beyond


def _value(case: Case, name: str) -> Any:
    value: Any = case
    for part in name.split("__"):
        value = getattr(value, part)
    return value
