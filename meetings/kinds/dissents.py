"""How the outbox keeps the promise to tell whoever decided that the record says more since: by a message that names nobody."""

from datetime import datetime

from meetings.actions.locks import lock_case
from meetings.models import Decision, Dissent
from meetings.queries.decisions import standing_decisions
from meetings.queries.dissents import ADDED
from panel.models import Dispatch, User
from panel.platform import access, mail
from panel.platform.outbox import Kind
from panel.platform.policy import Verb


def _reader(dispatch: Dispatch) -> User:
    return User.objects.get(public_id=dispatch.inputs["person"])


def _lock(dispatch: Dispatch) -> None:
    lock_case(Decision.objects.select_related("case").get(public_id=dispatch.subject).case)


def _not_so(dispatch: Dispatch, now: datetime) -> str | None:
    """What was put right again has a message of its own; of what is closed to somebody she is told nothing."""
    decision = standing_decisions().filter(public_id=dispatch.subject).first()
    if decision is None or not Dissent.objects.filter(pk=dispatch.version, superseded_by=None).exists():
        return "It was put right again, or the decision does not stand any more."
    may = access.can(_reader(dispatch), Verb.DECISION_VIEW, decision, now=now)
    return None if may.allowed else "The decision is not open to this person any more."


def _send(dispatch: Dispatch, now: datetime) -> str:
    subject, to = "Something was added to a record", _reader(dispatch).email
    mail.deliver(mail.notice(dispatch, subject=subject, template="dissent_added", to=to))
    return "handed over"


def _nothing_follows(dispatch: Dispatch, now: datetime) -> None:
    """The receipt is all there is to keep."""


# It lapses when it is true no more: the decision’s page says what stands.
KINDS = {ADDED: Kind(recheck=_not_so, lock=_lock, send=_send, finish=_nothing_follows, lapses=True)}
