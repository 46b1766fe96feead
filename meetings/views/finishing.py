"""The clerk writes out what was advised, from the key reasons of the room: saved as it is written, sent when it is done."""

import uuid
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from meetings.actions.finishing import finish_words, keep_unsent, take_back_words
from meetings.actions.live import Collided, Saved
from meetings.forms.addressed import for_reader, spoken_of
from meetings.forms.correct import HIDDEN, FinishForm
from meetings.forms.picked import with_support
from meetings.models import AgendaItem, MinutesSignature, Recommendation
from meetings.queries.addressed import ToYoungPerson, to_young_person
from meetings.queries.decisions import current_recommendation
from meetings.queries.finishing import (
    Drafted,
    decided_meanwhile,
    discussed,
    drafted,
    is_unfinished,
    shown_draft,
)
from meetings.queries.said import said_at
from meetings.queries.unsent import BASE, UNSENT, Unsent, shown_unsent, unsent_words
from meetings.queries.words import last_correction
from meetings.rules.states import ADVISED
from meetings.views.correct import advised_context
from meetings.views.kept import CHOICES, Kept, both_below, choose, keep_group, pairs
from meetings.views.load import load_item, note_items_read, user_of
from panel.platform.policy import Refused, Verb
from panel.queries.support import fitting
from panel.views.base import serves, status_of
from panel.views.typed import typed

PAGE = "meetings/finish_words.html"
MOVED_ON = (
    "These words were sent, taken back or confirmed since you opened the page. What you write is kept. "
    "Reload the page to read what stands now; what you wrote is shown beside it."
)
MOVED_ON_TOO = (
    "These words were sent, taken back or confirmed since you opened the page. Choose which text to keep, then reload the page to "
    "read what stands now; what you kept is shown beside it."
)


@dataclass(frozen=True)
class Words:
    """What a page of one item is about: its advice, what became of the draft that was sent, and what was not sent."""

    item: AgendaItem
    advice: Recommendation
    sent: Drafted
    unsent: Unsent


@serves(Verb.RECOMMENDATION_FINISH, "GET", "HEAD", "POST")
def finish(request: HttpRequest, item: uuid.UUID) -> HttpResponse:
    """Write it out and send it; each way of leaving the page keeps what was typed first."""
    found = load_item(request, item, Verb.RECOMMENDATION_FINISH)
    advice = current_recommendation(found)
    if advice is None or found.state not in ADVISED:
        nothing = {"item": found, "meeting": found.meeting, "nothing": True}
        return render(request, PAGE, nothing, status=409)
    if "take_back" in request.POST:
        take_back_words(item=found, by=user_of(request), now=timezone.now())
        messages.success(request, f"Item {found.position}: taken back. The words that were recorded stand.")
        return _to_advised(found)
    it = Words(found, advice, drafted(advice), unsent_words(found, advice))
    choice, _, group = request.POST.get("choice", "").partition(":")
    if choice and group == UNSENT:
        return _chosen(request, it, choice)
    kept = _keep(request, it)
    if request.POST.get("only") == UNSENT:
        return _fragment(request, it, kept)
    by_the_way = "later" in request.POST or "insert" in request.POST
    if kept.theirs or (kept.refused and by_the_way):
        return _stopped(request, it, kept)
    if "insert" in request.POST:
        return _insert(request, it, kept)
    if "later" in request.POST:
        leader = advice.by.name
        kept_this = kept.now.data.get(BASE) == request.POST.get(BASE)
        said = f"kept. {leader} does not see it before you send it." if kept_this else "nothing was changed."
        messages.success(request, f"Item {found.position}: {said}")
        return _to_advised(found)
    return _send(request, it)


def _send(request: HttpRequest, it: Words) -> HttpResponse:
    leader = it.advice.by.name
    form = _form(request, it)

    def act() -> str:
        finish_words(item=it.item, by=user_of(request), now=timezone.now(), **form.said())
        messages.success(request, f"Item {it.item.position}: sent to {leader} to confirm.")
        return f"{reverse('item.view', args=[it.item.public_id])}#advised"

    note_items_read(request, [it.item])
    return typed(request, form, act, PAGE, _context(request, it, form))


