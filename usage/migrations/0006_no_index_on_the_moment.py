"""Drop an index that reads do without: usage_by_day finds moments by their day."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("usage", "0005_a_bit_for_each_member"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="usageevent",
            name="usage_by_moment",
        ),
    ]
