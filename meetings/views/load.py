"""What every screen of a panel day begins with: the object if this user may do this to it, and a button with its no."""

import uuid
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, TypeVar

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone

from meetings.actions.conflicts import look_again_at
from meetings.models import AgendaItem, Decision, ItemRecord, Meeting, Minutes, RosterEntry
from meetings.queries.item import find_item
from meetings.queries.minutes import latest_minutes
from meetings.queries.ties import tied_since
from meetings.rules.states import ItemState
from panel.models import Case, User
from panel.platform import access, audit
from panel.platform.policy import Refused, Verb, answer
from panel.views.base import status_of

T = TypeVar("T")


def poll_every(request: HttpRequest) -> str:
    """How often this viewer's page asks what is new: about every four seconds, and not all pages of a meeting at once."""
    return f"{3500 + user_of(request).pk * 137 % 1000}ms"


def user_of(request: HttpRequest) -> User:
    """Who is asking; the sign-in was asked for before any view ran."""
    user: Any = request.user
    found: User = user
    return found


def note_items_read(request: HttpRequest, items: Iterable[AgendaItem]) -> None:
    """Write to the trail that what was said of these items is read on a page of several, or on one that leads to an act."""
    read = [audit.Event(Verb.ITEM_VIEW, "item", item.public_id, item.case.public_id) for item in items]
    audit.record_many(read, by=user_of(request), at=timezone.now())


def may(request: HttpRequest, verb: Verb, obj: Any, now: datetime) -> bool:
    """Whether to show what leads to `verb`; the action asks again."""
    return access.can(user_of(request), verb, obj, now=now).allowed


def may_each(request: HttpRequest, obj: Any, now: datetime, **verbs: Verb) -> dict[str, bool]:
    """The same for several verbs about one object, under the names a page knows them by: its facts are gathered once."""
    facts = access.facts(user_of(request), obj, now)
    return {name: answer(verb, facts).allowed for name, verb in verbs.items()}


def load_meeting(request: HttpRequest, public_id: uuid.UUID, verb: Verb) -> Meeting:
    """A meeting this user may do `verb` to; else there is no such page."""
    now = timezone.now()
    meetings = Meeting.objects.visible_to(user_of(request), now).select_related("panel_type", "config")
    meeting = get_object_or_404(meetings, public_id=public_id)
    # Whoever has a meeting in their list may look at it: `visible_to` was the question already.
    return meeting if verb is Verb.MEETING_VIEW else _allowed(request, meeting, verb, now)


def load_item(request: HttpRequest, public_id: uuid.UUID, verb: Verb) -> AgendaItem:
    """An item that is open to this user and that they may do `verb` to; else there is no such page."""
    now = timezone.now()
    item = find_item(user_of(request), public_id, now)
    if item is None:
        _look_again(request, public_id, now)
        raise Http404
    return _allowed(request, item, verb, now)


def _look_again(request: HttpRequest, public_id: uuid.UUID, now: datetime) -> None:
    """Where a change of the records has closed an item to its reader, have it written down, so that the agenda says so and quorum
    is counted without them. A poll writes nothing.
    """
    if request.headers.get("HX-Request"):
        return
    user = user_of(request)
    closed = AgendaItem.objects.visible_to(user, now).filter(tied_since(user, timezone.localdate(now)))
    item = closed.filter(public_id=public_id).select_related("meeting__config").first()
    if item is not None:
        look_again_at(meeting=item.meeting, now=now)


def load_entry(request: HttpRequest, public_id: uuid.UUID, verb: Verb) -> RosterEntry:
    """A seat at a meeting this user may do `verb` to; else there is no such page."""
    now = timezone.now()
    entries = RosterEntry.objects.filter(meeting__in=Meeting.objects.visible_to(user_of(request), now))
    entry = get_object_or_404(
        entries.select_related("user", "meeting__config", "meeting__panel_type"), public_id=public_id
    )
    _allowed(request, entry.meeting, verb, now)
    return entry


def load_minutes(request: HttpRequest, public_id: uuid.UUID, verb: Verb) -> Minutes:
    """One version of a meeting's minutes this user may do `verb` to; else there is no such page."""
    now = timezone.now()
    seen = Minutes.objects.filter(meeting__in=Meeting.objects.visible_to(user_of(request), now))
    rows = seen.select_related("meeting__panel_type", "meeting__config", "by", "signature__by", "supersedes")
    return _allowed(request, get_object_or_404(rows, public_id=public_id), verb, now)


def load_record(request: HttpRequest, minutes: uuid.UUID, item: uuid.UUID, verb: Verb) -> ItemRecord:
    """What one version says of an item that is open to this user and that they may do `verb` to; else there is no such page."""
    user, now = user_of(request), timezone.now()
    rows = ItemRecord.objects.filter(
        item__in=AgendaItem.objects.visible_to(user, now),
        minutes__meeting__in=Meeting.objects.visible_to(user, now),
    ).select_related(
        "item__case", "item__deputy_chair", "minutes__meeting__panel_type", "minutes__meeting__config"
    )
    found = get_object_or_404(rows, minutes__public_id=minutes, item__public_id=item)
    return _allowed(request, found, verb, now)


def prepared_before(request: HttpRequest, meeting: Meeting) -> dict[str, object]:
    """What `_prepared.html` asks: whether a version of the minutes lacks what is changed now, and who can make the next."""
    prepared = latest_minutes(meeting) if meeting.closed_at else None
    prepares = prepared is not None and may(request, Verb.MINUTES_PREPARE, meeting, timezone.now())
    return {"prepared": prepared, "prepares": prepares}


def load_decision(request: HttpRequest, public_id: uuid.UUID, verb: Verb) -> Decision:
    """A decision this user may do `verb` to; else there is no such page. Denial and restriction are part of the question."""
    now = timezone.now()
    rows = Decision.objects.select_related(
        "case__child", "item__meeting__panel_type", "recommendation__by", "by", "config", "set_aside__by"
    )
    return _allowed(request, get_object_or_404(rows, public_id=public_id), verb, now)


def load_case(request: HttpRequest, public_id: uuid.UUID, verb: Verb) -> Case:
    """A case this user may do `verb` to; else there is no such page."""
    now = timezone.now()
    cases = Case.objects.visible_to(user_of(request), now).select_related("child", "setting")
    return _allowed(request, get_object_or_404(cases, public_id=public_id), verb, now)


def _allowed(request: HttpRequest, obj: T, verb: Verb, now: datetime) -> T:
    if not may(request, verb, obj, now):
        raise Http404
    return obj


def in_the_way(request: HttpRequest, code: str, meeting: Meeting) -> list[tuple[str, str]]:
    """The item that has to be finished first, address and label, where a rule’s no is about one and this user may open it."""
    if code != "another_item":
        return []
    seen = AgendaItem.objects.visible_to(user_of(request), timezone.now())
    return [
        (reverse("item.view", args=[one.public_id]), f"Go to item {one.position}")
        for one in seen.filter(meeting=meeting, state=ItemState.IN_DISCUSSION)
    ]


def press(
    act: Callable[[], object],
    there: str,
    show: Callable[[Refused, int], HttpResponse],
) -> HttpResponse:
    """A button: act and go `there`; a no is shown by `show`, on the page the button stands on."""
    try:
        act()
    except Refused as no:
        return show(no, status_of(no))
    return redirect(there)
