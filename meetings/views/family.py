"""The family's own pages: where their case is, and the letters that were sent to them. Every look is written to the trail."""

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from meetings.actions.versions import note_read
from meetings.letters import content, family
from meetings.letters.actions import note_letter_read
from meetings.letters.facts import dated, from_json
from meetings.letters.page import page_context
from meetings.models import Letter
from meetings.queries.guests import expected_of
from meetings.queries.versions import for_family, on_page
from meetings.views.load import user_of
from meetings.views.pdf import pdf_response
from panel.platform import audit
from panel.platform.policy import Verb
from panel.views.base import serves


@serves(Verb.FAMILY_VIEW)
def family_view(request: HttpRequest) -> HttpResponse:
    """Where each case is, what happens next, and the letters."""
    user: Any = request.user
    now = timezone.now()
    page = family.page(user, timezone.localdate(now))
    for row in page.cases:
        audit.record(
            verb=Verb.FAMILY_VIEW,
            by=user,
            at=now,
            subject_kind="case",
            subject=row.case.public_id,
            case=row.case.public_id,
        )
    context = {
        "page": page,
        "versions": on_page(page),
        "expected": expected_of(user, timezone.localdate(now)),
    }
    return render(request, "family/page.html", context)


@serves(Verb.FAMILY_VERSION)
def family_version(request: HttpRequest, version: uuid.UUID) -> HttpResponse:
    """The panel's minutes about their own child, as they were released; `?download` saves them."""
    user: Any = request.user
    now = timezone.now()
    rows = for_family(user, timezone.localdate(now))
    found = next((row for row in rows if row.public_id == version), None)
    if found is None:
        raise Http404
    note_read(version=found, by=user, now=now, verb=Verb.FAMILY_VERSION)
    return pdf_response(found.release.shown, name="minutes.pdf", download="download" in request.GET)


@serves(Verb.FAMILY_LETTER)
def family_letter(request: HttpRequest, letter: uuid.UUID) -> HttpResponse:
    """One letter as a page."""
    found = _own_letter(request, letter)
    facts = dated(from_json(found.facts), found.sent.letter_on)
    return render(
        request,
        "family/letter.html",
        {
            "sent": found.sent,
            "letter_id": letter,
            "letter_of": found,
            "later": family.later_than(found, user_of(request), timezone.localdate()),
            **page_context(content.letter(facts)),
        },
    )


@serves(Verb.FAMILY_LETTER)
def family_letter_pdf(request: HttpRequest, letter: uuid.UUID) -> HttpResponse:
    """The very bytes that were sent; `?download` saves them."""
    found = _own_letter(request, letter)
    return pdf_response(found.sent.document, name="letter.pdf", download="download" in request.GET)


def _own_letter(request: HttpRequest, public_id: uuid.UUID) -> Letter:
    """A letter sent to this very person, whose right to it still stands today; else there is no such page."""
    user: Any = request.user
    now = timezone.now()
    letter = family.letters_to(user, timezone.localdate(now)).filter(public_id=public_id).first()
    if letter is None:
        raise Http404
    note_letter_read(letter=letter, by=user, now=now, verb=Verb.FAMILY_LETTER)
    return letter
