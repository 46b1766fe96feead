"""What was said of somebody about a case outlasts the item and the seat it was said at, until somebody lifts it."""

from datetime import datetime

from django.db import transaction

from meetings.actions.closing import open_finished_items
from meetings.actions.locks import lock_case
from meetings.models import AgendaItem, Conflict, KeptConflict
from meetings.queries.kept_conflicts import can_be_lifted, conflicts_like
from meetings.rules.quorum import Effect, milder
from panel.actions.access import deny, lift_denial
from panel.models import User
from panel.platform import access, audit
from panel.platform.policy import Refused, Verb
from panel.platform.text import clean_line

DETAIL_LIMIT = 300


def keep(row: Conflict, by: User, now: datetime) -> None:
    """Keep the word of an item or a seat that goes; a lifted one too, so that an older word is not brought back by it.

    Inside the caller's transaction, which holds the case.
    """
    case, user = row.item.case, row.entry.user
    there = KeptConflict.objects.filter(case=case, user=user, kind=row.kind).first()
    said_at_item = max(row.item_id, there.said_at_item if there else 0)
    if there and said_at_item > row.item_id and milder(Effect(row.effect), Effect(there.effect)):
        return
    kept, _ = KeptConflict.objects.update_or_create(
        case=case,
        user=user,
        kind=row.kind,
        defaults={
            "source": row.source,
            "effect": row.effect,
            "detail": row.detail,
            "recorded_at": row.recorded_at,
            # Only what the records show has nobody who recorded it, and that is not kept.
            "recorded_by": row.recorded_by or by,
            "said_at_item": said_at_item,
        },
    )
    _follow(kept, by, now)


def say_of_kept(item: AgendaItem, row: Conflict, by: User, now: datetime) -> None:
    """What is said, or lifted, at an item of the case counts for what was kept of the same person and kind as well."""
    if row.source == Conflict.Source.AUTOMATIC:
        return
    about = KeptConflict.objects.filter(case=item.case_id, user=row.entry.user_id, kind=row.kind)
    for kept in about.select_related("case", "user"):
        kept.effect, kept.detail = row.effect, row.detail
        kept.said_at_item = max(kept.said_at_item, item.pk)
        kept.save(update_fields=["effect", "detail", "said_at_item"])
        _follow(kept, by, now)


def lift_kept_conflict(*, kept: KeptConflict, because: str, by: User, now: datetime) -> KeptConflict:
    """A conflict whose item or seat is gone was looked at again: it stays as a note with the reason, and opens what it
    closed.

    Where an item has it again at which it can be lifted, it is lifted there, and that counts here too: `on_a_list`.
    Refused besides: `no_reason`, `own_conflict`. Audits.
    """
    access.require(by, Verb.CONFLICT_IMPOSE, kept.case, now=now)
    reason = clean_line(because, limit=DETAIL_LIMIT, label="The reason")
    if not reason:
        raise Refused("no_reason", "Say why this is no conflict.", field="because")
    if kept.user_id == by.pk:
        raise Refused("own_conflict", "Somebody else must look at your own conflict again.")
    with transaction.atomic():
        lock_case(kept.case)
        row = KeptConflict.objects.select_related("case", "user").get(pk=kept.pk)
        if can_be_lifted(same := conflicts_like(row)).exists():
            raise Refused(
                "on_a_list",
                "This conflict stands at an item of the case as well. Lift it there, or at the next item it is listed for.",
            )
        row.effect, row.detail = Conflict.Effect.NOTE, reason
        # The word on it is the newest, also after those of finished items, which stay as the record of their day.
        row.said_at_item = max(row.said_at_item, *same.values_list("item", flat=True), 0)
        row.save(update_fields=["effect", "detail", "said_at_item"])
        _follow(row, by, now)
        open_finished_items(case=row.case, user=row.user, kind=row.kind, by=by, now=now)
        audit.record(
            verb=Verb.CONFLICT_IMPOSE,
            by=by,
            at=now,
            subject_kind="conflict",
            subject=row.public_id,
            case=row.case.public_id,
            values={
                "person": str(row.user.public_id),
                "kind": row.kind,
                "effect": row.effect,
                "detail": row.detail,
            },
        )
        return row


def _follow(kept: KeptConflict, by: User, now: datetime) -> None:
    """Close the case to the person, or open it again, as this kept conflict says for itself."""
    follow = deny if kept.effect == Conflict.Effect.LEAVES else lift_denial
    follow(case=kept.case, user=kept.user, source=f"conflict:{kept.public_id}", by=by, now=now)
