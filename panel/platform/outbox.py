"""The outbox: a promise is a row written with the fact that made it; tasks and sweeps only keep it.

A worker claims a row by one conditional UPDATE, holds it under a lease in the database's own time, and names its attempt in
every later write, so that one who lost the lease changes nothing. What cannot be known after a crash is shown as unknown,
never sent again on a guess. Everything works with no broker at all (reliability.md 4.1).
"""

import traceback
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.module_loading import import_string

from panel.models import Dispatch, Document
from panel.platform.audit import canonical, sha256
from panel.platform.documents.worker import ChildFailed
from panel.platform.faults import fault_point
from panel.platform.policy import Refused

log = structlog.get_logger()

# Minutes until the next try; the last one repeats until GIVE_UP_AFTER.
BACKOFF_MINUTES = (1, 5, 15)
GIVE_UP_AFTER = timedelta(hours=48)

State = Dispatch.State
HELD = (State.LEASED, State.RENDERED, State.SENDING)


@dataclass(frozen=True)
class Kind:
    """How one kind of promise is kept.

    `recheck` names in words what has changed since the promise was made, or gives None; it runs when the row is claimed and
    again under `lock`, which takes the lock that every change of the facts behind the promise takes. `make` does the slow
    work (render, inspect, seal) and touches no row; `keep` writes what it made, in one transaction with the fence. `send`
    calls the outside world with the dispatch's key as reference and gives a receipt, or raises `NotSent` while nothing can
    have gone out. `finish` writes what follows.
    """

    recheck: Callable[[Dispatch, datetime], str | None]
    finish: Callable[[Dispatch, datetime], None]
    make: Callable[[Dispatch, Any, datetime], Any] | None = None
    keep: Callable[[Dispatch, Any, datetime], Document | None] | None = None
    lock: Callable[[Dispatch], None] | None = None
    send: Callable[[Dispatch, datetime], str] | None = None
    provider_recognises_repeats: bool = False
    lapses: bool = False


class LeaseLost(Exception):
    """Another worker holds the row now: stop, and change nothing."""


class NotSent(Exception):
    """Raised by `send` when it is certain that nothing went out, as when nobody answered: trying again is safe."""


def enqueue(
    *,
    kind: str,
    subject: uuid.UUID,
    now: datetime,
    version: int = 1,
    recipient: str = "",
    inputs: Mapping[str, Any] | None = None,
    not_before: datetime | None = None,
) -> Dispatch:
    """Promise something in the caller's transaction. The same promise made twice is one row.

    With `not_before` it is kept from then on, and its age is counted from then.
    """
    wanted = _promise(kind, subject, now, version, recipient, inputs)
    dispatch, made = Dispatch.objects.get_or_create(
        key=wanted.key,
        defaults={
            "kind": kind,
            "subject": subject,
            "version": version,
            "inputs": wanted.inputs,
            "inputs_sha256": wanted.inputs_sha256,
            "created_at": not_before or now,
            "next_attempt_at": not_before,
        },
    )
    if made and not_before is None:
        transaction.on_commit(lambda: ring(dispatch.public_id), robust=True)
    return dispatch


def enqueue_many(*, kind: str, subjects: Iterable[uuid.UUID], now: datetime) -> None:
    """Promise the same thing about many new subjects at once. No bell: the sweeper's next round finds them all."""
    Dispatch.objects.bulk_create([_promise(kind, subject, now) for subject in subjects])


def _promise(
    kind: str,
    subject: uuid.UUID,
    now: datetime,
    version: int = 1,
    recipient: str = "",
    inputs: Mapping[str, Any] | None = None,
) -> Dispatch:
    frozen = dict(inputs or {})
    return Dispatch(
        key=sha256(canonical([kind, str(subject), version, recipient])),
        kind=kind,
        subject=subject,
        version=version,
        inputs=frozen,
        inputs_sha256=sha256(canonical(frozen)),
        created_at=now,
    )


def promise_what_is_due(now: datetime) -> int:
    """Ask every round of `settings.OUTBOX_ROUNDS` for the promises that follow from the day alone; how many were made.

    A round that fails is logged and asked again the next time: it must not keep the sweeper from promises already made.
    A database that is away is its caller's to wait for.
    """
    rounds: Iterable[Callable[[datetime], int]] = import_string(settings.OUTBOX_ROUNDS)
    made = 0
    for ask in rounds:
        try:
            with transaction.atomic():
                made += ask(now)
        except (OperationalError, InterfaceError):
            raise
        except Exception as fault:  # noqa: BLE001 - the sweeper's outer edge, as in `keep_promise`
            log.error("outbox_round_failed", fault=type(fault).__name__, at=_place(fault))  # noqa: TRY400
    return made


