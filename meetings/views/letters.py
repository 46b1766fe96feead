"""The letter tray and one letter: read, release, withdraw, post. Each view calls one action and shows its no beside the form."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from meetings.forms.letters import GuardedReleaseForm, OmitForm, PostedForm, ReleaseForm, WithdrawForm
from meetings.letters import queries, shown
from meetings.letters.actions import (
    draft_letters,
    note_letter_read,
    omit_recipient,
    release_letter,
    withdraw_letter,
)
from meetings.letters.sending import print_again, record_posted, resolve_unknown, send_again
from meetings.letters.tray import emails, tray
from meetings.models import Decision, Letter
from meetings.views.pdf import pdf_response
from panel.forms.base import GovukForm
from panel.models import Case, Dispatch, Person, User
from panel.platform import access
from panel.platform.policy import Refused, Verb
from panel.views.base import serves, status_of


def _user(request: HttpRequest) -> User:
    """Who is asking; the sign-in was asked for before any view ran."""
    user: Any = request.user
    found: User = user
    return found


def _may(request: HttpRequest) -> dict[str, bool]:
    """Which buttons this user's roles have a cell for; the action asks again about the letter itself."""
    now = timezone.now()
    verbs = {
        "may_draft": Verb.LETTER_DRAFT,
        "may_release": Verb.LETTER_RELEASE,
        "may_post": Verb.LETTER_POST,
        "may_tell": Verb.NOTICE_TELL,
    }
    return {name: access.can(_user(request), verb, now=now).allowed for name, verb in verbs.items()}


def _letter(request: HttpRequest, public_id: uuid.UUID, verb: Verb) -> Letter:
    """The letter, if this user may do `verb` to it; else there is no such page."""
    now = timezone.now()
    user = _user(request)
    letter = get_object_or_404(shown.staff_letters(user, now), public_id=public_id)
    if not access.can(user, verb, letter, now=now).allowed:
        raise Http404
    return letter


def _decision(request: HttpRequest, public_id: uuid.UUID) -> Decision:
    now = timezone.now()
    user = _user(request)
    decisions = Decision.objects.filter(
        Exists(Case.objects.visible_to(user, now).filter(pk=OuterRef("case")))
    ).select_related("case__child")
    decision = get_object_or_404(decisions, public_id=public_id)
    if not access.can(user, Verb.LETTER_DRAFT, decision, now=now).allowed:
        raise Http404
    return decision


@serves(Verb.LETTER_LIST)
def letter_list(request: HttpRequest) -> HttpResponse:
    """What waits for somebody today, the most urgent first."""
    return render(
        request, "meetings/letter_list.html", {"tray": tray(_user(request), timezone.now()), **_may(request)}
    )


@serves(Verb.LETTER_LIST)
def post_list(request: HttpRequest) -> HttpResponse:
    """The printed letters that wait to be posted."""
    now = timezone.now()
    rows = tray(_user(request), now).to_post
    return render(
        request,
        "meetings/letter_post_list.html",
        {"rows": rows, "today": timezone.localdate(now), **_may(request)},
    )


@serves(Verb.LETTER_VIEW)
def letter_view(request: HttpRequest, letter: uuid.UUID) -> HttpResponse:
    """One letter: to whom and on what basis, the very bytes, the checks, and what can be done now. Written to the trail."""
    found = _letter(request, letter, Verb.LETTER_VIEW)
    note_letter_read(letter=found, by=_user(request), now=timezone.now())
    return _page(request, found)


def _release_form(letter: Letter) -> type[ReleaseForm]:
    return GuardedReleaseForm if queries.is_guarded(letter) else ReleaseForm


def _page(request: HttpRequest, letter: Letter, *, status: int = 200, **forms: Any) -> HttpResponse:
    context = shown.letter_context(letter, _user(request), timezone.now())
    initial = {"content_sha256": letter.content_sha256, "shown_sha256": context["shown_sha256"]}
    return render(
        request,
        "meetings/letter_view.html",
        {
            **context,
            **_may(request),
            "release_form": _release_form(letter)(initial=initial),
            "form": None,
            **forms,
        },
        status=status,
    )


