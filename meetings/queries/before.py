"""What an act that cannot be taken back will do, one line for each thing, from the rows as they stand. Asked before it
is done.
"""

from collections import Counter
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from meetings.models import AgendaItem, Conflict, ConsentEntry, Invitation, Meeting, RosterEntry
from meetings.queries.guests import guests_of
from meetings.queries.invitations import last_invitations
from meetings.queries.late import entry_of_meeting
from meetings.queries.noting import decisions_to_note, events_to_note
from meetings.queries.previews import PreViews
from meetings.queries.taking_back import PutOff
from meetings.rules.states import FINISHED, ItemState
from panel.law.clock import latest_safe_panel_for
from panel.law.legal import Stage
from panel.law.words import in_words
from panel.models import Agency, User
from panel.queries.clocks import stage_due_of


def before_unseating(entry: RosterEntry, reader: User, now: datetime) -> tuple[str, ...]:
    """Somebody's seat goes: whether they are told, what the quorum loses, which conflicts go with it and which stay.

    Of items that are closed to the reader nothing is counted.
    """
    name, meeting = entry.user.name, entry.meeting
    told = last_invitations(meeting).get(entry.user_id)
    invited = told is not None and told.kind == Invitation.Kind.REQUEST
    lines = [
        f"{name} was invited and gets an e-mail that they need not come."
        if invited
        else f"{name} was not invited yet and is told nothing."
    ]
    others = RosterEntry.objects.filter(meeting=meeting, seat=entry.seat).exclude(pk=entry.pk)
    if entry.seat in meeting.config.required_seats and not others.exists():
        lines.append(
            f"Nobody else sits as: {entry.get_seat_display()}. Without that seat there is no quorum."
        )
    kind = entry.agency.kind if entry.agency and entry.voting else ""
    colleagues = RosterEntry.objects.filter(meeting=meeting, agency__kind=kind, voting=True).exclude(
        pk=entry.pk
    )
    if kind in meeting.config.required_agencies and not colleagues.exists():
        lines.append(
            f"Nobody else with a vote comes from: {Agency.Kind(kind).label}. Without that agency there is no quorum."
        )
    seen = AgendaItem.objects.visible_to(reader, now).filter(meeting=meeting)
    lines += _conflicts_of_seat(Conflict.objects.filter(entry=entry, item__in=seen))
    return (*lines, "They can be given a seat again.")


def before_removing(item: AgendaItem, now: datetime) -> tuple[str, ...]:
    """An item goes off the list: its dates run on, and what was arranged for it ends."""
    lines = [f"The case waits for a panel again. {_dates(item, timezone.localdate(now))}"]
    lines += _conflicts_of_item(Conflict.objects.filter(item=item))
    if guests := guests_of(item).filter(left_at=None).count():
        lines.append(f"{_count(guests, 'invitation')} of the family to it {_is(guests)} taken back.")
    if ConsentEntry.objects.filter(item=item).exists():
        lines.append("What was proposed for the consent list is dropped.")
    return (*lines, "The items after it move up, and it can be listed again at the end.")


def _dates(item: AgendaItem, today: date) -> str:
    """By when the family has to be told, or had to, and the last panel that leaves time for it, if it can still sit."""
    due = stage_due_of(item.case, Stage(item.stage))
    if due < today:
        return f"The family had to be told by {in_words(due)}. That day has passed: each week more is a week later."
    told, last = f"The family has to be told by {in_words(due)}", latest_safe_panel_for(due)
    if last < today:
        return f"{told}, and no later panel leaves time for that."
    return f"{told}; the last panel that leaves time for that is on or before {in_words(last)}."


def _bind(rows: QuerySet[Conflict], *, kept: bool) -> QuerySet[Conflict]:
    """Those that bind: `kept`, what somebody said, outlasts item and seat; what the records show does not."""
    binding = rows.exclude(effect=Conflict.Effect.NOTE)
    found = Q(source=Conflict.Source.AUTOMATIC)
    return binding.exclude(found) if kept else binding.filter(found)


def _conflicts_of_seat(rows: QuerySet[Conflict]) -> list[str]:
    def items(*, kept: bool) -> int:
        return _bind(rows, kept=kept).values("item").distinct().count()

    lines = []
    if goes := items(kept=False):
        lines.append(
            f"The conflicts of interest that the records show on {_count(goes, 'item')} go with the seat, and are looked for again"
            " with a new one."
        )
    if stays := items(kept=True):
        lines.append(
            f"The conflicts of interest declared or imposed on {_count(stays, 'item')} stay, and go with the case to its next item."
        )
    return lines


