"""Writing while an item is heard: each group saved as it is typed, two texts side by side when two wrote, one record at the end."""

import uuid
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django_htmx.http import retarget, trigger_client_event

from meetings.actions.decide import recommend_and_decide
from meetings.actions.live import Collided, Saved, save_revision
from meetings.actions.recommend import record_recommendation, set_aside_recommendation
from meetings.forms.ending import AgainForm
from meetings.forms.item import GROUP_LABELS, MOST_ROWS, HearingForm
from meetings.forms.picked import with_step, with_support
from meetings.forms.posted import posted
from meetings.forms.steps import with_standard
from meetings.models import AgendaItem, PanelConfig
from meetings.queries.following import in_no_hands
from meetings.queries.item import UNWRITTEN, Written, item_page, written
from meetings.queries.script import outcome_in_view
from meetings.rules.following import nobody_of_that_name
from meetings.rules.standard_steps import standard_steps
from meetings.views.item import item_page_of, to_item
from meetings.views.kept import (
    CHOICES,
    Kept,
    both_below,
    choose,
    edit_beyond,
    edit_of,
    keep_group,
    pairs,
    written_of,
)
from meetings.views.load import in_the_way, load_item, user_of
from meetings.views.script import rail
from meetings.views.written_since import take_theirs
from panel.platform.policy import Refused, Verb
from panel.platform.text import is_uuid
from panel.views.base import serves, status_of
from panel.views.typed import typed

# Where a service of the directory can be put, and how its words go there.
PICKED_FOR = {"recommendation": with_support, "steps": with_step}


@serves(Verb.ITEM_WRITE, "POST")
def write(request: HttpRequest, item: uuid.UUID) -> HttpResponse:
    """Save what was written: one group as it is typed (`only`), or all of them by the button, which works without script."""
    found = load_item(request, item, Verb.ITEM_WRITE)
    choice, _, group = request.POST.get("choice", "").partition(":")
    if choice and group in GROUP_LABELS:
        return _chosen(request, found, group, choice)
    show = request.POST.get("show", "")
    if show in GROUP_LABELS and request.headers.get("HX-Request"):
        return _show(request, found, show)
    only = request.POST.get("only", "")
    kept = keep(request, found, [only] if only in GROUP_LABELS else list(GROUP_LABELS))
    more = request.POST.get("more", "")
    if request.headers.get("HX-Request") and only in GROUP_LABELS and more != "standard":
        return _fragment(request, found, kept[only])
    stopped = {group: one for group, one in kept.items() if one.theirs or one.refused}
    if stopped:
        return _stopped(request, found, stopped)
    if request.POST.get("insert") in PICKED_FOR:
        return _insert(request, found, request.POST["insert"])
    if more == "standard":
        return _standard(request, found)
    if more in {"dissent", "steps"}:
        rows = _page_form(request, found).counts[more] + 1
        return redirect(
            f"{reverse('item.view', args=[found.public_id])}?{more}={min(rows, MOST_ROWS)}#{more}"
        )
    messages.success(request, "Saved.")
    return to_item(found)


def _standard(request: HttpRequest, item: AgendaItem) -> HttpResponse:
    """Write the standard next steps under those that are there: a start, to be changed."""
    page = item_page(user_of(request), item, timezone.now())
    before = page.written.get("steps", UNWRITTEN)
    coordinator = item.case.coordinator
    steps = standard_steps(
        outcome_in_view(page),
        coordinator=coordinator.name if coordinator else "",
        heard_on=timezone.localdate(item.meeting.starts_at),
    )
    data = with_standard(before.data, steps, MOST_ROWS)
    if data != before.data:
        edit = edit_beyond(edit_of(request.POST, "steps"), data)
        result = _save(request, item, "steps", before.n + 1, edit, data)
        if isinstance(result, Collided) and result.theirs.data != data:
            return _stopped(
                request, item, {"steps": Kept("steps", before, theirs=written_of(result.theirs), mine=data)}
            )
    if request.headers.get("HX-Request"):
        return _group(request, item, "steps")
    return redirect(f"{reverse('item.view', args=[item.public_id])}#steps")


def _show(request: HttpRequest, item: AgendaItem, group: str) -> HttpResponse:
    """What others wrote in one group since the page was opened; what was typed in it here meanwhile stands beside that."""
    last = written(item)
    take_theirs(request, item, last)
    kept = _keep(request, item, group, last.get(group, UNWRITTEN))
    if kept.theirs or kept.refused:
        return _fragment(request, item, kept)
    # The page asks at once how it stands: what is shown is no news any more.
    return trigger_client_event(_group(request, item, group), "shown", after="settle")


