"""Papers of a case: sent in, looked at by the inspection, opened by those who may, withdrawn with a reason."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from panel.actions.papers import open_paper, receive_paper, withdraw_paper
from panel.forms.papers import PaperForm, WithdrawPaperForm
from panel.models import PAPER_MACHINE, Case, Document, Paper
from panel.platform import access
from panel.platform.documents import storage
from panel.platform.policy import Verb
from panel.views.base import serves
from panel.views.typed import typed

ENDINGS = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg"}
# Even what the inspection let through is somebody else's file: it may load nothing, run nothing and be framed by nobody.
SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'; form-action 'none'; base-uri 'none'"


def _case(request: HttpRequest, public_id: uuid.UUID, verb: Verb) -> Case:
    """A case this user may do `verb` to; else there is no such page."""
    user: Any = request.user
    now = timezone.now()
    case = get_object_or_404(Case.objects.visible_to(user, now).select_related("child"), public_id=public_id)
    if not access.can(user, verb, case, now=now).allowed:
        raise Http404
    return case


def _paper(request: HttpRequest, public_id: uuid.UUID) -> Paper:
    """A paper this user may read; else there is no such page."""
    user: Any = request.user
    papers = Paper.objects.visible_to(user, timezone.now()).select_related("case__child", "document")
    return get_object_or_404(papers, public_id=public_id)


@serves(Verb.PAPER_UPLOAD, "GET", "HEAD", "POST")
def paper_upload(request: HttpRequest, case: uuid.UUID) -> HttpResponse:
    """Send in one paper. It is inspected before anybody can open it; its own page says how that went."""
    found = _case(request, case, Verb.PAPER_UPLOAD)
    form = PaperForm(request.POST or None, request.FILES or None, limit_bytes=settings.UPLOAD_LIMIT_BYTES)

    def act() -> str:
        said = dict(form.cleaned_data)
        file = said.pop("file")
        user: Any = request.user
        paper = receive_paper(
            case=found, data=file.read(), shown_name=file.name, by=user, now=timezone.now(), **said
        )
        return reverse("paper.status", args=[paper.public_id])

    return typed(request, form, act, "panel/paper_upload.html", {"case": found})


@serves(Verb.PAPER_READ)
def paper_status(request: HttpRequest, paper: uuid.UUID) -> HttpResponse:
    """One paper: what it is and where it stands. While it is being checked the page asks again by itself."""
    found = _paper(request, paper)
    user: Any = request.user
    context = {
        "paper": found,
        "may_withdraw": access.can(user, Verb.PAPER_WITHDRAW, now=timezone.now()).allowed
        and PAPER_MACHINE.allows(found.state, Verb.PAPER_WITHDRAW),
        "may_upload": access.can(user, Verb.PAPER_UPLOAD, found.case, now=timezone.now()).allowed,
    }
    whole = not request.headers.get("HX-Request")
    return render(request, "panel/paper_status.html" if whole else "panel/_paper_state.html", context)


@serves(Verb.PAPER_READ)
def paper_read(request: HttpRequest, paper: uuid.UUID) -> HttpResponse:
    """The bytes of an accepted paper, to be kept or opened outside the browser. Every reading is in the trail."""
    found = _paper(request, paper)
    user: Any = request.user
    document = open_paper(paper=found, by=user, now=timezone.now())
    return attachment(document)


def attachment(document: Document) -> HttpResponse:
    """Never inline, however harmless: the name says nothing about anybody, and the type is the inspection's own finding."""
    ending = ENDINGS.get(document.media_type, "bin")
    kind = document.media_type if document.media_type in ENDINGS else "application/octet-stream"
    response = HttpResponse(storage.read_document(document), content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="paper-{str(document.public_id)[:8]}.{ending}"'
    response["Content-Security-Policy"] = SANDBOX
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


@serves(Verb.PAPER_WITHDRAW, "GET", "HEAD", "POST")
def paper_withdraw(request: HttpRequest, paper: uuid.UUID) -> HttpResponse:
    """Take a paper out of use. It is kept, and nobody opens it any more."""
    found = _paper(request, paper)
    form = WithdrawPaperForm(request.POST or None)

    def act() -> str:
        user: Any = request.user
        withdraw_paper(paper=found, reason=form.cleaned_data["reason"], by=user, now=timezone.now())
        messages.success(request, "The paper is withdrawn. It is kept, and nobody can open it any more.")
        return reverse("case.view", args=[found.case.public_id])

    return typed(request, form, act, "panel/paper_withdraw.html", {"paper": found})
