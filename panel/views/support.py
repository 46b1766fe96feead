"""The directory of support: listed, added to, changed from a day on, ended."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from panel.actions.support import end_support, record_support
from panel.forms.support import EndSupportForm, SupportForm, SupportSearchForm, said_of
from panel.law.support import Sought
from panel.law.words import in_words
from panel.models import Support
from panel.platform import access
from panel.platform.policy import Verb
from panel.queries.support import directory, first_of, narrowed
from panel.views.base import serves
from panel.views.typed import typed

FORM_PAGE = "panel/support_form.html"
SEARCH_KEY = "support_search"


@serves(Verb.SUPPORT_LIST, "GET", "HEAD", "POST")
def support_list(request: HttpRequest) -> HttpResponse:
    """What is offered now, what begins later and what has ended; what is looked for is posted and kept in the session."""
    user: Any = request.user
    now = timezone.now()
    whole = directory(timezone.localdate(now))
    sought, form, status = Sought(), SupportSearchForm(request.POST, areas=whole.areas), 200
    if request.method == "POST" and "clear" in request.POST:
        request.session.pop(SEARCH_KEY, None)
        return redirect("support.list")
    if request.method == "POST" and form.is_valid():
        request.session[SEARCH_KEY] = form.cleaned_data
        return redirect("support.list")
    if request.method == "POST":
        status = 422
    else:
        form = SupportSearchForm(request.session.get(SEARCH_KEY), areas=whole.areas)
        # An area that is no longer served, or nothing kept at all, shows the whole directory.
        sought = form.sought() if form.is_valid() else Sought()
        form = form if form.is_valid() else SupportSearchForm(areas=whole.areas)
    found = narrowed(whole, sought)
    context = {
        "directory": found,
        "shown": first_of(found),
        "whole": whole,
        "form": form,
        "searched": sought != Sought(),
        "looked_for": form.said() if sought != Sought() else (),
        "may_record": access.can(user, Verb.SUPPORT_RECORD, now=now).allowed,
    }
    return render(request, "panel/support_list.html", context, status=status)


@serves(Verb.SUPPORT_RECORD, "GET", "HEAD", "POST")
def support_record(request: HttpRequest) -> HttpResponse:
    """Put a service into the directory."""
    form = SupportForm(request.POST or None, initial={"starts_on": timezone.localdate()})
    return _record(request, form, None, "A service in the directory")


@serves(Verb.SUPPORT_RECORD, "GET", "HEAD", "POST")
def support_change(request: HttpRequest, support: uuid.UUID) -> HttpResponse:
    """The same service as it is from a day on; its words until then stay."""
    found = get_object_or_404(Support, public_id=support)
    initial = {**said_of(found), "starts_on": timezone.localdate()}
    form = SupportForm(request.POST or None, initial=initial)
    return _record(request, form, found, f"Change {found.name}")


def _record(request: HttpRequest, form: SupportForm, replaces: Support | None, heading: str) -> HttpResponse:
    user: Any = request.user

    def act() -> str:
        made = record_support(
            offer=form.offer(),
            starts_on=form.cleaned_data["starts_on"],
            replaces=replaces,
            by=user,
            now=timezone.now(),
        )
        messages.success(request, f"{made.name} is in the directory from {in_words(made.starts_on)}.")
        return reverse("support.list")

    lead = "Panels choose from the directory what helps a child meanwhile. Letters print these words as they stand."
    return typed(request, form, act, FORM_PAGE, {"heading": heading, "lead": lead})


@serves(Verb.SUPPORT_RECORD, "GET", "HEAD", "POST")
def support_end(request: HttpRequest, support: uuid.UUID) -> HttpResponse:
    """The last day of a service."""
    user: Any = request.user
    found = get_object_or_404(Support, public_id=support)
    form = EndSupportForm(request.POST or None, initial={"last_day": timezone.localdate()})

    def act() -> str:
        end_support(support=found, last_day=form.cleaned_data["last_day"], by=user, now=timezone.now())
        messages.success(request, "The last day is recorded. Letters that name the service keep its words.")
        return reverse("support.list")

    return typed(request, form, act, FORM_PAGE, {"heading": f"End {found.name}", "lead": found.what})
