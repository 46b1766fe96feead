"""The database itself refuses what insert-only means."""

import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction

from panel.models import AuditEntry, Disposal
from panel.platform import audit, triggers
from tests.make import NOW, make_user

pytestmark = pytest.mark.django_db


def test_all_triggers_are_installed() -> None:
    assert len(triggers.insert_only_models()) > 20
    assert triggers.missing() == []


def test_missing_names_a_dropped_trigger() -> None:
    name, (table, _) = min(triggers.wanted(connection).items())
    on = f' ON "{table}"' if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f'DROP TRIGGER "{name}"{on}')
    assert triggers.missing() == [name]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE panel_auditentry SET verb = 'other'",
        "DELETE FROM panel_auditentry",
    ],
)
def test_entry_cannot_be_changed_by_sql(statement: str) -> None:
    entry = audit.record(verb="case.view", by=None, at=NOW, subject_kind="case", subject=None)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert AuditEntry.objects.get().sha256 == entry.sha256


def test_truncate_is_refused() -> None:
    audit.record(verb="case.view", by=None, at=NOW, subject_kind="case", subject=None)
    if connection.vendor == "sqlite":
        statement = "DELETE FROM panel_auditentry WHERE 1"
    else:
        statement = "TRUNCATE panel_auditentry CASCADE"
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert AuditEntry.objects.count() == 1


def test_replace_is_refused() -> None:
    if connection.vendor != "sqlite":
        return
    entry = audit.record(verb="case.view", by=None, at=NOW, subject_kind="case", subject=None)
    columns = "id, verb, at, subject_kind, value_sha256, sha256"
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT OR REPLACE INTO panel_auditentry ({columns}) VALUES (%s, 'x', %s, 'x', '', 'x')",  # noqa: S608
            [entry.pk, NOW],
        )
    assert AuditEntry.objects.get().verb == "case.view"


def test_delete_passes_with_two_peoples_disposal() -> None:
    entry = audit.record(
        verb="case.view", by=None, at=NOW, subject_kind="case", subject=None, values={"a": 1}
    )
    first, second = make_user("A"), make_user("B")
    Disposal(
        table="panel_auditvalue",
        row=entry.value.pk,
        reason="retention",
        requested_by=first,
        approved_by=second,
        at=NOW,
    ).save()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM panel_auditvalue")
    verdict = audit.verify()
    assert (verdict.fault, verdict.erased, verdict.unsealed) == ("", 1, 1)


def test_disposal_needs_two_people() -> None:
    only = make_user("A")
    with pytest.raises(DatabaseError), transaction.atomic():
        Disposal(table="x", row=1, reason="r", requested_by=only, approved_by=only, at=NOW).save()


def test_chain_names_the_seal_that_does_not_match() -> None:
    for _ in range(3):
        audit.record(verb="case.view", by=None, at=NOW, subject_kind="case", subject=None)
        audit.seal_pending(NOW)
    assert audit.verify().fault == ""
    with connection.cursor() as cursor:
        for name, (table, _) in triggers.wanted(connection).items():
            if table == "panel_auditentry":
                on = f' ON "{table}"' if connection.vendor == "postgresql" else ""
                cursor.execute(f'DROP TRIGGER "{name}"{on}')
        first = AuditEntry.objects.order_by("pk").first()
        cursor.execute(
            "UPDATE panel_auditentry SET at = %s WHERE id = %s", [NOW + dt.timedelta(minutes=1), first.pk]
        )
    assert audit.verify().fault == f"entry {first.pk} (case.view) has been changed"
