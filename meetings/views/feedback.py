"""Feedback to settings: gathered at an item, read by the setting, counted for a term."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from meetings.actions.feedback import record_feedback
from meetings.forms.feedback import FeedbackForm
from meetings.models import AgendaItem, Feedback
from meetings.queries.feedback import feedback_of, notes_of, told_feedback
from meetings.rules.feedback import LEAST, LEAST_SETTINGS, term_before, term_of
from meetings.views.load import load_item, user_of
from panel.platform.policy import Verb
from panel.views.base import serves
from panel.views.typed import typed


@serves(Verb.FEEDBACK_RECORD, "GET", "HEAD", "POST")
def record(request: HttpRequest, item: uuid.UUID) -> HttpResponse:
    """What the panel saw of the setting's practice in this request."""
    found = load_item(request, item, Verb.FEEDBACK_RECORD)
    line = feedback_of(found)
    before = line.feedback if line else None
    names = ("good", "gaps", "good_words", "gaps_words")
    form = FeedbackForm(
        request.POST or None, initial={name: getattr(before, name) for name in names} if before else None
    )

    def act() -> str:
        record_feedback(
            item=found,
            **form.cleaned_data,
            read=_read(request, found),
            by=user_of(request),
            now=timezone.now(),
        )
        messages.success(request, "The feedback is kept. The setting reads it once the outcome has gone out.")
        return reverse("item.view", args=[found.public_id])

    read = request.POST.get("read") or (before.public_id if before else "")
    return typed(
        request,
        form,
        act,
        "meetings/feedback_record.html",
        {"item": found, "case": found.case, "before": before, "read": read},
    )


def _read(request: HttpRequest, item: AgendaItem) -> Feedback | None:
    """What stood when the form was opened; anything that is none was none."""
    try:
        number = uuid.UUID(request.POST.get("read", ""))
    except ValueError:
        return None
    return Feedback.objects.filter(item=item, public_id=number).first()


@serves(Verb.FEEDBACK_LIST)
def feedback(request: HttpRequest) -> HttpResponse:
    """The feedback on the requests of this user's own settings, whose outcome has gone out."""
    lines = told_feedback(user_of(request), timezone.now())
    return render(request, "meetings/feedback_list.html", {"lines": lines})


@serves(Verb.FEEDBACK_LIST)
def term_note(request: HttpRequest) -> HttpResponse:
    """The note of a term for each of this user's settings: this one, or with `before` the one before it."""
    now = timezone.now()
    term = term_of(timezone.localdate(now))
    if "before" in request.GET:
        term = term_before(term)
    context = {
        "term": term,
        "notes": notes_of(user_of(request), term, now),
        "is_before": "before" in request.GET,
        "least": LEAST,
        "least_settings": LEAST_SETTINGS,
    }
    return render(request, "meetings/feedback_note.html", context)
