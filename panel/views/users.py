"""Who signs in as staff: listed, invited, and their roles ended. Administrators only; they see no case."""

import uuid
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from panel.actions.users import NewRole, end_membership, invite_user
from panel.forms.users import EndRoleForm, InviteForm
from panel.models import Membership
from panel.platform.policy import ROLE_LABELS, Role, Verb
from panel.queries.users import list_staff
from panel.views.base import serves
from panel.views.typed import typed


@serves(Verb.USER_LIST)
def user_list(request: HttpRequest) -> HttpResponse:
    """Staff in order of their names, with their roles."""
    user: Any = request.user
    try:
        after = uuid.UUID(request.GET.get("after", ""))
    except ValueError:
        after = None
    page = list_staff(user, timezone.localdate(), after=after)
    return render(request, "panel/user_list.html", {"page": page, "begun": after is not None})


@serves(Verb.USER_INVITE, "GET", "HEAD", "POST")
def user_invite(request: HttpRequest) -> HttpResponse:
    """Let somebody in, or give them further roles."""
    form = InviteForm(request.POST or None)

    def act() -> str:
        said = form.cleaned_data
        where = {name: said[name] for name in ("agency", "setting", "ends_on")}
        user: Any = request.user
        invite_user(
            email=said["email"],
            name=said["name"],
            roles=[NewRole(Role(role), **where) for role in said["roles"]],
            by=user,
            now=timezone.now(),
        )
        messages.success(request, "Invited. An e-mail tells them where to sign in.")
        return reverse("user.list")

    return typed(request, form, act, "panel/user_invite.html", {})


@serves(Verb.USER_END, "GET", "HEAD", "POST")
def user_end(request: HttpRequest, membership: uuid.UUID) -> HttpResponse:
    """End one role of somebody."""
    found = get_object_or_404(
        Membership.objects.select_related("user", "agency", "setting"), public_id=membership
    )
    form = EndRoleForm(request.POST or None, initial={"last_day": timezone.localdate() - timedelta(days=1)})

    def act() -> str:
        user: Any = request.user
        end_membership(membership=found, last_day=form.cleaned_data["last_day"], by=user, now=timezone.now())
        messages.success(request, "The last day of this role is recorded.")
        return reverse("user.list")

    label = ROLE_LABELS[Role(found.role)]
    return typed(request, form, act, "panel/user_end.html", {"membership": found, "label": label})
