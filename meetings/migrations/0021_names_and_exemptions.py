from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('meetings', '0020_item_sign_offs'),
    ]

    operations = [
        migrations.AddField(
            model_name='panelconfig',
            name='staff_names',
            field=models.CharField(choices=[('roles', 'By their role alone'), ('names', 'By name')], default='roles', max_length=5),
        ),
        migrations.AddField(
            model_name='paragraphtag',
            name='exemption',
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AlterField(
            model_name='paragraphtag',
            name='ground',
            field=models.CharField(choices=[('this_child', 'This child'), ('another_child', 'Another child'), ('third_party', 'Somebody else'), ('harm', 'Harm or risk'), ('protected_address', 'Protected address'), ('legal_advice', 'Legal advice'), ('member_opinion', 'A member’s opinion'), ('not_family', 'Not for the family'), ('not_setting', 'Not for the setting'), ('not_moderator', 'Not for moderators')], max_length=20),
        ),
    ]
