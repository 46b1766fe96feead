"""What ends an item without advice: it is put off, by itself or with the rest of a late meeting, taken back, or withdrawn."""

import uuid

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from meetings.actions.defer import defer_item, defer_rest, note_family_told
from meetings.actions.live import withdraw_item
from meetings.actions.taking_back import take_back_deferral
from meetings.forms.ending import DeferForm, TakeBackForm, ToldForm, WithdrawItemForm
from meetings.forms.rest import RestForm
from meetings.models import AgendaItem, Deferral
from meetings.queries.before import before_taking_back
from meetings.queries.following import in_no_hands
from meetings.queries.hands import suggested_owners
from meetings.queries.item import item_page
from meetings.queries.names import family_of
from meetings.queries.next_panel import listed_on, next_panel_on
from meetings.queries.putting_off import Rest, the_rest
from meetings.queries.taking_back import put_off
from meetings.queries.waiting import later_meetings, too_full_for
from meetings.rules.deferring import DeferralReason
from meetings.rules.following import nobody_of_that_name
from meetings.rules.our_side import on_the_family_side
from meetings.rules.states import MeetingState
from meetings.rules.taking_back import stops
from meetings.views.load import load_item, load_meeting, may, user_of
from panel.law.legal import Stage
from panel.law.words import ended, in_words
from panel.models import Case
from panel.platform import access
from panel.platform.policy import Role, Verb
from panel.queries import case_file
from panel.queries.family import reach_of_family
from panel.views.base import serves
from panel.views.typed import typed


@serves(Verb.ITEM_HEAR, "GET", "HEAD", "POST")
def defer(request: HttpRequest, item: uuid.UUID) -> HttpResponse:
    """Put an item off, saying why and what is to be done meanwhile; the clock runs on."""
    found = load_item(request, item, Verb.ITEM_HEAR)
    page = item_page(user_of(request), found, timezone.now())
    later = list(later_meetings(found.meeting))
    form = DeferForm(
        request.POST or None,
        later=later,
        latest_panel_on=page.latest_panel_on,
        too_full=too_full_for(found, later),
    )

    def act() -> str:
        said = form.cleaned_data
        defer_item(
            item=found,
            reason=DeferralReason(said["reason"]),
            missing=said["missing"],
            owner=said["owner"],
            by_when=said["by_when"],
            next_meeting=said["next_meeting"],
            late_because=said["late_because"],
            by=user_of(request),
            now=timezone.now(),
        )
        messages.success(
            request,
            f"Item {found.position} is put off. Until the meeting is closed it can be put back on its list.",
        )
        if unknown := in_no_hands(found):
            messages.warning(request, nobody_of_that_name(unknown, "what is missing"))
        return reverse("meeting.view", args=[found.meeting.public_id])

    return typed(
        request,
        form,
        act,
        "meetings/item_defer.html",
        {
            "item": found,
            "meeting": found.meeting,
            "page": page,
            "later": later,
            "in_time": any(timezone.localdate(one.starts_at) <= page.latest_panel_on for one in later),
            "owners": _on_our_side(found, suggested_owners(found.case, page.room.entries)),
            "may_decide": may(request, Verb.DECISION_WITHOUT_PANEL, found.case, timezone.now()),
            "today": timezone.localdate(),
        },
    )


def _on_our_side(item: AgendaItem, names: list[str]) -> list[str]:
    """Of the names to choose from, those that are no family’s: a parent may have sent the request."""
    family = family_of(item)
    return [name for name in names if not on_the_family_side(name, family)]


@serves(Verb.MEETING_RUN, "GET", "HEAD", "POST")
def rest(request: HttpRequest, meeting: uuid.UUID) -> HttpResponse:
    """Put off what is left of a late meeting in one step, each item to the meeting proposed for it or another."""
    found = load_meeting(request, meeting, Verb.MEETING_RUN)
    user, now = user_of(request), timezone.now()
    left = the_rest(user, found, now)
    form = RestForm(request.POST or None, rest=left)

    def act() -> str:
        rows = defer_rest(meeting=found, wanted=form.wanted(), by=user, now=timezone.now())
        messages.success(request, _put_off_words(rows))
        if late := sum(row.makes_late for row in rows):
            families = "1 family is" if late == 1 else f"{late} families are"
            messages.warning(
                request,
                f"{families} to be told that their answer will be late. The clerk and the coordinator find them on Today.",
            )
        return reverse("meeting.view", args=[found.public_id])

    context = {
        "meeting": found,
        "rest": left,
        "asks_why": any(line.asks_why for line in left.lines),
        "stop": _no_rest(left),
        "may_decide": Role.OFFICER in user.roles_on(timezone.localdate(now)),
    }
    return typed(request, form, act, "meetings/put_off_rest.html", context)


