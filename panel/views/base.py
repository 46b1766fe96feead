"""What every view wears: its verb, its methods, and one way to say no."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from panel.platform.policy import TABLE, Refused, Verb

View = Callable[..., HttpResponse]

# A rule's no about a record's state is a conflict; about what was typed, unprocessable; about the person, forbidden.
STATUS = {
    "not_allowed": 403,
    "closed": 403,
    "recused": 404,
    "restricted": 404,
    "not_found": 404,
    "insert_only": 409,
    "wrong_state": 409,
    "stale": 409,
    "gone": 409,
    "already_decided": 409,
    "storage_full": 507,
}


def status_of(refusal: Refused) -> int:
    """The HTTP status of a refusal; 422 for everything that is wrong with what was entered."""
    return STATUS.get(refusal.code, 422)


def serves(verb: Verb, *methods: str) -> Callable[[View], View]:
    """Mark a view with the verb it serves and the methods it takes (GET alone by default).

    A user none of whose roles has a cell for the verb is refused before the view runs; whether *this object* is hers the
    view asks by loading it through `visible_to`, and the action asks again.
    """

    def wear(view: View) -> View:
        @wraps(view)
        def worn(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            user: Any = request.user
            if not user.roles_on(timezone.localdate()) & set(TABLE[verb]):
                raise Refused("not_allowed", "This page is not part of your role.")
            return view(request, *args, **kwargs)

        guarded: Any = _only(methods, worn)
        guarded.verb = verb
        return guarded

    return wear


def _only(methods: tuple[str, ...], view: View) -> View:
    """The view for its methods alone; any other is answered with a page that says so, and changes nothing (row 76)."""
    allowed = methods or ("GET", "HEAD")

    @wraps(view)
    def held(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method not in allowed:
            answer = render(request, "405.html", status=405)
            answer["Allow"] = ", ".join(allowed)
            return answer
        return view(request, *args, **kwargs)

    marked: Any = held
    marked.methods = allowed
    return held


def public(verb: Verb, *methods: str) -> Callable[[View], View]:
    """Mark a view that needs no sign-in and shows no one's data."""

    def wear(view: View) -> View:
        guarded: Any = login_not_required(_only(methods, view))
        guarded.verb = verb
        return guarded

    return wear


def refuse(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """A page of its own for a refusal that belongs to no field."""
    status = status_of(refusal)
    if status == 404:
        return render(request, "404.html", status=404)
    return render(
        request, "refused.html", {"sentence": refusal.sentence, "code": refusal.code}, status=status
    )
