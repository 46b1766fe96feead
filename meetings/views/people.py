"""The people of a meeting: the attendance sheet, coming and going, exceptions for one item, conflicts of interest."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from meetings.actions.attendance import (
    UntrueSheet,
    arrive,
    except_from_item,
    leave,
    record_attendance,
    return_,
)
from meetings.actions.authors import say_not_author
from meetings.actions.confidentiality import record_promise
from meetings.actions.conflicts import declare_conflict, impose_conflict, lift_conflict
from meetings.actions.kept_conflicts import lift_kept_conflict
from meetings.forms.room import (
    DeclareForm,
    ImposeForm,
    LiftForm,
    LiftKeptForm,
    PromiseForm,
    SheetForm,
    WhenForm,
)
from meetings.forms.times import on_the_day
from meetings.models import AgendaItem, Conflict, RosterEntry, Seat
from meetings.queries.invitations import standing_answers, unpromised
from meetings.queries.kept_conflicts import kept_alone
from meetings.queries.late import closed_on_paper
from meetings.queries.room import load_room
from meetings.rules.attendance import not_the_day_yet
from meetings.rules.quorum import ConflictKind, Effect
from meetings.views.item import item_page_of
from meetings.views.load import load_entry, load_item, load_meeting, prepared_before, user_of
from meetings.views.quorum import warn_of_lost
from meetings.views.room import meeting_page, room_after
from panel.platform.policy import Refused, Verb
from panel.views.base import serves, status_of
from panel.views.typed import typed


@serves(Verb.ATTENDANCE_RECORD, "GET", "HEAD", "POST")
def sheet(request: HttpRequest, meeting: uuid.UUID) -> HttpResponse:
    """One line for everybody on the roster. `?correct` says that signed minutes are to be corrected by an amendment."""
    found = load_meeting(request, meeting, Verb.ATTENDANCE_RECORD)
    room = load_room(found)
    early = not_the_day_yet(timezone.localdate(found.starts_at), timezone.localdate())
    form = SheetForm(
        request.POST or None,
        entries=room.entries,
        answers=standing_answers(found),
        fill="fill" in request.GET and not early,
        too_early=bool(early),
    )
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            record_attendance(
                meeting=found,
                lines=form.lines(),
                correcting="correct" in request.GET,
                by=user_of(request),
                now=timezone.now(),
            )
        except UntrueSheet as no:
            form.refuse_each(no.problems)
            status = status_of(no)
        except Refused as no:
            form.refuse(no)
            status = status_of(no)
        else:
            messages.success(request, "The attendance sheet is saved.")
            warn_of_lost(request, found)
            return redirect("meeting.view", meeting=found.public_id)
    elif request.method == "POST":
        status = 422
    context = {
        "meeting": found,
        "form": form,
        "unsaid": not early and any(not hasattr(entry, "attendance") for entry in room.entries),
        "early": early,
        **prepared_before(request, found),
        "unpromised": unpromised(found),
        "stand_in": room.stand_in,
        "chair": room.chair_seat,
        "ended": found.over or closed_on_paper(found) is not None,
        "correct": "correct" in request.GET,
    }
    return render(request, "meetings/attendance.html", context, status=status)


@serves(Verb.ATTENDANCE_RECORD, "GET", "HEAD", "POST")
def arrives(request: HttpRequest, entry: uuid.UUID) -> HttpResponse:
    """Somebody is here: a button for now, a page for another time."""
    return _moves(request, load_entry(request, entry, Verb.ATTENDANCE_RECORD), coming=True)


@serves(Verb.ATTENDANCE_RECORD, "GET", "HEAD", "POST")
def leaves(request: HttpRequest, entry: uuid.UUID) -> HttpResponse:
    """Somebody leaves: a button for now, a page for another time."""
    return _moves(request, load_entry(request, entry, Verb.ATTENDANCE_RECORD), coming=False)


def _moves(request: HttpRequest, entry: RosterEntry, *, coming: bool) -> HttpResponse:
    form = WhenForm(request.POST or None, coming=coming)
    now = timezone.now()

    def act() -> str:
        said = form.cleaned_data
        at = on_the_day(entry.meeting, said["at"])
        who: dict[str, Any] = {"entry": entry, "at": at, "by": user_of(request), "now": now}
        who["correcting"] = "correct" in request.GET
        if not coming:
            leave(**who)
        elif entry.intervals.exists():
            return_(mode=said["mode"] or "room", **who)
        else:
            arrive(mode=said["mode"] or "room", **who)
        if "now" not in request.POST:
            warn_of_lost(request, entry.meeting)
        return reverse("meeting.view", args=[entry.meeting.public_id])

    if request.method == "POST" and "now" in request.POST and form.is_valid():
        try:
            there = act()
        except Refused as no:
            return meeting_page(request, entry.meeting, status=status_of(no), refused=no.sentence)
        if request.headers.get("HX-Request"):
            # The list of items in it says of which the quorum has gone.
            return room_after(request, entry)
        warn_of_lost(request, entry.meeting)
        return redirect(f"{there}#{'leave' if coming else 'arrive'}-{entry.public_id}")
    return typed(
        request,
        form,
        act,
        "meetings/moves.html",
        {
            "entry": entry,
            "meeting": entry.meeting,
            "coming": coming,
            "stand_in": load_room(entry.meeting).stand_in if coming and entry.seat == Seat.CHAIR else None,
        },
    )


@serves(Verb.ATTENDANCE_RECORD, "GET", "HEAD", "POST")
def promise(request: HttpRequest, entry: uuid.UUID) -> HttpResponse:
    """An observer has signed the promise of confidentiality on paper: on which day."""
    found = load_entry(request, entry, Verb.ATTENDANCE_RECORD)
    form = PromiseForm(request.POST or None, initial={"signed_on": timezone.localdate()})

    def act() -> str:
        record_promise(
            entry=found, signed_on=form.cleaned_data["signed_on"], by=user_of(request), now=timezone.now()
        )
        messages.success(request, f"Recorded: {found.user.name} has promised confidentiality.")
        return reverse("attendance.record", args=[found.meeting.public_id])

    return typed(request, form, act, "meetings/promise.html", {"entry": found, "meeting": found.meeting})


@serves(Verb.ATTENDANCE_RECORD, "POST")
def exception(request: HttpRequest, item: uuid.UUID) -> HttpResponse:
    """For one item somebody was not there although they were at the meeting, or the reverse, or neither any more."""
    found = load_item(request, item, Verb.ITEM_VIEW)
    load_meeting(request, found.meeting.public_id, Verb.ATTENDANCE_RECORD)
    # The button that was pressed: what was so, and of whom.
    was = next((name for name in ("here", "away", "as") if name in request.POST), "")
    named = _id(request.POST.get(was, ""))
    entry = RosterEntry.objects.filter(meeting=found.meeting, public_id=named).first() if named else None
    if entry is None:
        return item_page_of(request, found, status=422, refused="This person has no seat at this meeting.")
    present = {"here": True, "away": False}.get(was)
    try:
        except_from_item(
            item=found,
            entry=entry,
            present=present,
            correcting="correct" in request.GET,
            by=user_of(request),
            now=timezone.now(),
        )
    except Refused as no:
        return item_page_of(request, found, status=status_of(no), refused=no.sentence)
    warn_of_lost(request, found.meeting)
    return redirect("item.view", item=found.public_id)


def _id(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


@serves(Verb.CONFLICT_DECLARE, "GET", "HEAD", "POST")
def declare(request: HttpRequest, item: uuid.UUID) -> HttpResponse:
    """Say that one is not impartial on this item. Leaving closes it at once."""
    found = load_item(request, item, Verb.CONFLICT_DECLARE)
    form = DeclareForm(request.POST or None)

    def act() -> str:
        said = form.cleaned_data
        row = declare_conflict(
            item=found,
            kind=ConflictKind(said["kind"]),
            detail=said["detail"],
            effect=Effect(said["effect"]) if said["effect"] else None,
            by=user_of(request),
            now=timezone.now(),
        )
        return _after(request, found, row)

    return typed(
        request, form, act, "meetings/conflict_declare.html", {"item": found, "meeting": found.meeting}
    )


def _after(request: HttpRequest, item: AgendaItem, row: Conflict) -> str:
    """Where to go on: an item that has just been closed to its reader has no page any more."""
    gone = row.effect == Conflict.Effect.LEAVES and row.entry.user_id == user_of(request).pk
    if gone:
        messages.success(
            request, f"You are recused from item {item.position}. It is closed to you from now on."
        )
        return reverse("meeting.view", args=[item.meeting.public_id])
    messages.success(request, "The conflict is recorded.")
    return reverse("item.view", args=[item.public_id])


@serves(Verb.CONFLICT_IMPOSE, "GET", "HEAD", "POST")
def impose(request: HttpRequest, item: uuid.UUID) -> HttpResponse:
    """Say that somebody else is not impartial on this item."""
    found = load_item(request, item, Verb.CONFLICT_IMPOSE)
    entries = RosterEntry.objects.filter(meeting=found.meeting).select_related("user")
    form = ImposeForm(request.POST or None, entries=entries)

    def act() -> str:
        said = form.cleaned_data
        row = impose_conflict(
            item=found,
            entry=said["entry"],
            kind=form.kind_asked(),
            effect=Effect(said["effect"]),
            detail=said["detail"],
            by=user_of(request),
            now=timezone.now(),
        )
        return _after(request, found, row)

    return typed(
        request, form, act, "meetings/conflict_impose.html", {"item": found, "meeting": found.meeting}
    )


@serves(Verb.CONFLICT_IMPOSE, "POST")
def not_author(request: HttpRequest, item: uuid.UUID) -> HttpResponse:
    """Somebody was asked whether they wrote a paper, and did not."""
    found = load_item(request, item, Verb.CONFLICT_IMPOSE)
    named = _id(request.POST.get("entry", ""))
    entry = RosterEntry.objects.filter(meeting=found.meeting, public_id=named).first() if named else None
    if entry is None:
        return item_page_of(request, found, status=422, refused="This person has no seat at this meeting.")
    try:
        say_not_author(
            item=found,
            entry=entry,
            authors=request.POST.getlist("author"),
            by=user_of(request),
            now=timezone.now(),
        )
    except Refused as no:
        return item_page_of(request, found, status=status_of(no), refused=no.sentence)
    messages.success(request, f"Recorded: {entry.user.name} did not write it.")
    return redirect("item.view", item=found.public_id)


@serves(Verb.CONFLICT_IMPOSE, "GET", "HEAD", "POST")
def lift(request: HttpRequest, conflict: uuid.UUID) -> HttpResponse:
    """Look at a conflict again: it stays as a note and no longer binds."""
    rows = Conflict.objects.select_related("item", "entry__user")
    row = get_object_or_404(rows, public_id=conflict)
    row.item = load_item(request, row.item.public_id, Verb.CONFLICT_IMPOSE)
    form = LiftForm(request.POST or None)

    def act() -> str:
        lift_conflict(
            conflict=row, because=form.cleaned_data["because"], by=user_of(request), now=timezone.now()
        )
        messages.success(request, "The conflict is lifted. It stays in the record as a note.")
        return reverse("item.view", args=[row.item.public_id])

    return typed(
        request,
        form,
        act,
        "meetings/conflict_lift.html",
        {"conflict": row, "item": row.item, "meeting": row.item.meeting},
    )


@serves(Verb.CONFLICT_IMPOSE, "GET", "HEAD", "POST")
def kept(request: HttpRequest) -> HttpResponse:
    """The conflicts whose item or seat is gone: they bind on, and are looked at again here."""
    user, now = user_of(request), timezone.now()
    rows = kept_alone(user, now)
    form = LiftKeptForm(request.POST or None, rows=rows)

    def act() -> str:
        said = form.cleaned_data
        lift_kept_conflict(kept=said["kept"], because=said["because"], by=user, now=now)
        messages.success(request, "The conflict is lifted. It stays in the record as a note.")
        return reverse("conflict.kept")

    return typed(request, form, act, "meetings/conflict_kept.html", {"any": rows.exists()})
