"""Who did not agree with a recommendation, in their own words: at the table, and put right afterwards.

A dissent belongs to the member. Where it was missed or badly taken down, whoever led the item puts it on record later; the
recommendation and what was decided on it stand (practice.md A5).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from meetings.actions.leading import led_it, standing_advice
from meetings.actions.live import audit_item
from meetings.actions.locks import lock_item, not_signed
from meetings.models import AgendaItem, Dissent, Recommendation, RosterEntry
from meetings.queries.decisions import standing_decisions
from meetings.queries.dissents import ADDED, counted_seats
from meetings.queries.room import Room, load_room
from panel.models import User
from panel.platform import access, outbox
from panel.platform.policy import Refused, Verb
from panel.platform.text import clean_line, clean_text

DISSENT_LIMIT = 10_000


@dataclass(frozen=True)
class Dissenting:
    """A member who does not agree, and why, in their own words."""

    entry: RosterEntry
    text: str


def keep_dissents(
    recommendation: Recommendation, dissents: Sequence[Dissenting], room: Room, now: datetime
) -> None:
    """Record them with a recommendation that is made at `now`. Refused: `dissent_not_counted`, `dissent_without_reason`."""
    for number, dissent in enumerate(dissents):
        text = clean_text(dissent.text, DISSENT_LIMIT, label="The dissent")
        _counted(recommendation, dissent.entry, room, now, f"dissents.{number}.entry")
        if not text:
            raise Refused(
                "dissent_without_reason", "Write down what the member said.", field=f"dissents.{number}.text"
            )
        Dissent(recommendation=recommendation, entry=dissent.entry, text=text).save()


def put_dissent_right(
    *,
    item: AgendaItem,
    entry: RosterEntry,
    text: str,
    because: str,
    correcting: bool = False,
    by: User,
    now: datetime,
) -> Dissent:
    """Whoever led the item puts on record that a member did not agree, changes the words, or takes them back (no `text`).

    What was recorded before is kept. The same words sent twice are one. Whoever has decided on the advice by then is told by a
    message that names nobody. Refused: `no_recommendation`, `not_the_chair`, `recused`,
    `no_reason`, `dissent_not_counted`, `nothing_to_take_back`, `signed` (unless `correcting` for an amendment). Audits
    `dissent.correct`.
    """
    access.require(by, Verb.RECOMMENDATION_RECORD, item, now=now)
    words = clean_text(text, DISSENT_LIMIT, label="The dissent")
    reason = clean_line(because, limit=500, label="The reason")
    if not reason:
        raise Refused("no_reason", "Say why it is put right only now.", field="because")
    with transaction.atomic():
        locked = lock_item(item)
        not_signed(locked.meeting, correcting=correcting)
        advice = standing_advice(locked)
        room = load_room(locked.meeting)
        led_it(locked, advice, room, by, now)
        _counted(advice, entry, room, advice.at, "entry")
        before: Dissent | None = Dissent.objects.filter(
            recommendation=advice, entry=entry, superseded_by=None
        ).first()
        if before is not None and before.text == words:
            return before
        if before is None and not words:
            raise Refused(
                "nothing_to_take_back",
                f"No dissent of {entry.user.name} is recorded. Write down what the member said.",
                field="text",
            )
        dissent = Dissent(
            recommendation=advice, entry=entry, text=words, supersedes=before, because=reason, by=by, at=now
        )
        dissent.save()
        values = {"person": str(entry.user.public_id), "because": reason}
        audit_item("dissent.correct", locked, by, now, values)
        _tell_who_decided(dissent, by, now)
        return dissent


def _tell_who_decided(dissent: Dissent, by: User, now: datetime) -> None:
    """Promise the message, once for each row; none to whoever put it on record."""
    decision = standing_decisions().filter(recommendation=dissent.recommendation).select_related("by").first()
    if decision is not None and decision.by_id != by.pk:
        outbox.enqueue(
            kind=ADDED,
            subject=decision.public_id,
            version=dissent.pk,
            inputs={"person": str(decision.by.public_id)},
            now=now,
        )


def _counted(
    recommendation: Recommendation, entry: RosterEntry, room: Room, at: datetime, field: str
) -> None:
    """Dissent is of those who counted: present for the item, voting, without a conflict."""
    item = recommendation.item
    counted = {each.pk for each in counted_seats(room, item, at)}
    if entry.pk not in counted:
        raise Refused(
            "dissent_not_counted",
            f"{entry.user.name} did not take part in this recommendation as a voting member.",
            field=field,
        )
