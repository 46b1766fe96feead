"""Which kinds of promise the outbox knows, what keeps each, and which follow from the day alone. The only place that sees them all."""

from collections.abc import Callable
from datetime import datetime

from meetings.actions.conflicts import look_again
from meetings.actions.following import end_answered, remind_owners
from meetings.actions.invitations import tell_papers_ready
from meetings.actions.risk import escalate_risks
from meetings.actions.setting_notices import tell_notes_of_term
from meetings.kinds import KINDS as MEETING_KINDS
from meetings.letters.kinds import KINDS as LETTER_KINDS
from panel.kinds import KINDS as PANEL_KINDS
from panel.platform.outbox import Kind

KINDS: dict[str, Kind] = {**PANEL_KINDS, **MEETING_KINDS, **LETTER_KINDS}
# Each makes the promises whose day has come, once under one key, however often it is asked; or writes down what the records show.
ROUNDS: tuple[Callable[[datetime], int], ...] = (
    end_answered,
    look_again,
    remind_owners,
    tell_papers_ready,
    escalate_risks,
    tell_notes_of_term,
)
