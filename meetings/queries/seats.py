"""Which role a seat at a meeting asks for."""

from datetime import date

from django.db.models import Exists, OuterRef

from meetings.models import AgendaItem, Conflict, RosterEntry, Seat
from panel.models import Membership, User
from panel.platform.policy import FAMILY_ROLES, OBSERVER_ROLES, Role

# Minute takers may be any member of staff.
SEAT_ROLES = {
    Seat.CHAIR: frozenset({Role.CHAIR}),
    Seat.VICE_CHAIR: frozenset({Role.CHAIR}),
    Seat.PARENT_CARER_REPRESENTATIVE: frozenset({Role.PARENT_REPRESENTATIVE}),
    Seat.OBSERVER: OBSERVER_ROLES,
    Seat.MINUTE_TAKER: frozenset(Role) - FAMILY_ROLES,
}
PANEL_MEMBER = frozenset({Role.MEMBER})


def fits(seat: Seat) -> frozenset[Role]:
    """The roles one of which whoever holds this seat has."""
    return SEAT_ROLES.get(seat, PANEL_MEMBER)


def fitting_membership(user: User, seat: Seat, day: date) -> Membership | None:
    """The membership through which somebody may hold a seat on `day`: the one with an agency first."""
    wanted = fits(seat)
    fitting = [membership for membership in user.memberships_on(day) if membership.role in wanted]
    return min(fitting, key=lambda membership: (membership.agency_id is None, membership.pk), default=None)


def proposed_deputy(item: AgendaItem) -> RosterEntry | None:
    """The vice-chair, for an item that needs a deputy: with a vote, without a conflict that binds. None where there is none."""
    binds = Conflict.objects.filter(item=item, entry=OuterRef("pk")).exclude(effect=Conflict.Effect.NOTE)
    ready = RosterEntry.objects.filter(
        ~Exists(binds), meeting=item.meeting_id, seat=Seat.VICE_CHAIR, voting=True
    )
    return ready.select_related("user").first()
