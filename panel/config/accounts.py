"""How people get in: by invitation only."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedAccountAdapter(DefaultAccountAdapter):
    """Nobody signs themselves up: an administrator invites staff, a letter's release invites a family."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def clean_username(self, username: Any, shallow: bool = False) -> Any:  # noqa: FBT001, FBT002 - allauth's signature
        return username
