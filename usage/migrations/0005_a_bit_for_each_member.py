"""Count unique values by a bit for each, so that a month is 31 short rows however many there are."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("organizations", "0004_signing_keys"),
        ("usage", "0004_events_are_due_when_they_are_safe"),
    ]

    operations = [
        migrations.RemoveField(
            model_name="usageday",
            name="member",
        ),
        migrations.AddField(
            model_name="usageday",
            name="added",
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name="usageday",
            name="removed",
            field=models.BinaryField(null=True),
        ),
        migrations.CreateModel(
            name="UsageMemberDay",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "series_id",
                        "day",
                        "key",
                        "number",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("day", models.DateField()),
                ("key", models.UUIDField()),
                ("number", models.IntegerField()),
                (
                    "last",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.DecimalField(
                            decimal_places=500, max_digits=1000, null=True
                        ),
                        size=None,
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.organization",
                    ),
                ),
                (
                    "series",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="usage.usageseries",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="UsageMember",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "series_id",
                        "key",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("key", models.UUIDField()),
                ("number", models.IntegerField()),
                (
                    "organization",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.organization",
                    ),
                ),
                (
                    "series",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="members",
                        to="usage.usageseries",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("series", "number"), name="usage_member_number_is_unique"
                    )
                ],
            },
        ),
        migrations.RunSQL(
            # What was summed up the old way is read event by event until it is made anew.
            """
            ALTER TABLE usage_usagememberday ALTER last TYPE numeric[];
            DELETE FROM usage_usageday;
            DELETE FROM usage_usageseries;
            """,
            migrations.RunSQL.noop,
        ),
    ]
