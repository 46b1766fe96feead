"""Who signs in as staff: invited by an administrator, with roles that begin and end on a day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from panel.importing.cells import EMAIL
from panel.models import Agency, Installation, Membership, Person, Setting, User
from panel.platform import access, audit, outbox
from panel.platform.policy import FAMILY_ROLES, ROLE_LABELS, Refused, Role, Verb
from panel.platform.text import clean_line, clean_name

USER_INVITE = "user.invite"


@dataclass(frozen=True)
class NewRole:
    """One role, for an agency or a setting where that matters, until a last day that counts."""

    role: Role
    agency: Agency | None = None
    setting: Setting | None = None
    ends_on: date | None = None


def invite_user(
    *,
    email: str,
    name: str,
    roles: Sequence[NewRole],
    by: User,
    now: datetime,
) -> User:
    """Let somebody in as staff, or give them further roles, from today on; an e-mail tells them where to sign in. Audits.

    An administrator is never made here: that takes two and the host (`invite_administrator`). Refused: `own_roles`, `email`,
    `no_roles`, `family_role`, `family_account`, `second_needed`, `ends_early`, `already_holds`.
    """
    access.require(by, Verb.USER_INVITE, now=now)
    address = clean_line(email, label="E-mail address").lower()
    today = timezone.localdate(now)
    _refuse_roles(address, roles, by, today)
    with transaction.atomic():
        user = _locked_or_new(address, clean_name(name))
        _refuse_held(user, roles, today)
        Membership.objects.bulk_create(
            Membership(
                user=user,
                role=one.role,
                agency=one.agency,
                setting=one.setting,
                starts_on=today,
                ends_on=one.ends_on,
            )
            for one in roles
        )
        entry = _record(Verb.USER_INVITE, user, by, now, {"roles": [str(one.role) for one in roles]})
        # Each invitation is a promise of its own, however often the same person is invited.
        outbox.enqueue(kind=USER_INVITE, subject=user.public_id, version=entry, now=now)
    return user


def invite_administrator(*, email: str, name: str, by: Sequence[User], now: datetime) -> User:
    """Make an administrator, on the host only: the first one of an installation, else in the name of those there are.

    `by` are two administrators, or the only one: with her, whoever runs commands on the host is the second person. Audits.
    Refused: `email`, `second_needed`, `family_account`, `already_holds`.
    """
    address = clean_line(email, label="E-mail address").lower()
    today = timezone.localdate(now)
    _refuse_address(address)
    with transaction.atomic():
        live = Membership.objects.live(today).filter(role=Role.ADMINISTRATOR, user__is_active=True)
        there = {row.user_id for row in live.select_for_update(of=("self",)).order_by("pk")}
        named = {user.pk for user in by} & there
        if len(named) < min(len(there), 2):
            raise Refused(
                "second_needed", "Name two administrators, or the only one there is, who want this one."
            )
        user = _locked_or_new(address, clean_name(name))
        _refuse_held(user, [NewRole(Role.ADMINISTRATOR)], today)
        Membership.objects.create(user=user, role=Role.ADMINISTRATOR, starts_on=today)
        values = {"roles": [str(Role.ADMINISTRATOR)], "by": sorted(str(one.public_id) for one in by)}
        _record(Verb.USER_INVITE, user, None, now, values)
    return user


def found(*, authority_name: str, now: datetime) -> None:
    """Mark a new database as an authority's own, for good: never a demonstration. Refused: `demonstration`, `empty`."""
    name = clean_name(authority_name, label="The authority’s name")
    with transaction.atomic():
        there = Installation.objects.first()
        if there is not None and there.demonstration:
            sentence = "This database holds the demonstration. Start with an empty one: set PANEL_VAR to another folder."
            raise Refused("demonstration", sentence)
        if there is None:
            today = timezone.localdate(now)
            Installation(demonstration=False, authority_name=name, seeded_on=today, created_at=now).save()


def end_membership(*, membership: Membership, last_day: date, by: User, now: datetime) -> None:
    """End a role; the last day counts, so yesterday ends it at once (one that began today lasts until tonight). Audits.

    Refused: `own_roles`, `ended`, `last_administrator`.
    """
    access.require(by, Verb.USER_END, membership.user, now=now)
    if membership.user_id == by.pk:
        raise Refused("own_roles", "You cannot change your own roles. Ask another administrator.")
    with transaction.atomic():
        live = Membership.objects.live(timezone.localdate(now)).filter(role=Role.ADMINISTRATOR)
        # All administrators' rows, in one order: two who end each other at once must not both succeed.
        administrators = {row.pk for row in live.select_for_update().order_by("pk")}
        locked = Membership.objects.select_for_update().get(pk=membership.pk)
        if locked.ends_on is not None and locked.ends_on <= last_day:
            raise Refused("ended", "This role already ends on that day or before.")
        if administrators == {locked.pk}:
            raise Refused("last_administrator", "This is the only administrator. Invite another one first.")
        locked.ends_on = last_day = max(last_day, locked.starts_on)
        locked.save(update_fields=["ends_on"])
        _record(Verb.USER_END, locked.user, by, now, {"role": locked.role, "last_day": str(last_day)})
    membership.ends_on = last_day


def _refuse_roles(email: str, roles: Sequence[NewRole], by: User, today: date) -> None:
    _refuse_address(email)
    if email == by.email:
        raise Refused(
            "own_roles", "You cannot change your own roles. Ask another administrator.", field="email"
        )
    if not roles:
        raise Refused("no_roles", "Choose at least one role.", field="roles")
    for one in roles:
        if one.role in FAMILY_ROLES:
            label = ROLE_LABELS[one.role].lower()
            sentence = f"Nobody is invited as {label}: the release of a letter opens a family’s account."
            raise Refused("family_role", sentence, field="roles")
        if one.ends_on and one.ends_on < today:
            raise Refused("ends_early", "The last day lies in the past. Choose a later one.", field="ends_on")
        if one.role is Role.ADMINISTRATOR:
            sentence = "Making an administrator takes two administrators. It is done on the server: see docs/running.md."
            raise Refused("second_needed", sentence, field="roles")


def _refuse_address(email: str) -> None:
    if not EMAIL.fullmatch(email):
        sentence = "Enter one e-mail address, like name@example.org, in plain letters and without spaces."
        raise Refused("email", sentence, field="email")


def _locked_or_new(email: str, name: str) -> User:
    user = User.objects.select_for_update().filter(email=email).first()
    if user is None:
        return User.objects.create_user(email=email, name=name)
    if Person.objects.filter(user=user).exists():
        sentence = "A family reads its letters through this address. Staff need one of their own."
        raise Refused("family_account", sentence, field="email")
    return user


def _refuse_held(user: User, roles: Sequence[NewRole], today: date) -> None:
    held = {
        (row.role, row.agency_id, row.setting_id) for row in Membership.objects.live(today).filter(user=user)
    }
    for one in roles:
        if (str(one.role), one.agency and one.agency.pk, one.setting and one.setting.pk) in held:
            sentence = f"This person already is {ROLE_LABELS[one.role].lower()} here."
            raise Refused("already_holds", sentence, field="roles")


def _record(verb: Verb, user: User, by: User | None, now: datetime, values: Mapping[str, object]) -> int:
    entry = audit.record(verb=verb, by=by, at=now, subject_kind="user", subject=user.public_id, values=values)
    return int(entry.pk)
