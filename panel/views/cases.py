"""The case list, one case, and a new request."""

import uuid
from datetime import datetime, time
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from panel.actions.access import grant_restricted_case
from panel.actions.cases import NewChild, create_case
from panel.actions.reads import note_case_read
from panel.forms.cases import CaseFilterForm, CaseForm, GrantForm
from panel.forms.clocks import words_for
from panel.models import Case
from panel.platform.policy import Refused, Role, Verb
from panel.queries import CaseFile, CaseFilter, Event, case_file, filter_choices, list_cases, timeline
from panel.queries.clocks import Standing, clock_of_file
from panel.queries.lateness import latest_delays
from panel.views.base import serves
from panel.views.sections import sections_of
from panel.views.typed import typed

FILTER_KEY = "case_filter"


@serves(Verb.CASE_LIST, "GET", "HEAD", "POST")
def case_list(request: HttpRequest) -> HttpResponse:
    """The cases this user may see. What is looked for is posted and kept in the session; an address holds a page's id only."""
    user: Any = request.user
    now = timezone.now()
    choices = filter_choices(user, now)
    wanted, form = CaseFilter(), CaseFilterForm(request.POST, choices=choices)
    status = 200
    if request.method == "POST" and "clear" in request.POST:
        request.session.pop(FILTER_KEY, None)
        return redirect("case.list")
    if request.method == "POST" and not form.is_valid():
        status = 422
    elif request.method == "POST":
        request.session[FILTER_KEY] = {name: str(said) for name, said in form.cleaned_data.items()}
        if not request.headers.get("HX-Request"):
            return redirect("case.list")
        wanted = form.wanted()
    else:
        kept = request.session.get(FILTER_KEY)
        form = CaseFilterForm(kept, choices=choices)
        # A choice that is no longer offered, or nothing kept at all, shows the list as it is at first.
        wanted = form.wanted() if form.is_valid() else CaseFilter()
        form = form if form.is_valid() else CaseFilterForm(choices=choices)
    page = list_cases(user, now, wanted, after=_cursor(request, "after"), before=_cursor(request, "before"))
    context = {"form": form, "page": page, "filtered": wanted != CaseFilter(), **_may_list(request)}
    whole = not request.headers.get("HX-Request") or status != 200
    return render(
        request, "panel/case_list.html" if whole else "panel/_case_table.html", context, status=status
    )


def _cursor(request: HttpRequest, name: str) -> uuid.UUID | None:
    """The page asked for; anything that is no id begins at the beginning."""
    try:
        return uuid.UUID(request.GET.get(name, ""))
    except ValueError:
        return None


def _may_list(request: HttpRequest) -> dict[str, bool]:
    user: Any = request.user
    roles = user.roles_on(timezone.localdate())
    return {"may_create": Role.CLERK in roles, "sees_coordinators": bool(roles & {Role.CLERK, Role.OFFICER})}


def load_file(request: HttpRequest, public_id: uuid.UUID) -> CaseFile:
    """The case as this user may see it; else there is no such page."""
    user: Any = request.user
    try:
        return case_file(user, public_id, timezone.now())
    except Case.DoesNotExist as nothing:
        raise Http404 from nothing


@serves(Verb.CASE_VIEW)
def case_view(request: HttpRequest, case: uuid.UUID) -> HttpResponse:
    """One case: its dates, family, papers, advice, what other apps add, and what happened when. The reading is recorded."""
    user: Any = request.user
    now = timezone.now()
    file = load_file(request, case)
    note_case_read(case=file.case, by=user, now=now)
    roles = user.roles_on(timezone.localdate(now))
    sections = sections_of(user, file.case, now)
    clock, more = _clock(file, now) if file.whole else ({}, [])
    more += [event for section in sections for event in section.events]
    return render(
        request,
        "panel/case_view.html",
        {
            "file": file,
            "case": file.case,
            **clock,
            "sections": sections,
            "events": timeline(
                file.case, papers=file.papers, advice=file.advice, prior=file.prior, more=more
            ),
            "may_edit": file.sees_addresses,
            "may_upload": file.sees_addresses or Role.PROFESSIONAL in roles,
        },
    )


def _clock(file: CaseFile, now: datetime) -> tuple[dict[str, Any], list[Event]]:
    """The case's dates and why a stage is late, for the page; and what restated them, for its timeline."""
    clock, restated = clock_of_file(file, timezone.localdate(now))
    late = {line.code for line in clock.main if line.standing is Standing.LATE}
    delays = latest_delays([file.case])
    context = {
        "clock": clock,
        "late": bool(late),
        "delays": [delay for (_, stage), delay in delays.items() if stage in late],
    }
    return context, [Event(event.on, words_for(event), "clock") for event in restated]


@serves(Verb.CASE_CREATE, "GET", "HEAD", "POST")
def case_create(request: HttpRequest) -> HttpResponse:
    """Record one request. A second one for the same child is warned of once, and goes on with a reason."""
    now = timezone.now()
    form = _case_form(request, ask_reason="reason_to_continue" in request.POST)

    def act() -> str:
        said = dict(form.cleaned_data)
        child = NewChild(
            **{name: said.pop(name) for name in ("forename", "surname", "born_on", "sex", "upn")}
        )
        user: Any = request.user
        try:
            case = create_case(child=child, by=user, now=now, **said)
        except Refused as no:
            if no.code == "second_request":
                form.ask_for_reason()
            raise
        messages.success(request, f"Recorded as {case.reference}.")
        return reverse("case.view", args=[case.public_id])

    return typed(request, form, act, "panel/case_create.html", {})


def _case_form(request: HttpRequest, *, ask_reason: bool) -> CaseForm:
    return CaseForm(request.POST or None, today=timezone.localdate(), ask_reason=ask_reason)


@serves(Verb.CASE_GRANT, "GET", "HEAD", "POST")
def case_grant(request: HttpRequest) -> HttpResponse:
    """Open a restricted case to one named person. It is named by its reference: the officer herself may not see it."""
    now = timezone.now()
    form = GrantForm(request.POST or None, today=timezone.localdate(now))

    def act() -> str:
        said = form.cleaned_data
        case = Case.objects.filter(reference__iexact=said["reference"], restricted=True).first()
        if case is None:
            raise Refused("no_case", "No restricted case has this reference. Check it.", field="reference")
        user: Any = request.user
        until = timezone.make_aware(datetime.combine(said["until"], time.max))
        grant_restricted_case(
            case=case, user=said["user"], until=until, reason=said["reason"], by=user, now=now
        )
        messages.success(request, "The case is open to this person until the end of that day.")
        return reverse("home.view")

    return typed(request, form, act, "panel/case_grant.html", {})
