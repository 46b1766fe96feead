"""What a monitor is told, whatever it says it accepts."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("accept", ["*/*", "application/json", "text/html"])
def test_health_answers_json_without_sign_in(client: Client, accept: str) -> None:
    answer = client.get("/healthz", headers={"accept": accept})
    assert (answer.status_code, set(answer.json().values())) == (200, {"OK"})


def test_readiness_names_each_thing_it_looked_at(client: Client) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200, answer.content
    assert len(answer.json()) == 5
