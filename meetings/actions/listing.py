"""What a meeting hears: questions are put on its agenda, in an order, and taken off before anything was written."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import transaction
from django.db.models import Exists, ProtectedError
from django.utils import timezone

from meetings.actions.conflicts import find_conflicts, forget_conflicts
from meetings.actions.locks import lock_meeting, not_closed
from meetings.models import (
    AgendaItem,
    Conflict,
    ConsentEntry,
    Decision,
    FamilyGuest,
    ItemAttendance,
    Meeting,
    PreView,
    Revision,
    RosterEntry,
)
from meetings.queries.ties import authors_to_ask, kin_to_ask
from meetings.queries.waiting import Listing, listing_problems
from meetings.rules import agenda
from meetings.rules.states import OVER, ItemState
from panel.models import Case, Denial, User
from panel.models.cases import live_grants
from panel.platform import access, audit
from panel.platform.policy import Refused, Verb

ALREADY_OFF = "This item was taken off the agenda already."


@dataclass(frozen=True)
class Listed:
    """The items that were added, the conflicts found on them, and what ought to be looked at."""

    items: tuple[AgendaItem, ...]
    conflicts: tuple[Conflict, ...]
    warnings: tuple[agenda.AgendaProblem, ...]


def add_items(*, meeting: Meeting, listings: Sequence[Listing], by: User, now: datetime) -> Listed:
    """Put questions on the agenda, after those already there, and record the conflicts that the records show on them.

    A plan is asked for only after the authority decided to assess (row 56). The same case twice is refused, on two
    agendas of a day warned of (row 68); 60 items at most (row 69). Refused: `recused`, `restricted`, `not_waiting`,
    `not_assessed`, `same_case_twice`, `too_many`, `nothing_listed`, `wrong_state`. Audits each item.
    """
    access.require(by, Verb.AGENDA_EDIT, meeting, now=now)
    if not listings:
        raise Refused("nothing_listed", "Choose at least one case.", field="cases")
    _require_open_cases(by, listings, now)
    with transaction.atomic():
        listed = place_items(lock_meeting(meeting), listings, by, now)
        return replace(
            listed, warnings=(*listed.warnings, *_questions(listed.items, timezone.localdate(now)))
        )


def _questions(items: Sequence[AgendaItem], day: date) -> Iterator[agenda.AgendaProblem]:
    """Who is to be asked whether they wrote a paper of one of these items, or are of the family it is about."""
    rows = RosterEntry.objects.filter(meeting=items[0].meeting_id).select_related("user").order_by("pk")
    seats = list(rows)
    for item, entry in kin_to_ask(seats, items, day):
        yield agenda.AgendaProblem(
            "ask_relative",
            f"{entry.user.name} may be of the family item {item.position} is about. Ask them, and record the answer on the item’s"
            " page.",
        )
    for one in authors_to_ask(seats, items):
        yield agenda.AgendaProblem(
            "ask_author",
            f"A paper of item {one.item.position} is by somebody called {one.entry.user.name}. Ask whether they wrote it, and"
            " record the answer on the item’s page.",
        )


def place_items(locked: Meeting, listings: Sequence[Listing], by: User, now: datetime) -> Listed:
    """`add_items` for whoever has asked already, with the meeting under lock."""
    with transaction.atomic():
        not_closed(locked)
        there = tuple(locked.items.select_related("case").order_by("position", "pk"))
        warnings = listing_problems(locked, there, tuple(listings), timezone.localdate(now))
        last = there[-1].position if there else 0
        items = [
            AgendaItem(
                meeting=locked,
                case=listing.case,
                stage=listing.stage,
                position=last + number,
                minutes=listing.minutes or locked.config.minutes_per_item,
            )
            for number, listing in enumerate(listings, start=1)
        ]
        AgendaItem.objects.bulk_create(items)
        audit.record_many([_event("agenda.add", item) for item in items], by=by, at=now)
        conflicts = find_conflicts(meeting=locked, by=by, now=now)
    return Listed(tuple(items), conflicts, warnings)


def _require_open_cases(by: User, listings: Sequence[Listing], now: datetime) -> None:
    """Deny first, for a whole list in two queries: nobody lists a case that is closed to them."""
    cases = {listing.case.pk for listing in listings}
    if Denial.objects.live().filter(case__in=cases, user=by).exists():
        raise Refused("recused", "You are recused from one of these cases. Ask another clerk to list it.")
    restricted = {listing.case.pk for listing in listings if listing.case.restricted}
    if restricted and Case.objects.filter(Exists(live_grants(by, now)), pk__in=restricted).count() < len(
        restricted
    ):
        raise Refused("restricted", "One of these cases is open only to named people.")


def remove_item(*, item: AgendaItem, by: User, now: datetime) -> None:
    """Take a question off the list before anything was written about it; the conflicts found on it go with it.

    What somebody declared, or had imposed, is kept and follows the case to its next item. The family's invitations to
    it are taken back. Asked of the item: whoever is recused from it would open the case to themselves. Refused:
    `gone`, `wrong_state` once it was taken up or anything was written, a pre-view too: then withdraw or defer it.
    """
    access.require(by, Verb.AGENDA_EDIT, item, now=now)
    with transaction.atomic():
        meeting = lock_meeting(item.meeting)
        rows = AgendaItem.objects.select_for_update(of=("self",)).select_related("case")
        locked = rows.filter(pk=item.pk).first()
        if locked is None:
            raise Refused("gone", ALREADY_OFF)
        written = Revision.objects.filter(item=locked).exists() or locked.started_at is not None
        if Decision.objects.filter(item=locked).exists():
            raise Refused(
                "wrong_state",
                "The officer decided this question without a panel, and the record names this item. Withdraw it at the meeting.",
            )
        if locked.state != ItemState.LISTED or written or meeting.state in OVER:
            raise Refused("wrong_state", "This item was taken up already. Withdraw or defer it instead.")
        if PreView.objects.filter(item=locked).exists():
            raise Refused(
                "wrong_state",
                "Somebody gave a view on this item before the meeting, which the record keeps. Withdraw or defer it at the meeting.",
            )
        take_off(locked, meeting, by, now)


def take_off(item: AgendaItem, meeting: Meeting, by: User, now: datetime) -> None:
    """`remove_item` for whoever has asked already, with the meeting and the item under lock. Refused: `wrong_state` for what the record names."""
    forget_conflicts(
        Conflict.objects.filter(item=item).select_related("item__case", "entry__user"), by=by, now=now
    )
    ItemAttendance.objects.filter(item=item).delete()
    ConsentEntry.objects.filter(item=item).delete()
    _take_guests_back(item, by, now)
    _audit_item("agenda.remove", item, by, now)
    try:
        item.delete()
    except ProtectedError as kept:
        raise Refused(
            "wrong_state", "The record names this item already. Withdraw or defer it at the meeting."
        ) from kept
    _number(list(meeting.items.order_by("position", "pk")))


def _take_guests_back(item: AgendaItem, by: User, now: datetime) -> None:
    """Nobody of the family came to an item that was not taken up: their invitations go with it, and the trail keeps
    them.
    """
    guests = FamilyGuest.objects.filter(item=item, joined_at=None)
    for guest in guests.filter(taken_back_at=None).select_related("person"):
        _audit_item("guest.take_back", item, by, now, person=str(guest.person.public_id))
    guests.delete()


def reorder(*, meeting: Meeting, items: Sequence[AgendaItem], by: User, now: datetime) -> None:
    """Put the agenda in the order given: every item of the meeting once. Refused: `stale` when the list has changed."""
    access.require(by, Verb.AGENDA_EDIT, meeting, now=now)
    with transaction.atomic():
        locked = lock_meeting(meeting)
        not_closed(locked)
        there = {item.pk: item for item in locked.items.all()}
        if sorted(item.pk for item in items) != sorted(there):
            raise Refused(
                "stale", "The agenda has changed since you opened it. Reload the page and order it again."
            )
        ordered = [there[item.pk] for item in items]
        _number(ordered)
        audit.record(
            verb="agenda.reorder",
            by=by,
            at=now,
            subject_kind="meeting",
            subject=locked.public_id,
            values={"order": [str(item.public_id) for item in ordered]},
        )


def _number(items: Sequence[AgendaItem]) -> None:
    """Positions from one, without a gap: the number by which the room calls an item."""
    for number, item in enumerate(items, start=1):
        item.position = number
    AgendaItem.objects.bulk_update(items, ["position"])


def _audit_item(verb: str, item: AgendaItem, by: User, now: datetime, **more: str) -> None:
    audit.record_many([_event(verb, item, **more)], by=by, at=now)


def _event(verb: str, item: AgendaItem, **more: str) -> audit.Event:
    values = {"meeting": str(item.meeting.public_id), "stage": item.stage, **more}
    return audit.Event(verb, "item", item.public_id, item.case.public_id, values)
