"""Which duty a case owes next and when: columns of the case that lists sort and filter by. An index, never the truth."""

from collections.abc import Sequence

from panel.models import Case, ClockEvent
from panel.queries.clocks import live_events, next_owed

FIELDS = ("next_duty", "next_due_on")


def refresh(case: Case, events: Sequence[ClockEvent] | None = None) -> None:
    """Set the two columns on the object from its state, its dates and `events`, for the caller to save with `FIELDS`.

    A duty is met when the family is told, not when it is decided: a refusal nobody was told of still owes its letter.
    `next_due_on` is the legal date; an exemption excuses a late answer and moves no date, so it plays no part here.
    """
    if events is None:
        events = live_events([case]).get(case.pk, ()) if case.pk else ()
    case.next_duty, case.next_due_on = next_owed(case, events)
