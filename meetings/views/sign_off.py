"""One item's sheet, signed off by the deputy who led it because the chair took no part."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from meetings.actions.sign_off import sign_off_item
from meetings.forms.minutes import SignOffForm
from meetings.queries.sign_offs import deputy_sheets, sheet_of, signs_off
from meetings.rules.circulation import step_up_problems
from meetings.views.load import load_record, user_of
from panel.platform.policy import Verb
from panel.views.base import serves
from panel.views.step_up import confirm_address, confirmed_at
from panel.views.typed import typed


@serves(Verb.MINUTES_SIGN_OFF, "GET", "HEAD", "POST")
def sign_off(request: HttpRequest, minutes: uuid.UUID, item: uuid.UUID) -> HttpResponse:
    """Whoever led the item signs the very sheet this page names; anybody else who sat at it reads who does."""
    record = load_record(request, minutes, item, Verb.MINUTES_SIGN_OFF)
    user, now = user_of(request), timezone.now()
    line = next((one for one in deputy_sheets(record.minutes, now) if one.record == record), None)
    shown = sheet_of(record)
    form = SignOffForm(request.POST or None, initial={"shown_sha256": shown.document.sha256 if shown else ""})
    confirmed = confirmed_at(request)

    def act() -> str:
        sign_off_item(
            record=record,
            shown_sha256=form.cleaned_data["shown_sha256"],
            confirmed_at=confirmed,
            by=user_of(request),
            now=timezone.now(),
        )
        messages.success(
            request, f"Signed off. The chair can sign once nothing else waits: item {record.position}."
        )
        return reverse("minutes.view", args=[record.minutes.public_id])

    context = {
        "minutes": record.minutes,
        "meeting": record.minutes.meeting,
        "record": record,
        "line": line,
        "mine": line is not None and signs_off(user, line, now),
        "shown": shown,
        "to_confirm": bool(step_up_problems(confirmed, now)),
        "confirm_address": confirm_address(request.path),
    }
    return typed(request, form, act, "meetings/minutes_sign_off.html", context)
