"""What follows from panels: the actions with their filters, and what became of one."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from meetings.actions.following import report_action
from meetings.forms.following import ActionFilterForm, ReportForm
from meetings.queries.following import (
    ActionFilter,
    ActionLine,
    action_choices,
    action_line,
    list_actions,
    sees_all,
)
from meetings.rules.states import ActionState
from meetings.views.load import may, user_of
from panel.platform.policy import Verb
from panel.views.base import serves
from panel.views.typed import typed

FILTER_KEY = "action_filter"


@serves(Verb.ACTION_LIST, "GET", "HEAD", "POST")
def actions(request: HttpRequest) -> HttpResponse:
    """The actions this user may see. What is looked for is posted and kept in the session, as with the cases."""
    user, now = user_of(request), timezone.now()
    choices = action_choices(user, now)
    wanted, form, status = ActionFilter(), ActionFilterForm(request.POST, choices=choices), 200
    if request.method == "POST" and "clear" in request.POST:
        request.session.pop(FILTER_KEY, None)
        return redirect("action.list")
    if request.method == "POST" and form.is_valid():
        request.session[FILTER_KEY] = {name: str(said) for name, said in form.cleaned_data.items()}
        return redirect("action.list")
    if request.method == "POST":
        status = 422
    else:
        form = ActionFilterForm(request.session.get(FILTER_KEY), choices=choices)
        # A choice that is no longer offered, or nothing kept at all, shows the list as it is at first.
        wanted = form.wanted() if form.is_valid() else ActionFilter()
        form = form if form.is_valid() else ActionFilterForm(choices=choices)
    page = list_actions(user, now, wanted, after=_cursor(request, "after"), before=_cursor(request, "before"))
    context = {
        "form": form,
        "page": page,
        "filtered": wanted != ActionFilter(),
        "sees_all": sees_all(user, now),
    }
    return render(request, "meetings/action_list.html", context, status=status)


def _cursor(request: HttpRequest, name: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(request.GET.get(name, ""))
    except ValueError:
        return None


@serves(Verb.ACTION_REPORT, "GET", "HEAD", "POST")
def report(request: HttpRequest, action: uuid.UUID) -> HttpResponse:
    """One action: its words, what was reported, and what to report now."""
    found = _load(request, action)
    form = ReportForm(request.POST or None, stands=found.state)
    back = reverse("home.view" if found.action.owner_id == user_of(request).pk else "action.list")

    def act() -> str:
        state = ActionState(form.cleaned_data["state"])
        report_action(
            action=found.action,
            state=state,
            words=form.cleaned_data["words"],
            by=user_of(request),
            now=timezone.now(),
        )
        messages.success(request, "It is open again." if state is ActionState.OPEN else "Noted. Thank you.")
        return back

    context = {"line": found, "back": back}
    return typed(request, form, act, "meetings/action_report.html", context)


def _load(request: HttpRequest, public_id: uuid.UUID) -> ActionLine:
    now = timezone.now()
    found = action_line(user_of(request), public_id, now)
    if found is None or not may(request, Verb.ACTION_REPORT, found.action, now):
        raise Http404
    return found