@serves(Verb.LETTER_VIEW)
def letter_pdf(request: HttpRequest, letter: uuid.UUID) -> HttpResponse:
    """The PDF: the preview before it was sent, the sent bytes afterwards."""
    found = _letter(request, letter, Verb.LETTER_VIEW)
    document = shown.document_of(found, queries.last_dispatch(found, queries.SEND))
    if document is None:
        raise Http404
    note_letter_read(letter=found, by=_user(request), now=timezone.now())
    return pdf_response(document, name="letter.pdf")


@serves(Verb.LETTER_DRAFT, "GET", "HEAD", "POST")
def letter_draft(request: HttpRequest, decision: uuid.UUID) -> HttpResponse:
    """Who gets a letter about this decision and what stands in the way; POST drafts what can be drafted."""
    found = _decision(request, decision)
    now = timezone.now()
    context: dict[str, Any] = {"refused": ""}
    status = 200
    if request.method == "POST":
        try:
            drafted = draft_letters(decision=found, by=_user(request), now=now)
        except Refused as no:
            context["refused"], status = no.sentence, status_of(no)
        else:
            messages.success(request, shown.drafted_words(len(drafted.letters), len(drafted.blocked)))
            return redirect("letter.draft", decision=found.public_id)
    context |= shown.decision_context(found, timezone.localdate(now))
    return render(request, "meetings/letter_draft.html", context, status=status)


@serves(Verb.LETTER_DRAFT, "GET", "HEAD", "POST")
def letter_omit(request: HttpRequest, decision: uuid.UUID, person: uuid.UUID) -> HttpResponse:
    """Leave somebody without this letter, for a reason."""
    found = _decision(request, decision)
    someone = get_object_or_404(Person, public_id=person, ties__child=found.case.child)
    form = OmitForm(request.POST or None)

    def act() -> None:
        omit_recipient(
            decision=found,
            person=someone,
            because=form.cleaned_data["because"],
            by=_user(request),
            now=timezone.now(),
        )
        messages.success(request, "Left out. The reason is kept with the decision.")

    return _typed(
        request,
        form,
        act,
        "meetings/letter_omit.html",
        {"decision": found, "person": someone},
        ("letter.draft", {"decision": found.public_id}),
    )


@serves(Verb.LETTER_RELEASE, "POST")
def letter_release(request: HttpRequest, letter: uuid.UUID) -> HttpResponse:
    """Let this letter go: the form posts the digests of what the page showed. Reading is for that page, which the trail notes."""
    found = _letter(request, letter, Verb.LETTER_RELEASE)
    form = _release_form(found)(request.POST)
    if not form.is_valid():
        return _page(request, found, release_form=form, form=form, status=422)
    try:
        release_letter(
            letter=found,
            content_sha256=form.cleaned_data["content_sha256"],
            shown_sha256=form.cleaned_data["shown_sha256"],
            by=_user(request),
            now=timezone.now(),
            retyped=form.cleaned_data.get("retyped", ""),
        )
    except Refused as no:
        if no.field in form.fields:
            form.refuse(no)
            return _page(request, found, release_form=form, form=form, status=status_of(no))
        return _page(request, found, refused=no.sentence, release_form=form, status=status_of(no))
    messages.success(request, "Released. It goes as soon as it is printed with the day’s date.")
    return redirect("letter.view", letter=found.public_id)


