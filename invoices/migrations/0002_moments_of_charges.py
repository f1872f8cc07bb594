"""Keep the moments of an empty charges period, which a range forgets."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """The periods of charges become two moments each."""

    dependencies = [("invoices", "0001_initial")]
    operations = [
        migrations.RemoveField("invoicesubscription", "charges_period"),
        migrations.RemoveField("invoicesubscription", "fixed_charges_period"),
        migrations.AddField(
            "invoicesubscription",
            "charges_start_at",
            models.DateTimeField(default="1970-01-01T00:00:00Z"),
            preserve_default=False,
        ),
        migrations.AddField(
            "invoicesubscription",
            "charges_end_at",
            models.DateTimeField(default="1970-01-01T00:00:00Z"),
            preserve_default=False,
        ),
        migrations.AddField(
            "invoicesubscription",
            "fixed_charges_start_at",
            models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            "invoicesubscription",
            "fixed_charges_end_at",
            models.DateTimeField(blank=True, null=True),
        ),
    ]
