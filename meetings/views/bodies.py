"""What health and social care are told: the decisions that are owed, the sheet of those that were ticked, and that it went."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from meetings.actions.bodies import record_body_told, take_back_told
from meetings.forms.bodies import BodyToldForm, ToldBackForm
from meetings.letters.facts import Contact
from meetings.letters.freeze import contacts_on
from meetings.models import AuthorityContact, BodyTold
from meetings.queries.bodies import MOST, Owing, owing_to, recorded_since
from meetings.views.load import load_decision, user_of
from panel.law.legal import OUTCOME_LABELS, Outcome, Stage
from panel.law.notices import BODIES, PARTY_LABELS, Party, notice_under
from panel.law.words import inside
from panel.models import Installation, User
from panel.platform import audit
from panel.platform.policy import Verb
from panel.views.base import serves
from panel.views.typed import typed

# In the address of the list: decisions whose letter went before it was kept here who was told.
EARLIER = "earlier"


@serves(Verb.NOTICE_TELL, "GET", "HEAD", "POST")
def tell(request: HttpRequest, body: str) -> HttpResponse:
    """The list of what is owed; of those that were ticked the sheet; and, sent from there, that it went.

    `?earlier`: the decisions whose letter went before it was kept here who was told.
    """
    to, user, now = _body(body), user_of(request), timezone.now()
    ticked, earlier = _ticked(request), EARLIER in request.GET
    rows = owing_to(to, user, now, earlier=earlier)
    chosen = [row for row in rows if row.decision.public_id in ticked]
    if request.method != "POST" or not (chosen or "confirmed" in request.POST):
        return _listed(request, to, rows, asked=request.method == "POST", ticked=bool(ticked))
    _note_read(chosen, user, now)
    sent = "confirmed" in request.POST
    form = BodyToldForm(request.POST if sent else None, initial={"on": timezone.localdate(now)})

    def act() -> str:
        told = record_body_told(body=to, decisions=ticked, **form.cleaned_data, by=user, now=now)
        messages.success(request, f"Recorded: {inside(BODIES[to])} {_counted(len(told))}.")
        return reverse("notice.tell", args=[to.value]) + (f"?{EARLIER}" if earlier else "")

    context = {
        "body": to,
        "heading": PARTY_LABELS[to],
        "rows": chosen,
        "under": notice_under({Stage(row.decision.stage) for row in chosen}),
        "earlier": earlier,
        "today": timezone.localdate(now),
        **sender(timezone.localdate(now)),
    }
    if not sent:
        return render(request, "meetings/body_sheet.html", {**context, "form": form, "once": uuid.uuid4()})
    return typed(request, form, act, "meetings/body_sheet.html", context)


@serves(Verb.NOTICE_TELL, "GET", "HEAD", "POST")
def tell_back(request: HttpRequest, decision: uuid.UUID, body: str) -> HttpResponse:
    """That they were told was a mistake: the notice is owed again. Where nothing is recorded there is nothing to take back."""
    found, to = load_decision(request, decision, Verb.NOTICE_TELL), _body(body)
    told = BodyTold.objects.standing().filter(decision=found, body=to.value).select_related("by").first()
    context = {
        "decision": found,
        "name": BODIES[to],
        "outcome": OUTCOME_LABELS[Outcome(found.outcome)],
        "told": told,
    }
    if told is None and request.method != "POST":
        return render(request, "meetings/body_told_back.html", context, status=409)
    form = ToldBackForm(request.POST or None)

    def act() -> str:
        take_back_told(
            decision=found,
            body=to,
            because=form.cleaned_data["because"],
            by=user_of(request),
            now=timezone.now(),
        )
        messages.success(request, f"Recorded: {inside(BODIES[to])} was not told. It is on your list again.")
        return reverse("decision.view", args=[found.public_id])

    return typed(request, form, act, "meetings/body_told_back.html", context)


def sender(on: date) -> dict[str, object]:
    """Who writes, where from, and whom to ask, as letters of the day have it."""
    contacts = contacts_on(on)
    installation = Installation.objects.first()
    named = Contact(installation.authority_name if installation else "The authority")
    return {
        "authority": contacts.get(AuthorityContact.Kind.AUTHORITY, named),
        "contact": contacts.get(AuthorityContact.Kind.CONTACT),
    }


def _counted(number: int) -> str:
    return f"was told of {number} decision{'' if number == 1 else 's'}" if number else "had been told already"


def _listed(
    request: HttpRequest, body: Party, rows: Sequence[Owing], *, asked: bool, ticked: bool
) -> HttpResponse:
    """`asked`: somebody sent the list without a tick, or what was `ticked` is owed no longer."""
    others = [(other, name) for other, name in BODIES.items() if other is not body]
    refused = "Tick the decisions to tell of. Those not listed any more were told already." if asked else ""
    context = {
        "body": body,
        "name": BODIES[body],
        "rows": rows,
        "most": MOST if len(rows) == MOST else 0,
        "earlier": EARLIER in request.GET,
        "since": recorded_since(),
        "others": others,
        "refused": refused,
        "refused_title": "What you ticked is not listed any more" if ticked else "Nothing is ticked",
    }
    return render(request, "meetings/body_list.html", context, status=422 if asked else 200)


def _note_read(rows: Sequence[Owing], user: User, now: datetime) -> None:
    """The sheet names children: each of them is in the trail as read."""
    read = [
        audit.Event(Verb.DECISION_VIEW, "decision", row.decision.public_id, row.decision.case.public_id)
        for row in rows
    ]
    audit.record_many(read, by=user, at=now)


def _ticked(request: HttpRequest) -> frozenset[uuid.UUID]:
    """What was ticked; what is no number of a decision is nothing."""
    found = set()
    for said in request.POST.getlist("decisions"):
        try:
            found.add(uuid.UUID(said))
        except ValueError:
            continue
    return frozenset(found)


def _body(said: str) -> Party:
    """The body of the address; of one that is told otherwise, or that there is not, there is no page."""
    for body in BODIES:
        if body.value == said:
            return body
    raise Http404
