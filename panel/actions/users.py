"""Who signs in as staff: invited by an administrator, with roles that begin and end on a day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from panel.importing.cells import EMAIL
from panel.models import Agency, Membership, Person, Setting, User
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
    second: User | None = None,
) -> User:
    """Let somebody in as staff, or give them further roles, from today on; an e-mail tells them where to sign in. Audits.

    Making an administrator takes two of them: `second` is the other one, named on the host, never on a screen. Refused:
    `own_roles`, `email`, `no_roles`, `family_role`, `family_account`, `second_needed`, `ends_early`, `already_holds`.
    """
    access.require(by, Verb.USER_INVITE, now=now)
    address = clean_line(email, label="E-mail address").lower()
    today = timezone.localdate(now)
    _refuse_roles(address, roles, by, second, today, now)
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
        values = {"roles": [str(one.role) for one in roles], "second": second and str(second.public_id)}
        entry = _record(Verb.USER_INVITE, user, by, now, values)
        # Each invitation is a promise of its own, however often the same person is invited.
        outbox.enqueue(kind=USER_INVITE, subject=user.public_id, version=entry, now=now)
    return user


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


def _refuse_roles(
    email: str, roles: Sequence[NewRole], by: User, second: User | None, today: date, now: datetime
) -> None:
    if not EMAIL.fullmatch(email):
        sentence = "Enter one e-mail address, like name@example.org, in plain letters and without spaces."
        raise Refused("email", sentence, field="email")
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
        if one.role is Role.ADMINISTRATOR and not _may_second(second, by, now):
            sentence = "Making an administrator takes two administrators. It is done on the server: see docs/running.md."
            raise Refused("second_needed", sentence, field="roles")


def _may_second(second: User | None, by: User, now: datetime) -> bool:
    return second is not None and second.pk != by.pk and access.can(second, Verb.USER_INVITE, now=now).allowed


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


def _record(verb: Verb, user: User, by: User, now: datetime, values: Mapping[str, object]) -> int:
    entry = audit.record(verb=verb, by=by, at=now, subject_kind="user", subject=user.public_id, values=values)
    return int(entry.pk)
