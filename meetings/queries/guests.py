"""Which of the family is asked to an item, who could be, and when a family is expected."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import F, Q, QuerySet, Sum, Window
from django.utils import timezone

from meetings.letters.family import cases_of
from meetings.letters.queries import recipients_of
from meetings.models import AgendaItem, FamilyGuest
from meetings.rules.states import ItemState, MeetingState
from panel.models import Person, User


@dataclass(frozen=True)
class Expected:
    """A family is asked to a panel: on which day, about when, where or by video. Nothing of any other item."""

    case_id: int
    panel: str
    starts_at: datetime
    venue: str
    by_video: bool


def guests_of(item: AgendaItem) -> QuerySet[FamilyGuest]:
    """Everybody asked to an item and not taken back, with when they were there."""
    return FamilyGuest.objects.filter(item=item, taken_back_at=None).select_related("person")


def could_be_asked(item: AgendaItem, now: datetime) -> QuerySet[Person]:
    """Those with a right to be told about the case and nothing in the way, who are not asked already."""
    asked = guests_of(item).filter(left_at=None).values("person")
    entitled = recipients_of(item.case, timezone.localdate(now)).entitled
    return Person.objects.filter(pk__in=entitled).exclude(pk__in=asked).order_by("surname", "forename", "pk")


def expected_of(user: User, on: date) -> tuple[Expected, ...]:
    """When this family account is asked to a panel about one of its own cases. One query where it is asked to none."""
    guests = list(
        FamilyGuest.objects.filter(
            Q(item__state=ItemState.LISTED) | Q(item__state=ItemState.IN_DISCUSSION),
            person__user=user,
            item__meeting__state__in=(MeetingState.PLANNED, MeetingState.OPEN),
            item__meeting__starts_at__date__gte=on,
            taken_back_at=None,
            left_at=None,
        ).select_related("item__meeting__panel_type")
    )
    if not guests:
        return ()
    # The right to the case is looked at afresh: whoever lost it is expected nowhere.
    own = set(cases_of(user, on).values_list("pk", flat=True))
    guests = [guest for guest in guests if guest.item.case_id in own]
    before = {
        row.pk: row.until - row.minutes
        for row in AgendaItem.objects.filter(
            meeting__in={guest.item.meeting_id for guest in guests}
        ).annotate(until=Window(Sum("minutes"), partition_by=F("meeting"), order_by=(F("position"), F("pk"))))
    }
    return tuple(
        Expected(
            case_id=guest.item.case_id,
            panel=guest.item.meeting.panel_type.name,
            starts_at=guest.item.meeting.starts_at + timedelta(minutes=before[guest.item_id]),
            venue=guest.item.meeting.venue,
            by_video=guest.mode == "video",
        )
        for guest in guests
    )
