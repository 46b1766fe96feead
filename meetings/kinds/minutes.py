"""How the outbox keeps the promises about minutes and actions: make the sheets, seal them once signed, tell readers, remind owners.

The first two only add rows beside a version that never changes, so keeping one twice finds the work done.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

from meetings.actions.circulation import TELL
from meetings.actions.following import REMIND
from meetings.actions.minutes import RENDER, SEAL
from meetings.minutes import frozen as records
from meetings.minutes.records import build
from meetings.models import Action, Circulation, ItemSignOff, Minutes, MinutesSheet
from meetings.queries.circulation import to_comment_on
from meetings.queries.hands import still_open_to
from meetings.rules.following import Reminder
from panel.models import Dispatch, Document, Installation, User
from panel.platform import mail, sealing
from panel.platform.documents import storage
from panel.platform.outbox import Kind

Part = MinutesSheet.Part
PDF = "application/pdf"
HANDED_OVER = "handed over"
# The meeting sheet first: it outlives the joined document, which goes with the first item sheet that is disposed of.
SEALED = {Part.MEETING: Part.MEETING_SEALED, Part.JOINED: Part.JOINED_SEALED}


@dataclass(frozen=True)
class _Made:
    """A finished sheet whose bytes are stored: a part, the item it is about, and what its row will say."""

    part: Part
    item_id: int | None
    stored: storage.Stored
    pages: int | None
    content_sha256: str


def _minutes(dispatch: Dispatch) -> Minutes:
    return Minutes.objects.select_related("meeting", "signature").get(public_id=dispatch.subject)


def _superseded(dispatch: Dispatch, now: datetime) -> str | None:
    return "A newer version was prepared." if hasattr(_minutes(dispatch), "superseded_by") else None


def make_sheets(dispatch: Dispatch, tools: Any, now: datetime) -> tuple[_Made, ...]:
    """Render each item's sheet, the meeting sheet and all of it joined, from the frozen record alone; one rendering each."""
    minutes = _minutes(dispatch)
    if minutes.sheets.exists():
        return ()
    meeting = build(records.MeetingSheet, minutes.record)
    rows = list(minutes.item_records.order_by("position", "pk"))
    items = [build(records.ItemSheet, row.record) for row in rows]
    made = [
        _rendered(
            tools,
            Part.ITEM,
            "pdf/minutes_item.html",
            records.item_context(sheet),
            row.item_id,
            records.digest(sheet),
        )
        for row, sheet in zip(rows, items, strict=True)
    ]
    whole = records.digest(meeting)
    files = [sheet.stored.sha256 for sheet in made]
    context = records.meeting_context(meeting, files)
    made.append(_rendered(tools, Part.MEETING, "pdf/minutes_meeting.html", context, None, whole))
    joined = records.joined_context(meeting, items, files)
    made.append(_rendered(tools, Part.JOINED, "pdf/minutes_joined.html", joined, None, whole))
    return tuple(made)


def _rendered(
    tools: Any, part: Part, template: str, context: dict[str, Any], item_id: int | None, content_sha256: str
) -> _Made:
    rendered = tools.worker.render(render_to_string(template, context))
    return _Made(part, item_id, storage.store(rendered.pdf), rendered.pages, content_sha256)


def keep_sheets(dispatch: Dispatch, made: tuple[_Made, ...], now: datetime) -> Document | None:
    """Write a row for each sheet; the joined document, or the last one made, is the promise's own."""
    minutes = _minutes(dispatch)
    document = None
    for sheet in made:
        document = Document(
            kind=f"minutes_{sheet.part}",
            media_type=PDF,
            sha256=sheet.stored.sha256,
            content_sha256=sheet.content_sha256,
            size=sheet.stored.size,
            pages=sheet.pages,
            storage_name=sheet.stored.name,
            created_at=now,
        )
        document.save()
        MinutesSheet(minutes=minutes, part=sheet.part, item_id=sheet.item_id, document=document).save()
    return document


def _not_as_signed(dispatch: Dispatch, now: datetime) -> str | None:
    """A newer version is no reason to leave a signed one unsealed; a signature of other bytes would be."""
    signature = getattr(_minutes(dispatch), "signature", None)
    if signature is None or signature.shown_sha256 != dispatch.inputs["shown_sha256"]:
        return "The minutes are not signed as they were when the seal was asked for."
    return None


