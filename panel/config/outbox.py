"""Which kinds of promise the outbox knows, and what keeps each. The only place that sees every app's kinds."""

from panel.platform.outbox import Kind

KINDS: dict[str, Kind] = {}
