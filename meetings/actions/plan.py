"""Planning a meeting: when and where, who sits on it, which questions it hears and in which order."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, Max, ProtectedError
from django.utils import timezone

from meetings.actions.conflicts import find_conflicts, forget_conflicts
from meetings.actions.invitations import call_off
from meetings.actions.locks import lock_meeting
from meetings.models import (
    AgendaItem,
    Conflict,
    ConsentEntry,
    Decision,
    FamilyGuest,
    ItemAttendance,
    Meeting,
    PanelType,
    PreView,
    Revision,
    RosterEntry,
    Seat,
    StandingMember,
    config_on,
)
from meetings.models.panels import NON_VOTING_SEATS
from meetings.queries.seats import fitting_membership
from meetings.queries.ties import authors_to_ask
from meetings.queries.waiting import Listing, listing_problems
from meetings.rules import agenda
from meetings.rules.states import OVER, ItemState, MeetingState
from panel.law.words import in_words
from panel.law.workdays import bank_holidays
from panel.models import Agency, Case, Denial, User
from panel.models.cases import live_grants
from panel.platform import access, audit
from panel.platform.policy import Refused, Verb
from panel.platform.text import clean_line

LONGEST = timedelta(hours=12)
ALREADY_OFF = "This item was taken off the agenda already."


@dataclass(frozen=True)
class Planned:
    """A meeting, and what ought to be looked at before anybody is invited."""

    meeting: Meeting
    warnings: tuple[agenda.AgendaProblem, ...]


@dataclass(frozen=True)
class Listed:
    """The items that were added, the conflicts found on them, and what ought to be looked at."""

    items: tuple[AgendaItem, ...]
    conflicts: tuple[Conflict, ...]
    warnings: tuple[agenda.AgendaProblem, ...]


def plan_meeting(
    *, panel_type: PanelType, starts_at: datetime, ends_at: datetime, venue: str, by: User, now: datetime
) -> Planned:
    """Plan a meeting under the rules in force on its day and invite the standing members who still hold their role then.

    Refused: `no_config`, `ends_first`, `too_long`, `no_venue`. Warned of: closed days, weekends, past days, standing members
    whose role has ended. The same meeting planned twice is one. Audits `meeting.plan`.
    """
    access.require(by, Verb.MEETING_PLAN, now=now)
    place = clean_line(venue, label="The place")
    day = timezone.localdate(starts_at)
    config = config_on(panel_type, day)
    if config is None:
        raise Refused("no_config", f"No rules are set for this panel on {in_words(day)}.", field="starts_at")
    check_times(starts_at, ends_at, place)
    warnings = day_problems(day, timezone.localdate(now))
    with transaction.atomic():
        # One at a time per panel, so that a form sent twice (row 64) finds the meeting its first sending made.
        PanelType.objects.select_for_update().get(pk=panel_type.pk)
        same = Meeting.objects.filter(
            panel_type=panel_type,
            starts_at=starts_at,
            ends_at=ends_at,
            venue=place,
            state=MeetingState.PLANNED,
        ).first()
        if same is not None:
            return Planned(same, warnings)
        meeting = Meeting(
            panel_type=panel_type,
            config=config,
            starts_at=starts_at,
            ends_at=ends_at,
            venue=place,
            created_at=now,
            created_by=by,
        )
        meeting.save()
        gone = _invite_standing_members(meeting, day)
        _audit(
            Verb.MEETING_PLAN, meeting, by, now, {"starts_at": starts_at, "ends_at": ends_at, "venue": place}
        )
    return Planned(meeting, (*warnings, *gone))


def check_times(starts_at: datetime, ends_at: datetime, place: str) -> None:
    """Refuse a place, an end or a length no meeting can have."""
    if not place:
        raise Refused("no_venue", "Say where the panel meets, or “by video”.", field="venue")
    if ends_at <= starts_at:
        raise Refused(
            "ends_first", "The meeting must end after it starts. Check both times.", field="ends_at"
        )
    if ends_at - starts_at > LONGEST:
        raise Refused("too_long", "A meeting lasts twelve hours at most. Check both times.", field="ends_at")


def day_problems(day: date, today: date) -> tuple[agenda.AgendaProblem, ...]:
    """What to say about a day before a meeting is planned on it (reliability.md 6, row 69)."""
    found = agenda.agenda_problems((), meeting_on=day, today=today, closed_days=bank_holidays(day.year))
    return tuple(problem for problem in found if problem.code != "empty")


def _invite_standing_members(meeting: Meeting, day: date) -> tuple[agenda.AgendaProblem, ...]:
    standing = list(
        StandingMember.objects.filter(panel_type=meeting.panel_type, starts_on__lte=day)
        .exclude(ends_on__lt=day)
        .select_related("user")
        .order_by("pk")
    )
    turn = _whose_turn(meeting, [member for member in standing if member.seat == Seat.CHAIR])
    standing.sort(key=lambda member: (member.seat != Seat.CHAIR, turn.get(member.user_id, 0), member.pk))
    entries: list[RosterEntry] = []
    left_out: list[agenda.AgendaProblem] = []
    for member in standing:
        membership = fitting_membership(member.user, Seat(member.seat), day)
        if member.user_id in {entry.user_id for entry in entries}:
            continue
        if membership is None:
            sentence = (
                f"{member.user.name} is a standing member but holds no fitting role on {in_words(day)}."
            )
            left_out.append(agenda.AgendaProblem("member_ended", sentence))
        elif member.seat == Seat.CHAIR and Seat.CHAIR in {entry.seat for entry in entries}:
            chair = next(entry.user.name for entry in entries if entry.seat == Seat.CHAIR)
            sentence = f"{chair} chairs this meeting by rota. {member.user.name} is a standing chair as well."
            left_out.append(agenda.AgendaProblem("second_chair", sentence))
        else:
            entries.append(
                RosterEntry(
                    meeting=meeting,
                    user=member.user,
                    seat=member.seat,
                    agency=membership.agency,
                    voting=member.voting and member.seat not in NON_VOTING_SEATS,
                )
            )
    RosterEntry.objects.bulk_create(entries)
    return tuple(left_out)


def _whose_turn(meeting: Meeting, chairs: Sequence[StandingMember]) -> dict[int, int]:
    """The standing chairs in the order of their turn: who has not chaired this panel yet first, then the longest ago."""
    if len(chairs) < 2:
        return {}
    last = dict(
        RosterEntry.objects.filter(
            seat=Seat.CHAIR,
            user__in=[member.user_id for member in chairs],
            meeting__panel_type=meeting.panel_type,
            meeting__starts_at__lt=meeting.starts_at,
        )
        .order_by()
        .values_list("user")
        .annotate(last=Max("meeting__starts_at"))
    )
    order = sorted(
        chairs,
        key=lambda member: (member.user_id in last, last.get(member.user_id, meeting.starts_at), member.pk),
    )
    return {member.user_id: place for place, member in enumerate(order)}


def seat(
    *,
    meeting: Meeting,
    user: User,
    seat: Seat,
    agency: Agency | None = None,
    voting: bool | None = None,
    by: User,
    now: datetime,
) -> RosterEntry:
    """Give somebody a seat at a meeting; conflicts of theirs that the records show take effect at once.

    `agency` and `voting` follow from the membership and the seat unless given. Refused: `already_seated`, `chair_taken`,
    `not_a_member` (also when the role ends before the meeting, row 67), `seat_never_votes`, `wrong_state`.
    """
    access.require(by, Verb.MEETING_PLAN, meeting, now=now)
    with transaction.atomic():
        locked = lock_meeting(meeting)
        _not_closed(locked)
        day = timezone.localdate(locked.starts_at)
        membership = fitting_membership(user, seat, day)
        if membership is None:
            raise Refused(
                "not_a_member",
                f"{user.name} holds no role for this seat on {in_words(day)}, the day of the meeting.",
                field="user",
            )
        _check_seat(locked, user, seat, voting=voting)
        entry = RosterEntry.objects.create(
            meeting=locked,
            user=user,
            seat=seat,
            agency=agency or membership.agency,
            voting=seat not in NON_VOTING_SEATS if voting is None else voting,
        )
        find_conflicts(meeting=locked, by=by, now=now)
        _audit("meeting.seat", locked, by, now, {"person": str(user.public_id), "seat": str(seat)})
        return entry


def _check_seat(meeting: Meeting, user: User, seat: Seat, *, voting: bool | None) -> None:
    taken = RosterEntry.objects.filter(meeting=meeting)
    if taken.filter(user=user).exists():
        raise Refused("already_seated", f"{user.name} has a seat at this meeting already.", field="user")
    if seat == Seat.CHAIR and taken.filter(seat=Seat.CHAIR).exists():
        raise Refused(
            "chair_taken",
            "This meeting has a chair. Record apologies and a substitute for the chair, or take the chair off first.",
            field="seat",
        )
    if voting and seat in NON_VOTING_SEATS:
        raise Refused("seat_never_votes", f"{Seat(seat).label}s do not vote.", field="voting")


def unseat(*, entry: RosterEntry, by: User, now: datetime) -> None:
    """Take somebody off the roster before the meeting. Once attendance was recorded they stay on it, with apologies.

    Whoever was invited is told that the meeting goes on without them. What they declared, or had imposed, binds on without the
    seat. Refused: `attendance_recorded`, `names_a_deputy`, `own_conflict`, `took_part`, `wrong_state`.
    """
    access.require(by, Verb.MEETING_PLAN, entry.meeting, now=now)
    with transaction.atomic():
        locked = lock_meeting(entry.meeting)
        _not_closed(locked)
        if hasattr(entry, "attendance") or entry.intervals.exists() or entry.item_exceptions.exists():
            raise Refused(
                "attendance_recorded", f"{entry.user.name} is on the attendance sheet. Record apologies."
            )
        if AgendaItem.objects.filter(deputy_chair=entry).exists():
            raise Refused(
                "names_a_deputy", f"{entry.user.name} is named to lead an item. Name somebody else first."
            )
        conflicts = Conflict.objects.filter(entry=entry).select_related("item__case", "entry__user")
        if entry.user_id == by.pk and conflicts.exclude(effect=Conflict.Effect.NOTE).exists():
            raise Refused(
                "own_conflict",
                "You are recused from an item of this meeting. Ask somebody else to take you off.",
            )
        forget_conflicts(conflicts, by=by, now=now)
        person = str(entry.user.public_id)
        call_off(meeting=locked, users=[entry.user], by=by, now=now)
        try:
            entry.delete()
        except ProtectedError as kept:
            # Pre-views, the word on the legal test, dissents: what somebody said from this seat outlasts it.
            raise Refused(
                "took_part",
                f"{entry.user.name} has said something from this seat that the record keeps, such as a view before the"
                " meeting or that they know the legal test. Record on the attendance sheet that they are here, or apologies.",
            ) from kept
        _audit("meeting.unseat", locked, by, now, {"person": person})


def add_items(*, meeting: Meeting, listings: Sequence[Listing], by: User, now: datetime) -> Listed:
    """Put questions on the agenda, after those already there, and record the conflicts that the records show on them.

    A plan is asked for only after the authority decided to assess (row 56). The same case twice is refused, on two agendas
    of a day warned of (row 68); 60 items at most (row 69). Refused: `recused`, `restricted`, `not_waiting`, `not_assessed`,
    `same_case_twice`, `too_many`, `nothing_listed`, `wrong_state`. Audits each item.
    """
    access.require(by, Verb.AGENDA_EDIT, meeting, now=now)
    if not listings:
        raise Refused("nothing_listed", "Choose at least one case.", field="cases")
    _require_open_cases(by, listings, now)
    with transaction.atomic():
        listed = place_items(lock_meeting(meeting), listings, by, now)
        return replace(listed, warnings=(*listed.warnings, *_questions(listed.items)))


def _questions(items: Sequence[AgendaItem]) -> Iterator[agenda.AgendaProblem]:
    """Who is to be asked whether they wrote a paper of one of these items."""
    seats = RosterEntry.objects.filter(meeting=items[0].meeting_id).select_related("user").order_by("pk")
    for one in authors_to_ask(list(seats), items):
        yield agenda.AgendaProblem(
            "ask_author",
            f"A paper of item {one.item.position} is by somebody called {one.entry.user.name}. Ask whether they wrote it, and"
            " record the answer on the item’s page.",
        )


def place_items(locked: Meeting, listings: Sequence[Listing], by: User, now: datetime) -> Listed:
    """`add_items` for whoever has asked already, with the meeting under lock."""
    with transaction.atomic():
        _not_closed(locked)
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
        for item in items:
            _audit_item("agenda.add", item, by, now)
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

    What somebody declared, or had imposed, is kept and follows the case to its next item. The family's invitations to it are taken back. Asked of the item: whoever is recused from it would open the case to
    themselves. Refused: `wrong_state` once it was taken up or anything was written, a pre-view too: then withdraw or defer it.
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
        forget_conflicts(
            Conflict.objects.filter(item=locked).select_related("item__case", "entry__user"), by=by, now=now
        )
        ItemAttendance.objects.filter(item=locked).delete()
        ConsentEntry.objects.filter(item=locked).delete()
        _take_guests_back(locked, by, now)
        _audit_item("agenda.remove", locked, by, now)
        try:
            locked.delete()
        except ProtectedError as kept:
            raise Refused(
                "wrong_state", "The record names this item already. Withdraw or defer it at the meeting."
            ) from kept
        _number(list(meeting.items.order_by("position", "pk")))


def _take_guests_back(item: AgendaItem, by: User, now: datetime) -> None:
    """Nobody of the family came to an item that was not taken up: their invitations go with it, and the trail keeps them."""
    guests = FamilyGuest.objects.filter(item=item, joined_at=None)
    for guest in guests.filter(taken_back_at=None).select_related("person"):
        _audit_item("guest.take_back", item, by, now, person=str(guest.person.public_id))
    guests.delete()


def reorder(*, meeting: Meeting, items: Sequence[AgendaItem], by: User, now: datetime) -> None:
    """Put the agenda in the order given: every item of the meeting once. Refused: `stale` when the list has changed."""
    access.require(by, Verb.AGENDA_EDIT, meeting, now=now)
    with transaction.atomic():
        locked = lock_meeting(meeting)
        _not_closed(locked)
        there = {item.pk: item for item in locked.items.all()}
        if sorted(item.pk for item in items) != sorted(there):
            raise Refused(
                "stale", "The agenda has changed since you opened it. Reload the page and order it again."
            )
        ordered = [there[item.pk] for item in items]
        _number(ordered)
        _audit("agenda.reorder", locked, by, now, {"order": [str(item.public_id) for item in ordered]})


def _number(items: Sequence[AgendaItem]) -> None:
    """Positions from one, without a gap: the number by which the room calls an item."""
    for number, item in enumerate(items, start=1):
        item.position = number
    AgendaItem.objects.bulk_update(items, ["position"])


def _not_closed(meeting: Meeting) -> None:
    if meeting.state == MeetingState.CANCELLED:
        raise Refused("wrong_state", "This meeting is cancelled. Its roster and agenda stay as they were.")
    if meeting.state == MeetingState.CLOSED:
        raise Refused("wrong_state", "This meeting has taken place. Its roster and agenda stay as they were.")


def _audit(verb: str, meeting: Meeting, by: User, now: datetime, values: dict[str, object]) -> None:
    audit.record(verb=verb, by=by, at=now, subject_kind="meeting", subject=meeting.public_id, values=values)


def _audit_item(verb: str, item: AgendaItem, by: User, now: datetime, **more: str) -> None:
    audit.record(
        verb=verb,
        by=by,
        at=now,
        subject_kind="item",
        subject=item.public_id,
        case=item.case.public_id,
        values={"meeting": str(item.meeting.public_id), "stage": item.stage, **more},
    )