def _form(request: HttpRequest, it: Words, *, typed_anew: bool = True) -> FinishForm:
    """What was typed; else what was begun, the draft that waits, or the words that stand."""
    form = FinishForm(
        (request.POST or None) if typed_anew else None,
        row=it.advice,
        last=last_correction(it.advice),
        draft=it.sent.waits,
        returned=it.sent.returned,
        unsent=it.unsent.begun.data if it.unsent.begun else None,
        says_why=False,
    )
    return for_reader(form, _reader(it))


def _reader(it: Words) -> ToYoungPerson | None:
    return to_young_person(it.item.case, timezone.localdate())


def _context(request: HttpRequest, it: Words, form: FinishForm) -> dict[str, Any]:
    item, short = it.item, is_unfinished(it.advice)
    decided = short and decided_meanwhile(it.advice)
    return {
        **advised_context(item, it.advice),
        **_group_context(request, it),
        "spoken": spoken_of(form.words(), _reader(it)),
        "waits": shown_draft(it.advice, it.sent.waits) if it.sent.waits else None,
        "returned": it.sent.returned,
        "begun": it.unsent.begun,
        "left": [one for row in it.unsent.left if (one := shown_unsent(it.advice, row)).lines],
        "owed": short and not decided,
        "decided": short and decided,
        "leader": it.advice.by.name,
        "signed": MinutesSignature.objects.filter(minutes__meeting=item.meeting).exists(),
        "discussed": discussed(item),
        "said": said_at(item.case, item),
    }


def _group_context(request: HttpRequest, it: Words) -> dict[str, Any]:
    """What the fields need besides the form; a page that was typed in keeps what it was begun from."""
    # Asked anew: what was posted has been saved meanwhile.
    now = unsent_words(it.item, it.advice) if request.method == "POST" else it.unsent
    return {
        "item": it.item,
        "new_edit": uuid.uuid4,
        "written": now.last,
        "base": request.POST.get(BASE, it.unsent.base),
        "note": _note(request, it),
        "supports": fitting(it.item.case, timezone.localdate()),
    }


def _note(request: HttpRequest, it: Words) -> str:
    """What the writer should know whose page was begun from other words than stand now."""
    saves = f"{UNSENT}-n" in request.POST or "choice" in request.POST
    return MOVED_ON if saves and request.POST.get(BASE) != it.unsent.base else ""


def _posted(request: HttpRequest, it: Words, base: str) -> dict[str, str]:
    return {BASE: base, **_form(request, it).unsent()}


def _keep(request: HttpRequest, it: Words) -> Kept:
    """Save what was posted, of a page that can save, unless it says no more than the page was given."""
    if f"{UNSENT}-n" not in request.POST and request.POST.get("only") != UNSENT:
        return Kept(UNSENT, it.unsent.last)
    data = _posted(request, it, request.POST.get(BASE, ""))
    if request.POST.get(f"{UNSENT}-n") == str(it.unsent.last.n + 1) and data == _given(request, it):
        return Kept(UNSENT, it.unsent.last)
    return keep_group(UNSENT, data, it.unsent.last, request.POST, partial(_save, request, it.item))


def _given(request: HttpRequest, it: Words) -> dict[str, str]:
    """What a page opened now is given, as it would be posted."""
    initial = _form(request, it, typed_anew=False).initial
    return {BASE: it.unsent.base, **FinishForm(initial, row=it.advice, last=0, says_why=False).unsent()}


def _save(request: HttpRequest, item: AgendaItem, n: int, edit: uuid.UUID, data: Any) -> Saved | Collided:
    return keep_unsent(item=item, n=n, edit_id=edit, words=data, by=user_of(request), now=timezone.now())


def _clash(request: HttpRequest, it: Words, kept: Kept) -> dict[str, Any]:
    """Both texts under the names their fields have for people."""
    fields = _form(request, it).fields
    named = {name: str(field.label) for name, field in fields.items()}
    lines = [line for line in pairs(kept, lambda name: named.get(name, "")) if line[0]]
    note = MOVED_ON_TOO if _note(request, it) else ""
    return {"kept": kept, "pairs": lines, "choices": CHOICES, "note": note, "reader": user_of(request).pk}


