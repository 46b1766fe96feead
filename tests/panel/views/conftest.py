"""A demonstration, so that nobody is sent to set up a second factor, and a browser signed in as somebody."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from panel.models import Installation, User


@pytest.fixture(autouse=True)
def _demonstration(db: None) -> None:
    Installation(
        demonstration=True,
        authority_name="Testshire",
        seeded_on=timezone.localdate(),
        created_at=timezone.now(),
    ).save()


@pytest.fixture
def browse() -> Callable[[User], Client]:
    """A client signed in as a user."""

    def sign_in(user: User) -> Any:
        client = Client()
        client.force_login(user)
        return client

    return sign_in
