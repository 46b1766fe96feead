"""Every URL × every role × own and other object, generated from the policy table and the URL configuration.

A view that names no verb fails here, and so does a URL whose example object is missing below: nobody adds a page without
saying who may see it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from panel.models import AuditEntry
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
    Verb.SESSION_VIEW,
    Verb.ACCESSIBILITY_VIEW,
    Verb.HELP_VIEW,
    Verb.DEADLINES_VIEW,
    Verb.HEALTH_VIEW,
}
SIGNED_IN = [pattern for pattern in PATTERNS if getattr(pattern.callback, "verb", None) not in PUBLIC]
# One world serves every URL about one thing: to make a world for each takes longer than to ask.
NOUNS = sorted({str(pattern.name).split(".")[0] for pattern in SIGNED_IN})


def _signed_in_about(noun: str) -> list[URLPattern]:
    return [pattern for pattern in SIGNED_IN if str(pattern.name).split(".")[0] == noun]


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda p: str(p.name))
def test_every_view_names_its_verb(pattern: URLPattern) -> None:
    assert isinstance(getattr(pattern.callback, "verb", None), Verb), f"{pattern.name} names no verb"


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda p: str(p.name))
def test_url_name_begins_with_its_verb(pattern: URLPattern) -> None:
    noun = str(pattern.callback.verb).split(".")[0]
    assert str(pattern.name).split(".")[0] == noun


@pytest.mark.django_db
@pytest.mark.parametrize("noun", NOUNS)
def test_stranger_without_session_is_sent_to_sign_in(noun: str) -> None:
    world = make_world()
    answers = {
        str(pattern.name): Client().get(world.url(pattern, own=True)) for pattern in _signed_in_about(noun)
    }
    assert {name: (one.status_code, one.url.split("?")[0]) for name, one in answers.items()} == {
        name: (302, reverse("account_login")) for name in answers
    }


@pytest.mark.django_db
@pytest.mark.parametrize("noun", NOUNS)
def test_row_76_other_methods_are_answered_405_and_change_nothing(noun: str) -> None:
    world = make_world(Role.CLERK)
    client = Client()
    client.force_login(world.users[Role.CLERK])
    before = AuditEntry.objects.count()
    for pattern in _signed_in_about(noun):
        url, methods = world.url(pattern, own=True), pattern.callback.methods
        others = [name for name in ("GET", "POST", "PUT", "PATCH", "DELETE") if name not in methods]
        answers = [client.generic(name, url) for name in others]
        assert [(answer.status_code, answer["Allow"]) for answer in answers] == [
            (405, ", ".join(methods)) for _ in others
        ], pattern.name
        assert AuditEntry.objects.count() == before, pattern.name


@pytest.mark.django_db
@pytest.mark.parametrize("noun", NOUNS)
def test_row_50_bytes_that_are_no_text_are_answered_400(noun: str) -> None:
    world = make_world(Role.CLERK)
    client = Client()
    client.force_login(world.users[Role.CLERK])
    form = "application/x-www-form-urlencoded"
    before = AuditEntry.objects.count()
    for pattern in _signed_in_about(noun):
        url = world.url(pattern, own=True)
        answers = [
            client.get(f"{url}?shown=%FF%FE"),
            client.post(url, b"reason=%ff%fe", content_type=form),
            client.post(url, b"reason=\xff\xfe", content_type=form),
            # Half of a surrogate pair, written as UTF-8 never may be, and a slash written too long.
            client.post(url, b"reason=%ED%A0%80", content_type=form),
            client.post(url, b"reason=%C0%AF", content_type=form),
            client.post(url, b"%ff=reason", content_type=form),
        ]
        assert [answer.status_code for answer in answers] == [400] * len(answers), pattern.name
        assert AuditEntry.objects.count() == before, pattern.name


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


@contextmanager
def _undone() -> Iterator[None]:
    """What is asked here leaves nothing behind for the next URL."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.django_db
@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("noun", NOUNS)
def test_each_role_sees_what_the_table_says(noun: str, role: Role) -> None:
    world = make_world(role)
    client = Client()
    client.force_login(world.users[role])
    got: dict[tuple[str, bool], Any] = {}
    wanted: dict[tuple[str, bool], Any] = {}
    for pattern in _signed_in_about(noun):
        verb: Any = pattern.callback.verb
        has_object = bool(pattern.pattern.converters)
        for own in (True, False) if has_object else (True,):
            case = (str(pattern.name), own)
            wanted[case] = _expected(verb, role, own=own, has_object=has_object)
            with _undone():
                got[case] = _seen(client, world.url(pattern, own=own), pattern.callback.methods)[0]
    assert got == wanted
