"""The days an order or the like has put in the place of the law's, beside the next duty, for lists that ask no more rows."""

from collections import defaultdict

from django.db import migrations, models


def restate(apps, schema_editor):
    """Bring cases with an event up to date; every other case has nothing restated."""
    from panel.queries.clocks import due_index

    events = defaultdict(list)
    rows = apps.get_model("panel", "ClockEvent").objects.filter(superseded_by=None).exclude(kind="error")
    for event in rows.order_by("on", "pk"):
        events[event.case_id].append(event)
    for case in apps.get_model("panel", "Case").objects.filter(pk__in=list(events)):
        _, _, case.assess_restated_on, case.issue_restated_on = due_index(case, events[case.pk])
        case.save(update_fields=["assess_restated_on", "issue_restated_on"])


class Migration(migrations.Migration):

    dependencies = [
        ('panel', '0002_exemptions_closures_advice'),
    ]

    operations = [
        migrations.AddField(
            model_name='case',
            name='assess_restated_on',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='case',
            name='issue_restated_on',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.RunPython(restate, migrations.RunPython.noop),
    ]
