"""The meeting itself: its list with state, time and quorum, who is here, opening and closing it, a deputy for an item."""

import hashlib
import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from meetings.actions.card import acknowledge_card
from meetings.actions.chairing import take_chair
from meetings.actions.conflicts import name_deputy
from meetings.actions.live import close_meeting, open_meeting
from meetings.forms.room import DeputyForm, OpenForm
from meetings.models import NON_VOTING_SEATS, AgendaItem, Meeting, RosterEntry
from meetings.queries.agenda import UNPROMISED, agenda_for, seat_lines
from meetings.queries.before import before_closing, unfinished_numbers
from meetings.queries.card import card_standing
from meetings.queries.following import carried
from meetings.queries.late import entered_words, entry_of_meeting
from meetings.queries.minutes import latest_minutes
from meetings.queries.noting import noting_page
from meetings.queries.printed import paper_set
from meetings.queries.room import load_room
from meetings.queries.seats import proposed_deputy
from meetings.queries.wall import wall
from meetings.rules.agenda import still_to_hear
from meetings.rules.invitations import SAID_LABELS
from meetings.rules.states import MEETING, ItemState, MeetingState
from meetings.views.confirm import Step, confirmed
from meetings.views.load import load_entry, load_meeting, may_each, poll_every, press, user_of
from panel.law.card import legal_card
from panel.models import Membership
from panel.platform import audit
from panel.platform.policy import Refused, Role, Verb
from panel.views.base import serves
from panel.views.typed import typed


@serves(Verb.MEETING_VIEW)
def meeting_view(request: HttpRequest, meeting: uuid.UUID) -> HttpResponse:
    """One page for chair, clerk and member: the list, the people, and what each may do next."""
    return meeting_page(request, load_meeting(request, meeting, Verb.MEETING_VIEW))


def meeting_page(
    request: HttpRequest, meeting: Meeting, *, status: int = 200, refused: str = ""
) -> HttpResponse:
    """The page of a meeting, with the no of a button on it if there is one."""
    noting = noting_page(user_of(request), meeting, timezone.now())
    context = {**_context(request, meeting), "refused": refused, "noting": noting}
    if context["may_run"]:
        context["carried"] = carried(user_of(request), meeting, timezone.now())
    return render(request, "meetings/meeting_view.html", {**context, "seen": _digest(context)}, status=status)


@serves(Verb.MEETING_VIEW)
def live(request: HttpRequest, meeting: uuid.UUID) -> HttpResponse:
    """The part of the page that changes by itself; 204 while it is what this viewer has (`seen`)."""
    context = _context(request, load_meeting(request, meeting, Verb.MEETING_VIEW))
    digest = _digest(context)
    if request.GET.get("seen") == digest:
        return HttpResponse(status=204)
    return render(request, "meetings/_room.html", {**context, "seen": digest})


def room_after(request: HttpRequest, entry: RosterEntry) -> HttpResponse:
    """The same part once somebody came or went by a button: the focus stays with them."""
    context = _context(request, entry.meeting)
    return render(request, "meetings/_room.html", {**context, "seen": _digest(context), "moved": entry.pk})


@serves(Verb.MEETING_VIEW)
def on_wall(request: HttpRequest, meeting: uuid.UUID) -> HttpResponse:
    """Large type for the wall of the room, without names; to its own poll, 204 while the screen has what it would show."""
    found = load_meeting(request, meeting, Verb.MEETING_VIEW)
    context = {"meeting": found, "wall": wall(found, timezone.now()), "poll": poll_every(request)}
    shown = render_to_string("meetings/_wall.html", context)
    digest = hashlib.sha256(shown.encode()).hexdigest()[:16]
    if request.GET.get("seen") == digest:
        return HttpResponse(status=204)
    template = "meetings/_wall.html" if request.headers.get("HX-Request") else "meetings/wall.html"
    return render(request, template, {**context, "seen": digest})


