"""REPLACE passes by no unique rule, not even one that holds for some rows only: the first decision on a question stays."""

import pytest
from django.db import DatabaseError, connection, transaction

from meetings.models import Decision, Recommendation
from tests.meetings.day import advise, begin, make_day
from tests.meetings.letters.household import make_household

pytestmark = pytest.mark.django_db


def replace(model: type[Decision] | type[Recommendation], pk: int, outcome: str) -> None:
    """Put a copy of a row, under a new key and a new public id, in its place."""
    table = model._meta.db_table
    columns = [
        f.column for f in model._meta.concrete_fields if f.column not in {"id", "public_id", "outcome"}
    ]
    names = ", ".join(f'"{column}"' for column in columns)
    statement = (
        f'INSERT OR REPLACE INTO "{table}" ("public_id", "outcome", {names}) '  # noqa: S608 - our own names
        f"SELECT 'f{pk}', '{outcome}', {names} FROM \"{table}\" WHERE id = {pk}"
    )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_first_decision_is_not_replaced() -> None:
    if connection.vendor != "sqlite":
        return
    decision = make_household().decision
    with pytest.raises(DatabaseError, match="insert-only"):
        replace(Decision, decision.pk, "assess")
    assert Decision.objects.values_list("pk", "outcome").get() == (decision.pk, "not_assess")


def test_first_recommendation_is_not_replaced() -> None:
    if connection.vendor != "sqlite":
        return
    day = begin(make_day())
    advice = advise(day, day.items[0])
    with pytest.raises(DatabaseError, match="insert-only"):
        replace(Recommendation, advice.pk, "not_assess")
    assert Recommendation.objects.values_list("pk", "outcome").get() == (advice.pk, "assess")
