"""Minutes: what still stops them, making them, reading them sheet by sheet, the chair's signature, the next version."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from meetings.actions.minutes import open_sheet, prepare_minutes, sign_minutes
from meetings.forms.minutes import PrepareForm, SignForm
from meetings.models import Minutes, MinutesSheet
from meetings.queries.changed import changed
from meetings.queries.circulation import taken_up_without_change
from meetings.queries.minutes import (
    blockers,
    closed_cases,
    latest_minutes,
    sheet_to_sign,
    sheets_for,
    state_of,
    themes_of,
)
from meetings.queries.room import load_room
from meetings.queries.sign_offs import deputy_sheets, signs_off
from meetings.rules.circulation import step_up_problems
from meetings.rules.states import MINUTES, MinutesState
from meetings.views.circulation import circulation_context
from meetings.views.load import load_meeting, load_minutes, may, user_of
from meetings.views.pdf import pdf_response
from meetings.views.stops import stops_with_links
from panel.platform import sealing
from panel.platform.policy import Role, Verb
from panel.views.base import serves
from panel.views.step_up import confirm_address, confirmed_at
from panel.views.typed import typed

Part = MinutesSheet.Part
SEALED = (Part.MEETING_SEALED, Part.JOINED_SEALED)


@serves(Verb.MINUTES_PREPARE, "GET", "HEAD", "POST")
def prepare(request: HttpRequest, meeting: uuid.UUID) -> HttpResponse:
    """What stops the minutes, each with the way to mend it; or the button that makes them, with a reason after the first."""
    found = load_meeting(request, meeting, Verb.MINUTES_PREPARE)
    before = latest_minutes(found)
    form = PrepareForm(
        request.POST if request.method == "POST" else None,
        first=before is None,
        initial={"themes": themes_of(before)},
    )

    def act() -> str:
        made = prepare_minutes(
            meeting=found,
            because=form.cleaned_data.get("because", ""),
            themes=form.cleaned_data["themes"],
            names_nobody=form.cleaned_data["names_nobody"],
            by=user_of(request),
            now=timezone.now(),
        )
        if made == before:
            messages.info(
                request, f"Nothing has changed since version {made.version} was made. It stands as it is."
            )
        else:
            messages.success(request, f"Version {made.version} of the minutes is made. Its documents follow.")
        return reverse("minutes.view", args=[made.public_id])

    context = {
        "meeting": found,
        "before": before,
        "stops": blockers(found),
        "closed": closed_cases(user_of(request), found, timezone.now()),
        "signed": _is_signed(before),
        "is_clerk": Role.CLERK in user_of(request).roles_on(timezone.localdate()),
    }
    return typed(request, form, act, "meetings/minutes_prepare.html", context)


def _is_signed(minutes: Minutes | None) -> bool:
    return minutes is not None and state_of(minutes) is MinutesState.SIGNED


@serves(Verb.MINUTES_VIEW)
def minutes_view(request: HttpRequest, minutes: uuid.UUID) -> HttpResponse:
    """One version: how far it is, the sheets this reader may open, who signed it, how to verify the seal."""
    found = load_minutes(request, minutes, Verb.MINUTES_VIEW)
    context = _context(request, found)
    asks_again = request.headers.get("HX-Request")
    part = asks_again and context["state"] is MinutesState.DRAFT
    if asks_again and not part:
        # The page that waited for them becomes this one.
        messages.success(request, f"The documents of version {found.version} are made.")
    return render(request, "meetings/_minutes_state.html" if part else "meetings/minutes_view.html", context)


def _context(request: HttpRequest, minutes: Minutes) -> dict[str, Any]:
    now, user = timezone.now(), user_of(request)
    state, sheets = state_of(minutes), sheets_for(user, minutes, now)
    closed = closed_cases(user, minutes.meeting, now)
    chair = load_room(minutes.meeting).chair
    newer = Minutes.objects.filter(supersedes=minutes).first()
    signs = chair is not None and chair.user_id == user.pk and newer is None
    return {
        "minutes": minutes,
        "meeting": minutes.meeting,
        "state": state,
        "state_label": MINUTES.states[state].staff,
        "sheets": [sheet for sheet in sheets if sheet.part != Part.ITEM],
        "item_sheets": [sheet for sheet in sheets if sheet.part == Part.ITEM],
        "sealed": [sheet for sheet in sheets if sheet.part in SEALED],
        "closed": bool(closed),
        "changed": changed(minutes, closed),
        "signature": getattr(minutes, "signature", None),
        "chair": chair,
        "newer": newer,
        "stops": stops_with_links(request, minutes, closed)
        if newer is None and state not in {MinutesState.DRAFT, MinutesState.SIGNED}
        else (),
        "may_sign": signs
        and state in {MinutesState.RENDERED, MinutesState.CIRCULATED}
        and may(request, Verb.MINUTES_SIGN, minutes, now),
        "may_prepare": may(request, Verb.MINUTES_PREPARE, minutes.meeting, now) and newer is None,
        "unchanged": taken_up_without_change(minutes, closed) if newer is None else (),
        "fingerprint": _fingerprint(),
        "sign_offs": [
            (line, newer is None and line.record.item.case_id not in closed and signs_off(user, line, now))
            for line in deputy_sheets(minutes, now)
        ],
        **circulation_context(request, minutes, closed),
        "may_version": may(request, Verb.VERSION_LIST, minutes.meeting, now),
    }


def _fingerprint() -> str:
    """The fingerprint of the seal's certificate, once there is one."""
    path = settings.KEYS_ROOT / sealing.CERTIFICATE_FILE
    return sealing.fingerprint(path) if path.exists() else ""


