"""Who is shut out of a case, and who is let into a restricted one."""

from datetime import datetime, timedelta

from django.contrib.auth.models import Permission
from django.db import transaction
from django.utils import timezone

from panel.models import Case, CaseGrant, Denial, User
from panel.platform import access, audit
from panel.platform.policy import FAMILY_ROLES, Refused, Verb
from panel.platform.text import clean_line

GRANT_LIMIT = timedelta(days=90)


def deny(*, case: Case, user: User, source: str, by: User | None, now: datetime) -> Denial:
    """Shut `user` out of `case` from now on, whatever roles or grants say. `source` names why, as `item:<public id>`.

    The same denial twice is one row. May-I is asked by the caller (a conflict declared or imposed), who alone knows the
    meeting it arose in. Audits `case.deny`.
    """
    with transaction.atomic():
        Case.objects.select_for_update().get(pk=case.pk)
        denial, made = Denial.objects.live().get_or_create(
            case=case, user=user, source=source, defaults={"since": now, "lifted_at": None}
        )
        if made:
            _record("case.deny", case, user, source, by, now)
    return denial


def lift_denial(*, case: Case, user: User, source: str, by: User | None, now: datetime) -> bool:
    """End the denial that `source` gave rise to; whether there was one. Others, from other sources, stand. Audits."""
    with transaction.atomic():
        Case.objects.select_for_update().get(pk=case.pk)
        lifted = Denial.objects.live().filter(case=case, user=user, source=source).update(lifted_at=now)
        if lifted:
            _record("case.lift_denial", case, user, source, by, now)
    return bool(lifted)


def grant_restricted_case(
    *, case: Case, user: User, until: datetime, reason: str, by: User, now: datetime
) -> CaseGrant:
    """Open a restricted case to one named person of staff until a moment at most 90 days away.

    A second grant to the same person replaces the first; the trail keeps both. Refused: `own_grant`, `grant_too_long`,
    `grant_over`, `no_reason`, `not_restricted`, `not_staff`.
    """
    # The table alone: naming those who may see a case does not open it to the one who names them.
    access.require(by, Verb.CASE_GRANT, now=now)
    because = clean_line(reason, limit=300, label="The reason")
    with transaction.atomic():
        locked = Case.objects.select_for_update().get(pk=case.pk)
        _refuse_grant(locked, user, until, because, by, now)
        grant, _ = CaseGrant.objects.update_or_create(
            user=user,
            permission=Permission.objects.get(codename="view_restricted", content_type__app_label="panel"),
            content_object=locked,
            defaults={"starts_at": now, "expires_at": until, "reason": because, "granted_by": by},
        )
        audit.record(
            verb=Verb.CASE_GRANT,
            by=by,
            at=now,
            subject_kind="user",
            subject=user.public_id,
            case=case.public_id,
            values={"until": until.isoformat(), "reason": because},
        )
    return grant


def _refuse_grant(case: Case, user: User, until: datetime, because: str, by: User, now: datetime) -> None:
    if user.pk == by.pk:
        raise Refused("own_grant", "You cannot open a restricted case to yourself. Ask another officer.")
    if not case.restricted:
        raise Refused("not_restricted", "This case is not restricted, so nobody needs a grant to see it.")
    if not user.roles_on(timezone.localdate(now)) - FAMILY_ROLES:
        raise Refused("not_staff", "This person has no role as staff today. Invite them first.", field="user")
    if until <= now:
        raise Refused("grant_over", "The last day lies in the past. Choose a later one.", field="until")
    if until > now + GRANT_LIMIT:
        raise Refused(
            "grant_too_long",
            f"A grant lasts {GRANT_LIMIT.days} days at most. Choose an earlier last day.",
            field="until",
        )
    if not because:
        raise Refused("no_reason", "Say why this person needs to see the case.", field="reason")


def _record(verb: str, case: Case, user: User, source: str, by: User | None, now: datetime) -> None:
    audit.record(
        verb=verb,
        by=by,
        at=now,
        subject_kind="user",
        subject=user.public_id,
        case=case.public_id,
        values={"source": source},
    )
