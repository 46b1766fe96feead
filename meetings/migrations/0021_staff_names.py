from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('meetings', '0019_words_put_right'),
    ]

    operations = [
        migrations.AddField(
            model_name='panelconfig',
            name='staff_names',
            field=models.CharField(choices=[('roles', 'By their role alone'), ('names', 'By name')], default='roles', max_length=5),
        ),
    ]
