"""What every page shows around its own content."""

from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from panel.models import Installation
from panel.platform.policy import TABLE, Reach, Role, Verb

# In the order of the navigation bar; a link shows when any role of the user has a cell for its verb.
_LINKS: tuple[tuple[str, Verb], ...] = (
    ("Today", Verb.HOME_VIEW),
    ("Cases", Verb.CASE_LIST),
    ("Meetings", Verb.MEETING_LIST),
    ("Actions", Verb.ACTION_LIST),
    ("Decisions", Verb.DECISION_LIST),
    ("Letters", Verb.LETTER_LIST),
    ("Support", Verb.SUPPORT_LIST),
    ("People", Verb.USER_LIST),
    ("Panels", Verb.PANEL_LIST),
)


def page(request: HttpRequest) -> dict[str, Any]:
    """Context of every template: the authority's name, the navigation, the nonce of htmx's script."""
    installation = installation_of(request)
    user = getattr(request, "user", None)
    roles: frozenset[Role] = frozenset()
    if user is not None and user.is_authenticated:
        roles = user.roles_on(timezone.localdate())
    return {
        "authority_name": installation.authority_name if installation else "Inclusion Panel",
        "demonstration": bool(installation and installation.demonstration),
        "csp_nonce": getattr(request, "csp_nonce", None),
        "navigation": [
            (label, address, request.path == address)
            for label, verb in _LINKS
            if (address := address_of(verb))
            and roles
            and any(TABLE[verb].get(role) in (Reach.ANY, Reach.OWN) for role in roles)
            and not only_family(roles)
        ],
    }


def installation_of(request: HttpRequest) -> Installation | None:
    """The one row that says whose installation this is, read once a request."""
    if not hasattr(request, "installation"):
        request.installation = Installation.objects.first()  # type: ignore[attr-defined]  # our own
    found: Installation | None = request.installation  # type: ignore[attr-defined]
    return found


def address_of(verb: Verb) -> str:
    """Where the page of a verb is; empty for a page that comes with a later issue."""
    try:
        return reverse(verb)
    except NoReverseMatch:
        return ""


def only_family(roles: frozenset[Role]) -> bool:
    """Whether somebody comes as family and as nothing else: she gets the calm page without staff's navigation."""
    return bool(roles) and roles <= {Role.PARENT, Role.ADVOCATE}
