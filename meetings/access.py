"""What makes a meeting, an item or a record of one a user's own. Registers the kinds of this app with `panel.platform.access`.

Membership of a meeting is derived from its roster, never granted, so there is nothing to forget to revoke
(reliability.md 3.5). A role counts only while the user holds it: the policy asks for both.
"""

from datetime import datetime

from django.db.models import Exists
from django.utils import timezone

from meetings.models import (
    Action,
    AgendaItem,
    Decision,
    ItemRecord,
    ItemVersion,
    Letter,
    Meeting,
    Minutes,
    Recommendation,
    Risk,
    RosterEntry,
    Seat,
    SettingNotice,
)
from meetings.models.following import SPEAK_FOR
from meetings.models.meetings import watching
from meetings.rules.states import ADVISED
from panel.models import Case, Membership, User
from panel.platform import access
from panel.platform.policy import OBSERVER_ROLES, TABLE, Role, Verb

_CHAIR = frozenset({Role.CHAIR})
_ON_ROSTER = frozenset({Role.MEMBER, Role.PARENT_REPRESENTATIVE})
# Clerks and officers answer an invitation like anybody else who has a seat.
_INVITED = _ON_ROSTER | {Role.CLERK, Role.OFFICER}
NOTHING: frozenset[Role] = frozenset()


def _meeting_roles(meeting_id: int, user: User, led: AgendaItem | None = None) -> frozenset[Role]:
    """A seat on the roster makes a meeting one's own; the chair's seat, or standing in for it, makes it the chair's.
    So does having recorded the recommendation that stands, for the one item (`led`).

    An observer's seat does so for any role that may observe, until the minutes are signed.
    """
    advised = Recommendation.objects.filter(item=led.pk if led else 0, by=user, superseded_by=None)
    seat = (
        RosterEntry.objects.filter(meeting=meeting_id, user=user)
        .values_list("seat", "attendance__substitute_for__seat", Exists(advised))
        .first()
    )
    if seat is None:
        return NOTHING
    own, filled, recorded = seat
    if own == Seat.OBSERVER:
        return OBSERVER_ROLES if watching(user).filter(meeting=meeting_id).exists() else NOTHING
    if own == Seat.MINUTE_TAKER and Role.MEMBER not in user.roles_on(timezone.localdate()):
        # Whoever writes down what others say sits there as no member, whatever else she is.
        return _INVITED - {Role.MEMBER}
    return _INVITED | _CHAIR if recorded or Seat.CHAIR in {own, filled} else _INVITED


def _coordinator(case: Case, user: User) -> frozenset[Role]:
    return frozenset({Role.COORDINATOR}) if case.coordinator_id == user.pk else NOTHING


@access.case_of.register
def _(obj: Meeting) -> None:
    """A meeting is about many cases: each item is closed by itself."""
    return


@access.own_roles.register
def _(obj: Meeting, user: User, now: datetime) -> frozenset[Role]:
    return _meeting_roles(obj.pk, user)


@access.case_of.register
def _(obj: AgendaItem) -> Case:
    return obj.case


@access.own_roles.register
def _(obj: AgendaItem, user: User, now: datetime) -> frozenset[Role]:
    """As the meeting is, but for an observer, to whom no item is open before she has promised confidentiality."""
    roles = _meeting_roles(obj.meeting_id, user, obj if obj.state in ADVISED else None)
    if roles == OBSERVER_ROLES and not watching(user, promised=True).filter(meeting=obj.meeting_id).exists():
        return NOTHING
    deputy = obj.deputy_chair
    return roles | _CHAIR if deputy is not None and deputy.user_id == user.pk else roles


@access.case_of.register
def _(obj: Recommendation) -> Case:
    return obj.item.case


@access.own_roles.register
def _(obj: Recommendation, user: User, now: datetime) -> frozenset[Role]:
    return access.own_roles(obj.item, user, now) & (_ON_ROSTER | _CHAIR)


@access.case_of.register
def _(obj: Decision) -> Case:
    return obj.case


@access.own_roles.register
def _(obj: Decision, user: User, now: datetime) -> frozenset[Role]:
    of_item = access.own_roles(obj.item, user, now) & _CHAIR if obj.item is not None else NOTHING
    return of_item | _coordinator(obj.case, user)


@access.case_of.register
def _(obj: Minutes) -> None:
    """Each sheet is closed by itself: `meetings.queries.minutes.sheets_for` leaves out what a reader may not see."""
    return


