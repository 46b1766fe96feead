"""The actions a user may see: the list with its filters in pages, her own, and how many a meeting takes over from those before."""

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from meetings.models import Action, ActionReport, AgendaItem, Meeting
from meetings.models.following import ActionQuerySet
from meetings.rules.following import may_reopen, overdue, read_as
from meetings.rules.states import ACTION, ActionState
from panel.models import User
from panel.platform.policy import Role

PAGE = 50
# Of her own, so many on the home page; the list has the rest.
OWN_SHOWN = 20
NOBODY = 0
BODIES = ("agency", "setting")


@dataclass(frozen=True)
class ActionFilter:
    """What to look for. Ids are keys of rows in `ActionChoices`; `NOBODY` asks for actions whose words name no account.

    `body`: an agency or a setting, as `agency:3`.

    `state` is one state, "open" (the default), "late" or "all".
    """

    state: str = ActionState.OPEN
    panel: int | None = None
    meeting: int | None = None
    body: str = ""
    owner: int | None = None


@dataclass(frozen=True)
class ReportLine:
    """A report as one reader may read it. `who` is empty where the record itself closed the action."""

    state: ActionState
    label: str
    at: datetime
    who: str
    words: str


@dataclass(frozen=True)
class ActionLine:
    """One action in words. `reference` is empty for an owner who may not see the case any more.

    `offers`: something can be reported of it, or it can be opened again, by this reader.
    """

    action: Action
    what: str
    who: str
    agency: str
    reference: str
    state: ActionState
    standing: str
    overdue: bool
    reports: tuple[ReportLine, ...]
    offers: bool

    @property
    def last(self) -> ReportLine | None:
        """What was reported last."""
        return self.reports[-1] if self.reports else None

    @property
    def in_no_hands(self) -> bool:
        """Whether nobody but clerk and chair sees it: its words name no account, no agency and no setting of this system."""
        action = self.action
        return not (action.owner_id or action.agency_id or action.setting_id)


def in_no_hands(item: AgendaItem) -> tuple[str, ...]:
    """Whom the item's standing advice or last deferral names and nobody knows, so that clerk and chair follow it. One query."""
    rows = Action.objects.open().filter(item=item, owner=None, agency=None, setting=None)
    return tuple(row.who for row in rows.select_related("step", "deferral").order_by("pk"))


@dataclass(frozen=True)
class ActionPage:
    """One page. `before` and `after` are the public ids to ask for the neighbouring pages with, None at either end."""

    lines: tuple[ActionLine, ...]
    before: uuid.UUID | None
    after: uuid.UUID | None


@dataclass(frozen=True)
class ActionChoices:
    """What the filters offer, each as (key, label)."""

    panels: tuple[tuple[int, str], ...]
    meetings: tuple[tuple[int, str], ...]
    bodies: tuple[tuple[str, str], ...]
    owners: tuple[tuple[int, str], ...]


def list_actions(
    user: User,
    now: datetime,
    wanted: ActionFilter,
    *,
    after: uuid.UUID | None = None,
    before: uuid.UUID | None = None,
    size: int = PAGE,
) -> ActionPage:
    """One page of the actions `user` may see, the earliest due first. A cursor that names none of them begins anew.

    Three queries and those of the user's roles, whatever the number of actions.
    """
    rows = _matching(user, now, wanted)
    cursor = after or before
    at = rows.filter(public_id=cursor).first() if cursor else None
    backwards = at is not None and after is None
    if at is not None:
        beyond = (
            Q(due_on__lt=at.due_on) | Q(due_on=at.due_on, pk__lt=at.pk)
            if backwards
            else Q(due_on__gt=at.due_on) | Q(due_on=at.due_on, pk__gt=at.pk)
        )
        rows = rows.filter(beyond)
    rows = rows.order_by("-due_on", "-pk") if backwards else rows.order_by("due_on", "pk")
    found = list(_whole(rows, user, now)[: size + 1])
    more, page = len(found) > size, found[:size]
    if backwards:
        page.reverse()
    has_before, has_after = (more, True) if backwards else (at is not None, more)
    return ActionPage(
        lines=tuple(_line(action, timezone.localdate(now)) for action in page),
        before=page[0].public_id if page and has_before else None,
        after=page[-1].public_id if page and has_after else None,
    )


def _matching(user: User, now: datetime, wanted: ActionFilter) -> ActionQuerySet:
    rows = Action.objects.visible_to(user, now).kept().with_state()
    if wanted.state == "late":
        rows = rows.filter(stands=ActionState.OPEN.value, due_on__lt=timezone.localdate(now))
    elif wanted.state != "all":
        rows = rows.filter(stands=wanted.state)
    named = {
        "item__meeting__panel_type": wanted.panel,
        "item__meeting": wanted.meeting,
    }
    kind, _, key = wanted.body.partition(":")
    if kind in BODIES:
        named[kind] = int(key)
    rows = rows.filter(**{column: key for column, key in named.items() if key})
    if wanted.owner is not None:
        rows = rows.filter(owner=None) if wanted.owner == NOBODY else rows.filter(owner=wanted.owner)
    return rows


