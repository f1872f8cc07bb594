"""Keep the moment, number and value of a day's last event together, so that they are compared at once."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("usage", "0002_events_are_numbered_and_kept"),
    ]

    operations = [
        migrations.RemoveField(
            model_name="usageday",
            name="is_there",
        ),
        migrations.RemoveField(
            model_name="usageday",
            name="last_at",
        ),
        migrations.RemoveField(
            model_name="usageday",
            name="last_seq",
        ),
        migrations.RemoveField(
            model_name="usageday",
            name="last_value",
        ),
        migrations.AddField(
            model_name="usageday",
            name="last",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.DecimalField(decimal_places=500, max_digits=1000, null=True),
                null=True,
                size=None,
            ),
        ),
        migrations.RunSQL(
            "ALTER TABLE usage_usageday ALTER last TYPE numeric[]", migrations.RunSQL.noop
        ),
    ]
