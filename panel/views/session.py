"""Who is signed in, for a page that is about to send; and getting into a demonstration, by a link on this machine only."""

import hashlib
import ipaddress
import secrets
from typing import Any

from django.contrib.auth import login
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render

from panel.models import Installation, User
from panel.platform.policy import Verb
from panel.views.base import public

LINK_SECONDS = 12 * 60 * 60
_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def _slot(secret: str) -> str:
    return "demonstration:" + hashlib.sha256(secret.encode()).hexdigest()


def new_link(user: User) -> str:
    """A secret that signs this user in until the next start. Only its digest is kept."""
    secret = secrets.token_urlsafe(24)
    cache.set(_slot(secret), str(user.public_id), LINK_SECONDS)
    return secret


def _from_this_machine(request: HttpRequest) -> bool:
    """Both the caller and the name it called by are loopback, and no proxy stands between."""
    try:
        caller = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    host = request.get_host().rsplit(":", 1)[0].strip("[]")
    return (
        caller.is_loopback
        and host in {"127.0.0.1", "localhost", "::1"}
        and "HTTP_X_FORWARDED_FOR" not in request.META
    )


@public(Verb.SESSION_VIEW)
def signed_in(request: HttpRequest) -> HttpResponse:
    """Who this browser is signed in as, by number, and the token its forms are to carry. Nobody is an answer, too."""
    user: Any = request.user
    said = (
        {"user": str(user.public_id), "token": get_token(request)}
        if user.is_authenticated
        else {"user": None}
    )
    return JsonResponse(said, headers={"Cache-Control": "no-store, private"})


@public(Verb.SESSION_DEMONSTRATE, "GET", "HEAD", "POST")
def demonstrate(request: HttpRequest, secret: str) -> HttpResponse:
    """Show whom the link is for; sign in when the button is pressed. Exists in a demonstration on loopback only."""
    if not Installation.objects.filter(demonstration=True).exists() or not _from_this_machine(request):
        raise Http404
    user = User.objects.filter(public_id=cache.get(_slot(secret)), is_active=True).first()
    if user is None:
        return render(request, "panel/session_expired.html", status=404)
    if request.method == "POST":
        login(request, user, backend=_BACKEND)
        return redirect("home.view")
    return render(request, "panel/session_demonstrate.html", {"person": user})
