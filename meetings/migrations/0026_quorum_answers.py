import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    # It was on main as 0027 for a while: a database that stands there has it already.
    replaces = [("meetings", "0027_quorum_answers")]

    dependencies = [
        ('meetings', '0025_answer_of_the_decision'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='QuorumAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('sentence', models.CharField(max_length=500)),
                ('because', models.CharField(max_length=500)),
                ('at', models.DateTimeField()),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.AddField(
            model_name='acknowledgement',
            name='recorded_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='acknowledgement',
            name='signed_on',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name='acknowledgement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('recorded_by__isnull', True), ('signed_on__isnull', True)), models.Q(('recorded_by__isnull', False), ('signed_on__isnull', False)), _connector='OR'), name='a_promise_on_paper_has_its_day_and_its_clerk'),
        ),
        migrations.AddField(
            model_name='quorumanswer',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='quorumanswer',
            name='recommendation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='quorum_answers', to='meetings.recommendation'),
        ),
        migrations.AddConstraint(
            model_name='quorumanswer',
            constraint=models.CheckConstraint(condition=models.Q(('because', ''), _negated=True), name='a_lost_quorum_is_answered_in_words'),
        ),
    ]