@serves(Verb.MEETING_RUN)
def on_paper(request: HttpRequest, meeting: uuid.UUID) -> HttpResponse:
    """The paper set of the day, to print and write on. Each item that stands on it counts as read."""
    found = load_meeting(request, meeting, Verb.MEETING_RUN)
    now, user = timezone.now(), user_of(request)
    printed = paper_set(user, found, now)
    read = [
        audit.Event(Verb.ITEM_VIEW, "item", one.open.item.public_id, one.open.item.case.public_id)
        for one in printed.items
    ]
    audit.record_many([audit.Event("meeting.print", "meeting", found.public_id), *read], by=user, at=now)
    return render(request, "meetings/paper_set.html", {"meeting": found, "set": printed})


def _context(request: HttpRequest, meeting: Meeting) -> dict[str, Any]:
    now, user = timezone.now(), user_of(request)
    agenda = agenda_for(user, meeting, now)
    # Nothing is entered from paper before the hour, and there are no minutes before the end: these are not asked for.
    begun = meeting.starts_at <= now or meeting.opened_at is not None
    late = entry_of_meeting(meeting) if begun else None
    next_line = next(
        (line for line in agenda.lines if line.open and line.open.item.state == ItemState.LISTED), None
    )
    unfinished = [line.number for line in agenda.lines if line.to_hear]
    current = next(
        (line for line in agenda.lines if line.open and line.open.item.state == ItemState.IN_DISCUSSION), None
    )
    return {
        "meeting": meeting,
        "poll": poll_every(request),
        "day": timezone.localdate(meeting.starts_at),
        "agenda": agenda,
        "people": seat_lines(agenda.room, now),
        "state": MEETING.states[meeting.state].staff,
        "current": current,
        "next_line": next_line,
        "unfinished": unfinished,
        # What is left to put off in one step: one item alone has its own page for that.
        "puts_off_rest": meeting.state == MeetingState.OPEN
        and sum(bool(line.open and line.open.item.state == ItemState.LISTED) for line in agenda.lines) > 1,
        "minutes": latest_minutes(meeting) if meeting.closed_at else None,
        "card_read": card_standing(user, meeting, agenda.room),
        "late": late,
        "entered": entered_words(late) if late else "",
        "begun": meeting.starts_at <= now,
        "on_the_day": timezone.localdate(meeting.starts_at) <= timezone.localdate(now),
        "own_seat": agenda.room.entry_of(user),
        "own_answer": SAID_LABELS[said] if (said := agenda.room.answers.get(user.pk)) else "",
        "to_promise": agenda.shut_because == UNPROMISED,
        **may_each(
            request,
            meeting,
            now,
            may_list=Verb.MEETING_LIST,
            may_plan=Verb.MEETING_PLAN,
            may_attend=Verb.ATTENDANCE_RECORD,
            may_run=Verb.MEETING_RUN,
            may_read_minutes=Verb.MINUTES_VIEW,
            may_prepare=Verb.MINUTES_PREPARE,
            may_enter_paper=Verb.MEETING_RECORD_LATER,
            may_know=Verb.CARD_ACKNOWLEDGE,
        ),
    }


def _digest(context: dict[str, Any]) -> str:
    """What this viewer has before them, without the tokens of its forms, which differ each time."""
    return hashlib.sha256(render_to_string("meetings/_room.html", context).encode()).hexdigest()[:16]


@serves(Verb.MEETING_RUN, "GET", "HEAD", "POST")
def open_(request: HttpRequest, meeting: uuid.UUID) -> HttpResponse:
    """Read the legal-test card out to the panel, say so, and call the meeting to order."""
    found = load_meeting(request, meeting, Verb.MEETING_RUN)
    card = legal_card(timezone.localdate())
    form = OpenForm(request.POST or None, initial={"card": card.version})

    def act() -> str:
        open_meeting(meeting=found, card=form.cleaned_data["card"], by=user_of(request), now=timezone.now())
        messages.success(request, "The meeting is in session.")
        return reverse("meeting.view", args=[found.public_id])

    day = timezone.localdate(found.starts_at)
    room = load_room(found)
    context = {
        "meeting": found,
        "card": card,
        "opens_on": day if timezone.localdate() < day else None,
        "chair": room.chair,
        "stand_by": room.stand_by,
    }
    return typed(request, form, act, "meetings/meeting_open.html", context)


