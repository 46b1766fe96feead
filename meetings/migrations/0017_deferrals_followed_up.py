from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Exists, Max, OuterRef, Q


def follow_earlier_deferrals(apps: Any, schema_editor: Any) -> None:
    """Make an action of what the last deferral of each waiting question waits for, in nobody's hands but the clerk's."""
    deferral, action = apps.get_model("meetings", "Deferral"), apps.get_model("meetings", "Action")
    waits = Q(item__stage="assess", item__case__state="requested") | Q(
        item__stage="issue", item__case__state="assessing"
    )
    # What a later panel has advised on it does without: the code would have closed such an action with the advice.
    advised = apps.get_model("meetings", "AgendaItem").objects.filter(
        case=OuterRef("item__case"), stage=OuterRef("item__stage"), state="recommended"
    )
    last = deferral.objects.order_by().values("item__case", "item__stage").annotate(last=Max("pk")).values("last")
    rows = deferral.objects.filter(waits, ~Exists(advised), pk__in=last, action=None, by_when__isnull=False)
    promises = rows.exclude(missing="").exclude(owner="").values_list("pk", "item", "by_when")
    action.objects.bulk_create(
        [action(deferral_id=key, item_id=item, due_on=by_when) for key, item, by_when in promises.order_by("pk")],
        batch_size=500,
    )


class Migration(migrations.Migration):

    dependencies = [
        ('meetings', '0016_kept_conflicts'),
        ('panel', '0004_support_directory'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='action',
            name='deferral',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='action', to='meetings.deferral'),
        ),
        migrations.AlterField(
            model_name='action',
            name='step',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='action', to='meetings.nextstep'),
        ),
        migrations.AlterField(
            model_name='actionreport',
            name='by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='action',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('deferral__isnull', True), ('step__isnull', False)), models.Q(('deferral__isnull', False), ('step__isnull', True)), _connector='OR'), name='action_comes_of_one_thing'),
        ),
        migrations.AddConstraint(
            model_name='actionreport',
            constraint=models.CheckConstraint(condition=models.Q(('by__isnull', False), models.Q(('state__in', ['done', 'overtaken']), models.Q(('words', ''), _negated=True)), _connector='OR'), name='report_of_nobody_closes_and_says_why'),
        ),
        migrations.RunPython(follow_earlier_deferrals, migrations.RunPython.noop),
    ]
