"""Planning a panel day: the list of meetings, a new one, who sits on it, which cases it hears and in which order."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from meetings.actions.listing import ALREADY_OFF, Listed, add_items, remove_item, reorder
from meetings.actions.plan import plan_meeting
from meetings.actions.seats import seat, unseat
from meetings.forms.plan import ListingForm, PlanForm, SeatForm, WaitingSearchForm
from meetings.models import AgendaItem, Meeting, Seat
from meetings.queries.agenda import agenda_for, seat_lines
from meetings.queries.before import before_removing, before_unseating
from meetings.queries.coverage import foreseen
from meetings.queries.invitations import asked
from meetings.queries.listing import PAGE, seatable, standing_kinds, standing_seats, taken_off, waiting_page
from meetings.queries.meeting_lines import meeting_list
from meetings.queries.noting import noting_page
from meetings.queries.proposal import proposed_agenda
from meetings.queries.room import load_room
from meetings.queries.waiting import Listing, waiting
from meetings.rules.agenda import AgendaProblem
from meetings.rules.states import MeetingState
from meetings.views.confirm import Step, confirmed
from meetings.views.load import load_entry, load_meeting, may, press, user_of
from panel.law.legal import Stage
from panel.models import Case
from panel.platform.policy import Refused, Verb
from panel.views.base import serves, status_of
from panel.views.typed import typed

FULL_PAGE = 25
SEARCH_KEY = "waiting_search"

SAID_IN_FULL = 3


@serves(Verb.MEETING_LIST)
def meetings(request: HttpRequest) -> HttpResponse:
    """The meetings this user may see, latest first."""
    now = timezone.now()
    lines = meeting_list(user_of(request), now, before=_before(request))
    return render(
        request,
        "meetings/meeting_list.html",
        {
            "lines": lines,
            "older": lines[-1].meeting.starts_at.isoformat() if len(lines) == FULL_PAGE else "",
            "later": "before" in request.GET,
            "may_plan": may(request, Verb.MEETING_PLAN, None, now),
        },
    )


def _before(request: HttpRequest) -> dt.datetime | None:
    """Where the next page begins; anything that is no moment begins at the beginning."""
    try:
        found = dt.datetime.fromisoformat(request.GET.get("before", ""))
    except ValueError:
        return None
    return found if found.tzinfo else None


@serves(Verb.MEETING_PLAN, "GET", "HEAD", "POST")
def plan(request: HttpRequest) -> HttpResponse:
    """Plan a meeting: its standing members are invited at once."""
    form = PlanForm(request.POST or None)

    def act() -> str:
        said = form.cleaned_data
        planned = plan_meeting(
            panel_type=said["panel_type"],
            starts_at=said["starts_at"],
            ends_at=said["ends_at"],
            venue=said["venue"],
            by=user_of(request),
            now=timezone.now(),
        )
        messages.success(request, "The meeting is planned and its standing members are on it.")
        warn(request, planned.warnings)
        return reverse("agenda.edit", args=[planned.meeting.public_id])

    return typed(request, form, act, "meetings/meeting_plan.html", {})


def warn(request: HttpRequest, problems: Iterable[AgendaProblem]) -> None:
    """Say what ought to be looked at: in full where it is little, else how much, as the agenda itself says each."""
    sentences = [problem.sentence for problem in problems]
    if len(sentences) > SAID_IN_FULL:
        messages.warning(request, f"{len(sentences)} things about this agenda ought to be looked at.")
    elif sentences:
        messages.warning(request, " ".join(sentences))


@serves(Verb.MEETING_PLAN, "GET", "HEAD", "POST")
def roster(request: HttpRequest, meeting: uuid.UUID) -> HttpResponse:
    """Who sits on a meeting; POST gives somebody a seat."""
    found = load_meeting(request, meeting, Verb.MEETING_PLAN)
    form = SeatForm(request.POST or None, people=seatable(found))

    def act() -> str:
        said = form.cleaned_data
        entry = seat(
            meeting=found,
            user=said["user"],
            seat=Seat(said["seat"]),
            agency=said["agency"],
            by=user_of(request),
            now=timezone.now(),
        )
        messages.success(request, f"{entry.user.name} has a seat.")
        return reverse("meeting.roster", args=[found.public_id])

    return typed(request, form, act, "meetings/roster.html", _roster_context(found))


def _roster_context(meeting: Meeting) -> dict[str, Any]:
    people = asked(meeting)
    items = meeting.items.order_by("position", "pk")
    return {
        "meeting": meeting,
        "people": people,
        "foreseen": foreseen(load_room(meeting), items),
        "missing": sorted(standing_seats(meeting)),
        "missing_kinds": standing_kinds(meeting),
        "to_send": sum(not line.up_to_date for line in people),
        "to_come": meeting.state == MeetingState.PLANNED and meeting.starts_at > timezone.now(),
        "planned": meeting.state == MeetingState.PLANNED,
    }


def roster_page(request: HttpRequest, meeting: Meeting, *, status: int, refused: str) -> HttpResponse:
    """The page of who sits on a meeting, with the no of a button on it."""
    context = {
        **_roster_context(meeting),
        "form": SeatForm(people=seatable(meeting)),
        "refused": refused,
    }
    return render(request, "meetings/roster.html", context, status=status)


@serves(Verb.MEETING_PLAN, "GET", "HEAD", "POST")
def remove_seat(request: HttpRequest, entry: uuid.UUID) -> HttpResponse:
    """Take somebody off the roster, once it was read what that does."""
    found = load_entry(request, entry, Verb.MEETING_PLAN)
    meeting, name = found.meeting, found.user.name
    there = reverse("meeting.roster", args=[meeting.public_id])
    step = Step(
        heading=f"Take {name} off this meeting",
        happens=before_unseating(found, user_of(request), timezone.now()),
        send="Take them off",
        back=there,
        back_label="Who sits on it",
        warns=True,
        stops="This meeting is over. Who sat on it stays as it was." if meeting.over else "",
    )

    def act() -> None:
        unseat(entry=found, by=user_of(request), now=timezone.now())
        messages.success(request, f"{name} is no longer on this meeting.")

    return confirmed(request, meeting, step, act, there)


@serves(Verb.AGENDA_EDIT)
def edit(request: HttpRequest, meeting: uuid.UUID) -> HttpResponse:
    """The list of a meeting, in order, and the cases that wait for one."""
    found = load_meeting(request, meeting, Verb.AGENDA_EDIT)
    return _editor(request, found)


def _editor(request: HttpRequest, meeting: Meeting, *, status: int = 200, **more: Any) -> HttpResponse:
    now = timezone.now()
    shown = _shown(request)
    agenda = agenda_for(user_of(request), meeting, now)
    words = request.session.get(SEARCH_KEY, "")
    context = {
        "meeting": meeting,
        "agenda": agenda,
        "waiting": waiting_page(
            user_of(request), meeting, now, later_on=agenda.later_on, shown=shown, words=words
        ),
        "looked_for": words,
        "search": WaitingSearchForm(initial={"text": words}),
        "next_shown": shown + PAGE,
        "people": seat_lines(agenda.room, now),
        **more,
    }
    part = request.headers.get("HX-Request") and status == 200
    if not part:
        context["noting"] = noting_page(user_of(request), meeting, now)
    return render(
        request,
        "meetings/_agenda_editor.html" if part else "meetings/agenda_edit.html",
        context,
        status=status,
    )


def _shown(request: HttpRequest) -> int:
    words = request.GET.get("shown", "")
    return min(int(words), 1000) if words.isascii() and words.isdigit() and len(words) < 5 else PAGE


@serves(Verb.AGENDA_EDIT, "POST")
def search(request: HttpRequest, meeting: uuid.UUID) -> HttpResponse:
    """Show only the waiting cases that have the words; without words all of them again."""
    found = load_meeting(request, meeting, Verb.AGENDA_EDIT)
    form = WaitingSearchForm(request.POST)
    request.session[SEARCH_KEY] = form.cleaned_data["text"] if form.is_valid() else ""
    return redirect(f"{reverse('agenda.edit', args=[found.public_id])}#waiting")


@serves(Verb.AGENDA_EDIT, "POST")
def add(request: HttpRequest, meeting: uuid.UUID) -> HttpResponse:
    """Put the ticked cases on the list, after those already there."""
    found = load_meeting(request, meeting, Verb.AGENDA_EDIT)

    def show(no: Refused, status: int, ticked: list[int]) -> HttpResponse:
        return _editor(request, found, status=status, refused=no.sentence, ticked=ticked)

    return _put_on(request, found, show)


@serves(Verb.AGENDA_EDIT, "GET", "HEAD", "POST")
def proposal(request: HttpRequest, meeting: uuid.UUID) -> HttpResponse:
    """What this meeting should hear, and why each; POST puts on its list what was left ticked."""
    found = load_meeting(request, meeting, Verb.AGENDA_EDIT)

    def show(no: Refused | None, status: int, ticked: list[int] | None) -> HttpResponse:
        proposed = proposed_agenda(user_of(request), found, timezone.now())
        context = {
            "meeting": found,
            "proposed": proposed,
            "ticked": ticked,
            "tally": proposed.tally(ticked),
            "refused": no.sentence if no else "",
        }
        return render(request, "meetings/agenda_propose.html", context, status=status)

    return _put_on(request, found, show) if request.method == "POST" else show(None, 200, None)


def _put_on(
    request: HttpRequest, meeting: Meeting, show: Callable[[Refused, int, list[int]], HttpResponse]
) -> HttpResponse:
    """Put what was ticked on the list, all or nothing; a no is shown by `show` with the ticks as they were."""
    now = timezone.now()
    ticked = [
        int(key) for key in request.POST.getlist("cases") if key.isascii() and key.isdigit() and len(key) < 10
    ]
    still = [candidate.case_id for candidate in waiting(user_of(request), now, among=ticked)]
    form = ListingForm(request.POST, waiting=still)
    if not form.is_valid():
        sentence = " ".join(str(error) for errors in form.errors.values() for error in errors)
        return show(Refused("not_waiting", f"{sentence}."), 422, ticked)
    try:
        listed = add_items(
            meeting=meeting,
            listings=_listings(request, form.cleaned_data["cases"]),
            by=user_of(request),
            now=now,
        )
    except Refused as no:
        return show(no, status_of(no), ticked)
    messages.success(request, _listed_words(listed))
    warn(request, listed.warnings)
    return redirect("agenda.edit", meeting=meeting.public_id)


def _listings(request: HttpRequest, keys: list[int]) -> list[Listing]:
    from_user = Case.objects.visible_to(user_of(request), timezone.now()).filter(pk__in=keys)
    cases = {case.pk: case for case in from_user}
    return [
        Listing(cases[key], Stage(request.POST.get(f"stage-{key}", "assess"))) for key in keys if key in cases
    ]


def _listed_words(listed: Listed) -> str:
    count, found = len(listed.items), len(listed.conflicts)
    words = "1 case is on the list." if count == 1 else f"{count} cases are on the list."
    if not found:
        return f"{words} No conflict of interest shows in the records."
    conflicts = "1 conflict of interest was" if found == 1 else f"{found} conflicts of interest were"
    return f"{words} {conflicts} found in the records and noted."


@serves(Verb.AGENDA_EDIT, "POST")
def move(request: HttpRequest, meeting: uuid.UUID) -> HttpResponse:
    """Move one item a place up or down, or to the top or the end: works for items closed to this user by number alone."""
    found = load_meeting(request, meeting, Verb.AGENDA_EDIT)

    def act() -> None:
        items = list(found.items.order_by("position", "pk"))
        reorder(meeting=found, items=_moved(request, items), by=user_of(request), now=timezone.now())

    def show(no: Refused, status: int) -> HttpResponse:
        return _editor(request, found, status=status, refused=no.sentence)

    there = reverse("agenda.edit", args=[found.public_id])
    if request.headers.get("HX-Request"):
        try:
            act()
        except Refused as no:
            return show(no, status_of(no))
        return _editor(request, found)
    return press(act, there, show)


def _moved(request: HttpRequest, items: list[AgendaItem]) -> list[AgendaItem]:
    """The new order. `to` is `up:3`: up, down or first, and the place counted from one."""
    way, _, place = request.POST.get("to", "").partition(":")
    if not (place.isascii() and place.isdigit() and len(place) < 5 and 0 < int(place) <= len(items)):
        raise Refused(
            "stale", "The agenda has changed since you opened it. Reload the page and order it again."
        )
    at = int(place) - 1
    target = {"up": at - 1, "down": at + 1, "first": 0, "last": len(items) - 1}.get(way, at)
    moved = items.pop(at)
    items.insert(max(0, target), moved)
    return items


def _off_already(request: HttpRequest, meeting: Meeting, there: str) -> HttpResponse:
    """Somebody has taken the item off since this page was asked for, perhaps in another tab: no page that does not exist."""
    step = Step(
        heading="Take an item off the agenda",
        happens=(),
        send="",
        back=there,
        back_label="Agenda",
        stops=ALREADY_OFF,
        mend=(there, "Go to the agenda"),
    )

    def act() -> None:
        raise Refused("gone", ALREADY_OFF)

    return confirmed(request, meeting, step, act, there)


@serves(Verb.AGENDA_EDIT, "GET", "HEAD", "POST")
def remove(request: HttpRequest, meeting: uuid.UUID, item: uuid.UUID) -> HttpResponse:
    """Take a case off the list before anything was written about it, once it was read what that does."""
    found = load_meeting(request, meeting, Verb.AGENDA_EDIT)
    rows = AgendaItem.objects.visible_to(user_of(request), timezone.now()).filter(meeting=found)
    there = reverse("agenda.edit", args=[found.public_id])
    if taken_off(item):
        return _off_already(request, found, there)
    listed = get_object_or_404(rows.select_related("case__child", "meeting__config"), public_id=item)
    step = Step(
        heading=f"Take item {listed.position} off the agenda: {listed.case.child.full_name}, {listed.case.reference}",
        happens=before_removing(listed, timezone.now()),
        send="Take it off the agenda",
        back=there,
        back_label="Agenda",
        warns=True,
        stops="This meeting is over. Its agenda stays as it was." if found.over else "",
    )

    def act() -> None:
        remove_item(item=listed, by=user_of(request), now=timezone.now())
        messages.success(request, f"{listed.case.reference} is off the list and waits again.")

    return confirmed(request, found, step, act, there)
