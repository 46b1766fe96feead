"""How the outbox keeps the three promises about letters: prepare the preview, send, and say by e-mail that one is ready."""

import datetime as dt
import hashlib
from typing import Any

from django.utils import timezone

from meetings.letters import checks, family, queries
from meetings.letters.facts import dated, from_json
from meetings.letters.page import page_html
from meetings.letters.queries import EMAIL, RENDER, SEND
from meetings.letters.sending import publish
from meetings.models import Letter
from panel.actions.cases import lock_family
from panel.models import Dispatch, Document
from panel.platform.documents import storage
from panel.platform.documents.worker import Rendered
from panel.platform.mail import deliver, message_id, notice
from panel.platform.outbox import Kind


def _letter(dispatch: Dispatch) -> Letter:
    found: Letter = Letter.objects.select_related("decision__case__child", "recipient__user").get(
        public_id=dispatch.subject
    )
    return found


def _lock(dispatch: Dispatch) -> None:
    lock_family(_letter(dispatch).decision.case.child)


def _make(dispatch: Dispatch, tools: Any, now: dt.datetime) -> Rendered | None:
    """The letter of the day it is made: its date, and every last day counted from it, follow the day of sending.

    Sent on the day its preview was made, these are the very bytes the releaser looked at; there is nothing to make anew.
    None where an earlier try of the same day kept its document before it stopped.
    """
    letter = _letter(dispatch)
    today = timezone.localdate(now)
    if dispatch.document is not None and timezone.localdate(dispatch.document.created_at) == today:
        return None
    shown = queries.preview_of(letter) if dispatch.kind == SEND else None
    if shown is not None and timezone.localdate(shown.created_at) == today:
        return Rendered(storage.read_document(shown), shown.pages or 1)
    rendered: Rendered = tools.worker.render(page_html(dated(from_json(letter.facts), today)))
    return rendered


def _keep(dispatch: Dispatch, made: Rendered | None, now: dt.datetime) -> Document | None:
    if made is None:
        return None
    kind = "letter" if dispatch.kind == SEND else "letter_preview"
    return storage.store_document(
        made.pdf,
        kind=kind,
        media_type="application/pdf",
        pages=made.pages,
        now=now,
        content_sha256=dispatch.inputs["content_sha256"],
    )


def _render_recheck(dispatch: Dispatch, now: dt.datetime) -> str | None:
    if queries.standing_letter(dispatch.subject) is None:
        return "The letter was withdrawn or replaced by a newer one."
    return None


def _send_recheck(dispatch: Dispatch, now: dt.datetime) -> str | None:
    """Everything the release rested on, asked again: the letter, the recipient, the address, the decision, the words."""
    letter = queries.standing_letter(dispatch.subject)
    if letter is None:
        return "The letter was withdrawn or replaced by a newer one."
    if (
        dispatch.inputs != queries.send_inputs(letter)
        or letter.release.content_sha256 != letter.content_sha256
    ):
        return "The letter is not the one that was released."
    return checks.stopped(letter, timezone.localdate(now)) or None


def _send_finish(dispatch: Dispatch, now: dt.datetime) -> None:
    letter = queries.standing_letter(dispatch.subject)
    if letter is not None and dispatch.document is not None:
        publish(letter, dispatch.document, now)


def _email_recheck(dispatch: Dispatch, now: dt.datetime) -> str | None:
    letter = _letter(dispatch)
    user = letter.recipient.user
    if user is None or not user.is_active:
        return "The family account was closed before the e-mail went."
    return (
        None
        if family.may_read(user, letter, timezone.localdate(now))
        else "This person may no longer see the letter."
    )


def _email_send(dispatch: Dispatch, now: dt.datetime) -> str:
    """One plain message that names nobody and nothing, with a link to the sign-in page and no further."""
    user = _letter(dispatch).recipient.user
    to = user.email if user else ""
    deliver(notice(dispatch, subject="A letter is ready for you", template="letter_ready", to=to))
    return hashlib.sha256(message_id(dispatch).encode()).hexdigest()


def _nothing_more(dispatch: Dispatch, now: dt.datetime) -> None:
    """The stored document or the receipt is all there is to keep."""


KINDS = {
    RENDER: Kind(recheck=_render_recheck, make=_make, keep=_keep, finish=_nothing_more),
    SEND: Kind(recheck=_send_recheck, make=_make, keep=_keep, lock=_lock, finish=_send_finish),
    # Plain SMTP does not say whether it has seen a message before: what cannot be known is shown, never sent again on a guess.
    EMAIL: Kind(recheck=_email_recheck, lock=_lock, send=_email_send, finish=_nothing_more),
}
