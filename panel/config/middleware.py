"""Around every request: body limits, private pages, the second factor, and refusals turned into pages."""

from collections.abc import Callable
from urllib.parse import unquote_to_bytes

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from panel.config.page import installation_of
from panel.platform.policy import FAMILY_ROLES, Refused
from panel.views.base import refuse

GetResponse = Callable[[HttpRequest], HttpResponse]

# Room for the other fields of a form around the largest file it may carry.
BODY_LIMIT = settings.UPLOAD_LIMIT_BYTES + 1024 * 1024


class BodyLimitMiddleware:
    """Refuse a body without a length (411) or beyond the limit (413) before a byte of it is read."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in {"POST", "PUT", "PATCH"}:
            length = request.META.get("CONTENT_LENGTH") or ""
            if request.META.get("HTTP_TRANSFER_ENCODING"):
                return _early(
                    request, 411, "Send the file with its length: this upload did not say how long it is."
                )
            if length.isdigit() and int(length) > BODY_LIMIT:
                limit = settings.UPLOAD_LIMIT_BYTES // (1024 * 1024)
                return _early(request, 413, f"The file is too large. The limit is {limit} MB.")
        return self.get_response(request)


def _early(request: HttpRequest, status: int, sentence: str) -> HttpResponse:
    response = HttpResponse(sentence, status=status, content_type="text/plain; charset=utf-8")
    response["Connection"] = "close"
    return response


class TextMiddleware:
    """Refuse a request whose query or form is not text in UTF-8 (400), before anybody reads replaced letters out of it.

    Django reads what it cannot decode as a replacement character: a name would be stored with a mark where a letter was.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not _is_text(request.META.get("QUERY_STRING", "").encode("latin-1", "replace")):
            return render(request, "400.html", status=400)
        # A file's own bytes are anything; the fields of its form are read by Django's parser, which refuses what is no text.
        if request.content_type == "application/x-www-form-urlencoded" and not _is_text(request.body):
            return render(request, "400.html", status=400)
        return self.get_response(request)


def _is_text(encoded: bytes) -> bool:
    try:
        unquote_to_bytes(encoded).decode()
    except UnicodeDecodeError:
        return False
    return True


class PrivatePagesMiddleware:
    """Nothing of a signed-in page stays in a cache; signing out clears the browser; a lost session sends htmx along."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
        response["Vary"] = ", ".join(filter(None, [response.get("Vary", ""), "HX-Request"]))
        if request.user.is_authenticated or request.path.startswith("/accounts/"):
            response["Cache-Control"] = "no-store, private"
        if request.method == "POST" and request.path == reverse("account_logout"):
            response["Clear-Site-Data"] = '"cache", "storage"'
        if request.headers.get("HX-Request") and isinstance(response, HttpResponseRedirect):
            target = response.headers["Location"]
            if target.startswith(reverse("account_login")):
                moved = HttpResponse(status=401)
                moved["HX-Redirect"] = target
                return moved
        return response


class SecondFactorMiddleware:
    """Staff without a second factor reach only the pages that set one up, which may ask who is signed in. A demonstration asks for none."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if not user.is_authenticated or request.path.startswith(("/accounts/", "/session/", "/static/")):
            return self.get_response(request)
        roles = user.roles_on(timezone.localdate())
        if not roles:
            return render(request, "no_role.html", status=403)
        if (
            roles <= FAMILY_ROLES
            or is_mfa_enabled(user)
            or ((installation := installation_of(request)) is not None and installation.demonstration)
        ):
            return self.get_response(request)
        return HttpResponseRedirect(reverse("mfa_activate_totp"))


class RefusedMiddleware:
    """A refusal no view caught becomes a page with its sentence, never a 500."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return refuse(request, exception) if isinstance(exception, Refused) else None
