"""A draft of the minutes before those who were there: the clerk locks it, they comment, the chair or the clerk answers."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from meetings.actions.circulation import (
    answer_comment,
    answer_reissue,
    circulate_minutes,
    comment_on_minutes,
    take_back_circulation,
)
from meetings.forms.circulation import (
    AGAIN,
    CORRECT,
    AnswerForm,
    CirculateForm,
    CommentForm,
    ReissueForm,
    TakeBackDraftForm,
)
from meetings.models import AgendaItem, Circulation, Minutes, MinutesComment
from meetings.queries.circulation import (
    asked_of,
    circulated,
    circulation_of,
    comment_stop,
    comments_for,
    items_to_ask,
    not_asked_of,
    standing_circulation,
)
from meetings.queries.decisions import standing_decision
from meetings.queries.minutes import closed_cases, sheets_for, state_of
from meetings.queries.words import decision_as_it_reads, keeps_old_reasons
from meetings.rules.circulation import USUAL_COMMENT_DAYS, first_last_day
from meetings.rules.states import ADVISED, MinutesState
from meetings.views.load import load_minutes, may, user_of
from panel.law.legal import Stage
from panel.platform.policy import Verb
from panel.views.base import serves
from panel.views.typed import typed


@serves(Verb.MINUTES_CIRCULATE, "GET", "HEAD", "POST")
def circulate(request: HttpRequest, minutes: uuid.UUID) -> HttpResponse:
    """Lock the draft and ask everybody who was there to comment until the end of a day."""
    found = load_minutes(request, minutes, Verb.MINUTES_CIRCULATE)
    last_day = first_last_day(timezone.localdate(), found.meeting.config.comment_days or USUAL_COMMENT_DAYS)
    form = CirculateForm(request.POST if request.method == "POST" else None, last_day=last_day)

    def act() -> str:
        circulate_minutes(
            minutes=found, until_on=form.cleaned_data["until_on"], by=user_of(request), now=timezone.now()
        )
        messages.success(request, "The draft is locked. Those who are asked to read it are told.")
        return reverse("minutes.view", args=[found.public_id])

    context = {"minutes": found, "meeting": found.meeting, "asked": asked_of(found.meeting)}
    context["not_asked"] = not_asked_of(found.meeting)
    return typed(request, form, act, "meetings/minutes_circulate.html", context)


@serves(Verb.MINUTES_CIRCULATE, "GET", "HEAD", "POST")
def take_back(request: HttpRequest, minutes: uuid.UUID) -> HttpResponse:
    """Open again a draft that was locked by mistake."""
    found = load_minutes(request, minutes, Verb.MINUTES_CIRCULATE)
    circulation = circulation_of(found)
    if circulation is None:
        raise Http404
    form = TakeBackDraftForm(request.POST if request.method == "POST" else None)

    def act() -> str:
        because = form.cleaned_data["because"]
        take_back_circulation(
            circulation=circulation, because=because, by=user_of(request), now=timezone.now()
        )
        messages.success(request, "The draft is open again. Nobody is asked about it any more.")
        return reverse("minutes.view", args=[found.public_id])

    closed = closed_cases(user_of(request), found.meeting, timezone.now())
    context = {
        "minutes": found,
        "meeting": found.meeting,
        "circulation": circulation,
        "locked": state_of(found) is MinutesState.CIRCULATED,
        "comments": len(comments_for(circulation, closed)),
        "answered": circulation.comments.values("by").distinct().count(),
        "asked": len(asked_of(found.meeting)),
    }
    return typed(request, form, act, "meetings/minutes_take_back.html", context)


@serves(Verb.MINUTES_COMMENT, "GET", "HEAD", "POST")
def comment(request: HttpRequest, minutes: uuid.UUID) -> HttpResponse:
    """Somebody who was there says whether the draft is a true record. After the last day the page says so."""
    found = load_minutes(request, minutes, Verb.MINUTES_COMMENT)
    user, now = user_of(request), timezone.now()
    circulation = circulation_of(found)
    if circulation is None:
        raise Http404
    closed = closed_cases(user, found.meeting, now)
    items = AgendaItem.objects.filter(meeting=found.meeting).exclude(case__in=closed).select_related("case")
    form = CommentForm(request.POST if request.method == "POST" else None, items=items.order_by("position"))

    def act() -> str:
        comment_on_minutes(circulation=circulation, by=user, now=timezone.now(), **form.comment)
        messages.success(request, "Thank you. Your answer is with the clerk.")
        return reverse("minutes.view", args=[found.public_id])

    context = {
        "minutes": found,
        "meeting": found.meeting,
        "circulation": circulation,
        "sheets": sheets_for(user, found, now),
        "shut": comment_stop(circulation, user, now),
    }
    return typed(request, form, act, "meetings/minutes_comment.html", context)


@serves(Verb.MINUTES_ANSWER, "GET", "HEAD", "POST")
def answer(request: HttpRequest, minutes: uuid.UUID, comment: uuid.UUID) -> HttpResponse:
    """What becomes of one comment."""
    found = load_minutes(request, minutes, Verb.MINUTES_ANSWER)
    user, now = user_of(request), timezone.now()
    rows = MinutesComment.objects.exclude(words="").exclude(
        item__case__in=closed_cases(user, found.meeting, now)
    )
    said = get_object_or_404(
        rows.select_related("by", "item__case", "circulation__minutes__meeting"),
        public_id=comment,
        circulation__minutes=found,
    )
    form = AnswerForm(request.POST if request.method == "POST" else None, instead_of=said.answer)

    def act() -> str:
        answer_comment(
            comment=said,
            taken_up=form.cleaned_data["becomes"] == CORRECT,
            words=form.cleaned_data["words"],
            instead_of=form.cleaned_data["instead_of"],
            by=user,
            now=timezone.now(),
        )
        messages.success(request, f"Your answer to {said.by.name} is recorded.")
        return reverse("minutes.view", args=[found.public_id])

    item = said.item
    context = {
        "minutes": found,
        "meeting": found.meeting,
        "comment": said,
        "corrects_words": item is not None and corrects_words(request, item),
    }
    return typed(request, form, act, "meetings/minutes_answer.html", context)


@serves(Verb.MINUTES_ANSWER, "GET", "HEAD", "POST")
def reissue(request: HttpRequest, minutes: uuid.UUID, item: uuid.UUID) -> HttpResponse:
    """Whether the family gets a corrected letter about one item this version corrects."""
    found = load_minutes(request, minutes, Verb.MINUTES_ANSWER)
    user, now = user_of(request), timezone.now()
    rows = AgendaItem.objects.filter(meeting=found.meeting).exclude(
        case__in=closed_cases(user, found.meeting, now)
    )
    about = get_object_or_404(rows.select_related("case"), public_id=item)
    form = ReissueForm(request.POST if request.method == "POST" else None)

    def act() -> str:
        answer_reissue(
            minutes=found,
            item=about,
            again=form.cleaned_data["again"] == AGAIN,
            words=form.cleaned_data["words"],
            by=user,
            now=timezone.now(),
        )
        messages.success(request, f"Item {about.position}: your answer about its letter is recorded.")
        return reverse("minutes.view", args=[found.public_id])

    decision = standing_decision(about.case, Stage(about.stage))
    context = {
        "minutes": found,
        "meeting": found.meeting,
        "item": about,
        "decision": decision,
        "keeps_old_reasons": decision is not None and keeps_old_reasons(decision_as_it_reads(decision)),
        "may_see_decision": decision is not None
        and may(request, Verb.DECISION_VIEW, decision, timezone.now()),
    }
    return typed(request, form, act, "meetings/minutes_reissue.html", context)


def corrects_words(request: HttpRequest, item: AgendaItem) -> bool:
    """Whether this user may put the words of this item's recommendation right."""
    return item.state in ADVISED and may(request, Verb.RECOMMENDATION_RECORD, item, timezone.now())


