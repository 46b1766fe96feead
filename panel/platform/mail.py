"""E-mail by whichever backend is set, telling apart what certainly did not go from what nobody can know."""

from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from panel.models import Dispatch
from panel.platform.outbox import NotSent

# The other side answered, and its answer was no: nothing went out.
_SAID_NO = (SMTPRecipientsRefused, SMTPResponseException)


def message_id(dispatch: Dispatch) -> str:
    """The message's own name, the same at every try, so that a mail system (and a person) can recognise a repeat."""
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ") or "localhost"
    return f"<{dispatch.key}@{domain}>"


def deliver(message: EmailMessage) -> None:
    """Hand one message over. Raises `NotSent` when nobody answered or the answer was no; any other fault leaves it open."""
    message.connection = connection = get_connection()
    try:
        connection.open()
    except (OSError, SMTPException) as fault:
        raise NotSent(type(fault).__name__) from fault
    try:
        message.send()
    except _SAID_NO as fault:
        raise NotSent(type(fault).__name__) from fault
    finally:
        connection.close()
