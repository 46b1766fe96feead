"""Minutes: frozen from the record, rendered, read by the chair, signed as those very bytes, sealed; then only ever amended.

Letters need the decision and never wait for any of this.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from meetings.actions.locks import lock_meeting
from meetings.minutes import frozen as records
from meetings.models import ItemRecord, Meeting, Minutes, MinutesSheet, MinutesSignature
from meetings.queries.changed import frozen_again
from meetings.queries.circulation import signing_stops
from meetings.queries.minutes import (
    blockers,
    latest_minutes,
    sheet_to_sign,
    sheets_for,
    state_of,
    themes_of,
)
from meetings.queries.names import names_on_the_list, told_of_one_child
from meetings.queries.room import load_room
from meetings.queries.sheets import Frozen, freeze
from meetings.rules.circulation import step_up_problems
from meetings.rules.decisions import refuse
from meetings.rules.naming import names_said, naming_problems
from meetings.rules.states import MINUTES, MinutesState
from panel.law.problems import Problem
from panel.law.words import in_words
from panel.models import Document, Installation, User
from panel.platform import access, audit, outbox
from panel.platform.faults import fault_point
from panel.platform.policy import Refused, Verb
from panel.platform.text import clean_line, clean_text

RENDER = "minutes.render"
SEAL = "minutes.seal"
THEMES_LIMIT = 2_000


def prepare_minutes(
    *,
    meeting: Meeting,
    by: User,
    now: datetime,
    because: str = "",
    themes: str | None = None,
    names_nobody: Collection[str] = (),
) -> Minutes:
    """Freeze the record of a closed meeting as a new version and have it rendered. Every version after the first says why.

    `themes`: what the day showed across requests, naming no child; None keeps those of the version before. `names_nobody`:
    the names on the list that somebody was shown in the words, and that name nobody here. An officer's decision still to come
    is no blocker. Nothing changed since an unsigned version: that version again. Refused: `blocked` with every blocker (row 59),
    `no_reason`, `nothing_changed` since the signed one, `names`, `another_case`. Audits `minutes.prepare` and enqueues the
    rendering.
    """
    access.require(by, Verb.MINUTES_PREPARE, meeting, now=now)
    reason = clean_line(because, limit=500, label="The reason")
    said = clean_text(themes, THEMES_LIMIT, label="The themes") if themes is not None else None
    with transaction.atomic():
        locked = lock_meeting(meeting)
        stops = blockers(locked)
        if stops:
            raise Refused("blocked", " ".join(stop.sentence for stop in stops))
        before = latest_minutes(locked)
        notes = said if said is not None else themes_of(before)
        if said:
            refuse(_naming(locked, said, names_nobody=names_nobody))
        if before is not None and _unchanged(before, notes):
            return _unsigned(before)
        if before is not None and not reason:
            raise Refused("no_reason", "Say what is corrected and why.", field="because")
        version = before.version + 1 if before else 1
        minutes = _keep(
            freeze(locked, version=version, correction=reason, by=by, themes=notes),
            locked,
            before,
            reason,
            by,
            now,
        )
        outbox.enqueue(kind=RENDER, subject=minutes.public_id, version=version, now=now)
        _audit(Verb.MINUTES_PREPARE, minutes, by, now, {"version": version, "sha256": minutes.record_sha256})
        return minutes


def _naming(meeting: Meeting, themes: str, *, names_nobody: Collection[str]) -> Iterable[Problem]:
    """What in the themes names somebody: everybody at the meeting reads them, also who was out of the room for a child."""
    return naming_problems(
        "themes",
        names_said(themes, names_on_the_list(meeting)),
        told_of_one_child(themes, meeting),
        read_by="Everybody at the meeting reads this",
        names_nobody=names_nobody,
    )


def sign_minutes(
    *,
    minutes: Minutes,
    shown_sha256: str,
    confirmed_at: datetime | None = None,
    by: User,
    now: datetime,
) -> MinutesSignature:
    """The chair signs the very bytes they were shown: `shown_sha256` is the digest of the document on their screen.

    `confirmed_at` is when the chair last proved who they are; a demonstration asks for no proof. From then on the version is
    closed for good; a correction is a new version. The same signature twice is one. Refused: `not_the_chair`, `stale` when
    other bytes were shown, `not_rendered`, `superseded`, `signed`, everything of `signing_problems` and `step_up_problems`.
    Audits `minutes.sign` and enqueues the sealing.
    """
    access.require(by, Verb.MINUTES_SIGN, minutes, now=now)
    with transaction.atomic():
        meeting = lock_meeting(minutes.meeting)
        locked = Minutes.objects.select_related("signature").get(pk=minutes.pk)
        chair = load_room(meeting).chair
        if chair is None or chair.user_id != by.pk:
            raise Refused(
                "not_the_chair", "The minutes are signed by whoever held the chair at this meeting."
            )
        state = state_of(locked)
        if state is MinutesState.SIGNED:
            return _same_signature(locked.signature, shown_sha256, by)
        _may_sign(locked, state, shown_sha256, by, now)
        refuse(signing_stops(locked, meeting.config.comment_days, now))
        if not Installation.objects.filter(demonstration=True).exists():
            refuse(step_up_problems(confirmed_at, now))
        signature = MinutesSignature(
            minutes=locked, shown_sha256=shown_sha256, confirmed_at=confirmed_at, by=by, at=now
        )
        signature.save()
        outbox.enqueue(
            kind=SEAL,
            subject=locked.public_id,
            version=locked.version,
            inputs={"shown_sha256": shown_sha256},
            now=now,
        )
        _audit(Verb.MINUTES_SIGN, locked, by, now, {"version": locked.version, "shown_sha256": shown_sha256})
        fault_point("C1")
        return signature


def open_sheet(*, sheet: MinutesSheet, by: User, now: datetime) -> Document:
    """Somebody reads one sheet of the minutes, which the trail notes. Refused `not_found` when it is closed to them."""
    access.require(by, Verb.MINUTES_VIEW, sheet.minutes, now=now)
    if sheet not in sheets_for(by, sheet.minutes, now):
        raise Refused("not_found", "There is no such document for you.")
    audit.record(
        verb=Verb.MINUTES_VIEW,
        by=by,
        at=now,
        subject_kind="document",
        subject=sheet.document.public_id,
        case=sheet.item.case.public_id if sheet.item else None,
        values={"part": sheet.part, "minutes": str(sheet.minutes.public_id)},
    )
    return sheet.document


def _unchanged(before: Minutes, themes: str) -> bool:
    """Whether the record, frozen again as the same version, says the same. The meeting sheet vouches for the item sheets."""
    return records.digest(frozen_again(before, themes).meeting) == before.record_sha256


def _unsigned(before: Minutes) -> Minutes:
    if state_of(before) is MinutesState.SIGNED:
        raise Refused(
            "nothing_changed", "Nothing has changed since the minutes were signed. Correct the record first."
        )
    return before


def _keep(
    frozen: Frozen, meeting: Meeting, before: Minutes | None, because: str, by: User, now: datetime
) -> Minutes:
    minutes = Minutes(
        meeting=meeting,
        version=frozen.meeting.version,
        supersedes=before,
        because=because if before else "",
        record=records.kept(frozen.meeting),
        record_sha256=records.digest(frozen.meeting),
        by=by,
        at=now,
    )
    minutes.save()
    ItemRecord.objects.bulk_create(
        [
            ItemRecord(
                minutes=minutes,
                item=item,
                position=sheet.number,
                record=records.kept(sheet),
                record_sha256=records.digest(sheet),
            )
            for item, sheet in frozen.items
        ]
    )
    return minutes


def _may_sign(minutes: Minutes, state: MinutesState, shown_sha256: str, by: User, now: datetime) -> None:
    if hasattr(minutes, "superseded_by"):
        raise Refused("superseded", "A newer version of these minutes was prepared. Read and sign that one.")
    if state is MinutesState.DRAFT:
        raise Refused("not_rendered", "The minutes are still being made. Wait a moment and reload the page.")
    MINUTES.target(state, "minutes.sign")
    sheet = sheet_to_sign(by, minutes, now)
    if sheet is None or sheet.document.sha256 != shown_sha256:
        raise Refused(
            "stale",
            "The document you were shown is not the one to sign now. Reload the page and read it again.",
        )


def _same_signature(signature: MinutesSignature, shown_sha256: str, by: User) -> MinutesSignature:
    if (signature.by_id, signature.shown_sha256) == (by.pk, shown_sha256):
        return signature
    raise Refused(
        "signed",
        f"The minutes were signed on {in_words(timezone.localdate(signature.at))}. Start an amendment to correct them.",
    )


def _audit(verb: str, minutes: Minutes, by: User, now: datetime, values: dict[str, object]) -> None:
    audit.record(verb=verb, by=by, at=now, subject_kind="minutes", subject=minutes.public_id, values=values)