def _group(request: HttpRequest, item: AgendaItem, group: str) -> HttpResponse:
    """One group of fields as it stands now, put in the place of what was there; the outcomes follow from the answers."""
    page = item_page(user_of(request), item, timezone.now())
    context = {
        "form": HearingForm(page=page),
        "page": page,
        "item": item,
        "oob": group == "limbs",
        "stands": {group: page.written.get(group, UNWRITTEN)},
        "correct": "correct" in request.GET,
        "new_edit": uuid.uuid4,
    }
    return render(request, f"meetings/_group_{group}.html", context)


def _insert(request: HttpRequest, item: AgendaItem, group: str) -> HttpResponse:
    """Put the words of a service of the directory into a group that was saved just now: one more revision of it."""
    picked = request.POST.get(f"pick-{group}", "")
    offered = item_page(user_of(request), item, timezone.now()).supports
    service = next((one for one in offered if str(one.public_id) == picked), None)
    there = redirect(f"{reverse('item.view', args=[item.public_id])}#{group}")
    if service is None:
        messages.success(request, "Saved. To put a service in, choose it from the directory first.")
        return there
    last = written(item).get(group, UNWRITTEN)
    try:
        result = _save(request, item, group, last.n + 1, uuid.uuid4(), PICKED_FOR[group](last.data, service))
    except Refused as no:
        messages.error(request, no.sentence)
        return there
    if isinstance(result, Collided):
        messages.error(request, "Somebody saved this at the same moment. Choose the service once more.")
    else:
        messages.success(request, f"{service.name} is put in. Change its words as you like.")
    return there


def keep(request: HttpRequest, item: AgendaItem, groups: list[str]) -> dict[str, Kept]:
    """Save those of `groups` that were posted and changed.

    Of a whole form, a group in which nothing was typed here is no second text: what somebody else saved of it since stands.
    """
    last = written(item)
    if len(groups) > 1:
        take_theirs(request, item, last)
    kept: dict[str, Kept] = {}
    for group in groups:
        before = last.get(group, UNWRITTEN)
        kept[group] = (
            _keep(request, item, group, before) if f"{group}-n" in request.POST else Kept(group, before)
        )
    return kept


def _keep(request: HttpRequest, item: AgendaItem, group: str, before: Written) -> Kept:
    data = posted(group, request.POST)
    return keep_group(group, data, before, request.POST, partial(_save, request, item, group))


def _save(
    request: HttpRequest, item: AgendaItem, group: str, n: int, edit: uuid.UUID, data: Mapping[str, Any]
) -> Saved | Collided:
    return save_revision(
        item=item,
        group=group,
        n=n,
        edit_id=edit,
        data=data,
        correcting="correct" in request.GET,
        by=user_of(request),
        now=timezone.now(),
    )


def _page_form(request: HttpRequest, item: AgendaItem, *, checked: bool = False) -> HearingForm:
    """What was typed, shown again as it was; its faults are named only where it is about to be recorded."""
    form = HearingForm(request.POST, page=item_page(user_of(request), item, timezone.now()))
    if not checked:
        form.errors.clear()
    return form


def _fragment(request: HttpRequest, item: AgendaItem, kept: Kept) -> HttpResponse:
    """The line that says whether a group is saved; the outcomes with it when the answers changed."""
    context: dict[str, Any] = {
        "new_edit": uuid.uuid4,
        "item": item,
        "group": kept.group,
        "kept": kept,
        "written": kept.now,
        "correct": "correct" in request.GET,
    }
    if kept.theirs:
        context |= {"pairs": pairs(kept, _named), "choices": CHOICES, "reader": user_of(request).pk}
    if kept.group == "limbs" and not kept.theirs:
        form = _page_form(request, item)
        context |= {"form": form, "outcomes": form.outcome(), "oob": True}
    status = 409 if kept.theirs else status_of(kept.refused) if kept.refused else 200
    # Whatever asked for it: what was typed stays where it is.
    return retarget(render(request, "meetings/_saved.html", context, status=status), f"#{kept.group}-saved")


def _named(name: str) -> str:
    """A field of a group for people; the one text of a group needs no name, and a paper’s own is on the page."""
    if name == "text":
        return ""
    return "a paper not considered" if is_uuid(name.partition("_")[0]) else name.replace("_", " ")