def _conflicts_of_item(rows: QuerySet[Conflict]) -> list[str]:
    lines = []
    if goes := _bind(rows, kept=False).count():
        lines.append(
            f"{_count(goes, 'conflict')} of interest that the records show {_goes(goes)} with it, and {_is(goes)} looked for again"
            " when it is listed."
        )
    if stays := _bind(rows, kept=True).count():
        lines.append(
            f"{_count(stays, 'conflict')} of interest declared or imposed {_stays(stays)}, and {_goes(stays)} with the case to its"
            " next item."
        )
    return lines


def before_taking_back(found: PutOff) -> tuple[str, ...]:
    """An item that was put off by mistake is put back on today's list: what that undoes, and that all of it is kept."""
    deferral, placed = found.deferral, found.placed
    lines = ["It is on today’s list again, and can be taken up."]
    if placed is not None:
        lines.append(f"It is taken off the list of {in_words(timezone.localdate(placed.meeting.starts_at))}.")
        if ConsentEntry.objects.filter(item=placed).exists():
            lines.append("What was proposed for the consent list of that meeting is dropped.")
    if deferral.missing:
        lines.append(
            f"“{deferral.missing}” is waited for no more: the action of {deferral.owner} is closed, as circumstances changed."
        )
    if deferral.makes_late:
        lines.append("The family need not be told of a delay.")
    return (*lines, "That it was put off stays in the record, with your reason for taking it back.")


def before_opening(views: PreViews) -> tuple[str, ...]:
    """The views of all members are opened: who has none and can give none from then on."""
    missing = (
        f"Not written yet: {', '.join(views.missing)}. They can give none once the views are open, and say theirs in the discussion."
        if views.missing
        else "Every member with a vote on this item has written theirs."
    )
    if not views.done:
        return ("Nobody has written a view, so there is nothing to read.", missing)
    return (
        missing,
        f"{_count(len(views.done), 'view')} can be read by everybody at the table, all at once.",
        "Nobody can change a view any more, and the views cannot be closed again.",
    )


def before_closing(meeting: Meeting, now: datetime) -> tuple[str, ...]:
    """The meeting ends: what was heard and what was not, who is still there, what is noted with it."""
    states = Counter(meeting.items.values_list("state", flat=True))
    heard = states[ItemState.RECOMMENDED] + states[ItemState.SENT_BACK]
    lines = [f"{_count(heard, 'item')} heard, with a recommendation."]
    if put_off := states[ItemState.DEFERRED]:
        lines.append(f"{_count(put_off, 'item')} not heard: put off to another panel.")
    if withdrawn := states[ItemState.WITHDRAWN]:
        lines.append(f"{_count(withdrawn, 'item')} not heard: withdrawn.")
    there = meeting.roster.filter(intervals__joined_at__isnull=False, intervals__left_at=None).distinct()
    entry = entry_of_meeting(meeting)
    ends_at = (entry.ended_at if entry else None) or now
    if names := sorted(there.values_list("user__name", flat=True)):
        lines.append(f"Still here, and leaving with it: {', '.join(names)}.")
    noted = decisions_to_note(meeting.panel_type, ends_at).count()
    noted += events_to_note(meeting.panel_type, ends_at).count()
    if noted:
        lines.append(f"{_count(noted, 'decision')} made without this panel {_is(noted)} noted.")
    lines.append(
        "No item can be taken up again and no recommendation changed. The meeting cannot be opened again."
    )
    return (*lines, "Its minutes can then be prepared. Letters do not wait for them.")


def unfinished_numbers(meeting: Meeting) -> tuple[int, ...]:
    """The items that are neither heard nor put off, by their numbers."""
    rows = meeting.items.exclude(state__in=FINISHED).order_by("position")
    return tuple(rows.values_list("position", flat=True))


def _count(number: int, noun: str) -> str:
    return f"{number or 'No'} {noun}{'' if number == 1 else 's'}"


def _goes(number: int) -> str:
    return "goes" if number == 1 else "go"


def _stays(number: int) -> str:
    return "stays" if number == 1 else "stay"


def _is(number: int) -> str:
    return "is" if number == 1 else "are"
