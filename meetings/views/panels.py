"""Setting up: which panels there are, the rules they work under, who always sits on them, and who letters name."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from meetings.actions.panels import (
    create_panel,
    end_standing,
    record_agency,
    record_contact,
    seat_standing,
    set_rules,
)
from meetings.forms.panels import (
    AgencyForm,
    ContactForm,
    EndStandingForm,
    PanelForm,
    RulesForm,
    StandingForm,
)
from meetings.models import AuthorityContact, PanelType, Seat, StandingMember, config_on
from meetings.queries.listing import can_lead, staff
from meetings.queries.panels import set_up
from meetings.views.load import may, user_of
from panel.forms.base import GovukForm
from panel.law.words import in_words
from panel.models import Agency
from panel.platform.policy import Verb
from panel.views.base import serves
from panel.views.typed import typed

FORM_PAGE = "meetings/panel_form.html"


@serves(Verb.PANEL_LIST)
def panels(request: HttpRequest) -> HttpResponse:
    """Every panel with its rules and standing members, the agencies, and who letters name."""
    now = timezone.now()
    context = {
        "set_up": set_up(timezone.localdate(now)),
        "may_configure": may(request, Verb.PANEL_CONFIGURE, None, now),
        "may_seat": may(request, Verb.PANEL_SEAT, None, now),
        "may_contact": may(request, Verb.CONTACT_RECORD, None, now),
        "may_agency": may(request, Verb.AGENCY_RECORD, None, now),
        "seats": dict(Seat.choices),
    }
    return render(request, "meetings/panel_list.html", context)


@serves(Verb.PANEL_CONFIGURE, "GET", "HEAD", "POST")
def create(request: HttpRequest) -> HttpResponse:
    """A new panel with its first rules."""
    today = timezone.localdate()
    form = PanelForm(request.POST or None, people=can_lead(today), initial={"valid_from": today})

    def act() -> str:
        said = form.cleaned_data
        made = create_panel(
            name=said["name"],
            said=form.said(),
            by=user_of(request),
            now=timezone.now(),
        )
        messages.success(request, f"{made.name} is set up. Say next who always sits on it.")
        return reverse("panel.list")

    lead = "A meeting is planned for a panel, under the rules in force on its day."
    return _form(request, form, act, "Set up a panel", lead)


@serves(Verb.PANEL_CONFIGURE, "GET", "HEAD", "POST")
def rules(request: HttpRequest, panel: uuid.UUID) -> HttpResponse:
    """New rules for a panel from a day on; the form begins with those in force."""
    found = get_object_or_404(PanelType, public_id=panel)
    form = RulesForm(request.POST or None, people=can_lead(timezone.localdate()), initial=_in_force(found))

    def act() -> str:
        kept = set_rules(panel_type=found, said=form.said(), by=user_of(request), now=timezone.now())
        messages.success(
            request, f"The rules count from {in_words(form.cleaned_data['valid_from'])}. {_kept(kept)}"
        )
        return reverse("panel.list")

    lead = "Rules are never edited: new ones count from a day on, and every decision names those it was made under."
    return _form(request, form, act, f"New rules for {found.name}", lead)


def _in_force(panel: PanelType) -> dict[str, Any]:
    today = timezone.localdate()
    config = config_on(panel, today) or panel.configs.order_by("valid_from").first()
    names = [name for name in RulesForm.base_fields if name != "valid_from"]
    return {"valid_from": None} | ({name: getattr(config, name) for name in names} if config else {})


def _kept(planned: int) -> str:
    if not planned:
        return "No meeting is planned yet that keeps earlier ones."
    meetings = (
        "1 meeting planned for then keeps" if planned == 1 else f"{planned} meetings planned for then keep"
    )
    return (
        f"{meetings} the rules it was planned under."
        if planned == 1
        else f"{meetings} the rules they were planned under."
    )


@serves(Verb.PANEL_SEAT, "GET", "HEAD", "POST")
def seat(request: HttpRequest, panel: uuid.UUID) -> HttpResponse:
    """Make somebody a standing member of a panel."""
    found = get_object_or_404(PanelType, public_id=panel)
    form = StandingForm(request.POST or None, people=staff(timezone.localdate()))

    def act() -> str:
        said = form.cleaned_data
        member = seat_standing(
            panel_type=found,
            user=said["user"],
            seat=Seat(said["seat"]),
            voting=form.voting,
            starts_on=said["starts_on"],
            by=user_of(request),
            now=timezone.now(),
        )
        messages.success(
            request,
            f"{member.user.name} is on every meeting planned from now on. Meetings planned before stay as they are.",
        )
        return reverse("panel.list")

    return _form(
        request,
        form,
        act,
        f"A standing member of {found.name}",
        "Standing members are put on each meeting when it is planned.",
    )


@serves(Verb.PANEL_SEAT, "GET", "HEAD", "POST")
def unseat(request: HttpRequest, member: uuid.UUID) -> HttpResponse:
    """The last day of a standing membership."""
    found = get_object_or_404(StandingMember.objects.select_related("panel_type", "user"), public_id=member)
    form = EndStandingForm(request.POST or None, initial={"last_day": timezone.localdate()})

    def act() -> str:
        end_standing(
            member=found, last_day=form.cleaned_data["last_day"], by=user_of(request), now=timezone.now()
        )
        messages.success(request, "The last day is recorded. Meetings they are on already keep them.")
        return reverse("panel.list")

    lead = f"{found.user.name} sits on {found.panel_type.name} as: {Seat(found.seat).label}."
    return _form(request, form, act, "End a standing membership", lead)


@serves(Verb.AGENCY_RECORD, "GET", "HEAD", "POST")
def agency(request: HttpRequest) -> HttpResponse:
    """Put an agency on the list."""
    form = AgencyForm(request.POST or None)

    def act() -> str:
        said = form.cleaned_data
        made = record_agency(
            name=said["name"], kind=Agency.Kind(said["kind"]), by=user_of(request), now=timezone.now()
        )
        messages.success(request, f"{made.name} is on the list. People can be invited for it now.")
        return reverse("panel.list")

    lead = "Members come to a panel for an agency. A quorum counts how many kinds of agency are there."
    return _form(request, form, act, "An agency", lead)


@serves(Verb.CONTACT_RECORD, "GET", "HEAD", "POST")
def contact(request: HttpRequest) -> HttpResponse:
    """Who letters name for one purpose, from a day on. `for` in the address chooses the purpose."""
    wanted = request.GET.get("for", "")
    kind = wanted if wanted in AuthorityContact.Kind.values else ""
    form = ContactForm(request.POST or None, initial={"kind": kind})

    def act() -> str:
        said = form.cleaned_data
        made = record_contact(
            kind=AuthorityContact.Kind(said["kind"]),
            valid_from=said["valid_from"],
            name=said["name"],
            lines=said["lines"],
            reached={way: said[way] for way in ("phone", "email", "web")},
            by=user_of(request),
            now=timezone.now(),
        )
        messages.success(request, f"Letters from {in_words(made.valid_from)} on name {made.name}.")
        return reverse("panel.list")

    lead = "A letter to a family must say whom to turn to. Check every word: it is printed as it stands here."
    return _form(request, form, act, "Who letters name", lead)


def _form(request: HttpRequest, form: GovukForm, act: Any, heading: str, lead: str) -> HttpResponse:
    return typed(request, form, act, FORM_PAGE, {"heading": heading, "lead": lead})
