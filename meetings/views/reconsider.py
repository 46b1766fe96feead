"""Looking again at a refusal the family was told of: why, and what comes of it."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from meetings.actions.reconsider import agree_on_reconsideration, let_refusal_stand, start_reconsideration
from meetings.forms.addressed import for_reader, spoken_of
from meetings.forms.decisions import AgreeAgainForm, LookAgainForm, StandsForm
from meetings.models import Reconsideration, config_on
from meetings.models.panels import PanelType
from meetings.queries.addressed import to_young_person
from meetings.queries.item import asked_test
from meetings.queries.reconsider import Question, agree_problems_of, question_of, under_way
from meetings.rules.reconsidering import Cause
from meetings.views.load import load_case, may, user_of
from panel.law.legal import OUTCOME_LABELS, OUTCOMES_OF, REFUSALS, STAGE_LABELS
from panel.models import Case, Paper, PaperState
from panel.platform.policy import Verb
from panel.views.base import serves
from panel.views.typed import typed


@serves(Verb.DECISION_RECONSIDER, "GET", "HEAD", "POST")
def look_again(request: HttpRequest, case: uuid.UUID) -> HttpResponse:
    """Say why a refusal is looked at again; once it is, what may come of it."""
    found = load_case(request, case, Verb.DECISION_RECONSIDER)
    question, begun = _asked(found)
    if question is None or question.outcome not in REFUSALS:
        return render(request, "meetings/reconsider_nothing.html", {"case": found}, status=409)
    if begun is not None:
        context = _context(request, found, question, begun)
        return render(request, "meetings/reconsider.html", context)
    form = LookAgainForm(request.POST or None)

    def act() -> str:
        start_reconsideration(
            case=found,
            cause=Cause(form.cleaned_data["cause"]),
            because=form.cleaned_data["because"],
            by=user_of(request),
            now=timezone.now(),
        )
        messages.success(request, "Begun. The refusal stands until it is decided otherwise.")
        return reverse("decision.reconsider", args=[found.public_id])

    return typed(
        request, form, act, "meetings/reconsider_start.html", _context(request, found, question, None)
    )


def _asked(case: Case) -> tuple[Question | None, Reconsideration | None]:
    """The question the case was last answered on, and who looks at that answer again."""
    question = question_of(case)
    return question, under_way(case, question.stage) if question else None


def _context(
    request: HttpRequest, case: Case, question: Question, begun: Reconsideration | None
) -> dict[str, Any]:
    outcome = question.outcome
    return {
        "case": case,
        "stage": STAGE_LABELS[question.stage],
        "refusal": OUTCOME_LABELS[outcome] if outcome else "",
        "agreement": OUTCOME_LABELS[OUTCOMES_OF[question.stage][0]],
        "question": question,
        "begun": begun,
        "lacks": agree_problems_of(question, begun) if begun else (),
        "records": may(request, Verb.CLOCK_RECORD, case, timezone.now()),
    }


@serves(Verb.DECISION_RECONSIDER, "GET", "HEAD", "POST")
def agree(request: HttpRequest, case: uuid.UUID) -> HttpResponse:
    """Agree after all, with the legal test answered in full."""
    found = load_case(request, case, Verb.DECISION_RECONSIDER)
    question, begun = _asked(found)
    if question is None or begun is None:
        return redirect("decision.reconsider", case=found.public_id)
    papers = Paper.objects.filter(case=found, state=PaperState.ACCEPTED).select_related("document")
    form = AgreeAgainForm(
        request.POST or None,
        test=asked_test(found, question.stage, timezone.localdate()),
        papers=papers,
        initial={"decided_on": timezone.localdate(), "delegation_reference": _delegation(question)},
    )

    def act() -> str:
        now = timezone.now()
        ended = agree_on_reconsideration(
            case=found,
            answers=form.answers(),
            reasons=form.cleaned_data["reasons"],
            support_meanwhile=form.cleaned_data["support_meanwhile"],
            delegation_reference=form.cleaned_data["delegation_reference"],
            decided_at=form.decided_at(now),
            by=user_of(request),
            now=now,
        )
        messages.success(request, "Decided. The refusal is kept, and this decision stands in its place.")
        return reverse("decision.view", args=[ended.decision.public_id]) if ended.decision else ""

    reader = to_young_person(found, timezone.localdate())
    for_reader(form, reader)
    context = {
        **_context(request, found, question, begun),
        "young_person": reader,
        "spoken": spoken_of(form.words(), reader),
        "papers": papers,
        "test": form.test,
    }
    return typed(request, form, act, "meetings/reconsider_agree.html", context)


def _delegation(question: Question) -> str:
    """The delegation of the refusal’s panel as its rules say it today; of the first panel where it had none."""
    panel_type = (
        question.decision.config.panel_type if question.decision else PanelType.objects.order_by("pk").first()
    )
    config = config_on(panel_type, timezone.localdate()) if panel_type else None
    return config.delegation_reference if config else ""


@serves(Verb.DECISION_RECONSIDER, "GET", "HEAD", "POST")
def stands(request: HttpRequest, case: uuid.UUID) -> HttpResponse:
    """Keep to the refusal, and say why."""
    found = load_case(request, case, Verb.DECISION_RECONSIDER)
    question, begun = _asked(found)
    if question is None or begun is None:
        return redirect("decision.reconsider", case=found.public_id)
    form = StandsForm(request.POST or None)

    def act() -> str:
        let_refusal_stand(
            case=found, because=form.cleaned_data["stands_because"], by=user_of(request), now=timezone.now()
        )
        messages.success(request, "Recorded. The refusal stands, with the rights that came with it.")
        return reverse("case.view", args=[found.public_id])

    return typed(
        request, form, act, "meetings/reconsider_stands.html", _context(request, found, question, begun)
    )
