"""A member's own view before the discussion, and the chair opening them all."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from meetings.actions.previews import give_pre_view, open_pre_views
from meetings.forms.previews import PreViewForm
from meetings.queries.before import before_opening
from meetings.queries.item import asked_test
from meetings.queries.previews import PreViews, pre_views
from meetings.queries.room import load_room
from meetings.views.confirm import Step, confirmed
from meetings.views.load import load_item, user_of
from panel.law.legal import Stage
from panel.platform.policy import Verb
from panel.views.base import serves
from panel.views.typed import typed


@serves(Verb.PREVIEW_GIVE, "GET", "HEAD", "POST")
def give(request: HttpRequest, item: uuid.UUID) -> HttpResponse:
    """Nobody else reads it before the chair opens all of them. It begins empty each time, so that a screen shows nothing."""
    found = load_item(request, item, Verb.PREVIEW_GIVE)
    test = asked_test(found.case, Stage(found.stage), timezone.localdate(found.meeting.starts_at))
    form = PreViewForm(request.POST or None, test=test)

    def act() -> str:
        give_pre_view(item=found, by=user_of(request), now=timezone.now(), **form.said())
        messages.success(request, "Your view is kept. Nobody else reads it before the chair opens all views.")
        return reverse("item.view", args=[found.public_id])

    return typed(request, form, act, "meetings/pre_view.html", {"item": found, "meeting": found.meeting})


@serves(Verb.PREVIEW_OPEN, "GET", "HEAD", "POST")
def open_(request: HttpRequest, item: uuid.UUID) -> HttpResponse:
    """Open the views of all members at once, once it was read who has written none."""
    found = load_item(request, item, Verb.PREVIEW_OPEN)
    now, user = timezone.now(), user_of(request)
    room = load_room(found.meeting)
    leader = room.leader(found)
    there = reverse("item.view", args=[found.public_id])
    leads = leader is not None and leader.user_id == user.pk
    views = pre_views(found, room, user, now, sees_progress=leads)
    step = Step(
        heading=f"Open the views of all members on item {found.position}",
        happens=before_opening(views) if views.sees_progress else (),
        send="Open the views",
        back=f"{there}#views-before",
        back_label=f"Item {found.position}",
        key="v",
        stops=_not_to_open(views, leads=leads),
    )
    return confirmed(
        request,
        found.meeting,
        step,
        lambda: open_pre_views(item=found, by=user, now=timezone.now()),
        f"{there}#views-before",
    )


def _not_to_open(views: PreViews, *, leads: bool) -> str:
    """Why there is nothing to open for this reader; no names, which only whoever leads the item may know."""
    if views.opened:
        return "The views are open already."
    if not leads:
        return "The views are opened by whoever leads this item."
    return "" if views.sees_progress else "No view of this item can be opened any more."
