"""The consent list: put on by the clerk, read by everybody at the table, taken off by any of them, noted by the chair at once."""

import uuid
from contextlib import suppress

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from meetings.actions.consent import note_consent, put_on_consent, take_off_consent
from meetings.forms.addressed import for_reader
from meetings.forms.consent import ConsentForm
from meetings.models import Meeting
from meetings.queries.addressed import to_young_person
from meetings.queries.consent import consent_list, may_give_reasons, may_take_off
from meetings.queries.item import asked_test, papers_of
from meetings.views.load import in_the_way, load_item, load_meeting, may, note_items_read, press, user_of
from panel.law.legal import OUTCOME_LABELS, OUTCOMES_OF, STAGE_LABELS, Stage
from panel.platform.policy import Refused, Verb
from panel.views.base import serves
from panel.views.typed import typed


@serves(Verb.MEETING_VIEW)
def consent_view(request: HttpRequest, meeting: uuid.UUID) -> HttpResponse:
    """What the panel would note together, with the answers and the reasons of each."""
    return _page(request, load_meeting(request, meeting, Verb.MEETING_VIEW))


def _page(
    request: HttpRequest, meeting: Meeting, *, status: int = 200, no: Refused | None = None
) -> HttpResponse:
    now, user = timezone.now(), user_of(request)
    consent = consent_list(user, meeting, now)
    note_items_read(request, [line.item for line in consent.lines])
    context = {
        "meeting": meeting,
        "consent": consent,
        "takes_off": may(request, Verb.CONSENT_TAKE_OFF, meeting, now) and may_take_off(user, meeting, now),
        "refused": no.sentence if no else "",
        "mends": in_the_way(request, no.code, meeting) if no else [],
    }
    return render(request, "meetings/consent_list.html", context, status=status)


@serves(Verb.CONSENT_PROPOSE, "GET", "HEAD", "POST")
def propose(request: HttpRequest, item: uuid.UUID) -> HttpResponse:
    """Put an item on the list of those that are noted together."""
    found = load_item(request, item, Verb.CONSENT_PROPOSE)
    stage = Stage(found.stage)
    form = ConsentForm(
        request.POST or None,
        test=asked_test(found.case, stage, timezone.localdate(found.meeting.starts_at)),
        papers=papers_of(found),
        people=may_give_reasons(found, timezone.now()),
        initial={"reasons_by": found.case.coordinator_id},
    )

    def act() -> str:
        put_on_consent(item=found, by=user_of(request), now=timezone.now(), **form.said())
        messages.success(request, f"Item {found.position} is on the consent list.")
        return reverse("item.view", args=[found.public_id])

    reader = to_young_person(found.case, timezone.localdate())
    for_reader(form, reader)
    context = {
        "item": found,
        "meeting": found.meeting,
        "stage": STAGE_LABELS[stage],
        "outcome": OUTCOME_LABELS[OUTCOMES_OF[stage][0]],
        "young_person": reader,
        "test": form.test,
    }
    return typed(request, form, act, "meetings/consent_propose.html", context)


@serves(Verb.CONSENT_TAKE_OFF, "POST")
def take_off(request: HttpRequest, item: uuid.UUID) -> HttpResponse:
    """Have an item heard in full after all."""
    found = load_item(request, item, Verb.CONSENT_TAKE_OFF)

    def act() -> None:
        take_off_consent(item=found, by=user_of(request), now=timezone.now())
        messages.success(request, f"Item {found.position} is off the consent list and will be heard in full.")

    def show(no: Refused, status: int) -> HttpResponse:
        return _page(request, found.meeting, status=status, no=no)

    return press(act, reverse("meeting.consent", args=[found.meeting.public_id]), show)


@serves(Verb.CONSENT_NOTE, "POST")
def note(request: HttpRequest, meeting: uuid.UUID) -> HttpResponse:
    """Note everything on the list that this chair leads, in one step."""
    found = load_meeting(request, meeting, Verb.MEETING_VIEW)
    read = set()
    for posted in request.POST.getlist("read"):
        with suppress(ValueError):
            read.add(uuid.UUID(posted))

    def act() -> None:
        noted = note_consent(meeting=found, read=read, by=user_of(request), now=timezone.now())
        count = "1 item is" if len(noted) == 1 else f"{len(noted)} items are"
        messages.success(request, f"{count} noted, each with its own recommendation.")

    def show(no: Refused, status: int) -> HttpResponse:
        return _page(request, found, status=status, no=no)

    return press(act, reverse("meeting.view", args=[found.public_id]), show)
