"""Every URL × every role × own and other object, generated from the policy table and the URL configuration.

A view that names no verb fails here, and so does a URL whose example object is missing below: nobody adds a page without
saying who may see it.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from panel.models import User
from panel.platform.policy import TABLE, Reach, Role, Verb
from tests.world import make_world

# Sign-in pages belong to allauth: they act on the visitor's own account only and take no object.
LIBRARY_MODULES = ("allauth.",)


def _patterns(resolver: URLResolver) -> Iterator[URLPattern]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from _patterns(pattern)
        else:
            yield pattern


def _ours() -> list[URLPattern]:
    return [
        pattern
        for pattern in _patterns(get_resolver())
        if not pattern.callback.__module__.startswith(LIBRARY_MODULES)
        and not getattr(getattr(pattern.callback, "view_class", None), "__module__", "").startswith(
            LIBRARY_MODULES
        )
    ]


PATTERNS = _ours()
PUBLIC = {
    Verb.SESSION_DEMONSTRATE,
    Verb.ACCESSIBILITY_VIEW,
    Verb.HELP_VIEW,
    Verb.DEADLINES_VIEW,
    Verb.HEALTH_VIEW,
}
SIGNED_IN = [pattern for pattern in PATTERNS if getattr(pattern.callback, "verb", None) not in PUBLIC]


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda p: str(p.name))
def test_every_view_names_its_verb(pattern: URLPattern) -> None:
    assert isinstance(getattr(pattern.callback, "verb", None), Verb), f"{pattern.name} names no verb"


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda p: str(p.name))
def test_url_name_begins_with_its_verb(pattern: URLPattern) -> None:
    noun = str(pattern.callback.verb).split(".")[0]
    assert str(pattern.name).split(".")[0] == noun


@pytest.mark.django_db
@pytest.mark.parametrize("pattern", SIGNED_IN, ids=lambda p: str(p.name))
def test_stranger_without_session_is_sent_to_sign_in(pattern: URLPattern) -> None:
    world = make_world()
    response = Client().get(world.url(pattern, own=True))
    assert (response.status_code, response.url.split("?")[0]) == (302, reverse("account_login"))


def _expected(verb: Verb, role: Role, *, own: bool, has_object: bool) -> str:
    reach = TABLE[verb].get(role)
    if reach is None:
        return "refused"
    if has_object and not own and reach is Reach.OWN:
        return "not found"
    return "served"


def _seen(client: Client, url: str) -> tuple[str, int]:
    response = client.get(url)
    if response.status_code == 403:
        return "refused", 403
    if response.status_code == 404:
        return "not found", 404
    return (
        "served" if response.status_code in {200, 204, 302, 405, 409, 422} else "broken"
    ), response.status_code


@pytest.mark.django_db
@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("pattern", SIGNED_IN, ids=lambda p: str(p.name))
def test_each_role_sees_what_the_table_says(pattern: URLPattern, role: Role) -> None:
    world = make_world(role)
    user: User = world.users[role]
    client = Client()
    client.force_login(user)
    verb: Any = pattern.callback.verb
    has_object = bool(pattern.pattern.converters)
    got: dict[str, Any] = {}
    wanted: dict[str, Any] = {}
    for own in (True, False) if has_object else (True,):
        label = "own" if own else "other"
        wanted[label] = _expected(verb, role, own=own, has_object=has_object)
        got[label] = _seen(client, world.url(pattern, own=own))[0]
    assert got == wanted
