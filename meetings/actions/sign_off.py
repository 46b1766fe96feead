"""The sheet of an item the chair took no part in, signed off by the deputy who led it."""

from datetime import datetime

from django.db import transaction

from meetings.actions.locks import lock_meeting
from meetings.models import ItemRecord, ItemSignOff
from meetings.queries.changed import changed_since
from meetings.queries.sign_offs import DeputySheet, deputy_sheets, sheet_of, signs_off
from meetings.rules.circulation import step_up_problems
from meetings.rules.decisions import refuse
from panel.models import Installation, User
from panel.platform import access, audit
from panel.platform.policy import Refused, Verb


def sign_off_item(
    *,
    record: ItemRecord,
    shown_sha256: str,
    confirmed_at: datetime | None = None,
    by: User,
    now: datetime,
) -> ItemSignOff:
    """Whoever led an item in the chair's place vouches for the very bytes of its sheet they were shown.

    Once the deputy can sign no more, a voting member who was there for the item does so, which the row and the trail say. Every
    version asks for it anew. The same signature twice is one. Refused: `not_led_by_deputy`, `not_the_deputy`, `signed_off`,
    `superseded`, `not_rendered`, `stale`, `changed_since` and everything of `step_up_problems`. Audits `minutes.sign_off`.
    """
    access.require(by, Verb.MINUTES_SIGN_OFF, record, now=now)
    with transaction.atomic():
        lock_meeting(record.minutes.meeting)
        line = next((one for one in deputy_sheets(record.minutes, now) if one.record == record), None)
        if line is None:
            raise Refused(
                "not_led_by_deputy", "The chair signs for this item. It needs no signature of its own."
            )
        if line.signed is not None:
            return _same(line.signed, shown_sha256, by)
        _may_sign_off(line, shown_sha256, by, now)
        if not Installation.objects.filter(demonstration=True).exists():
            refuse(step_up_problems(confirmed_at, now))
        instead = line.deputy if by != line.deputy else None
        made = ItemSignOff(
            record=record,
            shown_sha256=shown_sha256,
            confirmed_at=confirmed_at,
            in_place_of=instead,
            by=by,
            at=now,
        )
        made.save()
        audit.record(
            verb=Verb.MINUTES_SIGN_OFF,
            by=by,
            at=now,
            subject_kind="minutes",
            subject=record.minutes.public_id,
            case=record.item.case.public_id,
            values={
                "item": record.position,
                "shown_sha256": shown_sha256,
                "in_place_of": str(instead.public_id) if instead else "",
            },
        )
        return made


def _may_sign_off(line: DeputySheet, shown_sha256: str, by: User, now: datetime) -> None:
    minutes = line.record.minutes
    if not signs_off(by, line, now):
        raise Refused("not_the_deputy", f"{line.deputy.name} led this item and signs off its sheet.")
    if hasattr(minutes, "superseded_by"):
        raise Refused(
            "superseded", "A newer version of these minutes was prepared. Read and sign off that one."
        )
    sheet = sheet_of(line.record)
    if sheet is None:
        raise Refused("not_rendered", "The sheet is still being made. Wait a moment and reload the page.")
    if sheet.document.sha256 != shown_sha256:
        raise Refused(
            "stale",
            "The sheet you were shown is not the one to sign off now. Reload the page and read it again.",
        )
    if line.number in changed_since(minutes).items:
        raise Refused(
            "changed_since",
            "What was written has changed since this version. The minutes have to be prepared again.",
        )


def _same(signed: ItemSignOff, shown_sha256: str, by: User) -> ItemSignOff:
    if (signed.by_id, signed.shown_sha256) == (by.pk, shown_sha256):
        return signed
    raise Refused("signed_off", f"This sheet was signed off by {signed.by.name}.")