def _whole(rows: ActionQuerySet, user: User, now: datetime, *, standing: bool = False) -> ActionQuerySet:
    return (
        rows.with_reference(user, now)
        .with_reader(user, now, standing=standing)
        .select_related("step", "deferral", "agency", "setting", "item__case", "item__meeting__panel_type")
        .prefetch_related("reports__by")
    )


def _line(action: Action, today: date) -> ActionLine:
    state = ActionState(action.stands)  # type: ignore[attr-defined]  # annotated
    knows: bool = action.knows_why  # type: ignore[attr-defined]  # annotated
    reports = tuple(_report(one, knows=knows) for one in action.reports.all())
    by_record = bool(reports) and not reports[-1].who
    counts: bool = action.counts  # type: ignore[attr-defined]  # annotated
    return ActionLine(
        action=action,
        what=action.what,
        who=action.who,
        agency=action.for_whom,
        reference=action.item.case.reference if action.shows_case else "",  # type: ignore[attr-defined]
        state=state,
        standing=ACTION.states[state].staff,
        overdue=overdue(action.due_on, state, today),
        reports=reports,
        offers=counts
        if state is ActionState.OPEN
        else may_reopen(counts=counts, by_record=by_record, knows=knows),
    )


def _report(report: ActionReport, *, knows: bool) -> ReportLine:
    state = ActionState(report.state)
    return ReportLine(
        state=state,
        label="Opened again" if state is ActionState.OPEN else ACTION.states[state].staff,
        at=report.at,
        who=report.by.name if report.by else "",
        words=read_as(report.words, by_record=report.by is None, knows=knows),
    )


def action_line(user: User, public_id: uuid.UUID, now: datetime) -> ActionLine | None:
    """One action this user may see, whatever became of the advice it came from; None where there is none. Two queries."""
    rows = Action.objects.visible_to(user, now).with_state().filter(public_id=public_id)
    found = _whole(rows, user, now).first()
    return _line(found, timezone.localdate(now)) if found else None


def own_actions(user: User, now: datetime) -> tuple[ActionLine, ...]:
    """What is in this user's own hands and open, the earliest due first. Two queries."""
    rows = Action.objects.visible_to(user, now).open().filter(owner=user).order_by("due_on", "pk")
    shown = _whole(rows, user, now, standing=True)[:OWN_SHOWN]
    return tuple(_line(action, timezone.localdate(now)) for action in shown)


def carried(user: User, meeting: Meeting, now: datetime) -> int:
    """How many actions of earlier meetings of the same panel are open, among those this user may see. One query."""
    before = {
        "item__meeting__panel_type": meeting.panel_type_id,
        "item__meeting__starts_at__lt": meeting.starts_at,
    }
    return Action.objects.visible_to(user, now).open().filter(**before).count()


def action_choices(user: User, now: datetime) -> ActionChoices:
    """What the filters of this user's list offer: what her own list holds and no more. Five queries."""
    rows = Action.objects.visible_to(user, now).kept().order_by()
    return ActionChoices(
        panels=_pairs(rows, "item__meeting__panel_type", "item__meeting__panel_type__name"),
        meetings=_pairs(rows, "item__meeting", "item__meeting__starts_at", _day, newest=True),
        bodies=tuple(
            (f"{kind}:{key}", label) for kind in BODIES for key, label in _pairs(rows, kind, f"{kind}__name")
        ),
        owners=_pairs(rows, "owner", "owner__name"),
    )


def _pairs(
    rows: QuerySet[Action],
    key: str,
    label: str,
    say: Callable[[object], str] = str,
    *,
    newest: bool = False,
) -> tuple[tuple[int, str], ...]:
    order = F(label).desc() if newest else F(label).asc()
    found: Iterable[tuple[int, object]] = (
        rows.exclude(**{key: None}).values_list(key, label).distinct().order_by(order, key)
    )
    return tuple((number, say(name)) for number, name in found)


def _day(starts_at: object) -> str:
    day = timezone.localdate(starts_at)  # type: ignore[arg-type]
    return f"{day.day} {day:%B %Y}"


def sees_all(user: User, now: datetime) -> bool:
    """Whether the list is more than her own and her agency's: then whose an action is is worth a filter."""
    return bool(user.roles_on(timezone.localdate(now)) & {Role.CLERK, Role.CHAIR})