def circulation_context(request: HttpRequest, minutes: Minutes, closed: frozenset[int]) -> dict[str, Any]:
    """What the page of one version says about its readers: who is asked, who has answered, what was said."""
    now, user = timezone.now(), user_of(request)
    circulation = standing_circulation(minutes.meeting)
    standing = circulated(circulation) if circulation else None
    people = asked_of(minutes.meeting)
    here = circulation is not None and circulation.minutes_id == minutes.pk
    shown: Circulation | None = circulation_of(minutes) or circulation
    taken_back = shown is not None and hasattr(shown, "taken_back")
    return {
        "to_ask": [item for item in items_to_ask(minutes) if item.case_id not in closed],
        "reissues": minutes.reissues.exclude(item__case__in=closed)
        .select_related("item__case", "by")
        .order_by("item__position", "at", "pk"),
        "may_reissue": may(request, Verb.MINUTES_ANSWER, minutes, now),
        "circulation": shown,
        "comments": [
            (one, one.item is not None and corrects_words(request, one.item))
            for one in (comments_for(shown, closed) if shown else ())
        ],
        "readers": [(one, bool(standing and one.pk in standing.answered)) for one in people]
        if here and not taken_back
        else (),
        "may_take_back": here
        and state_of(minutes) is MinutesState.CIRCULATED
        and may(request, Verb.MINUTES_CIRCULATE, minutes, now),
        "may_circulate": state_of(minutes) is MinutesState.RENDERED
        and not hasattr(minutes, "superseded_by")
        and bool(people)
        and may(request, Verb.MINUTES_CIRCULATE, minutes, now),
        "may_comment": circulation is not None and here and comment_stop(circulation, user, now) is None,
        "may_answer": may(request, Verb.MINUTES_ANSWER, minutes, now) and not hasattr(minutes, "signature"),
    }
