"""A dissent that was missed or badly taken down, put right by whoever led the item."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from meetings.actions.dissents import put_dissent_right
from meetings.forms.dissents import DissentForm
from meetings.models import MinutesSignature
from meetings.queries.dissents import standing_dissents, who_may_dissent
from meetings.queries.minutes import latest_minutes
from meetings.views.load import load_item, note_items_read, user_of
from panel.platform.policy import Verb
from panel.views.base import serves
from panel.views.typed import typed


@serves(Verb.RECOMMENDATION_RECORD, "GET", "HEAD", "POST")
def put_right(request: HttpRequest, item: uuid.UUID) -> HttpResponse:
    """Whose dissent it is, in their words, and why it comes only now. Signed minutes say it in their next version."""
    found = load_item(request, item, Verb.RECOMMENDATION_RECORD)
    form = DissentForm(request.POST or None, members=who_may_dissent(found))
    correcting = "correct" in request.GET

    def act() -> str:
        put_dissent_right(
            item=found,
            entry=form.cleaned_data["entry"],
            text=form.cleaned_data["text"],
            because=form.cleaned_data["because"],
            correcting=correcting,
            by=user_of(request),
            now=timezone.now(),
        )
        messages.success(request, f"Item {found.position}: the dissent is on record.")
        return f"{reverse('item.view', args=[found.public_id])}#advised"

    note_items_read(request, [found])
    context = {
        "item": found,
        "meeting": found.meeting,
        "dissents": standing_dissents(found),
        "drafted": latest_minutes(found.meeting),
        "signed": MinutesSignature.objects.filter(minutes__meeting=found.meeting).exists(),
        "correcting": correcting,
    }
    return typed(request, form, act, "meetings/dissent.html", context)