def ring(dispatch_id: uuid.UUID) -> None:
    """Ring the doorbell, where there is one. A broken bell is logged and ignored: the sweeper finds the row anyway."""
    fault_point("C2")
    if not settings.REDIS_URL:
        return
    # The one upward call of this rung, by name only: the task is a doorbell and carries nothing but the row's id.
    bell = import_string("panel.config.celery.ring_bell")
    bell(str(dispatch_id))


def _due() -> Q:
    its_time = Q(state=State.QUEUED, next_attempt_at=None) | Q(
        state__in=[State.QUEUED, State.FAILED], next_attempt_at__lte=Now()
    )
    return its_time | Q(state__in=HELD, lease_until__lt=Now())


def claim(owner: str, only: uuid.UUID | None = None) -> Dispatch | None:
    """Take one row that is due, oldest first; None when there is nothing to do. The fencing token goes up by one."""
    while True:
        due = Dispatch.objects.filter(_due())
        if only is not None:
            due = due.filter(public_id=only)
        found = due.order_by("pk").first()
        if found is None:
            return None
        was_sending = found.state == State.SENDING
        won = Dispatch.objects.filter(_due(), pk=found.pk, attempt=found.attempt, state=found.state).update(
            state=State.SENDING if was_sending else State.LEASED,
            attempt=F("attempt") + 1,
            lease_owner=owner,
            lease_until=Now() + settings.OUTBOX_LEASE,
            error="",
        )
        if won == 1:
            return Dispatch.objects.select_related("document").get(pk=found.pk)


def _move(dispatch: Dispatch, state: str, **fields: Any) -> None:
    """Write under the fence, or stop: only the worker whose attempt this is may change the row."""
    changed = Dispatch.objects.filter(pk=dispatch.pk, attempt=dispatch.attempt, state__in=HELD).update(
        state=state, **fields
    )
    if changed != 1:
        raise LeaseLost
    dispatch.state = state
    for name, value in fields.items():
        setattr(dispatch, name, value)


def kinds() -> Mapping[str, Kind]:
    """The table handed over by the wiring (`settings.OUTBOX_KINDS`)."""
    table: Mapping[str, Kind] = import_string(settings.OUTBOX_KINDS)
    return table


def keep_promise(dispatch: Dispatch, tools: Any, now: datetime) -> str:
    """Keep one claimed promise as far as it goes; the state it ended in. Failures are written down, never raised."""
    kind = kinds().get(dispatch.kind)
    if kind is None:
        # Promised by a newer version of this software than the one that sweeps.
        return _fail(dispatch, "unknown_kind", now)
    try:
        if dispatch.state == State.SENDING:
            return _recover_sending(dispatch, kind, now)
        fault_point("C5")
        if stopped := _stopped(dispatch, kind, now):
            return stopped
        if kind.make and kind.keep:
            made = kind.make(dispatch, tools, now)
            with transaction.atomic():
                document = kind.keep(dispatch, made, now)
                _move(dispatch, State.RENDERED, document=document or dispatch.document)
            fault_point("C9")
        return _send(dispatch, kind, now)
    except LeaseLost:
        log.warning("outbox_lease_lost", dispatch=str(dispatch.public_id), kind=dispatch.kind)
        return "lease_lost"
    except NotSent as fault:
        return _fail(dispatch, str(fault) or "not_sent", now, nothing_went_out=True)
    except Refused as no:
        return _fail(dispatch, no.code, now)
    except ChildFailed as failed:
        return _fail(dispatch, failed.code, now, hopeless=not failed.retry)
    except Exception as fault:  # noqa: BLE001 - the sweeper's outer edge: one bad row must not stop the others; it is retried, then shown
        # The type and the line only: a fault's message can hold words of a case, and so can a traceback.
        name = type(fault).__name__
        log.error(  # noqa: TRY400
            "outbox_fault", dispatch=str(dispatch.public_id), kind=dispatch.kind, fault=name, at=_place(fault)
        )
        return _fail(dispatch, name, now)


def _stopped(dispatch: Dispatch, kind: Kind, now: datetime) -> str | None:
    """Put the row aside when its facts have changed: before a person, or away where the promise lapses."""
    changed = kind.recheck(dispatch, now)
    if not changed:
        return None
    state = State.CANCELLED if kind.lapses else State.NEEDS_RECHECK
    _move(dispatch, state, error=changed[:200], finished_at=now)
    return state


