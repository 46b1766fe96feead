"""Before a signature: when this person last proved who they are in this session, and where they can do it again."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from allauth.account.authentication import get_authentication_records
from django.http import HttpRequest
from django.urls import reverse


def confirmed_at(request: HttpRequest) -> datetime | None:
    """The moment of the last password or code that was right; None for a session that was opened without one."""
    user: Any = request.user
    moments = [float(record["at"]) for record in get_authentication_records(request, user)]
    return datetime.fromtimestamp(max(moments), UTC) if moments else None


def confirm_address(there: str) -> str:
    """The page that asks for a code of the second factor again and then goes on to `there`, a path of ours."""
    return f"{reverse('mfa_reauthenticate')}?{urlencode({'next': there})}"
