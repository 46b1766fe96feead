"""Who vouches for the sheet of an item the chair took no part in: the deputy who led it, before the chair signs the whole.

The chair never reads that sheet, so the chair's signature cannot say that it is true (reliability.md 3.3).
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from meetings.models import AgendaItem, Conflict, ItemRecord, ItemSignOff, Minutes, MinutesSheet, Seat
from meetings.queries.dissents import counted_seats
from meetings.queries.room import load_room
from panel.models import User
from panel.platform import access
from panel.platform.policy import Verb

HOLDS_CHAIR = Q(entry__seat=Seat.CHAIR) | Q(entry__attendance__substitute_for__seat=Seat.CHAIR)


@dataclass(frozen=True)
class DeputySheet:
    """One item of a version that its deputy led. `able`: whether the deputy can still sign; asked only while nobody has."""

    record: ItemRecord
    deputy: User
    signed: ItemSignOff | None
    able: bool

    @property
    def number(self) -> int:
        """The item's number in the minutes."""
        return self.record.position


def led_by_deputies() -> QuerySet[ItemRecord]:
    """The records of items that were taken up under a named deputy because the chair had a conflict that binds."""
    recused = (
        Conflict.objects.filter(HOLDS_CHAIR, item=OuterRef("item"))
        .exclude(effect=Conflict.Effect.NOTE)
        .exclude(entry=OuterRef("item__deputy_chair"))
    )
    return (
        ItemRecord.objects.filter(Exists(recused))
        .filter(item__deputy_chair__isnull=False, item__started_at__isnull=False)
        .select_related("item__case", "item__deputy_chair__user", "minutes__meeting", "sign_off__by")
        .order_by("position")
    )


def deputy_sheets(minutes: Minutes, now: datetime) -> tuple[DeputySheet, ...]:
    """The sheets of one version that need a deputy's own signature, in order. One query where there is none."""
    return tuple(_sheet(record, now) for record in led_by_deputies().filter(minutes=minutes))


def _sheet(record: ItemRecord, now: datetime) -> DeputySheet:
    seat = record.item.deputy_chair
    if seat is None:
        raise ValueError("an item without a deputy needs no deputy’s signature")
    signed = getattr(record, "sign_off", None)
    able = signed is not None or access.can(seat.user, Verb.MINUTES_SIGN_OFF, record, now=now).allowed
    return DeputySheet(record, seat.user, signed, able)


def signs_off(user: User, line: DeputySheet, now: datetime) -> bool:
    """Whether it is for `user` to sign: the deputy, or, once the deputy can no more, a voting member who was there for it."""
    if line.signed is not None or user == line.deputy:
        return line.signed is None
    item = line.record.item
    there = () if line.able else counted_seats(load_room(item.meeting), item, item.ended_at or now)
    return user.pk in {entry.user_id for entry in there}


def sheet_of(record: ItemRecord) -> MinutesSheet | None:
    """The rendered sheet of one item's record; None while it is being made."""
    return (
        MinutesSheet.objects.filter(minutes=record.minutes_id, item=record.item_id)
        .select_related("document")
        .first()
    )


def to_sign_off(user: User, now: datetime) -> tuple[ItemRecord, ...]:
    """The sheets that wait for `user`, who led the item in the chair's place, the oldest meeting first. One query."""
    ready = MinutesSheet.objects.filter(minutes=OuterRef("minutes"), part=MinutesSheet.Part.JOINED)
    rows = led_by_deputies().filter(
        Exists(ready),
        item__in=AgendaItem.objects.visible_to(user, now),
        item__deputy_chair__user=user,
        sign_off=None,
        minutes__superseded_by=None,
        minutes__signature=None,
    )
    return tuple(
        rows.select_related("minutes__meeting__panel_type").order_by(
            "minutes__meeting__starts_at", "position"
        )
    )