def _stopped(request: HttpRequest, item: AgendaItem, stopped: Mapping[str, Kept]) -> HttpResponse:
    """The whole page with everything that was typed and, at each group that could not be saved, why."""
    first = next(iter(stopped.values()))
    clash = any(one.theirs for one in stopped.values())
    sentence = first.refused.sentence if first.refused else ""
    form = _page_form(request, item)
    return item_page_of(
        request,
        item,
        form=form,
        status=409 if clash else status_of(first.refused) if first.refused else 422,
        refused=both_below(stopped.values(), user_of(request)) if clash else sentence,
        mends=[
            (f"#{group}-saved" if one.theirs else f"#{group}", GROUP_LABELS[group])
            for group, one in stopped.items()
        ],
        choices=CHOICES,
        clashes={
            group: {"kept": one, "pairs": pairs(one, _named)} for group, one in stopped.items() if one.theirs
        },
    )


def _chosen(request: HttpRequest, item: AgendaItem, group: str, choice: str) -> HttpResponse:
    """Keep mine, keep theirs, or both: whichever was chosen becomes the next revision, unless somebody was faster again."""
    last = written(item).get(group, UNWRITTEN)
    mine = posted(group, request.POST)
    kept = choose(group, choice, mine, last, request.POST, partial(_save, request, item, group))
    if kept.theirs:
        return (
            _fragment(request, item, kept)
            if request.headers.get("HX-Request")
            else _stopped(request, item, {group: kept})
        )
    if not request.headers.get("HX-Request"):
        return to_item(item)
    return _group(request, item, group)


@serves(Verb.RECOMMENDATION_RECORD, "POST")
def recommend(request: HttpRequest, item: uuid.UUID) -> HttpResponse:
    """The chair records what the panel advises; where the rules delegate it, the decision in the same breath."""
    found = load_item(request, item, Verb.RECOMMENDATION_RECORD)
    stopped = {
        group: one
        for group, one in keep(request, found, list(GROUP_LABELS)).items()
        if one.theirs or one.refused
    }
    if stopped:
        return _stopped(request, found, stopped)
    form = _page_form(request, found, checked=True)
    if not form.is_valid():
        return item_page_of(request, found, form=form, status=422)
    undone = [line.label for line in rail(form.page) if not line.done]
    try:
        _record(request, found, form)
    except Refused as no:
        form.refuse(no)
        return item_page_of(request, found, form=form, status=status_of(no))
    messages.success(request, f"Item {found.position}: the recommendation is recorded.")
    if unknown := in_no_hands(found):
        messages.warning(request, nobody_of_that_name(unknown, "that next step"))
    if undone:
        # The first line is the heading, each other an entry of a list; the tag is where the item is looked at.
        lacks = f"Missing from the record of item {found.position}, {found.case.child.full_name}:"
        page = reverse("item.view", args=[found.public_id])
        messages.warning(request, "\n".join([lacks, *undone]), extra_tags=page)
    return redirect("meeting.view", meeting=found.meeting.public_id)


def _record(request: HttpRequest, item: AgendaItem, form: HearingForm) -> None:
    act: Callable[..., Any] = record_recommendation
    if item.meeting.config.decides == PanelConfig.Decides.CHAIR:
        act = recommend_and_decide
    act(
        item=item,
        outcome=form.chosen(),
        answers=form.answers(),
        reasons=form.cleaned_data["recommendation-reasons"],
        coded=form.coded(),
        family_views_answered=form.cleaned_data["recommendation-family_views_answered"],
        support_meanwhile=form.cleaned_data["recommendation-support_meanwhile"],
        factors=form.regard(),
        factors_words=form.cleaned_data["factors-words"],
        dissents=form.dissents(),
        next_steps=form.next_steps(),
        papers=form.page.papers,
        left_out=form.left_out(),
        by=user_of(request),
        now=timezone.now(),
    )


@serves(Verb.RECOMMENDATION_RECORD, "GET", "HEAD", "POST")
def again(request: HttpRequest, item: uuid.UUID) -> HttpResponse:
    """Take an item up again because its recommendation was wrong; the earlier one is kept."""
    found = load_item(request, item, Verb.RECOMMENDATION_RECORD)
    form = AgainForm(request.POST or None)

    def act() -> str:
        set_aside_recommendation(
            item=found, because=form.cleaned_data["because"], by=user_of(request), now=timezone.now()
        )
        messages.success(request, f"Item {found.position} is in discussion again.")
        return reverse("item.view", args=[found.public_id])

    other = in_the_way(request, "another_item", found.meeting) if request.method == "POST" else []
    context = {"item": found, "meeting": found.meeting, "other_url": other[0][0] if other else ""}
    return typed(request, form, act, "meetings/recommend_again.html", context)
