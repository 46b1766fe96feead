"""A page asks who is signed in before it sends what was typed: nothing is written, and nobody is signed in for longer by it."""

from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from panel.models import AuditEntry, User

pytestmark = pytest.mark.django_db
ASK = "/session/"


@pytest.fixture
def web(clerk: User) -> Client:
    client = Client(enforce_csrf_checks=True)
    client.force_login(clerk)
    return client


def test_it_says_who_is_signed_in_by_number_and_nothing_else_of_them(web: Client, clerk: User) -> None:
    answer: Any = web.get(ASK)
    said = answer.json()
    assert (answer.status_code, sorted(said), said["user"]) == (200, ["token", "user"], str(clerk.public_id))


def test_nobody_is_an_answer_and_gets_no_token() -> None:
    answer: Any = Client().get(ASK)
    assert (answer.status_code, answer.json(), dict(answer.cookies)) == (200, {"user": None}, {})


@pytest.mark.parametrize("signed_in", [True, False])
def test_no_cache_keeps_the_answer(web: Client, *, signed_in: bool) -> None:
    answer = (web if signed_in else Client()).get(ASK)
    assert answer["Cache-Control"] == "no-store, private"


def test_asking_writes_nothing_and_renews_nothing(
    web: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ends = Session.objects.get().expire_date
    before = AuditEntry.objects.count()
    with django_assert_num_queries(2):  # the session and whose it is
        answer: Any = web.get(ASK)
    assert (Session.objects.get().expire_date, AuditEntry.objects.count()) == (ends, before)
    assert "sessionid" not in answer.cookies


def test_the_token_it_gives_is_taken_by_a_form(web: Client) -> None:
    token = web.get(ASK).json()["token"]
    answers = [web.post(reverse("case.list"), {"csrfmiddlewaretoken": one}) for one in (token, "x" * 64)]
    assert answers[0].status_code != 403
    assert answers[1].status_code == 403


def test_an_old_token_is_a_lost_sign_in_to_a_page_that_sends_by_itself(web: Client) -> None:
    old = {"csrfmiddlewaretoken": "x" * 64}
    answers = [web.post(reverse("case.list"), old, headers=by) for by in ({}, {"HX-Request": "true"})]
    assert [answer.status_code for answer in answers] == [403, 401]


def test_page_of_somebody_signed_in_carries_the_dialogue_once_and_no_other(web: Client) -> None:
    marks = [web.get(reverse(name)).content.decode().count("<dialog") for name in ("home.view", "case.list")]
    assert (marks, Client().get("/accounts/login/").content.decode().count("<dialog")) == ([1, 1], 0)


def test_page_open_to_everybody_asks_for_no_sign_in(web: Client) -> None:
    assert "<dialog" not in web.get(reverse("deadlines.view")).content.decode()
