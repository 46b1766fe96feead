from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('meetings', '0018_not_authors'),
    ]

    operations = [
        migrations.AddField(
            model_name='panelconfig',
            name='staff_names',
            field=models.CharField(choices=[('roles', 'By their role alone'), ('names', 'By name')], default='roles', max_length=5),
        ),
    ]
