"""The paper set of a day: what is printed for when the network fails, as one user may see it.

Cases stand on it by reference only. An item that is closed to the user has its number on the list and no sheet.
"""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from meetings.models import Deferral, Meeting, RosterEntry
from meetings.queries.agenda import Agenda, Line, OpenLine, SeatLine, agenda_for, seat_lines
from meetings.queries.item import asked_test, factors_of
from meetings.queries.sent_back import Again, asked_to_look_again
from meetings.queries.sheets import quorum_rule_in_words
from meetings.rules.deferring import DeferralReason
from meetings.rules.risk import LEVEL_LABELS, Level
from panel.law.card import legal_card
from panel.law.legal import (
    FACTOR_LABELS,
    OUTCOME_LABELS,
    OUTCOMES_OF,
    LegalTest,
    Stage,
)
from panel.law.reasons import REASON_LABELS, codes_of
from panel.models import User


@dataclass(frozen=True)
class ItemToWrite:
    """One item as a sheet to write on: what is asked of it, in the law's words, and the boxes to tick."""

    number: int
    line: Line
    open: OpenLine
    test: LegalTest
    outcomes: tuple[str, ...]
    codes: tuple[str, ...]
    factors: tuple[str, ...]
    again: Again | None

    @property
    def leader(self) -> RosterEntry | None:
        """Who leads the item, so that a sheet can be given to them."""
        return self.open.leader


@dataclass(frozen=True)
class PaperSet:
    """Front sheet and item sheets. `tests`: the legal tests this day's questions are put under."""

    meeting: Meeting
    agenda: Agenda
    people: tuple[SeatLine, ...]
    quorum_rule: str
    tests: tuple[LegalTest, ...]
    items: tuple[ItemToWrite, ...]
    levels: tuple[str, ...] = tuple(LEVEL_LABELS[one] for one in Level if one is not Level.NONE)
    put_off: tuple[str, ...] = tuple(str(Deferral.Reason(one).label) for one in DeferralReason)

    @property
    def consenting(self) -> tuple[int, ...]:
        """The numbers of the items on the consent list, as far as they are open to the reader."""
        return tuple(line.number for line in self.agenda.lines if line.open and line.open.on_consent)


def paper_set(user: User, meeting: Meeting, now: datetime) -> PaperSet:
    """The set of a meeting that was loaded through `visible_to`. One query more than its agenda, two where something was sent back."""
    agenda = agenda_for(user, meeting, now)
    again = asked_to_look_again([line.open.item for line in agenda.lines if line.open is not None])
    items = tuple(
        _to_write(line, line.open, again.get(line.open.item.pk))
        for line in agenda.lines
        if line.open is not None
    )
    day = meeting.starts_at.date()
    return PaperSet(
        meeting=meeting,
        agenda=agenda,
        people=seat_lines(agenda.room, now),
        quorum_rule=quorum_rule_in_words(meeting.config),
        tests=legal_card(day).tests(),
        items=items,
    )


def _to_write(line: Line, shown: OpenLine, again: Again | None) -> ItemToWrite:
    stage = Stage(shown.item.stage)
    return ItemToWrite(
        number=line.number,
        line=line,
        open=shown,
        test=asked_test(shown.item.case, stage, timezone.localdate(shown.item.meeting.starts_at)),
        outcomes=tuple(OUTCOME_LABELS[outcome] for outcome in OUTCOMES_OF[stage]),
        codes=tuple(f"{code}: {REASON_LABELS[code]}" for code in codes_of(stage)),
        factors=tuple(FACTOR_LABELS[factor] for factor in factors_of(shown.item)),
        again=again,
    )
