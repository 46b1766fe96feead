"""Error pages that need no database and no session."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token is missing or old: usually a tab that was open across a sign-in. Nothing was changed.

    A page that sends by itself (htmx) is told as of a lost sign-in (401): it asks for a new token and sends once more.
    """
    return render(request, "403_csrf.html", status=401 if request.headers.get("HX-Request") else 403)
