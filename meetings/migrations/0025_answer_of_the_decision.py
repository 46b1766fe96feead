"""The officer's own answer to what the child and the family said, where the panel's record has none or is departed from."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("meetings", "0024_papers_left_out"),
    ]

    operations = [
        migrations.AddField(
            model_name="decision",
            name="family_views_answered",
            field=models.TextField(blank=True),
        ),
    ]
