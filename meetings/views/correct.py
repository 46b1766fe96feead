"""Words put right after they were recorded: of a recommendation by whoever led the item, of a decision by the officer."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from meetings.actions.correct import correct_decision, correct_recommendation
from meetings.actions.finishing import return_words
from meetings.forms.addressed import for_reader, spoken_of
from meetings.forms.correct import ReturnForm, WordsForm
from meetings.models import AgendaItem, Decision, MinutesSignature, Recommendation
from meetings.queries.addressed import to_young_person
from meetings.queries.decisions import current_recommendation
from meetings.queries.finishing import drafted, is_unfinished, shown_draft
from meetings.queries.minutes import latest_minutes
from meetings.queries.words import as_it_reads, corrections_of, decisions_with_words, last_correction
from meetings.rules.states import ADVISED
from meetings.views.load import load_decision, load_item, note_items_read, user_of
from panel.law.legal import OUTCOME_LABELS, Outcome
from panel.platform.policy import Verb
from panel.views.base import serves
from panel.views.typed import typed


@serves(Verb.RECOMMENDATION_RECORD, "GET", "HEAD", "POST")
def of_recommendation(request: HttpRequest, item: uuid.UUID) -> HttpResponse:
    """The words of what the panel advised, as they stand, to be put right. Signed minutes say it in their next version."""
    found = load_item(request, item, Verb.RECOMMENDATION_RECORD)
    advice = current_recommendation(found)
    if advice is None or found.state not in ADVISED:
        nothing = {"item": found, "meeting": found.meeting, "nothing": True}
        return render(request, "meetings/correct_recommendation.html", nothing, status=409)
    correcting = "correct" in request.GET
    sent, owed = drafted(advice), is_unfinished(advice)
    waits = sent.waits
    finishing = waits is not None or owed
    shown = advised_context(found, advice)
    form = WordsForm(
        request.POST or None,
        row=advice,
        last=last_correction(advice),
        draft=waits,
        says_why=not finishing,
        send_label="Confirm these words" if waits else "Record the finished words" if owed else "",
    )

    def act() -> str:
        correct_recommendation(
            item=found, correcting=correcting, by=user_of(request), now=timezone.now(), **form.said()
        )
        said = "the words are confirmed" if finishing else "the words are corrected"
        messages.success(request, f"Item {found.position}: {said}.")
        return f"{reverse('item.view', args=[found.public_id])}#advised"

    note_items_read(request, [found])
    context = {
        **shown,
        "spoken": spoken_of(for_reader(form, shown["young_person"]).words(), shown["young_person"]),
        "waits": shown_draft(advice, waits) if waits else None,
        "returned": sent.returned,
        "no_help": not str(form["support_meanwhile"].value() or "").strip(),
        "owed": owed,
        "drafted": latest_minutes(found.meeting),
        "signed": MinutesSignature.objects.filter(minutes__meeting=found.meeting).exists(),
        "correcting": correcting,
        "decision": Decision.objects.filter(
            recommendation=advice, superseded_by=None, set_aside=None
        ).first(),
    }
    return typed(request, form, act, "meetings/correct_recommendation.html", context)


@serves(Verb.RECOMMENDATION_RETURN, "GET", "HEAD", "POST")
def sent_back(request: HttpRequest, item: uuid.UUID) -> HttpResponse:
    """Ask the clerk to write the words otherwise, with a note, instead of confirming them."""
    found = load_item(request, item, Verb.RECOMMENDATION_RETURN)
    advice = current_recommendation(found)
    waits = drafted(advice).waits if advice is not None and found.state in ADVISED else None
    here = {"item": found, "meeting": found.meeting, "waits": waits}
    if waits is None and request.method != "POST":
        return render(request, "meetings/return_words.html", here, status=409)
    form = ReturnForm(request.POST or None, initial={"draft": waits.pk if waits else 0})

    def act() -> str:
        made = return_words(item=found, by=user_of(request), now=timezone.now(), **form.cleaned_data)
        messages.success(
            request,
            f"Item {found.position}: the words are sent back to {made.draft.by.name}, with your note.",
        )
        return f"{reverse('item.view', args=[found.public_id])}#advised"

    return typed(request, form, act, "meetings/return_words.html", here)


def advised_context(item: AgendaItem, advice: Recommendation) -> dict[str, Any]:
    """What every page about the words of a recommendation says of it."""
    return {
        "item": item,
        "meeting": item.meeting,
        "young_person": to_young_person(item.case, timezone.localdate()),
        "outcome": OUTCOME_LABELS[Outcome(advice.outcome)],
        "corrections": corrections_of(advice),
    }


@serves(Verb.DECISION_RECORD, "GET", "HEAD", "POST")
def of_decision(request: HttpRequest, decision: uuid.UUID) -> HttpResponse:
    """The words of a decision as they stand, to be put right by the officer, beside those of the panel."""
    loaded = load_decision(request, decision, Verb.DECISION_RECORD)
    found = as_it_reads(
        decisions_with_words(Decision.objects.select_related("case__child", "item", "recommendation")).get(
            pk=loaded.pk
        )
    )
    reader = to_young_person(loaded.case, timezone.localdate())
    form = for_reader(WordsForm(request.POST or None, row=found, last=last_correction(found)), reader)

    def act() -> str:
        correct_decision(decision=loaded, by=user_of(request), now=timezone.now(), **form.said())
        messages.success(request, "The words of the decision are corrected.")
        return reverse("decision.view", args=[loaded.public_id])

    advice = as_it_reads(found.recommendation) if found.recommendation else None
    context = {
        "decision": loaded,
        "case": loaded.case,
        "young_person": reader,
        "spoken": spoken_of(form.words(), reader),
        "outcome": OUTCOME_LABELS[Outcome(found.outcome)],
        "corrections": corrections_of(found),
        "of_panel": corrections_of(advice) if advice else (),
    }
    return typed(request, form, act, "meetings/correct_decision.html", context)
