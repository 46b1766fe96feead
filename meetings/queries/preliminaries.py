"""What a meeting had before it before its first item, as its minutes keep it: the card, the promises, what became of actions."""

from django.db.models import Count, DateTimeField, Exists, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from meetings.minutes.frozen import ActionsBefore, CardLine, PromiseLine
from meetings.models import (
    Acknowledgement,
    Action,
    ActionReport,
    CardAcknowledgement,
    CardReading,
    Decision,
    Meeting,
    Seat,
)
from meetings.models.panels import NON_VOTING_SEATS
from meetings.queries.room import Room
from meetings.rules.states import ActionState


def card_line(room: Room) -> CardLine | None:
    """The card that was read out, and how many of the voting members who came said that they know it. Two queries."""
    reading = CardReading.objects.filter(meeting=room.meeting).select_related("by").first()
    if reading is None:
        return None
    came = [
        entry.pk
        for entry in room.entries
        if entry.seat not in NON_VOTING_SEATS and list(entry.intervals.all())
    ]
    known = CardAcknowledgement.objects.filter(entry__in=came, version=reading.version).count()
    return CardLine(reading.version, reading.by.name, known, len(came))


def promises(room: Room) -> tuple[PromiseLine, ...]:
    """Who promised confidentiality for this meeting, in the order they did. One query."""
    seats = {entry.user_id: str(Seat(entry.seat).label) for entry in room.entries}
    rows = Acknowledgement.objects.filter(meeting=room.meeting, user__in=seats).select_related("user")
    return tuple(
        PromiseLine(row.user.name, seats[row.user_id], row.text_version, row.at)
        for row in rows.order_by("at", "pk")
    )


def actions_before(meeting: Meeting) -> ActionsBefore | None:
    """What became of the actions of this panel's earlier meetings, as it stood when this one closed; None where there were none.

    Closed ones are counted from the end of the meeting before. What was recorded since changes nothing: an amendment says what
    the first version said. Two queries.
    """
    until = meeting.closed_at or timezone.now()
    earlier = Meeting.objects.filter(panel_type=meeting.panel_type_id, starts_at__lt=meeting.starts_at)
    since = earlier.exclude(closed_at=None).order_by("-starts_at").values_list("closed_at", flat=True).first()
    if since is None:
        return None
    last = ActionReport.objects.filter(action=OuterRef("pk"), at__lte=until).order_by("-n")
    otherwise = Decision.objects.filter(
        case=OuterRef("item__case"), stage=OuterRef("item__stage"), entered_at__lte=until
    ).exclude(Q(outcome=OuterRef("step__recommendation__outcome")) | Q(set_aside__at__lte=until))
    rows = (
        Action.objects.filter(Q(deferral__isnull=False) | ~Exists(otherwise), item__meeting__in=earlier)
        .filter(deferral__taken_back__isnull=True)
        .exclude(step__recommendation__superseded_by__at__lte=until)
        .annotate(
            stood=Coalesce(Subquery(last.values("state")[:1]), Value(ActionState.OPEN.value)),
            said_at=Subquery(last.values("at")[:1], output_field=DateTimeField()),
        )
    )
    still = Q(stood=ActionState.OPEN.value)
    late = Q(due_on__lt=timezone.localdate(until))
    found = rows.aggregate(
        **{
            name: Count("pk", filter=Q(stood=state.value, said_at__gt=since))
            for name, state in (
                ("done", ActionState.DONE),
                ("overtaken", ActionState.OVERTAKEN),
                ("not_done", ActionState.NOT_DONE),
            )
        },
        open=Count("pk", filter=still),
        overdue=Count("pk", filter=still & late),
    )
    return ActionsBefore(**found) if any(found.values()) else None