def _no_rest(left: Rest) -> str:
    """Why there is nothing to put off in one step."""
    if left.meeting.state != MeetingState.OPEN:
        return "This meeting is not in session, so nothing of it is put off."
    return "" if left.lines else "No item is left on the list that can be put off here."


def _put_off_words(rows: list[Deferral]) -> str:
    """What became of each item, by the meeting that hears it next."""
    days = [timezone.localdate(row.next_meeting.starts_at) if row.next_meeting else None for row in rows]
    said = []
    for day in sorted({one for one in days if one}) + [None] * (None in days):
        numbers = [str(row.item.position) for row, on in zip(rows, days, strict=True) if on == day]
        items = f"Item {numbers[0]}" if len(numbers) == 1 else f"Items {', '.join(numbers)}"
        said.append(f"{items}: put off to {in_words(day) if day else 'no meeting yet'}.")
    return f"{' '.join(said)} Until the meeting is closed each can be put back on its list."


@serves(Verb.ITEM_HEAR, "GET", "HEAD", "POST")
def take_back(request: HttpRequest, item: uuid.UUID) -> HttpResponse:
    """Put an item that was put off by mistake back on its meeting's list, once it was read what that does."""
    found = load_item(request, item, Verb.ITEM_HEAR)
    there = put_off(found)
    form = TakeBackForm(request.POST or None)

    def act() -> str:
        because = form.cleaned_data["because"]
        take_back_deferral(item=found, because=because, by=user_of(request), now=timezone.now())
        messages.success(request, f"Item {found.position} is on today’s list again.")
        return reverse("item.view", args=[found.public_id])

    stop = next(stops(there.since), None) if there else None
    context = {
        "item": found,
        "meeting": found.meeting,
        "stop": stop.sentence if stop else "" if there else "This item is not put off.",
        "happens": before_taking_back(there) if there else (),
    }
    return typed(request, form, act, "meetings/item_take_back.html", context)


@serves(Verb.DELAY_RECORD, "GET", "HEAD", "POST")
def told(request: HttpRequest, item: uuid.UUID) -> HttpResponse:
    """Note that the family was told of a deferral that makes their answer late."""
    user, now = user_of(request), timezone.now()
    # A form that was open while the item was taken back is answered why; nobody is led to one.
    kept = Deferral.objects.all() if request.method == "POST" else Deferral.objects.standing()
    rows = (
        kept.filter(
            Exists(Case.objects.visible_to(user, now).filter(pk=OuterRef("item__case"))), makes_late=True
        )
        .select_related("item__case__child", "item__meeting")
        .filter(item__public_id=item)
    )
    found = rows.order_by("-pk").first()
    if found is None:
        raise Http404
    if not access.can(user, Verb.DELAY_RECORD, found.item.case, now=now).allowed:
        raise Http404
    form = ToldForm(request.POST or None, initial={"told_on": timezone.localdate(now)})

    def act() -> str:
        note_family_told(deferral=found, told_on=form.cleaned_data["told_on"], by=user, now=now)
        messages.success(request, "Recorded: the family knows.")
        return reverse("home.view")

    case, stage, today = found.item.case, Stage(found.item.stage), timezone.localdate(now)
    next_on = listed_on(case, stage, today) or next_panel_on(case, stage, today)
    file = case_file(user, case.public_id, now)
    context = {
        "deferral": found,
        "next_on": next_on,
        # For whoever tells them: the family's own page says to ask what is missing.
        "missing": ended(found.missing) if found.missing else "",
        "why_late": ended(found.late_because),
        "to_tell": [row for row in reach_of_family(file, today) if row.to_tell],
    }
    return typed(request, form, act, "meetings/deferral_told.html", context)


@serves(Verb.ITEM_HEAR, "GET", "HEAD", "POST")
def withdraw(request: HttpRequest, item: uuid.UUID) -> HttpResponse:
    """Take an item off the day without hearing it."""
    found = load_item(request, item, Verb.ITEM_HEAR)
    form = WithdrawItemForm(request.POST or None)

    def act() -> str:
        withdraw_item(
            item=found, because=form.cleaned_data["because"], by=user_of(request), now=timezone.now()
        )
        messages.success(request, f"Item {found.position} is withdrawn.")
        return reverse("meeting.view", args=[found.meeting.public_id])

    return typed(request, form, act, "meetings/item_withdraw.html", {"item": found, "meeting": found.meeting})
