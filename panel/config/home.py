"""Each role's home page: what needs me today? Asks each app's queries; the only page that sees all of them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from panel.platform.policy import Verb
from panel.views.base import serves


@serves(Verb.HOME_VIEW)
def home(request: HttpRequest) -> HttpResponse:
    """The signed-in user's own page."""
    return render(request, "home.html", {})
