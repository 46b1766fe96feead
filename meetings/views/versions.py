"""Versions of signed minutes by screen: what is left out, preparing, a second person's release, and the setting's own reading."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from meetings.actions.versions import (
    note_read,
    open_version,
    prepare_version,
    release_version,
    tag_paragraphs,
    withdraw_version,
)
from meetings.actions.versions_at_once import prepare_at_once
from meetings.forms.versions import (
    PrepareAtOnceForm,
    PrepareVersionForm,
    ReleaseVersionForm,
    TagForm,
    WithdrawVersionForm,
)
from meetings.minutes.redaction import Reader
from meetings.models import ItemVersion, Meeting, MinutesSignature
from meetings.queries import versions as queries
from meetings.queries.tagging import to_tag
from meetings.views.load import load_item, load_meeting, may, user_of
from meetings.views.pdf import pdf_response
from panel.platform import access
from panel.platform.policy import Refused, Verb
from panel.views.base import serves, status_of
from panel.views.typed import typed

NAME = "minutes-of-item.pdf"


@serves(Verb.VERSION_LIST)
def versions(request: HttpRequest, meeting: uuid.UUID) -> HttpResponse:
    """The items of a signed meeting with the newest version for each reader."""
    return _listed(request, load_meeting(request, meeting, Verb.VERSION_LIST))


@serves(Verb.VERSION_PREPARE, "POST")
def prepare_all(request: HttpRequest, meeting: uuid.UUID) -> HttpResponse:
    """Prepare all that was never prepared; the same page says of each item why it was not. Sent twice it has one effect."""
    found = load_meeting(request, meeting, Verb.VERSION_LIST)
    form = PrepareAtOnceForm(request.POST)
    if not form.is_valid():
        return _listed(request, found, form=form, status=422)
    readers = [Reader(reader) for reader in form.cleaned_data["readers"]]
    try:
        rows = prepare_at_once(meeting=found, readers=readers, by=user_of(request), now=timezone.now())
    except Refused as no:
        form.refuse(no)
        return _listed(request, found, form=form, status=status_of(no))
    made = sum(row.version is not None for row in rows)
    more = {"at_once": made, "not_prepared": [row for row in rows if row.version is None]}
    return _listed(request, found, form=form, more=more)


def _listed(
    request: HttpRequest,
    found: Meeting,
    *,
    form: PrepareAtOnceForm | None = None,
    more: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    now = timezone.now()
    user = user_of(request)
    verbs = {"may_tag": Verb.VERSION_TAG, "may_prepare": Verb.VERSION_PREPARE, "may_view": Verb.VERSION_VIEW}
    context: dict[str, Any] = {name: access.can(user, verb, now=now).allowed for name, verb in verbs.items()}
    context["signed"] = MinutesSignature.objects.filter(minutes__meeting=found).exists()
    lines = queries.versions_of_meeting(user, found, now)
    context |= {"meeting": found, "lines": lines, "form": form or PrepareAtOnceForm(), **(more or {})}
    context["left"] = any(
        one.version is None for line in lines for one in line.versions if one.reader is not Reader.MODERATOR
    )
    return render(request, "meetings/version_list.html", context, status=status)


@serves(Verb.VERSION_TAG, "GET", "HEAD", "POST")
def tag(request: HttpRequest, item: uuid.UUID) -> HttpResponse:
    """Each paragraph of the newest record, a draft's too, with what is said of it or proposed; POST keeps what is said now."""
    found = load_item(request, item, Verb.VERSION_TAG)
    # Somebody who stood in for the chair at this item alone has no list of the meeting's versions.
    lists = may(request, Verb.VERSION_LIST, found.meeting, timezone.now())
    context: dict[str, Any] = {"item": found, "meeting": found.meeting, "lists": lists}
    if queries.newest_record(found) is None:
        return render(request, "meetings/version_tag.html", context)
    page = to_tag(found)
    form = TagForm(
        request.POST or None, words=page.words, initial={"record_sha256": page.record.record_sha256}
    )

    def act() -> str:
        changed = tag_paragraphs(
            item=found,
            grounds=form.grounds(),
            record_sha256=form.cleaned_data["record_sha256"],
            by=user_of(request),
            now=timezone.now(),
        )
        messages.success(request, "Kept." if changed else "Nothing was changed.")
        if lists:
            return reverse("version.list", args=[found.meeting.public_id])
        return reverse("version.tag", args=[found.public_id])

    return typed(request, form, act, "meetings/version_tag.html", {**context, "page": page})