@serves(Verb.ATTENDANCE_RECORD, "POST")
def takes_chair(request: HttpRequest, entry: uuid.UUID) -> HttpResponse:
    """The vice-chair takes the chair of a meeting whose chair is not here; the next step is to open it."""
    found = load_entry(request, entry, Verb.ATTENDANCE_RECORD)

    def act() -> None:
        take_chair(entry=found, by=user_of(request), now=timezone.now())
        messages.success(request, f"{found.user.name} holds the chair of this meeting.")

    def show(no: Refused, status: int) -> HttpResponse:
        return meeting_page(request, found.meeting, status=status, refused=no.sentence)

    return press(act, reverse("meeting.open", args=[found.meeting.public_id]), show)


@serves(Verb.CARD_ACKNOWLEDGE, "POST")
def acknowledge(request: HttpRequest, meeting: uuid.UUID) -> HttpResponse:
    """Say that one knows the legal test on the card that was read out."""
    found = load_meeting(request, meeting, Verb.CARD_ACKNOWLEDGE)
    return _button(
        request,
        found,
        lambda: acknowledge_card(meeting=found, by=user_of(request), now=timezone.now()),
    )


@serves(Verb.MEETING_RUN, "GET", "HEAD", "POST")
def close(request: HttpRequest, meeting: uuid.UUID) -> HttpResponse:
    """End the meeting, once it was read what that does; whoever is still there leaves now."""
    found = load_meeting(request, meeting, Verb.MEETING_RUN)
    there = reverse("meeting.view", args=[found.public_id])
    still = _still_to_hear(found)
    step = Step(
        heading="Close the meeting",
        happens=before_closing(found, timezone.now()),
        send="Close the meeting",
        back=there,
        back_label="The meeting",
        key="c",
        stops=still,
        mend=(f"{there}#items", "Go to the items") if still else ("", ""),
    )

    def act() -> None:
        close_meeting(meeting=found, by=user_of(request), now=timezone.now())
        messages.success(request, "The meeting is closed. Its minutes can be prepared.")

    return confirmed(request, found, step, act, there)


def _still_to_hear(meeting: Meeting) -> str:
    """Why the meeting cannot be closed now, said before anybody tries."""
    if meeting.state != MeetingState.OPEN:
        return f"This meeting is {MEETING.states[meeting.state].staff.lower()}, so there is nothing to close."
    if still := unfinished_numbers(meeting):
        return still_to_hear(still)
    return ""


def _button(request: HttpRequest, meeting: Meeting, act: Any) -> HttpResponse:
    def show(no: Refused, status: int) -> HttpResponse:
        return meeting_page(request, meeting, status=status, refused=no.sentence)

    return press(act, reverse("meeting.view", args=[meeting.public_id]), show)


@serves(Verb.MEETING_RUN, "GET", "HEAD", "POST")
def deputy(request: HttpRequest, meeting: uuid.UUID, item: uuid.UUID) -> HttpResponse:
    """Name who leads one item. The item is known by its number alone: a recused chair names the deputy without opening it."""
    found = load_meeting(request, meeting, Verb.MEETING_RUN)
    listed = get_object_or_404(
        AgendaItem.objects.select_related("case", "meeting__config", "deputy_chair__user"),
        meeting=found,
        public_id=item,
    )
    chairs = Membership.objects.live(timezone.localdate()).filter(role=Role.CHAIR).values("user")
    seats = RosterEntry.objects.filter(meeting=found, user__in=chairs).select_related("user")
    # Whoever only looks on is not offered, and the action refuses them as well.
    entries = seats.filter(voting=True).exclude(seat__in=NON_VOTING_SEATS)
    proposed = None if listed.deputy_chair else proposed_deputy(listed)
    form = DeputyForm(
        request.POST or None, entries=entries, initial={"entry": listed.deputy_chair or proposed}
    )

    def act() -> str:
        name_deputy(item=listed, entry=form.cleaned_data["entry"], by=user_of(request), now=timezone.now())
        messages.success(request, f"{form.cleaned_data['entry'].user.name} leads item {listed.position}.")
        return reverse("meeting.view", args=[found.public_id])

    return typed(
        request,
        form,
        act,
        "meetings/deputy.html",
        {"meeting": found, "number": listed.position, "anybody": entries.exists(), "proposed": proposed},
    )
