import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('meetings', '0021_names_and_exemptions'),
        ('panel', '0005_requests_taken_back'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='riskstep',
            name='kind',
            field=models.CharField(choices=[('accepted', 'Taken on'), ('declined', 'Not taken on'), ('contacted', 'Family contacted'), ('told', 'Family told who leads')], max_length=10),
        ),
        migrations.CreateModel(
            name='SettingNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('term_begins', models.DateField(null=True)),
                ('at', models.DateTimeField()),
                ('decision', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='setting_notice', to='meetings.decision')),
                ('setting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='panel.setting')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='NoticeSent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField()),
                ('how', models.CharField(max_length=200)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('notice', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='sent_on', to='meetings.settingnotice')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.AddConstraint(
            model_name='settingnotice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decision__isnull', False), ('term_begins__isnull', True)), models.Q(('decision__isnull', True), ('term_begins__isnull', False)), _connector='OR'), name='notice_of_a_decision_or_a_term'),
        ),
        migrations.AddConstraint(
            model_name='settingnotice',
            constraint=models.UniqueConstraint(fields=('setting', 'term_begins'), name='one_note_per_setting_and_term'),
        ),
        migrations.AddConstraint(
            model_name='noticesent',
            constraint=models.CheckConstraint(condition=models.Q(('how', ''), _negated=True), name='notice_sent_says_how'),
        ),
    ]
