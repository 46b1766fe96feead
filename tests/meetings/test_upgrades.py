"""What an upgrade does with rows that were there before it."""

import datetime as dt
from importlib import import_module

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from meetings.models import PanelConfig, PanelType
from panel.platform import triggers
from tests.meetings.day import make_config

pytestmark = pytest.mark.django_db


def test_every_set_of_rules_gets_the_purpose_its_panel_had() -> None:
    """Rules are never updated, by a trigger of their own: it is lifted for this one statement."""
    upgrade = import_module("meetings.migrations.0029_dated_panel_rules")
    state = MigrationExecutor(connection).loader.project_state(upgrade.Migration.dependencies)
    for operation in upgrade.Migration.operations[:2]:
        operation.state_forwards("meetings", state)
    other = PanelType.objects.create(name="Early years panel")
    for panel, year in ((None, 2020), (None, 2022), (other, 2020)):
        make_config(valid_from=dt.date(year, 1, 1), **({"panel_type": panel} if panel else {}))
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE meetings_paneltype ADD COLUMN purpose varchar(300) NOT NULL DEFAULT ''")
        cursor.execute("UPDATE meetings_paneltype SET purpose = 'Advises' WHERE name = 'Inclusion panel'")
    upgrade.copy_purpose(state.apps, connection.schema_editor())
    kept = PanelConfig.objects.order_by("pk").values_list("panel_type__name", "purpose")
    assert list(kept) == [
        ("Inclusion panel", "Advises"),
        ("Inclusion panel", "Advises"),
        ("Early years panel", ""),
    ]
    # SQLite gets its trigger back after the migration, as always; PostgreSQL never lost it.
    assert triggers.missing() == (
        [] if connection.vendor == "postgresql" else ["meetings_panelconfig_no_update"]
    )


def test_database_that_stands_where_a_migration_was_renamed_goes_on() -> None:
    recorder = MigrationRecorder(connection)
    recorder.record_unapplied("meetings", "0026_quorum_answers")
    recorder.record_applied("meetings", "0027_quorum_answers")
    executor = MigrationExecutor(connection)
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []
