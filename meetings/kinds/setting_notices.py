"""How the outbox keeps the promise to tell a setting that something is ready: by a message that says neither whom nor what it is about."""

from datetime import datetime

from meetings.actions.locks import lock_case
from meetings.models import SettingNotice
from meetings.models.setting_notices import NOTICE
from meetings.queries.setting_notices import readers_of
from panel.models import Dispatch, User
from panel.platform import mail
from panel.platform.outbox import Kind


def _notice(dispatch: Dispatch) -> SettingNotice:
    found: SettingNotice = SettingNotice.objects.select_related("decision__case").get(
        public_id=dispatch.subject
    )
    return found


def _reader(dispatch: Dispatch) -> User:
    return User.objects.get(public_id=dispatch.inputs["person"])


def _lock(dispatch: Dispatch) -> None:
    notice = _notice(dispatch)
    if notice.decision is not None:
        lock_case(notice.decision.case)


def _closed(dispatch: Dispatch, now: datetime) -> str | None:
    """Whoever has left the setting or lost the case by now is not written to."""
    return (
        None if _reader(dispatch) in readers_of(_notice(dispatch), now) else "It is not open to this person."
    )


def _send(dispatch: Dispatch, now: datetime) -> str:
    term = _notice(dispatch).term_begins is not None
    subject = "A note for your setting is ready" if term else "An outcome for your setting is ready"
    to = _reader(dispatch).email
    mail.deliver(mail.notice(dispatch, subject=subject, template="setting_notice", to=to, term=term))
    return "handed over"


def _nothing_follows(dispatch: Dispatch, now: datetime) -> None:
    """The receipt is all there is to keep."""


# It lapses when nobody there may read it any more: then the sheet is the clerk's to send (`SettingNoticeQuerySet.owing`).
KINDS = {NOTICE: Kind(recheck=_closed, lock=_lock, send=_send, finish=_nothing_follows, lapses=True)}
