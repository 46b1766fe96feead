"""What a panel is for belongs to its dated rules, which may ask for kinds of agency; a vice-chair has a seat of its own."""

from typing import Any

from django.db import migrations, models
from django.db.models import OuterRef, Subquery

SEATS = [
    ("chair", "Chair"),
    ("vice_chair", "Vice-chair"),
    ("educational_psychologist", "Educational psychologist"),
    ("sen_lead", "SEN lead"),
    ("school", "Head or SENCO"),
    ("early_years", "Early years"),
    ("health", "Health"),
    ("social_care", "Social care"),
    ("post16", "Post-16"),
    ("parent_carer_representative", "Parent-carer representative"),
    ("observer", "Observer"),
    ("minute_taker", "Minute taker"),
]


def copy_purpose(apps: Any, schema_editor: Any) -> None:
    """Give every set of rules the purpose its panel has: the one update these rows ever see, past their own trigger.

    SQLite made the table anew without triggers when the column came; every trigger is put back after the migration.
    """
    rules, panel = apps.get_model("meetings", "PanelConfig"), apps.get_model("meetings", "PanelType")
    on_postgresql = schema_editor.connection.vendor == "postgresql"
    if on_postgresql:
        # What is still to be checked at the end of a transaction would stand in the way of ALTER TABLE.
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        schema_editor.execute("ALTER TABLE meetings_panelconfig DISABLE TRIGGER USER")
    else:
        schema_editor.execute("DROP TRIGGER IF EXISTS meetings_panelconfig_no_update")
    purpose = panel.objects.filter(pk=OuterRef("panel_type")).values("purpose")
    rules.objects.update(purpose=Subquery(purpose[:1]))
    if on_postgresql:
        schema_editor.execute("ALTER TABLE meetings_panelconfig ENABLE TRIGGER USER")


class Migration(migrations.Migration):
    dependencies = [
        ("meetings", "0028_heard_before"),
    ]

    operations = [
        migrations.AddField(
            model_name="panelconfig",
            name="purpose",
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name="panelconfig",
            name="required_agencies",
            field=models.JSONField(default=list),
        ),
        migrations.RunPython(copy_purpose, migrations.RunPython.noop),
        migrations.RemoveField(
            model_name="paneltype",
            name="purpose",
        ),
        migrations.AlterField(
            model_name="rosterentry",
            name="seat",
            field=models.CharField(choices=SEATS, max_length=30),
        ),
        migrations.AlterField(
            model_name="standingmember",
            name="seat",
            field=models.CharField(choices=SEATS, max_length=30),
        ),
    ]
