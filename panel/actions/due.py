"""Which duty a case owes next, when, and the days that were restated: columns of the case that lists sort and filter by. An index, never the truth."""

from collections.abc import Sequence

from panel.models import Case, ClockEvent
from panel.queries.clocks import due_index, live_events

FIELDS = ("next_duty", "next_due_on", "assess_restated_on", "issue_restated_on")


def refresh(case: Case, events: Sequence[ClockEvent] | None = None) -> None:
    """Set the columns on the object from its state, its dates and `events`, for the caller to save with `FIELDS`.

    A duty is met when the family is told, not when it is decided: a refusal nobody was told of still owes its letter.
    `next_due_on` is the legal date; an exemption excuses a late answer and moves no date, so it plays no part here.
    """
    if events is None:
        events = live_events([case]).get(case.pk, ()) if case.pk else ()
    for field, value in zip(FIELDS, due_index(case, events), strict=True):
        setattr(case, field, value)
