"""Print one sign-in link for each kind of user of a demonstration."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone

from panel.demonstration.staff import STAFF
from panel.models import Case, Installation, Membership, Relationship, User
from panel.platform.policy import ROLE_LABELS, Role
from panel.views.session import new_link

# Who sits in for the chair holds the chair’s role too, so that the role alone would not find them.
VICE_CHAIRS = [row.email for row in STAFF if row.seat == "vice_chair"]


class Command(BaseCommand):
    help = "Prints one sign-in link for each kind of user, in a demonstration only. Earlier links keep working for 12 hours."

    def handle(self, *args: Any, **options: Any) -> None:
        if not Installation.objects.filter(demonstration=True).exists():
            return
        day = timezone.localdate()
        for role in Role:
            self._write(ROLE_LABELS[role], _first(role, day))
            if role is Role.CHAIR:
                self._write("Vice-chair", User.objects.filter(email__in=VICE_CHAIRS).first())

    def _write(self, label: str, user: User | None) -> None:
        if user is not None:
            path = reverse("session.demonstrate", args=[new_link(user)])
            self.stdout.write(f"  {label:<28} {settings.PUBLIC_ADDRESS.rstrip('/')}{path}")


def _first(role: Role, day: Any) -> User | None:
    """Whoever of a role has something to look at, else the first."""
    users = User.objects.filter(
        pk__in=Membership.objects.live(day).filter(role=role).values("user")
    ).order_by("pk")
    if role is Role.PROFESSIONAL:
        busy = users.filter(Exists(Case.objects.filter(submitted_by=OuterRef("pk"))))
        return busy.first() or users.first()
    if role is Role.PARENT:
        listed = Relationship.objects.filter(person__user=OuterRef("pk"), child__cases__items__isnull=False)
        return users.filter(Exists(listed)).first() or users.first()
    return users.first()
