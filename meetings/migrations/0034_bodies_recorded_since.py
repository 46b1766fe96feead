"""Decisions sent before it was kept who was told of them are not owed notice: the database says since which day it is."""

from typing import Any

from django.db import migrations, models
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

FIRST_KEPT_BY = "0030_bodies_told"


def keep_the_day(apps: Any, schema_editor: Any) -> None:
    """The day on which this database could first keep that a body was told, where letters to families had gone before that day."""
    applied = MigrationRecorder(schema_editor.connection).migration_qs.filter(
        app="meetings", name=FIRST_KEPT_BY
    )
    since = timezone.localdate(applied.values_list("applied", flat=True).first() or timezone.now())
    if apps.get_model("meetings", "Sent").objects.filter(letter_on__lt=since).exists():
        apps.get_model("meetings", "BodiesRecorded").objects.create(since=since)


class Migration(migrations.Migration):
    dependencies = [
        ("meetings", "0033_pre_views_over_18"),
    ]

    operations = [
        migrations.CreateModel(
            name="BodiesRecorded",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("only", models.BooleanField(default=True, unique=True)),
                ("since", models.DateField()),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("only", True)), name="bodies_recorded_once"
                    )
                ],
            },
        ),
        migrations.RunPython(keep_the_day, migrations.RunPython.noop),
    ]
