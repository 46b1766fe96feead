"""Several people at once in the meeting room: each in a browser of their own, with a session of Django's test client."""

from typing import Any

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.test import Client
from playwright.sync_api import BrowserContext

from panel.models import User


def session_of(user: User, home: str) -> dict[str, Any]:
    """The cookie of a fresh sign-in."""
    if not is_mfa_enabled(user):
        TOTP.activate(user, generate_totp_secret())
    client = Client()
    client.force_login(user)
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    return {"name": settings.SESSION_COOKIE_NAME, "value": value, "url": home, "httpOnly": True}


def enter(context: BrowserContext, user: User, home: str) -> None:
    """Sign somebody in again in a browser that is open already, as a sign-in in another tab would."""
    context.add_cookies([session_of(user, home)])  # type: ignore[list-item]
