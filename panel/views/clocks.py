"""A case's clock by hand: what restates it, why a stage is late, and all late cases in one place."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from panel.actions.clocks import record_clock_event, record_delay
from panel.forms.clocks import ClockEventForm, DelayForm
from panel.platform.policy import TABLE, Verb
from panel.queries import CaseFile
from panel.queries.clocks import earliest_on, live_events
from panel.queries.lateness import lateness
from panel.views.base import serves
from panel.views.cases import load_file
from panel.views.typed import typed


def _file(request: HttpRequest, case: uuid.UUID) -> CaseFile:
    """The case, if this user writes to its family; whoever may only read it has no such page."""
    file = load_file(request, case)
    if not file.sees_addresses:
        raise Http404
    return file


@serves(Verb.CLOCK_RECORD, "GET", "HEAD", "POST")
def clock_record(request: HttpRequest, case: uuid.UUID) -> HttpResponse:
    """Record an order, an agreement, a change of mind or a later step; the case's dates follow from it."""
    file = _file(request, case)
    standing = live_events([file.case]).get(file.case.pk, [])
    form = ClockEventForm(request.POST or None, standing=standing)

    def act() -> str:
        user: Any = request.user
        record_clock_event(case=file.case, by=user, now=timezone.now(), **form.said())
        messages.success(request, "Recorded. The dates of this case follow from it.")
        return reverse("case.view", args=[file.case.public_id])

    return typed(request, form, act, "panel/clock_record.html", {"case": file.case})


@serves(Verb.DELAY_RECORD, "GET", "HEAD", "POST")
def delay_record(request: HttpRequest, case: uuid.UUID) -> HttpResponse:
    """Record why a stage is late, the earliest day it can be done, and whether the family was told."""
    file = _file(request, case)
    now = timezone.now()
    served = [e.on for e in live_events([file.case]).get(file.case.pk, []) if e.kind == "draft_served"]
    earliest = earliest_on(file.case.next_duty, timezone.localdate(now), served[-1] if served else None)
    form = DelayForm(request.POST or None, earliest=earliest, stage=file.case.next_duty)

    def act() -> str:
        user: Any = request.user
        record_delay(case=file.case, by=user, now=now, **form.cleaned_data)
        messages.success(request, "Recorded. The legal date stays where it is.")
        return reverse("case.view", args=[file.case.public_id])

    return typed(request, form, act, "panel/delay_record.html", {"case": file.case, "line": file.line})


@serves(Verb.DELAY_LIST)
def delay_list(request: HttpRequest) -> HttpResponse:
    """Late cases by the age of their date, and those about to be late first: what can be done, not what went wrong."""
    user: Any = request.user
    now = timezone.now()
    roles = user.roles_on(timezone.localdate(now))
    return render(
        request,
        "panel/delay_list.html",
        {
            "lateness": lateness(user, now),
            "may_record": bool(roles & set(TABLE[Verb.DELAY_RECORD])),
        },
    )
