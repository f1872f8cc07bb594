"""Tell up to where the events of an organization may be taken."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("usage", "0003_last_event_of_a_day_is_one_column"),
    ]

    operations = [
        migrations.AddField(
            model_name="usagecursor",
            name="due_seq",
            field=models.BigIntegerField(default=0),
        ),
    ]
