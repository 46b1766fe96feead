"""Staff without a second factor reach only the pages that set one up, which ask who is signed in before they send."""

import pytest
from django.test import Client
from django.urls import reverse

from panel.models import User

pytestmark = pytest.mark.django_db


def test_staff_without_a_second_factor_are_sent_to_set_one_up_and_may_ask_who_is_signed_in(
    clerk: User,
) -> None:
    client = Client()
    client.force_login(clerk)
    answers = [client.get(there) for there in (reverse("home.view"), reverse("case.list"), "/session/")]
    assert [answer.status_code for answer in answers] == [302, 302, 200]
    assert {answer.url for answer in answers[:2]} == {reverse("mfa_activate_totp")}
