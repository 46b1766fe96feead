"""Pages with one form: keep what was typed, say a no beside its field, and act once however often it is posted."""

import uuid
from collections.abc import Callable
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django_htmx.http import HttpResponseClientRedirect

from panel.forms.base import GovukForm
from panel.platform.policy import Refused
from panel.views.base import status_of

# A form's own number and where its one effect led to: long enough for a lost answer, a back button and a double click.
ONCE_SECONDS = 60 * 60


def typed(
    request: HttpRequest,
    form: GovukForm,
    act: Callable[[], str],
    template: str,
    context: dict[str, Any],
) -> HttpResponse:
    """Show the form; on POST call `act`, which gives the address to go on to, and show its refusal with all that was typed.

    The page carries a number made for it (`once`). The same number posted again acts no more: it leads where the first one
    led (reliability.md 6, row 64).
    """
    if request.method != "POST":
        return render(request, template, {**context, "form": form, "once": uuid.uuid4()})
    status, slot, code = 422, _slot(request), ""
    if form.is_valid():
        if not cache.add(slot, request.path, ONCE_SECONDS):
            return _go(request, cache.get(slot, request.path))
        try:
            there = act()
        except Refused as no:
            cache.delete(slot)
            form.refuse(no)
            status, code = status_of(no), no.code
        else:
            cache.set(slot, there, ONCE_SECONDS)
            return _go(request, there)
    # `refused_code`: where one no is mended on another page, the template says which.
    context = {**context, "form": form, "once": uuid.uuid4(), "refused_code": code}
    return render(request, template, context, status=status)


def _slot(request: HttpRequest) -> str:
    """Where the effect of this very form is noted: under the user and the number, both of fixed length."""
    try:
        number = uuid.UUID(request.POST.get("once", ""))
    except ValueError:
        number = uuid.uuid4()
    user: Any = request.user
    return f"once:{user.public_id}:{number}"


def _go(request: HttpRequest, there: str) -> HttpResponse:
    return HttpResponseClientRedirect(there) if request.headers.get("HX-Request") else redirect(there)