@serves(Verb.LETTER_DRAFT, "GET", "HEAD", "POST")
def letter_withdraw(request: HttpRequest, letter: uuid.UUID) -> HttpResponse:
    """Keep an unsent letter from going, for a reason."""
    found = _letter(request, letter, Verb.LETTER_DRAFT)
    form = WithdrawForm(request.POST or None)

    def act() -> None:
        withdraw_letter(
            letter=found, because=form.cleaned_data["because"], by=_user(request), now=timezone.now()
        )
        messages.success(request, "Withdrawn. It will not go out.")

    return _typed(
        request,
        form,
        act,
        "meetings/letter_withdraw.html",
        {"letter": found},
        ("letter.view", {"letter": found.public_id}),
    )


@serves(Verb.LETTER_POST, "GET", "HEAD", "POST")
def letter_post(request: HttpRequest, letter: uuid.UUID) -> HttpResponse:
    """Record that a printed letter was posted."""
    found = _letter(request, letter, Verb.LETTER_POST)
    today = timezone.localdate()
    form = PostedForm(request.POST or None, initial={"posted_on": today})

    def act() -> None:
        posted_on = form.cleaned_data["posted_on"]
        record_posted(letter=found, by=_user(request), now=timezone.now(), posted_on=posted_on)
        messages.success(request, "Recorded as posted.")

    context = {
        "letter": found,
        "document": shown.document_of(found, queries.last_dispatch(found, queries.SEND)),
    }
    return _typed(request, form, act, "meetings/letter_post.html", context, ("letter.post_list", {}))


@serves(Verb.LETTER_POST, "POST")
def letter_print(request: HttpRequest, letter: uuid.UUID) -> HttpResponse:
    """Print a letter again with today's date."""
    found = _letter(request, letter, Verb.LETTER_POST)
    return _pressed(
        request,
        found,
        lambda: print_again(letter=found, by=_user(request), now=timezone.now()),
        "It is being printed with today’s date.",
    )


@serves(Verb.LETTER_RELEASE, "POST")
def letter_send_again(request: HttpRequest, letter: uuid.UUID) -> HttpResponse:
    """Try a stopped letter once more."""
    found = _letter(request, letter, Verb.LETTER_RELEASE)
    return _pressed(
        request,
        found,
        lambda: send_again(letter=found, by=_user(request), now=timezone.now()),
        "It is on its way again.",
    )


@serves(Verb.LETTER_POST, "GET", "HEAD", "POST")
def letter_resolve(request: HttpRequest, dispatch: uuid.UUID) -> HttpResponse:
    """Answer whether an e-mail arrived, or have it sent again."""
    found = get_object_or_404(Dispatch, public_id=dispatch, kind=queries.EMAIL)
    letter = _letter(request, found.subject, Verb.LETTER_POST)
    if request.method != "POST":
        rows = [row for row in emails(_user(request), timezone.now()) if row.dispatch.pk == found.pk]
        return render(
            request, "meetings/letter_resolve.html", {"rows": rows, "letter": letter, **_may(request)}
        )
    arrived = request.POST.get("answer") == "arrived"
    return _pressed(
        request,
        letter,
        lambda: resolve_unknown(dispatch=found, arrived=arrived, by=_user(request), now=timezone.now()),
        "Thank you. Recorded." if arrived else "It is being sent again.",
    )


def _pressed(request: HttpRequest, letter: Letter, act: Callable[[], object], done: str) -> HttpResponse:
    """A button on the letter's page: act, and show a no there."""
    try:
        act()
    except Refused as no:
        return _page(request, letter, refused=no.sentence, status=status_of(no))
    messages.success(request, done)
    return redirect("letter.list")


def _typed(
    request: HttpRequest,
    form: GovukForm,
    act: Callable[[], None],
    template: str,
    context: dict[str, Any],
    afterwards: tuple[str, dict[str, Any]],
) -> HttpResponse:
    """A page with one form: act when it is valid, keep what was typed and say why when it is not."""
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                act()
            except Refused as no:
                form.refuse(no)
                status = status_of(no)
            else:
                name, arguments = afterwards
                return redirect(name, **arguments)
    return render(request, template, {**context, "form": form}, status=status)
