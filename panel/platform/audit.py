"""The trail: entries written at once inside each action, sealed in batches afterwards by the sweeper.

An entry holds a verb, ids and a salted digest; the values and the salt lie apart in `AuditValue`, so that they can be
disposed of without breaking the chain. The honest window is the time between two seals, at most 30 seconds.
"""

import hashlib
import json
import secrets
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import IntegrityError, transaction

from panel.models import AuditEntry, AuditSeal, AuditSealed, AuditValue, Disposal, User
from panel.platform.policy import Verb

SEAL_BATCH = 2000


def canonical(value: Any) -> bytes:
    """The one byte form of a JSON value: sorted keys, no spaces, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str).encode()


def sha256(data: bytes) -> str:
    """Hex digest."""
    return hashlib.sha256(data).hexdigest()


def _entry_digest(entry: AuditEntry) -> str:
    parts = [
        entry.verb,
        str(entry.by or ""),
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.subject_kind,
        str(entry.subject or ""),
        str(entry.case or ""),
        entry.value_sha256,
    ]
    return sha256(canonical(parts))


def _value_digest(salt: str, values: Mapping[str, Any]) -> str:
    return sha256(salt.encode() + canonical(json.loads(canonical(values))))


@dataclass(frozen=True)
class Event:
    """One thing to be written down; what `record` takes, as a value, for actions that write many at once."""

    verb: Verb | str
    subject_kind: str
    subject: uuid.UUID | None
    case: uuid.UUID | None = None
    values: Mapping[str, Any] | None = None


def record(
    *,
    verb: Verb | str,
    by: User | None,
    at: datetime,
    subject_kind: str,
    subject: uuid.UUID | None,
    case: uuid.UUID | None = None,
    values: Mapping[str, Any] | None = None,
) -> AuditEntry:
    """Write one entry in the caller's transaction. `by` None is the system itself. Values go to the side table."""
    return record_many([Event(verb, subject_kind, subject, case, values)], by=by, at=at)[0]


def record_many(events: Sequence[Event], *, by: User | None, at: datetime) -> list[AuditEntry]:
    """Write many entries of one moment in the caller's transaction, in two statements instead of two for each."""
    pairs = [_unsaved(event, by, at) for event in events]
    entries = AuditEntry.objects.bulk_create([entry for entry, _ in pairs])
    AuditValue.objects.bulk_create([value for _, value in pairs if value])
    return entries


def _unsaved(event: Event, by: User | None, at: datetime) -> tuple[AuditEntry, AuditValue | None]:
    salt = secrets.token_hex(16) if event.values else ""
    entry = AuditEntry(
        verb=str(event.verb),
        by=by.public_id if by else None,
        at=at,
        subject_kind=event.subject_kind,
        subject=event.subject,
        case=event.case,
        value_sha256=_value_digest(salt, event.values) if event.values else "",
    )
    entry.sha256 = _entry_digest(entry)
    if not event.values:
        return entry, None
    return entry, AuditValue(entry=entry, salt=salt, values=json.loads(canonical(event.values)))


def _link(previous: str, digests: list[str]) -> str:
    return sha256(canonical([previous, digests]))


def seal_pending(now: datetime) -> int:
    """Seal committed, unsealed entries as one link; how many were sealed. Safe to run twice at once: one of them loses."""
    try:
        return _seal_pending(now)
    except IntegrityError:
        # Somebody else sealed at the same moment; `prev` is unique, so the chain has no forks.
        return 0


def _seal_pending(now: datetime) -> int:
    with transaction.atomic():
        last = AuditSeal.objects.order_by("-number").first()
        entries = list(AuditEntry.objects.filter(sealed__isnull=True).order_by("pk")[:SEAL_BATCH])
        if not entries:
            return 0
        seal = AuditSeal(
            number=last.number + 1 if last else 1,
            prev=last,
            n=len(entries),
            sha256=_link(last.sha256 if last else "", [entry.sha256 for entry in entries]),
            at=now,
        )
        seal.save()
        AuditSealed.objects.bulk_create([AuditSealed(entry=entry, seal=seal) for entry in entries])
        return len(entries)


@dataclass(frozen=True)
class Verdict:
    """What `verify` found. `fault` names the first bad row in words, or is empty."""

    seals: int
    entries: int
    unsealed: int
    erased: int
    fault: str = ""


def verify() -> Verdict:
    """Recompute every entry, value and link from the start and stop at the first that does not agree."""
    entries = erased = seals = 0
    previous: AuditSeal | None = None
    for seal in AuditSeal.objects.order_by("number").iterator(chunk_size=500):
        if seal.number != seals + 1 or seal.prev_id != (previous.pk if previous else None):
            return Verdict(seals, entries, 0, erased, f"seal {seal.number} does not follow seal {seals}")
        digests: list[str] = []
        members = AuditEntry.objects.filter(sealed__seal=seal).select_related("value").order_by("pk")
        for entry in members:
            fault, gone = _entry_fault(entry)
            if fault:
                return Verdict(seals, entries, 0, erased, fault)
            erased += gone
            entries += 1
            digests.append(entry.sha256)
        if len(digests) != seal.n:
            return Verdict(
                seals,
                entries,
                0,
                erased,
                f"seal {seal.number} covers {seal.n} entries, {len(digests)} are there",
            )
        if _link(previous.sha256 if previous else "", digests) != seal.sha256:
            return Verdict(seals, entries, 0, erased, f"seal {seal.number} does not match its entries")
        previous, seals = seal, seals + 1
    unsealed = AuditEntry.objects.filter(sealed__isnull=True).select_related("value").order_by("pk")
    waiting = 0
    for entry in unsealed.iterator(chunk_size=500):
        fault, gone = _entry_fault(entry)
        if fault:
            return Verdict(seals, entries, waiting, erased, fault)
        waiting, erased = waiting + 1, erased + gone
    disposed = Disposal.objects.filter(table=AuditValue._meta.db_table).count()
    if erased > disposed:
        fault = f"{erased} values are missing, but two people disposed of {disposed} only"
        return Verdict(seals, entries, waiting, erased, fault)
    return Verdict(seals, entries, waiting, erased)


def _entry_fault(entry: AuditEntry) -> tuple[str, int]:
    """What is wrong with one entry (or nothing), and 1 when its value was lawfully erased."""
    if _entry_digest(entry) != entry.sha256:
        return f"entry {entry.pk} ({entry.verb}) has been changed", 0
    if not entry.value_sha256:
        return "", 0
    value: AuditValue | None = getattr(entry, "value", None)
    if value is None:
        return "", 1
    if _value_digest(value.salt, value.values) != entry.value_sha256:
        return f"the value of entry {entry.pk} ({entry.verb}) has been changed", 0
    return "", 0