@serves(Verb.MINUTES_VIEW)
def sheet(request: HttpRequest, minutes: uuid.UUID, sheet: int) -> HttpResponse:
    """The bytes of one sheet, inline; `?download` saves them. Every reading is in the trail."""
    found = load_minutes(request, minutes, Verb.MINUTES_VIEW)
    user, now = user_of(request), timezone.now()
    wanted = next((row for row in sheets_for(user, found, now) if row.pk == sheet), None)
    if wanted is None:
        raise Http404
    document = open_sheet(sheet=wanted, by=user, now=now)
    name = f"minutes-{timezone.localdate(found.meeting.starts_at):%Y-%m-%d}-v{found.version}.pdf"
    return pdf_response(document, name=name, download="download" in request.GET)


@serves(Verb.MINUTES_SIGN, "GET", "HEAD", "POST")
def sign(request: HttpRequest, minutes: uuid.UUID) -> HttpResponse:
    """The chair signs the very document this page names: its digest goes with the form."""
    found = load_minutes(request, minutes, Verb.MINUTES_SIGN)
    shown = sheet_to_sign(user_of(request), found, timezone.now())
    digest = shown.document.sha256 if shown else ""
    form = SignForm(request.POST or None, initial={"shown_sha256": digest})
    confirmed = confirmed_at(request)

    def act() -> str:
        sign_minutes(
            minutes=found,
            shown_sha256=form.cleaned_data["shown_sha256"],
            confirmed_at=confirmed,
            by=user_of(request),
            now=timezone.now(),
        )
        messages.success(request, "Signed. The seal is put on within a moment.")
        return reverse("minutes.view", args=[found.public_id])

    now = timezone.now()
    context = {
        "minutes": found,
        "meeting": found.meeting,
        "shown": shown,
        "state": state_of(found),
        "signature": getattr(found, "signature", None),
        "stops": stops_with_links(request, found, closed_cases(user_of(request), found.meeting, now)),
        "to_confirm": bool(step_up_problems(confirmed, now)),
        "confirm_address": confirm_address(request.path),
    }
    return typed(request, form, act, "meetings/minutes_sign.html", context)
