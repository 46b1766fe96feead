"""The risk to a school place: raised at an item or on a case, listed, and answered by its lead professional."""

import datetime as dt
import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from meetings.actions.risk import answer_risk, record_risk, tell_of_lead
from meetings.forms.risk import ContactedForm, DeclineForm, LeadToldForm, RiskForm
from meetings.models import AgendaItem, Risk, RiskStep
from meetings.queries.listing import can_lead
from meetings.queries.risk import duty_lead_of, open_risks, risk_line, standing_risk, with_words_owed
from meetings.rules.risk import Level
from meetings.views.load import load_case, load_item, may, user_of
from panel.models import Case
from panel.platform.policy import Refused, Verb
from panel.views.base import serves, status_of
from panel.views.typed import typed

LOOK_AGAIN = dt.timedelta(weeks=4)
# What the lead professional says; that the family was told who leads is noted by whoever answers for the case.
ANSWERS = frozenset({RiskStep.Kind.ACCEPTED, RiskStep.Kind.DECLINED, RiskStep.Kind.CONTACTED})


@serves(Verb.RISK_LIST)
def risks(request: HttpRequest) -> HttpResponse:
    """The open risks this user may see, most pressing first."""
    return render(request, "meetings/risk_list.html", {"lines": open_risks(user_of(request), timezone.now())})


@serves(Verb.RISK_RECORD, "GET", "HEAD", "POST")
def at_item(request: HttpRequest, item: uuid.UUID) -> HttpResponse:
    """Raise or judge anew the risk to a place, at the panel's item."""
    found = load_item(request, item, Verb.RISK_RECORD)
    return _record(request, found.case, found, reverse("item.view", args=[found.public_id]))


@serves(Verb.RISK_RAISE, "GET", "HEAD", "POST")
def of_case(request: HttpRequest, case: uuid.UUID) -> HttpResponse:
    """The same between panels, on the case."""
    found = load_case(request, case, Verb.RISK_RAISE)
    return _record(request, found, None, reverse("case.view", args=[found.public_id]))


def _record(request: HttpRequest, case: Case, item: AgendaItem | None, back: str) -> HttpResponse:
    now = timezone.now()
    before = standing_risk(case, now)
    form = RiskForm(
        request.POST or None,
        people=can_lead(timezone.localdate(now)),
        stands=before is not None and before.level != Level.NONE,
        initial=_initial(case, before, item, timezone.localdate(now)),
    )

    def act() -> str:
        said = form.cleaned_data
        risk = record_risk(
            case=case,
            item=item,
            level=Level(said["level"]),
            indicators=said["indicators"],
            words=said["words"],
            lead=said["lead"],
            review_on=said["review_on"],
            read=_read(request, case),
            by=user_of(request),
            now=timezone.now(),
        )
        to_do = f" {risk.lead.name} is asked to take it on." if risk.lead else ""
        messages.success(request, f"The risk is recorded.{to_do}")
        return back

    context = {
        "case": case,
        "back": back,
        "before": risk_line(before, timezone.localdate(now)) if before else None,
        "read": request.POST.get("read") or (before.public_id if before else ""),
    }
    return typed(request, form, act, "meetings/risk_record.html", context)


def _initial(case: Case, before: Risk | None, item: AgendaItem | None, today: dt.date) -> dict[str, object]:
    duty = item.meeting.config.duty_lead_id if item else duty_lead_of(case, today)
    if before is None or before.level == Level.NONE:
        return {"lead": duty, "review_on": today + LOOK_AGAIN}
    return {
        "level": before.level,
        "indicators": before.indicators,
        "lead": before.lead_id or duty,
        "review_on": before.review_on,
    }


def _read(request: HttpRequest, case: Case) -> Risk | None:
    """The record that stood when the form was opened; anything that is none was none."""
    try:
        number = uuid.UUID(request.POST.get("read", ""))
    except ValueError:
        return None
    found: Risk | None = Risk.objects.filter(case=case, public_id=number).first()
    return found


