"""Where a meeting stands with the legal-test card: who read it out, and how many of those here have said that they know it."""

from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef

from meetings.models import CardAcknowledgement, CardReading, Meeting
from meetings.models.panels import NON_VOTING_SEATS
from meetings.queries.room import Room
from meetings.rules.states import MeetingState
from panel.law.card import LegalCard, legal_card_of
from panel.models import User


@dataclass(frozen=True)
class CardStanding:
    """`asked`: this viewer sits on the panel and has not said it yet. `known` of the `here` have.

    Minute takers and observers apply no test and are not asked.
    """

    card: LegalCard
    reading: CardReading
    asked: bool
    known: int
    here: int


def card_standing(user: User, meeting: Meeting, room: Room) -> CardStanding | None:
    """The card of a meeting that was opened with one; None else. One query, none before it begins."""
    if meeting.state == MeetingState.PLANNED:
        return None
    acknowledged = CardAcknowledgement.objects.filter(
        entry=OuterRef("meeting__roster"), version=OuterRef("version")
    )
    # The reading once for each seat, with whether whoever sits there has said it.
    rows = list(
        CardReading.objects.filter(meeting=meeting)
        .select_related("by")
        .annotate(entry=F("meeting__roster"), knows=Exists(acknowledged))
    )
    if not rows:
        return None
    reading: CardReading = rows[0]
    said = {row.entry for row in rows if row.knows}
    panel = [entry for entry in room.entries if entry.seat not in NON_VOTING_SEATS]
    here = [entry for entry in panel if any(row.left_at is None for row in entry.intervals.all())]
    mine = room.entry_of(user)
    return CardStanding(
        card=legal_card_of(reading.version),
        reading=reading,
        asked=mine in panel and mine is not None and mine.pk not in said,
        known=sum(entry.pk in said for entry in here),
        here=len(here),
    )