@access.own_roles.register
def _(obj: Minutes, user: User, now: datetime) -> frozenset[Role]:
    """Those of whom minutes speak read them; an observer has no part in what they say."""
    roles = _meeting_roles(obj.meeting_id, user)
    return NOTHING if roles == OBSERVER_ROLES else roles


@access.case_of.register
def _(obj: ItemRecord) -> Case:
    return obj.item.case


@access.own_roles.register
def _(obj: ItemRecord, user: User, now: datetime) -> frozenset[Role]:
    """What the minutes say of one item: theirs who sat at it, and its deputy's; an observer has no part in it."""
    roles = access.own_roles(obj.item, user, now)
    return NOTHING if roles == OBSERVER_ROLES else roles


@access.case_of.register
def _(obj: Letter) -> Case:
    return obj.decision.case


@access.own_roles.register
def _(obj: Letter, user: User, now: datetime) -> frozenset[Role]:
    """A coordinator's own case. A family reads its letters through `meetings.letters.family`, which looks at its right afresh."""
    return _coordinator(obj.decision.case, user)


@access.case_of.register
def _(obj: Action) -> Case:
    return obj.item.case


@access.own_roles.register
def _(obj: Action, user: User, now: datetime) -> frozenset[Role]:
    """In the hands of its owner, whatever brings her here; on the list of a chair who sat at its meeting; her agency's."""
    owned = frozenset(TABLE[Verb.ACTION_REPORT]) if _owns(obj, user, now) else NOTHING
    at_meeting = _meeting_roles(obj.item.meeting_id, user)
    at_table = _CHAIR if at_meeting and at_meeting != OBSERVER_ROLES else NOTHING
    return owned | at_table | _speaks_for(obj, user, now)


def _owns(action: Action, user: User, now: datetime) -> bool:
    """Whether it is in her hands and she may know of it by now."""
    mine = action.owner_id == user.pk
    return mine and Action.objects.known_to_owner(now).filter(pk=action.pk).exists()


def _speaks_for(action: Action, user: User, now: datetime) -> frozenset[Role]:
    """The roles in which she speaks for the action's agency or setting, of a case she may see already, once the outcome is out."""
    roles = frozenset(
        Role(one.role)
        for one in user.memberships_on(timezone.localdate(now))
        if one.role in SPEAK_FOR
        and (
            (one.agency_id and one.agency_id == action.agency_id)
            or (one.setting_id and one.setting_id == action.setting_id)
        )
    )
    seen = roles and Case.objects.visible_to(user, now).filter(pk=action.item.case_id).exists()
    return roles if seen and Action.objects.told().filter(pk=action.pk).exists() else NOTHING


@access.case_of.register
def _(obj: Risk) -> Case:
    return obj.case


@access.own_roles.register
def _(obj: Risk, user: User, now: datetime) -> frozenset[Role]:
    """In the hands of its lead professional, whatever brings her here."""
    led = frozenset(TABLE[Verb.RISK_ANSWER]) if obj.lead_id == user.pk else NOTHING
    at_item = access.own_roles(obj.item, user, now) & {Role.CHAIR, Role.MEMBER} if obj.item else NOTHING
    return led | at_item | _coordinator(obj.case, user)


@access.case_of.register
def _(obj: ItemVersion) -> Case:
    return obj.item.case


@access.own_roles.register
def _(obj: ItemVersion, user: User, now: datetime) -> frozenset[Role]:
    """The setting's own professionals. A family reads its version through `meetings.queries.versions`, as it reads letters."""
    works_there = Membership.objects.live(timezone.localdate(now)).filter(
        user=user, role=Role.PROFESSIONAL, setting=obj.setting
    )
    return frozenset({Role.PROFESSIONAL}) if obj.setting_id and works_there.exists() else NOTHING


@access.case_of.register
def _(obj: SettingNotice) -> Case | None:
    return obj.decision.case if obj.decision is not None else None


@access.own_roles.register
def _(obj: SettingNotice, user: User, now: datetime) -> frozenset[Role]:
    """Of the setting's own professionals."""
    works_there = Membership.objects.live(timezone.localdate(now)).filter(
        user=user, role=Role.PROFESSIONAL, setting=obj.setting
    )
    return frozenset({Role.PROFESSIONAL}) if works_there.exists() else NOTHING