def _fragment(request: HttpRequest, it: Words, kept: Kept) -> HttpResponse:
    """The line that says whether it is saved, or both texts."""
    context = {
        "new_edit": uuid.uuid4,
        "item": it.item,
        "group": UNSENT,
        "written": kept.now,
        "write": "recommendation.finish",
        "note": _note(request, it),
        "kept": kept,
    }
    if kept.theirs:
        context |= _clash(request, it, kept)
    status = 409 if kept.theirs else status_of(kept.refused) if kept.refused else 200
    return render(request, "meetings/_saved.html", context, status=status)


def _stopped(request: HttpRequest, it: Words, kept: Kept) -> HttpResponse:
    """The whole page with everything that was typed, and why it could not be saved."""
    form = _form(request, it)
    form.errors.clear()
    context = {**_context(request, it, form), "form": form, "once": uuid.uuid4()}
    if kept.refused:
        said = {"refused": kept.refused.sentence}
        return render(request, PAGE, {**context, **said}, status=status_of(kept.refused))
    context |= {
        **_clash(request, it, kept),
        "refused": both_below([kept], user_of(request)),
        "mends": [(f"#{UNSENT}-saved", "The words")],
    }
    return render(request, PAGE, context, status=409)


def _chosen(request: HttpRequest, it: Words, choice: str) -> HttpResponse:
    """Keep hers, the other's or both: whichever it is, she goes on with it from the words her page was given."""
    base, last = request.POST.get(BASE, ""), it.unsent.last
    mine = _posted(request, it, base)
    theirs = last.data if last.data.get(BASE) == it.unsent.base else {**last.data, BASE: base}
    save = partial(_save, request, it.item)
    kept = choose(UNSENT, choice, mine, last, request.POST, save, theirs=theirs)
    part = bool(request.headers.get("HX-Request"))
    if kept.theirs:
        return _fragment(request, it, kept) if part else _stopped(request, it, kept)
    if not part:
        return _to_fields(it.item)
    now = Words(it.item, it.advice, it.sent, unsent_words(it.item, it.advice))
    context = {**_group_context(request, now), "base": kept.now.data.get(BASE, "")}
    form = _form(request, now, typed_anew=False)
    if context["base"] == now.unsent.base:
        context["note"] = ""
    else:
        # The words moved on under her page: the fields keep what she chose, and nothing is sent before she has read what stands.
        hers = {name: kept.now.data.get(name, "") for name in form.fields}
        form.initial = {**hers, **{name: request.POST.get(name, "") for name in HIDDEN}}
    context["form"] = form
    return render(request, "meetings/_group_finish.html", context)


def _insert(request: HttpRequest, it: Words, kept: Kept) -> HttpResponse:
    """Put the words of a service of the directory under the help meanwhile, of what was saved just now: one more revision of it."""
    picked = request.POST.get(f"pick-{UNSENT}", "")
    offered = fitting(it.item.case, timezone.localdate())
    service = next((one for one in offered if str(one.public_id) == picked), None)
    if service is None:
        messages.success(request, "Saved. To put a service in, choose it from the directory first.")
        return _to_fields(it.item)
    data = with_support(_posted(request, it, request.POST.get(BASE, "")), service)
    try:
        result = _save(request, it.item, kept.now.n + 1, uuid.uuid4(), data)
    except Refused as no:
        messages.error(request, no.sentence)
        return _to_fields(it.item)
    if isinstance(result, Collided):
        messages.error(request, "Somebody saved this at the same moment. Choose the service once more.")
    else:
        messages.success(request, f"{service.name} is put in. Change its words as you like.")
    return _to_fields(it.item)


def _to_advised(item: AgendaItem) -> HttpResponse:
    return redirect(f"{reverse('item.view', args=[item.public_id])}#advised")


def _to_fields(item: AgendaItem) -> HttpResponse:
    return redirect(f"{reverse('recommendation.finish', args=[item.public_id])}#{UNSENT}")
