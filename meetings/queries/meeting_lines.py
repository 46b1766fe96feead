"""A meeting in a line of a list: its panel, state and chair, how many items, where its minutes stand. Three queries, however many."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce

from meetings.models import AgendaItem, Meeting, Minutes, RosterEntry, Seat
from meetings.rules.states import FINISHED, MEETING
from panel.models import User

PAGE = 25


@dataclass(frozen=True)
class MeetingLine:
    """One meeting of a list."""

    meeting: Meeting
    panel: str
    state: str
    chair: str
    vice_chair: str
    items: int
    unfinished: int
    minutes: str


def meeting_list(user: User, now: datetime, *, before: datetime | None = None) -> tuple[MeetingLine, ...]:
    """The meetings this user may see, latest first, 25 at a time; `before` is the start of the last one shown."""
    meetings = Meeting.objects.visible_to(user, now).order_by("-starts_at", "-pk")
    if before is not None:
        meetings = meetings.filter(starts_at__lt=before)
    return lines_of(meetings, PAGE)


def lines_of(
    meetings: QuerySet[Meeting], limit: int, seats: QuerySet[RosterEntry] | None = None
) -> tuple[MeetingLine, ...]:
    """Three queries, however many meetings. Each carries the seats of chair and vice-chair as `seats`, or all of `seats` where they are
    given.
    """
    chairs = RosterEntry.objects.filter(seat__in=(Seat.CHAIR, Seat.VICE_CHAIR)).select_related("user")
    newest = Minutes.objects.filter(superseded_by__isnull=True).select_related("signature")
    rows = list(
        meetings.select_related("panel_type", "config")
        .prefetch_related(
            Prefetch("roster", chairs if seats is None else seats, to_attr="seats"),
            Prefetch("minutes", newest, to_attr="newest_minutes"),
        )
        .annotate(
            listed=_count(AgendaItem.objects.all()),
            still_to_hear=_count(AgendaItem.objects.exclude(state__in=FINISHED)),
        )[:limit]
    )
    return tuple(_line(row) for row in rows)


def _count(items: QuerySet[AgendaItem]) -> Coalesce:
    of_meeting = items.filter(meeting=OuterRef("pk")).order_by().values("meeting")
    return Coalesce(Subquery(of_meeting.annotate(count=Count("pk")).values("count")), 0)


def _line(meeting: Meeting) -> MeetingLine:
    names = {seat.seat: seat.user.name for seat in meeting.seats}  # type: ignore[attr-defined]
    newest: list[Minutes] = meeting.newest_minutes  # type: ignore[attr-defined]
    signed = bool(newest) and hasattr(newest[0], "signature")
    return MeetingLine(
        meeting=meeting,
        panel=meeting.panel_type.name,
        state=MEETING.states[meeting.state].staff,
        chair=names.get(Seat.CHAIR, ""),
        vice_chair=names.get(Seat.VICE_CHAIR, ""),
        items=meeting.listed,  # type: ignore[attr-defined]
        unfinished=meeting.still_to_hear,  # type: ignore[attr-defined]
        minutes=f"{'Signed' if signed else 'To be signed'}, version {newest[0].version}" if newest else "",
    )
