"""Which kinds of promise the outbox knows, and what keeps each. The only place that sees every app's kinds."""

from meetings.letters.kinds import KINDS as LETTER_KINDS
from panel.platform.outbox import Kind

KINDS: dict[str, Kind] = {**LETTER_KINDS}