def seal_sheets(dispatch: Dispatch, tools: Any, now: datetime) -> tuple[_Made, ...]:
    """Seal the meeting sheet and the joined document as they were signed. The key is made when the first seal needs one."""
    minutes = _minutes(dispatch)
    sheets = {
        Part(sheet.part): sheet.document
        for sheet in minutes.sheets.filter(item=None).select_related("document")
    }
    if Part.JOINED_SEALED in sheets:
        return ()
    certificate = sealing.make_certificate(
        settings.KEYS_ROOT,
        organisation=Installation.objects.get().authority_name,
        valid_from=timezone.localdate(now),
    )
    day = timezone.localdate(minutes.meeting.starts_at).isoformat()
    reason = f"Minutes of {day}, version {minutes.version}, signed{_signed_off(minutes)}"
    made = []
    for part, sealed_part in SEALED.items():
        document = sheets[part]
        sealed = sealing.seal(
            storage.read_document(document),
            key_path=certificate.key_path,
            cert_path=certificate.cert_path,
            field_name="Seal",
            reason=reason,
            at=now,
        )
        made.append(_Made(sealed_part, None, storage.store(sealed), document.pages, document.content_sha256))
    return tuple(made)


def _signed_off(minutes: Minutes) -> str:
    """Who vouched for the items the chair took no part in, as the seal says it beside the signature."""
    rows = ItemSignOff.objects.filter(record__minutes=minutes).select_related("record", "by")
    return "".join(
        f"; item {row.record.position} signed off by {row.by.name} on {timezone.localdate(row.at).isoformat()}"
        for row in rows.order_by("record__position")
    )


def _reader(dispatch: Dispatch) -> User:
    return User.objects.get(public_id=dispatch.inputs["person"])


def _still_asked(dispatch: Dispatch, now: datetime) -> str | None:
    """Whoever has answered, left or lost the time to is not written to."""
    reader, today = _reader(dispatch), timezone.localdate(now)
    waiting = [one.public_id for one in to_comment_on(reader, today)]
    asked = reader.is_active and reader.roles_on(today) and dispatch.subject in waiting
    return None if asked else "This person is not asked to read the draft any more."


def _tell_reader(dispatch: Dispatch, now: datetime) -> str:
    """One plain message that names no panel and no child: minutes wait, and until when."""
    until_on = Circulation.objects.get(public_id=dispatch.subject).until_on
    subject = "Minutes are ready for you to check"
    to = _reader(dispatch).email
    mail.deliver(mail.notice(dispatch, subject=subject, template="minutes_ready", to=to, until_on=until_on))
    return HANDED_OVER


def _nothing_follows(dispatch: Dispatch, now: datetime) -> None:
    """The rows are the result."""


def _reminds_at_any_time(dispatch: Dispatch, now: datetime) -> str | None:
    """An action that is done by now is nothing for a person to look at: its reminder is let go when it would be sent."""


def _remind(dispatch: Dispatch, now: datetime) -> str:
    """One plain message that names nobody and nothing, with a link to the sign-in page; once a day, however many are due."""
    rows = Action.objects.open().known_to_owner(now).filter(public_id=dispatch.subject)
    action = rows.select_related("owner", "item__case").first()
    if action is None or action.owner is None or not still_open_to(action.owner, action.item.case, now):
        return "not needed any more"
    if _told_today(action.owner, now):
        return "told today of another"
    late = dispatch.version == Reminder.LATE
    subject = "An action is overdue" if late else "An action is due soon"
    mail.deliver(
        mail.notice(dispatch, subject=subject, template="action_due", to=action.owner.email, late=late)
    )
    return HANDED_OVER


def _told_today(owner: User, now: datetime) -> bool:
    begins = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    hers = Action.objects.filter(owner=owner).values("public_id")
    return Dispatch.objects.filter(
        kind=REMIND, receipt=HANDED_OVER, finished_at__gte=begins, subject__in=hers
    ).exists()


KINDS = {
    RENDER: Kind(recheck=_superseded, make=make_sheets, keep=keep_sheets, finish=_nothing_follows),
    SEAL: Kind(recheck=_not_as_signed, make=seal_sheets, keep=keep_sheets, finish=_nothing_follows),
    TELL: Kind(recheck=_still_asked, send=_tell_reader, finish=_nothing_follows, lapses=True),
    # Plain SMTP does not say whether it has seen a message before: what cannot be known is shown, never sent again on a guess.
    REMIND: Kind(recheck=_reminds_at_any_time, send=_remind, finish=_nothing_follows),
}
