"""Sending a recommendation back, and agreeing to several at once after one look at all of them."""

import uuid
from collections.abc import Collection, Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from meetings.actions.officer import agree_at_once, send_back
from meetings.forms.decisions import SendBackForm
from meetings.forms.item import titles
from meetings.models import AgendaItem
from meetings.queries.tray import Undecided, all_decided, officer_tray, read_whole
from meetings.rules.states import ItemState
from meetings.views.item import shown_advice
from meetings.views.load import load_item, note_items_read, user_of
from panel.platform.policy import Refused, Verb
from panel.views.base import serves, status_of
from panel.views.typed import typed


@serves(Verb.DECISION_RECORD, "GET", "HEAD", "POST")
def sent_back(request: HttpRequest, item: uuid.UUID) -> HttpResponse:
    """Ask the panel to look again before the authority decides."""
    found = load_item(request, item, Verb.DECISION_RECORD)
    form = SendBackForm(request.POST or None)

    def act() -> str:
        send_back(item=found, because=form.cleaned_data["because"], by=user_of(request), now=timezone.now())
        messages.success(request, f"{found.case.reference} is sent back to the panel. The clock runs on.")
        return reverse("decision.list")

    return typed(request, form, act, "meetings/send_back.html", {"item": found, "meeting": found.meeting})


@serves(Verb.DECISION_LIST, "POST")
def agree(request: HttpRequest) -> HttpResponse:
    """First a page with all that was ticked, then, confirmed there, one decision each."""
    now, user = timezone.now(), user_of(request)
    ticked = set(request.POST.getlist("items"))
    lines = [line for line in officer_tray(user, now).undecided if str(line.item.public_id) in ticked]
    refused, status = "", 200
    if "confirmed" in request.POST:
        if len(lines) < len(ticked):
            return _gone(request, lines, ticked)
        keys = [line.item.pk for line in lines]
        rows = AgendaItem.objects.visible_to(user, now).filter(pk__in=keys, state=ItemState.RECOMMENDED)
        items = list(rows.select_related("case", "meeting__config", "deputy_chair"))
        try:
            made = agree_at_once(items=items, by=user, now=now, read=set(request.POST.getlist("read")))
        except Refused as no:
            refused, status = no.sentence, status_of(no)
        else:
            count = "1 decision is" if len(made) == 1 else f"{len(made)} decisions are"
            messages.success(request, f"{count} recorded. The clerk drafts the letters.")
            return redirect("decision.list")
    elif not lines or any(line.refusal for line in lines):
        return _tray(request, lines)
    return _whole(request, lines, refused, status)


def _whole(request: HttpRequest, lines: Sequence[Undecided], refused: str, status: int) -> HttpResponse:
    """Everything that is agreed to, to be read: the answers to the legal test with their reasons, and what else was advised."""
    papers = read_whole(lines)
    # What is agreed to is read here in full, and every reading of a case is in the trail.
    note_items_read(request, [line.item for line in lines])
    read = [(line, shown_advice(line.recommendation, titles(papers[line.item.case_id]))) for line in lines]
    context = {"lines": lines, "read": read, "refused": refused}
    return render(request, "meetings/agree_at_once.html", context, status=status)


def _gone(request: HttpRequest, lines: Sequence[Undecided], ticked: Collection[str]) -> HttpResponse:
    """Some of what was read waits no longer: all or none, so the rest is shown again before anything is decided."""
    refused = "Some of these wait no longer, so nothing is decided yet. Look at what is left."
    if not lines:
        if all_decided(user_of(request), ticked, timezone.now()):
            refused = "These are decided already. Nothing was decided twice."
        context = {"tray": officer_tray(user_of(request), timezone.now()), "refused": refused}
        return render(request, "meetings/decision_list.html", context, status=409)
    return _whole(request, lines, refused, 409)


def _tray(request: HttpRequest, lines: Sequence[object]) -> HttpResponse:
    sentence = (
        "A refusal is never decided together with others. Open it and decide it by itself."
        if lines
        else "Tick at least one recommendation."
    )
    context = {"tray": officer_tray(user_of(request), timezone.now()), "refused": sentence}
    return render(request, "meetings/decision_list.html", context, status=422)
