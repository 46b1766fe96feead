from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('meetings', '0021_names_and_exemptions'),
    ]

    operations = [
        migrations.AlterField(
            model_name='riskstep',
            name='kind',
            field=models.CharField(choices=[('accepted', 'Taken on'), ('declined', 'Not taken on'), ('contacted', 'Family contacted'), ('told', 'Family told who leads')], max_length=10),
        ),
    ]
