"""A quorum that attendance, as it was put right, does not show any more: what the chair says of it."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from meetings.actions.quorum import answer_for_quorum
from meetings.forms.quorum import QuorumForm
from meetings.models import Meeting
from meetings.queries.quorum import lost_quorums
from meetings.queries.room import load_room
from meetings.rules.states import MeetingState
from meetings.views.load import load_item, note_items_read, user_of
from panel.platform.policy import Verb
from panel.views.base import serves
from panel.views.typed import typed


@serves(Verb.RECOMMENDATION_RECORD, "GET", "HEAD", "POST")
def answer(request: HttpRequest, item: uuid.UUID) -> HttpResponse:
    """Say how it stands, unless attendance is put right or the item taken up again. `?correct` for signed minutes."""
    found = load_item(request, item, Verb.RECOMMENDATION_RECORD)
    form = QuorumForm(request.POST or None)

    def act() -> str:
        answer_for_quorum(
            item=found,
            because=form.cleaned_data["because"],
            correcting="correct" in request.GET,
            by=user_of(request),
            now=timezone.now(),
        )
        messages.success(request, f"Item {found.position}: recorded. The minutes give it beside the count.")
        return f"{reverse('item.view', args=[found.public_id])}#advised"

    note_items_read(request, [found])
    context = {
        "item": found,
        "meeting": found.meeting,
        "gone": next(iter(lost_quorums(load_room(found.meeting), only=found)), None),
        "sits": found.meeting.state == MeetingState.OPEN,
    }
    return typed(request, form, act, "meetings/quorum_answer.html", context)


def warn_of_lost(request: HttpRequest, meeting: Meeting) -> None:
    """Say at once, with the answer to a change of attendance, of which items heard the quorum has gone with it."""
    meeting.refresh_from_db()
    numbers = [str(one.item.position) for one in lost_quorums(load_room(meeting)) if one.open]
    if numbers:
        items = "item" if len(numbers) == 1 else "items"
        messages.warning(
            request,
            f"With this attendance {items} {', '.join(numbers)} had no quorum when the panel advised. Check the times; else the chair"
            " says on the item’s page how it stands.",
        )
