"""The family at their own item: asked, in, out."""

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from meetings.actions.guests import guest_arrives, guest_leaves, invite_guest, take_guest_back
from meetings.forms.guests import GuestForm
from meetings.models import Attendance, FamilyGuest
from meetings.queries.guests import could_be_asked
from meetings.views.item import item_page_of
from meetings.views.load import load_item, press, user_of
from panel.platform.policy import Refused, Verb
from panel.views.base import serves
from panel.views.typed import typed


@serves(Verb.GUEST_RECORD, "GET", "HEAD", "POST")
def invite(request: HttpRequest, item: uuid.UUID) -> HttpResponse:
    """Ask somebody of the family to this item; only those with a right to be told and nothing in the way can be chosen."""
    found = load_item(request, item, Verb.GUEST_RECORD)
    people = could_be_asked(found, timezone.now())
    form = GuestForm(request.POST if request.method == "POST" else None, people=people)

    def act() -> str:
        said = form.cleaned_data
        invite_guest(
            item=found,
            person=said["person"],
            mode=Attendance.Mode(said["mode"]),
            by=user_of(request),
            now=timezone.now(),
        )
        messages.success(
            request, "They are asked, and see the day and about when on their page. Tell them as well."
        )
        return f"{reverse('item.view', args=[found.public_id])}#family"

    context = {"item": found, "meeting": found.meeting, "people": people}
    return typed(request, form, act, "meetings/guest_invite.html", context)


@serves(Verb.GUEST_RECORD, "POST")
def arrives(request: HttpRequest, guest: uuid.UUID) -> HttpResponse:
    """They come in."""
    return _press(request, guest, guest_arrives)


@serves(Verb.GUEST_RECORD, "POST")
def leaves(request: HttpRequest, guest: uuid.UUID) -> HttpResponse:
    """They go."""
    return _press(request, guest, guest_leaves)


@serves(Verb.GUEST_RECORD, "POST")
def take_back(request: HttpRequest, guest: uuid.UUID) -> HttpResponse:
    """They do not come."""
    return _press(request, guest, take_guest_back)


def _press(request: HttpRequest, public_id: uuid.UUID, act: Callable[..., None]) -> HttpResponse:
    guest = FamilyGuest.objects.select_related("item", "person").filter(public_id=public_id).first()
    if guest is None:
        raise Http404
    found = load_item(request, guest.item.public_id, Verb.GUEST_RECORD)

    def show(no: Refused, status: int) -> HttpResponse:
        return item_page_of(request, found, status=status, refused=no.sentence)

    there = f"{reverse('item.view', args=[found.public_id])}#family"
    return press(lambda: act(guest=guest, by=user_of(request), now=timezone.now()), there, show)
