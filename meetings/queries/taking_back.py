"""What has come of an item since it was put off, as the rule about taking that back asks for it."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from meetings.models import WAITS_IN, AgendaItem, Deferral, DeferralNotice, PreView, Revision
from meetings.queries.guests import guests_of
from meetings.rules.states import ItemState, MeetingState
from meetings.rules.taking_back import Since
from panel.law.legal import Stage


@dataclass(frozen=True)
class PutOff:
    """An item's deferral that stands, the item it placed on the next list while it is there, and what has come of either."""

    deferral: Deferral
    placed: AgendaItem | None
    since: Since


def put_off(item: AgendaItem) -> PutOff | None:
    """The deferral of an item that stands, with what has come of it; None for one that is not put off. At most seven queries."""
    deferral = Deferral.objects.standing().filter(item=item).select_related("next_meeting").first()
    if deferral is None:
        return None
    told = DeferralNotice.objects.filter(deferral=deferral).first()
    rows = AgendaItem.objects.filter(
        case=item.case_id, stage=item.stage, meeting__starts_at__gt=item.meeting.starts_at
    )
    rows = rows.exclude(state=ItemState.WITHDRAWN).exclude(meeting__state=MeetingState.CANCELLED)
    later = list(rows.select_related("case", "meeting").order_by("meeting__starts_at", "pk"))
    heard = [one for one in later if one.state != ItemState.LISTED or one.started_at is not None]
    listed = [one for one in later if one not in heard]
    placed = next((one for one in listed if one.meeting_id == deferral.next_meeting_id), None)
    return PutOff(
        deferral,
        placed,
        Since(
            in_session=item.meeting.state == MeetingState.OPEN,
            waits=item.case.state == WAITS_IN[Stage(item.stage)],
            told_on=told.told_on if told else None,
            next_on=_day(placed),
            taken_up_on=_day(next(iter(heard), None)),
            listed_on=_day(next((one for one in listed if one != placed), None)),
            has_views=placed is not None and PreView.objects.filter(item=placed).exists(),
            family_asked=placed is not None and guests_of(placed).filter(left_at=None).exists(),
            named=placed is not None and Revision.objects.filter(item=placed).exists(),
        ),
    )


def _day(item: AgendaItem | None) -> date | None:
    return timezone.localdate(item.meeting.starts_at) if item is not None else None
