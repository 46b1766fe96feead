"""Advice asked for an assessment: recorded when it is asked for, and when it comes."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from panel.actions.advice import record_advice, request_advice
from panel.forms.advice import AdviceForm, AskAdviceForm
from panel.models import AdviceRequest, Case
from panel.platform import access
from panel.platform.policy import Verb
from panel.queries.advice import advice_of
from panel.views.base import serves
from panel.views.typed import typed


def _case(request: HttpRequest, public_id: uuid.UUID) -> Case:
    user: Any = request.user
    now = timezone.now()
    case = get_object_or_404(Case.objects.visible_to(user, now).select_related("child"), public_id=public_id)
    if not access.can(user, Verb.ADVICE_RECORD, case, now=now).allowed:
        raise Http404
    return case


@serves(Verb.ADVICE_RECORD)
def advice_list(request: HttpRequest, case: uuid.UUID) -> HttpResponse:
    """What was asked for this case, when each is due, and what has come."""
    found = _case(request, case)
    rows = advice_of(found, timezone.localdate())
    return render(request, "panel/advice_list.html", {"case": found, "rows": rows})


@serves(Verb.ADVICE_RECORD, "GET", "HEAD", "POST")
def advice_ask(request: HttpRequest, case: uuid.UUID) -> HttpResponse:
    """Record that advice was asked for."""
    found = _case(request, case)
    form = AskAdviceForm(request.POST or None)

    def act() -> str:
        user: Any = request.user
        request_advice(case=found, by=user, now=timezone.now(), **form.cleaned_data)
        messages.success(request, "The request for advice is recorded.")
        return reverse("advice.list", args=[found.public_id])

    return typed(request, form, act, "panel/advice_ask.html", {"case": found})


@serves(Verb.ADVICE_RECORD, "GET", "HEAD", "POST")
def advice_record(request: HttpRequest, case: uuid.UUID, advice: uuid.UUID) -> HttpResponse:
    """Record when one request reached its body and when the advice came."""
    found = _case(request, case)
    asked = get_object_or_404(AdviceRequest, case=found, public_id=advice)
    initial = {"received_by_body_on": asked.received_by_body_on, "received_on": asked.received_on}
    form = AdviceForm(request.POST or None, initial=initial)

    def act() -> str:
        user: Any = request.user
        record_advice(advice=asked, by=user, now=timezone.now(), **form.cleaned_data)
        messages.success(request, "Saved.")
        return reverse("advice.list", args=[found.public_id])

    return typed(request, form, act, "panel/advice_record.html", {"case": found, "asked": asked})