def _place(fault: Exception) -> str:
    last = traceback.extract_tb(fault.__traceback__)[-1]
    return f"{Path(last.filename).name}:{last.lineno}"


def _send(dispatch: Dispatch, kind: Kind, now: datetime) -> str:
    if kind.send is None:
        with transaction.atomic():
            if kind.lock:
                kind.lock(dispatch)
            if stopped := _stopped(dispatch, kind, now):
                return stopped
            kind.finish(dispatch, now)
            _move(dispatch, State.SENT, finished_at=now)
        return State.SENT
    with transaction.atomic():
        if kind.lock:
            kind.lock(dispatch)
        if stopped := _stopped(dispatch, kind, now):
            return stopped
        # The point of no return. Do not move this into one transaction with the call: a crash between the two would lose
        # the only trace that something may have gone out.
        _move(dispatch, State.SENDING)
    fault_point("C10")
    # Whoever stood still here may have lost the row to another, who had to show it as unknown: then nothing goes out any more.
    _move(dispatch, State.SENDING, lease_until=Now() + settings.OUTBOX_LEASE)
    receipt = kind.send(dispatch, now)
    fault_point("C12")
    with transaction.atomic():
        kind.finish(dispatch, now)
        _move(dispatch, State.SENT, receipt=receipt[:200], finished_at=now)
    fault_point("C13")
    return State.SENT


def _recover_sending(dispatch: Dispatch, kind: Kind, now: datetime) -> str:
    """A worker died after the point of no return: ask a provider that recognises repeats, else show it to a person."""
    if kind.send is None or not kind.provider_recognises_repeats:
        _move(dispatch, State.UNKNOWN, error="the process stopped while sending", finished_at=now)
        return State.UNKNOWN
    receipt = kind.send(dispatch, now)
    with transaction.atomic():
        kind.finish(dispatch, now)
        _move(dispatch, State.SENT, receipt=receipt[:200], finished_at=now)
    return State.SENT


def _fail(
    dispatch: Dispatch, code: str, now: datetime, *, nothing_went_out: bool = False, hopeless: bool = False
) -> str:
    """Put the row back for a later try; leave it to a person after two days, where no try can help (`hopeless`), or where
    something may have gone out.
    """
    kind = kinds().get(dispatch.kind)
    began = Dispatch.objects.filter(pk=dispatch.pk, state=State.SENDING).exists()
    repeatable = nothing_went_out or (kind is not None and kind.provider_recognises_repeats)
    try:
        if began and not repeatable:
            _move(dispatch, State.UNKNOWN, error=code[:200], finished_at=now)
            return State.UNKNOWN
        if hopeless or now - dispatch.created_at > GIVE_UP_AFTER:
            _move(dispatch, State.DEAD, error=code[:200], finished_at=now)
            return State.DEAD
        wait = BACKOFF_MINUTES[min(dispatch.attempt, len(BACKOFF_MINUTES)) - 1]
        _move(dispatch, State.FAILED, error=code[:200], next_attempt_at=Now() + timedelta(minutes=wait))
    except LeaseLost:
        return "lease_lost"
    return State.FAILED


def drain(tools: Any, now: Callable[[], datetime], owner: str, limit: int = 1000) -> dict[str, int]:
    """Keep every promise that is due, one after another; how many ended in which state."""
    ended: dict[str, int] = {}
    for _ in range(limit):
        dispatch = claim(owner)
        if dispatch is None:
            break
        state = keep_promise(dispatch, tools, now())
        ended[state] = ended.get(state, 0) + 1
    return ended


def oldest_waiting() -> Dispatch | None:
    """The promise that has waited longest, for the health page and the clerk's banner; none whose time is still to come."""
    waiting = Dispatch.objects.filter(state__in=[State.QUEUED, State.FAILED, *HELD])
    return waiting.exclude(state=State.QUEUED, next_attempt_at__gt=Now()).order_by("created_at").first()


def try_again(dispatch: Dispatch) -> None:
    """A person asks for another try of a row that failed for good or whose facts were looked at again."""
    Dispatch.objects.filter(pk=dispatch.pk, state__in=[State.DEAD, State.FAILED, State.NEEDS_RECHECK]).update(
        state=State.QUEUED, next_attempt_at=None, finished_at=None
    )
