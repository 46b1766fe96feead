"""Entering afterwards what was written on paper: the times of a meeting, and of each item."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from meetings.actions.late import OfFamily, record_item_later, record_meeting_later
from meetings.forms.late import ItemLaterForm, MeetingLaterForm
from meetings.forms.times import on_the_day
from meetings.queries.guests import guests_of
from meetings.queries.late import entry_of_item, entry_of_meeting
from meetings.rules.states import ItemState
from meetings.views.load import load_item, load_meeting, may, user_of
from panel.platform.policy import Verb
from panel.views.base import serves
from panel.views.typed import typed


@serves(Verb.MEETING_RECORD_LATER, "GET", "HEAD", "POST")
def of_meeting(request: HttpRequest, meeting: uuid.UUID) -> HttpResponse:
    """When the meeting was opened and ended, as its front sheet says; then attendance, items and their recommendations."""
    found = load_meeting(request, meeting, Verb.MEETING_RECORD_LATER)
    over = timezone.localdate() > timezone.localdate(found.starts_at)
    form = MeetingLaterForm(request.POST or None, opened=found.opened_at is not None, over=over)

    def act() -> str:
        said = form.cleaned_data
        record_meeting_later(
            meeting=found,
            opened_at=None if found.opened_at else on_the_day(found, said["began"], "began"),
            closed_at=on_the_day(found, said["ended"], "ended"),
            card_read=said["card_read"] == "yes",
            because=said["because"],
            by=user_of(request),
            now=timezone.now(),
        )
        messages.success(request, "The times are entered. Next, the attendance sheet and each item’s times.")
        return reverse("meeting.view", args=[found.public_id])

    context = {"meeting": found, "entry": entry_of_meeting(found)}
    return typed(request, form, act, "meetings/meeting_later.html", context)


@serves(Verb.ITEM_RECORD_LATER, "GET", "HEAD", "POST")
def of_item(request: HttpRequest, item: uuid.UUID) -> HttpResponse:
    """When one item was taken up and ended, as its sheet says; then it waits for its recommendation."""
    found = load_item(request, item, Verb.ITEM_RECORD_LATER)
    taken_up = found.state == ItemState.IN_DISCUSSION
    guests = guests_of(found)
    form = ItemLaterForm(request.POST or None, taken_up=taken_up, guests=guests)

    def act() -> str:
        said = form.cleaned_data
        record_item_later(
            item=found,
            began_at=None if taken_up else on_the_day(found.meeting, said["began"], "began"),
            ended_at=on_the_day(found.meeting, said["ended"], "ended") or timezone.now(),
            because=said["because"],
            family=[
                OfFamily(
                    guest,
                    on_the_day(found.meeting, came, f"came_{guest.pk}"),
                    on_the_day(found.meeting, left, f"left_{guest.pk}"),
                )
                for guest, came, left in form.family()
            ],
            by=user_of(request),
            now=timezone.now(),
        )
        messages.success(
            request,
            "The times are entered. Now write down what was said; the chair records what was recommended.",
        )
        return reverse("item.view", args=[found.public_id])

    context = {
        "item": found,
        "meeting": found.meeting,
        "entry": entry_of_item(found),
        "asks_family": may(request, Verb.GUEST_RECORD, found, timezone.now()),
    }
    return typed(request, form, act, "meetings/item_later.html", context)
