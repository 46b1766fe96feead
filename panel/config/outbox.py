"""Which kinds of promise the outbox knows, what keeps each, and which follow from the day alone. The only place that sees them all."""

from collections.abc import Callable
from datetime import datetime

from meetings.actions.following import remind_owners
from meetings.invites import KINDS as INVITATION_KINDS
from meetings.kinds import KINDS as MINUTES_KINDS
from meetings.letters.kinds import KINDS as LETTER_KINDS
from meetings.version_kinds import KINDS as VERSION_KINDS
from panel.kinds import KINDS as PANEL_KINDS
from panel.platform.outbox import Kind

KINDS: dict[str, Kind] = {
    **PANEL_KINDS,
    **MINUTES_KINDS,
    **LETTER_KINDS,
    **VERSION_KINDS,
    **INVITATION_KINDS,
}
# Each makes the promises whose day has come, once under one key, however often it is asked.
ROUNDS: tuple[Callable[[datetime], int], ...] = (remind_owners,)
