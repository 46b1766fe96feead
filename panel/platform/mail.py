"""E-mail by whichever backend is set, telling apart what certainly did not go from what nobody can know."""

from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.template.loader import render_to_string
from django.urls import reverse

from panel.models import Dispatch, Installation
from panel.platform.outbox import NotSent

# The other side answered, and its answer was no: nothing went out.
_SAID_NO = (SMTPRecipientsRefused, SMTPResponseException)


def message_id(dispatch: Dispatch) -> str:
    """The message's own name, the same at every try, so that a mail system (and a person) can recognise a repeat."""
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ") or "localhost"
    return f"<{dispatch.key}@{domain}>"


def sign_in_address() -> str:
    """Where every message leads, and no further: the sign-in page."""
    return settings.PUBLIC_ADDRESS.rstrip("/") + reverse("account_login")


def notice(dispatch: Dispatch, *, subject: str, template: str, to: str, **said: Any) -> EmailMessage:
    """A plain message to one address that names nobody and nothing, from `email/<template>.txt`.

    The template knows `authority_name`, `sign_in_url` and what is `said`. Its reader learns the rest after signing in.
    """
    installation = Installation.objects.first()
    context = {
        "authority_name": installation.authority_name if installation else "The authority",
        "sign_in_url": sign_in_address(),
        **said,
    }
    return EmailMessage(
        subject=subject,
        body=render_to_string(f"email/{template}.txt", context),
        to=[to] if to else [],
        headers={"Message-ID": message_id(dispatch), "Auto-Submitted": "auto-generated"},
    )


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