@serves(Verb.VERSION_PREPARE, "GET", "HEAD", "POST")
def prepare(request: HttpRequest, item: uuid.UUID) -> HttpResponse:
    """Choose whom a version is for; POST composes it and has its document made."""
    found = load_item(request, item, Verb.VERSION_PREPARE)
    form = PrepareVersionForm(request.POST or None, initial={"reader": request.GET.get("for", "")})

    def act() -> str:
        version = prepare_version(
            item=found,
            reader=Reader(form.cleaned_data["reader"]),
            by=user_of(request),
            now=timezone.now(),
        )
        return reverse("version.view", args=[version.public_id])

    context = {"item": found, "meeting": found.meeting}
    return typed(request, form, act, "meetings/version_prepare.html", context)


@serves(Verb.VERSION_VIEW)
def version_view(request: HttpRequest, version: uuid.UUID) -> HttpResponse:
    """One version: where it stands, its document, and its release by a second person."""
    return _page(request, _load(request, version, Verb.VERSION_VIEW))


@serves(Verb.VERSION_VIEW)
def pdf(request: HttpRequest, version: uuid.UUID) -> HttpResponse:
    """The very bytes, inline. Every reading is in the trail."""
    found = _load(request, version, Verb.VERSION_VIEW)
    return pdf_response(open_version(version=found, by=user_of(request), now=timezone.now()), name=NAME)


@serves(Verb.VERSION_RELEASE, "POST")
def release(request: HttpRequest, version: uuid.UUID) -> HttpResponse:
    """Let this version go: the form posts the digests of what the page showed."""
    found = _load(request, version, Verb.VERSION_RELEASE)
    form = ReleaseVersionForm(request.POST)
    if not form.is_valid():
        return _page(request, found, release_form=form, form=form, status=422)
    try:
        release_version(
            version=found,
            content_sha256=form.cleaned_data["content_sha256"],
            shown_sha256=form.cleaned_data["shown_sha256"],
            names_nobody=form.cleaned_data["names_nobody"],
            by=user_of(request),
            now=timezone.now(),
        )
    except Refused as no:
        if no.code == "names":
            form.refuse(no)
            return _page(request, found, release_form=form, form=form, status=status_of(no))
        return _page(request, found, refused=no.sentence, status=status_of(no))
    messages.success(request, "Released.")
    return redirect("version.view", version=found.public_id)


@serves(Verb.VERSION_RELEASE, "GET", "HEAD", "POST")
def withdraw(request: HttpRequest, version: uuid.UUID) -> HttpResponse:
    """Take a version off every page, for a reason."""
    found = _load(request, version, Verb.VERSION_RELEASE)
    form = WithdrawVersionForm(request.POST or None)

    def act() -> str:
        withdraw_version(
            version=found, because=form.cleaned_data["because"], by=user_of(request), now=timezone.now()
        )
        messages.success(request, "Withdrawn. Nobody reads it any more.")
        return reverse("version.view", args=[found.public_id])

    return typed(request, form, act, "meetings/version_withdraw.html", {"version": found})


@serves(Verb.VERSION_READ)
def read(request: HttpRequest, version: uuid.UUID) -> HttpResponse:
    """The setting's version, to a professional of that setting; `?download` saves it. Written to the trail."""
    user, now = user_of(request), timezone.now()
    found = get_object_or_404(queries.for_setting(user, now), public_id=version)
    if not access.can(user, Verb.VERSION_READ, found, now=now).allowed:
        raise Http404
    note_read(version=found, by=user, now=now, verb=Verb.VERSION_READ)
    return pdf_response(found.release.shown, name=NAME, download="download" in request.GET)


def _load(request: HttpRequest, public_id: uuid.UUID, verb: Verb) -> ItemVersion:
    """A version of an item that is open to this user and that they may do `verb` to; else there is no such page."""
    now = timezone.now()
    rows = ItemVersion.objects.visible_to(user_of(request), now).select_related(
        "item__case__child",
        "item__case__setting",
        "item__meeting__panel_type",
        "setting",
        "by",
        "release__by",
        "release__shown",
        "withdrawal__by",
        "superseded_by",
    )
    found: ItemVersion = get_object_or_404(rows, public_id=public_id)
    if not may(request, verb, found, now):
        raise Http404
    return found


def _page(request: HttpRequest, version: ItemVersion, *, status: int = 200, **more: Any) -> HttpResponse:
    rendering = queries.last_rendering(version)
    released = getattr(version, "release", None)
    document = released.shown if released else rendering.document if rendering else None
    initial = {
        "content_sha256": version.content_sha256,
        "shown_sha256": document.sha256 if document else "",
    }
    context = {
        "version": version,
        "item": version.item,
        "meeting": version.item.meeting,
        "document": document,
        "fault": rendering.error if rendering and not document else "",
        "standing": queries.standing(version, made=document is not None),
        "newer": getattr(version, "superseded_by", None),
        "left_out": queries.left_out_of(version),
        "is_author": version.by_id == user_of(request).pk,
        "release_form": ReleaseVersionForm(initial=initial),
        "form": None,
        **more,
    }
    return render(request, "meetings/version_view.html", context, status=status)
