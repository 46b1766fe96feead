"""Kinds of promise for the outbox's own tests: real functions that count what they did and fail when told to."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from panel.models import Dispatch, Document
from panel.platform.outbox import Kind, NotSent
from tests.make import make_document


@dataclass
class Provider:
    """The outside world: remembers every call, and answers as it was told to."""

    done: Counter[str] = field(default_factory=Counter)
    fault: Exception | None = None
    changed: list[str | None] = field(default_factory=list)
    meanwhile: Any = None

    def reset(self) -> None:
        self.done.clear()
        self.fault = self.meanwhile = None
        self.changed = []


WORLD = Provider()


def _recheck(dispatch: Dispatch, now: datetime) -> str | None:
    WORLD.done["recheck"] += 1
    return WORLD.changed.pop(0) if WORLD.changed else None


def _make(dispatch: Dispatch, tools: Any, now: datetime) -> str:
    WORLD.done["make"] += 1
    if WORLD.fault:
        raise WORLD.fault
    if WORLD.meanwhile:
        WORLD.meanwhile(dispatch)
    return str(tools)


def _keep(dispatch: Dispatch, made: str, now: datetime) -> Document:
    WORLD.done["keep"] += 1
    return make_document(kind=made)


def _lock(dispatch: Dispatch) -> None:
    WORLD.done["lock"] += 1


def _send(dispatch: Dispatch, now: datetime) -> str:
    WORLD.done["send"] += 1
    if WORLD.meanwhile:
        WORLD.meanwhile(dispatch)
    if WORLD.fault:
        raise WORLD.fault
    return f"receipt for {dispatch.key[:8]}"


def _finish(dispatch: Dispatch, now: datetime) -> None:
    WORLD.done["finish"] += 1


KINDS = {
    "made": Kind(recheck=_recheck, make=_make, keep=_keep, finish=_finish, lock=_lock),
    "sent": Kind(recheck=_recheck, send=_send, finish=_finish, lock=_lock),
    "sent.repeatable": Kind(recheck=_recheck, send=_send, finish=_finish, provider_recognises_repeats=True),
    "sent.lapsing": Kind(recheck=_recheck, send=_send, finish=_finish, lapses=True),
    "made.sent": Kind(recheck=_recheck, make=_make, keep=_keep, send=_send, finish=_finish),
}

__all__ = ["KINDS", "WORLD", "NotSent"]
