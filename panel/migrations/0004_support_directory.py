import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('panel', '0003_restated_days'),
    ]

    operations = [
        migrations.CreateModel(
            name='Support',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(max_length=100)),
                ('offered_by', models.CharField(max_length=100)),
                ('what', models.CharField(max_length=300)),
                ('contact', models.CharField(max_length=200)),
                ('how', models.CharField(max_length=300)),
                ('needs', models.JSONField(blank=True, default=list)),
                ('ages_from', models.PositiveSmallIntegerField(default=0)),
                ('ages_to', models.PositiveSmallIntegerField(default=25)),
                ('area', models.CharField(blank=True, max_length=100)),
                ('districts', models.JSONField(blank=True, default=list)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField(blank=True, null=True)),
                ('recorded_at', models.DateTimeField()),
                ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('supersedes', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='superseded_by', to='panel.support')),
            ],
            options={
                'ordering': ['name', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='support_ends_after_start'), models.CheckConstraint(condition=models.Q(('ages_from__lte', models.F('ages_to')), ('ages_to__lte', 25)), name='support_ages_in_order'), models.CheckConstraint(condition=models.Q(models.Q(('what', ''), _negated=True), models.Q(('how', ''), _negated=True), models.Q(('contact', ''), _negated=True)), name='support_says_what_and_how')],
            },
        ),
    ]
