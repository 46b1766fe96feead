"""Asking people to a meeting and being asked: invitations, another day, a cancellation, answers, an observer’s promise."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from meetings.actions.confidentiality import acknowledge
from meetings.actions.invitations import Sent, answer, invite_all
from meetings.actions.moving import cancel_meeting, move_meeting, seat_substitute
from meetings.forms.invitations import AnswerForm, CancelForm, PromiseForm
from meetings.forms.plan import MoveForm
from meetings.models import Acknowledgement, Meeting, RosterEntry, Seat
from meetings.queries.invitations import answer_of, could_substitute
from meetings.rules.invitations import CONFIDENTIALITY, CONFIDENTIALITY_NOW, Said
from meetings.rules.states import MeetingState
from meetings.views.agenda import roster_page, warn
from meetings.views.load import load_entry, load_meeting, press, user_of
from panel.law.words import inside
from panel.platform.policy import Refused, Verb
from panel.views.base import serves
from panel.views.typed import typed


@serves(Verb.MEETING_PLAN, "POST")
def invite(request: HttpRequest, meeting: uuid.UUID) -> HttpResponse:
    """Ask everybody on the roster who was not asked, and tell those who were told another time or place."""
    found = load_meeting(request, meeting, Verb.MEETING_PLAN)

    def act() -> None:
        sent = invite_all(meeting=found, by=user_of(request), now=timezone.now())
        messages.success(request, _sent_words(sent))

    return _button(request, found, act)


def _sent_words(sent: Sent) -> str:
    if not sent.invited and not sent.updated:
        return "Everybody on the roster was invited already. Nothing was sent."
    parts = []
    if sent.invited:
        parts.append("1 person is invited." if sent.invited == 1 else f"{sent.invited} people are invited.")
    if sent.updated:
        told = "1 person is told" if sent.updated == 1 else f"{sent.updated} people are told"
        parts.append(f"{told} of the new day, time or place.")
    return " ".join(parts)


@serves(Verb.MEETING_PLAN, "POST")
def substitute(request: HttpRequest, entry: uuid.UUID) -> HttpResponse:
    """Give the person a member named a seat, and ask them to come."""
    found = load_entry(request, entry, Verb.MEETING_PLAN)

    def act() -> None:
        seated, _ = seat_substitute(entry=found, by=user_of(request), now=timezone.now())
        messages.success(request, f"{seated.user.name} has a seat and is invited.")

    return _button(request, found.meeting, act)


def _button(request: HttpRequest, meeting: Meeting, act: Any) -> HttpResponse:
    def show(no: Refused, status: int) -> HttpResponse:
        return roster_page(request, meeting, status=status, refused=no.sentence)

    return press(act, reverse("meeting.roster", args=[meeting.public_id]), show)


@serves(Verb.MEETING_PLAN, "GET", "HEAD", "POST")
def move(request: HttpRequest, meeting: uuid.UUID) -> HttpResponse:
    """Put a planned meeting on another day, hour or place."""
    found = load_meeting(request, meeting, Verb.MEETING_PLAN)
    starts, ends = timezone.localtime(found.starts_at), timezone.localtime(found.ends_at)
    initial = {
        "held_on": starts.date(),
        "starts": f"{starts:%H:%M}",
        "ends": f"{ends:%H:%M}",
        "venue": found.venue,
    }
    form = MoveForm(request.POST or None, initial=initial)

    def act() -> str:
        said = form.cleaned_data
        moved = move_meeting(
            meeting=found,
            starts_at=said["starts_at"],
            ends_at=said["ends_at"],
            venue=said["venue"],
            by=user_of(request),
            now=timezone.now(),
        )
        messages.success(request, "The meeting is changed. Nobody has been told yet: send the invitations.")
        warn(request, moved.warnings)
        return reverse("meeting.roster", args=[found.public_id])

    return typed(request, form, act, "meetings/meeting_move.html", {"meeting": found})


@serves(Verb.MEETING_PLAN, "GET", "HEAD", "POST")
def cancel(request: HttpRequest, meeting: uuid.UUID) -> HttpResponse:
    """Say that a planned meeting does not take place."""
    found = load_meeting(request, meeting, Verb.MEETING_PLAN)
    form = CancelForm(request.POST or None)

    def act() -> str:
        done = cancel_meeting(
            meeting=found, because=form.cleaned_data["because"], by=user_of(request), now=timezone.now()
        )
        cases = "1 case waits" if done.items == 1 else f"{done.items} cases wait"
        people = "1 person is" if done.told == 1 else f"{done.told} people are"
        messages.success(request, f"The meeting is cancelled. {cases} for another one, and {people} told.")
        warn(request, done.warnings)
        return reverse("meeting.view", args=[found.public_id])

    return typed(request, form, act, "meetings/meeting_cancel.html", {"meeting": found})


@serves(Verb.INVITATION_ANSWER, "GET", "HEAD", "POST")
def respond(request: HttpRequest, meeting: uuid.UUID) -> HttpResponse:
    """Say whether one comes to a meeting one has a seat at."""
    found = load_meeting(request, meeting, Verb.INVITATION_ANSWER)
    seat = _own_seat(request, found)
    before = answer_of(user_of(request), found)
    initial = (
        {"said": before.said, "substitute": before.substitute_id, "written_view": before.written_view}
        if before
        else {}
    )
    form = AnswerForm(request.POST or None, substitutes=could_substitute(seat), initial=initial)

    def act() -> str:
        said = form.cleaned_data
        answer(
            meeting=found,
            said=Said(said["said"]),
            substitute=said.get("substitute"),
            written_view=said["written_view"],
            by=user_of(request),
            now=timezone.now(),
        )
        messages.success(request, "Thank you. You can change your answer until the meeting opens.")
        return reverse("home.view")

    context = {
        "meeting": found,
        "before": before,
        "seat": inside(Seat(seat.seat).label),
        "closed": found.state != MeetingState.PLANNED,
    }
    return typed(request, form, act, "meetings/invitation_answer.html", context)


def _own_seat(request: HttpRequest, meeting: Meeting) -> RosterEntry:
    entries = RosterEntry.objects.filter(meeting=meeting, user=user_of(request)).select_related("meeting")
    return get_object_or_404(entries)


@serves(Verb.CONFIDENTIALITY_ACKNOWLEDGE, "GET", "HEAD", "POST")
def promise(request: HttpRequest, meeting: uuid.UUID) -> HttpResponse:
    """Read what has to stay in the room, and promise it."""
    found = load_meeting(request, meeting, Verb.CONFIDENTIALITY_ACKNOWLEDGE)
    form = PromiseForm(request.POST or None, initial={"version": CONFIDENTIALITY_NOW})

    def act() -> str:
        acknowledge(
            meeting=found, version=form.cleaned_data["version"], by=user_of(request), now=timezone.now()
        )
        messages.success(request, "Thank you. Your promise is recorded.")
        return reverse("meeting.view", args=[found.public_id])

    kept = Acknowledgement.objects.filter(meeting=found, user=user_of(request)).first()
    context = {
        "meeting": found,
        "kept": kept,
        "lines": CONFIDENTIALITY[kept.text_version if kept else CONFIDENTIALITY_NOW],
    }
    return typed(request, form, act, "meetings/confidentiality.html", context)