@serves(Verb.RISK_VIEW)
def risk_view(request: HttpRequest, risk: uuid.UUID) -> HttpResponse:
    """One risk, with what its lead professional is asked to do."""
    return _page(request, _load(request, risk, Verb.RISK_VIEW))


@serves(Verb.RISK_ANSWER, "POST")
def answer(request: HttpRequest, risk: uuid.UUID) -> HttpResponse:
    """The lead professional takes it on, cannot, or has reached the family: `does` says which."""
    found = _load(request, risk, Verb.RISK_ANSWER)
    does = request.POST.get("does", "")
    if does not in ANSWERS:
        return _page(request, found, status=422, refused="Choose what you want to say.")
    kind, on, words = RiskStep.Kind(does), None, ""
    if kind is RiskStep.Kind.CONTACTED:
        contacted = ContactedForm(request.POST)
        if not contacted.is_valid():
            return _page(request, found, status=422, contacted=contacted)
        on = contacted.cleaned_data["on"]
    elif kind is RiskStep.Kind.DECLINED:
        decline = DeclineForm(request.POST)
        if not decline.is_valid():
            return _page(request, found, status=422, decline=decline)
        words = decline.cleaned_data["words"]
    try:
        answer_risk(risk=found, kind=kind, on=on, words=words, by=user_of(request), now=timezone.now())
    except Refused as no:
        return _page(request, found, status=status_of(no), refused=no.sentence)
    messages.success(request, "Noted. The coordinator and the officer can see it.")
    return redirect("risk.view", risk=found.public_id)


@serves(Verb.RISK_TELL, "GET", "HEAD", "POST")
def tell(request: HttpRequest, risk: uuid.UUID) -> HttpResponse:
    """Note that the family was told who the lead professional is."""
    found, user, now = _load(request, risk, Verb.RISK_TELL), user_of(request), timezone.now()
    form = LeadToldForm(request.POST or None, initial={"told_on": timezone.localdate(now)})

    def act() -> str:
        said = form.cleaned_data
        tell_of_lead(risk=found, on=said["told_on"], how=said["how"], by=user, now=now)
        messages.success(request, "Recorded: the family knows who leads.")
        return reverse("risk.view", args=[found.public_id])

    return typed(request, form, act, "meetings/risk_tell.html", {"risk": found, "case": found.case})


def _load(request: HttpRequest, risk: uuid.UUID, verb: Verb) -> Risk:
    now = timezone.now()
    rows = (
        Risk.objects.visible_to(user_of(request), now)
        .with_lead_now(now)
        .with_letter_coming()
        .select_related("case__child", "case__setting", "case__coordinator", "lead", "by", "superseded_by")
    )
    found: Risk = get_object_or_404(rows.prefetch_related("steps"), public_id=risk)
    if not may(request, verb, found, now):
        raise Http404
    return found


def _page(
    request: HttpRequest,
    risk: Risk,
    *,
    status: int = 200,
    refused: str = "",
    contacted: ContactedForm | None = None,
    decline: DeclineForm | None = None,
) -> HttpResponse:
    now = timezone.now()
    user = user_of(request)
    newer: Risk | None = getattr(risk, "superseded_by", None)
    today = timezone.localdate(now)
    # Of a record that another took the place of nothing is owed any more.
    lines = [risk_line(risk, today)]
    (line,) = lines if newer else with_words_owed(lines, today)
    context = {
        "line": line,
        "risk": risk,
        "case": risk.case,
        "refused": refused,
        "newer": newer,
        "may_tell": line.tell_by is not None and may(request, Verb.RISK_TELL, risk, now),
        "leads": risk.lead_id == user.pk and newer is None and risk.level != Level.NONE,
        "contacted": contacted or ContactedForm(initial={"on": timezone.localdate(now)}),
        "decline": decline or DeclineForm(),
        "may_record": may(request, Verb.RISK_RAISE, risk.case, now),
    }
    return render(request, "meetings/risk_view.html", context, status=status)
