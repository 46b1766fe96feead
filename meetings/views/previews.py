"""A member's own view before the discussion, and the chair opening them all."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from meetings.actions.previews import give_pre_view, open_pre_views
from meetings.forms.previews import PreViewForm
from meetings.views.item import item_page_of
from meetings.views.load import load_item, press, user_of
from panel.law.legal import Stage, legal_test
from panel.platform.policy import Refused, Verb
from panel.views.base import serves
from panel.views.typed import typed


@serves(Verb.PREVIEW_GIVE, "GET", "HEAD", "POST")
def give(request: HttpRequest, item: uuid.UUID) -> HttpResponse:
    """Nobody else reads it before the chair opens all of them. It begins empty each time, so that a screen shows nothing."""
    found = load_item(request, item, Verb.PREVIEW_GIVE)
    form = PreViewForm(request.POST or None, test=legal_test(Stage(found.stage), found.case.received_on))

    def act() -> str:
        give_pre_view(item=found, by=user_of(request), now=timezone.now(), **form.said())
        messages.success(request, "Your view is kept. Nobody else reads it before the chair opens all views.")
        return reverse("item.view", args=[found.public_id])

    return typed(request, form, act, "meetings/pre_view.html", {"item": found, "meeting": found.meeting})


@serves(Verb.PREVIEW_OPEN, "POST")
def open_(request: HttpRequest, item: uuid.UUID) -> HttpResponse:
    """Open the views of all members at once."""
    found = load_item(request, item, Verb.PREVIEW_OPEN)

    def show(no: Refused, status: int) -> HttpResponse:
        return item_page_of(request, found, status=status, refused=no.sentence)

    return press(
        lambda: open_pre_views(item=found, by=user_of(request), now=timezone.now()),
        reverse("item.view", args=[found.public_id]) + "#views-before",
        show,
    )
