"""Exemptions of one case, and the list of days schools are closed."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from panel.actions.exemptions import (
    change_exemption,
    record_closure,
    record_exemption,
    remove_closure,
    take_back_exemption,
)
from panel.forms.exemptions import ClosureForm, ExemptionChangeForm, ExemptionForm, ground_words
from panel.law.clock.exemptions import names_no_ground
from panel.law.facts import Exemption as ExemptionFact
from panel.law.rules import Code
from panel.models import Exemption, SchoolClosure
from panel.platform.policy import TABLE, Verb
from panel.queries.clocks import not_excused
from panel.views.base import serves
from panel.views.cases import load_file
from panel.views.typed import typed

CLOSURES_SHOWN = 200


@serves(Verb.EXEMPTION_RECORD, "GET", "HEAD", "POST")
def exemption_record(request: HttpRequest, case: uuid.UUID) -> HttpResponse:
    """Record a ground that made a time limit impractical. It excuses; it moves no date."""
    file = load_file(request, case)
    if not file.sees_addresses:
        raise Http404
    form = ExemptionForm(request.POST or None)

    def act() -> str:
        user: Any = request.user
        made = record_exemption(case=file.case, by=user, now=timezone.now(), **form.said())
        if not_excused(load_file(request, case), made) is None:
            messages.success(request, "Recorded. It excuses the stage; the legal date stays where it is.")
        else:
            messages.warning(
                request, "Recorded, but it does not excuse the stage as it stands. The case says why."
            )
        fact = ExemptionFact(
            Code(made.stage), made.ground, made.starts_on, made.ends_on, made.impractical_because
        )
        if names_no_ground(fact):
            messages.warning(
                request,
                "The reason reads like one the regulations do not know, such as a shortage of staff. Look at it again.",
            )
        return reverse("case.view", args=[file.case.public_id])

    return typed(request, form, act, "panel/exemption_record.html", {"case": file.case})


@serves(Verb.EXEMPTION_RECORD, "GET", "HEAD", "POST")
def exemption_change(request: HttpRequest, case: uuid.UUID, exemption: uuid.UUID) -> HttpResponse:
    """Note its end and when the family was told, or that it was entered in error."""
    file = load_file(request, case)
    if not file.sees_addresses:
        raise Http404
    rows = Exemption.objects.standing().filter(case=file.case).select_related("case")
    found = get_object_or_404(rows, public_id=exemption)
    initial = {"ends_on": found.ends_on, "told_family_on": found.told_family_on}
    form = ExemptionChangeForm(request.POST or None, initial=initial)

    def act() -> str:
        said: dict[str, Any] = form.cleaned_data
        who: dict[str, Any] = {"exemption": found, "by": request.user, "now": timezone.now()}
        if said["error_because"]:
            take_back_exemption(because=said["error_because"], **who)
        else:
            change_exemption(ends_on=said["ends_on"], told_family_on=said["told_family_on"], **who)
        messages.success(request, "Saved.")
        return reverse("case.view", args=[file.case.public_id])

    context = {"case": file.case, "exemption": found, "ground": ground_words(found.stage, found.ground)}
    return typed(request, form, act, "panel/exemption_change.html", context)


@serves(Verb.CLOSURE_LIST)
def closure_list(request: HttpRequest) -> HttpResponse:
    """The days schools are closed, the latest first."""
    user: Any = request.user
    rows = SchoolClosure.objects.filter(removed_at__isnull=True).select_related("setting")[:CLOSURES_SHOWN]
    roles = user.roles_on(timezone.localdate())
    context = {"closures": rows, "may_record": bool(roles & set(TABLE[Verb.CLOSURE_RECORD]))}
    return render(request, "panel/closure_list.html", context)


@serves(Verb.CLOSURE_RECORD, "GET", "HEAD", "POST")
def closure_record(request: HttpRequest) -> HttpResponse:
    """Put the closed days of one setting, or of all, on the list."""
    form = ClosureForm(request.POST or None)

    def act() -> str:
        user: Any = request.user
        record_closure(by=user, now=timezone.now(), **form.cleaned_data)
        messages.success(request, "The closure is on the list.")
        return reverse("closure.list")

    return typed(request, form, act, "panel/closure_record.html", {})


@serves(Verb.CLOSURE_RECORD, "POST")
def closure_remove(request: HttpRequest, closure: uuid.UUID) -> HttpResponse:
    """Take a wrong one off the list."""
    user: Any = request.user
    found = get_object_or_404(SchoolClosure, public_id=closure)
    remove_closure(closure=found, by=user, now=timezone.now())
    messages.success(request, "The closure is off the list.")
    return redirect("closure.list")
