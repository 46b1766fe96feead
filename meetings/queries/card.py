"""Where a meeting stands with the legal-test card: who read it out, and how many of those here have said that they know it."""

from dataclasses import dataclass

from meetings.models import CardAcknowledgement, CardReading, Meeting
from meetings.queries.room import Room
from panel.law.card import LegalCard, legal_card_of
from panel.models import User


@dataclass(frozen=True)
class CardStanding:
    """`asked`: this viewer sits at the meeting and has not said it yet. `known` of the `here` have."""

    card: LegalCard
    reading: CardReading
    asked: bool
    known: int
    here: int


def card_standing(user: User, meeting: Meeting, room: Room) -> CardStanding | None:
    """The card of a meeting that was opened with one; None else. Two queries."""
    reading = CardReading.objects.filter(meeting=meeting).select_related("by").first()
    if reading is None:
        return None
    said = set(
        CardAcknowledgement.objects.filter(entry__meeting=meeting, version=reading.version).values_list(
            "entry_id", flat=True
        )
    )
    here = [entry for entry in room.entries if any(row.left_at is None for row in entry.intervals.all())]
    mine = room.entry_of(user)
    return CardStanding(
        card=legal_card_of(reading.version),
        reading=reading,
        asked=mine is not None and mine.pk not in said,
        known=sum(entry.pk in said for entry in here),
        here=len(here),
    )
