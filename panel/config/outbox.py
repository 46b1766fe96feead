"""Which kinds of promise the outbox knows, and what keeps each. The only place that sees every app's kinds."""

from meetings.invites import KINDS as INVITATION_KINDS
from meetings.kinds import KINDS as MINUTES_KINDS
from meetings.letters.kinds import KINDS as LETTER_KINDS
from panel.kinds import KINDS as PANEL_KINDS
from panel.platform.outbox import Kind

KINDS: dict[str, Kind] = {**PANEL_KINDS, **MINUTES_KINDS, **LETTER_KINDS, **INVITATION_KINDS}
