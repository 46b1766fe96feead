"""Every URL × every role × own and other object, generated from the policy table and the URL configuration.

A view that names no verb fails here, and so does a URL whose example object is missing below: nobody adds a page without
saying who may see it.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from panel.models import AuditEntry, User
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


@pytest.mark.django_db
@pytest.mark.parametrize("pattern", SIGNED_IN, ids=lambda p: str(p.name))
def test_row_76_other_methods_are_answered_405_and_change_nothing(pattern: URLPattern) -> None:
    world = make_world(Role.CLERK)
    client = Client()
    client.force_login(world.users[Role.CLERK])
    url, methods = world.url(pattern, own=True), pattern.callback.methods
    before = AuditEntry.objects.count()
    others = [name for name in ("GET", "POST", "PUT", "PATCH", "DELETE") if name not in methods]
    answers = [client.generic(name, url) for name in others]
    assert [(answer.status_code, answer["Allow"]) for answer in answers] == [
        (405, ", ".join(methods)) for _ in others
    ]
    assert AuditEntry.objects.count() == before


@pytest.mark.django_db
@pytest.mark.parametrize("pattern", SIGNED_IN, ids=lambda p: str(p.name))
def test_row_50_bytes_that_are_no_text_are_answered_400(pattern: URLPattern) -> None:
    world = make_world(Role.CLERK)
    client = Client()
    client.force_login(world.users[Role.CLERK])
    url = world.url(pattern, own=True)
    form = "application/x-www-form-urlencoded"
    asked = [
        lambda: client.get(f"{url}?shown=%FF%FE"),
        lambda: client.post(url, b"reason=%ff%fe", content_type=form),
        lambda: client.post(url, b"reason=\xff\xfe", content_type=form),
        # Half of a surrogate pair, written as UTF-8 never may be, and a slash written too long.
        lambda: client.post(url, b"reason=%ED%A0%80", content_type=form),
        lambda: client.post(url, b"reason=%C0%AF", content_type=form),
        lambda: client.post(url, b"%ff=reason", content_type=form),
    ]
    before = AuditEntry.objects.count()
    answers = [ask() for ask in asked]
    assert [answer.status_code for answer in answers] == [400] * len(asked)
    assert AuditEntry.objects.count() == before


def _expected(verb: Verb, role: Role, *, own: bool, has_object: bool) -> str:
    reach = TABLE[verb].get(role)
    if reach is None:
        return "refused"
    if has_object and not own and reach is Reach.OWN:
        return "not found"
    return "served"


def _seen(client: Client, url: str, methods: tuple[str, ...]) -> tuple[str, int]:
    response = client.get(url) if "GET" in methods else client.post(url)
    if response.status_code == 403:
        return "refused", 403
    if response.status_code == 404:
        return "not found", 404
    return ("served" if response.status_code in {200, 204, 302, 409, 422} else "broken"), response.status_code


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
        got[label] = _seen(client, world.url(pattern, own=own), pattern.callback.methods)[0]
    assert got == wanted
