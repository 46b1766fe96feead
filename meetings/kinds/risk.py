"""How the outbox keeps the promises about places at risk: ask the lead professional, and tell those who answer for the case.

No message says whom or what it is about: where to sign in, and where to look.
"""

from datetime import datetime

from django.utils import timezone

from meetings.actions.locks import lock_case
from meetings.models import Risk, RiskStep
from meetings.queries.risk import ASK, LATE, answering_for, still_wrong
from panel.models import Dispatch, User
from panel.platform import mail
from panel.platform.outbox import Kind

HANDED_OVER = "handed over"
# An answer to the first question; one that was given before the risk rose is asked for anew by a call to the family.
_ANSWERED = frozenset({RiskStep.Kind.DECLINED, RiskStep.Kind.CONTACTED})


def _risk(dispatch: Dispatch) -> Risk:
    found: Risk = Risk.objects.select_related("case", "lead").get(public_id=dispatch.subject)
    return found


def _reader(dispatch: Dispatch) -> User:
    return User.objects.get(public_id=dispatch.inputs["person"])


def _lock(dispatch: Dispatch) -> None:
    lock_case(_risk(dispatch).case)


def _not_asked(dispatch: Dispatch, now: datetime) -> str | None:
    """Whoever is not to lead any more, has answered, or has lost the case or the account is not asked."""
    risk, reader = _risk(dispatch), _reader(dispatch)
    # What was recorded since may have left it in the same hands: then this is the only message about it.
    stands = Risk.objects.open().with_lead_now(now).filter(case=risk.case).first()
    if not reader.is_active or stands is None or stands.lead_id != reader.pk or stands.shut_out:
        return "This person does not lead here any more."
    enough = _ANSWERED if dispatch.inputs["again"] else _ANSWERED | {RiskStep.Kind.ACCEPTED}
    return "This person has answered." if stands.steps.filter(kind__in=enough).exists() else None


def _ask(dispatch: Dispatch, now: datetime) -> str:
    again = dispatch.inputs["again"]
    subject = "Something you lead has become more pressing" if again else "You are asked to take something on"
    to = _reader(dispatch).email
    mail.deliver(mail.notice(dispatch, subject=subject, template="risk_asked", to=to, again=again))
    return HANDED_OVER


def _not_wrong(dispatch: Dispatch, now: datetime) -> str | None:
    """What was put right, recorded anew, or is closed to its reader by now is not told."""
    risk = _risk(dispatch)
    if not still_wrong(risk, dispatch.version, now):
        return "It was put right or recorded anew before the message went."
    return (
        None
        if _reader(dispatch) in answering_for(risk, now)
        else "This person does not answer for it any more."
    )


def _say_late(dispatch: Dispatch, now: datetime) -> str:
    """One plain message a day, however many wait: the list after signing in has all of them."""
    reader = _reader(dispatch)
    begins = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    told = Dispatch.objects.filter(
        kind=LATE, receipt=HANDED_OVER, finished_at__gte=begins, inputs__person=str(reader.public_id)
    )
    if told.exists():
        return "told today of another"
    subject = "Something in your cases is overdue"
    mail.deliver(mail.notice(dispatch, subject=subject, template="risk_late", to=reader.email))
    return HANDED_OVER


def _nothing_follows(dispatch: Dispatch, now: datetime) -> None:
    """The receipt is all there is to keep."""


# Both lapse when they are true no more: the page of the risk says what is so now, and nobody need look at the message.
KINDS = {
    ASK: Kind(recheck=_not_asked, lock=_lock, send=_ask, finish=_nothing_follows, lapses=True),
    LATE: Kind(recheck=_not_wrong, lock=_lock, send=_say_late, finish=_nothing_follows, lapses=True),
}
